//! The checks that every log must pass, for the tests of a crate that implements one.
//!
//! They panic with a message if the log breaks the contract.

use std::ops::ControlFlow;
use std::thread;
use std::time::{Duration, Instant};

use crate::{AppendError, EventLog, Position, RECORD_PREFIX_BYTES, Record, Visitor};

/// A timeout that only a log that never wakes its followers reaches.
const PATIENCE: Duration = Duration::from_secs(60);

/// Checks everything that one open log must do. Each call of `make` returns a new empty log.
///
/// # Panics
/// If the log breaks the contract.
pub fn check<L: EventLog>(make: impl Fn() -> L) {
    an_empty_log_holds_nothing(&make());
    records_come_back_in_order(&make());
    reading_starts_in_the_middle_of_a_batch(&make());
    visiting_gives_the_same_records_as_reading_and_can_stop_early(&make());
    an_empty_batch_is_refused(&make());
    a_batch_that_is_too_large_is_refused_and_changes_nothing(&make());
    a_wrong_position_is_refused_and_changes_nothing(&make());
    one_of_two_writers_at_the_same_position_is_refused(&make());
    a_read_ends_at_the_tail_where_it_began(&make());
    a_follower_wakes_up(&make());
    a_wait_without_news_returns(&make());
    concurrent_readers_see_whole_prefixes(&make());
    a_history_hash_never_changes_and_covers_everything_before_it(&make(), &make());
}

/// Checks that a reopened log has everything that was appended. Each call of `open` opens the same log, which is empty at
/// first; it is called again only after the previous log was dropped.
///
/// # Panics
/// If the log breaks the contract.
pub fn check_reopen<L: EventLog>(open: impl Fn() -> L) {
    let mut expected = Position::FIRST;
    let mut histories = Vec::new();
    for round in 0..5 {
        let log = open();
        assert_eq!(log.next_position(), expected, "reopening keeps the tail");
        assert_reads(&log, Position::FIRST, expected);
        for (position, history) in &histories {
            assert_eq!(history_of(&log, *position), *history, "reopening keeps the history");
        }
        for count in 1..=round + 1 {
            let batch = batch_at(expected, count);
            expected = log.append(expected, &batch).expect("appending after reopening");
        }
        let positions = (1..expected.get()).map(position);
        histories = positions.map(|position| (position, history_of(&log, position))).collect();
        assert_reads(&log, Position::FIRST, expected);
    }
}

fn an_empty_log_holds_nothing(log: &impl EventLog) {
    assert_eq!(log.next_position(), Position::FIRST);
    assert_reads(log, Position::FIRST, Position::FIRST);
}

fn records_come_back_in_order(log: &impl EventLog) {
    let tail = fill(log, &[1, 3, 1, 40, 2]);
    assert_eq!(tail.get(), 48);
    assert_eq!(log.next_position(), tail);
    assert_reads(log, Position::FIRST, tail);
}

fn reading_starts_in_the_middle_of_a_batch(log: &impl EventLog) {
    let tail = fill(log, &[5, 5, 5]);
    for number in 1..=tail.get() + 2 {
        assert_reads(log, position(number), tail);
    }
}

fn visiting_gives_the_same_records_as_reading_and_can_stop_early(log: &impl EventLog) {
    let tail = fill(log, &[5, 1, 5]);
    for from in (1..=tail.get() + 1).map(position) {
        for count_max in [0, 1, 3, usize::MAX] {
            let mut seen = Vec::new();
            let visitor: &mut Visitor<'_> = &mut |position, bytes| {
                seen.push(Record { position, bytes: bytes.to_vec() });
                if seen.len() > count_max { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            };
            log.visit(from, visitor).expect("an intact log is visited without errors");
            let expected: Vec<Record> =
                read_all(log, from).into_iter().take(count_max.saturating_add(1)).collect();
            assert_eq!(seen, expected);
        }
    }
}

fn an_empty_batch_is_refused(log: &impl EventLog) {
    let tail = fill(log, &[2]);
    assert_eq!(log.append(tail, &[]), Err(AppendError::Empty));
    assert_reads(log, Position::FIRST, tail);
}

fn a_batch_that_is_too_large_is_refused_and_changes_nothing(log: &impl EventLog) {
    /// The largest batch that a test holds in memory, bytes.
    const TESTED_MAX: u64 = 64 << 20;
    let (tail, bytes_max) = (fill(log, &[2]), log.batch_bytes_max());
    if bytes_max > TESTED_MAX {
        return;
    }
    // Two records, so that the overhead of a record is counted for each.
    let of = |bytes: u64| vec![vec![7; bytes as usize - 2 * RECORD_PREFIX_BYTES], Vec::new()];
    assert_eq!(
        log.append(tail, &of(bytes_max + 1)),
        Err(AppendError::TooLarge { bytes: bytes_max + 1, bytes_max })
    );
    assert_eq!(log.next_position(), tail);
    assert_reads(log, Position::FIRST, tail);
    let next = log.append(tail, &of(bytes_max)).expect("a batch of the largest size is accepted");
    assert_eq!(next, tail.plus(2));
    log.append(next, &batch_at(next, 1)).expect("the log still appends");
}

