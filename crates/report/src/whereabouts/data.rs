//! The documents for programs and spreadsheets.

use std::io::{self, Write};

use acquaint_archive::InvitationLine;
use acquaint_domain::export::Dated;
use acquaint_domain::shown;
use acquaint_engine::Direction;
use serde_json::{Value, json};

use super::{
    Invitations, OUTCOMES, Sharing, dated_by, direction_word, join_word, outcome_word, sent, sureness_word,
    to_do,
};
use crate::format::{Format, object};
use crate::moments::{rfc3339, window};

/// Writes the totals and the rows as JSON, or only the rows as NDJSON.
pub fn json(found: &Invitations, format: Format, out: &mut dyn Write) -> io::Result<()> {
    let report = &found.report;
    let rows = report.lines.iter().map(|line| row(found, line));
    if format == Format::Ndjson {
        return rows.into_iter().try_for_each(|row| object(&row, format, out));
    }
    let counts = |direction| -> Value {
        let counts = OUTCOMES.map(|whereabouts| {
            (outcome_word(whereabouts).to_owned(), json!(report.count(whereabouts, direction)))
        });
        Value::Object(counts.into_iter().collect())
    };
    let (follow_up, withdraw) = to_do(report);
    let still_to_come = report.still_to_come().map(|(low, high)| json!({ "low": low, "high": high }));
    let value = json!({
        "schema": "acquaint.whereabouts.v1",
        "owner": found.owner,
        "exports": report.exports.iter().map(|export| json!({
            "export": export.number,
            "network": export.network.word(),
            "as_of": rfc3339(export.as_of),
            "dated_by": dated_by(export.dated_by),
            "invitations": export.holds.invitations,
            "connections": export.holds.connections,
        })).collect::<Vec<_>>(),
        "invitations": report.lines.len(),
        "left_out_by_filter": report.lines_len_all - report.lines.len(),
        "outgoing": counts(Direction::Outgoing),
        "incoming": counts(Direction::Incoming),
        "still_to_come": still_to_come,
        "follow_up": follow_up.len(),
        "withdraw": withdraw.len(),
        "connections": report.connections,
        "added": report.added.iter().map(|added| json!({
            "export": added.export, "invitations": added.invitations, "connections": added.connections,
        })).collect::<Vec<_>>(),
        "connections_over": report.over.iter().map(|(with, at)| json!({
            "with": with, "as_of": rfc3339(*at),
        })).collect::<Vec<_>>(),
        "changed": report.changed,
        "blocks": report.blocks,
        "repeated_notes": report.notes.iter().map(|note| json!({
            "note": note.note, "times": note.times, "accepted": note.accepted,
        })).collect::<Vec<_>>(),
        "send_rate": rate(found),
        "rows": rows.collect::<Vec<_>>(),
    });
    object(&value, format, out)
}

fn rate(found: &Invitations) -> Value {
    let rates = &found.report.rates;
    let with_count = |busiest: Option<(acquaint_domain::Timestamp, u32)>| {
        busiest.map(|(at, sent)| json!({ "from": rfc3339(at), "sent": sent }))
    };
    json!({
        "estimate": true,
        "busiest_day": with_count(rates.busiest_day),
        "busiest_week": with_count(rates.busiest_week),
        "limits": rates.limits.iter().map(|limit| json!({
            "limit": limit.id,
            "code": limit.code.to_string(),
            "of": limit.limit,
            "window": window(&limit.window),
            "most": limit.most,
            "would_have_been_refused": limit.refused,
        })).collect::<Vec<_>>(),
    })
}

fn row(found: &Invitations, line: &InvitationLine) -> Value {
    let standing = &line.standing;
    let causes: Vec<String> = standing.causes.iter().map(ToString::to_string).collect();
    let mut row = json!({
        "network": line.network.word(),
        "direction": direction_word(line.direction),
        "with": line.with,
        "profile": line.url,
        "sent": sent(line),
        "outcome": outcome_word(standing.whereabouts),
        "code": standing.code.to_string(),
        "causes": causes,
        "sureness": sureness_word(standing.sureness),
        "accepted": accepted(line),
        "found_by": line.accepted.map(|(_, join)| join_word(join)),
        "days": standing.days,
        "chance": standing.chance.map(|chance| json!({ "low": chance.low, "high": chance.high })),
    });
    if found.sharing == Sharing::Own {
        row["file"] = json!(line.sent.map(|sent| sent.seen.file.name()));
        row["line"] = json!(line.sent.map(|sent| sent.seen.line));
        row["request"] = json!(line.request.to_string());
    }
    row
}

fn accepted(line: &InvitationLine) -> Option<String> {
    line.accepted.map(|(Dated { at, .. }, _)| rfc3339(at).chars().take(10).collect())
}

/// Writes the rows as CSV.
pub fn csv(found: &Invitations, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let header = [
        "network",
        "direction",
        "with",
        "profile",
        "sent",
        "outcome",
        "code",
        "sureness",
        "accepted",
        "found_by",
        "days",
        "chance_low",
        "chance_high",
        "request",
    ];
    writer.write_record(header)?;
    for line in &found.report.lines {
        let standing = &line.standing;
        let chance = |of: fn(&acquaint_audit::Chance) -> u32| {
            standing.chance.as_ref().map(|chance| of(chance).to_string()).unwrap_or_default()
        };
        let request = match found.sharing {
            Sharing::Own => line.request.to_string(),
            Sharing::Redacted => String::new(),
        };
        let fields = [
            line.network.word().to_owned(),
            direction_word(line.direction).to_owned(),
            not_a_formula(&line.with),
            not_a_formula(line.url.as_deref().unwrap_or_default()),
            sent(line).unwrap_or_default(),
            outcome_word(standing.whereabouts).to_owned(),
            standing.code.to_string(),
            sureness_word(standing.sureness).to_owned(),
            accepted(line).unwrap_or_default(),
            line.accepted.map(|(_, join)| join_word(join)).unwrap_or_default().to_owned(),
            standing.days.map(|days| days.to_string()).unwrap_or_default(),
            chance(|chance| chance.low),
            chance(|chance| chance.high),
            request,
        ];
        writer.write_record(&fields)?;
    }
    writer.flush()
}

/// A text that somebody else wrote, on one line and quoted so that a spreadsheet does not run it as a formula. Some
/// spreadsheets also accept the full-width forms of the characters that begin a formula.
fn not_a_formula(text: &str) -> String {
    let text = shown(text);
    if text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) {
        format!("'{text}")
    } else {
        text.into_owned()
    }
}
