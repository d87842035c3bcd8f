//! Checkpoint files that are damaged, half written, of another format or of another log.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use acquaint_checkpoint::{CheckpointHead, FORMAT, Section};
use acquaint_domain::Span;
use acquaint_engine::{Checkpoints, Engine, Rebuild, ReplayTo, StartError, Views};
use acquaint_log::{EventLog, MemoryLog, Position};
use proptest::collection::vec;
use proptest::prelude::any;
use tempfile::TempDir;

use super::{LOG, fresh, replayed_from};
use crate::random_worlds::{By, START, check, genesis, handle, kernel_of, log_of, pass, perform, requesting};

const SECTIONS: usize = 11;

/// A log, two checkpoints of it, and its views at the end.
struct Checkpointed {
    _folder: TempDir,
    checkpoints: Checkpoints,
    log: MemoryLog,
    end: Views,
    older: u64,
    newer: u64,
}

impl Checkpointed {
    fn new() -> Self {
        let log = busy(3);
        let end = Rebuild::of(&log).run().expect("the log reads").views;
        let (folder, checkpoints) = fresh();
        let (older, newer) = (end.last().0 / 2, end.last().0 - 3);
        for position in [older, newer] {
            let views =
                Rebuild::of(&log).to(ReplayTo::Position(position)).run().expect("the log reads").views;
            checkpoints.write(&log, &views).expect("it is written");
        }
        Self { _folder: folder, checkpoints, log, end, older, newer }
    }

    fn file(&self, position: u64) -> PathBuf {
        self.checkpoints.folder().join(format!("{position:020}.{FORMAT}.checkpoint"))
    }

    /// Checks that a start begins from this event, reaches the end, and reports these reasons for the checkpoints that it
    /// skips.
    #[track_caller]
    fn check(&self, from_event: u64, said: &[&str]) {
        let begun = replayed_from(&self.log, ReplayTo::End, &self.checkpoints);
        let why: Vec<&str> = begun.passed_over.iter().map(|passed| passed.why.as_str()).collect();
        assert_eq!((begun.from, why.as_slice()), (from_event, said));
        assert_eq!(begun.views.digests(), self.end.digests());
    }
}

/// Members, requests in every state, notes, a policy's counters, letters in transit.
fn busy(members: u8) -> MemoryLog {
    let mut kernel = kernel_of(members);
    let mut now = START;
    for round in 0..3 {
        for (sender, to) in [(1, 2), (2, 3), (3, 1), (1, 3)] {
            let by = if round == 1 { By::Email } else { By::Handle };
            let mut send = requesting(sender, to, by);
            send.note = (round != 2).then(|| format!("note {round}"));
            perform(&mut kernel, acquaint_domain::Command::SendRequest(send), now);
            now = now.plus(Span::minutes(7));
            pass(&mut kernel, now);
        }
        let pair =
            acquaint_domain::Pair { member: handle(2), other: acquaint_domain::Address::Handle(handle(1)) };
        perform(&mut kernel, acquaint_domain::Command::Accept(pair.clone()), now);
        perform(&mut kernel, acquaint_domain::Command::Disconnect(pair), now);
    }
    log_of(kernel.staged())
}

#[test]
fn damage_anywhere_is_reported_and_the_next_older_checkpoint_is_used() {
    let kept = Checkpointed::new();
    kept.check(kept.newer, &[]);
    let path = kept.file(kept.newer);
    let good = fs::read(&path).expect("it is there");
    let head_len = CheckpointHead::len_with(SECTIONS);
    let head = CheckpointHead::read(&good, SECTIONS).expect("it is good");
    // Every byte of the head, and some of every section.
    let mut places: Vec<usize> = (12..head_len).collect();
    let mut begins = head_len;
    for section in &head.sections {
        let length = section.length as usize;
        places.extend([0, length / 3, length / 2, length - 1].map(|place| begins + place));
        begins += length;
    }
    for place in places {
        let mut bad = good.clone();
        bad[place] ^= 0x10;
        fs::write(&path, bad).expect("it is written");
        kept.check(kept.older, &["its checksum does not match"]);
    }
    for length in (0..good.len()).step_by(97).filter(|length| *length >= 12) {
        fs::write(&path, &good[..length]).expect("it is written");
        kept.check(kept.older, &["its checksum does not match"]);
    }
    for (bad, why) in [
        ([good.as_slice(), b"more"].concat(), "its checksum does not match"),
        (Vec::new(), "it is not a checkpoint"),
        (b"acqcheck".to_vec(), "it is not a checkpoint"),
        (vec![0; good.len()], "it is not a checkpoint"),
    ] {
        fs::write(&path, bad).expect("it is written");
        kept.check(kept.older, &[why]);
    }
    fs::write(kept.file(kept.older), b"").expect("it is written");
    kept.check(0, &["it is not a checkpoint", "it is not a checkpoint"]);
    fs::write(&path, good).expect("it is written");
    kept.check(kept.newer, &[]);
}

