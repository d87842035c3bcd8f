//! What is wrong with a file.

use std::fmt;

use acquaint_domain::{shown, visible};

/// What is wrong with an export: where, what, and what to do. Nothing of such an export is taken in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Problem {
    /// The file, as it is called in the export, or the export itself.
    pub file: String,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The column of the table or the character of the line, from 1.
    pub column: Option<u32>,
    /// What is wrong, what was expected, and what to do.
    pub sentence: String,
}

impl Problem {
    /// Something wrong with a whole file.
    pub fn of(file: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { file: file.into(), line: None, column: None, sentence: sentence.into() }
    }

    /// Something wrong at one place of it.
    pub fn at(file: &str, line: u32, column: u32, sentence: impl Into<String>) -> Self {
        let (line, column) = (Some(line), Some(column));
        Self { file: file.to_owned(), line, column, sentence: sentence.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The names of files were chosen by the maker of the container.
        let file = shown(&self.file);
        match (self.line, self.column) {
            (Some(line), Some(column)) => write!(f, "{file}:{line}:{column}: {}", self.sentence),
            (Some(line), None) => write!(f, "{file}:{line}: {}", self.sentence),
            (None, _) => write!(f, "`{file}`: {}", self.sentence),
        }
    }
}

/// A text of a file as a sentence quotes it: short, and without line breaks.
pub(crate) fn quoted(text: &str) -> String {
    const CHARS_MAX: usize = 40;
    let more = text.char_indices().nth(CHARS_MAX).map(|(cut, _)| cut);
    match more {
        Some(cut) => format!("`{}..`", visible(&text[..cut])),
        None => format!("`{}`", visible(text)),
    }
}
