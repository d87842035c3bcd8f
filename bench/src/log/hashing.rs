//! The cost of checksum and chain: CRC32C and BLAKE3 over the bytes of a frame.

use std::hint::black_box;
use std::time::Instant;

use crate::random::Random;

/// The fewest bytes to hash, so that the clock's resolution does not matter.
const BYTES_MIN: usize = 16 << 20;

/// Seconds for one frame.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hashed {
    pub(super) crc32c: f64,
    pub(super) blake3: f64,
}

impl Hashed {
    /// Measures both for a frame of `bytes` bytes.
    pub(super) fn measure(bytes: usize) -> Hashed {
        let mut frame = vec![0; bytes];
        Random::new(3).fill(&mut frame);
        Hashed {
            crc32c: seconds_each(&frame, |frame| {
                black_box(crc32c::crc32c(frame));
            }),
            blake3: seconds_each(&frame, |frame| {
                black_box(blake3::hash(frame));
            }),
        }
    }
}

fn seconds_each(frame: &[u8], hash: impl Fn(&[u8])) -> f64 {
    let rounds = BYTES_MIN.div_ceil(frame.len());
    let started = Instant::now();
    for _ in 0..rounds {
        hash(black_box(frame));
    }
    started.elapsed().as_secs_f64() / rounds as f64
}
