//! A network as a file of records: one JSON object a line, as described in `docs/import.md`.
//!
//! **What it is.** [`RecordReader`] reads such a file part by part for an engine to import, never the whole file; [`write()`]
//! writes the state of an engine, always in the same order.
//!
//! **Where to start reading.** [`RecordReader::part`], then `record.rs`, which has the rule of each field.
//!
//! **This crate never** accepts a field that it does not know, guesses what a line does not say, or holds a whole file in
//! memory.

mod error;
mod json;
mod moment;
mod read;
mod record;
mod write;

pub use error::{RecordError, WriteError};
pub use read::RecordReader;
pub use write::{WriteCounts, write};

/// The format's name, in the first line of every file.
pub const FORMAT: &str = "network";
/// The version of the format: the one that is written, and the only one that is read.
pub const VERSION: u64 = 1;
/// The longest line that is read or written, in bytes, without its line break. An event made from such a line fits into one
/// append.
pub const LINE_LEN_MAX: usize = 1 << 20;
