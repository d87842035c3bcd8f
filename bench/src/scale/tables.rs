//! The tables of the page, with the slopes.

use serde_json::Value;

use super::{Built, Written};
use crate::Problem;
use crate::page::{Cell, Table, words};

pub(super) fn all(written: &[Written], built: &[Built]) -> Result<Vec<Table>, Problem> {
    Ok(vec![logs(written)?, slopes(written)?, graphs(built)?, questions(built)?])
}

fn number(found: &Value, name: &str) -> Result<f64, Problem> {
    found[name].as_f64().ok_or_else(|| format!("a part did not return `{name}`").into())
}

fn figure(value: f64, digits: usize) -> Cell {
    Cell::Runs(vec![value], digits)
}

fn logs(written: &[Written]) -> Result<Table, Problem> {
    let columns = words(&[
        "members",
        "commands",
        "events",
        "log, bytes",
        "durable, commands a second",
        "replay, events a second",
        "memory, bytes",
        "`why`, p50, microseconds",
        "p99",
    ]);
    let row = |log: &Written| -> Result<Vec<Cell>, Problem> {
        let read = |name| number(&log.read, name);
        Ok(vec![
            figure(log.scale.members.into(), 0),
            figure(log.commands as f64, 0),
            figure(read("events")?, 0),
            figure(log.bytes as f64, 0),
            figure(log.rate, 0),
            figure(read("events")? / read("seconds")?, 0),
            figure(read("bytes")?, 0),
            figure(1e6 * read("why_p50")?, 0),
            figure(1e6 * read("why_p99")?, 0),
        ])
    };
    let rows = written.iter().map(row).collect::<Result<_, _>>()?;
    Ok(Table { title: String::from("Logs"), columns, rows })
}

/// The cost of a member and of a command, fitted over all sizes, and the growth of time.
fn slopes(written: &[Written]) -> Result<Table, Problem> {
    let sizes: Vec<[f64; 2]> =
        written.iter().map(|log| [f64::from(log.scale.members), log.commands as f64]).collect();
    let memory = written.iter().map(|log| number(&log.read, "bytes")).collect::<Result<Vec<f64>, _>>()?;
    let disk: Vec<f64> = written.iter().map(|log| log.bytes as f64).collect();
    let events = written.iter().map(|log| number(&log.read, "events")).collect::<Result<Vec<f64>, _>>()?;
    let seconds = written.iter().map(|log| number(&log.read, "seconds")).collect::<Result<Vec<f64>, _>>()?;
    let pair = |what: &str, [member, command]: [f64; 2]| {
        vec![Cell::Name(what.to_owned()), figure(member, 0), figure(command, 0)]
    };
    let rows = vec![
        pair("memory, bytes", fitted(&sizes, &memory)),
        pair("log, bytes", fitted(&sizes, &disk)),
        vec![
            Cell::Name(String::from("replay time grows as the number of events to the power of")),
            Cell::None("of both"),
            figure(power(&events, &seconds), 2),
        ],
    ];
    let columns = words(&["what", "each member", "each command"]);
    Ok(Table { title: String::from("Slopes, by least squares of relative errors"), columns, rows })
}

/// Fits two factors so that the sizes come nearest to the totals, by least squares of relative errors.
fn fitted(sizes: &[[f64; 2]], totals: &[f64]) -> [f64; 2] {
    let (mut aa, mut ab, mut bb, mut at, mut bt) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for ([a, b], total) in sizes.iter().zip(totals) {
        let (a, b) = (a / total, b / total);
        aa += a * a;
        ab += a * b;
        bb += b * b;
        at += a;
        bt += b;
    }
    let determinant = aa * bb - ab * ab;
    [(at * bb - bt * ab) / determinant, (bt * aa - at * ab) / determinant]
}

/// The slope of `ln what` over `ln of`.
fn power(of: &[f64], what: &[f64]) -> f64 {
    let logs: Vec<(f64, f64)> = of.iter().zip(what).map(|(of, what)| (of.ln(), what.ln())).collect();
    let count = logs.len() as f64;
    let (of, what) = logs.iter().fold((0.0, 0.0), |sum, log| (sum.0 + log.0 / count, sum.1 + log.1 / count));
    let above: f64 = logs.iter().map(|log| (log.0 - of) * (log.1 - what)).sum();
    above / logs.iter().map(|log| (log.0 - of).powi(2)).sum::<f64>()
}

fn graphs(built: &[Built]) -> Result<Table, Problem> {
    let columns = words(&[
        "members",
        "connections",
        "open requests",
        "bytes a member",
        "bytes a connection, both ends",
        "of these, neighbours only",
        "bytes an open request",
        "connections a second",
    ]);
    let row = |graph: &Built| -> Result<Vec<Cell>, Problem> {
        let found = |name| number(&graph.found, name);
        let [members, connections, open] = graph.size.map(f64::from);
        let connection = found("connected_bytes")? / (found("ends")? / 2.0);
        Ok(vec![
            figure(members, 0),
            figure(connections, 0),
            figure(open, 0),
            figure(found("members_bytes")? / members, 0),
            figure(connection, 1),
            figure(connection * NEIGHBOUR_SHARE, 1),
            figure(found("open_bytes")? / open, 0),
            figure(connections / found("connected_seconds")?, 0),
        ])
    };
    let rows = built.iter().map(row).collect::<Result<_, _>>()?;
    Ok(Table { title: String::from("Graphs in memory"), columns, rows })
}

/// The neighbour's number is 4 bytes of a connection's end; the others, in a separate row, are its evidence.
const NEIGHBOUR_SHARE: f64 = {
    let neighbour = size_of::<acquaint_domain::MemberId>() as f64;
    neighbour / (neighbour + size_of::<acquaint_domain::Connection>() as f64)
};

fn questions(built: &[Built]) -> Result<Table, Problem> {
    let columns = words(&[
        "members",
        "connections",
        "distance, p50, microseconds",
        "p99",
        "mutual connections, p50, microseconds",
        "p99",
        "pairs queried: beyond 3 steps, 1, 2, 3",
    ]);
    let row = |graph: &Built| -> Result<Vec<Cell>, Problem> {
        let micros = |name| Ok::<_, Problem>(figure(1e6 * number(&graph.found, name)?, 1));
        Ok(vec![
            figure(graph.size[0].into(), 0),
            figure(graph.size[1].into(), 0),
            micros("distance_p50")?,
            micros("distance_p99")?,
            micros("mutuals_p50")?,
            micros("mutuals_p99")?,
            Cell::Name(graph.found["degrees"].to_string()),
        ])
    };
    let rows = built.iter().map(row).collect::<Result<_, _>>()?;
    Ok(Table { title: String::from("Queries on the graph"), columns, rows })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_factors_and_powers_are_recovered() {
        let sizes = [[10.0, 500.0], [100.0, 700.0], [1000.0, 900.0]];
        let totals = sizes.map(|[a, b]| 7.0 * a + 3.0 * b);
        let [a, b] = fitted(&sizes, &totals);
        assert!((a - 7.0).abs() < 1e-6 && (b - 3.0).abs() < 1e-6, "{a} {b}");
        let of = [1.0, 10.0, 100.0];
        assert!((power(&of, &of.map(|x: f64| 5.0 * x.powf(1.5))) - 1.5).abs() < 1e-9);
    }
}
