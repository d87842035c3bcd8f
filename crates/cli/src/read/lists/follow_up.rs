//! `follow-up`: the requests that a member can follow up, and how.

use std::io::Write;

use acquaint_audit::{Act, Action, FollowUp, Viewer};
use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{Code, RequestId, Timestamp};
use acquaint_engine::InquiryCache;
use acquaint_projection_members::Member;
use acquaint_projection_pending::OpenOrigin;
use serde_json::{Value, json};

use super::{WhichSides, has_expired, note_more, page};
use crate::failure::CliError;
use crate::grammar::{Format, Only};
use crate::render::{
    Item, ListingRow, Screen, ScreenLength, advice_json, advice_line, capital, command, counted, listing,
    within,
};
use crate::session::ReadView;
use crate::values::{day, human_minute, rfc3339};

/// What to drop, in this order, if the screen is too long.
const DROPPED: [(&str, usize); 2] = [("Next", 0), ("Don't", 0)];

/// One request to follow up, from the member's side.
struct FollowUpDue {
    /// The member's side of the request.
    own: Viewer,
    /// The other member, as far as the viewer may know.
    with: String,
    found: FollowUp,
}

/// Writes what `member` can follow up: one screen for people, all requested rows for programs.
pub(super) fn follow_up(
    view: ReadView<'_>,
    member: &Member,
    sides: WhichSides,
    only: Only,
    (format, out): (Format, &mut dyn Write),
) -> Result<(), CliError> {
    let (due, more) = gathered(view, member, sides, only, format)?;
    if format != Format::Human {
        let mut page = page(view, "acquaint.follow-up.v1", String::new(), member, Vec::new());
        page.rows = due.iter().map(|due| ListingRow { cells: Vec::new(), value: value(due) }).collect();
        if more > 0 {
            page.context.push(("more", json!(more)));
        }
        return Ok(listing(&page, format, out)?);
    }
    let room =
        if only.parts.full || only.part.limit.is_some() { ScreenLength::Full } else { ScreenLength::Brief };
    let first = only.part.skip as usize + 1;
    let entries = due.iter().map(|due| entry(member, due, room)).collect();
    let skip = |left: usize| {
        let shown = due.len() - left;
        format!("{left} more to follow up: --full, or --skip {}", first - 1 + shown)
    };
    let is_sent =
        |due: &&FollowUpDue| due.own == Viewer::Sender && due.found.code != Code::AwaitingOwnConfirmation;
    let dont = due
        .iter()
        .find(is_sent)
        .map(|_| "send a request again while it is open: it would be refused (CR0201).");
    Screen::new(headline(member, only.part.skip as usize, &due), None)
        .within(room)
        .part("Don't", dont)
        .part("Next", next(view, member, &due))
        .entries(first, entries, skip)
        .write(&DROPPED, out)?;
    note_more(only.part, due.len(), more, out)
}

/// The requests to follow up that the list shows, and how many more have not been looked at.
fn gathered(
    view: ReadView<'_>,
    member: &Member,
    sides: WhichSides,
    only: Only,
    format: Format,
) -> Result<(Vec<FollowUpDue>, usize), CliError> {
    let views = view.views;
    let sent = views.pending.sent_by(member.id).into_iter().map(|sent| (sent.open.request, Viewer::Sender));
    let received = views.pending.received_by(member.id);
    let received = received.filter_map(|(_, group)| Some((*group.requests.first()?, Viewer::Recipient)));
    let (known, mut skipped, rows_max) = (InquiryCache::default(), 0, only.part.rows_max(format));
    let inquiry = view.inquiry().remembering(&known);
    let mut requests = sent.chain(received).collect::<Vec<(RequestId, Viewer)>>().into_iter();
    let mut due = Vec::new();
    while due.len() < rows_max
        && let Some((request, own)) = requests.next()
    {
        let viewer = if sides == WhichSides::Both { Viewer::Agent } else { own };
        let Some(found) = inquiry.follow_up(request, viewer, view.as_of)? else { continue };
        if skipped < only.part.skip {
            skipped += 1;
            continue;
        }
        let with = if own == Viewer::Sender { found.to.clone() } else { found.from.clone() };
        due.push(FollowUpDue { own, with, found });
    }
    Ok((due, requests.len()))
}

fn value(due: &FollowUpDue) -> Value {
    let FollowUpDue { with, found: due, .. } = due;
    json!({
        "request": due.request.to_string(), "with": with, "days": due.days, "since": rfc3339(due.since),
        "code": due.code.to_string(), "name": due.code.name(), "verdict": due.verdict,
        "chance_percent": due.chance_percent, "worth_it": due.is_worth_it, "introducers": due.introducers,
        "reminders_left": due.reminders_left, "other_channels": due.other_channels,
        "advice": due.advice.iter().map(advice_json).collect::<Vec<_>>(),
    })
}

