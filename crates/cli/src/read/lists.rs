//! Lists about one member.

mod account;
mod follow_up;
mod quota;
mod standing;

use std::io::Write;

use acquaint_audit::Viewer;
use acquaint_domain::incoming::Incoming;
use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{Addressee, Code, Handle, RequestId, Timestamp};
use acquaint_projection_blocked::{BlockedRequest, StoppedAt};
use acquaint_projection_members::Member;
use acquaint_projection_pending::{OpenOrigin, OpenRequest};
use serde_json::json;

use crate::failure::CliError;
use crate::grammar::{Exit, Format, ListSlice, Listed, Only};
use crate::render::{Listing, ListingRow, listing};
use crate::session::ReadView;
use crate::values::{human_time, rfc3339};

pub(crate) use account::{member, settings_lines};

/// Writes a list about a member. The member sees only the own side; an agent or engineer sees both.
pub(crate) fn list(
    view: ReadView<'_>,
    what: Listed,
    member: &Handle,
    (viewer, only): (Option<Viewer>, Only),
    format: Format,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let member = known(view, member)?;
    let sides = match viewer {
        None | Some(Viewer::Sender | Viewer::Recipient) => WhichSides::Own,
        Some(Viewer::Agent | Viewer::Engineer) => WhichSides::Both,
    };
    let part = only.part;
    let mut page = match what {
        Listed::Pending => pending(view, member, sides),
        Listed::Connected => connected(view, member),
        Listed::Blocked => blocked(view, member, sides, only),
        Listed::Quota => return quota::quota(view, member, sides, (only.parts, format), out),
        Listed::Standing => return standing::standing(view, member, sides, (only.parts, format), out),
        Listed::FollowUp => return follow_up::follow_up(view, member, sides, only, (format, out)),
    };
    page.rows.drain(..page.rows.len().min(part.skip as usize));
    let more = page.rows.len().saturating_sub(part.rows_max(format));
    page.rows.truncate(part.rows_max(format));
    paged(page, part, more, format, out)
}

/// Writes a part of a list, and how many rows it leaves out.
fn paged(
    mut page: Listing,
    part: ListSlice,
    more: usize,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    if more > 0 {
        page.context.push(("more", json!(more)));
    }
    listing(&page, format, out)?;
    if format == Format::Human {
        note_more(part, page.rows.len(), more, out)?;
    }
    Ok(())
}

/// Tells people how to see the rest of a list, of which `shown` rows were shown.
pub(crate) fn note_more(
    part: ListSlice,
    shown: usize,
    more: usize,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    if more > 0 {
        writeln!(out, "  up to {more} more: --skip {}", part.skip as usize + shown)?;
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum WhichSides {
    Own,
    Both,
}

pub(crate) fn known<'a>(view: ReadView<'a>, handle: &Handle) -> Result<&'a Member, CliError> {
    view.views.members.by_handle(handle).ok_or_else(|| {
        let advice = match view.views.nearest_handle(handle) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "check the spelling".to_owned(),
        };
        CliError::new(Exit::NotFound, format!("no member has the handle `{handle}`; {advice}"))
    })
}

fn page(
    view: ReadView<'_>,
    schema: &'static str,
    title: String,
    member: &Member,
    columns: Vec<&'static str>,
) -> Listing {
    let context = vec![("member", json!(member.shown_handle())), ("as_of", json!(rfc3339(view.as_of)))];
    Listing { schema, title, context, columns, rows: Vec::new() }
}

fn coded(code: Code) -> String {
    format!("{code} {}", code.name())
}

fn pending(view: ReadView<'_>, member: &Member, sides: WhichSides) -> Listing {
    let views = view.views;
    let title = format!("open requests of {}", member.shown_handle());
    let mut columns = vec!["direction", "with", "since", "state", "request"];
    if sides == WhichSides::Both {
        columns.push("at the recipient");
    }
    let mut page = page(view, "acquaint.pending.v1", title, member, columns);
    for sent in views.pending.sent_by(member.id).into_iter().filter(|sent| !has_expired(view, sent)) {
        let (with, code) = (addressee(view, sent), sent.open.state.code());
        let id = sent.open.request.to_string();
        let mut cells =
            vec!["sent".to_owned(), with.clone(), human_time(sent.submitted_at), coded(code), id.clone()];
        let mut value = json!({
            "direction": "sent", "with": with, "since": rfc3339(sent.submitted_at),
            "code": code.to_string(), "name": code.name(), "request": id,
        });
        if sides == WhichSides::Both {
            let there = there(view, sent);
            cells.push(there.map_or_else(|| "-".to_owned(), coded));
            value["recipient_code"] = json!(there.map(|code| code.to_string()));
        }
        page.rows.push(ListingRow { cells, value });
    }
    for (sender, group) in views.pending.received_by(member.id) {
        if !matches!(group.state, Incoming::Delivered | Incoming::AwaitingConfirmation) {
            continue;
        }
        let (with, code) = (views.members.handle(sender), group.state.code());
        let id = group.requests.first().map(ToString::to_string).unwrap_or_default();
        let mut cells =
            vec!["received".to_owned(), with.clone(), human_time(group.since), coded(code), id.clone()];
        if sides == WhichSides::Both {
            cells.push("-".to_owned());
        }
        let value = json!({
            "direction": "received", "with": with, "since": rfc3339(group.since),
            "code": code.to_string(), "name": code.name(), "request": id,
        });
        page.rows.push(ListingRow { cells, value });
    }
    page
}

