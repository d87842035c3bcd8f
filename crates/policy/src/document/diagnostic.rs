//! Errors and warnings about a document, with their places.

use std::ops::Range;

/// An error or a warning about a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its kind. Errors: `PD01` invalid TOML, `PD02` an unknown key, `PD03` a wrong type, `PD04` a missing key, `PD05` a missing
    /// source, `PD06` an invalid value, `PD07` contradictory values, `PD08` something out of bounds. Warnings: `PW01` a limit
    /// of 0, `PW02` less for members who pay more, `PW03` a source that states another number.
    pub code: &'static str,
    /// The bytes of the document that it points at.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// A short label for the place.
    pub label: String,
    /// What to do; `None` if the message is enough.
    pub help: Option<String>,
    /// The missing key, if the error is that one is missing.
    pub(super) missing: Option<&'static str>,
}

/// The error of a document that is not a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct PolicyError {
    /// 1-based line of the document.
    pub line: usize,
    /// 1-based column, in characters.
    pub column: usize,
    /// What is wrong there.
    pub message: String,
}

impl Diagnostic {
    pub(super) fn new(
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> Self {
        Self { code, span, message: message.into(), label: label.into(), help: None, missing: None }
    }

    pub(super) fn with_help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    pub(super) fn with_missing(self, name: &'static str) -> Self {
        Self { missing: Some(name), ..self }
    }

    /// The diagnostic as a one-line error with line and column.
    pub fn located(&self, text: &str) -> PolicyError {
        let before = &text[..self.span.start.min(text.len())];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |tail| tail.chars().count()) + 1;
        let help = self.help.as_ref().map_or_else(String::new, |help| format!("; {help}"));
        PolicyError { line, column, message: format!("{}{help}", self.message) }
    }
}

/// The path of a key inside a table.
pub(super) fn place(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// The word nearest to `entered`, if at most a third of its letters differ.
pub(super) fn nearest<'a>(entered: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    words
        .map(|word| (strsim::osa_distance(entered, word), word))
        .filter(|(distance, word)| *distance <= (word.chars().count() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}
