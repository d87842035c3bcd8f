//! The machine's clock, made monotonic for the edges that read it.
//!
//! **What it is.** [`Clock`] returns the highest reading of the machine's clock so far, and keeps it in a small file next to
//! the log, so that it does not go back after a restart either. [`doubt()`] says when a moment needs the operator's
//! confirmation.
//!
//! **Where to start reading.** [`Clock::now`].
//!
//! **This crate never** is used below an edge: the engine gets the time with each command.

mod doubt;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

use acquaint_domain::{Span, Timestamp};
use parking_lot::Mutex;

pub use doubt::{Doubt, doubt};

/// The name of the clock's file in the data folder.
pub const FILE: &str = "clock";

/// A ticking clock writes its file at most this often.
const KEEP_EVERY: Span = Span::seconds(1);
/// The greatest length of a clock's file, bytes.
const FILE_LEN_MAX: usize = 64;

/// A clock that follows the machine's clock but never goes back.
///
/// If it went back, a command would be recorded at the log's last moment, which is the moment of somebody else's act.
#[derive(Debug)]
pub struct Clock {
    file: PathBuf,
    machine: fn() -> Timestamp,
    started: Instant,
    readings: Mutex<Readings>,
}

#[derive(Clone, Copy, Debug)]
struct Readings {
    /// The highest reading so far, of this run and all earlier ones.
    highest: Timestamp,
    /// The reading in the file; `None` if there is no file.
    kept: Option<Timestamp>,
}

/// Why a clock cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum ClockError {
    /// The file was not written by a clock.
    #[error("`{}` holds no moment; remove it, and the clock starts from the machine's time", file.display())]
    NotAMoment {
        /// The path of the clock's file.
        file: PathBuf,
    },
    /// The file cannot be read.
    #[error("`{}` cannot be read: {error}", file.display())]
    Io {
        /// The path of the clock's file.
        file: PathBuf,
        /// The operating system's error.
        error: io::Error,
    },
}

impl Clock {
    /// Opens the clock of a data folder, which need not exist yet. Nothing is written before [`keep`](Self::keep).
    ///
    /// # Errors
    /// The clock's file exists but cannot be read, or holds no moment.
    pub fn in_folder(folder: &Path) -> Result<Self, ClockError> {
        Self::of(folder, machine)
    }

    fn of(folder: &Path, machine: fn() -> Timestamp) -> Result<Self, ClockError> {
        let file = folder.join(FILE);
        let kept = read(&file)?;
        let highest = kept.map_or_else(machine, |kept| kept.max(machine()));
        Ok(Self { file, machine, started: Instant::now(), readings: Mutex::new(Readings { highest, kept }) })
    }

    /// The current time: the highest reading of the machine's clock so far.
    pub fn now(&self) -> Timestamp {
        let mut readings = self.readings.lock();
        readings.highest = readings.highest.max((self.machine)());
        readings.highest
    }

    /// The current reading of the machine's clock, which may be lower than an earlier one.
    pub fn machine(&self) -> Timestamp {
        (self.machine)()
    }

    /// How long this clock has been open, measured by a monotonic clock.
    pub fn running(&self) -> Span {
        Span::millis(i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX))
    }

    /// The reading in the file; `None` if there is no file, as next to a log whose moments were all chosen.
    pub fn kept(&self) -> Option<Timestamp> {
        self.readings.lock().kept
    }

    /// Writes the highest reading to the file, atomically.
    ///
    /// # Errors
    /// The file cannot be written; it is unchanged then.
    pub fn keep(&self) -> io::Result<()> {
        let mut readings = self.readings.lock();
        if readings.kept >= Some(readings.highest) {
            return Ok(());
        }
        write(&self.file, readings.highest)?;
        readings.kept = Some(readings.highest);
        Ok(())
    }

    /// The current time, for a long-running program that ticks. Keeps the reading, at most once a second.
    ///
    /// # Errors
    /// The reading cannot be written to the file.
    pub fn tick(&self) -> io::Result<Timestamp> {
        let now = self.now();
        if self.kept().is_none_or(|kept| now >= kept.plus(KEEP_EVERY)) {
            self.keep()?;
        }
        Ok(now)
    }
}

/// The current reading of the machine's clock, for uses that neither record it nor answer as of it.
pub fn machine() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

