//! Repair, backup, conversion of format version 1, and the scrub.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use acquaint_log::{AppendError, EventLog};
use acquaint_log_file::hostile::HostileDisk;
use acquaint_log_file::{
    BackupError, ConvertError, Depth, FileLog, Loss, OpenError, Options, Recovery, Scrub, convert, repair_on,
};

use crate::{append, open, open_read_only, options, position, read, read_whole};

/// Eight batches of three records, two batches in each of four segments.
fn fill(log: &FileLog) {
    for number in 0..8_u8 {
        append(log, &[&[number; 40], &[number], &[0; 30]]);
    }
}

fn small_log() -> (HostileDisk, Vec<Vec<u8>>) {
    let disk = HostileDisk::new(0);
    let log = open(&disk).expect("a new log");
    fill(&log);
    let records = read_whole(&log);
    drop(log);
    (disk, records)
}

fn segment(first: u64) -> String {
    format!("{first:020}.segment")
}

#[test]
fn a_repair_shows_what_it_would_lose_and_keeps_every_removed_byte() {
    type Harm = fn(&HostileDisk);
    let cases: [(&str, Harm, u64); 6] = [
        ("a record in a sealed segment", |disk| disk.flip_bit(&segment(7), 300 * 8), 6),
        ("the header of a segment", |disk| disk.flip_bit(&segment(13), 40 * 8), 12),
        ("a seal", |disk| disk.flip_bit(&segment(13), (1024 - 30) * 8), 18),
        ("a segment that is gone", |disk| disk.take_away(&segment(13)), 12),
        (
            "a segment that is too short",
            |disk| disk.put(&segment(7), disk.contents(&segment(7))[..500].to_vec()),
            9,
        ),
        (
            "a segment that is too long",
            |disk| disk.put(&segment(7), [disk.contents(&segment(7)), vec![0; 9]].concat()),
            12,
        ),
    ];
    for (what, harm, last) in cases {
        let (disk, records) = small_log();
        harm(&disk);
        let before: Vec<_> = disk.files().into_iter().map(|name| (disk.contents(&name), name)).collect();
        // Showing the loss changes nothing:
        let shown = repair_on(&disk, Loss::Shown).expect(what).expect("there is damage");
        assert_eq!(shown.last_kept, Some(position(last)), "{what}");
        let after: Vec<_> = disk.files().into_iter().map(|name| (disk.contents(&name), name)).collect();
        assert_eq!(before, after, "{what}: shown, not done");
        // Accepting it lets the log continue after the last intact event:
        let done = repair_on(&disk, Loss::Accepted).expect(what).expect("there is damage");
        assert_eq!(done, shown, "{what}");
        let log = open(&disk).expect(what);
        assert_eq!(log.recovery(), &Recovery::Clean, "{what}");
        assert_eq!(read_whole(&log), records[..last as usize], "{what}");
        append(&log, &[b"continues"]);
        drop(log);
        let report = FileLog::verify_on(&disk, Depth::Roots, &|_| {}).expect(what);
        assert_eq!((report.damage, report.records), (None, last + 1), "{what}");
        assert_eq!(repair_on(&disk, Loss::Shown).expect(what), None, "{what}");
        // Every event that was readable anywhere can still be read in the kept files:
        for lost in &done.lost {
            if lost.is_whole {
                assert_eq!(lost.record, records[lost.position.get() as usize - 1], "{what}");
            }
            let kept = done.kept_in.iter().map(|path| path.file_name().expect("a file").to_string_lossy());
            let holds =
                |bytes: Vec<u8>| bytes.windows(lost.record.len().max(1)).any(|part| part == lost.record);
            assert!(
                kept.map(|name| disk.contents(&name)).any(holds),
                "{what}: event {} is kept",
                lost.position
            );
        }
    }
}

