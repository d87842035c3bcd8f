//! The measurements of a store.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::time::ClockId;

use acquaint_log_file::Depth;

use super::stores::{Plan, ReadBack, Store, System, verify as verify_folder};
use crate::Problem;
use crate::machine::processor_seconds;

/// What the callers append, until all records are appended or the time is up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    pub(super) callers: usize,
    /// The number of records in one append.
    pub(super) batch: usize,
    /// The number of records of each caller.
    pub(super) records: usize,
    pub(super) time_max: Duration,
}

/// The result of appending.
#[derive(Clone, Debug, Default)]
pub(super) struct Appended {
    /// Records a second, of all callers together.
    pub(super) rate: f64,
    /// The median latency of an append, in seconds.
    pub(super) p50: f64,
    /// The 99th percentile, in seconds.
    pub(super) p99: f64,
    /// CPU time of the callers' threads for an append, in seconds.
    pub(super) cpu_each: f64,
    /// CPU time of all threads of this process for an append, in seconds.
    pub(super) cpu_all_each: f64,
}

/// The result of reading.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Read {
    pub(super) records_rate: f64,
    pub(super) bytes_rate: f64,
}

/// The measurements of one caller.
struct Caller {
    latencies: Vec<Duration>,
    cpu: f64,
}

/// Appends to a new store in the empty folder `place`.
pub(super) fn append(system: System, place: &Path, plan: Plan<'_>, load: &Load) -> Result<Appended, Problem> {
    let store = system.open(place, plan)?;
    let (started, cpu) = (Instant::now(), processor_seconds(ClockId::ProcessCPUTime));
    let callers = thread::scope(|scope| {
        let threads: Vec<_> = (0..load.callers as u64)
            .map(|caller| {
                let store = &*store;
                scope.spawn(move || call(store, caller, load, started))
            })
            .collect();
        let joined = threads.into_iter().map(|thread| thread.join().map_err(|_| "a caller panicked")?);
        joined.collect::<Result<Vec<Caller>, Problem>>()
    })?;
    let took = started.elapsed().as_secs_f64();
    let cpu_all = processor_seconds(ClockId::ProcessCPUTime) - cpu;
    let mut latencies: Vec<Duration> =
        callers.iter().flat_map(|caller| caller.latencies.iter().copied()).collect();
    latencies.sort_unstable();
    let appends = latencies.len();
    let within = |percent: usize| {
        let at = (appends * percent / 100).min(appends.saturating_sub(1));
        latencies.get(at).map_or(f64::NAN, Duration::as_secs_f64)
    };
    Ok(Appended {
        rate: (appends * load.batch) as f64 / took,
        p50: within(50),
        p99: within(99),
        cpu_each: callers.iter().map(|caller| caller.cpu).sum::<f64>() / appends as f64,
        cpu_all_each: cpu_all / appends as f64,
    })
}

fn call(store: &dyn Store, caller: u64, load: &Load, started: Instant) -> Result<Caller, Problem> {
    let mut latencies = Vec::with_capacity(load.records / load.batch);
    let cpu = processor_seconds(ClockId::ThreadCPUTime);
    for first in (0..load.records).step_by(load.batch) {
        if started.elapsed() > load.time_max {
            break;
        }
        let begun = Instant::now();
        store.append(caller, first..first + load.batch)?;
        latencies.push(begun.elapsed());
    }
    Ok(Caller { latencies, cpu: processor_seconds(ClockId::ThreadCPUTime) - cpu })
}

/// Fills a new store in the empty folder `place`, reads it once to warm the cache, and measures the second read.
pub(super) fn read(system: System, place: &Path, plan: Plan<'_>) -> Result<Read, Problem> {
    let store = system.open(place, plan)?;
    for first in (0..plan.records.len()).step_by(plan.batch) {
        store.append(0, first..first + plan.batch)?;
    }
    let warm = store.read_back()?;
    let started = Instant::now();
    let read = store.read_back()?;
    let took = started.elapsed();
    let all = plan.records.len() as u64;
    if read != warm || (system != System::Raw && read.records != all) {
        return Err(format!("{all} records were appended and {} came back", read.records).into());
    }
    Ok(rates(read, took))
}

/// Verifies our log in `place`, with a warm cache: every frame, then roots too.
pub(super) fn verify(place: &Path) -> Result<[Read; 2], Problem> {
    let verify = |depth| {
        let (report, took) = verify_folder(place, depth)?;
        Ok::<_, Problem>(rates(ReadBack { records: report.records, bytes: report.bytes }, took))
    };
    Ok([verify(Depth::Frames)?, verify(Depth::Roots)?])
}

fn rates(read: ReadBack, took: Duration) -> Read {
    let seconds = took.as_secs_f64();
    Read { records_rate: read.records as f64 / seconds, bytes_rate: read.bytes as f64 / seconds }
}
