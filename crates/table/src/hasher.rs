//! A fast hash for ids.

use std::hash::{BuildHasher, Hasher};

/// Hashes numbers by a multiplication whose high and low halves are combined. Not for keys that an attacker can choose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Folded(u64);

/// The golden ratio's first 64 bits, odd: the multiplier of Knuth's multiplicative hashing (TAOCP 3, 6.4).
const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

impl Folded {
    fn mix(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word ^ MULTIPLIER.rotate_left(32)) * u128::from(MULTIPLIER);
        self.0 = (product as u64) ^ ((product >> 64) as u64);
    }
}

impl BuildHasher for Folded {
    type Hasher = Folded;

    fn build_hasher(&self) -> Folded {
        Folded(0)
    }
}

impl Hasher for Folded {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.mix(u64::from_le_bytes(word));
        }
        self.mix(bytes.len() as u64);
    }

    fn write_u8(&mut self, number: u8) {
        self.mix(number.into());
    }

    fn write_u32(&mut self, number: u32) {
        self.mix(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        self.mix(number);
    }

    fn write_u128(&mut self, number: u128) {
        self.mix(number as u64);
        self.mix((number >> 64) as u64);
    }

    fn write_usize(&mut self, number: usize) {
        self.mix(number as u64);
    }

    fn write_isize(&mut self, number: isize) {
        self.mix(number as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dense_numbers_spread_over_low_and_high_bits() {
        for shift in [0, 57] {
            let mut counts = [0; 128];
            for number in 0..12_800_u32 {
                counts[(Folded(0).hash_one(number) >> shift & 127) as usize] += 1;
            }
            assert!(counts.iter().all(|count| (50..200).contains(count)), "{counts:?}");
        }
    }
}
