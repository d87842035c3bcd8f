//! The report of a replay, as text and as JSON.

use std::io::{self, Write};

use acquaint_audit::{RuleFinding, findings};
use acquaint_backtest::{Cell, Class, Mode, ReplayReport, Sample};
use acquaint_domain::{Outcome, Verdict};
use serde_json::{Value, json};

use super::{WARNING, WhatIf, outcome, tables};
use crate::format::Format;
use crate::listing::{Listing, ListingRow, listing};
use crate::moments::rfc3339;
use crate::rule_text::finding_text;
use crate::wrap::paragraph;

/// The mode, with an explanation.
pub(super) fn mode(report: &ReplayReport) -> &'static str {
    match report.mode {
        Mode::Open => "open: every send is judged in the state that history had",
        Mode::Closed => "closed: what followed from a request that is not let through is left out of history",
    }
}

/// The figures at the beginning of a report, each with its name.
pub(super) fn figures(asked: &WhatIf<'_>) -> Vec<(&'static str, String)> {
    let ReplayReport { all, events, observed, .. } = asked.report;
    let (least, most) = asked.report.accepted();
    let refused = format!(
        "{} ({}), of which history shows {} accepted and {} reported",
        all.newly_refused,
        tables::share(all.newly_refused, all.sends),
        all.newly_refused_accepted,
        all.newly_refused_reported
    );
    let harm = tables::share(all.newly_refused_accepted, all.accepted);
    let mut figures = vec![
        ("policy", asked.candidate.clone()),
        ("against", asked.against.clone()),
        ("mode", mode(asked.report).to_owned()),
        ("sends", format!("{} judged again, in {events} events", all.sends)),
        ("newly refused", refused),
        ("newly held", all.newly_held.to_string()),
        ("newly allowed", all.newly_allowed.to_string()),
        ("other reason", all.changed_reason.to_string()),
        ("unknown", format!("{} would be let through, but history has no answers to them", all.unknown)),
        ("accepted", format!("{} in history; {harm} of them newly refused", all.accepted)),
        ("would be", format!("accepted: {least} at least, {most} at most")),
    ];
    if *observed > 0 {
        figures.insert(4, ("imported", format!("{observed} of them: both policies judged these")));
    }
    figures.extend(caveats(asked.report));
    figures
}

/// The history that was judged again, and when the report was made.
pub(super) fn provenance(asked: &WhatIf<'_>) -> Vec<(&'static str, String)> {
    let log = match &asked.source.log {
        Some((log, head)) => format!("{log}, events 1 to {}; head of the chain {head}", asked.report.events),
        None => format!("in memory, events 1 to {}", asked.report.events),
    };
    let mut facts = vec![("log", log)];
    if let Some(last) = asked.report.last_at {
        facts.push(("last event", rfc3339(last)));
    }
    facts.push(("made", rfc3339(asked.source.made)));
    facts
}

/// What could not be judged or counted as it was at the time.
fn caveats(report: &ReplayReport) -> Vec<(&'static str, String)> {
    let mut caveats = Vec::new();
    if report.erased > 0 {
        let what = "texts are erased; they were judged on what the recorded evidence still shows of them";
        caveats.push(("erased", format!("{} {what}", report.erased)));
    }
    if report.crossings_lost > 0 {
        let what = "crossings would have lacked one of their two requests";
        caveats.push(("crossings", format!("{} {what}", report.crossings_lost)));
    }
    if report.accepted_too_late > 0 {
        let what = "accepted in history after they would have expired; not counted as accepted";
        caveats.push(("too late", format!("{} {what}", report.accepted_too_late)));
    }
    if report.open_longer > 0 {
        let what = "expired in history, but would have been open longer; their answers are unknown";
        caveats.push(("open longer", format!("{} {what}", report.open_longer)));
    }
    if report.other_ladder > 0 {
        let what = "with the same outcome, although some rule found other numbers";
        caveats.push(("same outcome", format!("{} {what}", report.other_ladder)));
    }
    for (rule, times) in &report.unevaluated {
        caveats.push(("not evaluated", format!("{}: {times} times", rule.name())));
    }
    caveats
}

/// Writes the report for people, in 80 columns.
pub fn text(asked: &WhatIf<'_>, out: &mut dyn Write) -> io::Result<()> {
    let report = asked.report;
    writeln!(out, "what if: history judged again")?;
    for (name, text) in figures(asked) {
        paragraph(&format!("  {name:<14} "), &text, out)?;
    }
    let table = |title: &str, columns: &[&'static str], rows: Vec<ListingRow>, out: &mut dyn Write| {
        if rows.is_empty() {
            return Ok(());
        }
        writeln!(out)?;
        let (title, columns) = (title.to_owned(), columns.to_vec());
        listing(&Listing { schema: "", title, context: Vec::new(), columns, rows }, Format::Human, out)
    };
    table("Old outcome, new outcome", &tables::CELL_COLUMNS, tables::cells(report), out)?;
    table("Rules on trial: would stop", &tables::TRIAL_COLUMNS, tables::trials(report), out)?;
    if report.differences() > 0 {
        table("Newly stopped, by reason", &tables::REASON_COLUMNS, tables::reasons(report), out)?;
        table("Rules that decided the differences", &tables::RULE_COLUMNS, tables::rules(report), out)?;
        table("By tier: newly ...", &tables::SLICE_COLUMNS, tables::tiers(report), out)?;
        table("By week: newly ...", &tables::SLICE_COLUMNS, tables::weeks(report), out)?;
        samples(report, out)?;
    }
    writeln!(out)?;
    paragraph("", WARNING, out)
}

