//! Identifiers, each a type of its own so that one cannot be passed for another.

use std::fmt;
use std::str::FromStr;

/// A member, numbered densely from 1 in the order in which members were added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemberId(pub u32);

/// A request. Its id is derived, under a key, from its sender and the sender's own count of requests, so it reveals nothing
/// about anybody else's. It is written as `R` and thirteen letters and digits of Crockford's base 32.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// The place of an event in the log; the first event is number 1, and 0 means "before the first".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventNumber(pub u64);

/// The number of a letter on its [`Lane`](crate::Lane), from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LetterNumber(pub u32);

/// The version of an adopted policy: 1 for the first that this log adopted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyVersion(pub u32);

/// The fingerprint of a command's id together with the actor whose id it is; the id itself is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandKey(pub u128);

impl From<MemberId> for u32 {
    fn from(member: MemberId) -> u32 {
        member.0
    }
}

impl From<u32> for MemberId {
    fn from(number: u32) -> MemberId {
        MemberId(number)
    }
}

const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const DIGIT_COUNT: u32 = 13;

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(14);
        text.push('R');
        for place in (0..DIGIT_COUNT).rev() {
            let digit = (self.0 >> (place * 5)) & 31;
            text.push(char::from(DIGITS[digit as usize]));
        }
        f.pad(&text)
    }
}

/// A text that does not have the form of a request id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MalformedRequestId;

impl fmt::Display for MalformedRequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a request id, which is `R` and thirteen letters and digits")
    }
}

impl std::error::Error for MalformedRequestId {}

impl FromStr for RequestId {
    type Err = MalformedRequestId;

    /// Reads what `Display` writes, in either letter case.
    fn from_str(text: &str) -> Result<Self, MalformedRequestId> {
        let digits = text.strip_prefix(['R', 'r']).ok_or(MalformedRequestId)?;
        if digits.len() != DIGIT_COUNT as usize {
            return Err(MalformedRequestId);
        }
        let mut value: u64 = 0;
        for (index, byte) in digits.bytes().enumerate() {
            let digit =
                DIGITS.iter().position(|d| *d == byte.to_ascii_uppercase()).ok_or(MalformedRequestId)? as u64;
            if index == 0 && digit > 15 {
                return Err(MalformedRequestId);
            }
            value = (value << 5) | digit;
        }
        Ok(Self(value))
    }
}

impl fmt::Display for EventNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_id_is_read_back_as_written() {
        for value in [0, 1, 31, 32, 0x0123_4567_89ab_cdef, u64::MAX] {
            let id = RequestId(value);
            assert_eq!(id.to_string().parse(), Ok(id));
            assert_eq!(id.to_string().to_lowercase().parse(), Ok(id));
        }
    }

    #[test]
    fn other_texts_are_not_request_ids() {
        for text in ["", "R", "alice", "R000000000000", "RZZZZZZZZZZZZZ", "R00000000000U0", "X0000000000000"]
        {
            assert_eq!(text.parse::<RequestId>(), Err(MalformedRequestId), "{text}");
        }
    }
}
