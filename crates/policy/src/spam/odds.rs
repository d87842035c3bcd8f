//! How much likelier the answers to a member's requests are if the member is a bulk sender than if they are an honest one.
//!
//! For either kind of sender, the share of accepted requests has a beta distribution. The observation, `accepted` out of
//! `accepted + unanswered`, then has a beta-binomial likelihood under each (Skellam 1948). Their ratio weighs evidence by its
//! amount: 0 of 300 says far more than 0 of 10, and 1 of 2 says next to nothing.
//!
//! All arithmetic is on integers, so that every machine computes the same score from the recorded numbers.

use serde::Deserialize;

use crate::document::{Field, Shape, required};

/// The keys of the table.
pub(super) const FIELDS: &[Field] = &[
    required("bulk_accepted", Shape::Whole, "The first parameter of the beta distribution of bulk senders."),
    required("bulk_unanswered", Shape::Whole, "Its second parameter."),
    required(
        "honest_accepted",
        Shape::Whole,
        "The first parameter of the beta distribution of honest senders.",
    ),
    required("honest_unanswered", Shape::Whole, "Its second parameter."),
];

/// The largest parameter. It bounds the number of steps of a score.
pub(crate) const PARAMETER_MAX: u32 = 100;

/// Two beta distributions of the share of accepted requests; each parameter is 1 to [`PARAMETER_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Odds {
    /// The first parameter for bulk senders.
    pub bulk_accepted: u32,
    /// The second parameter for bulk senders.
    pub bulk_unanswered: u32,
    /// The first parameter for honest senders.
    pub honest_accepted: u32,
    /// The second parameter for honest senders.
    pub honest_unanswered: u32,
}

impl Odds {
    /// Whether every parameter is in its range.
    pub(crate) fn is_in_range(self) -> bool {
        let Self { bulk_accepted, bulk_unanswered, honest_accepted, honest_unanswered } = self;
        let all = [bulk_accepted, bulk_unanswered, honest_accepted, honest_unanswered];
        all.iter().all(|parameter| (1..=PARAMETER_MAX).contains(parameter))
    }

    /// The natural logarithm of the likelihood ratio, in thousandths, rounded down: above 0 if bulk sending explains the answers
    /// better.
    pub(super) fn log_ratio_milli(self, accepted: u32, unanswered: u32) -> i64 {
        let (seen, nothing) = (self.ratio(accepted, unanswered), self.ratio(0, 0));
        // log2 in units of 2^-LOG_BITS; ln 2 is 693147181 thousand-millionths.
        let log2 = seen.log2() - nothing.log2();
        let log = i128::from(log2) * 693_147_181 / 1_000_000;
        i64::try_from(log.div_euclid(1 << LOG_BITS)).unwrap_or(i64::MAX)
    }

    /// The likelihood ratio, up to a constant factor that does not depend on `accepted` and `unanswered`.
    fn ratio(self, accepted: u32, unanswered: u32) -> Product {
        let Self { bulk_accepted, bulk_unanswered, honest_accepted, honest_unanswered } = self;
        let (bulk, honest) = (bulk_accepted + bulk_unanswered, honest_accepted + honest_unanswered);
        let all = accepted.saturating_add(unanswered);
        let mut product = Product::ONE;
        product.rising(accepted, honest_accepted, bulk_accepted);
        product.rising(unanswered, honest_unanswered, bulk_unanswered);
        product.rising(all, bulk, honest);
        product
    }
}

/// Fractional bits of a binary logarithm.
const LOG_BITS: u32 = 24;

/// A quotient of products of whole numbers, each with 64 significant bits.
#[derive(Clone, Copy, Debug)]
struct Product {
    above: Scaled,
    below: Scaled,
}

/// `mantissa * 2^exponent`, where the mantissa's highest bit is set.
#[derive(Clone, Copy, Debug)]
struct Scaled {
    mantissa: u64,
    exponent: i64,
}

impl Product {
    const ONE: Self = Self { above: Scaled::ONE, below: Scaled::ONE };

    /// Multiplies by `gamma(x + to) / gamma(x + from)`.
    fn rising(&mut self, x: u32, from: u32, to: u32) {
        let x = u64::from(x);
        (from..to).for_each(|step| self.above.times(x + u64::from(step)));
        (to..from).for_each(|step| self.below.times(x + u64::from(step)));
    }

    /// The binary logarithm, in units of 2^-[`LOG_BITS`].
    fn log2(self) -> i64 {
        self.above.log2() - self.below.log2()
    }
}

impl Scaled {
    const ONE: Self = Self { mantissa: 1 << 63, exponent: -63 };

    /// Multiplies by a number that is not 0.
    fn times(&mut self, factor: u64) {
        let product = u128::from(self.mantissa) * u128::from(factor);
        let shift = 64 - product.leading_zeros();
        self.mantissa = (product >> shift) as u64;
        self.exponent += i64::from(shift);
    }

    fn log2(self) -> i64 {
        let mut log = (self.exponent + 63) << LOG_BITS;
        // The mantissa is a number from 1 to 2. Each squaring doubles its logarithm and so yields the next bit.
        let mut number = self.mantissa;
        for bit in (0..LOG_BITS).rev() {
            let square = u128::from(number) * u128::from(number);
            let carry = (square >> 127) as u32;
            number = (square >> (63 + carry)) as u64;
            log += i64::from(carry) << bit;
        }
        log
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ODDS: Odds =
        Odds { bulk_accepted: 2, bulk_unanswered: 12, honest_accepted: 3, honest_unanswered: 3 };

    #[test]
    fn no_evidence_scores_zero() {
        assert_eq!(ODDS.log_ratio_milli(0, 0), 0);
    }

    #[test]
    fn evidence_weighs_by_how_much_there_is() {
        // Worked out from the logarithm of the gamma function, in floating point.
        let table = [
            ((0, 1), 539),
            ((0, 10), 2_641),
            ((0, 100), 5_442),
            ((0, 300), 6_617),
            ((1, 0), -1_253),
            ((4, 0), -4_038),
            ((75, 25), -9_099),
            ((19, 81), 1_330),
        ];
        for ((accepted, unanswered), expected) in table {
            let found = ODDS.log_ratio_milli(accepted, unanswered);
            assert!((found - expected).abs() <= 1, "{accepted} and {unanswered}: {found}, not {expected}");
        }
    }

    #[test]
    fn more_silence_counts_against_and_more_acceptances_in_favour() {
        for accepted in 0..60 {
            for unanswered in 0..60 {
                let now = ODDS.log_ratio_milli(accepted, unanswered);
                assert!(ODDS.log_ratio_milli(accepted + 1, unanswered) < now);
            }
        }
        let silence = |unanswered| ODDS.log_ratio_milli(0, unanswered);
        assert!((0..600).all(|unanswered| silence(unanswered + 1) >= silence(unanswered)));
    }

    #[test]
    fn equal_distributions_score_zero() {
        let same = Odds { honest_accepted: 2, honest_unanswered: 12, ..ODDS };
        assert_eq!([(0, 9), (9, 0), (512, 512)].map(|(a, b)| same.log_ratio_milli(a, b)), [0, 0, 0]);
    }

    #[test]
    fn the_largest_numbers_have_a_score() {
        let most =
            Odds { bulk_accepted: 1, bulk_unanswered: 100, honest_accepted: 100, honest_unanswered: 1 };
        for (accepted, unanswered) in [(u32::MAX, 0), (0, u32::MAX), (u32::MAX, u32::MAX)] {
            let _finite: i64 = most.log_ratio_milli(accepted, unanswered);
        }
    }
}
