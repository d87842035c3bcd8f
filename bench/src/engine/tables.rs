//! The tables of the page, from the measurements of all runs.

use super::model::{Outcome, Outcomes};
use super::ours::Durable;
use super::peers::Peer;
use super::real::Rates;
use super::{CALLERS, PREFIX, Run, WINDOW};
use crate::page::{Cell, Table, by_run, words};

pub(super) fn all(runs: &[Run], inputs: &[&str], expected: Outcomes) -> Vec<Table> {
    let mut tables = vec![ours(runs), latency(runs), checkpoint(runs), checkpointed(runs)];
    if runs.iter().all(|run| !run.peers.is_empty()) {
        tables.push(peers(runs));
    }
    if !inputs.is_empty() {
        tables.push(real(runs, inputs));
    }
    tables.push(outcomes(expected));
    tables
}

fn ours(runs: &[Run]) -> Table {
    let row = |what: String, target: &str, figure: &dyn Fn(&Run) -> f64| {
        vec![Cell::Name(what), Cell::Runs(by_run(runs, figure), 0), Cell::Name(target.to_owned())]
    };
    let rows = vec![
        row(String::from("decided in memory, commands a second of processor time"), "500,000", &|run| {
            run.decided[0]
        }),
        row(format!("decided in memory and encoded, the first {PREFIX} commands"), "", &|run| run.decided[1]),
        row(
            format!(
                "decided in memory by the article's policy, its spam filter on trial, the first {PREFIX} commands"
            ),
            "",
            &|run| run.decided[2],
        ),
        row(format!("durable, {WINDOW} outstanding, commands a second"), "300,000", &|run| run.window.rate),
        row(format!("durable, {CALLERS} callers"), "100,000", &|run| run.callers.rate),
        row(String::from("durable, one caller"), "", &|run| run.alone.rate),
        row(String::from("bytes on disk for each command, everything included"), "160", &|run| {
            run.window.bytes_each
        }),
        row(String::from("replay into all views, events a second of wall-clock time"), "", &|run| {
            run.replayed.rate
        }),
        row(String::from("replay, events a second of processor time"), "1,300,000", &|run| {
            run.replayed.cpu_rate
        }),
        row(String::from("events in a log of W"), "", &|run| run.replayed.events as f64),
    ];
    Table { title: String::from("W in the engine"), columns: words(&["what", "acquaint", "target"]), rows }
}

fn real(runs: &[Run], inputs: &[&str]) -> Table {
    let rows = inputs.iter().enumerate().map(|(place, name)| {
        let figure = |figure: fn(&Rates) -> f64| by_run(runs, |run| figure(&run.real[place]));
        vec![
            Cell::Name((*name).to_owned()),
            Cell::Runs(figure(|rates| rates.commands), 0),
            Cell::Runs(figure(|rates| rates.decided), 0),
            Cell::Runs(figure(|rates| rates.durable), 0),
        ]
    });
    Table {
        title: String::from("Real inputs, by W's rules"),
        columns: words(&[
            "input",
            "commands",
            "decided in memory, a second of processor time",
            "durable, 1024 outstanding, a second",
        ]),
        rows: rows.collect(),
    }
}

fn latency(runs: &[Run]) -> Table {
    let row = |what: String, figure: &dyn Fn(&Run) -> f64| {
        let micros = by_run(runs, |run| 1e6 * figure(run));
        let of_raw = by_run(runs, |run| figure(run) / run.raw);
        vec![Cell::Name(what), Cell::Runs(micros, 0), Cell::Runs(of_raw, 2)]
    };
    let rows = vec![
        row(String::from("one raw synced write"), &|run| run.raw),
        row(String::from("one caller"), &|run| run.alone.p50),
        row(format!("{CALLERS} callers"), &|run| run.callers.p50),
        row(format!("{WINDOW} outstanding, a group of them"), &|run| run.window.p50),
    ];
    Table {
        title: String::from("Latency, microseconds"),
        columns: words(&["what", "p50", "p50 / raw"]),
        rows,
    }
}

