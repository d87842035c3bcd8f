//! Decodes events from the log's records, with the errors of this crate.

use acquaint_codec::decode_at;
use acquaint_domain::{EventNumber, Recorded};
use acquaint_log::{Position, ReadError, Record};

use crate::error::StartError;

/// The event in a record of the log.
pub(crate) fn decoded(record: Result<Record, ReadError>) -> Result<Recorded, StartError> {
    let record = record?;
    decoded_at(record.position, &record.bytes)
}

/// The event whose bytes are at this position of the log.
pub(crate) fn decoded_at(position: Position, bytes: &[u8]) -> Result<Recorded, StartError> {
    let number = EventNumber(position.get());
    decode_at(number, bytes)
        .map_err(|error| StartError::Unreadable { position: number.0, reason: error.to_string() })
}
