//! Measures what a start from a checkpoint saves, what writing one costs, and how it affects the writer.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use acquaint_engine::{Checkpoints, Rebuild};
use acquaint_log_file::{FileLog, Options};

use super::ours::{Callers, Durable, durable_with};
use super::workload::Workload;
use crate::Problem;

/// Events between checkpoints, so few that the next one starts as soon as one is written.
const EVERY: u64 = 10_000;

/// The costs of a checkpoint of a whole log.
pub(super) struct CheckpointCost {
    /// Seconds for a start from the first event.
    pub(super) without: f64,
    /// Seconds for a start from the checkpoint.
    pub(super) with: f64,
    /// Seconds for writing it.
    pub(super) write: f64,
    pub(super) bytes: u64,
}

/// Writes a checkpoint of the log in `place` and starts from it; for both starts the files are in the page cache.
pub(super) fn measure(place: &Path, folder: &Path) -> Result<CheckpointCost, Problem> {
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
    Ok(CheckpointCost { without, with, write, bytes: written.bytes })
}

/// Submits W as [`durable_with`] does, with checkpoints written continuously.
pub(super) fn durable(
    workload: &Workload,
    place: &Path,
    callers: Callers,
    time_max: Duration,
) -> Result<Durable, Problem> {
    let folder = place.join("checkpoints");
    let log = FileLog::open(&place.join("log"), &Options::default())?.log_id().bytes();
    let checkpoints = Checkpoints::new(&folder, log).every(EVERY);
    let durable = durable_with(workload, &place.join("log"), callers, time_max, Some(&checkpoints))?;
    if checkpoints.positions()?.is_empty() {
        return Err("no checkpoint was written".into());
    }
    Ok(durable)
}
