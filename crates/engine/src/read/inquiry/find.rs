//! Finds the request that a selector means.

use acquaint_audit::{Sibling, Viewer};
use acquaint_domain::export::ExportEvent;
use acquaint_domain::{
    Address, Addressee, Code, Entered, Event, EventNumber, Handle, MemberId, Personal, Recorded, RequestId,
    Timestamp, import, incoming::Incoming,
};

use super::rehearse::submitted;
use super::{Inquiry, RequestSelector, no_such_request};
use crate::error::{StartError, SubmitError};
use crate::read::parties::{Parties, Submitted, arrival_in};
use crate::state::index::{RequestTarget, entered_text};

/// How many other requests of a pair are listed at most.
const SIBLINGS_MAX: usize = 20;
/// How many events are read to find them at most, for each target.
const SIBLING_EVENTS_MAX: usize = 60;

impl Inquiry<'_> {
    /// The request that is meant: for a pair the open one, or else the latest.
    ///
    /// # Errors
    /// There is no such request that this viewer may know of, or the log cannot be read.
    pub fn find(&self, subject: &RequestSelector, viewer: Viewer) -> Result<RequestId, SubmitError> {
        match subject {
            RequestSelector::Request(request) => match self.views.index.beginning(*request) {
                Some(_) => Ok(*request),
                None => Err(no_such_request(*request)),
            },
            RequestSelector::Pair { from, to } => {
                let sender = self.views.member_by_handle(from)?.id;
                if let Some(open) = self.open(sender, to, viewer) {
                    return Ok(open);
                }
                let found = self.latest_of_pair(sender, to, viewer).map_err(SubmitError::Unreadable)?;
                found.ok_or_else(|| self.not_found(sender, from, to, viewer))
            }
        }
    }

    /// The open request of `sender` to this entered address, as far as the viewer may know.
    fn open(&self, sender: MemberId, to: &str, viewer: Viewer) -> Option<RequestId> {
        let (pending, members) = (&self.views.pending, &self.views.members);
        let parsed = Address::parse(to).ok();
        let public = parsed.as_ref().and_then(|address| members.by_public_address(address));
        let to_member = |member: MemberId| pending.to_member(sender, member);
        let by_text = match &parsed {
            Some(Address::Email(email)) => pending.to_email(sender, email),
            Some(Address::Handle(_) | Address::Profile(_)) | None => None,
        };
        let by_sender = by_text.or_else(|| public.and_then(|member| to_member(member.id)));
        let by_sender = by_sender.map(|open| open.open.request);
        let owner = match &parsed {
            Some(Address::Email(email)) => members.by_email(email),
            Some(Address::Handle(_) | Address::Profile(_)) | None => public,
        };
        // The request that waits at the recipient's desk; of a group, its first.
        let arrived = owner.and_then(|member| {
            let group = pending.group(member.id, sender)?;
            let waits = match group.state {
                Incoming::Delivered
                | Incoming::AwaitingConfirmation
                | Incoming::Dismissed
                | Incoming::Filed(_) => true,
                Incoming::Declined | Incoming::Reported | Incoming::Accepted | Incoming::Gone(_) => false,
            };
            group.requests.first().copied().filter(|_| waits)
        });
        match viewer {
            Viewer::Sender => by_sender,
            Viewer::Recipient => arrived,
            Viewer::Agent | Viewer::Engineer => by_sender.or(arrived),
        }
    }

    /// Other requests of the same sender that the selector may mean, newest first; only a limited number is looked for.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn others(
        &self,
        subject: &RequestSelector,
        found: RequestId,
        viewer: Viewer,
        as_of: Timestamp,
    ) -> Result<Vec<Sibling>, StartError> {
        let mut others = Vec::new();
        for request in self.aimed_at(subject, found, viewer)? {
            let Some(answer) = self.explain(request, viewer, as_of)? else { continue };
            let at = answer.events.first().map_or(answer.since, |event| event.at);
            others.push(Sibling { request, at, code: answer.code, to: answer.to });
        }
        Ok(others)
    }

    fn aimed_at(
        &self,
        subject: &RequestSelector,
        found: RequestId,
        viewer: Viewer,
    ) -> Result<Vec<RequestId>, StartError> {
        let (sender, targets) = match subject {
            RequestSelector::Pair { from, to } => match self.views.members.by_handle(from) {
                Some(sender) => (sender.id, self.targets(to, viewer)),
                None => return Ok(Vec::new()),
            },
            RequestSelector::Request(request) => {
                let trace = self.events(&self.views.index.of_request(*request))?;
                let Some(parties) = Parties::of(*request, &trace) else { return Ok(Vec::new()) };
                (parties.sender, self.targets_of(&parties, &trace, viewer))
            }
        };
        let mut numbers: Vec<(EventNumber, RequestTarget)> = Vec::new();
        for target in targets {
            let aimed = self.views.index.newest_to(sender, &target, SIBLING_EVENTS_MAX);
            numbers.extend(aimed.into_iter().map(|number| (number, target.clone())));
        }
        numbers.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
        let mut others = Vec::new();
        for (number, target) in numbers {
            let request = self.aimed_by(&self.event(number)?.event, sender, &target);
            others.extend(request.filter(|request| *request != found && !others.contains(request)));
            if others.len() == SIBLINGS_MAX {
                break;
            }
        }
        // The event with which a request became the latest may be its arrival, so order by when it was made.
        others.sort_by_key(|request| std::cmp::Reverse(self.views.index.count_of(*request)));
        Ok(others)
    }

    /// The targets of the request with this trace, as far as the viewer may know.
    fn targets_of(&self, parties: &Parties, trace: &[Recorded], viewer: Viewer) -> Vec<RequestTarget> {
        let entered = submitted(trace).map(|submitted| entered_text(submitted.entered).to_owned());
        let known = match parties.addressee {
            Addressee::Member(to) => Some(to),
            Addressee::Email | Addressee::Nobody => None,
        };
        let text = entered.map(RequestTarget::Text);
        match viewer {
            Viewer::Sender => text.into_iter().chain(known.map(RequestTarget::Member)).collect(),
            Viewer::Recipient => {
                parties.recipient.or(known).map(RequestTarget::Arrived).into_iter().collect()
            }
            Viewer::Agent | Viewer::Engineer => {
                let owner = parties.recipient.or(known).map(RequestTarget::Either);
                text.into_iter().chain(known.map(RequestTarget::Member)).chain(owner).collect()
            }
        }
    }

    /// The latest request of `sender` to the entered address that this viewer may know of.
    fn latest_of_pair(
        &self,
        sender: MemberId,
        to: &str,
        viewer: Viewer,
    ) -> Result<Option<RequestId>, StartError> {
        let mut found = Vec::new();
        for target in self.targets(to, viewer) {
            found.extend(self.latest(sender, &target)?);
        }
        Ok(found.into_iter().max_by_key(|request| {
            let first = self.views.index.beginning(*request);
            (!self.is_bare_connection(first), first)
        }))
    }

    /// The latest request of `sender` to this target.
    fn latest(&self, sender: MemberId, target: &RequestTarget) -> Result<Option<RequestId>, StartError> {
        for number in self.views.index.latest_to(sender, target) {
            let found = self.aimed_by(&self.event(number)?.event, sender, target);
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// The request of `sender` to this target that an event begins or delivers.
    fn aimed_by(&self, event: &Event, sender: MemberId, target: &RequestTarget) -> Option<RequestId> {
        if let Some(Submitted { request, entered, .. }) = Submitted::of(event) {
            return is_aimed(entered, target).then_some(request);
        }
        if let Some(arrival) = arrival_in(event) {
            return Some(arrival.request);
        }
        // An imported event, of another network or from before this log, counts for the newest request that it names.
        let requests = event.requests();
        let own = requests.iter().filter(|own| self.views.index.sender_of(**own) == Some(sender));
        own.max_by_key(|own| self.views.index.count_of(**own)).copied()
    }

    /// Whether the first event is a connection whose request no export holds. A real request is more likely to be meant.
    fn is_bare_connection(&self, first: Option<EventNumber>) -> bool {
        let first = first.and_then(|number| self.event(number).ok());
        first.is_some_and(|recorded| {
            matches!(
                recorded.event,
                Event::Import(import::Event::Export(ExportEvent::ConnectionObserved { .. }))
            )
        })
    }

    /// The error that there is no such request, with what may be meant instead: a similar name, or a request in the other
    /// direction. If the sender has imported exports, it says that exports do not hold everything.
    fn not_found(&self, sender: MemberId, from: &Handle, to: &str, viewer: Viewer) -> SubmitError {
        let has_exports = self.views.exports.exports().iter().any(|export| export.owner == sender);
        let code = Code::NotInExport;
        SubmitError::NotFound(if has_exports {
            format!(
                "there is no request from `{from}` to `{to}` in any export that was imported ({code} {}); exports \
                 leave out most that were declined, withdrawn or ignored, and those older than half a year",
                code.name()
            )
        } else {
            let meant = self.suggestion(sender, from, to, viewer).unwrap_or_default();
            format!("there is no request from `{from}` to `{to}`{meant}")
        })
    }

    /// What may be meant by a pair that has no request. INVARIANT (own desk): a member learns only of a request in the other
    /// direction that the member could find by asking for it, and staff learn of no other.
    fn suggestion(&self, sender: MemberId, from: &Handle, to: &str, viewer: Viewer) -> Option<String> {
        let address = Address::parse(to).ok()?;
        let Some(other) = self.views.members.by_public_address(&address) else {
            return self.views.nearest_public(&address).map(|similar| format!("; did you mean `{similar}`?"));
        };
        let opposite = match viewer {
            // Staff may pass this answer on to the sender.
            Viewer::Sender | Viewer::Agent | Viewer::Engineer => Viewer::Recipient,
            Viewer::Recipient => Viewer::Sender,
        };
        let back = self.latest_of_pair(other.id, from.as_str(), opposite).ok()??;
        let is_seen = self.seen(back, opposite).is_ok_and(|seen| !seen.is_empty()) && other.id != sender;
        is_seen.then(|| format!("; there is one the other way, from `{}` to `{from}`", other.handle))
    }

    fn targets(&self, to: &str, viewer: Viewer) -> Vec<RequestTarget> {
        let parsed = Address::parse(to);
        let text = RequestTarget::Text(match &parsed {
            Ok(address) => address.as_str().to_owned(),
            Err(_) => to.to_owned(),
        });
        let members = &self.views.members;
        let public = parsed.as_ref().ok().and_then(|address| members.by_public_address(address));
        // The two desks together know who owns an e-mail address; the sender does not.
        let owner = match &parsed {
            Ok(Address::Email(email)) => members.by_email(email),
            Ok(_) => public,
            Err(_) => None,
        };
        let (public, owner) = (public.map(|member| member.id), owner.map(|member| member.id));
        let targets = match viewer {
            Viewer::Sender => [Some(text), public.map(RequestTarget::Member), None],
            // INVARIANT (own desk): the recipient must not learn of a request that never arrived, not even by missing another.
            Viewer::Recipient => [owner.map(RequestTarget::Arrived), None, None],
            Viewer::Agent | Viewer::Engineer => {
                [Some(text), public.map(RequestTarget::Member), owner.map(RequestTarget::Either)]
            }
        };
        let named = members.by_name(to).map(RequestTarget::Member);
        targets.into_iter().flatten().chain(named).collect()
    }
}

/// Whether the entered text matches the target: the index may lead to other texts with the same key.
fn is_aimed(entered: &Personal<Entered>, target: &RequestTarget) -> bool {
    match target {
        RequestTarget::Text(text) => is_text(entered, text),
        RequestTarget::Member(_) | RequestTarget::Either(_) | RequestTarget::Arrived(_) => true,
    }
}

/// Whether this text was entered: the canonical address, or the text itself if it is not an address.
pub(super) fn is_text(entered: &Personal<Entered>, text: &str) -> bool {
    match entered {
        Personal::Held(entered) => entered_text(entered) == text,
        Personal::Erased => false,
    }
}
