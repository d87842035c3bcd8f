//! Codec 1: the one module that knows bincode.
//!
//! Stored forms consist only of [`Text`](crate::stored::text::Text), [`List`](crate::stored::text::List), numbers, options and
//! enums, so writing cannot fail, and reading allocates only in proportion to the bytes that are there.

use bincode::config::{self, Configuration, Limit, LittleEndian, Varint};
use bincode::error::DecodeError as BincodeError;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::DecodeProblem;
use crate::section::SECTION_LEN_MAX;

/// bincode's limit counts a number at its width in memory, up to 8 bytes; on disk it may take one byte.
const CLAIM_MAX: usize = 8 * SECTION_LEN_MAX;

const CONFIGURATION: Configuration<LittleEndian, Varint, Limit<CLAIM_MAX>> =
    config::standard().with_limit::<CLAIM_MAX>();

/// Appends `value` to `bytes`.
pub(crate) fn write(value: &impl Serialize, bytes: &mut Vec<u8>) {
    bincode::serde::encode_into_std_write(value, bytes, CONFIGURATION)
        .expect("lengths are known, and writing to memory cannot fail");
}

/// Reads `bytes` to their end.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeProblem> {
    let (value, read) = bincode::serde::borrow_decode_from_slice(bytes, CONFIGURATION).map_err(problem)?;
    match bytes.len() - read {
        0 => Ok(value),
        len => Err(DecodeProblem::LeftOver { len }),
    }
}

fn problem(error: BincodeError) -> DecodeProblem {
    if let BincodeError::UnexpectedEnd { .. } | BincodeError::LimitExceeded = error {
        DecodeProblem::CutOff
    } else if let BincodeError::Utf8 { .. } = error {
        DecodeProblem::NotText
    } else if let BincodeError::OtherString(message) = error {
        DecodeProblem::Value(message)
    } else {
        DecodeProblem::Number
    }
}
