//! Events as the log's records hold them, with the errors of an open log.

use acquaint_codec::decode_at;
use acquaint_domain::{EventNumber, Recorded};
use acquaint_log::{Position, ReadError, Record};

use crate::error::OpenError;

/// The event in a record of the log.
pub(crate) fn decoded(record: Result<Record, ReadError>) -> Result<Recorded, OpenError> {
    let record = record.map_err(unreadable)?;
    decoded_at(record.position, &record.bytes)
}

/// The event whose bytes are at this position of the log.
pub(crate) fn decoded_at(position: Position, bytes: &[u8]) -> Result<Recorded, OpenError> {
    let number = EventNumber(position.get());
    decode_at(number, bytes)
        .map_err(|error| OpenError::Unreadable { position: number.0, reason: error.to_string() })
}

/// What a failed read means for whoever needs the event.
pub(crate) fn unreadable(error: ReadError) -> OpenError {
    match &error {
        ReadError::Damaged { position, .. } => {
            OpenError::Damaged { position: position.get(), reason: error.to_string() }
        }
        ReadError::Io { position, .. } => {
            OpenError::Unreadable { position: position.get(), reason: error.to_string() }
        }
    }
}
