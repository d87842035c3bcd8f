//! The data folder, opened for writing or for reading.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use acquaint_domain::{EventNumber, Recorded, Timestamp};
use acquaint_engine::{
    Checkpoints, Desk, Engine, ExportReceipt, ExportRecords, Founding, Inheritance, Inheriting, Input,
    Inquiry, Observations, Receipt, Replayed, Solo, SubmitError, Taken, Upto, Views, When, rebuild_while,
};
use acquaint_log::{EventLog, MemoryLog, Position};
use acquaint_log_file::{FileLog, Options, Recovery};
use acquaint_policy::ARTICLE;

use crate::checkpoints;
use crate::failure::Failure;
use crate::grammar::{Exit, Global};
use crate::progress::Bar;

/// What an order that reads is answered from: views and log, as of one moment.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) views: &'a Views,
    pub(crate) log: &'a dyn EventLog,
    pub(crate) staged: &'a [Recorded],
    pub(crate) as_of: Timestamp,
}

impl<'a> Scene<'a> {
    pub(crate) fn inquiry(&self) -> Inquiry<'a> {
        Inquiry::new(self.views, self.log, self.staged)
    }
}

/// The folder, opened for writing; founded by the first order.
pub(crate) struct Writing {
    pub(crate) engine: Keeper,
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
}

/// So many events behind the checkpoint that a writer began with make the next one worth writing at its end: to read them
/// again takes each start about half a second.
const CHECKPOINT_EVENTS: u64 = 100_000;

/// Who keeps the log: the engine with its threads for a folder, the one without for a log in memory.
pub(crate) enum Keeper {
    Threads(Engine),
    Solo(Box<Solo>),
}

impl Keeper {
    pub(crate) fn submit(&self, input: Input) -> Result<Receipt, SubmitError> {
        match self {
            Self::Threads(engine) => engine.submit(input),
            Self::Solo(solo) => solo.submit(input),
        }
    }

    pub(crate) fn observe(&self, observations: Observations) -> Result<(), SubmitError> {
        match self {
            Self::Threads(engine) => engine.observe(observations),
            Self::Solo(solo) => solo.observe(&observations),
        }
    }

    /// Takes over a network part by part: the next one is read while the last one is written.
    pub(crate) fn inherit(
        &self,
        mut next: impl FnMut() -> Result<Option<Inheritance>, Failure>,
        mut took: impl FnMut(Taken),
    ) -> Result<(), Failure> {
        match self {
            Self::Threads(engine) => {
                let mut before: Option<Inheriting<'_>> = None;
                loop {
                    let (started, ended) = match next() {
                        Ok(Some(part)) => (Some(engine.inherit(part)?), Ok(())),
                        Ok(None) => (None, Ok(())),
                        Err(failure) => (None, Err(failure)),
                    };
                    let is_last = started.is_none();
                    if let Some(before) = std::mem::replace(&mut before, started) {
                        took(before.wait()?);
                    }
                    if is_last {
                        return ended;
                    }
                }
            }
            Self::Solo(solo) => {
                while let Some(part) = next()? {
                    took(solo.inherit(part)?);
                }
                Ok(())
            }
        }
    }

