//! The trait that every log implements.

use std::ops::ControlFlow;
use std::time::Duration;

use crate::{AppendError, Position, ReadError};

/// One event as stored: its position, and bytes that only the codec understands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The number of the event in its log, from 1.
    pub position: Position,
    /// The event as it was appended, byte for byte.
    pub bytes: Vec<u8>,
}

/// The overhead of each record in a batch, bytes.
pub const RECORD_PREFIX_BYTES: usize = 4;

/// Receives records one after another, and returns whether to continue.
pub type Visitor<'v> = dyn FnMut(Position, &[u8]) -> ControlFlow<()> + 'v;

/// One append-only sequence of records with one writer and any number of readers.
///
/// The checks in [`contract`](crate::contract) are part of this definition: an implementation passes them.
pub trait EventLog: Send + Sync {
    /// Appends `batch` with its first record at `expected`; returns the next free position once all of it is durable.
    ///
    /// Blocks for one write and one sync, so callers should group records. If two callers expect the same position, one is
    /// refused.
    ///
    /// # Errors
    /// [`AppendError`]; after any but `Stopped`, the log is unchanged.
    fn append(&self, expected: Position, batch: &[Vec<u8>]) -> Result<Position, AppendError>;

    /// The size of the largest possible batch, bytes: its records, and [`RECORD_PREFIX_BYTES`] for each of them.
    fn batch_bytes_max(&self) -> u64;

    /// The position that the next append must expect: one past the last durable record.
    fn next_position(&self) -> Position;

    /// The durable records from `from` on, in order, up to the tail at the time of the call.
    ///
    /// A `from` at or past the tail gives nothing. The iterator ends after the first error.
    fn read(&self, from: Position) -> Box<dyn Iterator<Item = Result<Record, ReadError>> + Send + '_>;

    /// Passes the records from `from` on to `visitor`, in order and if possible without copying them, up to the tail at the
    /// time of the call, or until the visitor stops. This is the fastest way to read many records.
    ///
    /// # Errors
    /// The error with which [`read`](Self::read) would end.
    fn visit(&self, from: Position, visitor: &mut Visitor<'_>) -> Result<(), ReadError> {
        for record in self.read(from) {
            let record = record?;
            if visitor(record.position, &record.bytes) == ControlFlow::Break(()) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// A hash that covers everything up to the batch that holds `position`: two logs with the same hash hold the same records
    /// up to there, in the same batches. `None` if the log keeps no such hashes, or if `position` is not durable yet.
    ///
    /// # Errors
    /// The error with which a read of that batch would end.
    fn history(&self, position: Position) -> Result<Option<[u8; 32]>, ReadError> {
        let _unused = position;
        Ok(None)
    }

    /// Blocks until the record at `position` is durable or `timeout` has passed; returns [`next_position`](Self::next_position).
    fn wait_past(&self, position: Position, timeout: Duration) -> Position;
}
