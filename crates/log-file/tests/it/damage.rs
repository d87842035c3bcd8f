//! A small log with every bit flipped and cut to every length, and segments that are missing or misplaced.

use std::sync::Arc;

use acquaint_log::{AppendError, EventLog};
use acquaint_log_file::hostile::HostileDisk;
use acquaint_log_file::{
    Damage, Depth, FileLog, FrameFault, LogId, Loss, OpenError, Recovery, VerifyReport, repair_on,
};

use crate::{SALT, append, open, open_read_only, options, read, read_whole};

/// The size of each frame in the small log: a header, 83 bytes of records with padding, and a footer.
const FRAME_BYTES: usize = 104 + 88 + 16;
/// The offset of the last batch of the small log in the last segment.
const LAST_BATCH_AT: usize = HEADER_BYTES + FRAME_BYTES;
const HEADER_BYTES: usize = 136;
const SEAL_BYTES: usize = 160;
const MARK_BYTES: usize = 120;

/// Eight batches of three records, two in each segment, in a log that was not closed.
fn small_log() -> (HostileDisk, Vec<Vec<u8>>) {
    let (disk, _, records) = small_logs();
    (disk, records)
}

/// The same log, cleanly closed.
fn closed_log() -> (HostileDisk, Vec<Vec<u8>>) {
    let (_, disk, records) = small_logs();
    (disk, records)
}

fn small_logs() -> (HostileDisk, HostileDisk, Vec<Vec<u8>>) {
    let disk = HostileDisk::new(0);
    let log = open(&disk).expect("a new log");
    for number in 0..8_u8 {
        append(&log, &[&[number; 40], &[number], &[0; 30]]);
    }
    let records = read_whole(&log);
    let left = disk.copy();
    drop(log);
    assert_eq!(segments(&disk).len(), 4, "the log is as the tests expect");
    (left, disk, records)
}

pub(crate) fn verify(disk: &HostileDisk) -> VerifyReport {
    FileLog::verify_on(disk, Depth::Roots, &|_| {}).expect("enough of a log for a report")
}

pub(crate) fn segments(disk: &HostileDisk) -> Vec<String> {
    let mut names = disk.files();
    names.retain(|name| name.ends_with(".segment"));
    names
}

/// Checks what must hold however the files of a log of `records` were changed: no panic, no wrong record, and an error for
/// every missing record. The last `open_to_doubt` records may look like a torn write.
pub(crate) fn check_never_silent(disk: &HostileDisk, records: &[Vec<u8>], open_to_doubt: usize) {
    let files: Vec<_> = disk.files();
    let before: Vec<_> = files.iter().map(|name| disk.contents(name)).collect();
    let read_only = open_read_only(disk).map(|log| {
        let (shown, error) = read(&log);
        assert!(records.starts_with(&shown), "wrong records");
        (shown.len(), error.is_some())
    });
    match open(disk) {
        Ok(log) => check_open(disk, &log, records, open_to_doubt),
        Err(OpenError::Corrupt(damage)) => {
            if let Ok((shown, damaged)) = read_only {
                assert!(damaged, "refused for writing but read without an error");
                assert!((shown as u64) < damage.first.get());
            }
            assert_untouched(disk, &files, &before);
        }
        Err(OpenError::MissingSegment { .. }) => assert_untouched(disk, &files, &before),
        Err(error) => panic!("{error}"),
    }
}

fn check_open(disk: &HostileDisk, log: &FileLog, records: &[Vec<u8>], open_to_doubt: usize) {
    let (shown, error) = read(log);
    assert!(records.starts_with(&shown), "wrong records");
    if error.is_some() {
        // Opening does not read sealed segments; damage that a read finds there stops the log.
        let refused = log.append(log.next_position(), &[vec![1]]);
        assert!(matches!(refused, Err(AppendError::Stopped { .. })), "written after damage");
        assert!(verify(disk).damage.is_some(), "reading finds what verifying does not");
    } else if let Recovery::TornTail { .. } = log.recovery() {
        assert!(shown.len() >= records.len() - open_to_doubt, "more than the last batch is missing");
        append(log, &[b"another"]);
    } else {
        assert_eq!(shown.len(), records.len(), "records are missing without an error");
        assert!(verify(disk).damage.is_some(), "a change went unnoticed");
    }
}

fn assert_untouched(disk: &HostileDisk, files: &[String], before: &[Vec<u8>]) {
    assert_eq!(disk.files(), files);
    for (name, contents) in files.iter().zip(before) {
        assert_eq!(&disk.contents(name), contents, "`{name}` was changed");
    }
}

