//! Losses of power at any moment, failing syncs and writes, lying disks, and full disks.

use std::ops::Range;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use acquaint_log::{AppendError, EventLog, Position};
use acquaint_log_file::hostile::{HostileDisk, Mishap};
use acquaint_log_file::{Depth, FileLog, OpenError, Recovery};
use acquaint_seeded::Random;

use crate::{append, open, open_read_only, options, read_whole};

/// The next batch to append.
fn batch(choice: &mut Random) -> Vec<Vec<u8>> {
    (0..=choice.below(4)).map(|_| vec![choice.below(256) as u8; choice.below(200) as usize]).collect()
}

/// One disk, and what the log on it must hold.
struct History {
    disk: HostileDisk,
    choice: Random,
    /// Records that were acknowledged, or shown after reopening.
    durable: Vec<Vec<u8>>,
    /// The number of records in the last durable batch.
    last_batch: usize,
    /// The batch whose append failed: it may be in the log, but only whole.
    uncertain: Vec<Vec<u8>>,
    /// The files that keep torn tails.
    kept: Vec<String>,
}

impl History {
    fn new(seed: u64) -> History {
        History {
            disk: HostileDisk::new(seed),
            choice: Random::new(!seed),
            durable: Vec::new(),
            last_batch: 0,
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
            Ok(log) => {
                self.use_log(&log);
                self.crash_half_the_time();
            }
            Err(OpenError::Io { .. }) => {}
            Err(error) => panic!("a fault of the disk was reported as something else: {error}"),
        }
        if self.choice.below(3) > 0 {
            self.disk.restart();
        }
    }

    /// Cuts the power before the log is closed half of the time, so that no mark is written.
    fn crash_half_the_time(&mut self) {
        if self.choice.below(2) == 0 {
            self.disk.restart();
        }
    }

    fn use_log(&mut self, log: &FileLog) {
        self.check_contents(log);
        for _ in 0..self.choice.below(20) {
            let batch = batch(&mut self.choice);
            match log.append(log.next_position(), &batch) {
                Ok(_) => self.acknowledged(batch),
                Err(AppendError::Stopped { .. }) => {
                    self.uncertain = batch;
                    return self.check_stopped(log);
                }
                Err(error) => panic!("a good batch was refused: {error}"),
            }
        }
    }

    fn acknowledged(&mut self, batch: Vec<Vec<u8>>) {
        self.last_batch = batch.len();
        self.durable.extend(batch);
    }

    /// Like [`check_contents`](Self::check_contents), for a disk that may have lied.
    fn check_contents_if_readable(&mut self, log: &FileLog) {
        // A short read happens only once.
        let is_readable = crate::read(log).1.is_none() || crate::read(log).1.is_none();
        if is_readable {
            self.check_contents(log);
        }
    }

    fn check_contents(&mut self, log: &FileLog) {
        let shown = match read_whole_if_powered(log) {
            Some(shown) => shown,
            None => return,
        };
        let mut with_uncertain = self.durable.clone();
        let uncertain = self.uncertain.len();
        with_uncertain.append(&mut self.uncertain);
        assert!(
            shown == self.durable || shown == with_uncertain,
            "{} records are shown, {} were durable and {} possible",
            shown.len(),
            self.durable.len(),
            with_uncertain.len()
        );
        if shown.len() > self.durable.len() {
            self.last_batch = uncertain;
        }
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
        assert_eq!(self.disk.operations(), operations, "nothing is retried");
    }
}

/// `None` if the power went: it may go at any operation, and reads fail from then on.
fn read_whole_if_powered(log: &FileLog) -> Option<Vec<Vec<u8>>> {
    let records: Result<Vec<_>, _> = log.read(Position::FIRST).collect();
    let records = records.ok()?;
    Some(records.into_iter().map(|record| record.bytes).collect())
}

/// The seeds of a test: `count` of them, or `ACQUAINT_SCHEDULES` times as many.
fn seeds(from: u64, count: u64) -> Range<u64> {
    let times = std::env::var("ACQUAINT_SCHEDULES").ok().and_then(|times| times.parse::<u64>().ok());
    from * 1_000_000..from * 1_000_000 + count * times.unwrap_or(1)
}

