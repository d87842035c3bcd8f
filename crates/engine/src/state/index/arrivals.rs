//! How many requests were delivered before any given event.

use acquaint_checkpoint::snapshot;
use acquaint_domain::EventNumber;
use acquaint_postings::Postings;

/// Arrivals are grouped by blocks of the log; the length of a block is two to this power.
const BLOCK_BITS: u32 = 16;

/// The event numbers of arrivals, which are counted and never listed.
#[derive(Clone, Debug, Default, Hash)]
pub(super) struct Arrivals {
    in_block: Postings,
    /// How many arrivals there are before each block, for the blocks up to the last one with an arrival.
    before: Vec<u64>,
    count: u64,
}

snapshot!(struct Arrivals { in_block, before, count });

impl Arrivals {
    pub(super) fn push(&mut self, number: EventNumber) {
        let block = number.0 >> BLOCK_BITS;
        while self.before.len() as u64 <= block {
            self.before.push(self.count);
        }
        self.in_block.push(block, number.0);
        self.count += 1;
    }

    /// How many arrivals there are before `number`.
    pub(super) fn before(&self, number: EventNumber) -> u64 {
        let block = number.0 >> BLOCK_BITS;
        let Some(before) = usize::try_from(block).ok().and_then(|block| self.before.get(block)) else {
            return self.count;
        };
        before + number.0.checked_sub(1).map_or(0, |last| self.in_block.count_up_to(block, last))
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
