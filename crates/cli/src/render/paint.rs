//! Adds colour to finished lines. Colour alone never carries information: a page reads the same without it.

use std::io::{self, Write};

const RESET: &str = "\u{1b}[0m";
const BOLD: &str = "\u{1b}[1m";
const RED: &str = "\u{1b}[31m";
const GREEN: &str = "\u{1b}[32m";
const YELLOW: &str = "\u{1b}[33m";
const DIM: &str = "\u{1b}[2m";

/// Passes lines on, with colour.
pub struct Painter<'a> {
    out: &'a mut dyn Write,
    line: Vec<u8>,
    /// Whether the previous line was empty: a title only follows an empty line.
    after_empty: bool,
}

impl<'a> Painter<'a> {
    /// Writes to `out`.
    pub fn new(out: &'a mut dyn Write) -> Self {
        Self { out, line: Vec::new(), after_empty: false }
    }
}

impl Write for Painter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                let line = std::mem::take(&mut self.line);
                let line = String::from_utf8_lossy(&line);
                let is_title = self.after_empty && is_title(line.trim_end());
                self.after_empty = line.trim().is_empty();
                self.out.write_all(painted(&line, is_title).as_bytes())?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let rest = std::mem::take(&mut self.line);
        self.out.write_all(&rest)?;
        self.out.flush()
    }
}

/// Colours a line by its code, label, title, or symbol of a finding.
fn painted(line: &str, is_title: bool) -> String {
    let text = line.trim_end_matches('\n');
    let end = &line[text.len()..];
    let begun = text.trim_start();
    let indent = text.len() - begun.len();
    let color = match begun.chars().next() {
        Some('✓') => Some(GREEN),
        Some('✗') => Some(RED),
        Some('‖' | '!' | '?') => Some(YELLOW),
        Some('◌' | '·') => Some(DIM),
        _ => None,
    };
    if let Some(color) = color.filter(|_| indent > 0) {
        let word_end = begun.match_indices("  ").next().map_or(begun.len(), |(at, _)| at);
        let (head, rest) = begun.split_at(word_end);
        return format!("{}{color}{head}{RESET}{rest}{end}", &text[..indent]);
    }
    if let Some(code) = code(begun).filter(|_| indent == 0) {
        let (head, rest) = text.split_at(code.len());
        return format!("{BOLD}{}{head}{RESET}{rest}{end}", of_code(code));
    }
    if let Some((head, code)) = code_at_end(text).filter(|_| indent == 0) {
        return format!("{head}{BOLD}{}{code}{RESET}{end}", of_code(code));
    }
    if let Some(label) = LABELS.iter().find(|label| text.split(' ').next() == Some(**label)) {
        let rest = &text[label.len()..];
        return format!("{BOLD}{label}{RESET}{rest}{end}");
    }
    if is_title {
        return format!("{BOLD}{text}{RESET}{end}");
    }
    line.to_owned()
}

/// `CR0401` at the beginning of a line.
fn code(text: &str) -> Option<&str> {
    let code = text.get(..6)?;
    let digits = code.strip_prefix("CR")?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(code)
}

/// `CR0401` at the end of an answer's first line, after two spaces.
fn code_at_end(text: &str) -> Option<(&str, &str)> {
    let (head, last) = text.split_at_checked(text.len().checked_sub(6)?)?;
    code(last).filter(|_| head.ends_with("  ")).map(|code| (head, code))
}

/// The labels of an answer's first lines.
const LABELS: [&str; 9] = ["SAY", "Why", "Side", "Also", "Now", "Don't", "Next", "Today", "Proof"];

/// Red for a refusal, yellow for a request that waits, green for a connection.
fn of_code(code: &str) -> &'static str {
    match code.get(2..4) {
        Some("01" | "02" | "03" | "04" | "05") => RED,
        Some("06" | "07" | "09") => YELLOW,
        _ if matches!(code, "CR0808" | "CR0810") => GREEN,
        _ => YELLOW,
    }
}

/// A title begins with a capital letter, has at most 40 characters, and does not end in punctuation.
fn is_title(text: &str) -> bool {
    let begins = text.chars().next().is_some_and(char::is_uppercase);
    begins && text.chars().count() <= 40 && !text.ends_with(['.', ';', ',', '?'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_without_its_colour_is_the_original_page() {
        let page = "CR0401 daily-limit · alice -> bob\n\nrefused: 300 of 300.\n\nWhat to do\n  - Wait.\n  ✗ failed  daily-limit\n  ✓ passed  spam\nRefused.  CR0401\nDon't  wait.\nend";
        let mut out = Vec::new();
        let mut painter = Painter::new(&mut out);
        painter.write_all(page.as_bytes()).and_then(|()| painter.flush()).expect("memory takes everything");
        let painted = String::from_utf8(out).expect("text");
        let plain = [RESET, BOLD, RED, GREEN, YELLOW, DIM];
        let plain = plain.iter().fold(painted.clone(), |text, code| text.replace(code, ""));
        assert_eq!(plain, page);
        assert!(painted.contains("\u{1b}[1m\u{1b}[31mCR0401\u{1b}[0m daily-limit"), "{painted:?}");
        assert!(painted.contains("  \u{1b}[31m✗ failed\u{1b}[0m  daily-limit"), "{painted:?}");
        assert!(painted.contains("\u{1b}[1mWhat to do\u{1b}[0m"), "{painted:?}");
        assert!(painted.contains("Refused.  \u{1b}[1m\u{1b}[31mCR0401\u{1b}[0m\n"), "{painted:?}");
        assert!(painted.contains("\u{1b}[1mDon't\u{1b}[0m  wait."), "{painted:?}");
    }
}
