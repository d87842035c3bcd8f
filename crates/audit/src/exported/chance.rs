//! The chance that an invitation is still accepted. The measured figures are here and nowhere else.

/// Days since an invitation was sent, and the share of all acceptances that had come by then, in thousandths. Measured
/// on about 15 real LinkedIn exports of different years; no invitation was accepted after 180 days.
const ACCEPTED_BY_DAY: [(i64, i64); 9] = [
    (0, 380),
    (1, 700),
    (3, 820),
    (7, 890),
    (14, 930),
    (30, 960),
    (90, 990),
    (180, 1_000),
    (i64::MAX, 1_000),
];

/// The share of an account's invitations that were ever accepted, in thousandths: the lowest and the highest of those
/// exports.
const ACCEPTED_AT_ALL: (i64, i64) = (460, 900);

/// A share in percent, as a range: accounts differ, and the export does not say of which kind this one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chance {
    /// Lower bound, in percent.
    pub low: u32,
    /// Upper bound, in percent.
    pub high: u32,
}

/// The chance that an invitation is still accepted after this many days without an answer.
pub fn chance_still(days: i64) -> Chance {
    let late = 1_000 - accepted_by(days);
    // Out of a million invitations: the later acceptances, as a share of those not accepted so far.
    let still = |at_all: i64| {
        let later = at_all * late;
        let unanswered = 1_000_000 - at_all * (1_000 - late);
        u32::try_from((100 * later + unanswered / 2) / unanswered).unwrap_or(0)
    };
    Chance { low: still(ACCEPTED_AT_ALL.0), high: still(ACCEPTED_AT_ALL.1) }
}

/// The share of acceptances by that day, in thousandths, interpolated between the measured days.
fn accepted_by(days: i64) -> i64 {
    let days = days.max(0);
    for pair in ACCEPTED_BY_DAY.windows(2) {
        if let [(from, share), (to, next)] = pair
            && (*from..*to).contains(&days)
        {
            return share + (next - share) * (days - from) / (to - from);
        }
    }
    1_000
}

impl Chance {
    /// The range in words, as in `9-50 %` or `0 %`.
    pub fn words(self) -> String {
        if self.low == self.high {
            format!("{} %", self.low)
        } else {
            format!("{}-{} %", self.low, self.high)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chance_never_rises_and_is_zero_after_half_a_year() {
        // 0.46 x 0.11 / (1 - 0.46 x 0.89), and the same with 0.90.
        assert_eq!(chance_still(7), Chance { low: 9, high: 50 });
        assert_eq!(chance_still(0), Chance { low: 35, high: 85 });
        assert_eq!(chance_still(90), Chance { low: 1, high: 8 });
        for days in 0..200 {
            let (now, later) = (chance_still(days), chance_still(days + 1));
            assert!(now.low >= later.low && now.high >= later.high, "{days}");
        }
        assert_eq!(chance_still(180), Chance { low: 0, high: 0 });
        assert_eq!(chance_still(i64::MAX), Chance { low: 0, high: 0 });
        assert_eq!(chance_still(-3), chance_still(0));
    }
}
