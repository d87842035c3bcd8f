//! Group commit: the records that arrive while one append is being made durable go into the next append together.

use std::mem::take;
use std::sync::{Arc, OnceLock};

use acquaint_log::{AppendError, EventLog, Position, RECORD_PREFIX_BYTES};
use parking_lot::{Condvar, Mutex, MutexGuard};

/// The most records in one waiting group; further callers wait until its append has started.
const RECORDS_MAX: usize = 4096;
/// The most bytes in one waiting group, unless a single caller brings more.
const BYTES_MAX: usize = 512 << 10;

/// Appends for callers whose records do not depend on what was appended before, and who therefore expect no position.
///
/// Each caller waits until its own records are durable. One of the waiting callers appends for all of them, so there is one
/// append at a time, and one sync for all callers that arrived during the previous one. Nothing else may append to the log.
pub struct GroupCommit<L> {
    log: L,
    /// The most bytes in one waiting group: no more than the log accepts in one batch, so that no caller is refused because of
    /// another's records.
    bytes_max: usize,
    state: Mutex<GroupState>,
    /// Notified when the append of the waiting group starts and the next group begins.
    begun: Condvar,
}

struct GroupState {
    /// The group that waits until no append is in progress.
    waiting: Arc<AppendGroup>,
    records: Vec<Vec<u8>>,
    bytes: usize,
    is_appending: bool,
}

/// Callers whose records are appended together.
#[derive(Default)]
struct AppendGroup {
    /// The first position of the group's records; unset until their append has ended.
    outcome: OnceLock<Result<Position, AppendError>>,
    /// Notified when `outcome` is set, and to make one waiting caller append for the group.
    woken: Condvar,
}

impl<L: EventLog> GroupCommit<L> {
    /// A group commit on `log`.
    pub fn new(log: L) -> GroupCommit<L> {
        let state =
            GroupState { waiting: Arc::default(), records: Vec::new(), bytes: 0, is_appending: false };
        let bytes_max = usize::try_from(log.batch_bytes_max()).unwrap_or(usize::MAX).min(BYTES_MAX);
        GroupCommit { log, bytes_max, state: Mutex::new(state), begun: Condvar::new() }
    }

    /// The log, for reading.
    pub fn log(&self) -> &L {
        &self.log
    }

    /// Appends `records` without others in between; returns the position of the first once all of them are durable.
    ///
    /// # Errors
    /// [`AppendError`]. After `Stopped`, every caller gets the same reason, and nothing more is acknowledged.
    pub fn append(&self, records: Vec<Vec<u8>>) -> Result<Position, AppendError> {
        if records.is_empty() {
            return Err(AppendError::Empty);
        }
        let mut state = self.wait_for_room(&records);
        let before = state.records.len() as u64;
        state.bytes += bytes_of(&records);
        state.records.extend(records);
        let group = Arc::clone(&state.waiting);
        loop {
            if let Some(outcome) = group.outcome.get() {
                return outcome.clone().map(|first| first.plus(before));
            }
            if !state.is_appending {
                self.append_for_all(state);
                state = self.state.lock();
                continue;
            }
            group.woken.wait(&mut state);
        }
    }

    /// Waits until the waiting group has room for `records`.
    fn wait_for_room(&self, records: &[Vec<u8>]) -> MutexGuard<'_, GroupState> {
        let mut state = self.state.lock();
        while !state.records.is_empty()
            && (state.records.len() + records.len() > RECORDS_MAX
                || state.bytes + bytes_of(records) > self.bytes_max)
        {
            self.begun.wait(&mut state);
        }
        state
    }

    /// Appends the records of the waiting group.
    fn append_for_all(&self, mut state: MutexGuard<'_, GroupState>) {
        let (group, records) = (take(&mut state.waiting), take(&mut state.records));
        state.bytes = 0;
        state.is_appending = true;
        drop(state);
        self.begun.notify_all();
        let first = self.log.next_position();
        let outcome = self.log.append(first, &records).map(|_next| first);
        // No other caller sets the outcome of this group.
        let _always_ok = group.outcome.set(outcome);
        let mut state = self.state.lock();
        state.is_appending = false;
        group.woken.notify_all();
        state.waiting.woken.notify_one();
    }
}

