//! A log in memory, which lives as long as the process.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::{AppendError, EventLog, Position, RECORD_PREFIX_BYTES, ReadError, Record};

/// A log in memory: "durable" means appended.
///
/// Started at a later position, it is a scratch overlay: hypothetical events on top of a log that stays unchanged.
#[derive(Debug)]
pub struct MemoryLog {
    first: Position,
    batch_bytes_max: u64,
    records: Mutex<Vec<Vec<u8>>>,
    tail_moved: Condvar,
}

impl MemoryLog {
    /// An empty log whose first record gets [`Position::FIRST`].
    #[must_use]
    pub fn new() -> MemoryLog {
        MemoryLog::starting_at(Position::FIRST)
    }

    /// An empty log whose first record gets `first`; reading from before `first` begins at `first`.
    #[must_use]
    pub fn starting_at(first: Position) -> MemoryLog {
        MemoryLog {
            first,
            batch_bytes_max: u64::MAX,
            records: Mutex::new(Vec::new()),
            tail_moved: Condvar::new(),
        }
    }

    /// An empty log whose batches have at most `batch_bytes_max` bytes, like those of a log on a disk.
    #[must_use]
    pub fn bounded(batch_bytes_max: u64) -> MemoryLog {
        MemoryLog { batch_bytes_max, ..MemoryLog::new() }
    }

    // No code panics while it holds the lock, so a poisoned lock still guards a whole list.
    fn records(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tail_of(&self, records: &[Vec<u8>]) -> Position {
        self.first.plus(records.len() as u64)
    }

    fn index_of(&self, position: Position) -> usize {
        (position.get() - self.first.get()) as usize
    }
}

impl Default for MemoryLog {
    fn default() -> MemoryLog {
        MemoryLog::new()
    }
}

impl EventLog for MemoryLog {
    fn append(&self, expected: Position, batch: &[Vec<u8>]) -> Result<Position, AppendError> {
        if batch.is_empty() {
            return Err(AppendError::Empty);
        }
        let bytes = batch.iter().map(|record| (RECORD_PREFIX_BYTES + record.len()) as u64).sum();
        if bytes > self.batch_bytes_max {
            return Err(AppendError::TooLarge { bytes, bytes_max: self.batch_bytes_max });
        }
        let mut records = self.records();
        let actual = self.tail_of(&records);
        if expected != actual {
            return Err(AppendError::WrongPosition { expected, actual });
        }
        records.extend_from_slice(batch);
        self.tail_moved.notify_all();
        Ok(self.tail_of(&records))
    }

    fn batch_bytes_max(&self) -> u64 {
        self.batch_bytes_max
    }

    fn next_position(&self) -> Position {
        self.tail_of(&self.records())
    }

    fn read(&self, from: Position) -> Box<dyn Iterator<Item = Result<Record, ReadError>> + Send + '_> {
        let numbers = from.max(self.first).get()..self.next_position().get();
        Box::new(numbers.filter_map(Position::new).map(|position| {
            let bytes = self.records()[self.index_of(position)].clone();
            Ok(Record { position, bytes })
        }))
    }

    fn wait_past(&self, position: Position, timeout: Duration) -> Position {
        let (records, _) = self
            .tail_moved
            .wait_timeout_while(self.records(), timeout, |records| self.tail_of(records) <= position)
            .unwrap_or_else(PoisonError::into_inner);
        self.tail_of(&records)
    }
}
