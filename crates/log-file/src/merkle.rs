//! The tree over the events of one segment: from it a single event can be proven without showing its neighbours.
//!
//! The shape is that of RFC 6962: the left half of `n` leaves is the greatest power of two below `n`. Everything is computed
//! leaf by leaf in memory that grows with the logarithm of the count.

use acquaint_log::Position;

use crate::frame::{Hash, LogId};

/// Keeps the inner nodes apart from leaves, which are keyed by secret salts.
const NODE_KEY: &[u8; 32] = b"acquaint log: inner node, v2    ";
const ROOT_KEY: &[u8; 32] = b"acquaint log: segment root, v2  ";
const LEAF_SALTS: &[u8] = b"the salts of the leaves";
const NEXT_SALT: &[u8] = b"the salt of the next segment";

/// 32 secret bytes: whoever has those of a segment can test guesses about every event in it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt([u8; 32]);

impl Salt {
    /// The salt of these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Salt {
        Salt(bytes)
    }

    /// The bytes of the salt.
    #[must_use]
    pub const fn bytes(self) -> [u8; 32] {
        self.0
    }

    /// The salt of the segment after the one of this salt.
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

/// The salts of the leaves of one segment, one after another.
struct LeafSalts(blake3::OutputReader);

impl LeafSalts {
    /// The salts from the leaf `index` on, counted from 0.
    fn from(segment: Salt, index: u64) -> LeafSalts {
        let mut reader = blake3::Hasher::new_keyed(&segment.0).update(LEAF_SALTS).finalize_xof();
        reader.set_position(index * 32);
        LeafSalts(reader)
    }

    fn take(&mut self) -> Salt {
        let mut salt = [0; 32];
        self.0.fill(&mut salt);
        Salt(salt)
    }
}

fn leaf(salt: Salt, record: &[u8]) -> Hash {
    *blake3::keyed_hash(&salt.0, record).as_bytes()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    let mut both = [0; 64];
    both[..32].copy_from_slice(left);
    both[32..].copy_from_slice(right);
    *blake3::keyed_hash(NODE_KEY, &both).as_bytes()
}

/// Which leaves a root stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) log_id: LogId,
    /// The id of the segment.
    pub(crate) segment: u64,
    /// The position of the first leaf.
    pub(crate) first: Position,
    /// How many leaves there are.
    pub(crate) count: u64,
}

impl Span {
    /// The root over leaves whose tree comes to `top`.
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

/// A hash beside the way from a leaf to the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// It goes to the left of what was computed so far.
    Left([u8; 32]),
    /// It goes to the right.
    Right([u8; 32]),
}

/// A tree that grows by a leaf at a time.
pub(crate) struct Tree {
    salts: LeafSalts,
    count: u64,
    /// Whole subtrees, the greatest first.
    subtrees: Vec<Subtree>,
    /// The leaves to prove, ascending, each with its way up as far as it is known.
    paths: Vec<Path>,
}

struct Subtree {
    leaves: u64,
    first: u64,
    top: Hash,
}

/// The way from one leaf to the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path {
    /// The number of the leaf, from 0.
    pub(crate) index: u64,
    pub(crate) salt: Salt,
    pub(crate) up: Vec<Beside>,
}

impl Tree {
    /// The tree of a segment with this salt, without a leaf.
    pub(crate) fn new(salt: Salt) -> Tree {
        Tree::proving(salt, &[])
    }

    /// A tree that takes down the way from each of the leaves `indexes`, which ascend from 0, to the top.
    pub(crate) fn proving(salt: Salt, indexes: &[u64]) -> Tree {
        let path = |&index| Path { index, salt: LeafSalts::from(salt, index).take(), up: Vec::new() };
        Tree {
            salts: LeafSalts::from(salt, 0),
            count: 0,
            subtrees: Vec::new(),
            paths: indexes.iter().map(path).collect(),
        }
    }

    pub(crate) fn push(&mut self, record: &[u8]) {
        let top = leaf(self.salts.take(), record);
        self.subtrees.push(Subtree { leaves: 1, first: self.count, top });
        self.count += 1;
        // As many subtrees are full as the count has zeros at its end.
        for _ in 0..self.count.trailing_zeros() {
            self.merge();
        }
    }

