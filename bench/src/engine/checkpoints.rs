//! What a start from a checkpoint saves, what writing one costs, and what the writer notices of it.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use acquaint_engine::{Checkpoints, Rebuild};
use acquaint_log_file::{FileLog, Options};

use super::ours::{Callers, Durable, durable_beside};
use super::workload::Workload;
use crate::Problem;

/// So often that one is begun as soon as another is written.
const EVERY: u64 = 10_000;

/// A checkpoint of all of a log.
pub(super) struct Kept {
    /// A start from the first event, seconds.
    pub(super) without: f64,
    /// A start from the checkpoint, seconds.
    pub(super) with: f64,
    /// Writing it, seconds.
    pub(super) write: f64,
    pub(super) bytes: u64,
}

/// Writes a checkpoint of the log in `place` and starts from it; both starts have the files in memory.
pub(super) fn measure(place: &Path, folder: &Path) -> Result<Kept, Problem> {
    let log = FileLog::open(place, &Options::default())?;
    let checkpoints = Checkpoints::new(folder, log.log_id().bytes());
    let started = Instant::now();
    let whole = Rebuild::of(&log).run()?.views;
    let without = started.elapsed().as_secs_f64();
    let started = Instant::now();
    let written = checkpoints.write(&log, &whole)?;
    let write = started.elapsed().as_secs_f64();
    let started = Instant::now();
    let begun = Rebuild::of(&log).checkpoints(&checkpoints).run()?;
    let with = started.elapsed().as_secs_f64();
    if begun.from != whole.last().0 || begun.views.digests() != whole.digests() {
        return Err("the checkpoint leads to other views than the log".into());
    }
    fs::remove_dir_all(folder)?;
    Ok(Kept { without, with, write, bytes: written.bytes })
}

/// Submits W as [`durable_beside`] does, with checkpoints written all the time.
pub(super) fn beside(
    workload: &Workload,
    place: &Path,
    callers: Callers,
    time_max: Duration,
) -> Result<Durable, Problem> {
    let folder = place.join("checkpoints");
    let log = FileLog::open(&place.join("log"), &Options::default())?.log_id().bytes();
    let checkpoints = Checkpoints::new(&folder, log).every(EVERY);
    let durable = durable_beside(workload, &place.join("log"), callers, time_max, Some(&checkpoints))?;
    if checkpoints.positions()?.is_empty() {
        return Err("no checkpoint was written".into());
    }
    Ok(durable)
}
