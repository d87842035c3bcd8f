//! Logs of many sessions of one batch each, as single commands leave them, with every bit flipped, cut to every length, and
//! with every part zeroed.

use std::sync::Arc;

use acquaint_log::EventLog;
use acquaint_log_file::hostile::{HostileDisk, Mishap};
use acquaint_log_file::{FileLog, LogId, Loss, OpenError, Options, Recovery, Remedy, Witness, repair_on};

use crate::damage::{check_never_silent, segments, verify};
use crate::{append, open_read_only, options, position, read, read_whole};

const MARK_BYTES: usize = 120;
/// The size of a frame: a header, a record of 13 bytes with its length and padding, and a footer.
const FRAME_BYTES: usize = 104 + 24 + 16;
const SEAL_BYTES: usize = 160;
const SEGMENT_BYTES: u64 = 2048;

/// How a session ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The log is closed, which writes a mark.
    Closed,
    /// The process is killed, so no mark is written.
    Killed,
    /// The segment is sealed, and then the log is closed.
    Sealed,
}

fn open(disk: &HostileDisk) -> Result<FileLog, OpenError> {
    FileLog::open_on(Arc::new(disk.clone()), &options(SEGMENT_BYTES))
}

/// A log with one session of one batch for each of `ends`, and its records.
fn log_of(ends: &[End]) -> (HostileDisk, Vec<Vec<u8>>) {
    let mut disk = HostileDisk::new(0);
    let mut records = Vec::new();
    for (number, end) in ends.iter().enumerate() {
        let log = open(&disk).expect("an intact log");
        let record = [number as u8 + 1; 13];
        append(&log, &[&record]);
        records.push(record.to_vec());
        if *end == End::Sealed {
            log.seal().expect("a healthy log is sealed");
        }
        let killed = disk.copy();
        drop(log);
        if *end == End::Killed {
            disk = killed;
        }
    }
    (disk, records)
}

/// Logs whose last segment holds several sessions, each with the number of records that nothing proves to be durable.
fn logs() -> Vec<(HostileDisk, Vec<Vec<u8>>, usize)> {
    use End::{Closed, Killed, Sealed};
    let closed = vec![Closed; 6];
    let several_segments = vec![Closed; 12];
    let sealed = [Closed, Closed, Sealed, Closed, Closed, Closed].to_vec();
    let some_killed = [Closed, Killed, Killed, Closed, Killed, Closed].to_vec();
    let last_killed = [Closed, Closed, Killed, Closed, Closed, Killed].to_vec();
    [closed, several_segments, sealed, some_killed, last_killed]
        .into_iter()
        .map(|ends| {
            let (disk, records) = log_of(&ends);
            (disk, records, usize::from(ends.ends_with(&[Killed])))
        })
        .collect()
}

/// Where the last frame of the last segment begins, a mark included; `None` if that segment is empty.
fn last_frame_at(disk: &HostileDisk) -> Option<usize> {
    let name = segments(disk).pop()?;
    disk.contents(&name).windows(8).rposition(|bytes| bytes == b"acqframe")
}

fn check_every_bit(log: usize) {
    let (disk, records, open_to_doubt) = logs().swap_remove(log);
    for name in segments(&disk) {
        for bit in 0..disk.contents(&name).len() * 8 {
            let disk = disk.copy();
            disk.flip_bit(&name, bit);
            check_never_silent(&disk, &records, open_to_doubt);
        }
    }
}

// One test for each log, so that they run in parallel.

#[test]
fn a_flipped_bit_is_never_silent_after_closed_sessions() {
    check_every_bit(0);
}

#[test]
fn a_flipped_bit_is_never_silent_in_several_segments() {
    check_every_bit(1);
}

#[test]
fn a_flipped_bit_is_never_silent_before_and_after_a_seal() {
    check_every_bit(2);
}

#[test]
fn a_flipped_bit_is_never_silent_after_closed_and_killed_sessions() {
    check_every_bit(3);
}