    /// Puts the two last subtrees together.
    fn merge(&mut self) {
        if let (Some(right), Some(left)) = (self.subtrees.pop(), self.subtrees.pop()) {
            for path in &mut self.paths {
                if (right.first..right.first + right.leaves).contains(&path.index) {
                    path.up.push(Beside::Left(left.top));
                } else if (left.first..left.first + left.leaves).contains(&path.index) {
                    path.up.push(Beside::Right(right.top));
                }
            }
            let top = node(&left.top, &right.top);
            self.subtrees.push(Subtree { leaves: left.leaves + right.leaves, first: left.first, top });
        }
    }

    /// The root over all leaves so far, which begin at `first` in the segment `segment`.
    pub(crate) fn root(&self, log_id: LogId, segment: u64, first: Position) -> Hash {
        let tops = self.subtrees.iter().rev().map(|subtree| subtree.top);
        let top = tops.reduce(|right, left| node(&left, &right)).unwrap_or([0; 32]);
        Span { log_id, segment, first, count: self.count }.root(&top)
    }

    /// The ways from the leaves to prove up to the top over all leaves so far.
    pub(crate) fn into_paths(mut self) -> Vec<Path> {
        while self.subtrees.len() > 1 {
            self.merge();
        }
        self.paths
    }
}

/// The root that a record with this salt and this way up leads to; `None` if no tree of `span` has such a way.
pub(crate) fn root_from(
    span: &Span,
    position: Position,
    salt: Salt,
    record: &[u8],
    up: &[Beside],
) -> Option<Hash> {
    let mut index = position.get().checked_sub(span.first.get())?;
    let mut last = span.count.checked_sub(1)?;
    if index > last {
        return None;
    }
    let mut up = up.iter();
    let mut top = leaf(salt, record);
    // A level at a time: a node without a neighbour to its right goes up unchanged.
    while last > 0 {
        if index % 2 == 1 || index < last {
            top = match (up.next()?, index % 2) {
                (Beside::Left(left), 1) => node(left, &top),
                (Beside::Right(right), 0) => node(&top, right),
                (Beside::Left(_) | Beside::Right(_), _) => return None,
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
        vec![index as u8; (index % 50) as usize]
    }

    /// The tree as RFC 6962 defines it, from the top.
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
        for count in 1..70_u64 {
            let indexes: Vec<u64> = (0..count).collect();
            let mut tree = Tree::proving(SALT, &indexes);
            indexes.iter().for_each(|&index| tree.push(&record(index)));
            let first = Position::FIRST.plus(100);
            let root = tree.root(LOG_ID, 3, first);
            let paths = tree.into_paths();
            let mut salts = LeafSalts::from(SALT, 0);
            let leaves: Vec<Hash> = indexes.iter().map(|&index| leaf(salts.take(), &record(index))).collect();
            let span = Span { log_id: LOG_ID, segment: 3, first, count };
            assert_eq!(root, span.root(&top_of(&leaves)), "{count} leaves");
            for path in &paths {
                let position = first.plus(path.index);
                let proven = |span: &Span, position, record: &[u8]| {
                    root_from(span, position, path.salt, record, &path.up) == Some(root)
                };
                assert!(proven(&span, position, &record(path.index)));
                assert!(!proven(&span, position, b"another"));
                assert!(!proven(&span, position.next(), &record(path.index)));
                assert!(!proven(&Span { count: count + 1, ..span }, position, &record(path.index)));
                assert!(!proven(&Span { segment: 4, ..span }, position, &record(path.index)));
            }
        }
    }

    #[test]
    fn an_empty_tree_has_a_root_and_each_salt_its_own() {
        let first = Position::FIRST;
        let empty = Tree::new(SALT).root(LOG_ID, 1, first);
        let same = Tree::new(SALT.next()).root(LOG_ID, 1, first);
        assert_eq!(empty, same, "no leaf, no salt");
        let salted = |salt| {
            let mut tree = Tree::new(salt);
            tree.push(b"yes");
            tree.root(LOG_ID, 1, first)
        };
        assert_ne!(salted(SALT), salted(SALT.next()));
    }
}
