//! A file of text, as orders name one.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::failure::Failure;
use crate::grammar::Exit;

/// Reads a file whole; `wanted` says what to give where it is no text.
pub(crate) fn read(file: &Path, wanted: &str) -> Result<String, Failure> {
    read_at_most(file, u64::MAX, wanted)
}

/// Reads a file whole, unless it has more than `bytes_max` bytes.
pub(crate) fn read_at_most(file: &Path, bytes_max: u64, wanted: &str) -> Result<String, Failure> {
    let name = file.display();
    let mut bytes = Vec::new();
    let read =
        File::open(file).and_then(|opened| opened.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes));
    read.map_err(|error| {
        Failure::new(Exit::BadInput, format!("`{name}` cannot be read: {error}; check the path"))
    })?;
    if bytes.len() as u64 > bytes_max {
        let sentence = format!("`{name}` has more than {bytes_max} bytes; {wanted}");
        return Err(Failure::new(Exit::BadInput, sentence));
    }
    String::from_utf8(bytes).map_err(|error| {
        let (whole, _) = error.as_bytes().split_at(error.utf8_error().valid_up_to());
        let before = String::from_utf8_lossy(whole);
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        Failure::new(Exit::BadInput, format!("{name}:{line}:{column}: this is not UTF-8 text; {wanted}"))
    })
}
