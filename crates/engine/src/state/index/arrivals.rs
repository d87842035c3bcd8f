//! How many attempts at carrying a request did not fail, up to any event.

use acquaint_checkpoint::snapshot;
use acquaint_domain::EventNumber;
use acquaint_postings::Postings;

/// Arrivals are kept by blocks of the log of this length, as a power of two.
const STRETCH_BITS: u32 = 16;

/// The numbers of arrivals, which are counted and never listed.
#[derive(Clone, Debug, Default, Hash)]
pub(super) struct Arrivals {
    in_stretch: Postings,
    /// How many there were before each stretch; the stretches up to the last one with an arrival.
    before: Vec<u64>,
    count: u64,
}

snapshot!(struct Arrivals { in_stretch, before, count });

impl Arrivals {
    pub(super) fn push(&mut self, number: EventNumber) {
        let stretch = number.0 >> STRETCH_BITS;
        while self.before.len() as u64 <= stretch {
            self.before.push(self.count);
        }
        self.in_stretch.push(stretch, number.0);
        self.count += 1;
    }

    /// How many there are before `number`.
    pub(super) fn before(&self, number: EventNumber) -> u64 {
        let stretch = number.0 >> STRETCH_BITS;
        let Some(before) = usize::try_from(stretch).ok().and_then(|stretch| self.before.get(stretch)) else {
            return self.count;
        };
        before + number.0.checked_sub(1).map_or(0, |last| self.in_stretch.count_upto(stretch, last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrivals_are_counted_up_to_any_event() {
        let numbers: Vec<u64> = (0..3_000).map(|step| 7 + step * 61).chain([900_000, 900_001]).collect();
        let mut arrivals = Arrivals::default();
        numbers.iter().for_each(|number| arrivals.push(EventNumber(*number)));
        for number in [
            0, 1, 7, 8, 65_535, 65_536, 65_537, 131_072, 183_000, 500_000, 900_000, 900_001, 900_002,
            9_000_000,
        ] {
            let before = numbers.iter().filter(|other| **other < number).count() as u64;
            assert_eq!(arrivals.before(EventNumber(number)), before, "before {number}");
        }
    }
}
