//! How one person's text is shown to others: it controls nobody's terminal, spreadsheet or reading direction, and is no
//! longer than fits on a page.

use std::borrow::Cow;

/// The most characters of one text that are shown. Every text that is within its bound and is shown on one line, above all
/// an address, is shown whole.
pub const SHOWN_CHARS_MAX: usize = 2_000;

/// `text` on one line, with invisible characters written out, and shortened where it is longer than `chars_max`.
pub fn shown_within(text: &str, chars_max: usize) -> Cow<'_, str> {
    // Counting stops early: a text may be as long as a segment of the log.
    let Some((cut, _)) = text.char_indices().nth(chars_max) else { return visible(text) };
    let start = visible(&text[..cut]);
    Cow::Owned(format!("{start}.. ({} characters)", text.chars().count()))
}

/// As [`shown_within`], with at most [`SHOWN_CHARS_MAX`] characters.
pub fn shown(text: &str) -> Cow<'_, str> {
    shown_within(text, SHOWN_CHARS_MAX)
}

/// `text` with every invisible character written out, such as `\u{1b}` or `\n`.
pub fn visible(text: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
    if text.bytes().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut written = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        if is_unseen_after(before, c) {
            written.extend(c.escape_default());
        } else {
            written.push(c);
        }
        before = c;
    }
    Cow::Owned(written)
}

/// Whether a character is invisible, so that it is written out: control characters (C0, DEL, C1), those that set the
/// direction of text, line separators, and those without width. The joiners of many scripts and emoji stay, but only after a
/// visible character that is not ASCII.
pub fn is_unseen_after(before: char, c: char) -> bool {
    match c {
        '\u{200c}' | '\u{200d}' => before.is_ascii() || is_unseen(before),
        c => is_unseen(c),
    }
}

/// Unicode 16: the general categories Cc, Zl and Zp, those of Cf that have no shape, and fillers that are letters without one.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_characters_are_written_out() {
        let check = |text: &str, expected: &str| assert_eq!(visible(text), expected, "{text:?}");
        check("plain text", "plain text");
        check("École 漢字 🙂 שלום", "École 漢字 🙂 שלום");
        check("\u{1b}[2J", "\\u{1b}[2J");
        check("a\nb\r\tc\0", "a\\nb\\r\\tc\\u{0}");
        check("\u{7f}\u{9b}31m", "\\u{7f}\\u{9b}31m");
        check("\u{202e}evil\u{2066}", "\\u{202e}evil\\u{2066}");
        check("a\u{200b}b\u{feff}\u{ad}\u{2028}\u{e0041}", "a\\u{200b}b\\u{feff}\\u{ad}\\u{2028}\\u{e0041}");
    }

    #[test]
    fn joiners_stay_where_a_script_or_an_emoji_needs_them() {
        let family = "👩\u{200d}👧";
        let persian = "می\u{200c}خواهم";
        assert_eq!((visible(family), visible(persian)), (family.into(), persian.into()));
        assert_eq!(visible("bob\u{200d}"), "bob\\u{200d}");
        assert_eq!(visible("é\u{200d}\u{200d}"), "é\u{200d}\\u{200d}");
    }

    #[test]
    fn a_long_text_is_shortened_and_says_how_long_it_is() {
        assert_eq!(shown_within("abcde", 5), "abcde");
        assert_eq!(shown_within("abcdef", 5), "abcde.. (6 characters)");
        assert_eq!(shown_within("🙂🙂\u{1b}🙂", 3), "🙂🙂\\u{1b}.. (4 characters)");
        assert_eq!(
            shown(&"x".repeat(70_000)).chars().count(),
            SHOWN_CHARS_MAX + ".. (70000 characters)".len()
        );
    }
}
