//! Text in 80 columns.

use std::io::{self, Write};

use acquaint_domain::shown;

/// Width of a page for people, in columns.
pub const COLUMNS: usize = 80;
/// Maximum length of one paragraph, in characters: the longest note and the text around it.
const PARAGRAPH_CHARS_MAX: usize = 12_000;

/// Writes `text` after `lead`, broken at white space to fit the page. Further lines are indented by the length of
/// `lead`.
pub fn paragraph(lead: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    let indent = lead.chars().count();
    let mut lead = lead.to_owned();
    for line in lines(text, COLUMNS.saturating_sub(indent)) {
        writeln!(out, "{}", format!("{lead}{line}").trim_end())?;
        lead = " ".repeat(indent);
    }
    Ok(())
}

/// Breaks `text` at white space into lines of at most `columns` characters; a longer word gets a line of its own.
/// Returns at least one line.
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

/// Like [`lines`], but also breaks a word that is longer than a line, so that nothing is wider than `columns`.
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
