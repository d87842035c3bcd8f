//! The bytes of views: a state as it was after one event, saved, and loaded again without the events before it.
//!
//! **What it is.** [`Image`] is what can be saved and loaded: numbers, texts, lists, maps, what views hold of the domain, and
//! with [`image!`] any struct or enum of those. [`Head`] is the beginning of a checkpoint's file: which log, after which
//! event, and how long and with which hash each of its sections is. A checkpoint is a cache: what it holds can be had from
//! the log, and one that cannot be used costs time and nothing else.
//!
//! **Where to start reading.** [`Image`], then `file.rs`.
//!
//! **This crate never** opens a file, trusts a length before the bytes are there, panics on bytes, reads a format that is not
//! today's, or is what an answer is proven by. What its head says of its log is evidence of how long that log was.

mod collections;
mod domain;
mod file;
mod made;
mod numbers;
mod reader;

pub use file::{FORMAT, Head, HeadProblem, Proof, Section, format_of};
pub use reader::{Reader, Torn, put_varint};

/// What can be saved as bytes and loaded from them again.
///
/// The same state always has the same bytes. Every value has at least one byte, which is how a list's length is bounded
/// before anything is allocated for it.
pub trait Image: Sized {
    /// Puts its bytes behind those that are there.
    fn save(&self, out: &mut Vec<u8>);

    /// Takes it from the front of `bytes`.
    ///
    /// # Errors
    /// The bytes are no such thing.
    fn load(bytes: &mut Reader<'_>) -> Result<Self, Torn>;
}

/// The bytes of `state`.
pub fn saved(state: &impl Image) -> Vec<u8> {
    let mut out = Vec::new();
    state.save(&mut out);
    out
}

/// The state of which these are all the bytes.
///
/// # Errors
/// They are not.
pub fn loaded<T: Image>(bytes: &[u8]) -> Result<T, Torn> {
    let mut reader = Reader::new(bytes);
    let state = T::load(&mut reader)?;
    if reader.left() > 0 { Err(Torn) } else { Ok(state) }
}