/// Runs `check` for each seed; a panic names the seed that failed.
fn each_seed(seeds: Range<u64>, mut check: impl FnMut(u64)) {
    for seed in seeds {
        let outcome = std::panic::catch_unwind(AssertUnwindSafe(|| check(seed)));
        outcome.unwrap_or_else(|_| panic!("the history of seed {seed} breaks the log"));
    }
}

/// Runs six sessions with honest faults on one disk, then one without: everything acknowledged must be there, and nothing in
/// part.
fn check_honest(seeds: Range<u64>) {
    let (mut torn_tails, mut records) = (0, 0);
    let count = seeds.end - seeds.start;
    each_seed(seeds, |seed| {
        let mut history = History::new(seed);
        for _ in 0..6 {
            history.live_once();
        }
        history.disk.restart();
        let log = FileLog::open_on(Arc::new(history.disk.clone()), &options(2048))
            .expect("a disk without faults opens");
        history.check_contents(&log);
        torn_tails += history.kept.len() as u64;
        records += history.durable.len() as u64;
        drop(log);
        let report = FileLog::verify_on(&history.disk, Depth::Roots, &|_| {}).expect("a log");
        assert_eq!((report.damage, report.records), (None, history.durable.len() as u64));
    });
    assert!(torn_tails > count / 8, "only {torn_tails} torn tails: the disk is too kind");
    assert!(records > count * 14, "only {records} records: the disk is too unkind");
}

// Four tests, so that they run in parallel.

#[test]
fn after_honest_faults_every_acknowledged_batch_is_there_and_none_in_part() {
    check_honest(seeds(0, 4000));
}

#[test]
fn after_honest_faults_part_two() {
    check_honest(seeds(1, 4000));
}

#[test]
fn after_honest_faults_part_three() {
    check_honest(seeds(2, 4000));
}

#[test]
fn after_honest_faults_part_four() {
    check_honest(seeds(3, 4000));
}

/// How often a single lie of the disk had each outcome.
#[derive(Default)]
struct Lies {
    /// Opening refused the log.
    refused: u64,
    /// Reading found the damage.
    read: u64,
    /// The last batch was cut off as a torn tail.
    cut: u64,
    /// A misdirected write reached over the last header, so that more than the last batch was cut off.
    reaching: u64,
    /// The last batch is missing without a trace.
    traceless: u64,
    /// Nothing is missing.
    harmless: u64,
}

impl Lies {
    /// Runs two honest sessions, one in which the disk lies, and a restart. Damage must be refused and located, when the log
    /// is opened or when it is read. Only a last batch without a mark after it may be cut off, or everything up to the last
    /// header that a misdirected write has destroyed, which looks the same. A short read must not destroy anything.
    fn run(&mut self, seed: u64) {
        let mut history = History::new(seed);
        history.live_once();
        history.live_once();
        let lie =
            [Mishap::LostSync, Mishap::Misdirected, Mishap::ShortRead][history.choice.below(3) as usize];
        let after = history.choice.below(25);
        history.disk.plan(after, lie);
        if let Ok(log) = FileLog::open_on(Arc::new(history.disk.clone()), &options(2048)) {
            history.check_contents_if_readable(&log);
            for _ in 0..history.choice.below(20) {
                let batch = batch(&mut history.choice);
                // Damage found by a read stops the log, and then the batch does not reach the disk.
                let is_stopped = log.stopped().is_some();
                if log.append(log.next_position(), &batch).is_err() {
                    if !is_stopped {
                        history.uncertain = batch;
                    }
                    break;
                }
                history.acknowledged(batch);
            }
            history.crash_half_the_time();
        }
        history.disk.restart();
        history.disk.plan_nothing();
        self.classify(&history, lie);
    }

