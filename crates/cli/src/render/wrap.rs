//! Text in 80 columns.

use std::io::{self, Write};

/// How wide a page for people is.
pub const COLUMNS: usize = 80;

/// Writes `text` behind `lead`, broken at white space so that it fits, further lines as far in as the lead is long.
pub fn paragraph(lead: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    let indent = lead.chars().count();
    let mut lead = lead.to_owned();
    for line in lines(text, COLUMNS.saturating_sub(indent)) {
        writeln!(out, "{}", format!("{lead}{line}").trim_end())?;
        lead = " ".repeat(indent);
    }
    Ok(())
}

/// Breaks `text` at white space into lines of at most `columns` characters; a longer word has a line of its own. There
/// is at least one line.
pub(super) fn lines(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_whitespace() {
        let word = printable(word);
        let length = word.chars().count();
        if used > 0 && used + 1 + length > columns {
            lines.push(String::new());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(&word);
            used += length;
        }
    }
    lines
}

/// `text` with its control characters written out, so that what one person typed cannot steer another's terminal.
pub(super) fn printable(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || is_direction(c) {
            printable.extend(c.escape_default());
        } else {
            printable.push(c);
        }
    }
    printable
}

/// The characters that turn the direction of the text that follows (Unicode, annex 9).
const fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
