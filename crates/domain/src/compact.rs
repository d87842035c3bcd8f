//! Short texts without an allocation.

use std::fmt;
use std::hash::{Hash, Hasher};

/// The most bytes that fit into the value itself.
const SHORT_LEN_MAX: usize = 22;

/// An immutable text. A short one, as most names are, is stored in the value itself instead of being allocated.
#[derive(Clone)]
pub(crate) struct InlineText(TextRepr);

#[derive(Clone)]
enum TextRepr {
    Short { len: u8, bytes: [u8; SHORT_LEN_MAX] },
    Long(Box<str>),
}

impl InlineText {
    pub(crate) fn as_str(&self) -> &str {
        match &self.0 {
            // The bytes were copied from a `str`.
            TextRepr::Short { .. } => str::from_utf8(self.as_bytes()).unwrap_or_default(),
            TextRepr::Long(text) => text,
        }
    }

    fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            TextRepr::Short { len, bytes } => &bytes[..usize::from(*len)],
            TextRepr::Long(text) => text.as_bytes(),
        }
    }
}

impl From<&str> for InlineText {
    fn from(text: &str) -> Self {
        let mut bytes = [0; SHORT_LEN_MAX];
        Self(match bytes.get_mut(..text.len()) {
            Some(short) => {
                short.copy_from_slice(text.as_bytes());
                TextRepr::Short { len: text.len() as u8, bytes }
            }
            None => TextRepr::Long(text.into()),
        })
    }
}

impl PartialEq for InlineText {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for InlineText {}

impl PartialOrd for InlineText {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// The order of `str`: bytes of UTF-8 sort as the characters do.
impl Ord for InlineText {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for InlineText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Debug for InlineText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_the_same_whether_it_is_short_or_long() {
        for text in
            ["", "a", "émile", "exactly-22-bytes-of-it", "exactly-23-bytes-of-it.", "a longer text than that"]
        {
            let compact = InlineText::from(text);
            assert_eq!(compact.as_str(), text);
            assert_eq!(format!("{compact:?}"), format!("{text:?}"));
        }
    }

    #[test]
    fn texts_sort_by_their_characters() {
        let texts = [
            "",
            "a",
            "a longer text than 22 bytes",
            "a longer text than 22 bytes.",
            "ab",
            "é",
            "é and much more than 22",
        ];
        assert!(texts.map(InlineText::from).is_sorted_by(|one, next| one < next));
        assert!(texts.is_sorted());
    }
}
