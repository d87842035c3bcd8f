//! The report as one HTML file: charts are inline SVG, nothing is loaded, and no script runs.

use std::io::{self, Write};

use acquaint_audit::{RuleFinding, findings};
use acquaint_backtest::{Cell, Class, Slice};
use acquaint_domain::Verdict;

use maud::Render as _;

use super::answer::{figures, provenance};
use super::{Differences, WARNING, WhatIf, outcome, tables};
use crate::charts::{BarPart, Stack, stacked};
use crate::listing::ListingRow;
use crate::moments::rfc3339;
use crate::rule_text::finding_text;

/// The stylesheet, for narrow and wide screens, light and dark. Tables scroll in boxes, so that the page never scrolls
/// sideways.
const STYLE: &str = "\
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif;\
--harm:#b3261e;--good:#1b7f4b;--rest:#7d828c;--held:#a86a00;--allowed:#2f6fdb}\
@media(prefers-color-scheme:dark){:root{--harm:#f2766b;--good:#57c98b;--rest:#9aa0ab;--held:#e5a63c;--allowed:#7aa8ff}}\
body{max-width:60rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}\
h1{font-size:1.6rem;line-height:1.25}h2{font-size:1.2rem;margin-bottom:.3rem}h3{font-size:1rem;margin-bottom:.2rem}\
.scroll{overflow-x:auto;margin:.5rem 0}\
table{border-collapse:collapse;font-variant-numeric:tabular-nums}\
th,td{border-bottom:1px solid #8886;padding:.2rem .6rem .2rem 0;text-align:left;vertical-align:top}\
.scroll th,.scroll td{overflow-wrap:normal;white-space:nowrap}.scroll td:first-child{min-width:8rem;white-space:normal}\
.facts th{overflow-wrap:normal;min-width:5rem}\
.n{text-align:right}svg{display:block;overflow:visible}svg text{font-size:13px;fill:currentColor}\
.harm{fill:var(--harm);background:var(--harm)}.good{fill:var(--good);background:var(--good)}\
.rest{fill:var(--rest);background:var(--rest)}.held{fill:var(--held);background:var(--held)}\
.allowed{fill:var(--allowed);background:var(--allowed)}\
.key{display:flex;flex-wrap:wrap;gap:.1rem 1rem;list-style:none;padding:0}\
.key i{display:inline-block;width:.8em;height:.8em;margin-right:.4em}\
.warning{border-left:.3rem solid var(--held);padding:.2rem 1rem}details{margin:.3rem 0}\
.ladders{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(16rem,100%),1fr));gap:0 1.5rem}\
.ladders ol{padding-left:1.6rem;margin:.2rem 0}";