fn check_every_bit((disk, records): (HostileDisk, Vec<Vec<u8>>), open_to_doubt: usize) {
    for name in segments(&disk) {
        for bit in 0..disk.contents(&name).len() * 8 {
            let disk = disk.copy();
            disk.flip_bit(&name, bit);
            check_never_silent(&disk, &records, open_to_doubt);
        }
    }
}

#[test]
fn a_flipped_bit_is_never_silent() {
    check_every_bit(small_log(), 3);
}

#[test]
fn a_flipped_bit_of_a_closed_log_is_never_silent() {
    check_every_bit(closed_log(), 0);
}

#[test]
fn a_segment_of_the_wrong_length_is_never_silent() {
    let (disk, records) = closed_log();
    for name in segments(&disk) {
        let contents = disk.contents(&name);
        for length in 0..contents.len() {
            let disk = disk.copy();
            disk.put(&name, contents[..length].to_vec());
            check_never_silent(&disk, &records, 0);
            assert!(matches!(open(&disk), Err(OpenError::Corrupt(_))));
        }
        let disk = disk.copy();
        disk.put(&name, [&contents[..], &[0; 8]].concat());
        check_never_silent(&disk, &records, 0);
    }
}

#[test]
fn zeros_before_the_last_frame_are_never_taken_for_the_end() {
    for ((disk, records), open_to_doubt, last_frame_at) in
        [(small_log(), 3, LAST_BATCH_AT), (closed_log(), 0, LAST_BATCH_AT + FRAME_BYTES)]
    {
        for name in segments(&disk) {
            let contents = disk.contents(&name);
            for start in (0..contents.len()).step_by(8) {
                for length in [8, 64, 104, 512, 1024] {
                    let end = (start + length).min(contents.len());
                    let mut zeroed = contents.clone();
                    zeroed[start..end].fill(0);
                    let leaves_no_trace = Some(&name) == segments(&disk).last()
                        && start <= last_frame_at
                        && end > last_frame_at;
                    if zeroed == contents || leaves_no_trace {
                        continue;
                    }
                    let disk = disk.copy();
                    disk.put(&name, zeroed);
                    check_never_silent(&disk, &records, open_to_doubt);
                }
            }
        }
    }
}

#[test]
fn a_zeroed_last_batch_of_a_closed_log_is_damage() {
    let (disk, _) = closed_log();
    let name = segments(&disk).pop().expect("segments");
    let mut contents = disk.contents(&name);
    contents[LAST_BATCH_AT..LAST_BATCH_AT + FRAME_BYTES].fill(0);
    disk.put(&name, contents);
    match open(&disk) {
        Err(OpenError::Corrupt(damage)) => assert_eq!(damage.first.get(), 22),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("the missing batch went unnoticed"),
    }
}

#[test]
fn zeros_over_the_last_header_look_like_a_batch_that_was_never_written() {
    let (disk, records) = small_log();
    let name = segments(&disk).pop().expect("segments");
    let mut contents = disk.contents(&name);
    contents[LAST_BATCH_AT..].fill(0);
    disk.put(&name, contents);
    let log = open(&disk).expect("nothing shows that the batch existed");
    assert_eq!(log.recovery(), &Recovery::Clean);
    assert_eq!(read_whole(&log), records[..21]);
}

#[test]
fn a_missing_segment_is_named() {
    let (disk, records) = small_log();
    let names = segments(&disk);
    for (index, name) in names.iter().enumerate() {
        let disk = disk.copy();
        disk.take_away(name);
        check_never_silent(&disk, &records, 3);
        match open(&disk) {
            Err(OpenError::MissingSegment { segment, position }) => {
                assert!(segment.ends_with(name), "{}", segment.display());
                assert_eq!(position.get(), [1, 7, 13, 19][index]);
            }
            Err(error) => panic!("{error}"),
            Ok(_) => panic!("that `{name}` is missing went unnoticed"),
        }
    }
    let disk = disk.copy();
    disk.take_away(&names[1]);
    let log = open_read_only(&disk).expect("the first segment is there");
    let (shown, error) = read(&log);
    assert_eq!(shown, records[..6]);
    assert_eq!(
        error.expect("an end with a reason").to_string(),
        format!(
            "the log is damaged from position 7 on: `disk/{}` is damaged at byte 0: the segment is missing; positions 7 to 12 are affected; everything before it is intact",
            names[1]
        )
    );
}

#[test]
fn swapped_segments_are_never_silent() {
    let (disk, records) = small_log();
    let names = segments(&disk);
    for (one, other) in [(0, 1), (1, 2), (0, 2)] {
        let swapped = disk.copy();
        swapped.put(&names[one], disk.contents(&names[other]));
        swapped.put(&names[other], disk.contents(&names[one]));
        check_never_silent(&swapped, &records, 0);
    }
}