fn read(file: &Path) -> Result<Option<Timestamp>, ClockError> {
    let wrong = || ClockError::NotAMoment { file: file.to_owned() };
    let bytes = match fs::metadata(file) {
        Ok(facts) if !facts.is_file() || facts.len() > FILE_LEN_MAX as u64 => return Err(wrong()),
        Ok(_) => fs::read(file),
        Err(error) => Err(error),
    };
    match bytes {
        Ok(bytes) => {
            let text = std::str::from_utf8(&bytes).map_err(|_| wrong())?;
            let ms = text.strip_suffix('\n').unwrap_or(text).parse().map_err(|_| wrong())?;
            Ok(Some(Timestamp::from_millis(ms)))
        }
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(ClockError::Io { file: file.to_owned(), error }),
    }
}

/// Writes a temporary file and renames it, so that a reader sees either the old moment or the new one.
fn write(file: &Path, at: Timestamp) -> io::Result<()> {
    let temporary = file.with_extension("new");
    let written = (|| {
        // Do not write into what an interrupted program has left, or into something that is no regular file.
        let _removed = fs::remove_file(&temporary);
        let mut new = fs::File::create_new(&temporary)?;
        new.write_all(format!("{}\n", at.as_millis()).as_bytes())?;
        // Without this, a loss of power may leave an empty file under the final name.
        new.sync_data()?;
        fs::rename(&temporary, file)
    })();
    if written.is_err() {
        // Leave no partial file; the first error is the one to report.
        let _removed = fs::remove_file(&temporary);
    }
    written
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local! {
        static MACHINE: Cell<i64> = const { Cell::new(0) };
    }

    fn set(seconds: i64) {
        MACHINE.set(seconds * 1_000);
    }

    fn open(folder: &Path) -> Clock {
        Clock::of(folder, || Timestamp::from_millis(MACHINE.get())).expect("it opens")
    }

    fn seconds(at: Timestamp) -> i64 {
        at.as_millis() / 1_000
    }

    #[test]
    fn it_never_goes_back_within_a_run_or_after_a_restart() {
        let folder = tempfile::tempdir().expect("a folder");
        set(1_000);
        let clock = open(folder.path());
        assert_eq!((seconds(clock.now()), clock.kept()), (1_000, None));
        set(400);
        assert_eq!((seconds(clock.now()), seconds(clock.machine())), (1_000, 400));
        clock.keep().expect("it is kept");
        drop(clock);
        let clock = open(folder.path());
        assert_eq!((seconds(clock.now()), clock.kept().map(seconds)), (1_000, Some(1_000)));
        set(1_001);
        assert_eq!(seconds(clock.now()), 1_001);
    }

    #[test]
    fn a_ticking_clock_writes_its_file_once_a_second() {
        let folder = tempfile::tempdir().expect("a folder");
        let kept = || read(&folder.path().join(FILE)).expect("it reads").map(seconds);
        set(1_000);
        let clock = open(folder.path());
        assert_eq!((seconds(clock.tick().expect("it is kept")), kept()), (1_000, Some(1_000)));
        MACHINE.set(1_000_999);
        clock.tick().expect("nothing to keep yet");
        assert_eq!(kept(), Some(1_000));
        set(1_001);
        clock.tick().expect("it is kept");
        assert_eq!(kept(), Some(1_001));
        set(5);
        assert_eq!((seconds(clock.tick().expect("it ticks")), kept()), (1_001, Some(1_001)));
        assert!(fs::read_dir(folder.path()).expect("it lists").count() == 1, "a temporary file is left");
    }

    #[test]
    fn a_file_without_a_moment_is_an_error_and_a_missing_folder_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        set(7);
        assert_eq!(open(&folder.path().join("not/there")).kept(), None);
        for text in ["", "soon\n", "12 13\n", "99999999999999999999\n", "1\n\n"] {
            fs::write(folder.path().join(FILE), text).expect("it is written");
            let opened = Clock::in_folder(folder.path());
            assert!(matches!(opened, Err(ClockError::NotAMoment { .. })), "{text:?}");
        }
        fs::write(folder.path().join(FILE), vec![b'1'; 1 << 20]).expect("it is written");
        assert!(matches!(Clock::in_folder(folder.path()), Err(ClockError::NotAMoment { .. })));
    }
}
