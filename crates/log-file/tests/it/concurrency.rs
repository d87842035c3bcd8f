//! Several writers, readers while a writer is running, and lock files that are tampered with.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use acquaint_log::{AppendError, EventLog, Position};
use acquaint_log_file::hostile::HostileDisk;
use acquaint_log_file::{Access, FileLog, Identity, Loss, OpenError, Recovery, Storage, StoredFile, repair};

use crate::{append, open, open_read_only, options, position, read_whole};

const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn a_second_writer_is_refused_until_the_first_is_gone() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = FileLog::open(folder.path(), &options(1 << 20)).expect("the first writer");
    match FileLog::open(folder.path(), &options(1 << 20)) {
        Err(OpenError::Locked { lock }) => assert_eq!(lock, folder.path().join("LOCK")),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("two writers"),
    }
    FileLog::open_read_only(folder.path()).expect("readers are welcome");
    drop(first);
    FileLog::open(folder.path(), &options(1 << 20)).expect("the lock is free again");
}

/// What somebody can do to the lock file while a writer is running.
type Tampering = fn(&Path);

const TAMPERINGS: [Tampering; 3] = [
    |lock| std::fs::remove_file(lock).expect("removed"),
    |lock| {
        std::fs::remove_file(lock).expect("removed");
        std::fs::write(lock, b"").expect("replaced");
    },
    |lock| std::fs::rename(lock, lock.with_extension("old")).expect("renamed"),
];

#[test]
fn removing_the_lock_file_of_a_running_writer_lets_nobody_in_and_stops_the_writer() {
    for tamper in TAMPERINGS {
        let folder = tempfile::tempdir().expect("a folder");
        let open = || FileLog::open(folder.path(), &options(1024));
        let first = open().expect("the first writer");
        // Several segments, because the lock is on the first one.
        for number in 0..9 {
            append(&first, &[&[number; 300]]);
        }
        tamper(&folder.path().join("LOCK"));
        let segment = folder.path().join("00000000000000000001.segment");
        for _ in 0..2 {
            match open() {
                Err(OpenError::Locked { lock }) => assert_eq!(lock, segment),
                Err(error) => panic!("{error}"),
                Ok(_) => panic!("two writers"),
            }
            let repaired = repair(folder.path(), Loss::Accepted);
            assert!(matches!(repaired, Err(OpenError::Locked { .. })), "{repaired:?}");
        }
        let next = first.next_position();
        let bytes = std::fs::read(&segment).expect("a segment");
        for _ in 0..2 {
            match first.append(next, &[b"one more".to_vec()]) {
                Err(AppendError::Stopped { reason }) => {
                    assert!(reason.contains("was removed or replaced"), "{reason}");
                }
                other => panic!("{other:?}"),
            }
        }
        assert!(matches!(first.seal(), Err(AppendError::Stopped { .. })));
        assert_eq!(read_whole(&first).len(), 9, "acknowledged events can still be read");
        drop(first);
        assert_eq!(std::fs::read(&segment).expect("a segment"), bytes);
        let second = open().expect("nobody else writes");
        assert_eq!((read_whole(&second).len(), second.recovery()), (9, &Recovery::Clean));
        append(&second, &[b"one more"]);
    }
}

#[test]
fn replacing_the_folder_of_a_running_writer_stops_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, old) = (folder.path().join("log"), folder.path().join("old"));
    let first = FileLog::open(&log, &options(1024)).expect("the first writer");
    append(&first, &[b"one"]);
    std::fs::rename(&log, &old).expect("moved away");
    let second = FileLog::open(&log, &options(1024)).expect("another log in its place");
    append(&second, &[b"another"]);
    let refused = first.append(first.next_position(), &[b"two".to_vec()]).expect_err("its folder is gone");
    assert!(refused.to_string().contains("was removed or replaced"), "{refused}");
    drop(first);
    drop(second);
    assert_eq!(read_whole(&FileLog::open_read_only(&old).expect("a log")), [b"one"]);
    assert_eq!(read_whole(&FileLog::open_read_only(&log).expect("a log")), [b"another"]);
}

