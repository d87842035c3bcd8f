//! What is wrong with a malformed address.

use std::fmt;

/// Why a text is not an address, and at which character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MalformedAddress {
    /// Offset of the problem in the entered text, in characters from 0.
    pub offset: u32,
    /// What the problem is.
    pub problem: AddressProblem,
}

/// What can be wrong with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AddressProblem {
    /// The text is empty.
    Empty,
    /// A character that such an address cannot hold.
    Character,
    /// The text is longer than such an address may be.
    TooLong,
    /// An e-mail address with nothing before its `@`.
    NoLocalPart,
    /// An e-mail address whose part after `@` is not a domain such as `example.org`, or a URL without such a host.
    NoDomain,
    /// More than one `@`.
    SecondAt,
    /// `%` not followed by two hexadecimal digits, or bytes that are not UTF-8.
    PercentEncoding,
    /// A scheme other than `http` and `https`.
    Scheme,
    /// A URL that names a site and no profile on it.
    NoPath,
}

impl AddressProblem {
    /// The problem in words that fit into the sentence "there is .. at character 3".
    pub const fn words(self) -> &'static str {
        match self {
            Self::Empty => "nothing where a name should be",
            Self::Character => "a character that such an address cannot hold",
            Self::TooLong => "more text than such an address can hold",
            Self::NoLocalPart => "nothing before the `@`",
            Self::NoDomain => "nothing that reads as a domain (such as `example.org`)",
            Self::SecondAt => "a second `@`",
            Self::PercentEncoding => "a `%` that is not followed by two hexadecimal digits of UTF-8 text",
            Self::Scheme => "something other than `http://` or `https://`",
            Self::NoPath => "a site but no profile on it",
        }
    }
}

impl fmt::Display for MalformedAddress {
    /// The error in words, such as "not an address: there is a second `@` at character 5"; characters count from 1.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.offset.saturating_add(1);
        write!(f, "not an address: there is {} at character {place}", self.problem.words())
    }
}

impl std::error::Error for MalformedAddress {}
