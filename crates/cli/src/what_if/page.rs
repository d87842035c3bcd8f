//! The report as one HTML file: charts are inline SVG, nothing is loaded, and there are no scripts.

use std::io::{self, Write};

use acquaint_audit::{Rung, rungs};
use acquaint_backtest::{Cell, Class, Slice};
use acquaint_domain::Verdict;

use super::charts::{Part, bars, escaped};
use super::{Told, WARNING, report, tables, told};
use crate::render::Row;
use crate::values::rfc3339;

const STYLE: &str = "\
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}\
body{max-width:60rem;margin:2rem auto;padding:0 1rem}\
table{border-collapse:collapse;margin:.5rem 0;font-variant-numeric:tabular-nums}\
th,td{border-bottom:1px solid #8886;padding:.2rem .7rem;text-align:left;vertical-align:top}\
.n{text-align:right}svg{max-width:100%;height:auto}svg text{font-size:12px;fill:currentColor}\
.harm{fill:#b3261e}.good{fill:#1b7f4b}.rest{fill:#8a8f98}.held{fill:#b37400}.allowed{fill:#2f6fdb}\
.key span{display:inline-block;width:.8em;height:.8em;margin:0 .3em 0 1em}\
.warning{border-left:.3rem solid #b37400;padding:.2rem 1rem}details{margin:.3rem 0}";

pub(super) fn write(asked: &Told<'_>, out: &mut dyn Write) -> io::Result<()> {
    let title = format!("What if: {} beside {}", asked.candidate, asked.against);
    let title = escaped(&title);
    writeln!(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(
        out,
        "<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>"
    )?;
    writeln!(out, "<p class=\"warning\">{}</p>", escaped(WARNING))?;
    writeln!(out, "<table>")?;
    for (name, text) in report::figures(asked) {
        writeln!(out, "<tr><th scope=\"row\">{name}</th><td>{}</td></tr>", escaped(&text))?;
    }
    writeln!(out, "</table>")?;
    conditions(asked, out)?;
    writeln!(out, "<h2>Newly stopped, and newly allowed</h2>")?;
    key(out)?;
    let weeks = asked.report.weeks.iter().map(|(begins, slice)| (tables::day(*begins), parts(slice)));
    out.write_all(bars("by week", &weeks.collect::<Vec<_>>()).as_bytes())?;
    table("By week", &tables::SLICE_COLUMNS, &tables::weeks(asked.report), out)?;
    let sent = asked.report.tiers.iter().filter(|(_, slice)| slice.sends > 0);
    let tiers = sent.map(|(tier, slice)| (tables::tier(*tier).to_owned(), parts(slice)));
    out.write_all(bars("by tier", &tiers.collect::<Vec<_>>()).as_bytes())?;
    table("By tier", &tables::SLICE_COLUMNS, &tables::tiers(asked.report), out)?;
    table("Old outcome, new outcome", &tables::CELL_COLUMNS, &tables::cells(asked.report), out)?;
    out.write_all(bars("newly stopped, by old and new outcome", &stopped(asked)).as_bytes())?;
    table("Newly stopped, by reason", &tables::REASON_COLUMNS, &tables::reasons(asked.report), out)?;
    table("Rules that decided the differences", &tables::RULE_COLUMNS, &tables::rules(asked.report), out)?;
    writeln!(out, "<h2>Samples</h2>")?;
    asked.report.cells.iter().try_for_each(|cell| samples(cell, out))?;
    writeln!(out, "</main>\n</body>\n</html>")
}

fn conditions(asked: &Told<'_>, out: &mut dyn Write) -> io::Result<()> {
    for gate in &asked.asked.fail_on {
        let (part, whole) = gate.measured(asked.report);
        let so = if gate.is_met(asked.report) { "so: this fails" } else { "not so" };
        writeln!(out, "<p><code>{}</code>: {part} of {whole}, {so}</p>", escaped(&gate.to_string()))?;
    }
    Ok(())
}

const KEY: [(&str, &str, &str); 5] = [
    ("harm", "#b3261e", "newly refused, accepted in history"),
    ("good", "#1b7f4b", "newly refused, reported in history"),
    ("rest", "#8a8f98", "newly refused, the rest"),
    ("held", "#b37400", "newly held"),
    ("allowed", "#2f6fdb", "newly allowed"),
];

fn key(out: &mut dyn Write) -> io::Result<()> {
    write!(out, "<p class=\"key\">")?;
    for (_, color, text) in KEY {
        write!(out, "<span style=\"background:{color}\"></span>{text}")?;
    }
    writeln!(out, "</p>")
}

fn parts(slice: &Slice) -> Vec<Part> {
    let Slice { newly_refused, newly_refused_accepted, newly_refused_reported, .. } = *slice;
    let rest = newly_refused.saturating_sub(newly_refused_accepted + newly_refused_reported);
    let values =
        [newly_refused_accepted, newly_refused_reported, rest, slice.newly_held, slice.newly_allowed];
    KEY.iter().zip(values).map(|((class, _, label), value)| Part { class, label, value }).collect()
}

fn stopped(asked: &Told<'_>) -> Vec<(String, Vec<Part>)> {
    let is_new = |cell: &&Cell| matches!(cell.class(), Class::NewlyRefused | Class::NewlyHeld);
    let row = |cell: &Cell| {
        let (accepted, reported) = (cell.fates.accepted, cell.fates.reported);
        let rest = cell.sends.saturating_sub(accepted + reported);
        let values =
            [("harm", "accepted", accepted), ("good", "reported", reported), ("rest", "the rest", rest)];
        let parts = values.map(|(class, label, value)| Part { class, label, value });
        (told(cell.new), parts.into_iter().collect())
    };
    asked.report.cells.iter().filter(is_new).map(row).collect()
}

fn table(title: &str, columns: &[&str], rows: &[Row], out: &mut dyn Write) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h2>{title}</h2>\n<table>\n<tr>")?;
    columns.iter().try_for_each(|column| write!(out, "<th scope=\"col\">{column}</th>"))?;
    writeln!(out, "</tr>")?;
    for row in rows {
        write!(out, "<tr>")?;
        for cell in &row.cells {
            let is_number = !cell.is_empty() && cell.chars().all(|c| c.is_ascii_digit());
            let class = if is_number { " class=\"n\"" } else { "" };
            write!(out, "<td{class}>{}</td>", escaped(cell))?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</table>")
}

fn samples(cell: &Cell, out: &mut dyn Write) -> io::Result<()> {
    let head = format!("{} -> {}: {} sends", told(cell.old), told(cell.new), cell.sends);
    writeln!(out, "<h3>{}</h3>", escaped(&head))?;
    for sample in cell.samples() {
        let (request, at) = (sample.request, rfc3339(sample.at));
        writeln!(
            out,
            "<details><summary>{request}, {at}</summary>\n<table>\n<tr><th scope=\"col\">old ladder</th>"
        )?;
        writeln!(out, "<th scope=\"col\">new ladder</th></tr>\n<tr>")?;
        for verdict in [&sample.old, &sample.new] {
            ladder(verdict, out)?;
        }
        writeln!(out, "</tr>\n</table></details>")?;
    }
    Ok(())
}

fn ladder(verdict: &Verdict, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "<td><ol>")?;
    for Rung { rule, finding, code, text, .. } in rungs(verdict) {
        let code = code.map(|code| format!(" {code}")).unwrap_or_default();
        write!(out, "<li><b>{rule}</b> {finding}{code}: {}</li>", escaped(&text))?;
    }
    writeln!(out, "</ol></td>")
}
