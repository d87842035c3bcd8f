//! What waits for a decision: held requests and appeals.

use std::io::Write;

use acquaint_audit::Viewer;
use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{Addressee, Appealed, Code, RequestId, Timestamp};
use acquaint_engine::no_such_request;
use serde_json::{Value, json};

use crate::failure::CliError;
use crate::grammar::{Exit, Format, Parts};
use crate::render::{
    Item, Listing, ListingRow, Screen, ScreenLength, about, answer_json, counted, listing, object, reviewed,
};
use crate::session::ReadView;
use crate::values::{human_minute, rfc3339};

/// What to drop, in this order, if the screen is too long.
const DROPPED: [(&str, usize); 1] = [("Now", 0)];

/// A held request, or an appeal.
struct Waiting {
    since: Timestamp,
    is_late: bool,
    what: What,
}

enum What {
    Held {
        request: RequestId,
        sender: String,
        to: String,
        /// The earliest moment at which it can be released, if an appeal was upheld.
        release_from: Option<Timestamp>,
    },
    Appeal {
        member: String,
        against: Appealed,
    },
}

/// `review list`, oldest first.
pub(crate) fn list(
    view: ReadView<'_>,
    parts: Parts,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let waiting = waiting(view);
    if format != Format::Human {
        let page = Listing {
            schema: "acquaint.review.v1",
            title: String::new(),
            context: vec![("as_of", json!(rfc3339(view.as_of)))],
            columns: Vec::new(),
            rows: waiting
                .iter()
                .map(|waiting| ListingRow { cells: Vec::new(), value: value(waiting) })
                .collect(),
        };
        return Ok(listing(&page, format, out)?);
    }
    let room = if parts.full { ScreenLength::Full } else { ScreenLength::Brief };
    let entries = waiting.iter().map(|waiting| entry(view, waiting)).collect();
    let first = waiting.iter().find_map(|waiting| match &waiting.what {
        What::Held { request, .. } => Some(request),
        What::Appeal { .. } => None,
    });
    let now = first.map(|request| {
        format!("release or refuse: acquaint review release {request} or acquaint review refuse {request}")
    });
    Screen::new(headline(view, &waiting), None)
        .within(room)
        .part("Now", now)
        .entries(1, entries, |left| format!("{left} more wait: acquaint review list --full"))
        .write(&DROPPED, out)?;
    Ok(())
}

/// `review show`: one held request, with what may be said to the member and the commands that decide it.
pub(crate) fn show(
    view: ReadView<'_>,
    request: RequestId,
    (parts, format): (Parts, Format),
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let held = view.views.pending.request(request);
    let is_held = held.is_some_and(|held| held.open.state == Outgoing::HeldForReview);
    let answer = view.inquiry().explain(request, Viewer::Agent, view.as_of)?;
    let mut answer = answer.ok_or_else(|| no_such_request(request))?;
    if !is_held {
        let (code, name) = (answer.code, answer.code.name());
        let sentence = format!(
            "request {request} is not held for review: it is {code} {name}; see `why {request} --viewer agent`"
        );
        return Err(CliError::new(Exit::NotFound, sentence));
    }
    let inquiry = view.inquiry();
    let (said, about) = inquiry.passed_on(&acquaint_engine::RequestSelector::Request(request), view.as_of)?;
    answer.pass_on = Some(said);
    answer.pass_on_request = about.filter(|about| *about != request);
    let now = [
        format!("Release it within its sender's limits: acquaint review release {request}"),
        format!("Release it regardless of the limits: acquaint review release {request} --waive-limits"),
        format!("Refuse it: acquaint review refuse {request}"),
    ];
    if format == Format::Human {
        return Ok(reviewed(&answer, &now, parts, out)?);
    }
    Ok(object(&answer_json(&answer), format, out)?)
}

