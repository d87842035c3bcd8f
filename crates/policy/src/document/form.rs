//! The form of a document: TOML, or which of its lines are not.

use std::ops::Range;

use toml::de::DeTable;

use super::diagnostic::Diagnostic;

/// The most lines that are taken out.
const ERRORS_MAX: usize = 20;

/// A document without the lines that are not TOML.
pub(super) struct Readable {
    /// It, with blanks in the place of those lines, so that every place in it is the same as in the document.
    pub(super) text: String,
    /// What is wrong with those lines.
    pub(super) errors: Vec<Diagnostic>,
    /// Where they are.
    pub(super) blanked: Vec<Range<usize>>,
    /// Whether what is left is TOML.
    pub(super) is_toml: bool,
}

/// Takes the lines out of a document that are not TOML, so that what is wrong with the others is found at the same time.
/// The parser itself reads nothing after some errors, and after others reads what nobody wrote.
pub(super) fn readable(text: &str) -> Readable {
    let mut readable =
        Readable { text: text.to_owned(), errors: Vec::new(), blanked: Vec::new(), is_toml: false };
    for _ in 0..ERRORS_MAX {
        let error = match DeTable::parse(&readable.text) {
            Ok(_) => {
                readable.is_toml = true;
                return readable;
            }
            Err(error) => of_form(&error),
        };
        let culprit = culprit(&readable.text, error.span.start);
        // Taking out the lines of one unclosed bracket leads to the same error again.
        if readable.errors.last() != Some(&error) {
            readable.errors.push(error);
        }
        let Some(culprit) = culprit else { return readable };
        let blank = |c: char| if c == '\n' { "\n".to_owned() } else { " ".repeat(c.len_utf8()) };
        let blanks: String = readable.text[culprit.clone()].chars().map(blank).collect();
        readable.text.replace_range(culprit.clone(), &blanks);
        readable.blanked.push(culprit);
    }
    readable
}

/// What an error of the parser says.
pub(super) fn of_form(error: &toml::de::Error) -> Diagnostic {
    let message = error.message().trim().replace('\n', "; ");
    Diagnostic::new("PD01", error.span().unwrap_or(0..0), message, "here")
}

/// The key at the top of the document that the place belongs to, by the lines before it.
pub(super) fn section_at(text: &str, at: usize) -> &str {
    let line = line_at(text, at);
    let header = text[..line.end].lines().rev().find(|line| line.trim_start().starts_with('['));
    let name = header.unwrap_or(&text[line]).trim().trim_start_matches('[');
    name.split(['.', '=', ']']).next().unwrap_or_default().trim()
}

/// The line of an error or, where that line alone is TOML, the last line before it that is not: a bracket that is not closed is
/// noticed on a later line. Without its header a table's keys would be another table's, so they go with it.
fn culprit(text: &str, at: usize) -> Option<Range<usize>> {
    let mut line = line_at(text, at);
    if !is_duplicate(text, &line) {
        while is_toml(&text[line.clone()]) {
            line = line_at(text, line.start.checked_sub(1)?);
        }
    }
    if text[line.clone()].trim_start().starts_with('[') {
        let rest = &text[line.end..];
        let lines = rest.split_inclusive('\n');
        let keys: usize = lines.take_while(|line| !line.trim_start().starts_with('[')).map(str::len).sum();
        line.end += keys;
    }
    Some(line)
}

/// Whether the document is TOML up to the line and not with it: a key or a table is there a second time.
fn is_duplicate(text: &str, line: &Range<usize>) -> bool {
    is_toml(&text[line.clone()]) && is_toml(&text[..line.start]) && !is_toml(&text[..line.end])
}

fn is_toml(text: &str) -> bool {
    DeTable::parse(text).is_ok()
}

/// The line that holds the place, with its end.
fn line_at(text: &str, at: usize) -> Range<usize> {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end + 1);
    start..end
}