#[test]
fn the_lock_file_says_what_it_is_even_if_an_earlier_version_left_it_empty() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("LOCK"), b"").expect("as earlier versions left it");
    for _ in 0..2 {
        drop(FileLog::open(folder.path(), &options(1024)).expect("a log"));
        let text = std::fs::read_to_string(folder.path().join("LOCK")).expect("UTF-8");
        assert!(text.starts_with("This file belongs to the log in this folder."), "{text}");
        assert!(text.len() < 400 && text.lines().all(|line| line.len() < 81), "{text}");
    }
}

#[test]
fn a_reader_follows_a_writer_from_segment_to_segment() {
    let folder = tempfile::tempdir().expect("a folder");
    let writer = FileLog::open(folder.path(), &options(4096)).expect("a writer");
    let reader = FileLog::open_read_only(folder.path()).expect("a reader");
    assert_eq!(reader.next_position(), Position::FIRST);
    let last = position(600);
    std::thread::scope(|scope| {
        scope.spawn(|| while append(&writer, &[&[7; 100], &[8; 30], b""]) <= last {});
        let mut tail = Position::FIRST;
        while tail <= last {
            let count = read_whole(&reader).len() as u64;
            assert!(count + 1 >= tail.get(), "{count} records before {tail}");
            assert!(count.is_multiple_of(3), "a batch was seen in part");
            tail = reader.wait_past(tail, PATIENCE);
        }
    });
    assert_eq!(read_whole(&reader), read_whole(&writer));
    assert!(std::fs::read_dir(folder.path()).expect("a folder").count() > 10);
    assert_eq!(reader.recovery(), &Recovery::Clean);
}

#[test]
fn a_reader_cannot_append() {
    let disk = HostileDisk::new(0);
    append(&open(&disk).expect("a new log"), &[b"one"]);
    disk.protect();
    let reader = open_read_only(&disk).map(|log| log.append(position(2), &[vec![1]]));
    assert_eq!(reader.expect("readable"), Err(AppendError::ReadOnly));
}

#[test]
fn a_reader_does_not_see_a_batch_that_is_still_being_written() {
    let disk = HostileDisk::new(0);
    let writer = open(&disk).expect("a new log");
    append(&writer, &[b"one"]);
    let name = &disk.files()[0];
    let before = disk.contents(name);
    append(&writer, &[b"two", b"three"]);
    let after = disk.contents(name);
    drop(writer);
    let start = before.iter().rposition(|&byte| byte != 0).expect("a frame") + 1;
    let end = after.iter().rposition(|&byte| byte != 0).expect("a frame") + 1;
    for written in start..=end {
        let mut partly = before.clone();
        partly[..written].copy_from_slice(&after[..written]);
        let disk = disk.copy();
        disk.put(name, partly);
        let reader = open_read_only(&disk).expect("readable");
        assert_eq!(reader.recovery(), &Recovery::Clean);
        let whole = disk.contents(name) == after;
        assert_eq!(read_whole(&reader).len(), if whole { 3 } else { 1 });
        disk.put(name, after.clone());
        assert_eq!(read_whole(&reader).len(), 3, "the batch is whole now");
    }
}

#[test]
fn what_a_reader_has_shown_survives_a_loss_of_power() {
    for seed in 0..20 {
        // Given a second batch that the writer has written but not synced yet:
        let disk = HostileDisk::new(seed);
        let writer = open(&disk).expect("a new log");
        append(&writer, &[b"one"]);
        let name = &disk.files()[0];
        let ahead = disk.copy();
        append(&open(&ahead).expect("the same log"), &[b"two"]);
        let opened_before = open_read_only(&disk).expect("readable");
        disk.open(name, Access::Write)
            .and_then(|mut file| file.write_at(0, &ahead.contents(name)))
            .expect("written");
        // when a reader shows it, opened now or before, then it survives:
        let shown = match seed % 2 {
            0 => read_whole(&open_read_only(&disk).expect("readable")),
            _ => read_whole(&opened_before),
        };
        assert_eq!(shown, [b"one", b"two"]);
        disk.restart();
        assert_eq!(read_whole(&open_read_only(&disk).expect("readable")), shown);
    }
}

