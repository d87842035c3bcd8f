//! What a command runs on: a data folder, which each command opens as it needs, or the writer of a script, which stays open
//! from line to line, on a folder or in memory.

mod backend;
mod folder;
pub(crate) mod interrupt;
mod reading;
mod writing;

use std::io::Write;

use acquaint_clock::machine;
use acquaint_domain::{Code, Recorded, Timestamp};
use acquaint_engine::{Inquiry, Kernel, Views, When};
use acquaint_log::EventLog;

use crate::failure::CliError;
use crate::grammar::{Exit, Format, Global};

pub(crate) use folder::{has_data, log_folder, open_log, waiting};
pub(crate) use reading::{reading_log, rebuilt, report_damage};
pub(crate) use writing::{WriteSession, summary_text};

/// What a command reads from: the views and the log, as of one moment.
#[derive(Clone, Copy)]
pub(crate) struct ReadView<'a> {
    pub(crate) views: &'a Views,
    pub(crate) log: &'a dyn EventLog,
    pub(crate) staged: &'a [Recorded],
    pub(crate) as_of: Timestamp,
}

impl<'a> ReadView<'a> {
    pub(crate) fn inquiry(&self) -> Inquiry<'a> {
        Inquiry::new(self.views, self.log, self.staged)
    }
}

/// What one command runs on.
pub(crate) struct Session<'a> {
    /// The global options; the format is the one of this command's answer.
    pub(crate) global: Global,
    /// The script line that holds the command; `None` on the command line.
    pub(crate) line: Option<ScriptLine<'a>>,
}

/// What a script line runs with: the open writer, and the script's own time.
#[derive(Clone, Copy)]
pub(crate) struct ScriptLine<'a> {
    pub(crate) writer: &'a WriteSession,
    /// The moment that the script has set; `None` while the clock is used.
    pub(crate) at: Option<Timestamp>,
    /// `at`, or the clock's time.
    pub(crate) now: Timestamp,
}

/// The outcome of a command.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CommandDone {
    /// The exit code.
    pub(crate) exit: Exit,
    /// The answer that the next `expect` of a script is compared with; `None` keeps the previous one.
    pub(crate) answer: Option<Expected>,
}

/// What a `send`, `check` or `why` answered with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    OnItsWay,
    /// The cause first, then the codes that accompany it.
    Codes(Vec<Code>),
}

impl CommandDone {
    /// A command without an answer that a script could expect.
    pub(crate) fn with(exit: Exit) -> Self {
        Self { exit, answer: None }
    }
}

impl<'a> Session<'a> {
    /// A command of the command line, on the data folder.
    pub(crate) fn on_folder(global: &Global) -> Self {
        Self { global: global.clone(), line: None }
    }

    /// A command in a script.
    pub(crate) fn in_script(global: &Global, format: Format, line: ScriptLine<'a>) -> Self {
        Self { global: Global { format, ..global.clone() }, line: Some(line) }
    }

    pub(crate) fn format(&self) -> Format {
        self.global.format
    }

    /// The moment of a command that only reads a file outside the log.
    pub(crate) fn now(&self) -> Timestamp {
        match &self.line {
            Some(line) => line.now,
            None => self.global.at.unwrap_or_else(machine),
        }
    }

    /// Whether the log is in memory only, so that nothing reaches the disk.
    pub(crate) fn is_in_memory(&self) -> bool {
        self.line.is_some_and(|line| line.writer.is_in_memory())
    }

    /// Whether there is a log to read.
    pub(crate) fn has_data(&self) -> bool {
        self.line.is_some() || has_data(&self.global)
    }

    /// Writes at the moment of the command.
    pub(crate) fn write<T>(
        &self,
        stderr: &mut dyn Write,
        write: impl FnOnce(&WriteSession, When) -> Result<T, CliError>,
    ) -> Result<T, CliError> {
        let global = &self.global;
        if let Some(ScriptLine { writer, at, .. }) = self.line {
            // A moment that a script sets is input and needs no confirmation.
            let when = at.map_or_else(|| writer.when(global, None), |at| Ok(When::Exactly(at)))?;
            return write(writer, when);
        }
        let writer = WriteSession::open(global, global.at, stderr)?;
        let written = writer.when(global, global.at).and_then(|when| write(&writer, when));
        writer.close(stderr)?;
        written
    }

    /// Imports a file. A new folder is initialised at `first`.
    pub(crate) fn import<T>(
        &self,
        first: Timestamp,
        stderr: &mut dyn Write,
        act: impl FnOnce(&WriteSession) -> Result<T, CliError>,
    ) -> Result<T, CliError> {
        if let Some(line) = self.line {
            return act(line.writer);
        }
        let writer = WriteSession::open(&self.global, Some(first), stderr)?;
        let imported = act(&writer);
        writer.close(stderr)?;
        imported
    }

    /// Reads, with due work done in memory only. The exit code says whether the whole log could be read.
    pub(crate) fn read<T>(
        &self,
        stderr: &mut dyn Write,
        read: impl FnOnce(ReadView<'_>) -> Result<T, CliError>,
    ) -> Result<(T, Exit), CliError> {
        match self.line {
            Some(line) => Ok((line.writer.read(line.now, read)?, Exit::Ok)),
            None => reading::reading(&self.global, stderr, read),
        }
    }

    /// As [`Self::read`], from recorded events only: due work is not done.
    pub(crate) fn read_log<T>(
        &self,
        stderr: &mut dyn Write,
        read: impl FnOnce(ReadView<'_>) -> Result<T, CliError>,
    ) -> Result<(T, Exit), CliError> {
        match self.line {
            Some(line) => Ok((line.writer.read_log(line.now, read)?, Exit::Ok)),
            None => reading::reading_log(&self.global, stderr, read),
        }
    }

    /// Continues in memory, to show what a write would do. Nothing is written.
    pub(crate) fn dry_run<T>(
        &self,
        stderr: &mut dyn Write,
        act: impl FnOnce(&mut Kernel, &dyn EventLog, When) -> Result<T, CliError>,
    ) -> Result<T, CliError> {
        let Some(ScriptLine { writer, at, now }) = self.line else {
            return reading::dry_run(&self.global, stderr, act);
        };
        let mut kernel = Kernel::new(writer.engine.read(Clone::clone)?);
        act(&mut kernel, writer.engine.log(), at.map_or(When::NotBefore(now), When::Exactly))
    }
}
