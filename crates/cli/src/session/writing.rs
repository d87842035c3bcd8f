//! The data folder, or a log in memory, opened for writing.

use std::cell::Cell;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use acquaint_clock::{Clock, doubt, machine};
use acquaint_domain::{Send, Timestamp, Whether};
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

/// The folder, opened for writing; founded by the first order.
pub(crate) struct WriteSession {
    pub(crate) engine: Backend,
    /// `None` for a log in memory, which nobody opens again.
    left: Option<Left>,
}

/// What a folder's writer leaves for the next start.
struct Left {
    /// Where word of the views is left.
    views: PathBuf,
    checkpoints: Checkpoints,
    /// The event of the checkpoint that this writer began with.
    opened_from: u64,
    clock: Clock,
    /// Whether an order was carried out at the clock's time, which is then kept.
    reads_clock: Cell<Whether>,
}

/// This many events after the checkpoint that a writer began with make the next one worth writing at its end: to read them
/// again takes each start about half a second.
const CHECKPOINT_EVENTS: u64 = 100_000;

impl WriteSession {
    /// Counts that a member asked what a send would come to; about a moment of the past, it counts now.
    pub(crate) fn count_check(&self, send: &Send, when: When) -> Result<(), CliError> {
        let (When::Exactly(at) | When::NotBefore(at)) = when;
        self.engine.run(Check { send: send.clone(), when: When::NotBefore(at) })?;
        Ok(())
    }

    /// Opens the folder; a fresh one is founded at `at`, or else at the clock's time.
    pub(crate) fn open(
        global: &Global,
        at: Option<Timestamp>,
        talk: &mut dyn std::io::Write,
    ) -> Result<Self, CliError> {
        let folder = log_folder(&global.data)?;
        // Nothing is made in a folder whose clock cannot be read.
        Clock::beside(&global.data)?;
        // What the folder shows is read again each time: the other writer adds to it until it ends.
        let log = waiting(global, || FileLog::open(&folder, &evidence::options(&global.data)))?;
        let clock = Clock::beside(&global.data)?;
        let at = at.unwrap_or_else(|| clock.now());
        if let Recovery::TornTail { .. } = log.recovery() {
            // The order is carried out also where nobody reads the messages about it.
            let _unread = writeln!(talk, "{}", recovered(log.recovery()));
        }
        let founding = Genesis { id_key: id_key(global.seed)?, policy: ARTICLE.to_owned(), at };
        evidence::tell_damaged_summary(&global.data, talk);
        let checkpoints = checkpoints::of(global, &log);
        let engine = Engine::open_from(Arc::new(log), &founding, Some(&checkpoints))?;
        let opened_from = engine.opened_from().0;
        checkpoints::tell_passed_over(engine.passed_over(), opened_from, talk);
        let reads_clock = Cell::new(Whether::No);
        let views = evidence::summary_file(&global.data);
        let left = Left { views, checkpoints, opened_from, clock, reads_clock };
        Ok(Self { engine: Backend::Threads(engine), left: Some(left) })
    }

    /// A log in memory that begins with this policy at `at`.
    pub(crate) fn in_memory(seed: u64, policy: &str, at: Timestamp) -> Result<Self, CliError> {
        Self::over(Arc::new(MemoryLog::new()), seed, policy, at)
    }

    /// A log in memory that continues from what is in it; an empty one begins with this policy at `at`.
    pub(crate) fn over(
        log: Arc<MemoryLog>,
        seed: u64,
        policy: &str,
        at: Timestamp,
    ) -> Result<Self, CliError> {
        let founding = Genesis { id_key: u128::from(seed), policy: policy.to_owned(), at };
        let engine = Backend::Solo(Box::new(Solo::open(log, &founding)?));
        Ok(Self { engine, left: None })
    }

    /// Whether nothing of it is ever written.
    pub(crate) fn is_in_memory(&self) -> bool {
        self.left.is_none()
    }

    /// The time now: the clock's, which never goes back.
    pub(crate) fn now(&self) -> Timestamp {
        self.left.as_ref().map_or_else(machine, |left| left.clock.now())
    }

    /// The moment of an order that writes: the one that `given` says, or the clock's.
    ///
    /// # Errors
    /// The moment is in doubt, and the operator has not confirmed it.
    pub(crate) fn when(&self, global: &Global, given: Option<Timestamp>) -> Result<When, CliError> {
        let Some(left) = &self.left else {
            return Ok(given.map_or_else(|| When::NotBefore(machine()), When::Exactly));
        };
        let last = self.engine.read(Views::last_at)?;
        let doubt = doubt(&left.clock, given, last).filter(|_| global.time == TimeTrust::Checked);
        if let Some(doubt) = doubt {
            return Err(doubt.into());
        }
        Ok(match (given, global.time) {
            (Some(at), TimeTrust::Checked) => When::Exactly(at),
            (Some(at), TimeTrust::Confirmed) => When::NotBefore(at),
            (None, TimeTrust::Checked | TimeTrust::Confirmed) => {
                left.reads_clock.set(Whether::Yes);
                When::NotBefore(left.clock.now())
            }
        })
    }

    /// Reads at `as_of`, or at the last recorded moment where that is later. What is due by then has happened in what is read.
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

    /// The same, of the log itself: without what is due and not recorded yet.
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

    /// Leaves word of what the views were, for `replay` to compare with, and a checkpoint where much has happened, and ends.
    pub(crate) fn close(self, talk: &mut dyn std::io::Write) -> Result<(), CliError> {
        let Some(left) = self.left.filter(|_| self.engine.log().next_position() != Position::FIRST) else {
            return Ok(());
        };
        let (digests, last) = self.engine.read(|views| (left_word(views), views.last().0))?;
        if last - left.opened_from >= CHECKPOINT_EVENTS {
            // All that was read just now is durable, and nobody submits any more.
            let written = self.engine.read(|views| left.checkpoints.write(self.engine.log(), views))?;
            checkpoints::tell_trouble(written, talk);
        }
        let summary = Summary::written(&(digests + &evidence::history_line(self.engine.log(), last)));
        if let Err(error) = left_beside(&left.views, &summary) {
            let file = left.views.display();
            // The order was carried out, and is durable.
            let _unread =
                writeln!(talk, "acquaint: `{file}` cannot be written: {error}; `replay` compares with less");
        }
        if left.reads_clock.get().is_so()
            && let Err(error) = left.clock.keep()
        {
            // What was asked for is durable: the order has not failed.
            let _unread = writeln!(talk, "acquaint: the clock's reading could not be kept: {error}");
        }
        if let Backend::Threads(engine) = self.engine {
            engine.leave();
        }
        Ok(())
    }
}

/// Writes word of the views, whole or not at all.
fn left_beside(path: &Path, summary: &str) -> std::io::Result<()> {
    let beside = path.with_extension("new");
    // What is left there of a writer that was stopped, or is no regular file, is not written into.
    let _gone = fs::remove_file(&beside);
    let new = fs::File::create_new(&beside);
    let written =
        new.and_then(|mut new| new.write_all(summary.as_bytes())).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // What is in the way there is told by what has failed.
        let _left = fs::remove_file(&beside);
    }
    written
}

/// What a writer leaves behind: how far it was, by which build, and a digest of every view.
pub(crate) fn left_word(views: &Views) -> String {
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
    getrandom::fill(&mut bytes)
        .map_err(|error| CliError::new(Exit::Failed, format!("the system gives no random bytes: {error}")))?;
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
