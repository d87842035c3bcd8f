//! What checksum and chain cost: CRC32C and BLAKE3 over as many bytes as a frame has.

use std::hint::black_box;
use std::time::Instant;

use crate::random::Random;

/// How many bytes are hashed at least, so that the clock's steps do not count.
const BYTES_MIN: usize = 16 << 20;

/// Seconds that both take for one frame of `bytes` bytes.
pub(super) fn seconds_each(bytes: usize) -> f64 {
    let mut frame = vec![0; bytes];
    Random::new(3).fill(&mut frame);
    let rounds = BYTES_MIN.div_ceil(bytes);
    let started = Instant::now();
    for _ in 0..rounds {
        let frame = black_box(frame.as_slice());
        black_box(crc32c::crc32c(frame));
        black_box(blake3::hash(frame));
    }
    started.elapsed().as_secs_f64() / rounds as f64
}
