//! The page as one file for a browser: no script, and nothing is loaded.

use std::io::{self, Write};

use acquaint_archive::{ExportReport, InvitationLine};
use acquaint_audit::Whereabouts;
use acquaint_engine::Direction;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{Invitations, OUTCOMES, direction_word, join_word, outcome, sent, sureness_word, to_do};
use crate::charts::{Bar, bars, columns};
use crate::moments::{day, rfc3339, window};

const DAY_MS: i64 = 86_400_000;
const LISTED_MAX: usize = 20;

/// The stylesheet, for light and dark, narrow and wide screens, and for paper.
const STYLE: PreEscaped<&str> = PreEscaped(include_str!("page.css"));

/// Writes the invitations as one file for a browser.
pub fn page(found: &Invitations, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", whole(found).into_string())
}

fn whole(found: &Invitations) -> Markup {
    let report = &found.report;
    let title = format!("What became of the invitations of {}", found.owner);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (title) }
                style { (STYLE) }
            }
            body {
                main {
                    h1 { (title) }
                    p.faint {
                        @for export in &report.exports {
                            "Export " (export.number) " of " (export.network.name()) ", " (day(export.as_of)) ". "
                        }
                        "Made on this machine; nothing was sent anywhere."
                    }
                    (outcomes(report))
                    (waiting(report))
                    (answers(report))
                    (rate(report))
                    (notes(report))
                    (between(report))
                    (table(report))
                }
            }
        }
    }
}

fn outcomes(report: &ExportReport) -> Markup {
    let of = |direction| -> Vec<Bar> {
        let bars = OUTCOMES.iter().map(|whereabouts| Bar {
            label: outcome(*whereabouts).to_owned(),
            count: report.count(*whereabouts, direction) as u32,
            kind: kind(*whereabouts),
        });
        bars.filter(|bar| bar.count > 0).collect()
    };
    let directions = [("Sent by you", of(Direction::Outgoing)), ("Sent to you", of(Direction::Incoming))];
    html! {
        @for (heading, counts) in directions {
            @if !counts.is_empty() {
                section { h2 { (heading) } (bars(heading, &counts)) }
            }
        }
        p.faint {
            "An export says that two people are connected; it never says that the other person declined, or why an \
             answer is missing. Where the outcome is unknown, this page says so."
        }
    }
}

const fn kind(whereabouts: Whereabouts) -> &'static str {
    match whereabouts {
        Whereabouts::Connected | Whereabouts::AgedOut | Whereabouts::ConnectedBefore => "good",
        Whereabouts::Unanswered | Whereabouts::ListAbsent | Whereabouts::Namesakes => "wait",
        Whereabouts::Expired | Whereabouts::Vanished => "gone",
        Whereabouts::Disconnected | Whereabouts::Declined => "bad",
    }
}

fn waiting(report: &ExportReport) -> Markup {
    let (follow_up, withdraw) = to_do(report);
    let list = |lines: &[&InvitationLine]| {
        html! {
            ul {
                @for line in lines.iter().take(LISTED_MAX) {
                    li {
                        (line.with) ", " (line.standing.days.unwrap_or_default()) " days"
                        @if let Some(chance) = line.standing.chance { ", chance " (chance.words()) }
                    }
                }
                @if lines.len() > LISTED_MAX { li { "and " (lines.len() - LISTED_MAX) " more, in the table" } }
            }
        }
    };
    html! {
        @if let Some((low, high)) = report.still_to_come() {
            section {
                h2 { "Still to come" }
                p {
                    "Of those that wait for others, " (low) " to " (high) " are likely to be accepted, as measured on \
                     other LinkedIn exports."
                }
            }
        }
        @if !follow_up.is_empty() {
            section { h2 { "To follow up, another way (" (follow_up.len()) ")" } (list(&follow_up)) }
        }
        @if !withdraw.is_empty() {
            section { h2 { "To withdraw (" (withdraw.len()) ")" } (list(&withdraw)) }
        }
    }
}

/// The section on how long acceptances took.
fn answers(report: &ExportReport) -> Markup {
    const STEPS: [(&str, i64, i64); 7] = [
        ("same day", i64::MIN, 1),
        ("1 day", 1, 2),
        ("2-3 days", 2, 4),
        ("4-7 days", 4, 8),
        ("8-14 days", 8, 15),
        ("15-30 days", 15, 31),
        ("later", 31, i64::MAX),
    ];
    let accepted = report.lines.iter().filter(|line| line.direction == Direction::Outgoing);
    let days_taken: Vec<i64> = accepted
        .filter_map(|line| Some((line.accepted?.0.at, line.sent?.at)))
        .map(|(at, sent)| at.as_millis().div_euclid(DAY_MS) - sent.as_millis().div_euclid(DAY_MS))
        .collect();
    let step = |(label, from, to): &(&str, i64, i64)| Bar {
        label: (*label).to_owned(),
        count: days_taken.iter().filter(|days| (*from..*to).contains(*days)).count() as u32,
        kind: "good",
    };
    let steps: Vec<Bar> = STEPS.iter().map(step).collect();
    html! {
        @if !days_taken.is_empty() {
            section { h2 { "How long an acceptance took" } (bars("Days to acceptance", &steps)) }
        }
    }
}