#[test]
fn a_segment_of_another_log_is_named() {
    let (disk, _) = small_log();
    let other_id = LogId::from_bytes([7; 16]);
    let other = HostileDisk::new(0);
    let mut options = options(1024);
    options.origin = Some((other_id, SALT));
    let log = FileLog::open_on(Arc::new(other.clone()), &options).expect("a new log");
    for number in 0..8_u8 {
        append(&log, &[&[number; 40], &[number], &[0; 30]]);
    }
    let name = &segments(&disk)[1];
    disk.put(name, other.contents(name));
    match open(&disk) {
        Err(OpenError::OtherLog { found, expected, .. }) => {
            assert_eq!((found, expected), (other_id, crate::LOG_ID));
        }
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("a foreign segment was accepted"),
    }
    let (shown, error) = read(&open_read_only(&disk).expect("the first segment is ours"));
    assert_eq!(shown.len(), 6);
    assert!(error.is_some());
}

#[test]
fn a_first_segment_of_another_log_is_named_and_a_repair_does_not_remove_the_others() {
    let other_id = LogId::from_bytes([7; 16]);
    let other = |batches: u8| {
        let disk = HostileDisk::new(0);
        let mut options = options(1024);
        options.origin = Some((other_id, SALT));
        let log = FileLog::open_on(Arc::new(disk.clone()), &options).expect("a new log");
        for number in 0..batches {
            append(&log, &[&[number; 40], &[number], &[0; 30]]);
        }
        drop(log);
        disk
    };
    // The foreign segment ends where ours did, or elsewhere, or is not sealed; all of our log follows it, or one segment.
    for (batches, kept) in [(8, 4), (8, 3), (1, 4), (1, 2)] {
        let (disk, _) = small_log();
        let names = segments(&disk);
        names[kept..].iter().for_each(|name| disk.take_away(name));
        disk.put(&names[0], other(batches).contents(&names[0]));
        let before = disk.contents(&names[1]);
        let check = |error: Option<OpenError>| match error {
            Some(OpenError::OtherLog { segment, expected, found }) => {
                assert!(segment.ends_with(&names[0]), "{}", segment.display());
                assert_eq!((expected, found), (crate::LOG_ID, other_id));
            }
            Some(error) => panic!("{batches} {kept}: {error}"),
            None => panic!("{batches} {kept}: a foreign segment was accepted"),
        };
        check(open(&disk).err());
        check(open_read_only(&disk).err());
        check(FileLog::verify_on(&disk, Depth::Roots, &|_| {}).err());
        check(repair_on(&disk, Loss::Accepted).err());
        assert_eq!(disk.contents(&names[1]), before);
    }
}

/// A log of one segment whose first record is `first`.
fn log_that_begins_with(first: u8, id: LogId) -> HostileDisk {
    let disk = HostileDisk::new(0);
    let mut options = options(1024);
    options.origin = Some((id, SALT));
    let log = FileLog::open_on(Arc::new(disk.clone()), &options).expect("a new log");
    append(&log, &[&[first; 40]]);
    append(&log, &[b"two"]);
    disk
}

#[test]
fn a_whole_frame_in_the_wrong_place_is_never_taken_for_a_torn_tail() {
    let ours = || log_that_begins_with(1, crate::LOG_ID);
    let name = segments(&ours()).pop().expect("a segment");
    let frames = HEADER_BYTES..HEADER_BYTES + 104 + 48 + 16;
    let check = |other: HostileDisk, fault| {
        let (ours, frames) = (ours(), frames.clone());
        let mut contents = ours.contents(&name);
        contents[frames.clone()].copy_from_slice(&other.contents(&name)[frames]);
        ours.put(&name, contents);
        match open(&ours) {
            Err(OpenError::Corrupt(damage)) => assert_eq!(damage.fault, FrameFault::Misfit(fault)),
            Err(error) => panic!("{error}"),
            Ok(_) => panic!("a frame from elsewhere was accepted"),
        }
    };
    check(log_that_begins_with(2, crate::LOG_ID), "it does not follow the batch before it");
    check(log_that_begins_with(1, LogId::from_bytes([7; 16])), "it was written for another place");
}

#[test]
fn a_broken_frame_is_damage_if_a_later_frame_exists_and_a_torn_tail_otherwise() {
    let (disk, records) = small_log();
    let name = segments(&disk).pop().expect("segments");
    // Given the last segment with its two batches, when a bit in either is flipped:
    let first_batch = disk.copy();
    first_batch.flip_bit(&name, (HEADER_BYTES + 110) * 8);
    match open(&first_batch) {
        Err(error @ OpenError::Corrupt(_)) => assert_eq!(
            error.to_string(),
            format!(
                "`disk/{name}` is damaged at byte 136: the frame is not whole, the checksum of its records is wrong; positions 19 to 21 are affected; nothing was changed: restore the segment from a backup, or open the log for reading, which gives everything before position 19"
            )
        ),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("damage was cut off"),
    }
    let last_batch = disk.copy();
    last_batch.flip_bit(&name, (LAST_BATCH_AT + 110) * 8);
    let log = open(&last_batch).expect("a torn tail is cut");
    assert_eq!(read_whole(&log), records[..21]);
}

