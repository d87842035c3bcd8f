//! `log`: appends with sync, reads back and verifies, compared with the limit of the disk and with peers.
//!
//! Start at [`run`]: all systems take turns within each run, so that other load on the machine affects all of them alike.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::Problem;
use crate::arguments::Settings;
use crate::folder::data_folder;
use crate::machine::Machine;
use crate::page::Page;

mod group;
mod hashing;
mod measure;
mod records;
mod stores;
mod tables;

use hashing::Hashed;
use measure::{Appended, Load, Read};
use stores::{FrameSize, Plan, System};

/// The batch sizes of one caller, in records.
const BATCHES: [usize; 4] = [1, 64, 256, 1024];
/// The number of callers in the last row, each with one record at a time.
const CALLERS: usize = 64;
/// The batch size for filling a log that is then read.
const BATCH_READ: usize = 1024;

/// What one run measured.
#[derive(Debug, Default)]
struct Run {
    /// By row (see [`loads`]), then by system (see [`System::ALL`]).
    appended: Vec<Vec<Appended>>,
    /// Reading times, one for each system.
    read: Vec<Read>,
    /// By depth: frames only, then roots too.
    verified: [Read; 2],
    /// By batch size, in the order of [`BATCHES`].
    hashed: Vec<Hashed>,
}

pub(crate) fn run(settings: &Settings) -> Result<Page, Problem> {
    let folder = data_folder("log", settings)?;
    let folder = folder.path();
    let size = folder.join("frames");
    fs::create_dir(&size)?;
    let frame = FrameSize::measure(&size)?;
    let loads = loads(settings);
    let mut runs = Vec::new();
    for number in 1..=settings.runs {
        eprintln!("log: run {number} of {}", settings.runs);
        runs.push(one_run(number, folder, &loads, frame, settings)?);
    }
    let sync = "Sync: one `fdatasync` for each batch (fjall: `PersistMode::SyncAll`; redb: `Durability::Immediate`).";
    let mut notes = vec![
        format!(
            "Records of {} bytes, batches appended one after another. {sync} Every store starts empty.",
            records::RECORD_BYTES
        ),
        String::from(
            "`raw` is the limit: the bytes of our frames, prepared beforehand, written with `pwrite` and `fdatasync` into a file filled with zeros.",
        ),
        String::from(
            "raft-engine: no compression (the records are random), files filled with zeros beforehand. fjall, redb: keys of 8 bytes.",
        ),
        format!(
            "Medians of {} in which the systems take turns; a share is the median of the runs' shares.",
            if settings.runs == 1 { String::from("one run") } else { format!("{} runs", settings.runs) }
        ),
    ];
    if settings.is_quick {
        notes.push(String::from("A quick run: too short to mean much."));
    }
    Ok(Page { title: "Log", machine: Machine::of(folder), notes, tables: tables::all(&runs, frame) })
}

/// The rows: one caller with every batch size, then many callers.
fn loads(settings: &Settings) -> Vec<Load> {
    let (time_max, share) =
        if settings.is_quick { (Duration::from_millis(150), 10) } else { (Duration::from_secs(2), 1) };
    // More than the fastest system can append in the time, as far as the records fit into memory.
    let count = |batch: usize| -> usize {
        match batch {
            1 => 30_000,
            64 => 640 * 1024,
            _ => 1024 * 1024,
        }
    };
    let alone = BATCHES.map(|batch| {
        let records = (count(batch) / share).next_multiple_of(batch);
        Load { callers: 1, batch, records, time_max }
    });
    let together = Load { callers: CALLERS, batch: 1, records: 6000 / share, time_max };
    alone.into_iter().chain([together]).collect()
}

fn one_run(
    number: usize,
    folder: &Path,
    loads: &[Load],
    frame: FrameSize,
    settings: &Settings,
) -> Result<Run, Problem> {
    let mut run = Run::default();
    for load in loads {
        let records = records::records(load.records);
        let plan = Plan { records: &records, callers: load.callers, batch: load.batch, frame };
        let measured = in_turn(number, |system| {
            let place = folder.join("append");
            fs::create_dir(&place)?;
            let appended = measure::append(system, &place, plan, load);
            fs::remove_dir_all(&place)?;
            appended
        })?;
        run.appended.push(measured);
    }
    let count = if settings.is_quick { 50 * BATCH_READ } else { 600 * BATCH_READ };
    let records = records::records(count);
    let plan = Plan { records: &records, callers: 1, batch: BATCH_READ, frame };
    let mut verified = None;
    run.read = in_turn(number, |system| {
        let place = folder.join("read");
        fs::create_dir(&place)?;
        let read = measure::read(system, &place, plan);
        if system == System::Ours && read.is_ok() {
            verified = Some(measure::verify(&place));
        }
        fs::remove_dir_all(&place)?;
        read
    })?;
    run.verified = verified.ok_or("our log was not verified")??;
    run.hashed = BATCHES.iter().map(|batch| Hashed::measure(frame.of(*batch))).collect();
    Ok(run)
}

/// Measures every system, starting with a different one in every run; returns the figures in the order of [`System::ALL`].
fn in_turn<F>(
    number: usize,
    mut measure: impl FnMut(System) -> Result<F, Problem>,
) -> Result<Vec<F>, Problem> {
    let count = System::ALL.len();
    let mut figures: Vec<(usize, F)> = Vec::new();
    for index in (0..count).map(|ahead| (number + ahead) % count) {
        let system = System::ALL[index];
        eprint!(".");
        figures.push((index, measure(system).map_err(|problem| format!("{}: {problem}", system.name()))?));
    }
    eprintln!();
    figures.sort_by_key(|(index, _)| *index);
    Ok(figures.into_iter().map(|(_, figure)| figure).collect())
}
