//! The leaves of a tree: one for each event, each with its own salt, hashed many at a time.

use crate::frame::Hash;
use crate::hash_many::{BLOCK_BYTES, MESSAGE_BYTES_MAX, keyed_hashes, keyed_hashes_of};
use crate::merkle::Salt;

const LEAF_KEY: &[u8; 32] = b"acquaint log: leaf of an event  ";
const LEAF_SALT: &[u8; 24] = b"the salt of the leaf    ";
const SALT_BYTES: usize = 32;
const LENGTH_BYTES: usize = 4;
/// How many leaves are hashed together: enough to fill all SIMD lanes, whatever lengths the events have.
const RUN_LEAVES: usize = 256;

/// The message of the leaf `index`, from 0: its hash, keyed with the segment's salt, is the salt of the leaf.
fn salt_message(index: u64) -> [u8; BLOCK_BYTES] {
    let mut message = [0; BLOCK_BYTES];
    message[..LEAF_SALT.len()].copy_from_slice(LEAF_SALT);
    message[LEAF_SALT.len()..][..8].copy_from_slice(&index.to_le_bytes());
    message
}

/// The salt of the leaf `index` of the segment with this salt.
pub(crate) fn leaf_salt(segment: Salt, index: u64) -> Salt {
    Salt::from_bytes(*blake3::keyed_hash(&segment.bytes(), &salt_message(index)).as_bytes())
}

/// The leaf of `record`: the hash of its salt, its length and its bytes, padded with zeros to a whole block.
pub(crate) fn leaf(salt: Salt, record: &[u8]) -> Hash {
    let padding = message_bytes(record) - SALT_BYTES - LENGTH_BYTES - record.len();
    let mut hasher = blake3::Hasher::new_keyed(LEAF_KEY);
    hasher.update(&salt.bytes()).update(&length(record)).update(record);
    hasher.update(&[0; BLOCK_BYTES][..padding]);
    *hasher.finalize().as_bytes()
}

fn message_bytes(record: &[u8]) -> usize {
    (SALT_BYTES + LENGTH_BYTES + record.len()).next_multiple_of(BLOCK_BYTES)
}

fn length(record: &[u8]) -> [u8; LENGTH_BYTES] {
    // A record fits into its segment, which has at most 64 MiB.
    (record.len() as u32).to_le_bytes()
}

/// Consecutive leaves that are hashed together.
pub(crate) struct LeafBatch {
    segment: Salt,
    leaves: Vec<Hash>,
    /// The messages of the leaves that are not hashed yet; those of `n` blocks are at index `n - 1`.
    waiting: [LeafMessages; MESSAGE_BYTES_MAX / BLOCK_BYTES],
}

/// Messages of one length, with zeros in the place of the salt.
#[derive(Default)]
struct LeafMessages {
    bytes: Vec<u8>,
    /// The index in the run of each message's leaf.
    places: Vec<usize>,
}

impl LeafBatch {
    /// An empty run of leaves of the segment with this salt.
    pub(crate) fn new(segment: Salt) -> LeafBatch {
        LeafBatch { segment, leaves: Vec::with_capacity(RUN_LEAVES), waiting: Default::default() }
    }

    /// Adds the leaf of `record` to a run that begins with the leaf `first`; returns whether the run is full now.
    pub(crate) fn push(&mut self, first: u64, record: &[u8]) -> bool {
        let bytes = message_bytes(record);
        let place = self.leaves.len();
        if bytes > MESSAGE_BYTES_MAX {
            self.leaves.push(leaf(leaf_salt(self.segment, first + place as u64), record));
        } else {
            self.leaves.push([0; 32]);
            self.waiting[bytes / BLOCK_BYTES - 1].push(place, bytes, record);
        }
        self.leaves.len() == RUN_LEAVES
    }

    /// Hashes the leaves of a run that begins with the leaf `first`, and takes them out of it.
    pub(crate) fn take(&mut self, first: u64) -> Vec<Hash> {
        let mut leaves = std::mem::take(&mut self.leaves);
        let messages: Vec<_> = (first..).take(leaves.len()).map(salt_message).collect();
        let mut salts = Vec::with_capacity(leaves.len());
        keyed_hashes(&self.segment.bytes(), &messages, &mut salts);
        for (index, waiting) in self.waiting.iter_mut().enumerate() {
            waiting.hash(index + 1, &salts, &mut leaves);
        }
        leaves
    }

    /// Takes the memory of `leaves` back, to reuse it.
    pub(crate) fn give_back(&mut self, mut leaves: Vec<Hash>) {
        leaves.clear();
        self.leaves = leaves;
    }
}

impl LeafMessages {
    fn push(&mut self, place: usize, bytes: usize, record: &[u8]) {
        let end = self.bytes.len() + bytes;
        self.bytes.extend_from_slice(&[0; SALT_BYTES]);
        self.bytes.extend_from_slice(&length(record));
        self.bytes.extend_from_slice(record);
        self.bytes.resize(end, 0);
        self.places.push(place);
    }

    /// Hashes the messages, of `blocks` blocks each, with their salts, and puts the hashes into their places in `leaves`.
    fn hash(&mut self, blocks: usize, salts: &[Hash], leaves: &mut [Hash]) {
        let messages = self.bytes.chunks_exact_mut(blocks * BLOCK_BYTES);
        for (message, &place) in messages.zip(&self.places) {
            message[..SALT_BYTES].copy_from_slice(&salts[place]);
        }
        let mut hashes = Vec::with_capacity(self.places.len());
        keyed_hashes_of(blocks, LEAF_KEY, &self.bytes, &mut hashes);
        for (hash, &place) in hashes.iter().zip(&self.places) {
            leaves[place] = *hash;
        }
        self.bytes.clear();
        self.places.clear();
    }
}
