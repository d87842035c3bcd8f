//! A network as a file of records: one JSON object a line, described in `docs/import.md`.
//!
//! **What it is.** [`Reader`] reads such a file part by part, never whole, for an engine to take over; [`write`] writes the
//! state of one, in an order that is always the same.
//!
//! **Where to start reading.** [`Reader::part`], then `record.rs`, where each field's rule stands.
//!
//! **This crate never** takes a field that it does not know, guesses what a line does not say, or holds a file in memory.

mod error;
mod json;
mod moment;
mod read;
mod record;
mod write;

pub use error::{ReadError, WriteError};
pub use read::Reader;
pub use write::{Written, write};

/// The format's name, in the first line of every file.
pub const FORMAT: &str = "network";
/// The version that is written, and the only one that is read.
pub const VERSION: u64 = 1;
/// The longest line that is read or written, in bytes, its end not counted: an event made of one fits into an append.
pub const LINE_LEN_MAX: usize = 1 << 20;