#[test]
fn another_format_is_reported_as_older_or_newer_and_a_newer_file_is_kept() {
    let kept = Checkpointed::new();
    let path = kept.file(kept.newer);
    let mut bytes = fs::read(&path).expect("it is there");
    bytes[8..12].copy_from_slice(&(FORMAT + 1).to_le_bytes());
    fs::write(&path, &bytes).expect("it is written");
    let newer = format!("it has format {}, but this version reads format {FORMAT}", FORMAT + 1);
    kept.check(kept.older, &[&newer]);
    let named = kept.checkpoints.folder().join(format!("{:020}.{}.checkpoint", kept.newer, FORMAT + 1));
    fs::rename(&path, &named).expect("it is renamed");
    kept.check(kept.older, &[&newer]);
    let old = kept.checkpoints.folder().join(format!("{:020}.{}.checkpoint", kept.newer, FORMAT - 1));
    fs::write(&old, "whatever an older version wrote").expect("it is written");
    let older = format!("it has format {}, but this version reads format {FORMAT}", FORMAT - 1);
    kept.check(kept.older, &[&newer, &older]);
    kept.checkpoints.write(&kept.log, &kept.end).expect("it is written");
    assert_eq!((named.exists(), old.exists()), (true, false));
    kept.check(kept.end.last().0, &[]);
}

#[test]
fn a_checkpoint_of_another_log_or_history_is_reported() {
    let mut kept = Checkpointed::new();
    let others = Checkpoints::new(kept.checkpoints.folder(), [8; 16]);
    let begun = replayed_from(&kept.log, ReplayTo::End, &others);
    assert_eq!((begun.from, begun.passed_over.len()), (0, 2));
    assert!(begun.passed_over.iter().all(|passed| passed.why == "it is of another log"));
    // A copy of the log that has diverged: at least as long, with other events.
    let otherwise = busy(4);
    assert!(otherwise.next_position().get() > kept.newer);
    kept.end = Rebuild::of(&otherwise).run().expect("the log reads").views;
    kept.log = otherwise;
    kept.check(0, &["the log has other events there", "the log has other events there"]);
    // A log that was cut short.
    kept.log = MemoryLog::new();
    kept.end = Views::default();
    let why = |position: u64| format!("it is of event {position}, and the log ends with event 0");
    kept.check(0, &[&why(kept.newer), &why(kept.older)]);
}