/// Whether the request has reached the age at which it expires, even if no writer has recorded that yet.
fn has_expired(view: ReadView<'_>, sent: &OpenRequest) -> bool {
    let expiry = view.views.policy().map(|(_, policy)| policy.expiry.after);
    sent.origin == OpenOrigin::Submitted
        && expiry.is_some_and(|expiry| sent.submitted_at.plus(expiry) <= view.as_of)
}

/// The addressee of a request, as its sender knows it.
fn addressee(view: ReadView<'_>, sent: &OpenRequest) -> String {
    match sent.open.addressee {
        Addressee::Member(to) => view.views.members.handle(to),
        Addressee::Email | Addressee::Nobody => entered(sent),
    }
}

fn entered(sent: &OpenRequest) -> String {
    sent.entered().map_or("erased", |entered| entered.address.trim()).to_owned()
}

/// The state of the request at the recipient's desk. The sender may not see it.
fn there(view: ReadView<'_>, sent: &OpenRequest) -> Option<Code> {
    let views = view.views;
    if let Some((recipient, sender)) = views.pending.holder_of(sent.open.request) {
        return views.pending.group(recipient, sender).map(|group| group.state.code());
    }
    let stopped = views.blocked.stopped().find(|stopped| stopped.request == sent.open.request);
    stopped.map(|stopped| stopped.code)
}

fn connected(view: ReadView<'_>, member: &Member) -> Listing {
    let title = format!("connections of {}", member.shown_handle());
    let mut page = page(view, "acquaint.connected.v1", title, member, vec!["with", "since", "by request"]);
    for (other, end) in view.views.connected.ends_of(member.id) {
        let with = view.views.members.handle(other);
        let request = end.name.requests().first().map(ToString::to_string).unwrap_or_default();
        let value = json!({ "with": with, "since": rfc3339(end.since), "request": request });
        page.rows.push(ListingRow { cells: vec![with, human_time(end.since), request], value });
    }
    page
}

/// A request that did not get through, or a block.
struct BlockedLine {
    what: String,
    with: String,
    since: Timestamp,
    why: Option<Code>,
    request: Option<RequestId>,
}

/// Lists blocks, then requests that are held, refused, given up or kept back, the earliest first.
fn blocked(view: ReadView<'_>, member: &Member, sides: WhichSides, only: Only) -> Listing {
    let filter = filtered(only);
    let title =
        format!("blocks, and requests that did not get through, of {}{filter}", member.shown_handle());
    let mut page =
        page(view, "acquaint.blocked.v1", title, member, vec!["what", "with", "since", "why", "request"]);
    let mut stops = held(view, member);
    stops.extend(view.views.blocked.stopped().filter_map(|stopped| stop(view, member, sides, stopped)));
    stops.sort_by_key(|stop| (stop.since, stop.request));
    let all = blocks(view, member, sides).into_iter().chain(stops);
    let is_asked_for = |stop: &BlockedLine| {
        only.code.is_none_or(|code| stop.why == Some(code))
            && only.since.is_none_or(|from| stop.since >= from)
    };
    for BlockedLine { what, with, since, why, request } in all.filter(is_asked_for) {
        let request = request.map_or_else(String::new, |request| request.to_string());
        let value = json!({
            "what": what, "with": with, "since": rfc3339(since),
            "code": why.map(|code| code.to_string()), "name": why.map(Code::name), "request": request,
        });
        let why = why.map_or_else(|| "-".to_owned(), coded);
        page.rows.push(ListingRow { cells: vec![what, with, human_time(since), why, request], value });
    }
    page
}

fn blocks(view: ReadView<'_>, member: &Member, sides: WhichSides) -> Vec<BlockedLine> {
    let views = view.views;
    let block = |what: &str, other, since| BlockedLine {
        what: what.to_owned(),
        with: views.members.handle(other),
        since,
        why: None,
        request: None,
    };
    let mut blocks: Vec<BlockedLine> =
        views.blocked.by(member.id).map(|(other, since)| block("blocks", other, since)).collect();
    if sides == WhichSides::Both {
        let of = views.blocked.of(member.id);
        blocks.extend(of.map(|(other, since)| block("is blocked by", other, since)));
    }
    blocks
}