fn headline(member: &Member, skipped: usize, due: &[FollowUpDue]) -> String {
    let handle = member.shown_handle();
    let Some(oldest) = due.iter().map(|due| due.found.days).max() else {
        return format!("{handle} has nothing to follow up.");
    };
    let which = if skipped + due.len() == 1 { "it" } else { "the oldest" };
    let waited = match oldest {
        0 => "for less than a day".to_owned(),
        days => format!("for {}", counted(days, "day")),
    };
    format!(
        "{handle} has {} to follow up; {which} has waited {waited}.",
        counted(skipped + due.len(), "request")
    )
}

/// What happens next without action: the first listed request that expires or, if none is listed, the first that will be
/// old enough to list.
fn next(view: ReadView<'_>, member: &Member, due: &[FollowUpDue]) -> Option<String> {
    let (_, policy) = view.views.policy()?;
    let open = view.views.pending.sent_by(member.id);
    let open =
        open.into_iter().filter(|sent| sent.origin == OpenOrigin::Submitted && !has_expired(view, sent));
    let moment = |at: Timestamp| format!("{}{}", human_minute(at), within(at.since(view.as_of)));
    if due.is_empty() {
        let waits = open.filter(|sent| sent.open.state != Outgoing::AwaitingOwnConfirmation);
        let from = waits.map(|sent| sent.submitted_at.plus(policy.answers.follow_up_after)).min()?;
        return (from > view.as_of)
            .then(|| format!("{}: the first request is old enough to follow up.", moment(from)));
    }
    let ends = open.filter_map(|sent| {
        let listed = due.iter().find(|due| due.found.request == sent.open.request)?;
        Some((sent.submitted_at.plus(policy.expiry.after), &listed.with))
    });
    ends.min().map(|(at, with)| format!("{}: the request to {with} ends.", moment(at)))
}

/// The lines of a request: its state, its chance, and what can be done.
fn entry(member: &Member, due: &FollowUpDue, room: ScreenLength) -> Vec<Item> {
    let FollowUpDue { own, with, found } = due;
    let (since, days) = (day(found.since), counted(found.days, "day"));
    let state = match own {
        Viewer::Sender if found.code == Code::AwaitingOwnConfirmation => {
            format!("{with}: has waited for {} to confirm it since {since}", member.shown_handle())
        }
        Viewer::Sender => format!("{with}: sent {since}, open for {days}"),
        Viewer::Recipient | Viewer::Agent | Viewer::Engineer => {
            format!("from {with}: has waited for {} since {since} ({days})", member.shown_handle())
        }
    };
    let chance = found.chance_percent.map(|percent| {
        let worth = if found.is_worth_it { "worth a second look" } else { "hardly worth waiting" };
        format!("{} this old are answered: {worth}.", capital(&in_hundred(percent)))
    });
    let ways = ways(member, due);
    let ways_max = match room {
        ScreenLength::Brief => 1,
        ScreenLength::Full => ways.len(),
    };
    let ways = ways.into_iter().take(ways_max).map(Item::from);
    [Item::coded(state, found.code)].into_iter().chain(chance.map(Item::from)).chain(ways).collect()
}

/// A share of requests, in words.
fn in_hundred(percent: u8) -> String {
    match percent {
        0 => "hardly any requests".to_owned(),
        percent => format!("about {percent} of 100 requests"),
    }
}

/// What can be done about the request, the best first.
fn ways(member: &Member, due: &FollowUpDue) -> Vec<String> {
    let FollowUpDue { own, with, found } = due;
    let act = |text: &str, act: Act| {
        let (member, other, request) = (member.shown_handle().to_owned(), with.clone(), found.request);
        format!("{text}: {}", command(&Action { act, member, other, request }))
    };
    let advice = found.advice.iter().map(advice_line);
    if *own != Viewer::Sender || found.code == Code::AwaitingOwnConfirmation {
        return advice.collect();
    }
    let give_up = (!found.is_worth_it).then(|| act("Take it back", Act::Withdraw));
    let remind = (found.reminders_left > 0 && found.is_worth_it).then(|| act("Remind them", Act::Remind));
    let introduction = found.introducers.iter().map(|name| format!("Ask {name} to introduce you."));
    let channels = found.other_channels.iter().map(|channel| format!("Write another way: {channel}."));
    remind.into_iter().chain(give_up).chain(introduction).chain(channels).chain(advice).collect()
}