#[test]
fn a_repair_reports_what_it_can_read_of_a_damaged_batch() {
    let (disk, records) = small_log();
    disk.flip_bit(&segment(7), (136 + 104 + 4 + 3) * 8);
    let repair = repair_on(&disk, Loss::Shown).expect("readable").expect("damaged");
    let lost: Vec<(u64, bool)> =
        repair.lost.iter().map(|lost| (lost.position.get(), lost.is_whole)).collect();
    let expected: Vec<(u64, bool)> = (7..=24).map(|number| (number, number > 9)).collect();
    assert_eq!(lost, expected);
    assert_ne!(repair.lost[0].record, records[6]);
    assert_eq!(repair.lost[1].record, records[7]);
}

#[test]
fn a_repair_interrupted_anywhere_can_be_repeated() {
    for operation in 0..30 {
        let (disk, records) = small_log();
        disk.flip_bit(&segment(7), 300 * 8);
        disk.plan(operation, acquaint_log_file::hostile::Mishap::PowerLoss);
        let interrupted = repair_on(&disk, Loss::Accepted);
        disk.restart();
        if let Err(OpenError::MissingSegment { .. } | OpenError::Corrupt(_)) = open(&disk).map(drop) {
            assert!(interrupted.is_err());
        }
        // Repeated as often as necessary:
        for _ in 0..3 {
            repair_on(&disk, Loss::Accepted).expect("it can be repeated");
        }
        let log = open(&disk).unwrap_or_else(|error| panic!("after operation {operation}: {error}"));
        assert_eq!(read_whole(&log), records[..6], "after operation {operation}");
    }
}

#[test]
fn nothing_is_repaired_while_a_writer_is_running_or_without_damage() {
    let (disk, _) = small_log();
    assert_eq!(repair_on(&disk, Loss::Accepted).expect("no damage"), None);
    let writer = open(&disk).expect("a writer");
    assert!(matches!(repair_on(&disk, Loss::Accepted), Err(OpenError::Locked { .. })));
    assert_eq!(repair_on(&disk, Loss::Shown).expect("showing takes no lock"), None);
    drop(writer);
}

fn on_disk() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("log");
    (folder, path)
}

#[test]
fn a_backup_while_a_writer_is_running_is_a_whole_prefix() {
    let (folder, path) = on_disk();
    let log = FileLog::open(&path, &options(1024)).expect("a new log");
    fill(&log);
    let whole = read_whole(&log);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for number in 0..200_u8 {
                append(&log, &[&[number; 60]]);
            }
        });
        for copy in 0..5 {
            let to = folder.path().join(format!("copies/{copy}"));
            let report = FileLog::backup(&path, &to).expect("a backup");
            let copy = FileLog::open_read_only(&to).expect("a log");
            let records = read_whole(&copy);
            assert_eq!(records.len() as u64, report.records);
            assert!(records.starts_with(&whole) && read_whole(&log).starts_with(&records));
        }
        writer.join().expect("the writer still appends");
    });
    let report = FileLog::backup(&path, &folder.path().join("last")).expect("a backup");
    assert_eq!(report.records, 224);
    let again = FileLog::verify(&folder.path().join("last"), Depth::Roots, &|_| {}).expect("a log");
    assert!(again.is_marked, "the copy's last batch is protected");
}

#[test]
fn a_backup_goes_into_a_new_folder_and_never_hides_damage() {
    let (folder, path) = on_disk();
    let log = FileLog::open(&path, &options(1024)).expect("a new log");
    fill(&log);
    drop(log);
    let full = folder.path().join("full");
    fs::create_dir(&full).expect("a folder");
    fs::write(full.join("letter"), "dear").expect("a file");
    let refused = FileLog::backup(&path, &full).expect_err("not empty");
    let expected =
        format!("`{}` is not empty, it holds `letter`; name a new folder for the backup", full.display());
    assert_eq!(refused.to_string(), expected);
    harm(&path.join(segment(7)), 300);
    let damaged = FileLog::backup(&path, &folder.path().join("copy")).expect_err("damaged");
    assert!(matches!(damaged, BackupError::Damaged(_)), "{damaged}");
}

