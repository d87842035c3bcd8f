//! Proofs of single events, and the roots to which they lead.

use std::sync::Arc;

use acquaint_log::{EventLog, Position};
use acquaint_log_file::hostile::HostileDisk;
use acquaint_log_file::{
    Depth, FileLog, LogHead, LogId, Proof, ProveError, SegmentProof, SiblingHash, Unproven, prove_on,
    visit_leaves_on,
};

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
fn the_proof_of_every_sealed_event_verifies_without_a_log() {
    let disk = disk();
    let positions: Vec<Position> = (1..=12).rev().map(position).collect();
    let proof = prove_on(&disk, &positions).expect("all of them are sealed");
    assert_eq!(proof.segments.len(), 2);
    let log = open(&disk).expect("the same log");
    assert_eq!(proof.log_id, log.log_id());
    let report = FileLog::verify_on(&disk, Depth::Roots, &|_| {}).expect("a log");
    assert_eq!(proof.head, Some(LogHead { events: 13, hash: report.head }), "including unsealed events");
    let roots: Vec<[u8; 32]> = proof.segments.iter().map(|segment| segment.root).collect();
    assert_eq!(proof.check(&roots), Ok(()));
    let records: Vec<Vec<u8>> =
        log.read(Position::FIRST).map(|record| record.expect("intact").bytes).collect();
    for segment in &proof.segments {
        assert_eq!((segment.count, segment.events.len()), (6, 6));
        for event in &segment.events {
            assert_eq!(event.record, records[event.position.get() as usize - 1]);
            assert!(event.up.len() <= 3, "a path is as long as the tree is high");
        }
    }
}

#[test]
fn the_leaves_shown_are_those_that_proofs_lead_from_whether_sealed_or_not() {
    let disk = disk();
    let shown = |from: u64| {
        let mut leaves = Vec::new();
        let (id, head) =
            visit_leaves_on(Arc::new(disk.clone()), position(from), &mut |leaf| leaves.push(leaf))
                .expect("an intact log");
        (leaves, id, head.events)
    };
    let (before, id, events) = shown(1);
    assert_eq!((before.len(), events), (13, 13));
    open(&disk).expect("the same log").seal().expect("sealed");
    let positions: Vec<Position> = (1..=13).map(position).collect();
    let proof = prove_on(&disk, &positions).expect("all of them are sealed now");
    assert_eq!(proof.log_id, id);
    assert_eq!(before, proof.events().map(|event| event.hash()).collect::<Vec<_>>());
    for from in 1..=14 {
        assert_eq!(shown(from).0, before[from as usize - 1..], "from event {from} on");
    }
}

/// A change to one segment of a proof.
type Change<'a> = &'a dyn Fn(&mut SegmentProof);

#[test]
fn a_proof_that_was_changed_anywhere_does_not_verify() {
    let proof = prove_on(&disk(), &[position(3), position(9)]).expect("sealed");
    let roots: Vec<[u8; 32]> = proof.segments.iter().map(|segment| segment.root).collect();
    let check = |what: &str, change: &dyn Fn(&mut Proof)| {
        let mut changed = proof.clone();
        change(&mut changed);
        changed.check(&roots).expect_err(what)
    };
    let path = |number| Unproven::Path { segment: 2, position: position(number) };
    let cases: [(&str, Unproven, Change<'_>); 13] = [
        ("the record", path(9), &|segment| segment.events[0].record[0] ^= 1),
        ("its length", path(9), &|segment| segment.events[0].record.push(0)),
        ("the position", path(10), &|segment| segment.events[0].position = position(10)),
        ("before the segment", path(6), &|segment| segment.events[0].position = position(6)),
        ("after the segment", path(13), &|segment| segment.events[0].position = position(13)),
        ("the count", path(9), &|segment| segment.count += 1),
        ("no count", path(9), &|segment| segment.count = 0),
        ("the greatest count", path(9), &|segment| segment.count = u64::MAX),
        ("a shorter path", path(9), &|segment| segment.events[0].up.truncate(1)),
        ("a longer path", path(9), &|segment| segment.events[0].up.push(SiblingHash::Left([0; 32]))),
        ("a path with sides exchanged", path(9), &|segment| {
            let up = &mut segment.events[0].up[0];
            *up = match *up {
                SiblingHash::Left(hash) => SiblingHash::Right(hash),
                SiblingHash::Right(hash) => SiblingHash::Left(hash),
            };
        }),
        ("no event", Unproven::Empty { segment: Some(2) }, &|segment| segment.events.clear()),
        ("an event twice", Unproven::Order { before: position(9), position: position(9) }, &|segment| {
            segment.events.push(segment.events[0].clone())
        }),
    ];
    for (what, expected, change) in cases {
        assert_eq!(check(what, &|proof| change(&mut proof.segments[1])), expected, "{what}");
    }
    let other_root = check("the root", &|proof| proof.segments[1].root[31] ^= 128);
    assert!(matches!(other_root, Unproven::Root { segment: 2, .. }), "{other_root}");
    let swapped = check("the order of segments", &|proof| proof.segments.swap(0, 1));
    assert_eq!(swapped, Unproven::Segments { before: 2, segment: 1 });
    let twice = check("a segment twice", &|proof| proof.segments[0] = proof.segments[1].clone());
    assert_eq!(twice, Unproven::Segments { before: 2, segment: 2 });
    let bare = check("no segment", &|proof| proof.segments.clear());
    assert_eq!(bare, Unproven::Empty { segment: None });
    let other_log = check("the log", &|proof| proof.log_id = LogId::from_bytes([9; 16]));
    assert_eq!(other_log, Unproven::Path { segment: 1, position: position(3) });
    let past = check("the head", &|proof| proof.head = Some(LogHead { events: 8, hash: [0; 32] }));
    assert_eq!(past, Unproven::PastHead { position: position(9), events: 8 });
}

#[test]
fn an_unsealed_event_cannot_be_proven_yet_and_the_error_says_when() {
    let check = |number, expected: &str| {
        let error: ProveError = prove_on(&disk(), &[position(1), position(number)]).expect_err("no proof");
        assert_eq!(error.to_string(), expected);
    };
    // The segment has 1024 bytes: header 136, batch 136, mark 120, and 160 for the seal.
    check(
        13,
        "event 13 is in the segment that is being written, which has no root yet; it is sealed when another 472 bytes are written to it",
    );
    check(14, "there is no event 14 in the log; its last segment begins at 13");
}

#[test]
fn roots_verify_whether_one_writer_or_several_wrote_a_segment() {
    // Given the same batches, written by one writer, and by a new writer every seven batches:
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
fn sealing_an_empty_segment_does_nothing() {
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