#[test]
fn a_flipped_bit_is_never_silent_if_the_last_session_was_killed() {
    check_every_bit(4);
}

#[test]
fn a_flipped_bit_before_an_empty_segment_is_never_silent_or_the_seal_is_rewritten() {
    let (disk, records) = log_of(&[End::Closed, End::Closed, End::Closed, End::Sealed]);
    for name in segments(&disk) {
        let contents = disk.contents(&name);
        for bit in 0..contents.len() * 8 {
            let disk = disk.copy();
            disk.flip_bit(&name, bit);
            // A seal before an empty segment may have been torn, and every byte of it is known.
            if bit / 8 >= contents.len() - SEAL_BYTES && name == segments(&disk)[0] {
                let log = open(&disk).expect("a seal is written again");
                assert_eq!(read_whole(&log), records, "bit {bit}");
                assert_eq!(disk.contents(&name), contents, "bit {bit}");
            } else {
                check_never_silent(&disk, &records, 0);
            }
        }
    }
}

#[test]
fn a_truncated_segment_is_never_silent_after_many_sessions() {
    for (disk, records, _) in logs() {
        for name in segments(&disk) {
            let contents = disk.contents(&name);
            for length in 0..contents.len() {
                let disk = disk.copy();
                disk.put(&name, contents[..length].to_vec());
                check_never_silent(&disk, &records, 0);
                assert!(matches!(open(&disk), Err(OpenError::Corrupt(_))));
            }
        }
    }
}

