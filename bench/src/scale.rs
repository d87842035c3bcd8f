//! `scale`: measures how time and bytes grow with members, connections and the length of the log.
//!
//! Start at [`run`]. Every memory figure comes from a separate process that does nothing else ([`part`]): its anonymous
//! memory after it has built the structure, minus its anonymous memory before.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::Problem;
use crate::arguments::Settings;
use crate::engine::{self, Scale};
use crate::folder::data_folder;
use crate::machine::Machine;
use crate::page::Page;

mod graph;
mod reader;
mod tables;

/// Members and requests of each log.
const LOGS: [Scale; 4] = [
    Scale { members: 10_000, requests: 100_000 },
    Scale { members: 100_000, requests: 1_000_000 },
    Scale { members: 1_000_000, requests: 3_000_000 },
    Scale { members: 10_000_000, requests: 1_000_000 },
];
const QUICK_LOGS: [Scale; 2] =
    [Scale { members: 2_000, requests: 10_000 }, Scale { members: 10_000, requests: 60_000 }];

/// Members, connections and open requests of each graph.
const GRAPHS: [[u32; 3]; 2] = [[100_000, 5_000_000, 500_000], [1_000_000, 50_000_000, 5_000_000]];
const QUICK_GRAPHS: [[u32; 3]; 1] = [[10_000, 200_000, 20_000]];

/// A log that was written, and the result of reading it.
struct Written {
    scale: Scale,
    commands: u64,
    /// Durable commands a second, with 1024 outstanding.
    rate: f64,
    /// The size of the folder in bytes, including the members' events.
    bytes: u64,
    read: Value,
}

/// A graph that was built in memory.
struct Built {
    size: [u32; 3],
    found: Value,
}

pub(crate) fn run(settings: &Settings) -> Result<Page, Problem> {
    let folder = data_folder("scale", settings)?;
    let folder = folder.path();
    let (logs, graphs) =
        if settings.is_quick { (&QUICK_LOGS[..], &QUICK_GRAPHS[..]) } else { (&LOGS[..], &GRAPHS[..]) };
    let mut written = Vec::new();
    for scale in logs {
        eprintln!("scale: a log of {} members and {} requests", scale.members, scale.requests);
        written.push(write(folder, *scale)?);
    }
    let mut built = Vec::new();
    for size in graphs {
        eprintln!("scale: a graph of {} members and {} connections", size[0], size[1]);
        let words = size.map(|number| number.to_string());
        let words: Vec<&str> = std::iter::once("graph").chain(words.iter().map(String::as_str)).collect();
        built.push(Built { size: *size, found: child(&words)? });
    }
    let mut notes = vec![
        String::from(
            "Logs: workload W's mixture of commands at each size, written by the engine with 1024 commands outstanding, then replayed by a separate process.",
        ),
        String::from(
            "Graphs: members, connections and open requests, applied to the views as events. Half of a member's connections are within a neighbourhood and half anywhere; a few members have thousands.",
        ),
        String::from(
            "Memory: the anonymous memory of a process (`RssAnon`), minus what it had before. Single runs, because they take minutes and show orders of magnitude.",
        ),
    ];
    if settings.is_quick {
        notes.push(String::from("A quick run: too short to mean much."));
    }
    let tables = tables::all(&written, &built)?;
    Ok(Page { title: "Scale", machine: Machine::of(folder), notes, tables })
}

/// Writes a log of this size, has another process read it, and removes it.
fn write(folder: &Path, scale: Scale) -> Result<Written, Problem> {
    let place = folder.join("log");
    fs::create_dir(&place)?;
    let (commands, durable) = engine::write_log(&place, scale)?;
    let bytes = engine::folder_bytes(&place)?;
    let path = place.to_str().ok_or("the folder's name is not UTF-8")?;
    let read = child(&["reader", path])?;
    fs::remove_dir_all(&place)?;
    Ok(Written { scale, commands, rate: durable, bytes, read })
}

/// Runs a part in a separate process; returns what it prints.
fn child(words: &[&str]) -> Result<Value, Problem> {
    let output = Command::new(std::env::current_exe()?).arg(PART).args(words).output()?;
    if !output.status.success() {
        return Err(
            format!("`{}` failed: {}", words.join(" "), String::from_utf8_lossy(&output.stderr)).into()
        );
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The name under which this program runs one part as a separate process.
pub(crate) const PART: &str = "scale-part";

/// Runs one part; returns its result.
pub(crate) fn part(words: &[&str]) -> Result<Value, Problem> {
    match words {
        ["reader", folder] => reader::read(Path::new(folder)),
        ["graph", members, connections, open] => {
            graph::build(members.parse()?, connections.parse()?, open.parse()?)
        }
        _ => Err("`scale-part` is only for use by `scale`".into()),
    }
}

/// The anonymous memory of this process, in bytes.
fn memory() -> Result<u64, Problem> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).ok_or("no RssAnon")?;
    let kib: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kib << 10)
}

/// The 50th and 99th percentile, in seconds.
fn percentiles(mut latencies: Vec<Duration>) -> [f64; 2] {
    latencies.sort_unstable();
    let at = |percent: usize| {
        let place = (latencies.len() * percent / 100).min(latencies.len().saturating_sub(1));
        latencies.get(place).map_or(f64::NAN, Duration::as_secs_f64)
    };
    [at(50), at(99)]
}
