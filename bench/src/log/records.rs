//! The appended records: 120 incompressible bytes each.

use crate::random::Random;

/// The length of every record in bytes, about that of an event.
pub(super) const RECORD_BYTES: usize = 120;

/// One caller's records. Each begins with its number, from 1 on (8 bytes, little-endian).
pub(super) fn records(count: usize) -> Vec<Vec<u8>> {
    let mut random = Random::new(2026);
    let record = |number: u64| {
        let mut bytes = vec![0; RECORD_BYTES];
        random.fill(&mut bytes);
        bytes[..8].copy_from_slice(&number.to_le_bytes());
        bytes
    };
    (1..=count as u64).map(record).collect()
}

/// The number at the beginning of a record; 0 if it is too short.
pub(super) fn number_of(record: &[u8]) -> u64 {
    record.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}
