//! Errors of reading and writing a file of records, worded for people.

use std::io;

/// Why a file of records cannot be read any further.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The file itself cannot be read.
    #[error("it cannot be read: {0}; check the path")]
    Io(#[from] io::Error),
    /// The path is a folder, or another kind of file, which may be endless.
    #[error("it is not a file; give a file of records (docs/import.md)")]
    NotAFile,
    /// The file is empty.
    #[error("it is empty; its first line must be {HEADER}")]
    Empty,
    /// A line is wrong.
    #[error("line {line}: {what}")]
    Line {
        /// The number of the line, from 1.
        line: u64,
        /// What is wrong with it, and what to do.
        what: String,
    },
}

/// An example of the first line of a file.
pub(crate) const HEADER: &str = r#"`{"acquaint":"network","version":1,"as_of":"2026-11-21T08:12:05Z"}`"#;

/// Why a network cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The output cannot be written.
    #[error("it cannot be written: {0}")]
    Io(#[from] io::Error),
    /// The log, from which the notes of open requests are read, cannot be read.
    #[error(transparent)]
    Log(#[from] acquaint_engine::StartError),
    /// A line would be longer than a reader accepts.
    #[error("the line of {whose} would be longer than {max} bytes, and could not be read again")]
    TooLong {
        /// The record of that line.
        whose: String,
        /// The longest line that a reader accepts, in bytes.
        max: usize,
    },
}
