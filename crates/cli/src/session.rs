//! What an order is carried out on: a data folder, which each order opens as it needs, or the writer of a script, which stays
//! open from line to line on a folder or in memory.

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
pub(crate) use reading::{reading_log, rebuilt, say_damaged};
pub(crate) use writing::{WriteSession, left_word};

/// What an order that reads is answered from: views and log, as of one moment.
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

/// What one order is carried out on.
pub(crate) struct Session<'a> {
    /// What goes with the order; its format is that of the order's answer.
    pub(crate) global: Global,
    /// The line of a script that holds the order; `None` for an order of the command line.
    pub(crate) line: Option<ScriptLine<'a>>,
}

/// What a line of a script finds: a writer that stays open, and the script's own time.
#[derive(Clone, Copy)]
pub(crate) struct ScriptLine<'a> {
    pub(crate) writing: &'a WriteSession,
    /// The moment that the script says; `None` while the clock's holds.
    pub(crate) at: Option<Timestamp>,
    /// That moment, or the clock's.
    pub(crate) now: Timestamp,
}

/// The outcome of an order that was carried out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CommandDone {
    /// How the program ends.
    pub(crate) exit: Exit,
    /// The answer that a script may expect next; `None` where the one before still is.
    pub(crate) answer: Option<Expected>,
}

/// What a `send`, `check` or `why` answered with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    OnItsWay,
    /// The cause, and after it what accompanies it.
    Codes(Vec<Code>),
}

impl CommandDone {
    /// Carried out, with nothing that a script could expect.
    pub(crate) fn with(exit: Exit) -> Self {
        Self { exit, answer: None }
    }
}

impl<'a> Session<'a> {
    /// An order of the command line, on the data folder.
    pub(crate) fn on_folder(global: &Global) -> Self {
        Self { global: global.clone(), line: None }
    }

    /// An order in a script.
    pub(crate) fn in_script(global: &Global, format: Format, line: ScriptLine<'a>) -> Self {
        Self { global: Global { format, ..global.clone() }, line: Some(line) }
    }

    pub(crate) fn format(&self) -> Format {
        self.global.format
    }

    /// The moment of an order that only reads a file outside the log.
    pub(crate) fn now(&self) -> Timestamp {
        match &self.line {
            Some(line) => line.now,
            None => self.global.at.unwrap_or_else(machine),
        }
    }

    /// Whether nothing of it is ever written down.
    pub(crate) fn is_in_memory(&self) -> bool {
        self.line.is_some_and(|line| line.writing.is_in_memory())
    }

    /// Whether there is a log to answer from.
    pub(crate) fn has_data(&self) -> bool {
        self.line.is_some() || has_data(&self.global)
    }

    /// Writes, at the moment that the order has.
    pub(crate) fn write<T>(
        &self,
        talk: &mut dyn Write,
        write: impl FnOnce(&WriteSession, When) -> Result<T, CliError>,
    ) -> Result<T, CliError> {
        let global = &self.global;
        if let Some(ScriptLine { writing, at, .. }) = self.line {
            // A moment that the script says is an input, and needs no confirmation.
            let when = at.map_or_else(|| writing.when(global, None), |at| Ok(When::Exactly(at)))?;
            return write(writing, when);
        }
        let writing = WriteSession::open(global, global.at, talk)?;
        let written = writing.when(global, global.at).and_then(|when| write(&writing, when));
        writing.close(talk)?;
        written
    }

    /// Takes over a file whose records begin at `first`, which is when a fresh folder is founded.
    pub(crate) fn take_over<T>(
        &self,
        first: Timestamp,
        talk: &mut dyn Write,
        take: impl FnOnce(&WriteSession) -> Result<T, CliError>,
    ) -> Result<T, CliError> {
        if let Some(line) = self.line {
            return take(line.writing);
        }
        let writing = WriteSession::open(&self.global, Some(first), talk)?;
        let taken = take(&writing);
        writing.close(talk)?;
        taken
    }

    /// Reads, with everything done that is due by then, in memory only. The exit code says whether all of the log is there.
    pub(crate) fn read<T>(
        &self,
        talk: &mut dyn Write,
        read: impl FnOnce(ReadView<'_>) -> Result<T, CliError>,
    ) -> Result<(T, Exit), CliError> {
        match self.line {
            Some(line) => Ok((line.writing.read(line.now, read)?, Exit::Ok)),
            None => reading::reading(&self.global, talk, read),
        }
    }

    /// The same, of the log itself: without what is due and not recorded yet.
    pub(crate) fn read_log<T>(
        &self,
        talk: &mut dyn Write,
        read: impl FnOnce(ReadView<'_>) -> Result<T, CliError>,
    ) -> Result<(T, Exit), CliError> {
        match self.line {
            Some(line) => Ok((line.writing.read_log(line.now, read)?, Exit::Ok)),
            None => reading::reading_log(&self.global, talk, read),
        }
    }

    /// Continues in memory only: to see what a write would do; nothing is written.
    pub(crate) fn rehearse<T>(
        &self,
        talk: &mut dyn Write,
        rehearse: impl FnOnce(&mut Kernel, &dyn EventLog, When) -> Result<T, CliError>,
    ) -> Result<T, CliError> {
        let Some(ScriptLine { writing, at, now }) = self.line else {
            return reading::rehearsing(&self.global, talk, rehearse);
        };
        let mut desk = Kernel::new(writing.engine.read(Clone::clone)?);
        rehearse(&mut desk, writing.engine.log(), at.map_or(When::NotBefore(now), When::Exactly))
    }
}