#[test]
fn an_engine_does_not_open_a_log_that_has_lost_events_until_the_loss_is_accepted() {
    let kept = Checkpointed::new();
    let shorter = MemoryLog::new();
    let longer = busy(4);
    assert!(longer.next_position().get() > kept.newer);
    let begun = |count: u64| {
        let records = kept.log.read(Position::FIRST).map(|record| record.expect("it reads").bytes);
        let records: Vec<Vec<u8>> = records.take(count as usize).collect();
        let log = MemoryLog::new();
        log.append(Position::FIRST, &records).expect("it is appended");
        log
    };
    for (log, lost, left) in [
        // A new log in place of the old one; a log shorter than the newer checkpoint; a log with other events.
        (shorter, kept.newer, 0),
        (begun(kept.older), kept.newer, 1),
        (longer, kept.newer, 0),
    ] {
        let (folder, checkpoints) = fresh();
        for position in [kept.older, kept.newer] {
            let views =
                Rebuild::of(&kept.log).to(ReplayTo::Position(position)).run().expect("it reads").views;
            checkpoints.write(&kept.log, &views).expect("it is written");
        }
        let log: Arc<dyn EventLog> = Arc::new(log);
        let before = log.next_position();
        let open = || Engine::open_from(Arc::clone(&log), &genesis(), Some(&checkpoints));
        match open().map(drop) {
            Err(StartError::LostEvents { position, file }) => {
                assert_eq!((position, file.starts_with(folder.path())), (lost, true));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(log.next_position(), before, "it is not initialised");
        let removed = checkpoints.accept_loss(log.as_ref()).expect("they are removed");
        assert_eq!(removed.len(), 2 - left);
        assert_eq!(checkpoints.positions().expect("it lists").len(), left);
        open().expect("the loss is accepted");
    }
}

#[test]
fn a_checkpoint_of_another_log_shows_no_loss_unless_the_log_is_empty() {
    let kept = Checkpointed::new();
    let others = Checkpoints::new(kept.checkpoints.folder(), [8; 16]);
    assert_eq!(others.showing_loss(&kept.log).expect("they read"), []);
    let empty = others.showing_loss(&MemoryLog::new()).expect("they read");
    assert_eq!(empty.len(), 2, "an empty log was made in place of another");
}

#[test]
fn a_renamed_checkpoint_is_reported() {
    let kept = Checkpointed::new();
    fs::rename(kept.file(kept.newer), kept.file(kept.newer + 1)).expect("it is renamed");
    let why = format!("it is of event {}, and its name says otherwise", kept.newer);
    kept.check(kept.older, &[&why]);
}

#[test]
fn an_unfinished_checkpoint_is_ignored_and_removed() {
    let kept = Checkpointed::new();
    let folder = kept.checkpoints.folder().to_owned();
    let whole = fs::read(kept.file(kept.newer)).expect("it is there");
    // A crash before the rename leaves a part under the name of an unfinished file.
    let unfinished = folder.join(format!("{:020}.{FORMAT}.checkpoint.new-1", kept.newer + 1));
    fs::write(&unfinished, &whole[..whole.len() / 2]).expect("it is written");
    let notes = folder.join("notes.txt");
    fs::write(&notes, "somebody's").expect("it is written");
    kept.check(kept.newer, &[]);
    kept.checkpoints.write(&kept.log, &kept.end).expect("it is written");
    let left = |path: &PathBuf| path.exists();
    assert_eq!((left(&unfinished), left(&notes), left(&kept.file(kept.older))), (false, true, false));
    assert_eq!(kept.checkpoints.positions().expect("it lists"), [kept.end.last().0, kept.newer]);
}

#[test]
fn arbitrary_bytes_with_right_hashes_are_refused_without_a_panic() {
    let kept = Checkpointed::new();
    let path = kept.file(kept.newer);
    let good = fs::read(&path).expect("it is there");
    let head = CheckpointHead::read(&good, SECTIONS).expect("it is good");
    let mut sections = Vec::new();
    let mut rest = &good[CheckpointHead::len_with(SECTIONS)..];
    for section in &head.sections {
        let (section, after) = rest.split_at(section.length as usize);
        sections.push(section.to_vec());
        rest = after;
    }
    let write = |sections: &[Vec<u8>]| {
        let head = CheckpointHead {
            sections: sections.iter().map(|bytes| Section::of(bytes)).collect(),
            ..head.clone()
        };
        fs::write(&path, [head.bytes(), sections.concat()].concat()).expect("it is written");
        kept.checkpoints.load(&kept.log, kept.newer)
    };
    write(&sections).expect("nothing was changed yet");
    for which in 0..SECTIONS {
        let mut longer = sections.clone();
        longer[which].push(0);
        let why = write(&longer).expect_err("a byte too many").why;
        assert_eq!(why, "the bytes are not a snapshot of the views", "section {which}");
        let mut shorter = sections.clone();
        shorter[which].pop();
        write(&shorter).expect_err("a byte too few");
    }
    let edits = vec((0..SECTIONS, any::<u16>(), any::<u8>()), 1..4);
    check(1_000, &edits, |edits| {
        let mut changed = sections.clone();
        for (which, place, byte) in edits {
            let length = changed[which].len();
            changed[which][usize::from(place) % length] = byte;
        }
        // Some of these are valid states: the test is only that nothing panics.
        let _loaded = write(&changed);
        Ok(())
    });
    let random = (0..SECTIONS, vec(any::<u8>(), 0..200));
    check(500, &random, |(which, bytes)| {
        let mut changed = sections.clone();
        changed[which] = bytes;
        let _loaded = write(&changed);
        Ok(())
    });
    assert_eq!(head.log, LOG);
}
