//! The text for people, in 80 columns: the totals first, then the rows.

use std::io::{self, Write};

use acquaint_archive::{Added, ExportReport, InvitationLine};
use acquaint_audit::Whereabouts;
use acquaint_domain::export::Join;
use acquaint_domain::shown;
use acquaint_engine::Direction;

use super::{Invitations, OUTCOMES, join_word, outcome, to_do};
use crate::format::Format;
use crate::listing::{Listing, ListingRow, listing};
use crate::moments::{day, window};
use crate::wrap::paragraph;

/// Maximum number of names in the lists to follow up and to withdraw.
const NAMED_MAX: usize = 5;
/// Maximum number of repeated notes listed.
const NOTES_MAX: usize = 3;
/// Maximum length of a note or a name, in characters.
const CHARS_MAX: usize = 44;
/// Requests per week, Monday to Sunday, at which the heaviest sender observed stopped. It is an observation, not a
/// known rule.
pub(super) const WEEK_SEEN: u32 = 200;

/// Writes the invitations for people, in 80 columns: the totals first, then the rows.
pub fn text(found: &Invitations, out: &mut dyn Write) -> io::Result<()> {
    let report = &found.report;
    writeln!(out, "what became of the invitations of {}", shown(&found.owner))?;
    for export in &report.exports {
        writeln!(out, "  export {} of {}, {}", export.number, export.network.name(), day(export.as_of))?;
    }
    summary(report, out)?;
    to_come(report, out)?;
    rate(report, out)?;
    notes(report, out)?;
    between(report, out)?;
    table(found, out)
}

fn heading(text: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{text}")
}

fn summary(report: &ExportReport, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n  {:<34} {:>9} {:>9}", "", "outgoing", "incoming")?;
    for whereabouts in OUTCOMES {
        let counts =
            [Direction::Outgoing, Direction::Incoming].map(|direction| report.count(whereabouts, direction));
        if counts != [0, 0] {
            writeln!(out, "  {:<34} {:>9} {:>9}", outcome(whereabouts), counts[0], counts[1])?;
        }
        if whereabouts == Whereabouts::Connected {
            joins(report, out)?;
        }
    }
    let all = [Direction::Outgoing, Direction::Incoming]
        .map(|direction| report.lines.iter().filter(|line| line.direction == direction).count());
    writeln!(out, "  {:<34} {:>9} {:>9}", "total", all[0], all[1])?;
    let left_out = report.lines_len_all - report.lines.len();
    if left_out > 0 {
        writeln!(out, "  {left_out} more do not match the filter")?;
    }
    Ok(())
}

fn joins(report: &ExportReport, out: &mut dyn Write) -> io::Result<()> {
    for join in [Join::Url, Join::Email, Join::NameAndDate, Join::Name] {
        let counts = [Direction::Outgoing, Direction::Incoming].map(|direction| {
            let is_so = |line: &&InvitationLine| {
                line.standing.whereabouts == Whereabouts::Connected
                    && line.direction == direction
                    && line.accepted.is_some_and(|(_, by)| by == join)
            };
            report.lines.iter().filter(is_so).count()
        });
        if counts != [0, 0] {
            let what = format!("  by {}{}", join_word(join), if join == Join::Name { " alone" } else { "" });
            writeln!(out, "  {what:<34} {:>9} {:>9}", counts[0], counts[1])?;
        }
    }
    Ok(())
}

