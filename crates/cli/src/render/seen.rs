//! The last filter before all output: no invisible character reaches a terminal, whichever part of the program wrote it.
//! Texts are already put on one line and shortened where they are written; this is the safety net.
//!
//! An invisible character is escaped as in JSON (`\u001b`), so that a JSON document keeps its meaning, and the filter need
//! not know the format.

use std::io::{self, Write};

use acquaint_domain::is_unseen_after;

/// Passes text on, with every invisible character escaped except line breaks and tabs.
pub struct VisibleWriter<'a> {
    out: &'a mut dyn Write,
    /// The first bytes of a character that is not complete yet.
    begun: Vec<u8>,
    /// The previous character, which decides whether a joiner is visible.
    before: char,
}

impl<'a> VisibleWriter<'a> {
    /// Writes to `out`.
    pub fn new(out: &'a mut dyn Write) -> Self {
        Self { out, begun: Vec::new(), before: '\n' }
    }

    fn text(&mut self, text: &str) -> io::Result<()> {
        let is_plain = |byte: u8| byte.is_ascii_graphic() || matches!(byte, b' ' | b'\n' | b'\t');
        if text.bytes().all(is_plain) {
            if let Some(last) = text.chars().next_back() {
                self.before = last;
            }
            return self.out.write_all(text.as_bytes());
        }
        let mut written = String::with_capacity(text.len());
        for c in text.chars() {
            if !matches!(c, '\n' | '\t') && is_unseen_after(self.before, c) {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    written.push_str(&format!("\\u{unit:04x}"));
                }
            } else {
                written.push(c);
            }
            self.before = c;
        }
        self.out.write_all(written.as_bytes())
    }

    /// Writes the complete characters of `bytes`, and keeps an incomplete one at the end.
    fn whole(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        loop {
            match std::str::from_utf8(bytes) {
                Ok(text) => return self.text(text),
                Err(error) => {
                    let (whole, rest) = bytes.split_at(error.valid_up_to());
                    self.text(std::str::from_utf8(whole).unwrap_or_default())?;
                    let Some(bad) = error.error_len() else {
                        self.begun = rest.to_vec();
                        return Ok(());
                    };
                    self.text("\u{fffd}")?;
                    bytes = &rest[bad..];
                }
            }
        }
    }
}

impl Write for VisibleWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.begun.is_empty() {
            self.whole(bytes)?;
        } else {
            let mut begun = std::mem::take(&mut self.begun);
            begun.extend_from_slice(bytes);
            self.whole(&begun)?;
        }
        Ok(bytes.len())
    }

    /// Keeps an incomplete character, which the next write may complete.
    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(parts: &[&[u8]], expected: &str) {
        let mut out = Vec::new();
        let mut visible = VisibleWriter::new(&mut out);
        parts.iter().try_for_each(|part| visible.write_all(part)).expect("memory takes everything");
        assert_eq!(String::from_utf8(out).expect("text"), expected);
    }

    #[test]
    fn invisible_characters_are_escaped_however_the_writes_are_split() {
        let text = "a\u{1b}[31m\tÉ\u{202e}漢\r\n\u{200b}👩\u{200d}👧";
        let expected = "a\\u001b[31m\tÉ\\u202e漢\\u000d\n\\u200b👩\u{200d}👧";
        check(&[text.as_bytes()], expected);
        for cut in 0..text.len() {
            let (one, other) = text.as_bytes().split_at(cut);
            check(&[one, other], expected);
        }
        let bytes: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
        check(&bytes, expected);
    }

    #[test]
    fn an_object_keeps_its_meaning() {
        let value = serde_json::json!({ "name\u{202e}": "\u{1b}\u{7f}\u{9b}\n\u{200b}\u{e0041} \u{2028}漢" });
        for text in [value.to_string(), serde_json::to_string_pretty(&value).expect("it is written")] {
            let mut out = Vec::new();
            VisibleWriter::new(&mut out).write_all(text.as_bytes()).expect("memory takes everything");
            let written = String::from_utf8(out).expect("text");
            assert!(
                !written.contains(['\u{202e}', '\u{7f}', '\u{9b}', '\u{200b}', '\u{e0041}']),
                "{written}"
            );
            assert_eq!(serde_json::from_str::<serde_json::Value>(&written).expect("JSON"), value);
        }
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_replaced() {
        check(&[b"a\xff\xfeb", b"\xe6\xbc", b"\xa2\n"], "a\u{fffd}\u{fffd}b漢\n");
    }
}