fn waiting(view: ReadView<'_>) -> Vec<Waiting> {
    let views = view.views;
    let within = views.policy().and_then(|(_, policy)| policy.review.as_ref()).map(|r| r.answer_within);
    let waits = |since: Timestamp, what: What| {
        let is_late = within.is_some_and(|within| view.as_of.since(since) > within);
        Waiting { since, is_late, what }
    };
    let held = views.pending.sent().filter(|sent| sent.open.state == Outgoing::HeldForReview);
    let held = held.map(|held| {
        let to = match held.open.addressee {
            Addressee::Member(to) => views.members.handle(to),
            Addressee::Email | Addressee::Nobody => {
                held.entered().map_or("erased", |entered| entered.address.trim()).to_owned()
            }
        };
        let what = What::Held {
            request: held.open.request,
            sender: views.members.handle(held.open.sender),
            to,
            release_from: held.to_release_from,
        };
        waits(held.since, what)
    });
    let appeals = views.members.iter().flat_map(|member| {
        let handle = member.shown_handle().to_owned();
        member.appeals.iter().map(move |(against, since)| (handle.clone(), against.clone(), *since))
    });
    let appeals = appeals.map(|(member, against, since)| waits(since, What::Appeal { member, against }));
    let mut all: Vec<Waiting> = held.chain(appeals).collect();
    all.sort_by_key(|waiting| waiting.since);
    all
}

fn value(waiting: &Waiting) -> Value {
    let Waiting { since, is_late, what } = waiting;
    let (kind, member, about, code, release_from) = match what {
        What::Held { request, sender, to, release_from } => {
            ("request", sender, format!("{request} to {to}"), Some(Code::SpamHeld), *release_from)
        }
        What::Appeal { member, against: Appealed { rule, request } } => {
            let request = request.map_or_else(String::new, |request| format!(", {request}"));
            ("appeal", member, format!("{rule}{request}"), None, None)
        }
    };
    json!({
        "what": kind, "member": member, "about": about, "since": rfc3339(*since),
        "code": code.map(|code| code.to_string()), "late": is_late,
        "release_from": release_from.map(rfc3339),
    })
}

fn headline(view: ReadView<'_>, waiting: &[Waiting]) -> String {
    let Some(oldest) = waiting.first() else { return "Nothing waits for a review.".to_owned() };
    let late = waiting.iter().filter(|waiting| waiting.is_late).count();
    let late = match late {
        0 => String::new(),
        late => format!(" {late} {} late.", if late == 1 { "is" } else { "are" }),
    };
    let (verb, which) = if waiting.len() == 1 { ("waits", "since") } else { ("wait", "the oldest since") };
    let count = counted(waiting.len(), "case");
    format!(
        "{count} {verb} for a decision, {which} {}{}.{late}",
        human_minute(oldest.since),
        ago(view, oldest.since)
    )
}

fn ago(view: ReadView<'_>, since: Timestamp) -> String {
    about(view.as_of.since(since)).map_or(String::new(), |about| format!(" ({about} ago)"))
}

/// What waits, and the commands that show or decide it.
fn entry(view: ReadView<'_>, waiting: &Waiting) -> Vec<Item> {
    let Waiting { since, is_late, what } = waiting;
    let late = if *is_late { ", late" } else { "" };
    let since = format!("since {}{}{late}", human_minute(*since), ago(view, *since));
    match what {
        What::Held { request, sender, to, release_from } => {
            let upheld = release_from.map_or(String::new(), |from| {
                format!("; an appeal was upheld, can be released from {}", human_minute(from))
            });
            let text = format!("{sender} -> {to}: held by the spam filter {since}{upheld}");
            vec![Item::coded(text, Code::SpamHeld), format!("acquaint review show {request}").into()]
        }
        What::Appeal { member, against: Appealed { rule, request } } => {
            let decision = if rule == Appealed::OPERATOR {
                "the operator's decision".to_owned()
            } else {
                format!("`{rule}`")
            };
            let (about, request) = match request {
                Some(request) => (format!("about request {request}"), format!(" {request}")),
                None => ("about the account".to_owned(), String::new()),
            };
            vec![
                format!("{member} appeals against {decision} {about}, {since}").into(),
                format!(
                    "acquaint appeal uphold {member}{request} or acquaint appeal dismiss {member}{request}"
                )
                .into(),
            ]
        }
    }
}
