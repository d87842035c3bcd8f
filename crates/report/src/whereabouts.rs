//! What became of every invitation that a member's exports show.

mod data;
mod page;
mod text;

use acquaint_archive::{ExportReport, InvitationLine};
use acquaint_audit::{Sureness, Whereabouts};
use acquaint_domain::export::{DatedBy, Join, Precision};
use acquaint_engine::Direction;

use crate::moments::rfc3339;

pub use data::{csv, json};
pub use page::page;
pub use text::text;

/// The data from which the documents are written.
pub struct Invitations {
    owner: String,
    report: ExportReport,
    rows_max: usize,
    sharing: Sharing,
}

impl Invitations {
    /// The invitations in `report`. `owner` is the member's name, and the text for people lists at most `rows_max`
    /// rows.
    pub fn new(owner: String, mut report: ExportReport, rows_max: usize, sharing: Sharing) -> Self {
        let owner = match sharing {
            Sharing::Own => owner,
            Sharing::Redacted => {
                redact(&mut report);
                "you".to_owned()
            }
        };
        Self { owner, report, rows_max, sharing }
    }
}

/// Who a page is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// Only the member.
    Own,
    /// Anybody: without names, profiles, notes and times of day.
    Redacted,
}

/// How the time of an export is known, in the formats for programs.
pub const fn dated_by(by: DatedBy) -> &'static str {
    match by {
        DatedBy::Word => "as-of",
        DatedBy::FileName => "file-name",
        DatedBy::LastRow => "last-row",
    }
}

/// Removes what could identify somebody: names, profiles, notes, and times of day.
fn redact(report: &mut ExportReport) {
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

/// Every outcome, in display order.
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

/// The outcome in words, for people.
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
        Whereabouts::Vanished => "gone: not known why",
        Whereabouts::Declined => "declined by you",
    }
}

/// The outcome's name in the formats for programs.
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

/// When the invitation was sent, with the precision of its row.
fn sent(line: &InvitationLine) -> Option<String> {
    line.sent.map(|sent| match sent.seen.precision {
        Precision::Second => rfc3339(sent.at),
        // The file names no time zone, so none is shown.
        Precision::Minute => rfc3339(sent.at).chars().take(16).collect(),
        Precision::Day | Precision::Undated => rfc3339(sent.at).chars().take(10).collect(),
    })
}

/// The sent invitations that still wait: first those to follow up, then those to withdraw, each with the oldest first.
fn to_do(report: &ExportReport) -> (Vec<&InvitationLine>, Vec<&InvitationLine>) {
    let waits = |line: &&InvitationLine| {
        line.standing.whereabouts == Whereabouts::Unanswered && line.direction == Direction::Outgoing
    };
    let days = |line: &InvitationLine| line.standing.days.unwrap_or_default();
    let mut lines: Vec<&InvitationLine> = report
        .lines
        .iter()
        .filter(waits)
        .filter(|line| days(line) >= acquaint_audit::FOLLOW_UP_AFTER_DAYS)
        .collect();
    lines.sort_by(|one, other| days(other).cmp(&days(one)).then_with(|| one.with.cmp(&other.with)));
    lines.into_iter().partition(|line| days(line) < acquaint_audit::WITHDRAW_AFTER_DAYS)
}