/// Writes the report as one file for a browser.
pub fn page(asked: &WhatIf<'_>, out: &mut dyn Write) -> io::Result<()> {
    let title = format!("What if: {} against {}", asked.candidate, asked.against);
    let title = escaped(&title);
    writeln!(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(
        out,
        "<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>"
    )?;
    writeln!(out, "<p class=\"warning\">{}</p>", escaped(WARNING))?;
    writeln!(out, "<table class=\"facts\">")?;
    for (name, text) in figures(asked).into_iter().chain(provenance(asked)) {
        writeln!(out, "<tr><th scope=\"row\">{name}</th><td>{}</td></tr>", escaped(&text))?;
    }
    writeln!(out, "</table>")?;
    conditions(asked, out)?;
    differences(asked, out)?;
    writeln!(out, "<h2>Newly stopped, and newly allowed</h2>")?;
    key(out)?;
    let weeks = asked.report.weeks.iter().map(|(begins, slice)| (tables::day(*begins), parts(slice)));
    writeln!(out, "{}", stacked("by week", &weeks.collect::<Vec<_>>()).into_string())?;
    table("By week", &tables::SLICE_COLUMNS, &tables::weeks(asked.report), out)?;
    let sent = asked.report.tiers.iter().filter(|(_, slice)| slice.sends > 0);
    let tiers = sent.map(|(tier, slice)| (tables::tier(*tier).to_owned(), parts(slice)));
    writeln!(out, "{}", stacked("by tier", &tiers.collect::<Vec<_>>()).into_string())?;
    table("By tier", &tables::SLICE_COLUMNS, &tables::tiers(asked.report), out)?;
    table("Old outcome, new outcome", &tables::CELL_COLUMNS, &tables::cells(asked.report), out)?;
    writeln!(out, "{}", stacked("newly stopped, by old and new outcome", &stopped(asked)).into_string())?;
    table("Newly stopped, by reason", &tables::REASON_COLUMNS, &tables::reasons(asked.report), out)?;
    table("Rules that decided the differences", &tables::RULE_COLUMNS, &tables::rules(asked.report), out)?;
    table("Rules on trial: would stop", &tables::TRIAL_COLUMNS, &tables::trials(asked.report), out)?;
    writeln!(out, "<h2>Samples</h2>")?;
    asked.report.cells.iter().try_for_each(|cell| samples(cell, out))?;
    writeln!(out, "</main>\n</body>\n</html>")
}

fn conditions(asked: &WhatIf<'_>, out: &mut dyn Write) -> io::Result<()> {
    for condition in asked.fail_on {
        let (part, whole) = condition.measured(asked.report);
        let result = match condition.is_met(asked.report) {
            Some(true) => "met: the replay fails",
            Some(false) => "not met",
            None => "cannot be measured: the replay fails",
        };
        writeln!(
            out,
            "<p><code>{}</code>: {part} of {whole}, {result}</p>",
            escaped(&condition.to_string())
        )?;
    }
    Ok(())
}

/// How the candidate differs from the other policy.
fn differences(asked: &WhatIf<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Differences { than, lines } = &asked.differences;
    writeln!(out, "<h2>How {} differs from {}</h2>", escaped(&asked.candidate), escaped(than))?;
    if lines.is_empty() {
        return writeln!(out, "<p>Not at all: they say the same.</p>");
    }
    writeln!(out, "<ul>")?;
    lines.iter().try_for_each(|line| writeln!(out, "<li>{}</li>", escaped(line)))?;
    writeln!(out, "</ul>")
}

const KEY: [(&str, &str); 5] = [
    ("harm", "newly refused, accepted in history"),
    ("good", "newly refused, reported in history"),
    ("rest", "newly refused, the rest"),
    ("held", "newly held"),
    ("allowed", "newly allowed"),
];

fn key(out: &mut dyn Write) -> io::Result<()> {
    write!(out, "<ul class=\"key\">")?;
    for (class, text) in KEY {
        write!(out, "<li><i class=\"{class}\"></i>{text}</li>")?;
    }
    writeln!(out, "</ul>")
}

fn parts(slice: &Slice) -> Vec<BarPart> {
    let Slice { newly_refused, newly_refused_accepted, newly_refused_reported, .. } = *slice;
    let rest = newly_refused.saturating_sub(newly_refused_accepted + newly_refused_reported);
    let values =
        [newly_refused_accepted, newly_refused_reported, rest, slice.newly_held, slice.newly_allowed];
    KEY.iter().zip(values).map(|((kind, label), count)| BarPart { kind, label, count }).collect()
}

fn stopped(asked: &WhatIf<'_>) -> Vec<Stack> {
    let is_new = |cell: &&Cell| matches!(cell.class(), Class::NewlyRefused | Class::NewlyHeld);
    let row = |cell: &Cell| {
        let (accepted, reported) = (cell.outcomes.accepted, cell.outcomes.reported);
        let rest = cell.sends.saturating_sub(accepted + reported);
        let values =
            [("harm", "accepted", accepted), ("good", "reported", reported), ("rest", "the rest", rest)];
        let parts = values.map(|(kind, label, count)| BarPart { kind, label, count });
        (outcome(cell.new), parts.into_iter().collect())
    };
    asked.report.cells.iter().filter(is_new).map(row).collect()
}

fn table(title: &str, columns: &[&str], rows: &[ListingRow], out: &mut dyn Write) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let label = escaped(title);
    writeln!(
        out,
        "<h2>{label}</h2>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{label}\">"
    )?;
    writeln!(out, "<table>\n<tr>")?;
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
    writeln!(out, "</table>\n</div>")
}

fn samples(cell: &Cell, out: &mut dyn Write) -> io::Result<()> {
    let head = format!("{} -> {}: {} sends", outcome(cell.old), outcome(cell.new), cell.sends);
    writeln!(out, "<h3>{}</h3>", escaped(&head))?;
    for sample in cell.samples() {
        let (request, at) = (sample.request, rfc3339(sample.at));
        writeln!(out, "<details><summary>{request}, {at}</summary>\n<div class=\"ladders\">")?;
        for (name, verdict) in [("old rules", &sample.old), ("new rules", &sample.new)] {
            rules(name, verdict, out)?;
        }
        writeln!(out, "</div></details>")?;
    }
    Ok(())
}

fn rules(name: &str, verdict: &Verdict, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "<section><b>{name}</b><ol>")?;
    for found in findings(verdict) {
        let RuleFinding { rule, finding, code, .. } = &found;
        let code = code.map(|code| format!(" {code}")).unwrap_or_default();
        write!(out, "<li><b>{rule}</b> {finding}{code}: {}</li>", escaped(&finding_text(&found)))?;
    }
    writeln!(out, "</ol></section>")
}

/// The text, escaped for HTML.
fn escaped(text: &str) -> String {
    text.render().into_string()
}
