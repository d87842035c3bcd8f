//! Numbers that look random and are the same on every machine.
//!
//! **What it is.** [`Random`] gives a sequence of numbers that depends only on its seed, and [`mix`] maps each number to
//! another. Both are splitmix64 by Sebastiano Vigna. Replays choose their samples with it, and tests and the simulated disk
//! make their inputs with it.
//!
//! **Where to start reading.** [`Random`].
//!
//! **This crate never** asks the machine for randomness, or gives numbers that are hard to guess: keys come from elsewhere.

/// The number that splitmix64 adds to its state at each step.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// A sequence of numbers that depends only on its seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Random(u64);

impl Random {
    /// The sequence of this seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number, any of 64 bits.
    pub const fn next(&mut self) -> u64 {
        let number = mix(self.0);
        self.0 = self.0.wrapping_add(STEP);
        number
    }

    /// The next number in `0..end`. Small numbers are more likely, by at most `end` / 2^64.
    ///
    /// # Panics
    /// If `end` is 0.
    pub const fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// The next index in `0..end`; see [`below`](Self::below).
    ///
    /// # Panics
    /// If `end` is 0.
    pub const fn index(&mut self, end: usize) -> usize {
        self.below(end as u64) as usize
    }

    /// The next `count` bytes, each the lowest byte of one number.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next() as u8).collect()
    }
}

/// Spreads numbers that are close together over all 64 bits; different numbers stay different.
pub const fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(STEP);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers that the author's program prints for the seed 1234567.
    #[test]
    fn the_sequence_is_the_published_one() {
        let mut random = Random::new(1_234_567);
        let published = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        assert_eq!(published.map(|_| random.next()), published);
    }

    #[test]
    fn numbers_and_indexes_stay_below_their_end() {
        let mut random = Random::new(0);
        assert!((1..100).all(|end| random.below(end) < end && random.index(end as usize) < end as usize));
        assert_eq!(random.bytes(5).len(), 5);
    }
}