/// What a checkpoint of all of W saves and costs.
fn checkpoint(runs: &[Run]) -> Table {
    let row = |what: &str, digits: usize, figure: &dyn Fn(&Run) -> f64| {
        vec![Cell::Name(what.to_owned()), Cell::Runs(by_run(runs, figure), digits)]
    };
    let rows = vec![
        row("start from the first event, seconds", 2, &|run| run.checkpoint.without),
        row("start from a checkpoint of the last event, seconds", 2, &|run| run.checkpoint.with),
        row("speed-up", 1, &|run| run.checkpoint.without / run.checkpoint.with),
        row("writing the checkpoint, seconds", 2, &|run| run.checkpoint.write),
        row("size of the checkpoint, bytes", 0, &|run| run.checkpoint.bytes as f64),
        row("size of the checkpoint, bytes for each event in the log", 1, &|run| {
            run.checkpoint.bytes as f64 / run.replayed.events as f64
        }),
    ];
    Table { title: String::from("A checkpoint of all of W"), columns: words(&["what", "acquaint"]), rows }
}

/// Latency with and without checkpoints written continuously.
fn checkpointed(runs: &[Run]) -> Table {
    type Figure = fn(&Durable) -> f64;
    let row = |what: &str,
               which: &str,
               without: fn(&Run) -> &Durable,
               with: fn(&Run) -> &Durable,
               figure: Figure| {
        let of = |run: fn(&Run) -> &Durable| by_run(runs, |of| 1e6 * figure(run(of)));
        let times = by_run(runs, |run| figure(with(run)) / figure(without(run)));
        vec![
            Cell::Name(format!("{what}, {which}")),
            Cell::Runs(of(without), 0),
            Cell::Runs(of(with), 0),
            Cell::Runs(times, 2),
        ]
    };
    let figures: [(&str, Figure); 3] =
        [("p50", |durable| durable.p50), ("p99", |durable| durable.p99), ("p99.9", |durable| durable.p999)];
    let callers = figures.iter().map(|(which, figure)| {
        row(
            &format!("{CALLERS} callers"),
            which,
            |run| &run.callers,
            |run| &run.callers_checkpointed,
            *figure,
        )
    });
    let window = figures.iter().map(|(which, figure)| {
        row(
            &format!("{WINDOW} outstanding, all of W"),
            which,
            |run| &run.window,
            |run| &run.window_checkpointed,
            *figure,
        )
    });
    Table {
        title: String::from("Latency, microseconds, with checkpoints written continuously"),
        columns: words(&["what", "without", "with", "with / without"]),
        rows: callers.chain(window).collect(),
    }
}

/// Each peer, compared with the measurement of ours that sends commands in the same way.
fn peers(runs: &[Run]) -> Table {
    let row = |(place, peer): (usize, &Peer)| {
        let (which, ours): (String, fn(&Run) -> f64) = match peer {
            Peer::PostgresOne | Peer::SqliteOne | Peer::RedisOne => {
                (String::from("one caller"), |run| run.alone.rate)
            }
            Peer::PostgresMany => (format!("{CALLERS} callers"), |run| run.callers.rate),
            Peer::PostgresBatch | Peer::SqliteBatch | Peer::RedisPipeline => {
                (format!("{WINDOW} outstanding"), |run| run.window.rate)
            }
        };
        let rates: Option<Vec<f64>> =
            runs.iter().map(|run| run.peers.get(place).copied().flatten()).collect();
        let mut cells = vec![Cell::Name(peer.name().to_owned())];
        match rates {
            Some(rates) => {
                let times = runs.iter().zip(&rates).map(|(run, rate)| ours(run) / rate).collect();
                let window = runs.iter().zip(&rates).map(|(run, rate)| run.window.rate / rate).collect();
                cells.extend([
                    Cell::Runs(rates, 0),
                    Cell::Name(which),
                    Cell::Runs(times, 1),
                    Cell::Runs(window, 1),
                ]);
            }
            None => cells.extend(vec![Cell::None("not installed"); 4]),
        }
        cells
    };
    Table {
        title: String::from("Peers, durable, commands a second"),
        columns: words(&[
            "system",
            "commands a second",
            "compared with ours,",
            "ours / peer",
            "ours, 1024 outstanding / peer",
        ]),
        rows: Peer::ALL.iter().enumerate().map(row).collect(),
    }
}

fn outcomes(expected: Outcomes) -> Table {
    let row = |outcome: &Outcome| {
        let count = expected.of(*outcome) as f64;
        vec![Cell::Name(format!("{outcome:?}").to_lowercase()), Cell::Runs(vec![count], 0)]
    };
    Table {
        title: String::from("Outcomes of W, the same everywhere"),
        columns: words(&["outcome", "commands"]),
        rows: Outcome::ALL.iter().map(row).collect(),
    }
}
