//! Hashes many short messages of one length in parallel SIMD lanes: about five for the cost of one alone.
//!
//! The tests check that each hash equals `blake3::keyed_hash` of its message. This uses [`blake3::platform`], which is public
//! but undocumented and not promised to stay: hence the exact version in the workspace's `Cargo.toml`. If it is removed,
//! [`keyed_hashes`] becomes a loop over `blake3::keyed_hash`, which is only slower.

use blake3::IncrementCounter;
use blake3::platform::{Platform, words_from_le_bytes_32};

use crate::frame::Hash;

/// The length of every message is a multiple of this, bytes.
pub(crate) const BLOCK_BYTES: usize = 64;
/// The longest message, bytes. BLAKE3 hashes a longer one as a tree, so it is hashed alone.
pub(crate) const MESSAGE_BYTES_MAX: usize = 1024;

/// Flags of BLAKE3's compression function, from its specification.
const CHUNK_START: u8 = 1;
const CHUNK_END: u8 = 2;
const ROOT: u8 = 8;
const KEYED_HASH: u8 = 16;

/// Appends the keyed hash of each of `messages` to `hashes`. `N` is a multiple of 64, from 64 to 1024.
pub(crate) fn keyed_hashes<const N: usize>(key: &[u8; 32], messages: &[[u8; N]], hashes: &mut Vec<Hash>) {
    const { assert!(N > 0 && N.is_multiple_of(BLOCK_BYTES) && N <= MESSAGE_BYTES_MAX) };
    let key = words_from_le_bytes_32(key);
    let begin = hashes.len();
    hashes.resize(begin + messages.len(), [0; 32]);
    let messages: Vec<&[u8; N]> = messages.iter().collect();
    let out = hashes[begin..].as_flattened_mut();
    // A message of one chunk is the root of its tree, and its first chunk, so its counter is 0.
    let (counter, increment) = (0, IncrementCounter::No);
    let (flags, first, last) = (KEYED_HASH, CHUNK_START, CHUNK_END | ROOT);
    Platform::detect().hash_many(&messages, &key, counter, increment, flags, first, last, out);
}

/// Like [`keyed_hashes`], for consecutive messages of `blocks` blocks each in `messages`.
pub(crate) fn keyed_hashes_of(blocks: usize, key: &[u8; 32], messages: &[u8], hashes: &mut Vec<Hash>) {
    macro_rules! of_blocks {
        ($($blocks:literal)*) => {
            match blocks {
                $($blocks => {
                    keyed_hashes::<{ $blocks * BLOCK_BYTES }>(key, messages.as_chunks().0, hashes);
                })*
                _ => unreachable!("a message has 1 to 16 blocks"),
            }
        };
    }
    of_blocks!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_hashed_in_parallel_have_the_same_hashes_as_alone() {
        let key = *b"a key of thirty-two bytes, just.";
        for blocks in 1..=MESSAGE_BYTES_MAX / BLOCK_BYTES {
            for count in 0..20 {
                let length = blocks * BLOCK_BYTES;
                let messages: Vec<u8> = (0..count * length).map(|at| (at % 251) as u8).collect();
                let alone = messages.chunks(length).map(|message| blake3::keyed_hash(&key, message).into());
                let expected: Vec<Hash> = [[7; 32]].into_iter().chain(alone).collect();
                let mut hashes = vec![[7; 32]];
                keyed_hashes_of(blocks, &key, &messages, &mut hashes);
                assert_eq!(hashes, expected, "{count} messages of {blocks} blocks");
            }
        }
    }
}