fn harm(path: &Path, at: usize) {
    let mut bytes = fs::read(path).expect("a segment");
    bytes[at] ^= 4;
    fs::write(path, bytes).expect("harmed");
}

fn kept_version_1(path: &Path) {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kept/version-1");
    fs::create_dir(path).expect("a folder");
    for entry in fs::read_dir(kept).expect("the kept log") {
        let entry = entry.expect("a file");
        fs::copy(entry.path(), path.join(entry.file_name())).expect("copied");
    }
}

#[test]
fn a_log_of_version_1_is_refused_with_a_hint_converted_and_kept() {
    let (folder, path) = on_disk();
    kept_version_1(&path);
    let expected = format!(
        "`{}` has format version 1, but this program writes version 2",
        path.join(segment(1)).display()
    );
    let refused = FileLog::open(&path, &Options::default()).map(drop).expect_err("an older format");
    assert_eq!(refused.to_string(), expected);
    let before = fs::read(path.join(segment(10))).expect("kept bytes");
    let converted = convert(&path).expect("converted");
    assert_eq!((converted.events, converted.torn_bytes), (24, 0));
    assert_eq!(fs::read(converted.kept.join(segment(10))).expect("kept"), before);
    let log = FileLog::open(&path, &Options::default()).expect("the current format");
    let (_, records) = small_log();
    assert_eq!(read_whole(&log), records);
    assert_eq!(log.log_id(), crate::LOG_ID);
    append(&log, &[b"continues"]);
    drop(log);
    let again = convert(&path).expect_err("the old one is in the way");
    assert!(matches!(again, ConvertError::InTheWay(_)), "{again}");
    fs::remove_dir_all(&converted.kept).expect("removed");
    let again = convert(&path).expect_err("it has the current format");
    assert!(matches!(again, ConvertError::Version { found: 2, .. }), "{again}");
    drop(folder);
}

#[test]
fn a_torn_tail_of_version_1_is_reported_and_damage_is_refused() {
    let (_folder, path) = on_disk();
    kept_version_1(&path);
    harm(&path.join(segment(19)), 96 + 208 + 150);
    let converted = convert(&path).expect("a torn tail");
    assert_eq!((converted.events, converted.torn_bytes), (21, 201));
    let (_folder, path) = on_disk();
    kept_version_1(&path);
    harm(&path.join(segment(10)), 300);
    let refused = convert(&path).expect_err("damaged");
    let expected = format!(
        "`{}` is damaged at byte 96: a batch is not whole; restore it from a backup, then convert",
        path.join(segment(10)).display()
    );
    assert_eq!(refused.to_string(), expected);
}

#[test]
fn the_scrub_finds_damage_while_a_writer_is_running_and_stops_it() {
    let (disk, _) = small_log();
    disk.flip_bit(&segment(7), 300 * 8);
    let soon = Scrub { delay: Duration::ZERO, pause: Duration::ZERO, interval: Duration::from_secs(3600) };
    let options = Options { scrub: Some(soon), ..options(1024) };
    let log = FileLog::open_on(Arc::new(disk.clone()), &options).expect("opening reads the seals only");
    let deadline = Instant::now() + Duration::from_secs(60);
    while log.stopped().is_none() {
        assert!(Instant::now() < deadline, "the scrub finds nothing");
        std::thread::yield_now();
    }
    match log.append(log.next_position(), &[vec![1]]) {
        Err(AppendError::Stopped { reason }) => assert!(
            reason
                .starts_with("damage was found, `disk/00000000000000000007.segment` is damaged at byte 136"),
            "{reason}"
        ),
        other => panic!("{other:?}"),
    }
    drop(log);
    let (shown, error) = read(&open_read_only(&disk).expect("readable"));
    assert_eq!((shown.len(), error.is_some()), (6, true));
}
