//! Checks whether a record fits what the log holds already.

use acquaint_domain::incoming::Incoming;
use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{
    Address, Addressee, EmailAddress, Event, Handle, ImportedPlace, ImportedRecord, MemberId, RequestId,
    RequestRef, Standing, Timestamp, import, incoming, network,
};
use acquaint_projection_blocked::StoppedAt;
use acquaint_projection_members::Member;
use acquaint_projection_pending::OpenRequest;

use super::{ImportedMember, RequestPlace};
use crate::state::views::Views;
use crate::write::resolve::has_email;

impl Views {
    /// Where an open request is, as a record would say it; `None` if no record can say it, as while it is in transit.
    pub fn place_of(&self, open: &OpenRequest) -> Option<RequestPlace> {
        place_of(self, open)
    }
}

/// The event of a request's arrival at the other side, if the record fits.
pub(super) fn arrival_event(
    views: &Views,
    sender: &Member,
    recipient: Option<&Member>,
    addressee: Addressee,
    place: RequestPlace,
    (request, since): (RequestId, Timestamp),
) -> Result<Event, &'static str> {
    let request_ref = |recipient: &Member| RequestRef { request, sender: sender.id, recipient: recipient.id };
    match (place, recipient) {
        (RequestPlace::Nobody, _) if addressee != Addressee::Email => {
            Err("only a request to an e-mail address can have `\"stands\":\"nobody\"`; say where it stands")
        }
        (RequestPlace::Nobody, _) => {
            Ok(Event::Network(network::Event::RequestUnclaimed { request, sender: sender.id }))
        }
        (RequestPlace::Here(_) | RequestPlace::Connected, None) => Err(
            "no member has the address; say `\"stands\":\"nobody\"`, or put that member's line before this one",
        ),
        (RequestPlace::Connected, Some(recipient)) if has_both_ends(views, sender.id, recipient.id) => {
            Ok(Event::Incoming(incoming::Event {
                request_ref: request_ref(recipient),
                kind: incoming::Kind::Merged { into: None },
            }))
        }
        (RequestPlace::Connected, Some(_)) => Err("the two are not connected; say where it stands"),
        (RequestPlace::Here(place), Some(recipient)) => {
            let request_ref = request_ref(recipient);
            check_stands(views, request_ref, recipient, addressee, place)?;
            Ok(Event::Import(import::Event::Inherited(ImportedRecord::ArrivalInherited {
                request_ref,
                place,
                since,
            })))
        }
    }
}

fn check_stands(
    views: &Views,
    RequestRef { sender, recipient: to, .. }: RequestRef,
    recipient: &Member,
    addressee: Addressee,
    place: ImportedPlace,
) -> Result<(), &'static str> {
    if is_connected(views, sender, to) {
        return Err("the two are connected; remove the line, or say `\"stands\":\"connected\"`");
    }
    if addressee != Addressee::Email && views.blocked.since(sender, to).is_some() {
        return Err("its sender blocks the recipient; keep either the request or the block");
    }
    let is_stopped = is_closed(recipient) || views.blocked.since(to, sender).is_some();
    if is_stopped && is_open_before_block(place.incoming()) {
        return Err("the recipient blocks its sender or has closed the account; say `\"stands\":\"filed\"`");
    }
    match views.pending.group(to, sender) {
        Some(group) if group.state != place.incoming() => {
            Err("another request to the same member has another `stands`; give both the same")
        }
        Some(_) | None => Ok(()),
    }
}

/// Whether a block at the recipient's desk would have filed a request in this state.
pub(super) fn is_open_before_block(state: Incoming) -> bool {
    match state {
        Incoming::Delivered | Incoming::AwaitingConfirmation => true,
        // A filed request can be dismissed later.
        Incoming::Filed(_)
        | Incoming::Dismissed
        | Incoming::Declined
        | Incoming::Reported
        | Incoming::Accepted
        | Incoming::Gone(_) => false,
    }
}

