//! Proofs that one tree is the beginning of another (RFC 6962, section 2.1.2; checked as in RFC 9162, section 2.1.4.2).

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::head::{HeadError, TreeHead, hash_from_base64};
use crate::note::{Note, NoteError};
use crate::tree::{GrowingTree, TreeHash, empty_root, node};

/// The most hashes in a proof: two trees of less than 2^63 leaves need no more.
const HASHES_MAX: usize = 63;

/// A proof that a tree is the beginning of a larger one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consistency {
    /// The number of leaves of the earlier tree.
    pub old_size: u64,
    /// The number of leaves of the later tree.
    pub new_size: u64,
    /// The hashes, in the order of RFC 6962.
    pub hashes: Vec<TreeHash>,
}

/// Why a proof does not show that one tree is the beginning of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Inconsistent {
    /// The earlier tree is the larger one.
    #[error("the earlier head has {old} events, and the later one only {new}")]
    Shrunk {
        /// The size of the earlier tree.
        old: u64,
        /// The size of the later tree.
        new: u64,
    },
    /// The proof has fewer or more hashes than one of these sizes.
    #[error(
        "the proof has {hashes} hashes, which is too few or too many for heads of {old} and {new} events"
    )]
    Length {
        /// The number of hashes in it.
        hashes: usize,
        /// The size of the earlier tree.
        old: u64,
        /// The size of the later tree.
        new: u64,
    },
    /// The hashes do not lead to the root of the earlier tree.
    #[error("the proof does not lead to the root of the earlier head, which has {0} events")]
    OldRoot(u64),
    /// The hashes do not lead to the root of the later tree.
    #[error("the proof does not lead to the root of the later head, which has {0} events")]
    NewRoot(u64),
}

impl Consistency {
    /// Checks that the tree with the root `old` is the beginning of the tree with the root `new`.
    ///
    /// # Errors
    /// [`Inconsistent`]: the first thing that is wrong.
    pub fn check(&self, old: &TreeHash, new: &TreeHash) -> Result<(), Inconsistent> {
        let (old_size, new_size) = (self.old_size, self.new_size);
        if old_size > new_size {
            return Err(Inconsistent::Shrunk { old: old_size, new: new_size });
        }
        let length = Inconsistent::Length { hashes: self.hashes.len(), old: old_size, new: new_size };
        if old_size == 0 || old_size == new_size {
            let expected = if old_size == 0 { empty_root() } else { *new };
            return match (self.hashes.is_empty(), *old == expected) {
                (false, _) => Err(length),
                (true, false) => Err(Inconsistent::OldRoot(old_size)),
                (true, true) => Ok(()),
            };
        }
        let (old_top, new_top) = self.tops(old).ok_or(length)?;
        if old_top != *old {
            return Err(Inconsistent::OldRoot(old_size));
        }
        if new_top != *new { Err(Inconsistent::NewRoot(new_size)) } else { Ok(()) }
    }

    /// The roots that the hashes lead to, for sizes of which the first is at least 1 and below the second; `None` if there
    /// are too few or too many hashes.
    fn tops(&self, old: &TreeHash) -> Option<(TreeHash, TreeHash)> {
        if self.hashes.len() > HASHES_MAX {
            return None;
        }
        // The root of a complete tree is itself a node of the later tree, and is not in the proof.
        let known = self.old_size.is_power_of_two().then_some(*old);
        let mut hashes = known.into_iter().chain(self.hashes.iter().copied());
        let (mut index, mut last) = (self.old_size - 1, self.new_size - 1);
        while index % 2 == 1 {
            (index, last) = (index / 2, last / 2);
        }
        let first = hashes.next()?;
        let (mut old_top, mut new_top) = (first, first);
        for hash in hashes {
            if last == 0 {
                return None;
            }
            if index % 2 == 1 || index == last {
                old_top = node(&hash, &old_top);
                new_top = node(&hash, &new_top);
                while index.is_multiple_of(2) && index != 0 {
                    (index, last) = (index / 2, last / 2);
                }
            } else {
                new_top = node(&new_top, &hash);
            }
            (index, last) = (index / 2, last / 2);
        }
        (last == 0).then_some((old_top, new_top))
    }
}

