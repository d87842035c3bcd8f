//! A file of text, as orders name one.

use std::fs;
use std::path::Path;

use crate::failure::Failure;
use crate::grammar::Exit;

/// Reads a file whole; `wanted` says what to give where it is no text.
pub(crate) fn read(file: &Path, wanted: &str) -> Result<String, Failure> {
    let name = file.display();
    let bytes = fs::read(file).map_err(|error| {
        Failure::new(Exit::BadInput, format!("`{name}` cannot be read: {error}; check the path"))
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let (whole, _) = error.as_bytes().split_at(error.utf8_error().valid_up_to());
        let before = String::from_utf8_lossy(whole);
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        Failure::new(Exit::BadInput, format!("{name}:{line}:{column}: this is not UTF-8 text; {wanted}"))
    })
}