/// Requests, sent and received, that wait for a review or for the member's confirmation.
fn held(view: ReadView<'_>, member: &Member) -> Vec<BlockedLine> {
    let views = view.views;
    let sent = views.pending.sent_by(member.id).into_iter().filter(|sent| !has_expired(view, sent));
    let sent = sent.filter_map(|sent| {
        let what = match sent.open.state {
            Outgoing::HeldForReview => "held for review",
            Outgoing::AwaitingOwnConfirmation => "waits for confirmation",
            Outgoing::Submitted
            | Outgoing::Refused(_)
            | Outgoing::InTransit { .. }
            | Outgoing::Sent
            | Outgoing::Failed(_)
            | Outgoing::Withdrawn(_)
            | Outgoing::Expired
            | Outgoing::Connected
            | Outgoing::Disconnected => return None,
        };
        let why = Some(sent.open.state.code());
        let (with, request) = (addressee(view, sent), Some(sent.open.request));
        Some(BlockedLine { what: what.to_owned(), with, since: sent.since, why, request })
    });
    let received = views.pending.received_by(member.id);
    let received = received.filter(|(_, group)| group.state == Incoming::AwaitingConfirmation);
    let received = received.map(|(sender, group)| BlockedLine {
        what: "waits for confirmation".to_owned(),
        with: views.members.handle(sender),
        since: group.since,
        why: Some(group.state.code()),
        request: group.requests.first().copied(),
    });
    sent.chain(received).collect()
}

/// The line of a request that did not get through; `None` if it does not belong in this member's list.
fn stop(
    view: ReadView<'_>,
    member: &Member,
    sides: WhichSides,
    stopped: &BlockedRequest,
) -> Option<BlockedLine> {
    let views = view.views;
    let is_sender = stopped.sender == member.id;
    let (what, with) = match &stopped.desk {
        StoppedAt::Sender(to) if is_sender => {
            ("refused".to_owned(), to.held().map_or("erased", |to| to.trim()).to_owned())
        }
        StoppedAt::Road if is_sender => {
            let to = view.inquiry().explain(stopped.request, Viewer::Sender, view.as_of);
            let to = to.ok().flatten().map_or_else(|| "erased".to_owned(), |answer| answer.to);
            ("not delivered".to_owned(), to)
        }
        StoppedAt::Recipient(recipient) if *recipient == member.id => {
            (kept_back(stopped.code, sides).to_owned(), views.members.handle(stopped.sender))
        }
        StoppedAt::Recipient(recipient) if is_sender && sides == WhichSides::Both => {
            (format!("{} at the recipient", kept_back(stopped.code, sides)), views.members.handle(*recipient))
        }
        StoppedAt::Nobody if is_sender && sides == WhichSides::Both => {
            ("unknown address".to_owned(), typed_for(view, stopped.request))
        }
        StoppedAt::Sender(_) | StoppedAt::Road | StoppedAt::Recipient(_) | StoppedAt::Nobody => return None,
    };
    Some(BlockedLine {
        what,
        with,
        since: stopped.at,
        why: Some(stopped.code),
        request: Some(stopped.request),
    })
}

/// What keeps a request out of its recipient's inbox, for the recipient or for staff.
const fn kept_back(code: Code, sides: WhichSides) -> &'static str {
    match (code, sides) {
        (Code::BlockedByRecipient, WhichSides::Own) => "kept back: you block them",
        (Code::BlockedByRecipient, WhichSides::Both) => "kept back by a block",
        (Code::RecipientRestricted | Code::RecipientClosed, _) => "kept back by the account",
        (Code::RecipientNetworkFull, _) => "kept back: network full",
        (Code::AlreadyConnected, _) => "already connected",
        (_, WhichSides::Own) => "kept back by your settings",
        (_, WhichSides::Both) => "kept back by settings",
    }
}

/// The address that the sender entered.
fn typed_for(view: ReadView<'_>, request: RequestId) -> String {
    let answer = view.inquiry().explain(request, Viewer::Agent, view.as_of).ok().flatten();
    answer.map_or_else(|| "erased".to_owned(), |answer| answer.to)
}

/// The filter, for a title.
fn filtered(only: Only) -> String {
    let code = only.code.map_or(String::new(), |code| format!(", by {code} {}", code.name()));
    let since = only.since.map_or(String::new(), |since| format!(", since {}", human_time(since)));
    code + &since
}
