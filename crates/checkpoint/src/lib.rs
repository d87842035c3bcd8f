//! Checkpoints: the state of the views after one event, saved as bytes and loaded without replaying the events before it.
//!
//! **What it is.** [`Snapshot`] is implemented by everything that can be saved and loaded: numbers, texts, lists, maps, the
//! domain types that views hold, and, with [`snapshot!`], any struct or enum of those. [`CheckpointHead`] is the beginning of
//! a checkpoint's file: the log, the last event, and the length and hash of each section. A checkpoint is a cache:
//! everything in it can be computed from the log, and an unusable one costs only time.
//!
//! **Where to start reading.** [`Snapshot`], then `file.rs`.
//!
//! **This crate never** opens a file, trusts a length before it has the bytes, panics on malformed bytes, loads views of
//! another format than the current one, or proves an answer. A checkpoint's head is evidence only of how long its log was.

mod collections;
mod domain;
mod file;
mod made;
mod numbers;
mod reader;

pub use file::{CheckpointHead, FORMAT, HeadProblem, LogEvidence, Section, format_of};
pub use reader::{MalformedSnapshot, SnapshotReader, put_varint};

/// A value that can be saved as bytes and loaded from them.
///
/// The same value always has the same bytes. An entry of a list or map has at least one byte, so that the length of a list
/// is bounded by the bytes that are left before anything is allocated for it.
pub trait Snapshot: Sized {
    /// Appends the bytes of this value to `out`.
    fn save(&self, out: &mut Vec<u8>);

    /// Takes a value from the front of `bytes`.
    ///
    /// # Errors
    /// The bytes are not the saved form of such a value.
    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot>;
}

/// The bytes of `state`.
pub fn saved(state: &impl Snapshot) -> Vec<u8> {
    let mut out = Vec::new();
    state.save(&mut out);
    out
}

/// Loads the state of which `bytes` are the whole saved form.
///
/// # Errors
/// `bytes` are not the saved form of such a state, or are more than that.
pub fn loaded<T: Snapshot>(bytes: &[u8]) -> Result<T, MalformedSnapshot> {
    let mut reader = SnapshotReader::new(bytes);
    let state = T::load(&mut reader)?;
    if reader.left() > 0 { Err(MalformedSnapshot) } else { Ok(state) }
}
