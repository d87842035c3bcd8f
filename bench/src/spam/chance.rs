//! Seeded random numbers: the same seed gives the same simulation on every machine.

use acquaint_domain::Span;

/// A random number generator (SplitMix64, with the constants of its author).
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    /// A generator for this seed and use: different uses of one seed get different numbers.
    pub(crate) fn new(seed: u64, usage: &str) -> Self {
        let usage = usage.bytes().fold(seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23)
        });
        Self(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ usage)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// From 0 up to, but not including, 1.
    pub(crate) fn part(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// From 0 up to, but not including, `end`, which must not be 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        self.part() < probability
    }

    /// A geometrically distributed number from 1, with this mean.
    pub(crate) fn geometric(&mut self, mean: f64) -> usize {
        let stop = 1.0 / mean;
        1 + ((1.0 - self.part()).ln() / (1.0 - stop).ln()) as usize
    }

    /// A normally distributed number with mean 0 and deviation 1 (Box and Muller 1958).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.part()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.part()).cos()
    }

    /// A random time within the first `days` days.
    pub(crate) fn within_days(&mut self, days: f64) -> Span {
        Span::millis((self.part() * days * 86_400_000.0) as i64)
    }

    /// The delay of an answer: up to five days, mostly short; 58 % within one day, 84 % within three.
    pub(crate) fn answer_delay(&mut self) -> Span {
        let part = self.part();
        Span::millis((part * part * part * 5.0 * 86_400_000.0) as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_numbers_and_another_seed_or_use_different_ones() {
        let first = |seed, usage: &str| Chance::new(seed, usage).next();
        assert_eq!(first(1, "a"), first(1, "a"));
        assert_ne!(first(1, "a"), first(2, "a"));
        assert_ne!(first(1, "a"), first(1, "b"));
    }

    #[test]
    fn the_distributions_have_their_means() {
        let mut chance = Chance::new(1, "test");
        let mut mean = |mut draw: Box<dyn FnMut(&mut Chance) -> f64>| {
            (0..100_000).map(|_| draw(&mut chance)).sum::<f64>() / 100_000.0
        };
        assert!((mean(Box::new(Chance::part)) - 0.5).abs() < 0.01);
        assert!((mean(Box::new(|chance| chance.geometric(6.0) as f64)) - 6.0).abs() < 0.1);
        assert!(mean(Box::new(Chance::normal)).abs() < 0.02);
        let days = mean(Box::new(|chance| chance.answer_delay().as_millis() as f64 / 86_400_000.0));
        assert!((days - 1.25).abs() < 0.03, "{days}");
    }
}
