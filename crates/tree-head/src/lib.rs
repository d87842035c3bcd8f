//! Signed heads of a growing log, and proofs that a later head continues an earlier one.
//!
//! **What it is.** A [`TreeHead`] is the size and the root of a Merkle tree over everything in a log (RFC 6962), written as a
//! C2SP [checkpoint](https://c2sp.org/tlog-checkpoint). A [`Note`] is such a text with signatures, in the C2SP
//! [signed note](https://c2sp.org/signed-note) form. A [`Consistency`] proves that the tree of one head is the beginning of
//! the tree of another, to somebody who has nothing but the two heads.
//!
//! **Where to start reading.** `tree.rs` is the tree; `consistency.rs` makes and checks proofs; `head.rs` and `note.rs` are
//! the texts; `key.rs` is the keys.
//!
//! **This crate never** opens a file, reads a clock, draws a random number, or knows what a leaf stands for.

mod consistency;
mod head;
mod key;
mod note;
mod tree;

pub use consistency::{Consistency, ConsistencyProver, Inconsistent, ProofFileError};
pub use head::{HeadError, TreeHead};
pub use key::{KeyTextError, SigningKey, VerifyingKey};
pub use note::{Note, NoteError, NoteSignature};
pub use tree::{GrowingTree, TreeHash};
