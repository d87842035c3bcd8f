//! The Merkle tree over the events of one segment, which proves a single event without showing its neighbours.
//!
//! Its shape is that of RFC 6962: the left subtree of `n` leaves has the greatest power of two below `n`. Leaves are added one
//! by one and hashed in runs (`merkle_leaves.rs`), in memory that grows with the logarithm of their count.

use acquaint_log::Position;

use crate::frame::{Hash, LogId};
use crate::hash_many::{BLOCK_BYTES, keyed_hashes};
use crate::merkle_leaves::{LeafBatch, leaf, leaf_salt};

const NODE_KEY: &[u8; 32] = b"acquaint log: inner node, v2    ";
const ROOT_KEY: &[u8; 32] = b"acquaint log: segment root, v2  ";
const NEXT_SALT: &[u8] = b"the salt of the next segment";

/// 32 secret bytes. Anybody who has the salt of a segment can test guesses about every event in it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt([u8; 32]);

impl Salt {
    /// The salt with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Salt {
        Salt(bytes)
    }

    /// The bytes of the salt.
    #[must_use]
    pub const fn bytes(self) -> [u8; 32] {
        self.0
    }

    /// The salt of the next segment.
    pub(crate) fn next(self) -> Salt {
        Salt(*blake3::keyed_hash(&self.0, NEXT_SALT).as_bytes())
    }
}

/// Does not show the salt.
impl std::fmt::Debug for Salt {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Salt(..)")
    }
}

fn node(left: &Hash, right: &Hash) -> Hash {
    let mut both = [0; 64];
    both[..32].copy_from_slice(left);
    both[32..].copy_from_slice(right);
    *blake3::keyed_hash(NODE_KEY, &both).as_bytes()
}

/// The leaves that a root covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LeafRange {
    pub(crate) log_id: LogId,
    /// The id of the segment.
    pub(crate) segment: u64,
    /// The position of the first leaf.
    pub(crate) first: Position,
    /// The number of leaves.
    pub(crate) count: u64,
}

impl LeafRange {
    /// The root of these leaves, if `top` is the hash at the top of their tree.
    fn root(&self, top: &Hash) -> Hash {
        let mut hasher = blake3::Hasher::new_keyed(ROOT_KEY);
        hasher.update(&self.log_id.bytes());
        hasher.update(&self.segment.to_le_bytes());
        hasher.update(&self.first.get().to_le_bytes());
        hasher.update(&self.count.to_le_bytes());
        hasher.update(top);
        *hasher.finalize().as_bytes()
    }
}

/// The hash of a sibling on the path from a leaf to the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SiblingHash {
    /// The sibling is to the left of the hash computed so far.
    Left([u8; 32]),
    /// The sibling is to the right of the hash computed so far.
    Right([u8; 32]),
}

/// A tree that grows by one leaf at a time.
pub(crate) struct Tree {
    /// The last leaves, which are in no subtree yet.
    run: LeafBatch,
    /// The number of leaves in the subtrees.
    count: u64,
    /// Complete subtrees, the largest first.
    subtrees: Vec<Subtree>,
    /// The paths of the leaves to prove, by ascending index, as far up as they are known.
    paths: Vec<Path>,
}

struct Subtree {
    leaves: u64,
    first: u64,
    top: Hash,
}

/// The path from one leaf to the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path {
    /// The index of the leaf, from 0.
    pub(crate) index: u64,
    pub(crate) salt: Salt,
    /// The sibling hashes, from the leaf up.
    pub(crate) up: Vec<SiblingHash>,
}

impl Tree {
    /// The empty tree of a segment with this salt.
    pub(crate) fn new(salt: Salt) -> Tree {
        Tree::proving(salt, &[])
    }

    /// An empty tree that records the paths of the leaves `indexes`, which are counted from 0 and ascend.
    pub(crate) fn proving(salt: Salt, indexes: &[u64]) -> Tree {
        let path = |&index| Path { index, salt: leaf_salt(salt, index), up: Vec::new() };
        Tree {
            run: LeafBatch::new(salt),
            count: 0,
            subtrees: Vec::new(),
            paths: indexes.iter().map(path).collect(),
        }
    }

    pub(crate) fn push(&mut self, record: &[u8]) {
        if self.run.push(self.count, record) {
            self.flush();
        }
    }

    /// Turns the run into subtrees, each as large as its place in the tree allows.
    fn flush(&mut self) {
        let leaves = self.run.take(self.count);
        let mut rest = leaves.as_slice();
        while !rest.is_empty() {
            let largest = 1 << rest.len().ilog2();
            let (piece, others) = rest.split_at(largest.min(1 << self.count.trailing_zeros().min(31)));
            self.add(piece.to_vec());
            rest = others;
        }
        self.run.give_back(leaves);
    }

    /// Adds a complete subtree, whose number of leaves is a power of two, computing it level by level.
    fn add(&mut self, mut level: Vec<Hash>) {
        let (leaves, first) = (level.len() as u64, self.count);
        let mut above = Vec::with_capacity(level.len() / 2);
        for height in 0..leaves.ilog2() {
            for path in self.paths.iter_mut().filter(|path| (first..first + leaves).contains(&path.index)) {
                let index = (path.index - first) as usize >> height;
                let sibling = level[index ^ 1];
                path.up.push(if index % 2 == 1 {
                    SiblingHash::Left(sibling)
                } else {
                    SiblingHash::Right(sibling)
                });
            }
            above.clear();
            let (pairs, _none) = level.as_flattened().as_chunks::<BLOCK_BYTES>();
            keyed_hashes(NODE_KEY, pairs, &mut above);
            std::mem::swap(&mut level, &mut above);
        }
        self.subtrees.push(Subtree { leaves, first, top: level[0] });
        self.count += leaves;
        while let [.., left, right] = self.subtrees.as_slice()
            && left.leaves == right.leaves
        {
            self.merge();
        }
    }

