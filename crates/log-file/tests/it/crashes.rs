//! Power that goes at any moment, syncs and writes that fail, a disk that is full.

use std::sync::Arc;

use acquaint_log::{AppendError, EventLog, Position};
use acquaint_log_file::hostile::{HostileDisk, Mishap};
use acquaint_log_file::{FileLog, OpenError, Recovery};

use crate::{open, open_read_only, options, read_whole};

/// A seeded choice (splitmix64), apart from the disk's own.
struct Choice(u64);

impl Choice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn batch(&mut self) -> Vec<Vec<u8>> {
        (0..=self.below(4)).map(|_| vec![self.below(256) as u8; self.below(200) as usize]).collect()
    }
}

/// What one disk has been through.
struct History {
    disk: HostileDisk,
    choice: Choice,
    /// Records that were acknowledged, or shown after reopening.
    durable: Vec<Vec<u8>>,
    /// The batch whose append failed: there or not, but whole.
    uncertain: Vec<Vec<u8>>,
    /// The files that torn tails were kept in.
    kept: Vec<String>,
}

impl History {
    fn new(seed: u64) -> History {
        History {
            disk: HostileDisk::new(seed),
            choice: Choice(!seed),
            durable: Vec::new(),
            uncertain: Vec::new(),
            kept: Vec::new(),
        }
    }

    fn live_once(&mut self) {
        let after = self.choice.below(60);
        match self.choice.below(4) {
            0 => self.disk.plan_nothing(),
            1 => self.disk.plan(after, Mishap::FailedSync),
            2 => self.disk.plan(after, Mishap::FailedWrite),
            _ => self.disk.plan(after, Mishap::PowerLoss),
        }
        match FileLog::open_on(Arc::new(self.disk.clone()), &options(2048)) {
            Ok(log) => self.use_log(&log),
            Err(OpenError::Io { .. }) => {}
            Err(error) => panic!("an accident passed for something else: {error}"),
        }
        if self.choice.below(3) > 0 {
            self.disk.restart();
        }
    }

    fn use_log(&mut self, log: &FileLog) {
        self.check_contents(log);
        for _ in 0..self.choice.below(20) {
            let batch = self.choice.batch();
            match log.append(log.next_position(), &batch) {
                Ok(_) => self.durable.extend(batch),
                Err(AppendError::Stopped { .. }) => {
                    self.uncertain = batch;
                    return self.check_stopped(log);
                }
                Err(error) => panic!("a good batch was refused: {error}"),
            }
        }
    }

    fn check_contents(&mut self, log: &FileLog) {
        let shown = match read_whole_if_powered(log) {
            Some(shown) => shown,
            None => return,
        };
        let mut with_uncertain = self.durable.clone();
        with_uncertain.append(&mut self.uncertain);
        assert!(
            shown == self.durable || shown == with_uncertain,
            "{} records are shown, {} were durable and {} possible",
            shown.len(),
            self.durable.len(),
            with_uncertain.len()
        );
        self.durable = shown;
        if let Recovery::TornTail { position, kept, .. } = log.recovery() {
            assert_eq!(*position, log.next_position());
            let name = kept.file_name().expect("a file").to_string_lossy();
            self.kept.push(name.into_owned());
        }
        for name in &self.kept {
            assert!(!self.disk.contents(name).is_empty(), "`{name}` was not kept");
        }
    }

    fn check_stopped(&self, log: &FileLog) {
        let next = Position::FIRST.plus(self.durable.len() as u64);
        assert_eq!(log.next_position(), next, "a failed batch is not shown");
        let operations = self.disk.operations();
        for _ in 0..2 {
            let again = log.append(next, &[vec![1]]);
            assert!(matches!(again, Err(AppendError::Stopped { .. })));
        }
        assert_eq!(self.disk.operations(), operations, "nothing is tried again");
    }
}

/// `None` if the power went while reading: it may go at any operation, and then reads fail too.
fn read_whole_if_powered(log: &FileLog) -> Option<Vec<Vec<u8>>> {
    let records: Result<Vec<_>, _> = log.read(Position::FIRST).collect();
    let records = records.ok()?;
    Some(records.into_iter().map(|record| record.bytes).collect())
}

