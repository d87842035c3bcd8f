//! The head of a log as text: a C2SP checkpoint.

use acquaint_domain::visible;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::tree::TreeHash;

/// How large a log was, and the root of the tree over everything in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeHead {
    /// The name of the log: the first line. It is not empty, and holds no spaces, no `+` and no invisible characters.
    pub origin: String,
    /// The number of leaves.
    pub size: u64,
    /// The root of the tree over them.
    pub root: TreeHash,
    /// Further lines, which a witness signs without understanding them; none is empty.
    pub extra: Vec<String>,
}

/// Why a text is not the head of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeadError {
    /// There are too few lines, or an empty one.
    #[error("a head is at least three lines, none of them empty: the log's name, its size, its root")]
    Lines,
    /// The first line is no name of a log.
    #[error("line 1 is not the name of a log, which holds no spaces, no `+` and no invisible characters")]
    Origin,
    /// The second line is not a number below 2^63, or it is not in the shortest form.
    #[error("line 2 is not the size of a log, a whole number without leading zeros")]
    Size,
    /// The third line is not 32 bytes in base 64.
    #[error("line 3 is not a root, 32 bytes in base 64")]
    Root,
}

impl TreeHead {
    /// The text to sign: one line each, and a newline at the end of each.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root));
        for line in &self.extra {
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    /// Reads the text of a note.
    ///
    /// # Errors
    /// [`HeadError`].
    pub fn parse(text: &str) -> Result<TreeHead, HeadError> {
        let lines: Vec<&str> = text.strip_suffix('\n').ok_or(HeadError::Lines)?.split('\n').collect();
        let [origin, size, root, extra @ ..] = lines.as_slice() else { return Err(HeadError::Lines) };
        if lines.iter().any(|line| line.is_empty()) {
            return Err(HeadError::Lines);
        }
        if !is_name(origin) {
            return Err(HeadError::Origin);
        }
        let number: u64 = size.parse().map_err(|_| HeadError::Size)?;
        if number.to_string() != *size || number >= 1 << 63 {
            return Err(HeadError::Size);
        }
        Ok(TreeHead {
            origin: (*origin).to_owned(),
            size: number,
            root: hash_from_base64(root).ok_or(HeadError::Root)?,
            extra: extra.iter().map(|&line| line.to_owned()).collect(),
        })
    }
}

/// Whether a text can name a log or a key.
pub(crate) fn is_name(text: &str) -> bool {
    let has_gaps = text.contains(|c: char| c.is_whitespace() || c == '+');
    !text.is_empty() && !has_gaps && visible(text) == text
}

pub(crate) fn hash_from_base64(text: &str) -> Option<TreeHash> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    #[test]
    fn the_example_of_the_specification_is_read_and_written() {
        let head = TreeHead::parse(TEXT).expect("it is a checkpoint");
        assert_eq!((head.origin.as_str(), head.size), ("example.com/behind-the-sofa", 20_852_163));
        assert_eq!(head.text(), TEXT);
        let longer = format!("{TEXT}time 2026-11-21T08:00:00Z\n");
        assert_eq!(TreeHead::parse(&longer).map(|head| head.text()), Ok(longer));
    }

    #[test]
    fn a_text_of_another_form_is_refused() {
        let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
        let cases = [
            (String::new(), HeadError::Lines),
            ("a\n1\n".to_owned(), HeadError::Lines),
            (TEXT.trim_end().to_owned(), HeadError::Lines),
            (format!("{TEXT}\n"), HeadError::Lines),
            (format!("a b\n1\n{root}\n"), HeadError::Origin),
            (format!("a+b\n1\n{root}\n"), HeadError::Origin),
            (format!("a\n01\n{root}\n"), HeadError::Size),
            (format!("a\n+1\n{root}\n"), HeadError::Size),
            (format!("a\n-1\n{root}\n"), HeadError::Size),
            (format!("a\n{}\n{root}\n", 1_u64 << 63), HeadError::Size),
            (format!("a\n1\n{}\n", &root[..40]), HeadError::Root),
            (format!("a\n1\n{root}{root}\n"), HeadError::Root),
            (format!("a\r\n1\r\n{root}\r\n"), HeadError::Origin),
        ];
        for (text, error) in cases {
            assert_eq!(TreeHead::parse(&text), Err(error), "{text:?}");
        }
    }
}