fn to_come(report: &ExportReport, out: &mut dyn Write) -> io::Result<()> {
    let (follow_up, withdraw) = to_do(report);
    if let Some((low, high)) = report.still_to_come() {
        heading("still to come", out)?;
        let many = match (low, high) {
            (0, 0) => "hardly any".to_owned(),
            (low, high) => format!("{low} to {high}"),
        };
        let what = format!(
            "of those that wait for others, {many} are likely to be accepted, as measured on other LinkedIn exports"
        );
        paragraph("  ", &what, out)?;
    }
    for (lead, lines) in [("to follow up, another way:", follow_up), ("to withdraw:", withdraw)] {
        if lines.is_empty() {
            continue;
        }
        let named: Vec<String> = lines.iter().take(NAMED_MAX).map(|line| named(line)).collect();
        let more = match lines.len() - named.len() {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        heading(&format!("{lead} {}", lines.len()), out)?;
        paragraph("  ", &format!("{}{more}", named.join(", ")), out)?;
    }
    Ok(())
}

fn named(line: &InvitationLine) -> String {
    let days = line.standing.days.unwrap_or_default();
    let chance = line.standing.chance.map(|chance| format!(", {}", chance.words())).unwrap_or_default();
    format!("{} ({days} days{chance})", short(&line.with))
}

fn rate(report: &ExportReport, out: &mut dyn Write) -> io::Result<()> {
    let rates = &report.rates;
    let (Some((busy_day, on_day)), Some((monday, in_week))) = (rates.busiest_day, rates.busiest_week) else {
        return Ok(());
    };
    heading("own send rate (an estimate: an export does not hold every request)", out)?;
    writeln!(out, "  most on a day: {on_day}, on {}", day(busy_day))?;
    writeln!(out, "  most in a week: {in_week}, from Monday {}", day(monday))?;
    if in_week >= WEEK_SEEN {
        let what =
            format!("one heavy sender's weeks stopped at {WEEK_SEEN}: an observation, not a known rule");
        paragraph("  ", &what, out)?;
    }
    for limit in &rates.limits {
        let what = format!(
            "against the limit `{}` of the policy, {} in {}: {} at most, {} would have been refused ({})",
            limit.id,
            limit.limit,
            window(&limit.window),
            limit.most,
            limit.refused,
            limit.code
        );
        paragraph("  ", &what, out)?;
    }
    Ok(())
}

fn notes(report: &ExportReport, out: &mut dyn Write) -> io::Result<()> {
    if report.notes.is_empty() {
        return Ok(());
    }
    heading("notes that repeat", out)?;
    for note in report.notes.iter().take(NOTES_MAX) {
        let what = format!("{} times, {} accepted: ", note.times, note.accepted);
        paragraph("  ", &format!("{what}{}", short(&note.note)), out)?;
    }
    match report.notes.len().saturating_sub(NOTES_MAX) {
        0 => Ok(()),
        more => writeln!(out, "  and {more} more"),
    }
}

/// What changed from one export to the next, beyond the invitations.
fn between(report: &ExportReport, out: &mut dyn Write) -> io::Result<()> {
    if report.over.is_empty() && report.changed.is_empty() && report.added.is_empty() {
        return Ok(());
    }
    heading("between the exports", out)?;
    for added in &report.added {
        let Added { export, invitations, connections } = added;
        writeln!(out, "  export {export} adds: invitations {invitations}, connections {connections}")?;
    }
    let list = |names: Vec<String>| {
        let shown: Vec<String> = names.iter().take(NAMED_MAX).map(|name| short(name)).collect();
        let more = names.len() - shown.len();
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        format!("{}{more}", shown.join(", "))
    };
    if !report.over.is_empty() {
        let names = list(report.over.iter().map(|(name, _)| name.clone()).collect());
        let what =
            format!("connections that ended (or whose account was closed): {}: {names}", report.over.len());
        paragraph("  ", &what, out)?;
    }
    if !report.changed.is_empty() {
        let what = format!(
            "people with another name or profile: {}: {}",
            report.changed.len(),
            list(report.changed.clone())
        );
        paragraph("  ", &what, out)?;
    }
    Ok(())
}

fn table(found: &Invitations, out: &mut dyn Write) -> io::Result<()> {
    let report = &found.report;
    let rows = report.lines.iter().take(found.rows_max).map(row).collect();
    writeln!(out)?;
    let listed = Listing {
        schema: "",
        title: "invitations, newest first".to_owned(),
        context: Vec::new(),
        columns: vec!["sent", "way", "with", "what became of it"],
        rows,
    };
    listing(&listed, Format::Human, out)?;
    match report.lines.len().saturating_sub(found.rows_max) {
        0 => Ok(()),
        more => writeln!(out, "  and {more} more; --rows {} shows all, --format csv too", report.lines.len()),
    }
}

fn row(line: &InvitationLine) -> ListingRow {
    let sent = line.sent.map_or_else(|| "-".to_owned(), |sent| day(sent.at));
    let way = match line.direction {
        Direction::Outgoing => "out",
        Direction::Incoming => "in",
    };
    let with: String = line.with.chars().take(26).collect();
    let cells = vec![sent, way.to_owned(), with, outcome_with_number(line)];
    ListingRow { cells, value: serde_json::Value::Null }
}

/// The outcome with its number: the date, the days or the chance.
fn outcome_with_number(line: &InvitationLine) -> String {
    let days = line.standing.days.unwrap_or_default();
    let words = outcome(line.standing.whereabouts);
    match (line.standing.whereabouts, line.accepted, line.standing.chance) {
        (Whereabouts::Connected | Whereabouts::AgedOut, Some((at, join)), _) => {
            format!("{words} {}, by {}", day(at.at), join_word(join))
        }
        (Whereabouts::Unanswered, _, Some(chance)) => format!("{words} {days} days; {}", chance.words()),
        (Whereabouts::Unanswered, ..) => format!("{words} {days} days"),
        (Whereabouts::Expired | Whereabouts::Vanished, ..) => format!("{words}, {days} days old"),
        (
            Whereabouts::Connected
            | Whereabouts::AgedOut
            | Whereabouts::ConnectedBefore
            | Whereabouts::ListAbsent
            | Whereabouts::Namesakes
            | Whereabouts::Disconnected
            | Whereabouts::Declined,
            ..,
        ) => words.to_owned(),
    }
}

fn short(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown: String = one_line.chars().take(CHARS_MAX).collect();
    if shown.len() < one_line.len() { format!("{shown}..") } else { shown }
}
