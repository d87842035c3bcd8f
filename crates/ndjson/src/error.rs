//! What can be wrong with a file of records, in sentences for people.

use std::io;

/// A file that cannot be read on.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file itself.
    #[error("it cannot be read: {0}; check the path")]
    Io(#[from] io::Error),
    /// A folder, or something else that has no end.
    #[error("it is no file; give a file of records (docs/import.md)")]
    NotAFile,
    /// Nothing is in it.
    #[error("it is empty; its first line must be {HEADER}")]
    Empty,
    /// A line.
    #[error("line {line}: {what}")]
    Line {
        /// Which, from 1.
        line: u64,
        /// What is wrong with it, and what to do.
        what: String,
    },
}

/// How a file begins.
pub(crate) const HEADER: &str = r#"`{"acquaint":"network","version":1,"as_of":"2026-11-21T08:12:05Z"}`"#;

/// A network that cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Where it is written to.
    #[error("it cannot be written: {0}")]
    Io(#[from] io::Error),
    /// The notes of open requests are read from the log.
    #[error(transparent)]
    Log(#[from] acquaint_engine::OpenError),
    /// A line would be longer than is ever read.
    #[error("the line of {whose} would be longer than {max} bytes, and could not be read again")]
    TooLong {
        /// Of which record.
        whose: String,
        /// The longest that is read.
        max: usize,
    },
}
