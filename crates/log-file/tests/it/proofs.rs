//! Proofs of single events, and the roots that they lead to.

use std::sync::Arc;

use acquaint_log::{EventLog, Position};
use acquaint_log_file::hostile::HostileDisk;
use acquaint_log_file::{Beside, Depth, FileLog, ProveError, prove_on};

use crate::{append, open, options, position};

/// Three segments, of which two are sealed: events 1 to 6, 7 to 12, and 13.
fn disk() -> HostileDisk {
    let disk = HostileDisk::new(0);
    let log = open(&disk).expect("a new log");
    for number in 0..4_u8 {
        append(&log, &[&[number; 40], &[number], &[0; 30]]);
    }
    log.seal().expect("sealed");
    append(&log, &[b"thirteen"]);
    disk
}

#[test]
fn every_sealed_event_is_proven_without_a_log() {
    let disk = disk();
    let positions: Vec<Position> = (1..=12).rev().map(position).collect();
    let proofs = prove_on(&disk, &positions).expect("all of them are sealed");
    assert_eq!(proofs.len(), 2);
    let log = open(&disk).expect("the same log");
    let records: Vec<Vec<u8>> =
        log.read(Position::FIRST).map(|record| record.expect("intact").bytes).collect();
    for proof in &proofs {
        assert_eq!((proof.count, proof.events.len()), (6, 6));
        assert_eq!(proof.first_unproven(), None);
        for event in &proof.events {
            assert_eq!(event.record, records[event.position.get() as usize - 1]);
            assert!(event.up.len() <= 3, "a way is as long as the tree is high");
        }
    }
}

#[test]
fn a_proof_that_was_changed_anywhere_proves_nothing() {
    let proof = &prove_on(&disk(), &[position(9)]).expect("sealed")[0];
    let check = |what: &str, change: &dyn Fn(&mut acquaint_log_file::SegmentProof)| {
        let mut changed = proof.clone();
        change(&mut changed);
        let unproven = changed.first_unproven().expect(what);
        assert_eq!(unproven, changed.events[0].position);
    };
    check("the record", &|proof| proof.events[0].record[0] ^= 1);
    check("its length", &|proof| proof.events[0].record.push(0));
    check("the position", &|proof| proof.events[0].position = position(10));
    check("a position before the segment", &|proof| proof.events[0].position = position(6));
    check("a position after the segment", &|proof| proof.events[0].position = position(13));
    check("the root", &|proof| proof.root[31] ^= 128);
    check("the segment", &|proof| proof.segment += 1);
    check("the count", &|proof| proof.count += 1);
    check("no count", &|proof| proof.count = 0);
    check("a shorter way", &|proof| proof.events[0].up.truncate(1));
    check("a longer way", &|proof| proof.events[0].up.push(Beside::Left([0; 32])));
    check("a turned way", &|proof| {
        let up = &mut proof.events[0].up[0];
        *up = match *up {
            Beside::Left(hash) => Beside::Right(hash),
            Beside::Right(hash) => Beside::Left(hash),
        };
    });
}

#[test]
fn what_is_not_sealed_is_not_proven_and_says_when() {
    let check = |number, expected: &str| {
        let error: ProveError = prove_on(&disk(), &[position(1), position(number)]).expect_err("no proof");
        assert_eq!(error.to_string(), expected);
    };
    // The segment has 1024 bytes: header 136, batch 136, mark 120, and 160 for the seal.
    check(
        13,
        "event 13 is in the segment that is being written, which has no root yet; it is sealed when another 472 bytes are in it, or now with `acquaint log seal`",
    );
    check(14, "there is no event 14 in the log; its last segment begins at 13");
}

#[test]
fn a_root_is_the_same_whoever_wrote_the_segment() {
    // Given the same batches, written by one writer, and by one for each batch:
    let one = HostileDisk::new(0);
    let each = HostileDisk::new(0);
    let log = FileLog::open_on(Arc::new(one.clone()), &options(4096)).expect("a new log");
    for number in 0..60_u8 {
        append(&log, &[&[number; 90], &[number; 9]]);
    }
    let mut log = FileLog::open_on(Arc::new(each.clone()), &options(4096)).expect("a new log");
    for number in 0..60_u8 {
        if number % 7 == 0 {
            drop(log);
            log = FileLog::open_on(Arc::new(each.clone()), &options(4096)).expect("the same log");
        }
        append(&log, &[&[number; 90], &[number; 9]]);
    }
    // then both verify, roots and all:
    for disk in [&one, &each] {
        let report = FileLog::verify_on(disk, Depth::Roots, &|_| {}).expect("a log");
        assert_eq!((report.damage, report.records), (None, 120));
        assert!(report.segments > 3);
    }
}

#[test]
fn an_empty_segment_is_not_sealed() {
    let disk = HostileDisk::new(0);
    let log = open(&disk).expect("a new log");
    log.seal().expect("nothing to do");
    append(&log, &[b"one"]);
    log.seal().expect("sealed");
    log.seal().expect("nothing to do");
    append(&log, &[b"two"]);
    drop(log);
    assert_eq!(disk.files().len(), 3, "two segments and the lock");
    let report = FileLog::verify_on(&disk, Depth::Roots, &|_| {}).expect("a log");
    assert_eq!((report.damage, report.records), (None, 2));
}