fn bytes_of(records: &[Vec<u8>]) -> usize {
    records.iter().map(|record| RECORD_PREFIX_BYTES + record.len()).sum()
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::thread;
    use std::time::Duration;

    use super::*;
    use acquaint_log::{MemoryLog, ReadError, Record, Visitor};

    /// A memory log that stops after `appends_max` appends.
    struct Counting {
        log: MemoryLog,
        appends: AtomicU64,
        appends_max: u64,
    }

    impl Counting {
        fn until(appends_max: u64) -> Counting {
            Counting { log: MemoryLog::default(), appends: AtomicU64::new(0), appends_max }
        }
    }

    impl EventLog for Counting {
        fn append(&self, expected: Position, batch: &[Vec<u8>]) -> Result<Position, AppendError> {
            if self.appends.fetch_add(1, Ordering::SeqCst) >= self.appends_max {
                return Err(AppendError::Stopped { reason: "cannot sync".into() });
            }
            thread::yield_now();
            self.log.append(expected, batch)
        }

        fn batch_bytes_max(&self) -> u64 {
            self.log.batch_bytes_max()
        }

        fn next_position(&self) -> Position {
            self.log.next_position()
        }

        fn read(&self, from: Position) -> Box<dyn Iterator<Item = Result<Record, ReadError>> + Send + '_> {
            self.log.read(from)
        }

        fn wait_past(&self, position: Position, timeout: Duration) -> Position {
            self.log.wait_past(position, timeout)
        }
    }

    /// The result that a caller got, and the records that it appended.
    type AppendOutcome = (Result<Position, AppendError>, Vec<Vec<u8>>);

    /// Twenty callers with a hundred appends each, of one to three records; returns the result of each append.
    fn crowd(group: &GroupCommit<Counting>) -> Vec<AppendOutcome> {
        let caller = |caller: u8| {
            let of = move |number: u8| -> Vec<Vec<u8>> {
                (0..=number % 3).map(|part| vec![caller, number, part]).collect()
            };
            (0..100).map(|number| (group.append(of(number)), of(number))).collect::<Vec<_>>()
        };
        thread::scope(|scope| {
            let callers: Vec<_> = (0..20).map(|number| scope.spawn(move || caller(number))).collect();
            callers.into_iter().flat_map(|caller| caller.join().expect("no caller panics")).collect()
        })
    }

    #[test]
    fn every_caller_finds_its_records_together_at_the_position_returned() {
        let group = GroupCommit::new(Counting::until(u64::MAX));
        let told = crowd(&group);
        let mut count = 0;
        for (first, records) in told {
            let first = first.expect("nothing fails");
            let read = group.log().read(first).take(records.len());
            assert!(read.map(|record| record.expect("memory").bytes).eq(records.iter().cloned()));
            count += records.len() as u64;
        }
        assert_eq!(group.log().next_position(), Position::FIRST.plus(count));
    }

    #[test]
    fn once_the_log_stops_nothing_is_acknowledged() {
        let group = GroupCommit::new(Counting::until(30));
        let told = crowd(&group);
        let kept: u64 =
            told.iter().filter(|(told, _)| told.is_ok()).map(|(_, records)| records.len() as u64).sum();
        assert_eq!(group.log().next_position(), Position::FIRST.plus(kept), "what is there was acknowledged");
        let refused = told.iter().filter_map(|(told, _)| told.as_ref().err());
        for error in refused {
            assert_eq!(*error, AppendError::Stopped { reason: "cannot sync".into() });
        }
        assert!(told.iter().any(|(told, _)| told.is_err()));
    }

    #[test]
    fn callers_with_more_records_than_one_group_holds_all_get_through() {
        let group = GroupCommit::new(Counting::until(u64::MAX));
        thread::scope(|scope| {
            for _ in 0..12 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        group.append(vec![vec![1]; RECORDS_MAX / 3]).expect("nothing fails");
                    }
                });
            }
        });
        let count = 12 * 20 * (RECORDS_MAX / 3) as u64;
        assert_eq!(group.log().next_position(), Position::FIRST.plus(count));
    }

    #[test]
    fn on_a_log_of_small_segments_no_caller_is_refused_because_of_other_callers() {
        let group = GroupCommit::new(MemoryLog::bounded(1_000));
        thread::scope(|scope| {
            for _ in 0..12 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        group.append(vec![vec![1; 300]]).expect("it fits by itself");
                    }
                });
            }
            scope.spawn(|| {
                let refused = AppendError::TooLarge { bytes: 1_001, bytes_max: 1_000 };
                assert_eq!(group.append(vec![vec![1; 1_001 - RECORD_PREFIX_BYTES]]), Err(refused));
            });
        });
        assert_eq!(group.log().next_position(), Position::FIRST.plus(12 * 20));
    }

    #[test]
    fn an_empty_append_is_refused_and_a_large_one_waits_for_no_other() {
        let group = GroupCommit::new(Counting::until(u64::MAX));
        assert_eq!(group.append(Vec::new()), Err(AppendError::Empty));
        let large: Vec<Vec<u8>> = vec![vec![7; 100]; RECORDS_MAX * 2];
        assert_eq!(group.append(large), Ok(Position::FIRST));
        let mut seen = 0;
        let mut count = |_: Position, _: &[u8]| {
            seen += 1;
            ControlFlow::Continue(())
        };
        let visitor: &mut Visitor<'_> = &mut count;
        group.log().visit(Position::FIRST, visitor).expect("memory");
        assert_eq!(seen, RECORDS_MAX * 2);
    }
}
