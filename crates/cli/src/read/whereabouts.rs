//! `whereabouts`: what became of every invitation that a member's exports show.

use std::io::Write;

use acquaint_archive::{Line, Report, report};
use acquaint_audit::{Sureness, Whereabouts};
use acquaint_domain::export::{Join, Precision};
use acquaint_engine::Direction;

use crate::failure::Failure;
use crate::grammar::{Exit, Format, PageFormat, Sharing, WhereaboutsOrder};
use crate::session::Scene;
use crate::values::rfc3339;

mod charts;
mod data;
mod html;
mod page;

/// What a page is written from.
struct Page<'a> {
    owner: String,
    report: Report,
    order: &'a WhereaboutsOrder,
}

/// Writes the page.
pub(crate) fn whereabouts(
    scene: Scene<'_>,
    order: &WhereaboutsOrder,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let Some(owner) = scene.views.members.by_handle(&order.member) else {
        return Err(nothing_imported(order));
    };
    let mut report = report(scene.views, owner.id, &order.filter);
    if report.exports.is_empty() {
        return Err(nothing_imported(order));
    }
    if let Some(part) = report.exports.iter().find(|export| !export.is_whole) {
        let what = format!(
            "the import of export {} of {} was cut short; import it again, and it goes on where it stopped",
            part.number,
            part.network.name()
        );
        return Err(Failure::new(Exit::Failed, what));
    }
    let name = owner.name.clone().unwrap_or_else(|| owner.handle.to_string());
    let owner = match order.sharing {
        Sharing::Own => name,
        Sharing::Redacted => {
            redact(&mut report);
            "you".to_owned()
        }
    };
    let page = Page { owner, report, order };
    match order.page.unwrap_or(PageFormat::As(format)) {
        PageFormat::As(Format::Human) => page::write(&page, out)?,
        PageFormat::As(format @ (Format::Json | Format::Ndjson)) => data::json(&page, format, out)?,
        PageFormat::Csv => data::csv(&page, out)?,
        PageFormat::Html => writeln!(out, "{}", html::page(&page).into_string())?,
    }
    Ok(())
}

fn nothing_imported(order: &WhereaboutsOrder) -> Failure {
    let what = format!(
        "no export of the member `{}` is here; begin with `acquaint import PATH`, with the file as it was downloaded",
        order.member
    );
    Failure::new(Exit::NotFound, what)
}

/// Takes out what tells who somebody is: names, profiles, notes, and the hours of the day.
fn redact(report: &mut Report) {
    const DAY_MS: i64 = 86_400_000;
    let mut known = std::collections::BTreeMap::new();
    for line in &mut report.lines {
        let next = known.len() + 1;
        let number = *known.entry((line.url.take(), line.with.clone())).or_insert(next);
        line.with = format!("person {number}");
        if let Some(sent) = &mut line.sent {
            let day = sent.at.as_millis().div_euclid(DAY_MS) * DAY_MS;
            sent.at = acquaint_domain::Timestamp::from_millis(day);
            sent.seen.precision = Precision::Day;
        }
    }
    for (number, (name, _)) in report.over.iter_mut().enumerate() {
        *name = format!("former connection {}", number + 1);
    }
    for (number, name) in report.changed.iter_mut().enumerate() {
        *name = format!("changed person {}", number + 1);
    }
    for (number, note) in report.notes.iter_mut().enumerate() {
        note.note = format!("note {}", number + 1);
    }
}

/// Every outcome, in the order in which pages list them.
const OUTCOMES: [Whereabouts; 10] = [
    Whereabouts::Connected,
    Whereabouts::AgedOut,
    Whereabouts::ConnectedBefore,
    Whereabouts::Unanswered,
    Whereabouts::ListAbsent,
    Whereabouts::Namesakes,
    Whereabouts::Disconnected,
    Whereabouts::Expired,
    Whereabouts::Vanished,
    Whereabouts::Declined,
];

/// What became of it, in a word or two.
const fn outcome(whereabouts: Whereabouts) -> &'static str {
    match whereabouts {
        Whereabouts::Connected => "connected",
        Whereabouts::AgedOut => "connected, and aged out",
        Whereabouts::ConnectedBefore => "connected before",
        Whereabouts::Unanswered => "unanswered",
        Whereabouts::ListAbsent => "answered or not: list absent",
        Whereabouts::Namesakes => "connected or not: same name",
        Whereabouts::Disconnected => "connected, then ended",
        Whereabouts::Expired => "gone: expired, likely",
        Whereabouts::Vanished => "gone: cannot be told why",
        Whereabouts::Declined => "declined by you",
    }
}

/// For programs.
const fn outcome_word(whereabouts: Whereabouts) -> &'static str {
    match whereabouts {
        Whereabouts::Connected => "connected",
        Whereabouts::AgedOut => "aged-out",
        Whereabouts::ConnectedBefore => "connected-before",
        Whereabouts::Unanswered => "unanswered",
        Whereabouts::ListAbsent => "list-absent",
        Whereabouts::Namesakes => "namesakes",
        Whereabouts::Disconnected => "disconnected",
        Whereabouts::Expired => "expired",
        Whereabouts::Vanished => "vanished",
        Whereabouts::Declined => "declined",
    }
}

const fn join_word(join: Join) -> &'static str {
    match join {
        Join::Stated => "stated",
        Join::Url => "url",
        Join::Email => "e-mail",
        Join::NameAndDate => "name and date",
        Join::Name => "name",
    }
}

const fn sureness_word(sureness: Sureness) -> &'static str {
    match sureness {
        Sureness::Certain => "certain",
        Sureness::Likely => "likely",
        Sureness::Open => "open",
    }
}

const fn direction_word(direction: Direction) -> &'static str {
    match direction {
        Direction::Outgoing => "outgoing",
        Direction::Incoming => "incoming",
    }
}

/// When it was sent, as exactly as its row says.
fn sent(line: &Line) -> Option<String> {
    line.sent.map(|sent| match sent.seen.precision {
        Precision::Second => rfc3339(sent.at),
        // The file names no zone, and neither does this.
        Precision::Minute => rfc3339(sent.at).chars().take(16).collect(),
        Precision::Day | Precision::Undated => rfc3339(sent.at).chars().take(10).collect(),
    })
}

/// What to do about those that wait for others: first what to follow up, then what to withdraw; longest waiting first.
fn to_do(report: &Report) -> (Vec<&Line>, Vec<&Line>) {
    let waits = |line: &&Line| {
        line.standing.whereabouts == Whereabouts::Unanswered && line.direction == Direction::Outgoing
    };
    let days = |line: &Line| line.standing.days.unwrap_or_default();
    let mut lines: Vec<&Line> = report
        .lines
        .iter()
        .filter(waits)
        .filter(|line| days(line) >= acquaint_audit::FOLLOW_UP_AFTER_DAYS)
        .collect();
    lines.sort_by(|one, other| days(other).cmp(&days(one)).then_with(|| one.with.cmp(&other.with)));
    lines.into_iter().partition(|line| days(line) < acquaint_audit::WITHDRAW_AFTER_DAYS)
}
