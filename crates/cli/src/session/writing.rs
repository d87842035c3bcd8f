//! A data folder, or a log in memory, opened for writing.

use std::cell::Cell;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use acquaint_clock::{Clock, doubt, machine};
use acquaint_domain::{Send, Timestamp};
use acquaint_engine::{Check, Checkpoints, Engine, Genesis, Solo, Views, When};
use acquaint_log::{MemoryLog, Position};
use acquaint_log_file::{FileLog, Recovery};
use acquaint_policy::ARTICLE;

use super::ReadView;
use super::backend::Backend;
use super::folder::{log_folder, waiting};
use crate::failure::CliError;
use crate::grammar::{Exit, Global, TimeTrust};
use crate::maintain::checkpoints;
use crate::maintain::evidence::{self, Summary};

/// A log that is open for writing. The first command that writes to an empty folder initialises it.
pub(crate) struct WriteSession {
    pub(crate) engine: Backend,
    /// `None` for a log in memory, which is never opened again.
    on_close: Option<OnClose>,
}

/// What a folder's writer needs in order to leave a summary and a checkpoint for the next start.
struct OnClose {
    /// The file for the summary of the views.
    summary: PathBuf,
    checkpoints: Checkpoints,
    /// The event of the checkpoint from which this writer started.
    opened_from: u64,
    clock: Clock,
    /// Whether a command used the clock's time, so that the reading has to be stored.
    reads_clock: Cell<bool>,
}

/// A writer that ends this many events after its checkpoint writes a new one: replaying them costs each start about half
/// a second.
const CHECKPOINT_EVENTS: u64 = 100_000;

impl WriteSession {
    /// Counts a member's `check` against the attempts limit. A check as of a past moment counts now.
    pub(crate) fn count_check(&self, send: &Send, when: When) -> Result<(), CliError> {
        let (When::Exactly(at) | When::NotBefore(at)) = when;
        self.engine.run(Check { send: send.clone(), when: When::NotBefore(at) })?;
        Ok(())
    }

    /// Opens the folder, and initialises a new one at `at`, or at the clock's time without `at`.
    pub(crate) fn open(
        global: &Global,
        at: Option<Timestamp>,
        stderr: &mut dyn std::io::Write,
    ) -> Result<Self, CliError> {
        let folder = log_folder(&global.data)?;
        // Create nothing in a folder whose clock cannot be read.
        Clock::in_folder(&global.data)?;
        // Read the witnesses again on each attempt: the other writer adds to them until it ends.
        let log = waiting(global, || FileLog::open(&folder, &evidence::options(&global.data)))?;
        let clock = Clock::in_folder(&global.data)?;
        let at = at.unwrap_or_else(|| clock.now());
        if let Recovery::TornTail { .. } = log.recovery() {
            // A closed stderr does not stop the command.
            let _unread = writeln!(stderr, "{}", recovered(log.recovery()));
        }
        let genesis = Genesis { id_key: id_key(global.seed)?, policy: ARTICLE.to_owned(), at };
        evidence::report_damaged_summary(&global.data, stderr);
        let checkpoints = checkpoints::of(global, &log);
        let engine = Engine::open_from(Arc::new(log), &genesis, Some(&checkpoints))?;
        let opened_from = engine.opened_from().0;
        checkpoints::report_skipped(engine.passed_over(), opened_from, stderr);
        let reads_clock = Cell::new(false);
        let summary = evidence::summary_file(&global.data);
        let on_close = OnClose { summary, checkpoints, opened_from, clock, reads_clock };
        Ok(Self { engine: Backend::Threads(engine), on_close: Some(on_close) })
    }

    /// An empty log in memory, initialised with this policy at `at`.
    pub(crate) fn in_memory(seed: u64, policy: &str, at: Timestamp) -> Result<Self, CliError> {
        Self::over(Arc::new(MemoryLog::new()), seed, policy, at)
    }

    /// Continues a log in memory; an empty one is initialised with this policy at `at`.
    pub(crate) fn over(
        log: Arc<MemoryLog>,
        seed: u64,
        policy: &str,
        at: Timestamp,
    ) -> Result<Self, CliError> {
        let genesis = Genesis { id_key: u128::from(seed), policy: policy.to_owned(), at };
        let engine = Backend::Solo(Box::new(Solo::open(log, &genesis)?));
        Ok(Self { engine, on_close: None })
    }

    /// Whether the log is in memory only, so that nothing reaches the disk.
    pub(crate) fn is_in_memory(&self) -> bool {
        self.on_close.is_none()
    }

    /// The current time. A folder's clock never goes back.
    pub(crate) fn now(&self) -> Timestamp {
        self.on_close.as_ref().map_or_else(machine, |folder| folder.clock.now())
    }

