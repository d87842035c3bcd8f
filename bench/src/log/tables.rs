//! The tables of the page, from the measurements of all runs.

use super::measure::{Appended, Read};
use super::stores::{FrameSize, System};
use super::{BATCHES, CALLERS, Run};
use crate::page::{Cell, Table, by_run, words};

pub(super) fn all(runs: &[Run], frame: FrameSize) -> Vec<Table> {
    vec![appending(runs), latency(runs), reading(runs), hashing(runs, frame)]
}

/// The index of a system in the measurements of a run.
fn at(system: System) -> usize {
    System::ALL.iter().position(|other| *other == system).unwrap_or_default()
}

fn appending(runs: &[Run]) -> Table {
    let mut columns = vec![String::from("batch")];
    columns.extend(System::ALL.iter().map(|system| system.name()));
    columns.extend(words(&["acquaint / raw", "acquaint / raft-engine"]));
    let names = BATCHES.iter().map(ToString::to_string).chain([format!("1, {CALLERS} threads")]);
    let row = |(row, name): (usize, String)| {
        let rate = |run: &Run, system: System| run.appended[row][at(system)].rate;
        let share = |other: System| by_run(runs, |run| rate(run, System::Ours) / rate(run, other));
        let mut cells = vec![Cell::Name(name)];
        cells.extend(System::ALL.map(|system| Cell::Runs(by_run(runs, |run| rate(run, system)), 0)));
        cells.push(Cell::Shares(share(System::Raw)));
        cells.push(Cell::Shares(share(System::RaftEngine)));
        cells
    };
    Table {
        title: String::from("Append with sync, records a second"),
        columns,
        rows: names.enumerate().map(row).collect(),
    }
}

fn latency(runs: &[Run]) -> Table {
    let alone =
        |run: &Run, system: System, figure: fn(&Appended) -> f64| figure(&run.appended[0][at(system)]);
    let row = |system: System| {
        let micros = |figure| Cell::Runs(by_run(runs, |run| 1e6 * alone(run, system, figure)), 0);
        let of_raw =
            by_run(runs, |run| alone(run, system, |it| it.p50) / alone(run, System::Raw, |it| it.p50));
        vec![Cell::Name(system.name()), micros(|it| it.p50), micros(|it| it.p99), Cell::Runs(of_raw, 2)]
    };
    Table {
        title: String::from("One caller, one record at a time, microseconds"),
        columns: words(&["system", "p50", "p99", "p50 / raw"]),
        rows: System::ALL.map(row).into(),
    }
}

fn reading(runs: &[Run]) -> Table {
    let row = |name: String, read: &dyn Fn(&Run) -> Read| {
        let rate = by_run(runs, |run| read(run).records_rate);
        let gigabytes = by_run(runs, |run| read(run).bytes_rate / 1e9);
        vec![Cell::Name(name), Cell::Runs(rate, 0), Cell::Runs(gigabytes, 2)]
    };
    let mut rows = Vec::new();
    for system in System::ALL {
        let read = |run: &Run| run.read[at(system)];
        if system == System::Raw {
            let mut cells = row(String::from("raw file, not checked"), &read);
            cells[1] = Cell::None("no records");
            rows.push(cells);
            continue;
        }
        rows.push(row(format!("{}, every record", system.name()), &read));
        if system == System::Ours {
            let verified = ["verify: checksums and chain, all cores", "verify --deep: roots too, all cores"];
            for (index, what) in verified.into_iter().enumerate() {
                rows.push(row(format!("{}, {what}", system.name()), &|run| run.verified[index]));
            }
        }
    }
    Table {
        title: String::from("Reading back, warm"),
        columns: words(&["what", "records a second", "GB a second"]),
        rows,
    }
}

fn hashing(runs: &[Run], frame: FrameSize) -> Table {
    let row = |(row, batch): (usize, &usize)| {
        let own = |run: &Run| run.appended[row][at(System::Ours)].cpu_each;
        let all = |run: &Run| run.appended[row][at(System::Ours)].cpu_all_each;
        let crc32c = |run: &Run| run.hashed[row].crc32c;
        let blake3 = |run: &Run| run.hashed[row].blake3;
        let micros = |figure: &dyn Fn(&Run) -> f64| Cell::Runs(by_run(runs, |run| 1e6 * figure(run)), 1);
        vec![
            Cell::Name(batch.to_string()),
            Cell::Name(frame.of(*batch).to_string()),
            micros(&own),
            micros(&all),
            micros(&crc32c),
            micros(&blake3),
            Cell::Shares(by_run(runs, |run| crc32c(run) / own(run))),
            Cell::Shares(by_run(runs, |run| (crc32c(run) + blake3(run)) / all(run))),
        ]
    };
    Table {
        title: String::from("Chain and checksum: CPU time of one append, microseconds"),
        columns: words(&[
            "batch",
            "frame, bytes",
            "append, own thread",
            "append, all threads",
            "CRC32C",
            "BLAKE3",
            "CRC32C / own thread",
            "both / all threads",
        ]),
        rows: BATCHES.iter().enumerate().map(row).collect(),
    }
}