#[test]
fn a_torn_tail_is_kept_in_a_file() {
    let (disk, records) = small_log();
    let name = segments(&disk).pop().expect("segments");
    let whole = disk.contents(&name);
    let end = whole.iter().rposition(|&byte| byte != 0).expect("a frame") + 1;
    disk.flip_bit(&name, (end - 40) * 8);
    let log = open(&disk).expect("a torn tail is cut");
    let Recovery::TornTail { segment, offset, bytes, position, kept } = log.recovery() else {
        panic!("{:?}", log.recovery());
    };
    assert!(segment.ends_with(&name));
    assert_eq!(*offset + *bytes, end as u64);
    assert_eq!(position.get(), records.len() as u64 - 2);
    assert!(kept.ends_with("torn-22-1.bytes"), "{}", kept.display());
    let kept = disk.contents("torn-22-1.bytes");
    let mut expected = whole[*offset as usize..end].to_vec();
    let at = expected.len() - 40;
    expected[at] ^= 1;
    assert_eq!(kept, expected);
    append(&log, &[b"instead"]);
    drop(log);
    assert_eq!(open(&disk).expect("clean").recovery(), &Recovery::Clean);
}

#[test]
fn damage_says_which_positions_it_affects() {
    let damage = |last| Damage {
        segment: "log/1.segment".into(),
        offset: 96,
        first: crate::position(5),
        last,
        fault: FrameFault::Misfit("it was written for another place"),
    };
    let check = |last, expected: &str| {
        let sentence = damage(last).to_string();
        assert!(sentence.ends_with(expected), "{sentence}");
    };
    check(None, "; everything from position 5 on is affected");
    check(Some(crate::position(5)), "; position 5 is affected");
    check(Some(crate::position(9)), "; positions 5 to 9 are affected");
    check(Some(crate::position(4)), "; no event is affected");
}

#[test]
fn verifying_counts_the_intact_part_and_reports_the_first_damage() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = FileLog::open(folder.path(), &options(1024)).expect("a new log");
    for number in 0..8_u8 {
        append(&log, &[&[number; 40], &[number], &[0; 30]]);
    }
    let report = FileLog::verify(folder.path(), Depth::Roots, &|_| {}).expect("with a writer running");
    assert_eq!(report.log_id, log.log_id());
    assert_eq!((report.segments, report.frames, report.records), (4, 8, 24));
    assert_eq!(report.first.map(|first| first.get()), Some(1));
    assert_eq!(report.last.map(|last| last.get()), Some(24));
    let around = 4 * HEADER_BYTES + 3 * SEAL_BYTES;
    assert_eq!(report.bytes, (around + 8 * FRAME_BYTES) as u64);
    assert!(!report.is_marked);
    assert_eq!((report.unfinished_bytes, &report.damage), (0, &None));
    drop(log);
    let report = FileLog::verify(folder.path(), Depth::Frames, &|_| {}).expect("closed");
    assert_eq!(report.bytes, (around + 8 * FRAME_BYTES + MARK_BYTES) as u64);
    assert!(report.is_marked);
    let path = folder.path().join("00000000000000000007.segment");
    let mut bytes = std::fs::read(&path).expect("a segment");
    bytes[300] ^= 4;
    std::fs::write(&path, bytes).expect("damaged");
    let report = FileLog::verify(folder.path(), Depth::Roots, &|_| {}).expect("a damaged log has a report");
    let damage = report.damage.expect("damage");
    assert_eq!((damage.segment, damage.first.get()), (path, 7));
    assert_eq!(report.records, 6);
}

#[test]
fn damage_to_an_open_log_ends_a_read_and_stops_the_log() {
    let (disk, _) = small_log();
    let log = open(&disk).expect("a healthy log");
    disk.flip_bit(&segments(&disk)[1], 300 * 8);
    let (shown, error) = read(&log);
    assert_eq!(shown.len(), 6);
    let error = error.expect("an end with a reason").to_string();
    assert!(error.starts_with("the log is damaged from position 7 on: "), "{error}");
    assert_eq!(log.next_position().get(), 25);
    let refused = log.append(log.next_position(), &[vec![1]]).expect_err("nothing is written after damage");
    assert!(refused.to_string().starts_with("the log has stopped: damage was found, "), "{refused}");
    assert_eq!(log.stopped().as_deref().map(|reason| reason.starts_with("damage was found")), Some(true));
}
