//! A log in memory that a test can hold back, look into and damage.

use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use acquaint_log::{AppendError, EventLog, MemoryLog, Position, ReadError, Record};

pub(crate) struct TestLog {
    log: MemoryLog,
    /// How many more batches are appended; the next one waits. `None` if there is no limit.
    batches_left: Mutex<Option<usize>>,
    released: Condvar,
    /// The positions of every batch that was appended.
    batches: Mutex<Vec<RangeInclusive<u64>>>,
    /// From this position on no record can be read.
    damaged_from: AtomicU64,
}

impl TestLog {
    pub(crate) fn new() -> Self {
        Self::over(MemoryLog::new())
    }

    /// On an empty log in memory with limits of its own.
    pub(crate) fn over(log: MemoryLog) -> Self {
        Self {
            log,
            batches_left: Mutex::new(None),
            released: Condvar::new(),
            batches: Mutex::new(Vec::new()),
            damaged_from: AtomicU64::new(u64::MAX),
        }
    }

    /// Appends this many more batches and holds the next one back; `None` releases it.
    pub(crate) fn limit(&self, batches: Option<usize>) {
        *self.batches_left.lock().expect("no panic holds it") = batches;
        self.released.notify_all();
    }

    /// The positions of every batch that was appended.
    pub(crate) fn batches(&self) -> Vec<RangeInclusive<u64>> {
        self.batches.lock().expect("no panic holds it").clone()
    }

    /// Makes every record from this position on unreadable; `u64::MAX` repairs the log.
    pub(crate) fn damage_from(&self, position: u64) {
        self.damaged_from.store(position, Ordering::Relaxed);
    }
}

impl EventLog for TestLog {
    fn append(&self, expected: Position, batch: &[Vec<u8>]) -> Result<Position, AppendError> {
        let mut left = self.batches_left.lock().expect("no panic holds it");
        while *left == Some(0) {
            left = self.released.wait(left).expect("no panic holds it");
        }
        *left = left.map(|left| left - 1);
        drop(left);
        let next = self.log.append(expected, batch)?;
        self.batches.lock().expect("no panic holds it").push(expected.get()..=next.get() - 1);
        Ok(next)
    }

    fn batch_bytes_max(&self) -> u64 {
        self.log.batch_bytes_max()
    }

    fn next_position(&self) -> Position {
        self.log.next_position()
    }

    fn read(&self, from: Position) -> Box<dyn Iterator<Item = Result<Record, ReadError>> + Send + '_> {
        let damaged = Position::new(self.damaged_from.load(Ordering::Relaxed)).expect("not 0");
        let damage = ReadError::Damaged { position: damaged, detail: "it is torn".to_owned() };
        let is_intact = move |record: &Result<Record, ReadError>| {
            record.as_ref().is_ok_and(|record| record.position < damaged)
        };
        let end = (damaged < self.log.next_position()).then_some(Err(damage));
        Box::new(self.log.read(from).take_while(is_intact).chain(end))
    }

    fn wait_past(&self, position: Position, timeout: Duration) -> Position {
        self.log.wait_past(position, timeout)
    }
}
