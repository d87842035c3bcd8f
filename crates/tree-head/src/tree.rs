//! The Merkle tree of RFC 6962 (section 2.1) over leaves of 32 bytes, as it grows.

use sha2::{Digest, Sha256};

/// A SHA-256 hash.
pub type TreeHash = [u8; 32];

fn leaf(data: &TreeHash) -> TreeHash {
    Sha256::new().chain_update([0]).chain_update(data).finalize().into()
}

pub(crate) fn node(left: &TreeHash, right: &TreeHash) -> TreeHash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The root of a tree without leaves: the hash of nothing.
pub(crate) fn empty_root() -> TreeHash {
    Sha256::digest([]).into()
}

/// A tree that grows by one leaf at a time, in memory that grows with the logarithm of its size.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GrowingTree {
    size: u64,
    /// The tops of the complete subtrees, the largest first: one for each bit of `size`.
    tops: Vec<TreeHash>,
}

impl GrowingTree {
    /// Adds a leaf; `data` is what the leaf hashes.
    pub fn push(&mut self, data: &TreeHash) {
        let mut top = leaf(data);
        let mut size = self.size;
        while size % 2 == 1 {
            if let Some(left) = self.tops.pop() {
                top = node(&left, &top);
            }
            size /= 2;
        }
        self.tops.push(top);
        self.size += 1;
    }

    /// The number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root over all leaves so far; without a leaf, the hash of nothing.
    #[must_use]
    pub fn root(&self) -> TreeHash {
        let tops = self.tops.iter().rev().copied();
        tops.reduce(|right, left| node(&left, &right)).unwrap_or_else(empty_root)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The definition of RFC 6962, word for word.
    pub(crate) fn by_definition(leaves: &[TreeHash]) -> TreeHash {
        match leaves {
            [] => empty_root(),
            [one] => leaf(one),
            more => {
                let left = 1 << (more.len() - 1).ilog2();
                node(&by_definition(&more[..left]), &by_definition(&more[left..]))
            }
        }
    }

    pub(crate) fn leaves(count: u8) -> Vec<TreeHash> {
        (0..count).map(|byte| [byte; 32]).collect()
    }

    #[test]
    fn the_root_is_that_of_rfc_6962_at_every_size() {
        let leaves = leaves(70);
        let mut tree = GrowingTree::default();
        for size in 0..=leaves.len() {
            assert_eq!((tree.size(), tree.root()), (size as u64, by_definition(&leaves[..size])));
            if let Some(next) = leaves.get(size) {
                tree.push(next);
            }
        }
    }

    #[test]
    fn the_empty_root_is_the_well_known_hash() {
        assert_eq!(empty_root()[..4], [0xe3, 0xb0, 0xc4, 0x42]);
    }
}