    pub(crate) fn observe_export(&self, records: ExportRecords) -> Result<ExportReceipt, SubmitError> {
        match self {
            Self::Threads(engine) => engine.observe_export(records),
            Self::Solo(solo) => solo.observe_export(&records),
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

impl Writing {
    /// Opens the folder; a fresh one is founded at `at`.
    pub(crate) fn open(
        global: &Global,
        at: Timestamp,
        talk: &mut dyn std::io::Write,
    ) -> Result<Self, Failure> {
        let log = FileLog::open(&log_folder(&global.data)?, &Options::default())?;
        if let Recovery::TornTail { .. } = log.recovery() {
            // The order is carried out also where nobody reads what is said beside it.
            let _unread = writeln!(talk, "{}", recovered(log.recovery()));
        }
        let founding = Founding { id_key: id_key(global.seed)?, policy: ARTICLE.to_owned(), at };
        let checkpoints = checkpoints::of(global, &log);
        let engine = Engine::open_from(Arc::new(log), &founding, Some(&checkpoints))?;
        let opened_from = engine.opened_from().0;
        checkpoints::tell_passed_over(engine.passed_over(), opened_from, talk);
        let left = Left { views: global.data.join("views"), checkpoints, opened_from };
        Ok(Self { engine: Keeper::Threads(engine), left: Some(left) })
    }

    /// A log in memory that begins with this policy at `at`.
    pub(crate) fn in_memory(seed: u64, policy: &str, at: Timestamp) -> Result<Self, Failure> {
        Self::over(Arc::new(MemoryLog::new()), seed, policy, at)
    }

    /// A log in memory that goes on from what is in it; an empty one begins with this policy at `at`.
    pub(crate) fn over(log: Arc<MemoryLog>, seed: u64, policy: &str, at: Timestamp) -> Result<Self, Failure> {
        let founding = Founding { id_key: u128::from(seed), policy: policy.to_owned(), at };
        let engine = Keeper::Solo(Box::new(Solo::open(log, &founding)?));
        Ok(Self { engine, left: None })
    }

    /// Whether nothing of it is ever written.
    pub(crate) fn is_in_memory(&self) -> bool {
        self.left.is_none()
    }

    /// Reads at `as_of`, or at the last recorded moment where that is later.
    pub(crate) fn read<T>(
        &self,
        as_of: Timestamp,
        read: impl FnOnce(Scene<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.engine.read(|views| {
            let as_of = views.last_at().map_or(as_of, |last| last.max(as_of));
            read(Scene { views, log: self.engine.log(), staged: &[], as_of })
        })?
    }

    /// Leaves word of what the views were, for `replay` to compare with, and a checkpoint where much has happened, and ends.
    pub(crate) fn close(self, talk: &mut dyn std::io::Write) -> Result<(), Failure> {
        let Some(left) = self.left.filter(|_| self.engine.log().next_position() != Position::FIRST) else {
            return Ok(());
        };
        let (digests, last) = self.engine.read(|views| (left_word(views), views.last().0))?;
        if last - left.opened_from >= CHECKPOINT_EVENTS {
            // All that was read just now is durable, and nobody submits any more.
            let written = self.engine.read(|views| left.checkpoints.write(self.engine.log(), views))?;
            checkpoints::tell_trouble(written, talk);
        }
        left_beside(&left.views, &digests)?;
        if let Keeper::Threads(engine) = self.engine {
            engine.leave();
        }
        Ok(())
    }
}

/// Writes word of the views, whole or not at all.
fn left_beside(path: &Path, digests: &str) -> Result<(), Failure> {
    let whole = |error: std::io::Error| {
        Failure::new(Exit::Failed, format!("`{}` cannot be written: {error}", path.display()))
    };
    let beside = path.with_extension("new");
    let mut file = fs::File::create(&beside).map_err(whole)?;
    file.write_all(digests.as_bytes()).map_err(whole)?;
    fs::rename(&beside, path).map_err(whole)
}

/// Opens the folder for reading, as it was at the moment asked for, and reads. Of a damaged log it reads what is before the
/// damage, says so, and ends with an exit code of its own.
pub(crate) fn reading(
    global: &Global,
    talk: &mut dyn std::io::Write,
    read: impl FnOnce(Scene<'_>) -> Result<(), Failure>,
) -> Result<Exit, Failure> {
    let log = open_log(&global.data)?;
    let checkpoints = checkpoints::of(global, &log);
    let (views, exit) = match rebuilt(&log, upto(global), Some(&checkpoints)) {
        Ok(rebuilt) => {
            checkpoints::tell_passed_over(&rebuilt.passed_over, rebuilt.from, talk);
            (rebuilt.views, Exit::Ok)
        }
        Err(acquaint_engine::OpenError::Damaged { position, reason }) if position > 1 => {
            let before = position - 1;
            say_damaged(&reason, before, talk);
            (rebuilt(&log, Upto::Position(before), Some(&checkpoints))?.views, Exit::Damaged)
        }
        Err(error) => return Err(error.into()),
    };
    // The process ends with the answer: giving back a large log's views piece by piece would take a tenth of its time.
    let views = std::mem::ManuallyDrop::new(views);
    if let Some(position) = global.at_position.filter(|_| exit == Exit::Ok) {
        check_position(position, views.last().0)?;
    }
    let now = global.at.unwrap_or_else(now);
    let last = views.last_at();
    let as_of = match global.at_position {
        Some(_) => last.unwrap_or(now),
        None => last.map_or(now, |last| last.max(now)),
    };
    read(Scene { views: &views, log: &log, staged: &[], as_of })?;
    Ok(exit)
}

/// Rebuilds the views of a log, with a bar where that takes long.
pub(crate) fn rebuilt(
    log: &dyn EventLog,
    upto: Upto,
    checkpoints: Option<&Checkpoints>,
) -> Result<Replayed, acquaint_engine::OpenError> {
    let (bar, last) = (Bar::new("rebuilding the views"), log.next_position().get() - 1);
    let end = if let Upto::Position(position) = upto { position.min(last) } else { last };
    let goes_on = |reached: EventNumber| {
        bar.show(reached.0, end);
        true
    };
    rebuild_while(log, upto, checkpoints, &goes_on).map(Option::unwrap_or_default)
}

/// Says that an answer goes no further than to the event before the damage.
pub(crate) fn say_damaged(reason: &str, before: u64, talk: &mut dyn std::io::Write) {
    // The answer is given also where nobody reads what is said beside it.
    let _unread = writeln!(
        talk,
        "acquaint: {reason}; this is answered from the events 1 to {before}; look at `acquaint log repair`"
    );
}

/// Opens the folder for reading and goes on in memory only: what a write would come to, and nothing is written.
pub(crate) fn rehearsing<T>(
    global: &Global,
    talk: &mut dyn std::io::Write,
    rehearse: impl FnOnce(&mut Desk, &dyn EventLog, When) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let log = open_log(&global.data)?;
    let rebuilt = rebuilt(&log, upto(global), Some(&checkpoints::of(global, &log)))?;
    checkpoints::tell_passed_over(&rebuilt.passed_over, rebuilt.from, talk);
    let mut desk = Desk::new(rebuilt.views);
    rehearse(&mut desk, &log, when(global.at))
}

/// How far the views are to go that an order reads.
fn upto(global: &Global) -> Upto {
    match (global.at_position, global.at) {
        (Some(position), _) => Upto::Position(position),
        (None, Some(at)) => Upto::Moment(at),
        (None, None) => Upto::End,
    }
}

/// Checks that there is an event at `position`, where `last` is the last that was read.
fn check_position(position: u64, last: u64) -> Result<(), Failure> {
    let what = match position {
        0 => "`--at-position 0`: there is no such event; the first is at position 1".to_owned(),
        _ if position == last => return Ok(()),
        _ => format!("`--at-position {position}`: there is no such event; positions are 1 to {last} here"),
    };
    Err(Failure::new(Exit::BadInput, what))
}

/// Whether the data folder has a log.
pub(crate) fn has_data(global: &Global) -> bool {
    global.data.join("log").is_dir()
}

/// Opens the log of a folder for reading.
pub(crate) fn open_log(data: &Path) -> Result<FileLog, Failure> {
    let opened = FileLog::open_read_only(&log_folder(data)?);
    if let Err(acquaint_log_file::OpenError::Absent { .. }) = opened {
        return Err(Failure::new(
            Exit::BadInput,
            format!(
                "there is no data in `{}`; name the folder with --data, or begin one with `acquaint member add HANDLE`",
                data.display()
            ),
        ));
    }
    Ok(opened?)
}

/// Where the log of a data folder is; a file in its place is nothing to look at a disk for.
pub(crate) fn log_folder(data: &Path) -> Result<PathBuf, Failure> {
    let log = data.join("log");
    match log.ancestors().find(|path| path.exists() && !path.is_dir()) {
        Some(file) => {
            let sentence = format!("`{}` is not a folder; name the data folder with --data", file.display());
            Err(Failure::new(Exit::BadInput, sentence))
        }
        None => Ok(log),
    }
}

/// The moment of a write: the one given, or the system's clock.
pub(crate) fn when(at: Option<Timestamp>) -> When {
    at.map_or_else(|| When::NotBefore(now()), When::Exactly)
}

/// What the system's clock says.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(since.as_millis() as i64)
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

fn id_key(seed: Option<u64>) -> Result<u128, Failure> {
    if let Some(seed) = seed {
        return Ok(u128::from(seed));
    }
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| Failure::new(Exit::Failed, format!("the system gives no random bytes: {error}")))?;
    Ok(u128::from_le_bytes(bytes))
}

fn recovered(recovery: &Recovery) -> String {
    match recovery {
        Recovery::Clean => "the log is clean".to_owned(),
        Recovery::TornTail { bytes, position, kept, .. } => format!(
            "the log ended in {bytes} bytes of a batch that was never acknowledged, from event {position} on; they are kept in `{}`",
            kept.display()
        ),
        Recovery::Damaged(damage) => damage.to_string(),
    }
}
