//! `engine`: decides workload W in memory, makes it durable and replays it, and asserts the same outcomes everywhere.
//!
//! Start at [`run`]. `workload.rs` defines W, and `model.rs` its expected outcomes.

use std::fs;
use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::Problem;
use crate::arguments::Settings;
use crate::folder::data_folder;
use crate::machine::Machine;
use crate::page::Page;

mod checkpoints;
mod model;
mod ours;
mod peers;
mod real;
mod tables;
mod workload;

use checkpoints::CheckpointCost;
use model::Outcomes;
use ours::{Callers, Durable, Judge, Replayed};
use workload::Workload;

pub(crate) use ours::folder_bytes;
pub(crate) use workload::Scale;

const SEED: u64 = 20_260_101;
/// Outstanding commands of the caller that does not wait for each one.
const WINDOW: usize = 1024;
/// The first commands of W, enough to measure an additional cost.
const PREFIX: usize = 200_000;
/// Callers that each have one command outstanding.
const CALLERS: usize = 64;

/// What one run measured.
struct Run {
    /// Commands a second: without encoding, with encoding, and with the article's spam filter.
    decided: [f64; 3],
    window: Durable,
    callers: Durable,
    alone: Durable,
    /// The median latency of a raw synced write, in seconds.
    raw: f64,
    replayed: Replayed,
    /// What a checkpoint saves and costs.
    checkpoint: CheckpointCost,
    /// The same as `window` and `callers`, with checkpoints written continuously.
    window_checkpointed: Durable,
    callers_checkpointed: Durable,
    /// By peer; empty if peers were not requested.
    peers: Vec<peers::Rate>,
    /// By real input.
    real: Vec<real::Rates>,
}

pub(crate) fn run(settings: &Settings) -> Result<Page, Problem> {
    let folder = data_folder("engine", settings)?;
    let folder = folder.path();
    let scale = if settings.is_quick {
        Scale { members: 10_000, requests: 60_000 }
    } else {
        Scale { members: 100_000, requests: 1_000_000 }
    };
    let workload = Workload::generate(scale, SEED);
    let expected: Outcomes = workload.steps.iter().map(|step| step.outcome).collect();
    let inputs = real::inputs()?;
    let mut runs = Vec::new();
    for number in 1..=settings.runs {
        eprintln!("engine: run {number} of {}", settings.runs);
        runs.push(one_run(folder, &workload, &inputs, settings)?);
    }
    let mut notes = vec![
        format!(
            "W: {} members, {} requests over 30 days, {} commands in all, judged by W's own rules, each of which is checked and its evidence recorded.",
            scale.members,
            scale.requests,
            workload.steps.len()
        ),
        String::from(
            "Every answer is compared with that of a plain model of W's rules, and so are arrivals when W is decided in memory. A replayed log must lead to views with the same hashes.",
        ),
        String::from(
            "Durable: acknowledged after `fdatasync`. A raw write is 512 bytes and an `fdatasync`, into a file filled with zeros, measured between the runs.",
        ),
    ];
    notes.push(format!(
        "Medians of {}; a ratio is the median of the runs' ratios.",
        if settings.runs == 1 { String::from("one run") } else { format!("{} runs", settings.runs) }
    ));
    if settings.has_peers {
        notes.push(format!(
            "Peers: the first {} seconds of W each, starting empty; PostgreSQL and Redis over a Unix socket, PostgreSQL with its default durability and a PL/pgSQL function for each command, SQLite with WAL and synchronous FULL, Redis with a Lua script for each command and `appendfsync always`. They keep W's state, but no evidence.",
            time_max(settings).as_secs()
        ));
    }
    if settings.is_quick {
        notes.push(String::from("A quick run: too short to mean much."));
    }
    let names: Vec<&str> = inputs.iter().map(|input| input.name.as_str()).collect();
    let tables = tables::all(&runs, &names, expected);
    Ok(Page { title: "Engine", machine: Machine::of(folder), notes, tables })
}