#[test]
fn zeros_are_taken_for_the_end_only_if_they_cover_the_last_header() {
    for (disk, records, open_to_doubt) in logs() {
        let last = segments(&disk).pop();
        let last_frame_at = last_frame_at(&disk);
        for name in segments(&disk) {
            let contents = disk.contents(&name);
            for start in (0..contents.len()).step_by(8) {
                for length in [8, 64, 104, MARK_BYTES, FRAME_BYTES, FRAME_BYTES + MARK_BYTES, 512] {
                    let end = (start + length).min(contents.len());
                    let mut zeroed = contents.clone();
                    zeroed[start..end].fill(0);
                    let leaves_no_trace = Some(&name) == last.as_ref()
                        && last_frame_at.is_some_and(|at| (start..end).contains(&at));
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

/// The offset of each mark in the only segment, and the number of records before it.
fn marks(sessions: usize) -> impl Iterator<Item = (usize, usize)> {
    (1..=sessions).map(|before| (136 + before * FRAME_BYTES + (before - 1) * MARK_BYTES, before))
}

#[test]
fn a_broken_mark_before_another_session_is_damage_that_affects_no_event() {
    const SESSIONS: usize = 6;
    let (disk, records) = log_of(&[End::Closed; SESSIONS]);
    let name = segments(&disk).pop().expect("a segment");
    type Harm = fn(&mut [u8]);
    let harms: [Harm; 2] = [|mark| mark[50] ^= 1, |mark| mark.fill(0)];
    for ((at, before), harm) in marks(SESSIONS).flat_map(|mark| harms.map(|harm| (mark, harm))) {
        let disk = disk.copy();
        let mut contents = disk.contents(&name);
        harm(&mut contents[at..at + MARK_BYTES]);
        disk.put(&name, contents);
        let report = verify(&disk);
        if before == SESSIONS {
            // The last mark protects the last batch, and nothing protects the last mark.
            assert_eq!((report.damage, report.records), (None, SESSIONS as u64));
            continue;
        }
        let damage = report.damage.expect("damage").to_string();
        assert!(damage.ends_with("no event is affected"), "{damage}");
        let files: Vec<_> = disk.files().iter().map(|name| disk.contents(name)).collect();
        let Err(OpenError::Corrupt(refused)) = open(&disk) else { panic!("mark {before} was cut off") };
        assert_eq!((refused.offset, refused.first.get()), (at as u64, before as u64 + 1));
        let after: Vec<_> = disk.files().iter().map(|name| disk.contents(name)).collect();
        assert_eq!(files, after, "a refusal changes nothing");
        let (shown, error) = read(&open_read_only(&disk).expect("it is readable"));
        assert_eq!((shown.as_slice(), error.is_some()), (&records[..before], true));
    }
}

#[test]
fn a_repair_writes_a_broken_mark_again_and_loses_no_event() {
    for ends in [vec![End::Closed; 6], vec![End::Closed; 12]] {
        let (intact, records) = log_of(&ends);
        let name = segments(&intact).swap_remove(0);
        let whole = intact.contents(&name);
        let last_frame = whole.windows(8).rposition(|bytes| bytes == b"acqframe").expect("a frame");
        let is_last_segment = segments(&intact).len() == 1;
        for (at, _) in marks(6).filter(|(at, _)| *at < last_frame || *at == last_frame && !is_last_segment) {
            let disk = intact.copy();
            disk.flip_bit(&name, (at + 70) * 8);
            let shown = repair_on(&disk, Loss::Shown).expect("a log").expect("damage");
            assert_eq!((shown.remedy, shown.lost.len()), (Remedy::MarkWrittenAgain, 0));
            assert!(verify(&disk).damage.is_some(), "shown, not done");
            assert_eq!(repair_on(&disk, Loss::Accepted).expect("a log"), Some(shown.clone()));
            assert_eq!(disk.contents(&name), whole);
            let kept = shown.kept_in[0].file_name().expect("a file").to_string_lossy().into_owned();
            let mut found = whole[at..at + MARK_BYTES].to_vec();
            found[70] ^= 1;
            assert_eq!(disk.contents(&kept), found, "the damaged bytes are kept");
            let log = open(&disk).expect("an intact log");
            assert_eq!((read_whole(&log), log.recovery()), (records.clone(), &Recovery::Clean));
        }
    }
}

#[test]
fn a_mark_whose_repair_is_interrupted_is_whole_or_can_be_repaired_again() {
    for seed in 0..20 {
        for operation in 0..10 {
            let disk = HostileDisk::new(seed);
            for (name, contents) in {
                let (intact, _) = log_of(&[End::Closed; 4]);
                intact
                    .files()
                    .into_iter()
                    .map(|name| (name.clone(), intact.contents(&name)))
                    .collect::<Vec<_>>()
            } {
                disk.put(&name, contents);
            }
            let name = segments(&disk).swap_remove(0);
            disk.flip_bit(&name, (136 + FRAME_BYTES + 70) * 8);
            disk.plan(operation, Mishap::PowerLoss);
            let _interrupted = repair_on(&disk, Loss::Accepted);
            disk.restart();
            let damage = verify(&disk).damage;
            assert!(damage.is_none_or(|damage| damage.to_string().ends_with("no event is affected")));
            repair_on(&disk, Loss::Accepted).expect("it can be repeated");
            assert_eq!(read_whole(&open(&disk).expect("an intact log")).len(), 4);
        }
    }
}

#[test]
fn a_header_after_a_broken_mark_proves_damage_whatever_its_durable_upto_says() {
    // Given a batch, a broken mark, and then a batch of which only the header is intact:
    let (disk, _) = log_of(&[End::Closed, End::Killed]);
    let name = segments(&disk).pop().expect("a segment");
    disk.flip_bit(&name, (136 + FRAME_BYTES + 50) * 8);
    disk.flip_bit(&name, (136 + FRAME_BYTES + MARK_BYTES + 110) * 8);
    // then that header was written after the mark was synced.
    assert!(matches!(open(&disk), Err(OpenError::Corrupt(_))));
}

/// The witness that a writer of all of `records` leaves.
fn witness(disk: &HostileDisk, records: &[Vec<u8>]) -> Witness {
    let log = open_read_only(disk).expect("an intact log");
    let last = position(records.len() as u64);
    let history = log.history(last).expect("an intact log");
    assert!(history.is_some());
    Witness { file: "views".into(), log: None, last, history }
}

fn open_with(disk: &HostileDisk, witnesses: Vec<Witness>) -> Result<FileLog, OpenError> {
    FileLog::open_on(Arc::new(disk.clone()), &Options { witnesses, ..options(SEGMENT_BYTES) })
}

#[test]
fn with_a_witness_zeros_over_an_event_are_never_taken_for_the_end() {
    for (disk, records, _) in logs() {
        let witness = witness(&disk, &records);
        let name = segments(&disk).pop().expect("a segment");
        let contents = disk.contents(&name);
        let written = contents.iter().rposition(|byte| *byte != 0).expect("a header") + 1;
        for start in 136..written {
            let disk = disk.copy();
            let mut zeroed = contents.clone();
            zeroed[start..].fill(0);
            disk.put(&name, zeroed);
            match open_with(&disk, vec![witness.clone()]) {
                // Only the last mark, or a part of it, is missing.
                Ok(log) => assert_eq!(read_whole(&log), records, "zeros from {start}"),
                Err(OpenError::Truncated { last, reached, .. }) => {
                    assert_eq!(reached.get(), records.len() as u64);
                    assert!(last < reached.get(), "zeros from {start}");
                    let segments_only: Vec<_> =
                        disk.files().into_iter().filter(|file| file != "LOCK").collect();
                    assert_eq!(segments_only, segments(&disk), "nothing is cut off, so nothing is kept");
                }
                Err(error) => panic!("zeros from {start}: {error}"),
            }
        }
    }
}

#[test]
fn with_a_witness_a_broken_last_batch_is_not_taken_for_a_torn_tail() {
    let (disk, records) = log_of(&[End::Closed, End::Closed, End::Killed]);
    let name = segments(&disk).pop().expect("a segment");
    let witness = witness(&disk, &records);
    let last = last_frame_at(&disk).expect("a frame");
    for bit in last * 8..(last + FRAME_BYTES) * 8 {
        let disk = disk.copy();
        disk.flip_bit(&name, bit);
        let refused = open_with(&disk, vec![witness.clone()]).map(drop).expect_err("it was acknowledged");
        assert!(matches!(refused, OpenError::Truncated { last: 2, .. } | OpenError::Corrupt(_)), "{refused}");
    }
}

#[test]
fn a_witness_of_another_history_or_of_a_missing_log_prevents_writing() {
    let (disk, records) = log_of(&[End::Closed; 12]);
    assert!(segments(&disk).len() > 1, "some positions are in sealed segments");
    let witness = witness(&disk, &records);
    for number in 1..=records.len() as u64 {
        let last = position(number);
        let log = open_read_only(&disk).expect("an intact log");
        let history = log.history(last).expect("an intact log");
        let agrees = Witness { last, history, ..witness.clone() };
        open_with(&disk, vec![agrees.clone()]).map(drop).expect("the log agrees");
        let other = Witness {
            history: history.map(|mut hash| {
                hash[31] ^= 1;
                hash
            }),
            ..agrees.clone()
        };
        let refused = open_with(&disk, vec![agrees.clone(), other]).map(drop).expect_err("another history");
        assert!(matches!(refused, OpenError::OtherHistory { position, .. } if position == last), "{refused}");
        let elsewhere = Witness { log: Some(LogId::from_bytes([9; 16])), history: Some([0; 32]), ..agrees };
        open_with(&disk, vec![elsewhere.clone()]).map(drop).expect("it is about another log");
        // No log is created in the place of a missing one, whichever log that was.
        let empty = HostileDisk::new(0);
        for gone in [elsewhere, witness.clone()] {
            let refused = open_with(&empty, vec![gone]).map(drop).expect_err("there was a log");
            assert!(matches!(refused, OpenError::Truncated { last: 0, .. }), "{refused}");
            assert_eq!(segments(&empty), [""; 0]);
        }
    }
}
