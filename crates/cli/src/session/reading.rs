//! The data folder, opened for reading.

use acquaint_clock::Clock;
use acquaint_domain::{EventNumber, Timestamp};
use acquaint_engine::{Checkpoints, Desk, Rebuild, Replayed, Upto, Views, When};
use acquaint_log::EventLog;
use acquaint_log_file::FileLog;

use super::{Scene, open_log};
use crate::checkpoints;
use crate::evidence;
use crate::failure::Failure;
use crate::grammar::{Exit, Global};
use crate::progress::Bar;

/// Opens the folder for reading, as it was at the moment asked for, and reads: what was due by then has happened, in memory
/// only, exactly as the next writer will record it. As of an event (`--at-position`) nothing happens but that event. Of a
/// damaged log it reads what is before the damage, as of the last event there, says so, and ends with an exit code of its
/// own.
pub(crate) fn reading(
    global: &Global,
    talk: &mut dyn std::io::Write,
    read: impl FnOnce(Scene<'_>) -> Result<(), Failure>,
) -> Result<Exit, Failure> {
    let opened = Opened::of(global, talk)?;
    let mut desk = Desk::new(opened.views);
    if global.at_position.is_none() && opened.exit == Exit::Ok {
        desk.advance(opened.as_of);
    }
    // The process ends with the answer: giving back a large log's views piece by piece would take a tenth of its time.
    let desk = std::mem::ManuallyDrop::new(desk);
    let scene = Scene { views: desk.views(), log: &opened.log, staged: desk.staged(), as_of: opened.as_of };
    answered(read(scene), opened.exit)
}

/// The same, of the log itself: without what is due and not recorded yet.
pub(crate) fn reading_log(
    global: &Global,
    talk: &mut dyn std::io::Write,
    read: impl FnOnce(Scene<'_>) -> Result<(), Failure>,
) -> Result<Exit, Failure> {
    let Opened { log, views, as_of, exit } = Opened::of(global, talk)?;
    let views = std::mem::ManuallyDrop::new(views);
    answered(read(Scene { views: &views, log: &log, staged: &[], as_of }), exit)
}

/// How the program ends after an answer from a log that `exit` is of.
fn answered(answer: Result<(), Failure>, exit: Exit) -> Result<Exit, Failure> {
    match answer {
        Err(failure) if exit == Exit::Damaged => Err(evidence::of_part(failure)),
        other => other.map(|()| exit),
    }
}

/// A folder that is open for reading.
struct Opened {
    log: FileLog,
    views: Views,
    as_of: Timestamp,
    /// How the program ends where nothing else goes wrong.
    exit: Exit,
}

impl Opened {
    fn of(global: &Global, talk: &mut dyn std::io::Write) -> Result<Self, Failure> {
        let log = open_log(&global.data)?;
        let checkpoints = checkpoints::of(global, &log);
        let (views, exit) = match rebuilt(&log, upto(global), Some(&checkpoints)) {
            Ok(rebuilt) => {
                checkpoints::tell_passed_over(&rebuilt.passed_over, rebuilt.from, talk);
                let last = rebuilt.views.last().0;
                (rebuilt.views, evidence::compare(&global.data, &log, last, talk)?)
            }
            Err(acquaint_engine::OpenError::Damaged { position, reason }) if position > 1 => {
                let before = position - 1;
                say_damaged(&reason, before, talk);
                (rebuilt(&log, Upto::Position(before), Some(&checkpoints))?.views, Exit::Damaged)
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
    upto: Upto,
    checkpoints: Option<&Checkpoints>,
) -> Result<Replayed, acquaint_engine::OpenError> {
    let (bar, last) = (Bar::new("rebuilding the views"), log.next_position().get() - 1);
    let end = if let Upto::Position(position) = upto { position.min(last) } else { last };
    let goes_on = |reached: EventNumber| {
        bar.show(reached.0, end);
        true
    };
    let rebuild = Rebuild::of(log).to(upto).checkpoints(checkpoints);
    rebuild.run_while(&goes_on).map(Option::unwrap_or_default)
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
    log.check_witnesses(&evidence::witnesses(&global.data))?;
    let rebuilt = rebuilt(&log, upto(global), Some(&checkpoints::of(global, &log)))?;
    checkpoints::tell_passed_over(&rebuilt.passed_over, rebuilt.from, talk);
    let mut desk = Desk::new(rebuilt.views);
    let when = match global.at {
        Some(at) => When::Exactly(at),
        None => When::NotBefore(now(global)?),
    };
    rehearse(&mut desk, &log, when)
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

/// The moment to look at: the one given, or the clock's.
fn now(global: &Global) -> Result<Timestamp, Failure> {
    global.at.map_or_else(|| Ok(Clock::beside(&global.data)?.now()), Ok)
}
