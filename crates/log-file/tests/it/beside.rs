//! Readers of their own beside a writer.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use acquaint_log::{AppendError, EventLog, Position};
use acquaint_log_file::hostile::HostileDisk;
use acquaint_log_file::{Access, FileLog, OpenError, Recovery, Storage, StoredFile};

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

#[test]
fn a_reader_follows_a_writer_over_segments() {
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
fn a_batch_being_written_is_not_there_yet() {
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
        assert_eq!(read_whole(&reader).len(), 3, "and now it is there");
    }
}

#[test]
fn what_a_reader_has_shown_survives_a_loss_of_power() {
    for seed in 0..20 {
        // Given a second batch that the writer has written and not yet synced:
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
        // when it is shown by a reader, opened now or before, then it stays:
        let shown = match seed % 2 {
            0 => read_whole(&open_read_only(&disk).expect("readable")),
            _ => read_whole(&opened_before),
        };
        assert_eq!(shown, [b"one", b"two"]);
        disk.restart();
        assert_eq!(read_whole(&open_read_only(&disk).expect("readable")), shown);
    }
}

/// A disk that shows files as they were `before` for some reads, and then as they are `after`: a writer was faster.
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
    fn try_lock(&self) -> io::Result<bool> {
        self.after.try_lock()
    }
}

#[test]
fn a_writer_that_is_faster_than_a_reader_is_no_damage() {
    // Given one batch in part, and the next moment three whole ones:
    let after = HostileDisk::new(0);
    let writer = FileLog::open_on(Arc::new(after.clone()), &options(1 << 18)).expect("a new log");
    append(&writer, &[&[7; 300]]);
    let before = after.copy();
    let name = &after.files()[0];
    before.flip_bit(name, (136 + 200) * 8);
    append(&writer, &[b"two"]);
    append(&writer, &[b"three"]);
    let whole = read_whole(&writer).len();
    // then whichever reads come before that moment, a reader sees a prefix and no damage:
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
fn reading_any_position_gives_it_first() {
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
