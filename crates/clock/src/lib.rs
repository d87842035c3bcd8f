//! The machine's clock, as an edge hands it out: it never goes back.
//!
//! **What it is.** [`Clock`] gives the highest reading of the machine's clock so far, and keeps it in a small file beside the
//! log, so that it does not go back at a restart either. [`doubt`] says when a moment needs the operator's confirmation.
//!
//! **Where to start reading.** [`Clock::now`].
//!
//! **This crate never** is used below an edge: the engine is told the time with each command.

mod doubt;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

use acquaint_domain::{Span, Timestamp};
use parking_lot::Mutex;

pub use doubt::{Doubt, doubt};

/// The file's name in the data folder.
pub const FILE: &str = "clock";

/// A clock that ticks writes its file this often at most.
const KEEP_EVERY: Span = Span::seconds(1);
/// A file that holds a number of milliseconds is shorter than this, in bytes.
const FILE_LEN_MAX: usize = 64;

/// The machine's clock, which here never goes back.
///
/// If it did, a command would be recorded at the last moment that the log has, and that is the moment of somebody else's act.
#[derive(Debug)]
pub struct Clock {
    file: PathBuf,
    machine: fn() -> Timestamp,
    started: Instant,
    readings: Mutex<Readings>,
}

#[derive(Clone, Copy, Debug)]
struct Readings {
    /// The highest so far, of this run and of those before.
    highest: Timestamp,
    /// What the file says; `None` where there is none.
    kept: Option<Timestamp>,
}

/// Why a clock cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum ClockError {
    /// The file is not one that a clock wrote.
    #[error("`{}` holds no moment; remove it, and the clock starts from the machine's time", file.display())]
    NotAMoment {
        /// The file.
        file: PathBuf,
    },
    /// The file cannot be read.
    #[error("`{}` cannot be read: {error}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

impl Clock {
    /// Opens the clock of a data folder, which need not exist yet. Nothing is written before [`keep`](Self::keep).
    ///
    /// # Errors
    /// There is a file that cannot be read, or that holds no moment.
    pub fn beside(folder: &Path) -> Result<Self, ClockError> {
        Self::of(folder, machine)
    }

    fn of(folder: &Path, machine: fn() -> Timestamp) -> Result<Self, ClockError> {
        let file = folder.join(FILE);
        let kept = read(&file)?;
        let highest = kept.map_or_else(machine, |kept| kept.max(machine()));
        Ok(Self { file, machine, started: Instant::now(), readings: Mutex::new(Readings { highest, kept }) })
    }

    /// The time: the highest reading so far.
    pub fn now(&self) -> Timestamp {
        let mut readings = self.readings.lock();
        readings.highest = readings.highest.max((self.machine)());
        readings.highest
    }

    /// What the machine's clock says, which may be less than it said before.
    pub fn machine(&self) -> Timestamp {
        (self.machine)()
    }

    /// How long this clock has been open, by a clock that nobody sets.
    pub fn running(&self) -> Span {
        Span::millis(i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX))
    }

    /// The reading in the file; `None` where there is no file, which is so for a log whose moments were all chosen.
    pub fn kept(&self) -> Option<Timestamp> {
        self.readings.lock().kept
    }

    /// Writes the highest reading to the file, whole or not at all.
    ///
    /// # Errors
    /// It cannot be written; the file is as it was.
    pub fn keep(&self) -> io::Result<()> {
        let mut readings = self.readings.lock();
        if readings.kept >= Some(readings.highest) {
            return Ok(());
        }
        write(&self.file, readings.highest)?;
        readings.kept = Some(readings.highest);
        Ok(())
    }

    /// The time, for a program that runs for long and ticks: kept at every tick, but no more than once a second.
    ///
    /// # Errors
    /// The reading cannot be kept.
    pub fn tick(&self) -> io::Result<Timestamp> {
        let now = self.now();
        if self.kept().is_none_or(|kept| now >= kept.plus(KEEP_EVERY)) {
            self.keep()?;
        }
        Ok(now)
    }
}

/// What the machine's clock says, for what is neither recorded nor answered as of it.
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

/// Writes beside and renames: a reader sees the old moment or the new one.
fn write(file: &Path, at: Timestamp) -> io::Result<()> {
    let beside = file.with_extension("new");
    let written = (|| {
        // What is left there of a program that was stopped, or is no regular file, is not written into.
        let _gone = fs::remove_file(&beside);
        let mut new = fs::File::create_new(&beside)?;
        new.write_all(format!("{}\n", at.as_millis()).as_bytes())?;
        // Without it a power failure may leave an empty file under the name.
        new.sync_data()?;
        fs::rename(&beside, file)
    })();
    if written.is_err() {
        // What could not be written whole is not left behind; the first error is the one to tell.
        let _gone = fs::remove_file(&beside);
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
    fn it_never_goes_back_within_a_run_or_after_it() {
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
    fn a_clock_that_ticks_is_kept_once_a_second_whoever_acts() {
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
        assert_eq!((seconds(clock.tick().expect("it stands")), kept()), (1_001, Some(1_001)));
        assert!(fs::read_dir(folder.path()).expect("it lists").count() == 1, "a piece is left");
    }

    #[test]
    fn a_file_that_holds_no_moment_is_told_and_a_folder_that_is_not_there_is_no_error() {
        let folder = tempfile::tempdir().expect("a folder");
        set(7);
        assert_eq!(open(&folder.path().join("not/there")).kept(), None);
        for text in ["", "soon\n", "12 13\n", "99999999999999999999\n", "1\n\n"] {
            fs::write(folder.path().join(FILE), text).expect("it is written");
            let opened = Clock::beside(folder.path());
            assert!(matches!(opened, Err(ClockError::NotAMoment { .. })), "{text:?}");
        }
        fs::write(folder.path().join(FILE), vec![b'1'; 1 << 20]).expect("it is written");
        assert!(matches!(Clock::beside(folder.path()), Err(ClockError::NotAMoment { .. })));
    }
}
