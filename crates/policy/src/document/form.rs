//! The syntax of a document: which of its lines are not TOML.

use std::ops::Range;

use toml::de::DeTable;

use super::diagnostic::Diagnostic;

/// How often lines are blanked out before the search for further errors ends.
const ERRORS_MAX: usize = 20;

/// A document whose lines that are not TOML are blanked out.
pub(super) struct Readable {
    /// The text with spaces in place of those lines, so that byte offsets stay valid.
    pub(super) text: String,
    /// The errors in those lines.
    pub(super) errors: Vec<Diagnostic>,
    /// The ranges of those lines.
    pub(super) blanked: Vec<Range<usize>>,
    /// Whether what is left is TOML.
    pub(super) is_toml: bool,
}

/// Blanks out the lines of a document that are not TOML, so that errors in the others are found at the same time. The parser's
/// own recovery does not help: it stops at some errors, and misreads what follows others.
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
        // Blanking out the lines of one unclosed bracket repeats the same error.
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

/// The diagnostic of a parser's error.
pub(super) fn of_form(error: &toml::de::Error) -> Diagnostic {
    let message = error.message().trim().replace('\n', "; ");
    Diagnostic::new("PD01", error.span().unwrap_or(0..0), message, "here")
}

/// The top-level key that a place belongs to, judging by the lines before it.
pub(super) fn section_at(text: &str, at: usize) -> &str {
    let line = line_at(text, at);
    let header = text[..line.end].lines().rev().find(|line| line.trim_start().starts_with('['));
    let name = header.unwrap_or(&text[line]).trim().trim_start_matches('[');
    name.split(['.', '=', ']']).next().unwrap_or_default().trim()
}

/// The line of an error or, if that line by itself is valid TOML, the last line before it that is not: an unclosed bracket is
/// noticed on a later line. A table's header includes the table's keys, which would otherwise belong to the table before it.
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

/// Whether the document is valid up to the line but not with it: a key or a table is defined twice.
fn is_duplicate(text: &str, line: &Range<usize>) -> bool {
    is_toml(&text[line.clone()]) && is_toml(&text[..line.start]) && !is_toml(&text[..line.end])
}

fn is_toml(text: &str) -> bool {
    DeTable::parse(text).is_ok()
}

/// The line that contains the place, with its line break.
fn line_at(text: &str, at: usize) -> Range<usize> {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end + 1);
    start..end
}
