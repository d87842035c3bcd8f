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

/// Opens the folder and reads it as of the moment asked for. Work that is due by then is done in memory only, exactly as the
/// next writer will record it; as of an event (`--at-position`) no due work is done. A damaged log is read up to the last
/// event before the damage: a message says so, and the exit code is [`Exit::Damaged`].
pub(crate) fn reading<T>(
    global: &Global,
    stderr: &mut dyn std::io::Write,
    read: impl FnOnce(ReadView<'_>) -> Result<T, CliError>,
) -> Result<(T, Exit), CliError> {
    let opened = OpenFolder::of(global, stderr)?;
    let mut kernel = Kernel::new(opened.views);
    if global.at_position.is_none() && opened.exit == Exit::Ok {
        kernel.advance(opened.as_of);
    }
    // The process ends with the answer: freeing a large log's views piece by piece would take a tenth of its time.
    let kernel = std::mem::ManuallyDrop::new(kernel);
    let view =
        ReadView { views: kernel.views(), log: &opened.log, staged: kernel.staged(), as_of: opened.as_of };
    answered(read(view), opened.exit)
}

/// As [`reading`], from recorded events only: due work is not done.
pub(crate) fn reading_log<T>(
    global: &Global,
    stderr: &mut dyn std::io::Write,
    read: impl FnOnce(ReadView<'_>) -> Result<T, CliError>,
) -> Result<(T, Exit), CliError> {
    let OpenFolder { log, views, as_of, exit } = OpenFolder::of(global, stderr)?;
    let views = std::mem::ManuallyDrop::new(views);
    answered(read(ReadView { views: &views, log: &log, staged: &[], as_of }), exit)
}

/// The answer with its exit code. On a damaged log, a request that is not found may be in the lost part, so the exit code is
/// [`Exit::Damaged`] then.
fn answered<T>(answer: Result<T, CliError>, exit: Exit) -> Result<(T, Exit), CliError> {
    match answer {
        Err(failure) if exit == Exit::Damaged => Err(evidence::of_part(failure)),
        other => other.map(|answer| (answer, exit)),
    }
}

/// A data folder that is open for reading.
struct OpenFolder {
    log: FileLog,
    views: Views,
    as_of: Timestamp,
    /// The exit code if nothing else goes wrong.
    exit: Exit,
}

impl OpenFolder {
    fn of(global: &Global, stderr: &mut dyn std::io::Write) -> Result<Self, CliError> {
        let log = open_log(&global.data)?;
        let checkpoints = checkpoints::of(global, &log);
        let (views, exit) = match rebuilt(&log, up_to(global), Some(&checkpoints)) {
            Ok(rebuilt) => {
                checkpoints::report_skipped(&rebuilt.passed_over, rebuilt.from, stderr);
                let last = rebuilt.views.last().0;
                (rebuilt.views, evidence::compare(&global.data, &log, last, stderr)?)
            }
            Err(acquaint_engine::StartError::Damaged { position, reason }) if position > 1 => {
                let before = position - 1;
                report_damage(&reason, before, stderr);
                (rebuilt(&log, ReplayTo::Position(before), Some(&checkpoints))?.views, Exit::Damaged)
            }
            Err(error) => return Err(error.into()),
        };
        if let Some(position) = global.at_position.filter(|_| exit == Exit::Ok) {
            check_position(position, views.last().0)?;
        }
        let now = now(global)?;
        let last = views.last_at();
        // What happened after the damage is unknown: a request that is due to expire may have been accepted there.
        let ends_with_an_event = global.at_position.is_some() || exit == Exit::Damaged;
        let as_of = match last {
            Some(last) if ends_with_an_event => last,
            Some(last) => last.max(now),
            None => now,
        };
        Ok(Self { log, views, as_of, exit })
    }
}

/// Rebuilds the views of a log, with a progress bar if that takes long.
pub(crate) fn rebuilt(
    log: &dyn EventLog,
    up_to: ReplayTo,
    checkpoints: Option<&Checkpoints>,
) -> Result<Replayed, acquaint_engine::StartError> {
    let (bar, last) = (LazyProgressBar::new("rebuilding the views"), log.next_position().get() - 1);
    let end = if let ReplayTo::Position(position) = up_to { position.min(last) } else { last };
    let keep_going = |reached: EventNumber| {
        bar.show(reached.0, end);
        true
    };
    let rebuild = Rebuild::of(log).to(up_to).checkpoints(checkpoints);
    rebuild.run_while(&keep_going).map(Option::unwrap_or_default)
}

/// Says that an answer covers only the events before the damage.
pub(crate) fn report_damage(reason: &str, before: u64, stderr: &mut dyn std::io::Write) {
    // A closed stderr does not stop the answer.
    let _unread = writeln!(
        stderr,
        "acquaint: {reason}; this is answered from events 1 to {before}; see `acquaint log repair`"
    );
}

/// Opens the folder for reading and continues in memory, to show what a write would do. Nothing is written.
pub(crate) fn dry_run<T>(
    global: &Global,
    stderr: &mut dyn std::io::Write,
    act: impl FnOnce(&mut Kernel, &dyn EventLog, When) -> Result<T, CliError>,
) -> Result<T, CliError> {
    let log = open_log(&global.data)?;
    log.check_witnesses(&evidence::witnesses(&global.data))?;
    let rebuilt = rebuilt(&log, up_to(global), Some(&checkpoints::of(global, &log)))?;
    checkpoints::report_skipped(&rebuilt.passed_over, rebuilt.from, stderr);
    let mut kernel = Kernel::new(rebuilt.views);
    let when = match global.at {
        Some(at) => When::Exactly(at),
        None => When::NotBefore(now(global)?),
    };
    act(&mut kernel, &log, when)
}

/// How far to replay the log for a command that reads.
fn up_to(global: &Global) -> ReplayTo {
    match (global.at_position, global.at) {
        (Some(position), _) => ReplayTo::Position(position),
        (None, Some(at)) => ReplayTo::Moment(at),
        (None, None) => ReplayTo::End,
    }
}

/// Checks that the replay reached `position`; `last` is the last event that was read.
fn check_position(position: u64, last: u64) -> Result<(), CliError> {
    let what = match position {
        0 => "`--at-position 0`: there is no such event; the first is at position 1".to_owned(),
        _ if position == last => return Ok(()),
        _ => format!("`--at-position {position}`: there is no such event; positions are 1 to {last} here"),
    };
    Err(CliError::new(Exit::BadInput, what))
}

/// The moment to read as of: `--at`, or the clock's time.
fn now(global: &Global) -> Result<Timestamp, CliError> {
    global.at.map_or_else(|| Ok(Clock::in_folder(&global.data)?.now()), Ok)
}
