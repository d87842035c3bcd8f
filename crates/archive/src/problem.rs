//! What is wrong with a file.

use std::fmt;

use acquaint_domain::{shown, visible};

/// What is wrong with an export: where, what, and what to do. Nothing from such an export is imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ExportProblem {
    /// The name of the file in the export, or of the export itself.
    pub file: String,
    /// The line, from 1; `None` if the whole file is meant.
    pub line: Option<u32>,
    /// The column of the table or the character in the line, from 1.
    pub column: Option<u32>,
    /// What is wrong, what was expected, and what to do.
    pub sentence: String,
}

impl ExportProblem {
    /// A problem with a whole file.
    pub fn of(file: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { file: file.into(), line: None, column: None, sentence: sentence.into() }
    }

    /// A problem at one place in a file.
    pub fn at(file: &str, line: u32, column: u32, sentence: impl Into<String>) -> Self {
        let (line, column) = (Some(line), Some(column));
        Self { file: file.to_owned(), line, column, sentence: sentence.into() }
    }
}

impl fmt::Display for ExportProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // File names come from the maker of the container, so escape them.
        let file = shown(&self.file);
        match (self.line, self.column) {
            (Some(line), Some(column)) => write!(f, "{file}:{line}:{column}: {}", self.sentence),
            (Some(line), None) => write!(f, "{file}:{line}: {}", self.sentence),
            (None, _) => write!(f, "`{file}`: {}", self.sentence),
        }
    }
}

/// A text from a file as messages quote it: shortened, and without line breaks.
pub(crate) fn quoted(text: &str) -> String {
    const CHARS_MAX: usize = 40;
    let more = text.char_indices().nth(CHARS_MAX).map(|(cut, _)| cut);
    match more {
        Some(cut) => format!("`{}..`", visible(&text[..cut])),
        None => format!("`{}`", visible(text)),
    }
}