fn one_run(
    folder: &Path,
    workload: &Workload,
    inputs: &[real::Input],
    settings: &Settings,
) -> Result<Run, Problem> {
    let time_max = time_max(settings);
    let in_memory = |count, judge, encodes| {
        let decided = ours::decide(workload, count, judge, encodes)?;
        let expected: Outcomes = workload.steps.iter().take(count).map(|step| step.outcome).collect();
        eprint!(".");
        if decided.outcomes != expected {
            return Err(format!("outcomes are {:?} instead of {expected:?}", decided.outcomes).into());
        }
        Ok::<_, Problem>(decided)
    };
    let decided = in_memory(usize::MAX, Judge::Own, false)?;
    let encoded = in_memory(PREFIX, Judge::Own, true)?;
    let filtered = in_memory(PREFIX, Judge::Article, false)?;
    let in_place = |name: &str, callers, time_max| {
        let place = folder.join(name);
        fs::create_dir(&place)?;
        let durable = ours::durable(workload, &place, callers, time_max)?;
        eprint!(".");
        Ok::<_, Problem>((durable, place))
    };
    let (window, place) = in_place("window", Callers::Window(WINDOW), Duration::MAX)?;
    let replayed = ours::rebuilt(&place, &decided.digests)?;
    let checkpoint = checkpoints::measure(&place, &folder.join("checkpoints"))?;
    eprint!(".");
    fs::remove_dir_all(&place)?;
    let checkpointed = |callers, time_max| {
        let place = folder.join("checkpointed");
        fs::create_dir(&place)?;
        let durable = checkpoints::durable(workload, &place, callers, time_max)?;
        eprint!(".");
        fs::remove_dir_all(&place)?;
        Ok::<_, Problem>(durable)
    };
    let window_checkpointed = checkpointed(Callers::Window(WINDOW), Duration::MAX)?;
    let callers_checkpointed = checkpointed(Callers::Each(CALLERS), time_max)?;
    let (callers, place) = in_place("callers", Callers::Each(CALLERS), time_max)?;
    fs::remove_dir_all(&place)?;
    let (alone, place) = in_place("alone", Callers::Each(1), time_max)?;
    fs::remove_dir_all(&place)?;
    let raw = raw_write(folder, if settings.is_quick { 0..500 } else { 0..5000 })?;
    let peers = if settings.has_peers { measure_peers(workload, folder, time_max)? } else { Vec::new() };
    let real = real::measure(inputs, folder)?;
    eprintln!();
    Ok(Run {
        decided: [decided.rate, encoded.rate, filtered.rate],
        window,
        callers,
        alone,
        raw,
        replayed,
        checkpoint,
        window_checkpointed,
        callers_checkpointed,
        peers,
        real,
    })
}

/// Measures the peers, each for at most `time_max`.
fn measure_peers(
    workload: &Workload,
    folder: &Path,
    time_max: Duration,
) -> Result<Vec<peers::Rate>, Problem> {
    let place = folder.join("peers");
    fs::create_dir(&place)?;
    let rates = peers::measure(workload, &place, time_max)?;
    fs::remove_dir_all(&place)?;
    Ok(rates)
}

/// Writes a log of W at this scale into the empty folder `place`; returns the number of commands, and commands a second.
pub(crate) fn write_log(place: &Path, scale: Scale) -> Result<(u64, f64), Problem> {
    let workload = Workload::generate(scale, SEED);
    let durable = ours::durable(&workload, place, Callers::Window(WINDOW), Duration::MAX)?;
    Ok((workload.steps.len() as u64, durable.rate))
}

/// The time limit of the measurements that do not run all of W.
fn time_max(settings: &Settings) -> Duration {
    Duration::from_secs(if settings.is_quick { 1 } else { 10 })
}

/// The median latency of synced writes of 512 bytes, in seconds.
fn raw_write(folder: &Path, writes: Range<u64>) -> Result<f64, Problem> {
    let path = folder.join("raw");
    fs::write(&path, vec![0; (writes.end * 512) as usize])?;
    let file = fs::File::options().write(true).open(&path)?;
    file.sync_all()?;
    let mut latencies = Vec::new();
    for index in writes {
        let begun = Instant::now();
        std::os::unix::fs::FileExt::write_all_at(&file, &[index as u8; 512], index * 512)?;
        file.sync_data()?;
        latencies.push(begun.elapsed());
    }
    fs::remove_file(&path)?;
    latencies.sort_unstable();
    Ok(latencies.get(latencies.len() / 2).map_or(f64::NAN, Duration::as_secs_f64))
}