pub(super) fn place_of(views: &Views, open: &OpenRequest) -> Option<RequestPlace> {
    if open.open.state != Outgoing::Sent {
        return None;
    }
    let (request, sender) = (open.open.request, open.open.sender);
    // Members change their e-mail addresses: the member whom a record would name must be the one to whom the request went.
    let owner = open.email().map(|email| views.members.by_email(email).map(|member| member.id));
    let is_named = |recipient| owner.is_none_or(|owner| owner == Some(recipient));
    if let Some((recipient, _)) = views.pending.holder_of(request) {
        let state = views.pending.group(recipient, sender)?.state;
        return ImportedPlace::of(state).filter(|_| is_named(recipient)).map(RequestPlace::Here);
    }
    match (&views.blocked.stopped_request(request)?.desk, owner) {
        (StoppedAt::Recipient(recipient), _)
            if is_named(*recipient) && has_both_ends(views, sender, *recipient) =>
        {
            Some(RequestPlace::Connected)
        }
        (StoppedAt::Nobody, Some(owner)) if owner != Some(sender) => Some(RequestPlace::Nobody),
        (StoppedAt::Recipient(_) | StoppedAt::Nobody | StoppedAt::Sender(_) | StoppedAt::Road, _) => None,
    }
}

pub(super) fn resolve<'a>(
    views: &'a Views,
    sender: &Member,
    to: &Address,
) -> Result<(Addressee, Option<&'a Member>), String> {
    let oneself = || format!("`{to}` is the sender's own address; name another member");
    match to {
        Address::Email(email) if has_email(sender, email) => Err(oneself()),
        Address::Email(email) => Ok((Addressee::Email, views.members.by_email(email))),
        Address::Handle(handle) => {
            let recipient = member(views, handle)?;
            if recipient.id == sender.id {
                return Err(oneself());
            }
            Ok((Addressee::Member(recipient.id), Some(recipient)))
        }
        Address::Profile(_) => Err(format!("`{to}` is a profile; give the handle or an e-mail address")),
    }
}

pub(super) fn member<'a>(views: &'a Views, handle: &Handle) -> Result<&'a Member, String> {
    views.members.by_handle(handle).filter(|member| member.network.is_none()).ok_or_else(|| {
        format!(
            "no member has the handle `{handle}`; put that member's line before this one, or correct the handle"
        )
    })
}

pub(super) fn is_closed(member: &Member) -> bool {
    matches!(member.standing, Standing::Closed { .. })
}

pub(super) fn is_connected(views: &Views, one: MemberId, other: MemberId) -> bool {
    views.connected.end(one, other).is_some() || views.connected.end(other, one).is_some()
}

fn has_both_ends(views: &Views, one: MemberId, other: MemberId) -> bool {
    views.connected.end(one, other).is_some() && views.connected.end(other, one).is_some()
}

pub(super) fn blocks_between(views: &Views, one: MemberId, other: MemberId) -> bool {
    views.blocked.since(one, other).is_some() || views.blocked.since(other, one).is_some()
}

/// The first field in which the known member differs from the record.
pub(super) fn difference(known: &Member, record: &ImportedMember) -> Option<&'static str> {
    let ImportedMember { handle: _, tier, joined, standing, settings, profile, contacts } = record;
    let Some(held) = known.profile.held() else { return Some("emails") };
    let own: Vec<&EmailAddress> = known.contacts.iter().collect();
    let mut given: Vec<&EmailAddress> = contacts.iter().collect();
    given.sort_unstable();
    given.dedup();
    let fields = [
        ("tier", known.tier == *tier),
        ("joined", known.joined == *joined),
        ("emails", held.emails == profile.emails),
        ("profile", held.url == profile.url),
        ("company", held.company == profile.company),
        ("title", held.title == profile.title),
        ("settings", known.settings == *settings),
        ("contacts", own == given),
        ("standing", known.standing == *standing),
    ];
    fields.into_iter().find(|(_, is_same)| !is_same).map(|(field, _)| field)
}