/// A disk that shows files as they were `before` for some reads, and then as they are `after`, as if a writer had changed
/// them in between.
struct Racing {
    before: HostileDisk,
    after: HostileDisk,
    reads_before: Arc<AtomicI64>,
}

struct RacingFile {
    before: Box<dyn StoredFile>,
    after: Box<dyn StoredFile>,
    reads_before: Arc<AtomicI64>,
}

impl Storage for Racing {
    fn path(&self) -> &Path {
        self.after.path()
    }
    fn create_folder(&self) -> io::Result<()> {
        self.after.create_folder()
    }
    fn names(&self) -> io::Result<Vec<String>> {
        self.after.names()
    }
    fn open(&self, name: &str, access: Access) -> io::Result<Box<dyn StoredFile>> {
        Ok(Box::new(RacingFile {
            before: self.before.open(name, access)?,
            after: self.after.open(name, access)?,
            reads_before: Arc::clone(&self.reads_before),
        }))
    }
    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.after.rename(from, to)
    }
    fn remove(&self, name: &str) -> io::Result<()> {
        self.after.remove(name)
    }
    fn identity(&self, name: &str) -> io::Result<Option<Identity>> {
        self.after.identity(name)
    }
    fn sync_folder(&self) -> io::Result<()> {
        self.after.sync_folder()
    }
}

impl StoredFile for RacingFile {
    fn length(&self) -> io::Result<u64> {
        self.after.length()
    }
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        if self.reads_before.fetch_sub(1, Ordering::Relaxed) > 0 {
            self.before.read_at(offset, buffer)
        } else {
            self.after.read_at(offset, buffer)
        }
    }
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.after.write_at(offset, bytes)
    }
    fn sync(&self) -> io::Result<()> {
        self.after.sync()
    }
    fn identity(&self) -> io::Result<Option<Identity>> {
        self.after.identity()
    }
    fn try_lock(&self) -> io::Result<bool> {
        self.after.try_lock()
    }
}

#[test]
fn a_reader_does_not_take_a_concurrent_write_for_damage() {
    // Given one partial batch, and three whole ones a moment later:
    let after = HostileDisk::new(0);
    let writer = FileLog::open_on(Arc::new(after.clone()), &options(1 << 18)).expect("a new log");
    append(&writer, &[&[7; 300]]);
    let before = after.copy();
    let name = &after.files()[0];
    before.flip_bit(name, (136 + 200) * 8);
    append(&writer, &[b"two"]);
    append(&writer, &[b"three"]);
    let whole = read_whole(&writer).len();
    // then a reader sees a prefix and no damage, however many of its reads come before that moment:
    for reads_before in 0..6 {
        let disk = Racing {
            before: before.clone(),
            after: after.clone(),
            reads_before: Arc::new(AtomicI64::new(reads_before)),
        };
        let reader = FileLog::open_read_only_on(Arc::new(disk)).expect("readable");
        assert_eq!(reader.recovery(), &Recovery::Clean, "after {reads_before} reads");
        while read_whole(&reader).len() < whole {}
    }
}

#[test]
fn reading_from_any_position_starts_at_that_position() {
    let disk = Arc::new(HostileDisk::new(0));
    let log = FileLog::open_on(disk, &options(200_000)).expect("a new log");
    for number in 0..2000_u32 {
        append(&log, &[&number.to_le_bytes(), &[1; 150]]);
    }
    for number in 1..=4000 {
        let record = log.read(position(number)).next().expect("a record");
        let record = record.expect("intact");
        assert_eq!(record.position, position(number));
        if number % 2 == 1 {
            assert_eq!(record.bytes, ((number as u32 - 1) / 2).to_le_bytes());
        }
    }
    assert!(log.read(position(4001)).next().is_none());
}
