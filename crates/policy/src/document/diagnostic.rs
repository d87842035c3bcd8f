//! What is wrong with a document, and where.

use std::ops::Range;

/// Something wrong in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its kind. Errors: `PD01` the form of the document, `PD02` an unknown key, `PD03` the wrong type, `PD04` a missing key,
    /// `PD05` no source, `PD06` a value, `PD07` values that cannot both be meant, `PD08` something
    /// larger than it may be. Warnings: `PW01` a limit of 0, `PW02` less for those who pay more, `PW03` a source that says
    /// another number.
    pub code: &'static str,
    /// The bytes of the document that it is about.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// A few words for the place.
    pub label: String,
    /// What to do; `None` where the message says it.
    pub help: Option<String>,
    /// The key that is missing, where that is what is wrong.
    pub(super) missing: Option<&'static str>,
}

/// A document that is no policy: where, and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct PolicyError {
    /// Line of the document, from 1.
    pub line: usize,
    /// From 1, in characters.
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

    /// The same in one line, with line and column.
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

/// The word that is nearest to `typed`, if a third of its letters or fewer are wrong.
pub(super) fn nearest<'a>(typed: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    words
        .map(|word| (strsim::osa_distance(typed, word), word))
        .filter(|(distance, word)| *distance <= (word.chars().count() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}