fn rate(report: &ExportReport) -> Markup {
    let rates = &report.rates;
    let monday = |monday: i64| acquaint_domain::Timestamp::from_millis(monday * DAY_MS);
    let weeks: Vec<Bar> = match (rates.weeks.first_key_value(), rates.weeks.last_key_value()) {
        (Some((first, _)), Some((last, _))) => (*first..=*last)
            .step_by(7)
            .map(|week| Bar {
                label: day(monday(week)),
                count: rates.weeks.get(&week).copied().unwrap_or(0),
                kind: "mark",
            })
            .collect(),
        (_, _) => Vec::new(),
    };
    html! {
        @if !weeks.is_empty() {
            section {
                h2 { "Your own send rate" }
                p.faint { "An estimate: an export does not hold every request." }
                (columns("Sent in each week, from Monday to Sunday", &weeks, Some(super::text::WEEK_SEEN)))
                ul {
                    @if let Some((at, count)) = rates.busiest_day { li { "most on a day: " (count) ", on " (day(at)) } }
                    @if let Some((at, count)) = rates.busiest_week {
                        li { "most in a week: " (count) ", from Monday " (day(at)) }
                    }
                    @for limit in &rates.limits {
                        li {
                            "against the limit " code { (limit.id) } " of the policy, " (limit.limit) " in "
                            (window(&limit.window)) ": " (limit.most) " at most; " (limit.refused)
                            " would have been refused (" (limit.code) ")"
                        }
                    }
                }
            }
        }
    }
}

fn notes(report: &ExportReport) -> Markup {
    html! {
        @if !report.notes.is_empty() {
            section {
                h2 { "Notes that repeat" }
                ul {
                    @for note in report.notes.iter().take(LISTED_MAX) {
                        li { (note.times) " times, " (note.accepted) " accepted: " q { (note.note) } }
                    }
                }
            }
        }
    }
}

fn between(report: &ExportReport) -> Markup {
    let names = |names: Vec<&String>| {
        let shown: Vec<&str> = names.iter().take(LISTED_MAX).map(|name| name.as_str()).collect();
        let more = names.len() - shown.len();
        if more > 0 { format!("{}, and {more} more", shown.join(", ")) } else { shown.join(", ") }
    };
    html! {
        @if !report.over.is_empty() || !report.changed.is_empty() || !report.added.is_empty() {
            section {
                h2 { "Between the exports" }
                ul {
                    @for added in &report.added {
                        li {
                            "export " (added.export) " adds: invitations " (added.invitations) ", connections "
                            (added.connections)
                        }
                    }
                    @if !report.over.is_empty() {
                        li {
                            "connections that ended (or whose account was closed), " (report.over.len()) ": "
                            (names(report.over.iter().map(|(name, _)| name).collect()))
                        }
                    }
                    @if !report.changed.is_empty() {
                        li {
                            "people with another name or profile, " (report.changed.len()) ": "
                            (names(report.changed.iter().collect()))
                        }
                    }
                }
            }
        }
    }
}

fn table(report: &ExportReport) -> Markup {
    html! {
        section {
            h2 { "Every invitation" }
            div.scroll tabindex="0" role="region" aria-label="Every invitation" {
                table {
                    caption { (report.lines.len()) " rows, newest first" }
                    thead {
                        tr {
                            @for name in ["Sent", "Direction", "With", "What became of it", "How certain", "Accepted"] {
                                th scope="col" { (name) }
                            }
                            th.number scope="col" { "Days" }
                            th scope="col" { "Chance" }
                            th scope="col" { "Code" }
                        }
                    }
                    tbody { @for line in &report.lines { (row(line)) } }
                }
            }
        }
    }
}

fn row(line: &InvitationLine) -> Markup {
    let standing = &line.standing;
    let sent: Option<String> = sent(line).map(|sent| sent.chars().take(10).collect());
    let accepted = line.accepted.map(|(at, join)| {
        let day: String = rfc3339(at.at).chars().take(10).collect();
        format!("{day}, by {}", join_word(join))
    });
    html! {
        tr {
            td { (sent.unwrap_or_else(|| "-".to_owned())) }
            td { (direction_word(line.direction)) }
            td { (line.with) }
            td { (outcome(standing.whereabouts)) }
            td { (sureness_word(standing.sureness)) }
            td { (accepted.unwrap_or_else(|| "-".to_owned())) }
            td.number { (standing.days.map_or_else(|| "-".to_owned(), |days| days.to_string())) }
            td { (standing.chance.map_or_else(|| "-".to_owned(), |chance| chance.words())) }
            td { (standing.code) }
        }
    }
}
