//! The two engines that a session can run on.

use acquaint_domain::Timestamp;
use acquaint_engine::{
    Engine, ImportBatch, ImportCounts, Input, Inquiry, Job, QueuedJob, Receipt, Solo, SubmitError, Views,
};
use acquaint_log::EventLog;

use crate::failure::CliError;

/// The engine that writes the log: with threads for a folder, without for a log in memory.
pub(crate) enum Backend {
    Threads(Engine),
    Solo(Box<Solo>),
}

impl Backend {
    pub(crate) fn submit(&self, input: Input) -> Result<Receipt, SubmitError> {
        match self {
            Self::Threads(engine) => engine.submit(input),
            Self::Solo(solo) => solo.submit(input),
        }
    }

    pub(crate) fn run<J: Job>(&self, job: J) -> Result<J::Output, SubmitError> {
        match self {
            Self::Threads(engine) => engine.run(job),
            Self::Solo(solo) => solo.run(job),
        }
    }

    /// Imports a network batch by batch: the next batch is read while the previous one is written.
    pub(crate) fn import(
        &self,
        mut next: impl FnMut() -> Result<Option<ImportBatch>, CliError>,
        mut imported: impl FnMut(ImportCounts),
    ) -> Result<(), CliError> {
        match self {
            Self::Threads(engine) => {
                let mut previous: Option<QueuedJob<'_, ImportCounts>> = None;
                loop {
                    let (started, ended) = match next() {
                        Ok(Some(batch)) => (Some(engine.queue(batch)?), Ok(())),
                        Ok(None) => (None, Ok(())),
                        Err(failure) => (None, Err(failure)),
                    };
                    let is_last = started.is_none();
                    if let Some(previous) = std::mem::replace(&mut previous, started) {
                        imported(previous.wait()?);
                    }
                    if is_last {
                        return ended;
                    }
                }
            }
            Self::Solo(solo) => {
                while let Some(batch) = next()? {
                    imported(solo.run(batch)?);
                }
                Ok(())
            }
        }
    }

    pub(crate) fn advance(&self, now: Timestamp) -> Result<(), SubmitError> {
        match self {
            Self::Threads(engine) => engine.advance(now),
            Self::Solo(solo) => solo.advance(now),
        }
    }

    pub(crate) fn read<T>(&self, read: impl FnOnce(&Views) -> T) -> Result<T, SubmitError> {
        match self {
            Self::Threads(engine) => engine.read(read),
            Self::Solo(solo) => Ok(solo.read(read)),
        }
    }

    /// Reads as of a moment. Work that is due by then is done in memory only.
    pub(crate) fn inquire<T>(
        &self,
        as_of: Timestamp,
        ask: impl FnOnce(Inquiry<'_>) -> T,
    ) -> Result<T, SubmitError> {
        match self {
            Self::Threads(engine) => engine.inquire(as_of, ask),
            Self::Solo(solo) => Ok(solo.inquire(as_of, ask)),
        }
    }

    pub(crate) fn next_due(&self) -> Result<Option<Timestamp>, SubmitError> {
        match self {
            Self::Threads(engine) => engine.next_due(),
            Self::Solo(solo) => Ok(solo.next_due()),
        }
    }

    pub(crate) fn log(&self) -> &dyn EventLog {
        match self {
            Self::Threads(engine) => engine.log(),
            Self::Solo(solo) => solo.log(),
        }
    }
}
