//! `backtest`: judges the sends of workload W, as recorded by our engine, again under another policy.
//!
//! Start at [`run`]: it records W once. Then each run replays it in each mode, on one thread and with a second thread that
//! reads and decodes, and replays parts of the work to see where the time goes.

use std::fs;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Instant;

use acquaint_backtest::{
    Adopted, Clearance, History, Mode, Plan, ReadMode, ReplayReport, Role, backtest_leaving,
};
use acquaint_engine::{Retention, Views};
use acquaint_log_file::{FileLog, Options};
use acquaint_policy::ARTICLE;
use rustix::time::ClockId;

use crate::Problem;
use crate::arguments::Settings;
use crate::machine::{Machine, processor_seconds};
use crate::page::{Cell, Page, Table};

mod workload;

use workload::Size;

/// The target for open mode, in sends a second; the target for closed mode is half of it.
const TARGET: f64 = 250_000.0;

/// The change to try: the policy under which W was recorded, with a lower daily limit.
const TRIED: (&str, &str) = ("free = 300,", "free = 200,");

pub(crate) fn run(settings: &Settings) -> Result<Page, Problem> {
    let size = if settings.is_quick { Size::SMALL } else { Size::QUARTER };
    let (folder, _removed) = data_folder(settings, size)?;
    if !folder.join(DONE).exists() {
        eprintln!("backtest: recording {} requests", size.requests);
        workload::record(&FileLog::open(&folder.join("log"), &Options::default())?, size)?;
        fs::write(folder.join(DONE), "")?;
    }
    let log = FileLog::open_read_only(&folder.join("log"))?;
    let mut open = [Vec::new(), Vec::new()];
    let mut closed = [Vec::new(), Vec::new()];
    let mut parts = [Vec::new(), Vec::new()];
    let mut reports = Vec::new();
    for number in 1..=settings.runs {
        eprintln!("backtest: run {number} of {}", settings.runs);
        parts[0].push(read(&log, |_, _| Ok(()))?);
        parts[1].push(read(&log, |views, event| Ok(views.apply_to_senders(event, Retention::ToJudge)?))?);
        for (mode, [alone, ahead]) in [(Mode::Open, &mut open), (Mode::Closed, &mut closed)] {
            let (took, report) = judge(&log, mode, ReadMode::Alone)?;
            alone.push(took.processor);
            reports.push(report);
            let (took, report) = judge(&log, mode, ReadMode::Ahead)?;
            ahead.push(took.clock);
            reports.push(report);
        }
    }
    let (sends, events) = reports.first().map_or((0, 0), |report| (report.all.sends, report.events));
    let tables = vec![speeds(sends, &open, &closed), shares(&open[0], &parts), results(&reports)];
    let mut notes = vec![
        format!(
            "The first {} requests of workload W ({} members, 1,000,000 requests in 30 days), recorded by the engine under `article`: {sends} sends judged, {events} events. Candidate: the same policy with 200 requests a day instead of 300, compared with the recorded decisions.",
            size.requests, size.members
        ),
        String::from(
            "With one thread, which reads, decodes, judges and applies, seconds are processor time, so that other load on the machine matters less. With a second thread, which reads and decodes ahead, they are wall-clock time. Freeing memory is not included: `policy backtest` leaves that to the end of its process. The log is in the page cache.",
        ),
        format!("Target: {} sends a second in open mode, half of that in closed mode.", TARGET as u64),
    ];
    if settings.is_quick {
        notes.push(String::from("A quick run: too short to mean much."));
    }
    Ok(Page { title: "What-if replay", machine: Machine::of(&folder), notes, tables })
}

