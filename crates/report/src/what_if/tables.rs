//! The tables of a report, as rows.

use acquaint_backtest::{Class, ReplayReport, Slice};
use acquaint_domain::{Outcome, Tier};
use serde_json::{Value, json};

use super::outcome;
use crate::listing::ListingRow;
use crate::moments::rfc3339;

/// The name of a tier.
pub(super) fn tier(tier: Tier) -> &'static str {
    match tier {
        Tier::Free => "free",
        Tier::Premium => "premium",
        Tier::SalesNavigator => "sales-navigator",
    }
}

/// An outcome in short, by its code.
fn short(outcome: Outcome) -> String {
    match outcome {
        Outcome::Pass => "let through".to_owned(),
        Outcome::Hold(code) => format!("held {code}"),
        Outcome::Refuse(code) => code.to_string(),
    }
}

/// A part of a whole, in percent; `-` where the whole is zero.
pub(super) fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    format!("{:.2} %", 100.0 * part as f64 / whole as f64)
}

/// The day of a moment, in ISO 8601.
pub(super) fn day(at: acquaint_domain::Timestamp) -> String {
    rfc3339(at).chars().take(10).collect()
}

pub(super) const CELL_COLUMNS: [&str; 7] =
    ["old", "new", "sends", "accepted", "reported", "declined", "difference"];

/// The matrix of old outcomes and new outcomes.
pub(super) fn cells(report: &ReplayReport) -> Vec<ListingRow> {
    let row = |cell: &acquaint_backtest::Cell| {
        let class = cell.class();
        let difference = if class == Class::Same { "none" } else { class.name() };
        let cells = vec![
            short(cell.old),
            short(cell.new),
            cell.sends.to_string(),
            cell.outcomes.accepted.to_string(),
            cell.outcomes.reported.to_string(),
            cell.outcomes.declined.to_string(),
            difference.to_owned(),
        ];
        ListingRow { cells, value: Value::Null }
    };
    report.cells.iter().map(row).collect()
}

pub(super) const SLICE_COLUMNS: [&str; 8] =
    ["", "sends", "refused", "accepted", "reported", "held", "allowed", "other"];

fn slice_row(name: String, slice: &Slice) -> ListingRow {
    let numbers = [
        slice.sends,
        slice.newly_refused,
        slice.newly_refused_accepted,
        slice.newly_refused_reported,
        slice.newly_held,
        slice.newly_allowed,
        slice.changed_reason,
    ];
    let cells = std::iter::once(name).chain(numbers.map(|number| number.to_string())).collect();
    ListingRow { cells, value: Value::Null }
}

/// One row for each tier that sent anything.
pub(super) fn tiers(report: &ReplayReport) -> Vec<ListingRow> {
    let sent = report.tiers.iter().filter(|(_, slice)| slice.sends > 0);
    sent.map(|(of, slice)| slice_row(tier(*of).to_owned(), slice)).collect()
}

/// One row for each week.
pub(super) fn weeks(report: &ReplayReport) -> Vec<ListingRow> {
    report.weeks.iter().map(|(begins, slice)| slice_row(day(*begins), slice)).collect()
}

pub(super) const REASON_COLUMNS: [&str; 5] =
    ["reason", "newly stopped", "accepted", "reported", "unanswered"];

/// One row for each reason for which the candidate newly stops requests.
pub(super) fn reasons(report: &ReplayReport) -> Vec<ListingRow> {
    let mut codes: Vec<Outcome> = Vec::new();
    let stopped = || {
        let is_new =
            |cell: &&acquaint_backtest::Cell| matches!(cell.class(), Class::NewlyRefused | Class::NewlyHeld);
        report.cells.iter().filter(is_new)
    };
    for cell in stopped() {
        if !codes.contains(&cell.new) {
            codes.push(cell.new);
        }
    }
    let row = |code: Outcome| {
        let cells = stopped().filter(|cell| cell.new == code);
        let sum = |of: fn(&acquaint_backtest::Cell) -> u64| cells.clone().map(of).sum::<u64>();
        let sends = sum(|cell| cell.sends);
        let (accepted, reported) = (sum(|cell| cell.outcomes.accepted), sum(|cell| cell.outcomes.reported));
        let answered = accepted + reported + sum(|cell| cell.outcomes.declined);
        let numbers = [sends, accepted, reported, sends.saturating_sub(answered)];
        let cells = std::iter::once(outcome(code)).chain(numbers.map(|number| number.to_string()));
        ListingRow { cells: cells.collect(), value: Value::Null }
    };
    codes.into_iter().map(row).collect()
}

pub(super) const RULE_COLUMNS: [&str; 3] = ["rule", "stopped", "alone"];

/// One row for each rule that decided, with how often no other rule would have stopped the request.
pub(super) fn rules(report: &ReplayReport) -> Vec<ListingRow> {
    let mut rules = std::collections::BTreeMap::new();
    for (rule, deciding) in report.cells.iter().flat_map(|cell| &cell.deciding) {
        let sum: &mut (u64, u64) = rules.entry(*rule).or_default();
        sum.0 += deciding.times;
        sum.1 += deciding.alone;
    }
    let row = |(rule, (times, alone)): (acquaint_domain::Rule, (u64, u64))| ListingRow {
        cells: vec![rule.name().to_owned(), times.to_string(), alone.to_string()],
        value: Value::Null,
    };
    rules.into_iter().map(row).collect()
}

pub(super) const TRIAL_COLUMNS: [&str; 5] = ["rule", "times", "newly", "accepted", "reported"];

/// The candidate's rules on trial. `accepted` and `reported` count the requests that would be newly stopped.
pub(super) fn trials(report: &ReplayReport) -> Vec<ListingRow> {
    let row = |(rule, trial): (&acquaint_domain::Rule, &acquaint_backtest::TrialTotals)| {
        let numbers = [trial.times, trial.newly, trial.newly_accepted, trial.newly_reported];
        let name = std::iter::once(rule.name().to_owned());
        ListingRow {
            cells: name.chain(numbers.map(|number| number.to_string())).collect(),
            value: Value::Null,
        }
    };
    report.trials.iter().map(row).collect()
}

/// A slice as JSON.
pub(super) fn slice_json(slice: &Slice) -> Value {
    json!({
        "sends": slice.sends,
        "accepted": slice.accepted,
        "newly_refused": slice.newly_refused,
        "newly_refused_accepted": slice.newly_refused_accepted,
        "newly_refused_reported": slice.newly_refused_reported,
        "newly_held": slice.newly_held,
        "newly_allowed": slice.newly_allowed,
        "changed_reason": slice.changed_reason,
        "unknown": slice.unknown,
    })
}
