//! Text in 80 columns.

use std::io::{self, Write};

use acquaint_domain::shown;

/// How wide a page for people is.
pub const COLUMNS: usize = 80;
/// The most characters of one paragraph: the longest note, and what is said around it.
const PARAGRAPH_CHARS_MAX: usize = 12_000;

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
pub fn lines(text: &str, columns: usize) -> Vec<String> {
    let shortened = text.char_indices().nth(PARAGRAPH_CHARS_MAX).map(|(cut, _)| {
        let count = text.chars().count();
        format!("{}.. ({count} characters)", &text[..cut])
    });
    let text = shortened.as_deref().unwrap_or(text);
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_whitespace() {
        let word = shown(word);
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

/// The same, and a word that no line holds is broken wherever the line ends: nothing is wider than `columns`.
pub fn broken_lines(text: &str, columns: usize) -> Vec<String> {
    let mut broken = Vec::new();
    for line in lines(text, columns) {
        let chars: Vec<char> = line.chars().collect();
        let mut parts = chars.chunks(columns.max(1)).map(|part| part.iter().collect::<String>());
        broken.push(parts.next().unwrap_or_default());
        broken.extend(parts);
    }
    broken
}