/// Sample requests with different outcomes, to ask `why` about.
fn samples(report: &ReplayReport, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\nSamples (rules of both: --format json or html, or `why REQUEST --under POLICY`)")?;
    for cell in report.cells.iter().filter(|cell| cell.class() != Class::Same) {
        writeln!(out, "  {} -> {}", outcome(cell.old), outcome(cell.new))?;
        let requests: Vec<String> = cell.samples().iter().map(|sample| sample.request.to_string()).collect();
        paragraph("    ", &requests.join(" "), out)?;
    }
    Ok(())
}

/// The report as JSON.
pub fn json(asked: &WhatIf<'_>) -> Value {
    let report = asked.report;
    let (least, most) = report.accepted();
    let tiers = report.tiers.iter().map(|(tier, slice)| named("tier", tables::tier(*tier), slice));
    let weeks = report.weeks.iter().map(|(begins, slice)| named("week", &tables::day(*begins), slice));
    let unevaluated =
        report.unevaluated.iter().map(|(rule, times)| json!({ "rule": rule.name(), "times": times }));
    let conditions = asked.fail_on.iter().map(|condition| {
        let (part, whole) = condition.measured(report);
        let is_so = condition.is_met(report);
        json!({ "condition": condition.to_string(), "part": part, "whole": whole, "is_so": is_so })
    });
    let mut value = json!({
        "schema": "acquaint.backtest.v1",
        "policy": asked.candidate,
        "against": asked.against,
        "mode": match report.mode { Mode::Open => "open", Mode::Closed => "closed" },
        "from": asked.from.map(rfc3339),
        "to": asked.to.map(rfc3339),
        "events": report.events,
        "last_event_at": report.last_at.map(rfc3339),
        "log": asked.source.log.as_ref().map(|(log, _)| log),
        "head": asked.source.log.as_ref().map(|(_, head)| head),
        "made_at": rfc3339(asked.source.made),
        "differs_from": asked.differences.than,
        "differences": asked.differences.lines,
    });
    let trials = report.trials.iter().map(|(rule, trial)| {
        json!({
            "rule": rule.name(), "times": trial.times, "newly": trial.newly,
            "newly_accepted": trial.newly_accepted, "newly_reported": trial.newly_reported,
        })
    });
    let more = json!({
        "imported": report.observed,
        "would_be_accepted": { "at_least": least, "at_most": most },
        "same_outcome_other_numbers": report.other_ladder,
        "erased": report.erased,
        "crossings_lost": report.crossings_lost,
        "accepted_too_late": report.accepted_too_late,
        "open_longer": report.open_longer,
        "on_trial": trials.collect::<Vec<_>>(),
        "not_evaluated": unevaluated.collect::<Vec<_>>(),
        "cells": report.cells.iter().map(cell_json).collect::<Vec<_>>(),
        "tiers": tiers.collect::<Vec<_>>(),
        "weeks": weeks.collect::<Vec<_>>(),
        "conditions": conditions.collect::<Vec<_>>(),
        "warning": WARNING,
    });
    for part in [tables::slice_json(&report.all), more] {
        if let (Value::Object(value), Value::Object(part)) = (&mut value, part) {
            value.extend(part);
        }
    }
    value
}

fn named(key: &str, name: &str, slice: &acquaint_backtest::Slice) -> Value {
    let mut value = json!({ key: name });
    if let (Value::Object(value), Value::Object(part)) = (&mut value, tables::slice_json(slice)) {
        value.extend(part);
    }
    value
}

fn cell_json(cell: &Cell) -> Value {
    let deciding = cell.deciding.iter().map(
        |(rule, deciding)| json!({ "rule": rule.name(), "times": deciding.times, "alone": deciding.alone }),
    );
    json!({
        "old": outcome_json(cell.old),
        "new": outcome_json(cell.new),
        "class": cell.class().name(),
        "sends": cell.sends,
        "accepted": cell.outcomes.accepted,
        "declined": cell.outcomes.declined,
        "reported": cell.outcomes.reported,
        "ended": cell.outcomes.ended,
        "decided_by": deciding.collect::<Vec<_>>(),
        "samples": cell.samples().into_iter().map(sample_json).collect::<Vec<_>>(),
    })
}

fn outcome_json(outcome: Outcome) -> Value {
    match outcome {
        Outcome::Pass => json!({ "outcome": "passes", "code": null }),
        Outcome::Hold(code) => json!({ "outcome": "held", "code": code.to_string() }),
        Outcome::Refuse(code) => json!({ "outcome": "refused", "code": code.to_string() }),
    }
}

fn sample_json(sample: &Sample) -> Value {
    let rules = |verdict: &Verdict| findings(verdict).iter().map(rule_json).collect::<Vec<_>>();
    json!({
        "request": sample.request.to_string(),
        "at": rfc3339(sample.at),
        "old_ladder": rules(&sample.old),
        "new_ladder": rules(&sample.new),
    })
}

fn rule_json(rule: &RuleFinding) -> Value {
    json!({
        "rule": rule.rule, "finding": rule.finding, "code": rule.code.map(|code| code.to_string()),
        "text": finding_text(rule),
    })
}