#[test]
fn whatever_happens_what_was_acknowledged_is_there_and_nothing_in_part() {
    let mut torn_tails = 0;
    let mut records = 0;
    for seed in 0..2000 {
        let mut history = History::new(seed);
        for _ in 0..6 {
            history.live_once();
        }
        history.disk.restart();
        let log = FileLog::open_on(Arc::new(history.disk.clone()), &options(2048))
            .expect("a disk without accidents opens");
        history.check_contents(&log);
        torn_tails += history.kept.len();
        records += history.durable.len();
    }
    assert!(torn_tails > 300, "only {torn_tails} torn tails: the disk is too kind");
    assert!(records > 30_000, "only {records} records: the disk is too unkind");
}

#[test]
fn the_same_seed_gives_the_same_files() {
    let run = || {
        let mut history = History::new(7);
        for _ in 0..6 {
            history.live_once();
        }
        let disk = history.disk;
        disk.files().into_iter().map(|name| (disk.contents(&name), name)).collect::<Vec<_>>()
    };
    assert_eq!(run(), run());
}

#[test]
fn a_failed_sync_stops_the_log_for_good_and_says_why() {
    let disk = HostileDisk::new(1);
    let log = open(&disk).expect("a new log");
    log.append(Position::FIRST, &[b"one".to_vec()]).expect("durable");
    disk.plan(0, Mishap::FailedSync);
    let failed = log.append(log.next_position(), &[b"two".to_vec()]);
    let expected = "the log has stopped: cannot sync a batch in `disk` (the sync failed); repair the cause and open the log again";
    assert_eq!(failed.expect_err("the sync failed").to_string(), expected);
    let again = log.append(log.next_position(), &[b"two".to_vec()]);
    assert_eq!(again.expect_err("stopped").to_string(), expected);
    assert_eq!(read_whole(&log), [b"one"]);
}

#[test]
fn a_batch_shown_after_a_failed_sync_survives_the_next_loss_of_power() {
    for seed in 0..50 {
        let disk = HostileDisk::new(seed);
        let log = open(&disk).expect("a new log");
        disk.plan(0, Mishap::FailedSync);
        log.append(Position::FIRST, &[b"one".to_vec()]).expect_err("the sync failed");
        drop(log);
        // The bytes are still readable, so they are shown; they were not on the disk.
        assert_eq!(read_whole(&open(&disk).expect("reopened")), [b"one"]);
        disk.restart();
        assert_eq!(read_whole(&open(&disk).expect("restarted")), [b"one"]);
    }
}

#[test]
fn a_full_disk_stops_the_log_and_loses_nothing() {
    let disk = HostileDisk::new(1);
    let log = open(&disk).expect("a new log");
    disk.limit(1024 + 300);
    let mut durable = Vec::new();
    let refusal = loop {
        let record = vec![durable.len() as u8; 100];
        match log.append(log.next_position(), std::slice::from_ref(&record)) {
            Ok(_) => durable.push(record),
            Err(error) => break error,
        }
    };
    assert!(matches!(refusal, AppendError::Stopped { .. }), "{refusal}");
    assert!(refusal.to_string().contains("cannot make the next segment"));
    assert_eq!(read_whole(&log), durable);
    drop(log);
    disk.limit(u64::MAX);
    let log = open(&disk).expect("there is room again");
    assert_eq!(log.recovery(), &Recovery::Clean);
    assert_eq!(read_whole(&log), durable);
    log.append(log.next_position(), &[vec![9; 100]]).expect("and appends go on");
    assert_eq!(disk.files().len(), 3, "{:?}", disk.files());
}

#[test]
fn a_full_disk_cannot_hold_a_new_log() {
    let disk = HostileDisk::new(1);
    disk.limit(100);
    assert!(matches!(open(&disk), Err(OpenError::Io { .. })));
    disk.limit(u64::MAX);
    open(&disk).expect("a new log once there is room");
}

#[test]
fn power_lost_at_each_operation_of_a_roll_loses_nothing() {
    for operation in 0..12 {
        for seed in 0..40 {
            let disk = HostileDisk::new(seed);
            let log = open(&disk).expect("a new log");
            log.append(Position::FIRST, &[vec![1; 400]]).expect("durable");
            disk.plan(operation, Mishap::PowerLoss);
            let rolled = log.append(log.next_position(), &[vec![2; 480]]);
            drop(log);
            disk.restart();
            let log = open(&disk).expect("no damage");
            let shown = read_whole(&log).len();
            assert!(shown == 2 || (shown == 1 && rolled.is_err()));
            log.append(log.next_position(), &[vec![3; 480]]).expect("appends go on");
            drop(log);
            let read_only = open_read_only(&disk).expect("readable");
            assert_eq!(read_whole(&read_only).len(), shown + 1);
            assert_eq!(read_only.recovery(), &Recovery::Clean);
        }
    }
}
