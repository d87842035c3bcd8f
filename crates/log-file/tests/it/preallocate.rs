//! What a writer does on other threads: it preallocates the next segment, and hashes frames while they are synced.

use std::sync::Arc;

use acquaint_log::{EventLog, Position};
use acquaint_log_file::hostile::{HostileDisk, Mishap};
use acquaint_log_file::{Depth, FileLog, Recovery};

use crate::{open, open_read_only, options, read_whole};

const NEXT: &str = "next.segment.new";

/// A batch of one record of `bytes`.
fn batch(number: u8, bytes: usize) -> Vec<Vec<u8>> {
    vec![vec![number; bytes]]
}

#[test]
fn the_next_segment_is_preallocated_only_for_a_writer_that_writes_much() {
    let disk = HostileDisk::new(0);
    let log = FileLog::open_on(Arc::new(disk.clone()), &options(2048)).expect("a new log");
    log.append(Position::FIRST, &batch(1, 100)).expect("durable: less than an eighth of the segment");
    assert!(!disk.files().contains(&NEXT.into()));
    log.append(log.next_position(), &batch(2, 100)).expect("durable");
    assert_eq!(disk.contents(NEXT), [0; 2048], "zeros only");
    // It becomes the next segment, and another one is created:
    log.append(log.next_position(), &batch(3, 1000)).expect("durable");
    log.append(log.next_position(), &batch(4, 1000)).expect("durable");
    let names = ["00000000000000000001.segment", "00000000000000000004.segment", "LOCK", NEXT];
    assert_eq!(disk.files(), names);
    // Closing the log removes that one:
    drop(log);
    assert_eq!(disk.files(), names[..3]);
}

#[test]
fn power_lost_at_any_operation_of_a_batch_and_a_preallocation_loses_nothing() {
    let mut left = 0;
    for operation in 0..16 {
        for seed in 0..40 {
            let disk = HostileDisk::new(seed);
            let log = open(&disk).expect("a new log");
            disk.plan(operation, Mishap::PowerLoss);
            let first = log.append(Position::FIRST, &batch(1, 400));
            let second = log.append(Position::FIRST.next(), &batch(2, 480));
            drop(log);
            disk.restart();
            left += usize::from(disk.files().contains(&NEXT.into()));
            let log = open(&disk).expect("no damage");
            assert!(!disk.files().contains(&NEXT.into()), "the next writer removes it");
            let shown = read_whole(&log).len();
            let acknowledged = usize::from(first.is_ok()) + usize::from(second.is_ok());
            assert!(shown == acknowledged || shown == acknowledged + 1, "{shown} of {acknowledged}");
            for number in 3..6 {
                log.append(log.next_position(), &batch(number, 480)).expect("the log still appends");
            }
            drop(log);
            let log = open_read_only(&disk).expect("readable");
            assert_eq!((read_whole(&log).len(), log.recovery()), (shown + 3, &Recovery::Clean));
        }
    }
    assert!(left > 20, "power was lost only {left} times while the file was there");
}

#[test]
fn a_failed_preallocation_stops_no_append_and_the_segment_is_created_when_needed() {
    for mishap in [Mishap::FailedSync, Mishap::FailedWrite] {
        let disk = HostileDisk::new(3);
        let log = open(&disk).expect("a new log");
        // The write and the sync of the batch come first, then the new name, the zeros and their sync.
        let before = disk.operations();
        disk.plan(3, mishap);
        log.append(Position::FIRST, &batch(1, 400)).expect("durable");
        assert!(disk.operations() > before + 3, "a preallocation was tried");
        assert!(!disk.files().contains(&NEXT.into()), "{mishap:?}: what is not durable is not kept");
        for number in 2..5 {
            log.append(log.next_position(), &batch(number, 480)).expect("a segment for each");
        }
        drop(log);
        let report = FileLog::verify_on(&disk, Depth::Roots, &|_| {}).expect("a log");
        assert_eq!((report.damage, report.records, report.segments), (None, 4, 4));
    }
}

#[test]
fn frames_hashed_on_another_thread_and_frames_hashed_inline_give_the_same_chain_and_tree() {
    let write = |bytes: &dyn Fn(usize) -> usize| {
        let disk = HostileDisk::new(0);
        let mut log = FileLog::open_on(Arc::new(disk.clone()), &options(64 << 10)).expect("a new log");
        for number in 0..60 {
            // Reopened in the middle of a segment, the writer rebuilds the tree; at its start, the sealer builds it.
            if number % 17 == 16 {
                drop(log);
                log = FileLog::open_on(Arc::new(disk.clone()), &options(64 << 10)).expect("the same log");
            }
            let count = 1 + bytes(number) / 24;
            let batch: Vec<Vec<u8>> = (0..count).map(|at| vec![at as u8; 20]).collect();
            log.append(log.next_position(), &batch).expect("durable");
            if number % 20 == 19 {
                log.seal().expect("sealed");
            }
        }
        drop(log);
        disk
    };
    // Given frames that are all small, all large, or mixed:
    for bytes in [&|_| 1000, &|_| 20_000, &|number| 700 * (number % 23)] as [&dyn Fn(usize) -> usize; 3] {
        let disk = write(bytes);
        // then every frame names the hash of the one before, and every root is that of its events:
        let report = FileLog::verify_on(&disk, Depth::Roots, &|_| {}).expect("a log");
        assert_eq!((report.damage, report.frames), (None, 60));
        assert!(report.segments > 3);
    }
}