fn a_wrong_position_is_refused_and_changes_nothing(log: &impl EventLog) {
    let tail = fill(log, &[2, 1]);
    for expected in [Position::FIRST, position(tail.get() - 1), tail.next(), tail.plus(1000)] {
        assert_eq!(
            log.append(expected, &batch_at(expected, 2)),
            Err(AppendError::WrongPosition { expected, actual: tail })
        );
        assert_eq!(log.next_position(), tail);
        assert_reads(log, Position::FIRST, tail);
    }
    let tail = log.append(tail, &batch_at(tail, 1)).expect("the right position is still accepted");
    assert_reads(log, Position::FIRST, tail);
}

fn one_of_two_writers_at_the_same_position_is_refused(log: &impl EventLog) {
    let batch = batch_at(Position::FIRST, 1);
    let accepted = thread::scope(|scope| {
        let attempts = [(); 2].map(|()| scope.spawn(|| log.append(Position::FIRST, &batch)));
        attempts
            .map(|attempt| attempt.join().expect("an append does not panic"))
            .iter()
            .filter(|outcome| outcome.is_ok())
            .count()
    });
    assert_eq!(accepted, 1);
    assert_reads(log, Position::FIRST, position(2));
}

fn a_read_ends_at_the_tail_where_it_began(log: &impl EventLog) {
    let tail = fill(log, &[3]);
    let records = log.read(Position::FIRST);
    log.append(tail, &batch_at(tail, 3)).expect("appending while an iterator is open");
    assert_eq!(records.count(), 3, "an iterator ends at the tail that the log had when it was made");
}

fn a_follower_wakes_up(log: &impl EventLog) {
    thread::scope(|scope| {
        let started = Instant::now();
        let follower = scope.spawn(|| log.wait_past(position(3), PATIENCE));
        fill(log, &[1, 1, 1]);
        let seen = follower.join().expect("waiting does not panic");
        assert_eq!(seen, position(4));
        assert!(started.elapsed() < PATIENCE, "the follower was not woken");
    });
}

fn a_wait_without_news_returns(log: &impl EventLog) {
    let tail = fill(log, &[2]);
    assert_eq!(log.wait_past(Position::FIRST, PATIENCE), tail);
    assert_eq!(log.wait_past(tail, Duration::from_millis(1)), tail);
    assert_eq!(log.wait_past(tail, Duration::ZERO), tail);
}

fn concurrent_readers_see_whole_prefixes(log: &impl EventLog) {
    const BATCHES: usize = 60;
    let last = position(3 * BATCHES as u64);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut tail = log.next_position();
                while tail <= last {
                    let count = read_all(log, Position::FIRST).len() as u64;
                    let after = log.next_position();
                    assert!(
                        tail.get() <= count + 1 && count < after.get(),
                        "read {count} records between the tails {tail} and {after}"
                    );
                    assert_eq!(count % 3, 0, "a batch was seen in part");
                    tail = log.wait_past(after, Duration::from_millis(1));
                }
            });
        }
        fill(log, &[3; BATCHES]);
    });
    assert_reads(log, Position::FIRST, last.next());
}

/// A log need not keep history hashes; if it does, they distinguish histories.
fn a_history_hash_never_changes_and_covers_everything_before_it(one: &impl EventLog, other: &impl EventLog) {
    let tail = fill(one, &[1, 3, 2]);
    assert_eq!(history_of(one, tail), None, "a position past the end has no history");
    let before: Vec<_> = (1..tail.get()).map(|number| history_of(one, position(number))).collect();
    let mut batches = before.clone();
    batches.dedup();
    assert!(batches.len() == 3 || before.iter().all(Option::is_none), "one history for each batch");
    fill(one, &[2; 40]);
    let after: Vec<_> = (1..tail.get()).map(|number| history_of(one, position(number))).collect();
    assert_eq!(before, after, "a later append changes no history");
    // The other log has a different first record, and the same ones after it.
    other.append(Position::FIRST, &[b"another".to_vec()]).expect("a first batch");
    fill(other, &[3, 2]);
    for number in 1..tail.get() {
        let both = history_of(one, position(number)).zip(history_of(other, position(number)));
        assert!(both.is_none_or(|(one, other)| one != other), "position {number} has another history");
    }
}

fn history_of(log: &impl EventLog, position: Position) -> Option<[u8; 32]> {
    log.history(position).expect("an intact log has its histories")
}

/// Appends batches of these sizes to `log`; returns the tail.
fn fill(log: &impl EventLog, counts: &[usize]) -> Position {
    let mut tail = log.next_position();
    for &count in counts {
        let batch = batch_at(tail, count);
        let next = log.append(tail, &batch).expect("a valid batch is accepted");
        assert_eq!(next, tail.plus(count as u64));
        tail = next;
    }
    tail
}

fn batch_at(first: Position, count: usize) -> Vec<Vec<u8>> {
    (0..count as u64).map(|ahead| bytes_at(first.plus(ahead))).collect()
}

/// The record at a position. Lengths run from 0 to 39, so that empty and unaligned records occur.
fn bytes_at(position: Position) -> Vec<u8> {
    let number = position.get();
    (0..number % 40).map(|at| (number * 31 + at) as u8).collect()
}

fn position(number: u64) -> Position {
    Position::new(number).expect("positions in the checks are not 0")
}

fn read_all(log: &impl EventLog, from: Position) -> Vec<Record> {
    log.read(from).collect::<Result<_, _>>().expect("an intact log reads without errors")
}

fn assert_reads(log: &impl EventLog, from: Position, tail: Position) {
    let expected: Vec<Record> = (from.get()..tail.get())
        .map(position)
        .map(|position| Record { position, bytes: bytes_at(position) })
        .collect();
    assert_eq!(read_all(log, from), expected);
}
