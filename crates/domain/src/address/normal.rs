//! The canonical form of texts that can be written in several ways: letter case, composition, and host names.

use std::borrow::Cow;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{AddressProblem, MalformedAddress, malformed};

/// The most bytes of a host name, whose 253 characters take up to four bytes each.
const HOST_BYTES_MAX: usize = 4 * 253;

/// Lower case in Normalization Form C (Unicode, annex 15): composed and decomposed letters become equal.
pub(crate) fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    // Composing comes first: the lower case of a decomposed letter may differ from that of the composed one.
    let composed: String = text.nfc().collect();
    composed.to_lowercase().nfc().collect()
}

/// A host name in Unicode (UTS 46), in lower case and without the root's dot; `None` if the text is no host name.
pub(super) fn host(entered: &str) -> Option<String> {
    let text = entered.strip_suffix(['.', '\u{3002}', '\u{ff0e}', '\u{ff61}']).unwrap_or(entered);
    if text.len() > HOST_BYTES_MAX {
        return None;
    }
    let lower = folded(text);
    if lower.is_ascii() && !lower.split('.').any(|label| label.starts_with("xn--")) {
        return is_domain(&lower).then_some(lower);
    }
    let (deny, hyphens) = (AsciiDenyList::STD3, Hyphens::CheckFirstLast);
    let ascii = Uts46::new().to_ascii(lower.as_bytes(), deny, hyphens, DnsLength::Verify).ok()?;
    let (unicode, valid) = Uts46::new().to_unicode(ascii.as_bytes(), deny, hyphens);
    (valid.is_ok() && is_domain(&ascii)).then(|| Cow::into_owned(unicode))
}

/// Whether a name of ASCII letters, digits, dots and hyphens can be a host's on the internet.
fn is_domain(host: &str) -> bool {
    host.contains('.')
        && host.len() <= 253
        && host.split('.').all(|label| {
            !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-')
        })
}

/// Whether an entered host name can hold the character.
pub(super) fn fits_host(c: char) -> bool {
    c.is_alphanumeric()
        || is_combining_mark(c)
        || matches!(c, '-' | '.' | '\u{3002}' | '\u{ff0e}' | '\u{ff61}' | '\u{200c}' | '\u{200d}' | '\u{b7}')
}

/// Whether the character belongs to the letter before it, as the vowel signs and tone marks of many scripts do.
pub(super) fn is_mark(c: char) -> bool {
    is_combining_mark(c)
}

/// `text` without the invisible characters around it: white space, and the marks that come with a copy from a web page.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches(is_unseen)
}

/// The number of characters that [`trimmed`] removes at the beginning.
pub(super) fn lead(text: &str) -> usize {
    text.chars().take_while(|c| is_unseen(*c)).count()
}

fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The offset, in characters, of the first part of a path that is `.` or `..`.
pub(super) fn dot_segment(path: &str) -> Option<usize> {
    let mut at = 0;
    path.split('/').find_map(|part| {
        let begins = at;
        at += part.chars().count() + 1;
        matches!(part, "." | "..").then_some(begins)
    })
}

/// Percent-decoding (RFC 3986, section 2.1); offsets of errors count characters of `text`.
pub(super) fn percent_decoded(text: &str) -> Result<String, MalformedAddress> {
    let at = |byte: usize| malformed(text[..byte].chars().count(), AddressProblem::PercentEncoding);
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let percent = text.len() - rest.len() - 1;
        let digit = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16));
        match (digit(rest.next()), digit(rest.next())) {
            (Some(high), Some(low)) => bytes.push((high * 16 + low) as u8),
            _ => return Err(at(percent)),
        }
    }
    String::from_utf8(bytes).map_err(|_| at(text.find('%').unwrap_or_default()))
}
