//! Codec 1: the one module that knows bincode.
//!
//! Every form that goes through here is a struct of [`Text`](crate::stored::text::Text), [`List`](crate::stored::text::List), numbers,
//! options and enums, so writing cannot fail, and reading allocates no more than the bytes that are there call for.

use bincode::config::{self, Configuration, Limit, LittleEndian, Varint};
use bincode::error::DecodeError as Trouble;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::DecodeProblem;
use crate::section::SECTION_LEN_MAX;

/// bincode counts a number as wide as it is in memory, and on disk it takes one byte at least.
const CLAIM_MAX: usize = 8 * SECTION_LEN_MAX;

const CONFIGURATION: Configuration<LittleEndian, Varint, Limit<CLAIM_MAX>> =
    config::standard().with_limit::<CLAIM_MAX>();

/// Appends `value` to `bytes`.
pub(crate) fn write(value: &impl Serialize, bytes: &mut Vec<u8>) {
    bincode::serde::encode_into_std_write(value, bytes, CONFIGURATION)
        .expect("lengths are known and memory does not refuse");
}

/// Reads `bytes` to their end.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeProblem> {
    let (value, read) = bincode::serde::borrow_decode_from_slice(bytes, CONFIGURATION).map_err(problem)?;
    match bytes.len() - read {
        0 => Ok(value),
        len => Err(DecodeProblem::LeftOver { len }),
    }
}

fn problem(trouble: Trouble) -> DecodeProblem {
    if let Trouble::UnexpectedEnd { .. } | Trouble::LimitExceeded = trouble {
        DecodeProblem::CutOff
    } else if let Trouble::Utf8 { .. } = trouble {
        DecodeProblem::NotText
    } else if let Trouble::OtherString(words) = trouble {
        DecodeProblem::Value(words)
    } else {
        DecodeProblem::Number
    }
}