    /// The moment of a command that writes: `given`, or the clock's time.
    ///
    /// # Errors
    /// The moment is in doubt, and the operator has not confirmed it.
    pub(crate) fn when(&self, global: &Global, given: Option<Timestamp>) -> Result<When, CliError> {
        let Some(folder) = &self.on_close else {
            return Ok(given.map_or_else(|| When::NotBefore(machine()), When::Exactly));
        };
        let last = self.engine.read(Views::last_at)?;
        let doubt = doubt(&folder.clock, given, last).filter(|_| global.time == TimeTrust::Checked);
        if let Some(doubt) = doubt {
            return Err(doubt.into());
        }
        Ok(match (given, global.time) {
            (Some(at), TimeTrust::Checked) => When::Exactly(at),
            (Some(at), TimeTrust::Confirmed) => When::NotBefore(at),
            (None, TimeTrust::Checked | TimeTrust::Confirmed) => {
                folder.reads_clock.set(true);
                When::NotBefore(folder.clock.now())
            }
        })
    }

    /// Reads as of the later of `as_of` and the last recorded moment. Work that is due by then is done, in memory only.
    pub(crate) fn read<T>(
        &self,
        as_of: Timestamp,
        read: impl FnOnce(ReadView<'_>) -> Result<T, CliError>,
    ) -> Result<T, CliError> {
        let as_of = self.no_earlier_than_the_log(as_of)?;
        self.engine.inquire(as_of, |inquiry| {
            let (views, log, staged) = (inquiry.views(), inquiry.log(), inquiry.staged());
            read(ReadView { views, log, staged, as_of })
        })?
    }

    /// As [`Self::read`], from recorded events only: due work is not done.
    pub(crate) fn read_log<T>(
        &self,
        as_of: Timestamp,
        read: impl FnOnce(ReadView<'_>) -> Result<T, CliError>,
    ) -> Result<T, CliError> {
        let as_of = self.no_earlier_than_the_log(as_of)?;
        self.engine.read(|views| read(ReadView { views, log: self.engine.log(), staged: &[], as_of }))?
    }

    fn no_earlier_than_the_log(&self, at: Timestamp) -> Result<Timestamp, CliError> {
        Ok(self.engine.read(|views| views.last_at().map_or(at, |last| last.max(at)))?)
    }

    /// Ends the session. Writes a summary of the views, with which `replay` compares, and a checkpoint after many events.
    pub(crate) fn close(self, stderr: &mut dyn std::io::Write) -> Result<(), CliError> {
        let Some(on_close) = self.on_close.filter(|_| self.engine.log().next_position() != Position::FIRST)
        else {
            return Ok(());
        };
        let (digests, last) = self.engine.read(|views| (summary_text(views), views.last().0))?;
        if last - on_close.opened_from >= CHECKPOINT_EVENTS {
            // The views that were just read are durable, and nothing is submitted any more.
            let written = self.engine.read(|views| on_close.checkpoints.write(self.engine.log(), views))?;
            checkpoints::report_trouble(written, stderr);
        }
        let summary = Summary::written(&(digests + &evidence::history_line(self.engine.log(), last)));
        if let Err(error) = write_summary(&on_close.summary, &summary) {
            let file = on_close.summary.display();
            // The command itself succeeded and is durable, so this is only a warning.
            let _unread = writeln!(
                stderr,
                "acquaint: `{file}` cannot be written: {error}; `replay` has less to compare with"
            );
        }
        if on_close.reads_clock.get()
            && let Err(error) = on_close.clock.keep()
        {
            // As above: the command has not failed.
            let _unread = writeln!(stderr, "acquaint: the clock's reading could not be kept: {error}");
        }
        if let Backend::Threads(engine) = self.engine {
            engine.leave();
        }
        Ok(())
    }
}

/// Writes the summary of the views atomically: to a new file, which then replaces the old one.
fn write_summary(path: &Path, summary: &str) -> std::io::Result<()> {
    let new_path = path.with_extension("new");
    // Never write into a file that an interrupted writer left, or into something that is not a regular file.
    let _removed = fs::remove_file(&new_path);
    let new = fs::File::create_new(&new_path);
    let written =
        new.and_then(|mut new| new.write_all(summary.as_bytes())).and_then(|()| fs::rename(&new_path, path));
    if written.is_err() {
        // The error of the write is the one to report.
        let _removed = fs::remove_file(&new_path);
    }
    written
}

/// The summary of a writer's views: the last event, the build, and a digest of every view.
pub(crate) fn summary_text(views: &Views) -> String {
    let digests = views.digests().into_iter().map(|digest| {
        let hex: String = digest.hash.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{} {hex}\n", digest.view)
    });
    format!(
        "position {}\nversion {}\n{}",
        views.last(),
        env!("CARGO_PKG_VERSION"),
        digests.collect::<String>()
    )
}

fn id_key(seed: Option<u64>) -> Result<u128, CliError> {
    if let Some(seed) = seed {
        return Ok(u128::from(seed));
    }
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| {
        CliError::new(Exit::Failed, format!("the operating system provides no random bytes: {error}"))
    })?;
    Ok(u128::from_le_bytes(bytes))
}

fn recovered(recovery: &Recovery) -> String {
    match recovery {
        Recovery::Clean => "the log is clean".to_owned(),
        Recovery::TornTail { bytes, position, kept, .. } => format!(
            "the log ended in {bytes} bytes that are not a whole batch, from event {position} on; nothing shows that it was acknowledged; the bytes are kept in `{}`",
            kept.display()
        ),
        Recovery::Damaged(damage) => damage.to_string(),
    }
}