    /// Merges the last two subtrees.
    fn merge(&mut self) {
        if let (Some(right), Some(left)) = (self.subtrees.pop(), self.subtrees.pop()) {
            for path in &mut self.paths {
                if (right.first..right.first + right.leaves).contains(&path.index) {
                    path.up.push(SiblingHash::Left(left.top));
                } else if (left.first..left.first + left.leaves).contains(&path.index) {
                    path.up.push(SiblingHash::Right(right.top));
                }
            }
            let top = node(&left.top, &right.top);
            self.subtrees.push(Subtree { leaves: left.leaves + right.leaves, first: left.first, top });
        }
    }

    /// The root over all leaves so far, of which the first is the event at `first` in the segment `segment`.
    pub(crate) fn root(&mut self, log_id: LogId, segment: u64, first: Position) -> Hash {
        self.flush();
        let tops = self.subtrees.iter().rev().map(|subtree| subtree.top);
        let top = tops.reduce(|right, left| node(&left, &right)).unwrap_or([0; 32]);
        LeafRange { log_id, segment, first, count: self.count }.root(&top)
    }

    /// The paths of the leaves to prove, in the tree over all leaves so far.
    pub(crate) fn into_paths(mut self) -> Vec<Path> {
        self.flush();
        while self.subtrees.len() > 1 {
            self.merge();
        }
        self.paths
    }
}

/// The root to which a record with this salt and this path leads; `None` if no tree over `span` has such a path.
pub(crate) fn root_from(
    span: &LeafRange,
    position: Position,
    salt: Salt,
    record: &[u8],
    up: &[SiblingHash],
) -> Option<Hash> {
    let mut index = position.get().checked_sub(span.first.get())?;
    let mut last = span.count.checked_sub(1)?;
    if index > last {
        return None;
    }
    let mut up = up.iter();
    let mut top = leaf(salt, record);
    // One level at a time; the last node of a level moves up unchanged if it has no sibling.
    while last > 0 {
        if index % 2 == 1 || index < last {
            top = match (up.next()?, index % 2) {
                (SiblingHash::Left(left), 1) => node(left, &top),
                (SiblingHash::Right(right), 0) => node(&top, right),
                (SiblingHash::Left(_) | SiblingHash::Right(_), _) => return None,
            };
        }
        index /= 2;
        last /= 2;
    }
    up.next().is_none().then(|| span.root(&top))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG_ID: LogId = LogId::from_bytes([5; 16]);
    const SALT: Salt = Salt::from_bytes([9; 32]);

    fn record(index: u64) -> Vec<u8> {
        // Some are hashed in parallel, some alone.
        vec![
            index as u8;
            if index % 7 == 3 { 900 + 10 * (index % 30) as usize } else { (index % 150) as usize }
        ]
    }

    /// The top of the tree as RFC 6962 defines it, recursively.
    fn top_of(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => [0; 32],
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
                node(&top_of(left), &top_of(right))
            }
        }
    }

    #[test]
    fn every_event_of_every_small_tree_is_proven_and_no_other() {
        for count in (1..70_u64).chain([255, 256, 257, 600]) {
            let indexes: Vec<u64> = (0..count).collect();
            let mut tree = Tree::proving(SALT, &indexes);
            indexes.iter().for_each(|&index| tree.push(&record(index)));
            let first = Position::FIRST.plus(100);
            let root = tree.root(LOG_ID, 3, first);
            let paths = tree.into_paths();
            let leaves: Vec<Hash> =
                indexes.iter().map(|&index| leaf(leaf_salt(SALT, index), &record(index))).collect();
            let span = LeafRange { log_id: LOG_ID, segment: 3, first, count };
            assert_eq!(root, span.root(&top_of(&leaves)), "{count} leaves");
            for path in &paths {
                let position = first.plus(path.index);
                let proven = |span: &LeafRange, position, record: &[u8]| {
                    root_from(span, position, path.salt, record, &path.up) == Some(root)
                };
                assert!(proven(&span, position, &record(path.index)));
                assert!(!proven(&span, position, b"another"));
                assert!(!proven(&span, position.next(), &record(path.index)));
                assert!(!proven(&LeafRange { count: count + 1, ..span }, position, &record(path.index)));
                assert!(!proven(&LeafRange { segment: 4, ..span }, position, &record(path.index)));
            }
        }
    }

    #[test]
    fn an_empty_tree_has_a_root_and_other_roots_depend_on_the_salt() {
        let first = Position::FIRST;
        let empty = Tree::new(SALT).root(LOG_ID, 1, first);
        let same = Tree::new(SALT.next()).root(LOG_ID, 1, first);
        assert_eq!(empty, same, "without a leaf, the salt does not count");
        let salted = |salt| {
            let mut tree = Tree::new(salt);
            tree.push(b"yes");
            tree.root(LOG_ID, 1, first)
        };
        assert_ne!(salted(SALT), salted(SALT.next()));
    }
}
