//! What a log does.

use std::ops::ControlFlow;
use std::time::Duration;

use crate::{AppendError, Position, ReadError};

/// One event as stored: its number, and bytes that only the codec understands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The number of the event in its log.
    pub position: Position,
    /// The event as it was appended, byte for byte.
    pub bytes: Vec<u8>,
}

/// What a batch takes for each of its records besides the record itself, bytes.
pub const RECORD_PREFIX_BYTES: usize = 4;

/// Takes records one after another, and says whether to go on.
pub type Visitor<'v> = dyn FnMut(Position, &[u8]) -> ControlFlow<()> + 'v;

/// One append-only sequence of records with one writer and any number of readers.
///
/// The checks in [`contract`](crate::contract) are part of this definition: an implementation passes them.
pub trait EventLog: Send + Sync {
    /// Appends `batch` so that its first record gets `expected`; returns the next free position once all of it is durable.
    ///
    /// Blocks for one write and one sync; the caller groups. Of two callers that expect the same position one is refused.
    ///
    /// # Errors
    /// [`AppendError`]; after any but `Stopped` the log is as it was.
    fn append(&self, expected: Position, batch: &[Vec<u8>]) -> Result<Position, AppendError>;

    /// The greatest batch that this log takes: the bytes of its records, and [`RECORD_PREFIX_BYTES`] for each of them.
    fn batch_bytes_max(&self) -> u64;

    /// The position that the next append must expect: one past the last durable record.
    fn next_position(&self) -> Position;

    /// The durable records from `from` on, in order, up to the tail as it is at this call.
    ///
    /// A `from` at or past the tail gives nothing. After the first error the iterator ends.
    fn read(&self, from: Position) -> Box<dyn Iterator<Item = Result<Record, ReadError>> + Send + '_>;

    /// Shows the records from `from` on to `visitor`, in order and where they lie, up to the tail as it is at this call, or
    /// until the visitor breaks off. The fastest way to read much.
    ///
    /// # Errors
    /// What [`read`](Self::read) would end with.
    fn visit(&self, from: Position, visitor: &mut Visitor<'_>) -> Result<(), ReadError> {
        for record in self.read(from) {
            let record = record?;
            if visitor(record.position, &record.bytes) == ControlFlow::Break(()) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// A hash that stands for everything up to the batch that holds `position`: two logs with the same hash hold the same records
    /// up to there, in the same batches. `None` from a log that keeps no such hash, and if `position` is not durable yet.
    ///
    /// # Errors
    /// What a read of that batch would end with.
    fn history(&self, position: Position) -> Result<Option<[u8; 32]>, ReadError> {
        let _kept_by_none = position;
        Ok(None)
    }

    /// Blocks until the record at `position` is durable or `timeout` has passed; returns [`next_position`](Self::next_position).
    fn wait_past(&self, position: Position, timeout: Duration) -> Position;
}
