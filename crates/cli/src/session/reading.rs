//! The data folder, opened for reading.

use acquaint_clock::Clock;
use acquaint_domain::{EventNumber, Timestamp};
use acquaint_engine::{Checkpoints, Kernel, Rebuild, ReplayTo, Replayed, Views, When};
use acquaint_log::EventLog;
use acquaint_log_file::FileLog;

use super::{ReadView, open_log};
use crate::failure::CliError;
use crate::grammar::{Exit, Global};
use crate::maintain::checkpoints;
use crate::maintain::evidence;
use crate::render::progress::LazyProgressBar;

/// Opens the folder for reading, as it was at the moment asked for, and reads: what was due by then has happened, in memory
/// only, exactly as the next writer will record it. As of an event (`--at-position`) nothing happens but that event. Of a
/// damaged log it reads what is before the damage, as of the last event there, says so, and ends with an exit code of its
/// own.
pub(crate) fn reading<T>(
    global: &Global,
    talk: &mut dyn std::io::Write,
    read: impl FnOnce(ReadView<'_>) -> Result<T, CliError>,
) -> Result<(T, Exit), CliError> {
    let opened = OpenFolder::of(global, talk)?;
    let mut desk = Kernel::new(opened.views);
    if global.at_position.is_none() && opened.exit == Exit::Ok {
        desk.advance(opened.as_of);
    }
    // The process ends with the answer: giving back a large log's views piece by piece would take a tenth of its time.
    let desk = std::mem::ManuallyDrop::new(desk);
    let scene =
        ReadView { views: desk.views(), log: &opened.log, staged: desk.staged(), as_of: opened.as_of };
    answered(read(scene), opened.exit)
}

/// The same, of the log itself: without what is due and not recorded yet.
pub(crate) fn reading_log<T>(
    global: &Global,
    talk: &mut dyn std::io::Write,
    read: impl FnOnce(ReadView<'_>) -> Result<T, CliError>,
) -> Result<(T, Exit), CliError> {
    let OpenFolder { log, views, as_of, exit } = OpenFolder::of(global, talk)?;
    let views = std::mem::ManuallyDrop::new(views);
    answered(read(ReadView { views: &views, log: &log, staged: &[], as_of }), exit)
}

/// How the program ends after an answer from a log that `exit` is of.
fn answered<T>(answer: Result<T, CliError>, exit: Exit) -> Result<(T, Exit), CliError> {
    match answer {
        Err(failure) if exit == Exit::Damaged => Err(evidence::of_part(failure)),
        other => other.map(|answer| (answer, exit)),
    }
}

/// A folder that is open for reading.
struct OpenFolder {
    log: FileLog,
    views: Views,
    as_of: Timestamp,
    /// How the program ends where nothing else goes wrong.
    exit: Exit,
}

impl OpenFolder {
    fn of(global: &Global, talk: &mut dyn std::io::Write) -> Result<Self, CliError> {
        let log = open_log(&global.data)?;
        let checkpoints = checkpoints::of(global, &log);
        let (views, exit) = match rebuilt(&log, up_to(global), Some(&checkpoints)) {
            Ok(rebuilt) => {
                checkpoints::tell_passed_over(&rebuilt.passed_over, rebuilt.from, talk);
                let last = rebuilt.views.last().0;
                (rebuilt.views, evidence::compare(&global.data, &log, last, talk)?)
            }
            Err(acquaint_engine::StartError::Damaged { position, reason }) if position > 1 => {
                let before = position - 1;
                say_damaged(&reason, before, talk);
                (rebuilt(&log, ReplayTo::Position(before), Some(&checkpoints))?.views, Exit::Damaged)
            }
            Err(error) => return Err(error.into()),
        };
        if let Some(position) = global.at_position.filter(|_| exit == Exit::Ok) {
            check_position(position, views.last().0)?;
        }
        let now = now(global)?;
        let last = views.last_at();
        // What happened after the damage is not known: a request that would expire may have been accepted there.
        let ends_with_an_event = global.at_position.is_some() || exit == Exit::Damaged;
        let as_of = match last {
            Some(last) if ends_with_an_event => last,
            Some(last) => last.max(now),
            None => now,
        };
        Ok(Self { log, views, as_of, exit })
    }
}

/// Rebuilds the views of a log, with a bar where that takes long.
pub(crate) fn rebuilt(
    log: &dyn EventLog,
    up_to: ReplayTo,
    checkpoints: Option<&Checkpoints>,
) -> Result<Replayed, acquaint_engine::StartError> {
    let (bar, last) = (LazyProgressBar::new("rebuilding the views"), log.next_position().get() - 1);
    let end = if let ReplayTo::Position(position) = up_to { position.min(last) } else { last };
    let goes_on = |reached: EventNumber| {
        bar.show(reached.0, end);
        true
    };
    let rebuild = Rebuild::of(log).to(up_to).checkpoints(checkpoints);
    rebuild.run_while(&goes_on).map(Option::unwrap_or_default)
}

/// Says that an answer goes no further than to the event before the damage.
pub(crate) fn say_damaged(reason: &str, before: u64, talk: &mut dyn std::io::Write) {
    // The answer is given also where nobody reads the messages about it.
    let _unread = writeln!(
        talk,
        "acquaint: {reason}; this is answered from the events 1 to {before}; look at `acquaint log repair`"
    );
}

/// Opens the folder for reading and continues in memory only: to see what a write would do; nothing is written.
pub(crate) fn rehearsing<T>(
    global: &Global,
    talk: &mut dyn std::io::Write,
    rehearse: impl FnOnce(&mut Kernel, &dyn EventLog, When) -> Result<T, CliError>,
) -> Result<T, CliError> {
    let log = open_log(&global.data)?;
    log.check_witnesses(&evidence::witnesses(&global.data))?;
    let rebuilt = rebuilt(&log, up_to(global), Some(&checkpoints::of(global, &log)))?;
    checkpoints::tell_passed_over(&rebuilt.passed_over, rebuilt.from, talk);
    let mut desk = Kernel::new(rebuilt.views);
    let when = match global.at {
        Some(at) => When::Exactly(at),
        None => When::NotBefore(now(global)?),
    };
    rehearse(&mut desk, &log, when)
}

/// How far the views are to go that an order reads.
fn up_to(global: &Global) -> ReplayTo {
    match (global.at_position, global.at) {
        (Some(position), _) => ReplayTo::Position(position),
        (None, Some(at)) => ReplayTo::Moment(at),
        (None, None) => ReplayTo::End,
    }
}

/// Checks that there is an event at `position`, where `last` is the last that was read.
fn check_position(position: u64, last: u64) -> Result<(), CliError> {
    let what = match position {
        0 => "`--at-position 0`: there is no such event; the first is at position 1".to_owned(),
        _ if position == last => return Ok(()),
        _ => format!("`--at-position {position}`: there is no such event; positions are 1 to {last} here"),
    };
    Err(CliError::new(Exit::BadInput, what))
}

/// The moment to look at: the one given, or the clock's.
fn now(global: &Global) -> Result<Timestamp, CliError> {
    global.at.map_or_else(|| Ok(Clock::beside(&global.data)?.now()), Ok)
}