/// Seconds to read everything that a replay reads, and call `each` for every event.
fn read(
    log: &FileLog,
    mut each: impl FnMut(&mut Views, &acquaint_domain::Recorded) -> Result<(), Problem>,
) -> Result<f64, Problem> {
    let started = processor_seconds(ClockId::ThreadCPUTime);
    let history = History::of(log, None, None)?.reading(ReadMode::Alone);
    let mut views = Views::default();
    let mut failed = None;
    history.visit(&mut |_| ControlFlow::Continue(()), &mut |event| {
        failed = each(&mut views, &event).err();
        Ok(if failed.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    let seconds = processor_seconds(ClockId::ThreadCPUTime) - started;
    drop(views);
    match failed {
        Some(problem) => Err(problem),
        None => Ok(seconds),
    }
}

/// How long a run took, in seconds.
struct Took {
    /// Processor time of this thread.
    processor: f64,
    /// Wall-clock time of the run.
    clock: f64,
}

fn judge(log: &FileLog, mode: Mode, reading: ReadMode) -> Result<(Took, ReplayReport), Problem> {
    let (started, clock) = (processor_seconds(ClockId::ThreadCPUTime), Instant::now());
    let history = History::of(log, None, None)?.reading(reading);
    let tried = Adopted::read(&ARTICLE.replace(TRIED.0, TRIED.1))?;
    let plan = Plan { mode, ..Plan::of(tried) };
    let clearance = Clearance::of(Role::Engineer)?;
    let watch = &mut |_| ControlFlow::Continue(());
    let (report, remains) = backtest_leaving(&history, &plan, clearance, watch)?;
    let processor = processor_seconds(ClockId::ThreadCPUTime) - started;
    let took = Took { processor, clock: clock.elapsed().as_secs_f64() };
    // Not measured: `policy backtest` leaves this to the end of its process.
    drop(remains);
    Ok((took, report))
}

fn speeds(sends: u64, open: &[Vec<f64>; 2], closed: &[Vec<f64>; 2]) -> Table {
    let row = |mode: &str, seconds: &[f64], target: f64| {
        let speed: Vec<f64> = seconds.iter().map(|seconds| sends as f64 / seconds).collect();
        let share = speed.iter().map(|speed| speed / target).collect();
        vec![
            Cell::Name(mode.to_owned()),
            Cell::Runs(speed, 0),
            Cell::Shares(share),
            Cell::Runs(seconds.to_vec(), 2),
        ]
    };
    Table {
        title: String::from("Recorded sends judged again"),
        columns: ["mode", "sends a second", "of the target", "seconds"].map(String::from).to_vec(),
        rows: vec![
            row("open, one thread", &open[0], TARGET),
            row("closed, one thread", &closed[0], TARGET / 2.0),
            row("open, two threads", &open[1], TARGET),
            row("closed, two threads", &closed[1], TARGET / 2.0),
        ],
    }
}

/// Where the time of open mode goes. The time of a part is the difference to a replay without it.
fn shares(open: &[f64], parts: &[Vec<f64>; 2]) -> Table {
    let less =
        |one: &[f64], other: &[f64]| -> Vec<f64> { one.iter().zip(other).map(|(a, b)| a - b).collect() };
    let none = vec![0.0; open.len()];
    let rows = [
        ("read and decode", less(&parts[0], &none)),
        ("apply to the views that a send is judged from", less(&parts[1], &parts[0])),
        ("count, gather facts, judge, compare", less(open, &parts[1])),
    ];
    let rows = rows.into_iter().map(|(name, seconds)| {
        let share = seconds.iter().zip(open).map(|(part, whole)| part / whole).collect();
        vec![Cell::Name(name.to_owned()), Cell::Runs(seconds, 2), Cell::Shares(share)]
    });
    Table {
        title: String::from("Where the time of open mode goes"),
        columns: ["part", "seconds", "share"].map(String::from).to_vec(),
        rows: rows.collect(),
    }
}

/// The counts, which must be the same in every run.
fn results(reports: &[ReplayReport]) -> Table {
    let rows = reports.iter().step_by(2).take(2).map(|report| {
        let counts = [
            report.all.sends,
            report.all.newly_refused,
            report.all.newly_refused_accepted,
            report.all.newly_allowed,
            report.all.changed_reason,
        ];
        let name = if report.mode == Mode::Open { "open" } else { "closed" };
        let counts = counts.iter().map(|count| Cell::Runs(vec![*count as f64], 0));
        std::iter::once(Cell::Name(name.to_owned())).chain(counts).collect()
    });
    let columns = ["mode", "sends", "newly refused", "of these accepted", "newly allowed", "other reason"];
    Table {
        title: String::from("Results"),
        columns: columns.map(String::from).to_vec(),
        rows: rows.collect(),
    }
}

/// The file that marks a complete recording.
const DONE: &str = "recorded";

/// The folder for the recording of W. In a folder given by the user it is kept for the next time, because it takes minutes;
/// otherwise it is removed when the second value is dropped.
fn data_folder(settings: &Settings, size: Size) -> Result<(PathBuf, Option<tempfile::TempDir>), Problem> {
    if let Some(named) = &settings.folder {
        let folder = named.join(format!("workload-w-{}", size.requests));
        if !folder.join(DONE).exists() && folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        return Ok((folder, None));
    }
    let program = std::env::current_exe()?;
    let parent = program.parent().ok_or("this program has no folder")?;
    let folder = tempfile::Builder::new().prefix("bench-backtest-").tempdir_in(parent)?;
    Ok((folder.path().to_owned(), Some(folder)))
}
