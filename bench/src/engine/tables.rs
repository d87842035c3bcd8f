//! The tables of the page, from what the runs measured.

use super::model::{Outcome, Outcomes};
use super::{CALLERS, Run, WINDOW};
use crate::page::{Cell, Table, by_run, words};

pub(super) fn all(runs: &[Run], expected: Outcomes) -> Vec<Table> {
    vec![ours(runs), latency(runs), outcomes(expected)]
}

fn ours(runs: &[Run]) -> Table {
    let row = |what: String, target: &str, figure: &dyn Fn(&Run) -> f64| {
        vec![Cell::Name(what), Cell::Runs(by_run(runs, figure), 0), Cell::Name(target.to_owned())]
    };
    let rows = vec![
        row(String::from("decided in memory, one thread, commands a second"), "500,000", &|run| {
            run.decided[0]
        }),
        row(String::from("decided in memory and encoded"), "", &|run| run.decided[1]),
        row(String::from("decided in memory, the article's spam filter on trial"), "", &|run| run.decided[2]),
        row(format!("durable, {WINDOW} outstanding, commands a second"), "300,000", &|run| run.window.rate),
        row(format!("durable, {CALLERS} callers"), "100,000", &|run| run.callers.rate),
        row(String::from("durable, one caller"), "", &|run| run.alone.rate),
        row(String::from("bytes on disk a command, everything included"), "160", &|run| {
            run.window.bytes_each
        }),
        row(String::from("replay into all views, events a second that passes"), "", &|run| run.replayed.rate),
        row(String::from("replay, events a second of processor time"), "1,300,000", &|run| {
            run.replayed.cpu_rate
        }),
        row(String::from("events a log of W holds"), "", &|run| run.replayed.events as f64),
    ];
    Table { title: String::from("W in the engine"), columns: words(&["what", "acquaint", "wanted"]), rows }
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
        title: String::from("Until the answer, microseconds"),
        columns: words(&["what", "p50", "p50 / raw"]),
        rows,
    }
}

fn outcomes(expected: Outcomes) -> Table {
    let row = |outcome: &Outcome| {
        let count = expected.of(*outcome) as f64;
        vec![Cell::Name(format!("{outcome:?}").to_lowercase()), Cell::Runs(vec![count], 0)]
    };
    Table {
        title: String::from("What comes of W, everywhere"),
        columns: words(&["outcome", "commands"]),
        rows: Outcome::ALL.iter().map(row).collect(),
    }
}