/// What is wrong with a file that should hold a proof.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofFileError {
    /// A line before the head is not what it must be.
    #[error(
        "line {0} is neither `old` and a size (the first line) nor a hash in base 64 (the lines after it)"
    )]
    Line(usize),
    /// There is no empty line, or no signed text after it.
    #[error("no later head follows the hashes")]
    NoHead,
    /// What follows is no signed text.
    #[error("the later head in it: {0}")]
    Note(#[from] NoteError),
    /// What is signed is no head.
    #[error("the later head in it: {0}")]
    Head(#[from] HeadError),
}

impl Consistency {
    /// The proof and the later head, `new`, as a file: the body of a C2SP witness's `add-checkpoint`.
    #[must_use]
    pub fn file(&self, new: &Note) -> String {
        let mut file = format!("old {}\n", self.old_size);
        for hash in &self.hashes {
            file.push_str(&STANDARD.encode(hash));
            file.push('\n');
        }
        file.push('\n');
        file.push_str(&new.file());
        file
    }

    /// Reads such a file. Neither the proof nor a signature is checked.
    ///
    /// # Errors
    /// [`ProofFileError`].
    pub fn parse_file(file: &str) -> Result<(Consistency, Note), ProofFileError> {
        let (proof, head) = file.split_once("\n\n").ok_or(ProofFileError::NoHead)?;
        let note = Note::parse(head)?;
        let new_size = TreeHead::parse(&note.text)?.size;
        let mut lines = proof.lines();
        let old = lines.next().and_then(|line| line.strip_prefix("old "));
        let size =
            old.and_then(|digits| digits.parse::<u64>().ok().filter(|size| size.to_string() == digits));
        let old_size = size.ok_or(ProofFileError::Line(1))?;
        let mut hashes = Vec::new();
        for (index, line) in lines.enumerate() {
            let hash = hash_from_base64(line).filter(|_| index < HASHES_MAX);
            hashes.push(hash.ok_or(ProofFileError::Line(index + 2))?);
        }
        Ok((Consistency { old_size, new_size, hashes }, note))
    }
}

/// Makes a proof from the leaves of the later tree, which are pushed in order.
#[derive(Clone, Debug)]
pub struct ConsistencyProver {
    old_size: u64,
    new_size: u64,
    whole: GrowingTree,
    old_root: Option<TreeHash>,
    /// The leaves whose roots the proof consists of, in its order, each with the tree over those pushed so far. No two
    /// overlap.
    parts: Vec<(Range<u64>, GrowingTree)>,
}

impl ConsistencyProver {
    /// Begins a proof that the first `old_size` leaves are the beginning of the first `new_size`.
    ///
    /// # Errors
    /// [`Inconsistent::Shrunk`] if the earlier tree is the larger one.
    pub fn new(old_size: u64, new_size: u64) -> Result<ConsistencyProver, Inconsistent> {
        if old_size > new_size {
            return Err(Inconsistent::Shrunk { old: old_size, new: new_size });
        }
        let mut ranges = Vec::new();
        if old_size > 0 {
            subproof(old_size, 0..new_size, true, &mut ranges);
        }
        let parts = ranges.into_iter().map(|range| (range, GrowingTree::default())).collect();
        let old_root = (old_size == 0).then(empty_root);
        Ok(ConsistencyProver { old_size, new_size, whole: GrowingTree::default(), old_root, parts })
    }

    /// Adds the next leaf of the later tree. Leaves past its end are ignored.
    pub fn push(&mut self, data: &TreeHash) {
        let index = self.whole.size();
        if index >= self.new_size {
            return;
        }
        self.whole.push(data);
        if self.whole.size() == self.old_size {
            self.old_root = Some(self.whole.root());
        }
        if let Some((_, part)) = self.parts.iter_mut().find(|(range, _)| range.contains(&index)) {
            part.push(data);
        }
    }

    /// The proof, with the roots of the earlier and the later tree; `None` if not all leaves were pushed.
    #[must_use]
    pub fn finish(self) -> Option<(Consistency, TreeHash, TreeHash)> {
        let ConsistencyProver { old_size, new_size, whole, old_root, parts } = self;
        let old_root = old_root.filter(|_| whole.size() == new_size)?;
        let hashes = parts.iter().map(|(_, part)| part.root()).collect();
        Some((Consistency { old_size, new_size, hashes }, old_root, whole.root()))
    }
}

/// `SUBPROOF(m, D[n], b)` of RFC 6962, as the ranges whose roots it names; `range` is `D[n]`.
fn subproof(old_size: u64, range: Range<u64>, is_whole: bool, parts: &mut Vec<Range<u64>>) {
    let count = range.end - range.start;
    if old_size == count {
        if !is_whole {
            parts.push(range);
        }
        return;
    }
    let left = 1 << (count - 1).ilog2();
    let middle = range.start + left;
    if old_size <= left {
        subproof(old_size, range.start..middle, is_whole, parts);
        parts.push(middle..range.end);
    } else {
        subproof(old_size - left, middle..range.end, false, parts);
        parts.push(range.start..middle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::tests::{by_definition, leaves};

    fn proof(old: u64, new: u64) -> (Consistency, TreeHash, TreeHash) {
        let mut prover = ConsistencyProver::new(old, new).expect("it grows");
        leaves(40).iter().for_each(|leaf| prover.push(leaf));
        prover.finish().expect("there are enough leaves")
    }

    #[test]
    fn every_pair_of_sizes_is_proven_and_no_wrong_root_is() {
        let all = leaves(40);
        for new in 0..=33_u64 {
            for old in 0..=new {
                let (proof, old_root, new_root) = proof(old, new);
                assert_eq!(old_root, by_definition(&all[..old as usize]));
                assert_eq!(new_root, by_definition(&all[..new as usize]));
                assert_eq!(proof.check(&old_root, &new_root), Ok(()), "{old} to {new}");
                let other = [7; 32];
                assert!(proof.check(&other, &new_root).is_err(), "{old} to {new}");
                let covers_new = old > 0;
                assert_eq!(proof.check(&old_root, &other).is_err(), covers_new, "{old} to {new}");
            }
        }
    }

    #[test]
    fn a_wrong_size_a_changed_a_missing_and_an_added_hash_are_refused() {
        for new in 2..=33_u64 {
            for old in 1..new {
                let (proof, old_root, new_root) = proof(old, new);
                let refused = |wrong: &Consistency| assert!(wrong.check(&old_root, &new_root).is_err());
                for index in 0..proof.hashes.len() {
                    let mut wrong = proof.clone();
                    wrong.hashes[index][31] ^= 1;
                    refused(&wrong);
                    wrong.hashes.remove(index);
                    refused(&wrong);
                    let mut swapped = proof.clone();
                    swapped.hashes.swap(0, index);
                    assert!(index == 0 || swapped.check(&old_root, &new_root).is_err());
                }
                let mut longer = proof.clone();
                longer.hashes.push([0; 32]);
                refused(&longer);
                longer.hashes.push(new_root);
                refused(&longer);
                refused(&Consistency { old_size: old - 1, ..proof.clone() });
                refused(&Consistency { old_size: new, ..proof.clone() });
                refused(&Consistency { old_size: new + 1, ..proof.clone() });
                refused(&Consistency { hashes: Vec::new(), ..proof.clone() });
            }
        }
    }

    /// A proof does not depend on the exact later size where the shape of the path is the same, so its root decides: the
    /// root of the other size is another one.
    #[test]
    fn a_proof_for_another_later_size_does_not_lead_to_its_root() {
        let all = leaves(40);
        for new in 2..=20_u64 {
            for old in 1..new {
                let (proof, old_root, _) = proof(old, new);
                for other in (old + 1..=33).filter(|&other| other != new) {
                    let root = by_definition(&all[..other as usize]);
                    let wrong = Consistency { new_size: other, ..proof.clone() };
                    assert!(wrong.check(&old_root, &root).is_err(), "{old} to {new} as {other}");
                }
            }
        }
    }

    #[test]
    fn a_file_is_read_as_it_was_written_and_other_texts_are_not() {
        let (proof, _, root) = proof(5, 21);
        let head = TreeHead { origin: "a".to_owned(), size: 21, root, extra: Vec::new() };
        let note = Note { text: head.text(), signatures: Vec::new() };
        let file = proof.file(&note);
        assert_eq!(Consistency::parse_file(&file), Ok((proof.clone(), note)));
        let refused = |file: &str| Consistency::parse_file(file).expect_err("no proof");
        assert_eq!(refused(&file.replacen("old 5", "old 05", 1)), ProofFileError::Line(1));
        assert_eq!(refused(&file.replacen("old 5\n", "old 5\nx\n", 1)), ProofFileError::Line(2));
        assert_eq!(refused("old 5\n"), ProofFileError::NoHead);
        assert!(matches!(refused("old 5\n\nx\n"), ProofFileError::Head(_)));
        let many = format!(
            "old 5\n{}\n{}",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n".repeat(64),
            head.text()
        );
        assert_eq!(refused(&many), ProofFileError::Line(65));
    }

    #[test]
    fn a_tree_that_shrank_and_one_that_is_not_all_there_have_no_proof() {
        assert_eq!(
            ConsistencyProver::new(3, 2).expect_err("it shrank"),
            Inconsistent::Shrunk { old: 3, new: 2 }
        );
        assert_eq!(ConsistencyProver::new(1, 2).expect("it grows").finish(), None);
    }

    #[test]
    fn numbers_near_the_limit_neither_panic_nor_pass() {
        for (old, new) in [(1, u64::MAX), (u64::MAX - 1, u64::MAX), (1 << 63, u64::MAX), (u64::MAX, u64::MAX)]
        {
            for count in [0, 1, 62, 63, 64, 200] {
                let hashes = vec![[9; 32]; count];
                let checked = Consistency { old_size: old, new_size: new, hashes }.check(&[1; 32], &[2; 32]);
                assert!(checked.is_err());
            }
        }
    }
}