    fn classify(&mut self, history: &History, lie: Mishap) {
        let log = match FileLog::open_on(Arc::new(history.disk.clone()), &options(2048)) {
            Ok(log) => log,
            Err(OpenError::Io { .. } | OpenError::NotPermitted { .. }) => {
                panic!("a disk without faults fails")
            }
            Err(error) => {
                assert_ne!(lie, Mishap::ShortRead, "a read destroyed something: {error}");
                return self.refused += 1;
            }
        };
        let (shown, error) = crate::read(&log);
        let mut possible = history.durable.clone();
        possible.extend(history.uncertain.iter().cloned());
        assert!(possible.starts_with(&shown), "records are shown that were never submitted");
        let missing = history.durable.len().saturating_sub(shown.len());
        let is_last = missing <= history.last_batch;
        match (error, missing, lie, log.recovery()) {
            (None, 0, ..) => self.harmless += 1,
            (Some(_), _, Mishap::LostSync | Mishap::Misdirected, _) => {
                assert!(log.stopped().is_some(), "damage was read but did not stop the log");
                self.read += 1;
            }
            (None, _, Mishap::LostSync | Mishap::Misdirected, Recovery::TornTail { .. }) if is_last => {
                self.cut += 1
            }
            (None, _, Mishap::Misdirected, Recovery::TornTail { .. }) => self.reaching += 1,
            (None, _, Mishap::LostSync, Recovery::Clean) if is_last => self.traceless += 1,
            (error, ..) => panic!("{lie:?}: {missing} records are missing, {:?}, {error:?}", log.recovery()),
        }
    }
}

fn check_lies(seeds: Range<u64>) {
    let mut lies = Lies::default();
    let count = seeds.end - seeds.start;
    each_seed(seeds, |seed| lies.run(seed));
    let Lies { refused, read, cut, reaching, traceless, harmless } = lies;
    assert_eq!(refused + read + cut + reaching + traceless + harmless, count);
    assert!(reaching < count / 50, "{reaching} of {count} lies cut off more than the last batch");
    for (what, times, share) in [("refused", refused, 50), ("cut", cut, 500), ("harmless", harmless, 10)] {
        assert!(
            times > count / share,
            "only {times} of {count} lies are {what}: the disk does not lie enough"
        );
    }
}

#[test]
fn damage_by_a_lying_disk_is_detected() {
    check_lies(seeds(4, 3000));
}

#[test]
fn damage_by_a_lying_disk_is_detected_part_two() {
    check_lies(seeds(5, 3000));
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
        // The bytes are shown because they are still readable, but they were not on the disk.
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
    log.append(log.next_position(), &[vec![9; 100]]).expect("the log appends again");
    drop(log);
    assert_eq!(disk.files().len(), 3, "{:?}", disk.files());
}

#[test]
fn no_log_is_created_on_a_full_disk() {
    let disk = HostileDisk::new(1);
    disk.limit(100);
    assert!(matches!(open(&disk), Err(OpenError::Io { .. })));
    disk.limit(u64::MAX);
    open(&disk).expect("a new log once there is room");
}

#[test]
fn power_lost_at_any_operation_of_a_roll_loses_nothing() {
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
            log.append(log.next_position(), &[vec![3; 480]]).expect("the log still appends");
            drop(log);
            let read_only = open_read_only(&disk).expect("readable");
            assert_eq!(read_whole(&read_only).len(), shown + 1);
            assert_eq!(read_only.recovery(), &Recovery::Clean);
        }
    }
}

#[test]
fn a_torn_tail_whose_cut_could_not_be_synced_is_cut_again_before_anything_is_written() {
    for operation in 0..12 {
        // Given a torn batch of which only some bytes are on the disk,
        let disk = HostileDisk::new(operation);
        let log = open(&disk).expect("a new log");
        append(&log, &[&[1; 100]]);
        append(&log, &[&[2; 100]]);
        let torn = disk.copy();
        let name = String::from("00000000000000000001.segment");
        let mut contents = torn.contents(&name);
        let end = contents.iter().rposition(|byte| *byte != 0).expect("a frame") + 1;
        let tail = end.next_multiple_of(8);
        contents[tail..tail + 200].fill(7);
        torn.put(&name, contents);
        // when a sync fails while a writer cuts it off, so that the bytes read as zeros for now,
        torn.plan(operation, Mishap::FailedSync);
        let cut = open(&torn).map(drop);
        torn.plan_nothing();
        // and the next writers write a batch to another segment, and a short one in that place,
        for record in [&[3_u8; 400][..], &[3_u8; 1]] {
            let disk = torn.clone();
            let log = open(&disk).expect("the disk works again");
            append(&log, &[record]);
            drop(log);
        }
        // then a loss of power does not bring the torn bytes back.
        torn.restart();
        let report = FileLog::verify_on(&torn, Depth::Roots, &|_| {}).expect("a log");
        assert_eq!((report.damage, report.records), (None, 4), "operation {operation}, {cut:?}");
    }
}
