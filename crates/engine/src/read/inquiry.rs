//! "Where did my request go?": finds the request that is meant, and its events, for `audit` to explain.

use std::cell::RefCell;
use std::rc::Rc;

use acquaint_audit::{
    Delivery, Explanation, FollowUp, Hit, Incident, Outage, Viewer, deliveries, explain, follow_up, hits,
    incidents, outages, sayable,
};
use acquaint_codec::encode;
use acquaint_domain::{
    Addressee, Event, EventNumber, Handle, MemberId, Recorded, RequestId, Timestamp, letter,
};
use acquaint_log::{EventLog, Position, ReadError, Record};

use crate::error::{StartError, SubmitError};
use crate::read::parties::Parties;
use crate::state::decode::decoded;
use crate::state::index::Visible;
use crate::state::views::Views;
use crate::write::resolve::naming_part;

mod dossier;
mod find;
mod own_end;
mod own_events;
mod rehearse;
mod requests;
mod statement;

pub use own_end::OwnEnd;
use rehearse::submitted;
pub use requests::{CountBy, CountKey, MatchingRequest, RequestScope};

/// How a caller names a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestSelector {
    /// By its id.
    Request(RequestId),
    /// By its sender and the entered address: the open request, or else the latest that the viewer may know of.
    Pair {
        /// Handle of the member who sent the request.
        from: Handle,
        /// The address: handle, profile URL or e-mail address; or the name that an export gives.
        to: String,
    },
}

/// Results that answers about many requests share, for one state of the views.
#[derive(Default)]
pub struct InquiryCache {
    /// What one member may see. One entry is enough: lists are of one member's requests.
    sender: RefCell<Option<(MemberId, Rc<Visible>)>>,
    recipient: RefCell<Option<(MemberId, Rc<Visible>)>>,
    trouble: RefCell<Option<(Timestamp, Rc<DeliveryTrouble>)>>,
}

/// When deliveries failed, as of one moment.
#[derive(Default)]
struct DeliveryTrouble {
    outages: Vec<Outage>,
    incidents: Vec<Incident>,
}

/// Reads answers from a log and the views that were built from it.
#[derive(Clone, Copy)]
pub struct Inquiry<'a> {
    views: &'a Views,
    log: &'a dyn EventLog,
    staged: &'a [Recorded],
    cache: Option<&'a InquiryCache>,
}

/// The same error for a request that does not exist and for one that the viewer may not know of.
pub fn no_such_request(request: RequestId) -> SubmitError {
    SubmitError::UnknownRequest(request)
}

/// The sentence that says there is no such request.
fn no_such(subject: &RequestSelector) -> String {
    match subject {
        RequestSelector::Request(request) => no_such_request(*request).to_string(),
        RequestSelector::Pair { from, to } => format!("there is no request from `{from}` to `{to}`"),
    }
}

/// How similar a name must be to be suggested (Jaro-Winkler similarity, 0 to 1).
const SIMILARITY_MIN: f64 = 0.85;
const SUGGESTIONS_MAX: usize = 3;

/// Events of one request whose numbers differ by at most this are read in one pass.
const GAP_MAX: u64 = 64;

fn missing(number: EventNumber) -> StartError {
    StartError::Unreadable { position: number.0, reason: "there is no such event".to_owned() }
}

impl<'a> Inquiry<'a> {
    /// Reads from `log` and from `staged`, the events that are not in the log yet.
    ///
    /// Staged events take precedence over the log's events with the same numbers: they are work that was due earlier, but that
    /// a log from an earlier version recorded later.
    pub fn new(views: &'a Views, log: &'a dyn EventLog, staged: &'a [Recorded]) -> Self {
        Self { views, log, staged, cache: None }
    }

    /// The same, for answers about many requests: shared results are computed once, and kept in `cache`.
    #[must_use]
    pub fn remembering(self, cache: &'a InquiryCache) -> Self {
        Self { cache: Some(cache), ..self }
    }

    /// The views that it reads.
    pub fn views(&self) -> &'a Views {
        self.views
    }

    /// The log that it reads.
    pub fn log(&self) -> &'a dyn EventLog {
        self.log
    }

    /// The events that are not in the log, in order.
    pub fn staged(&self) -> &'a [Recorded] {
        self.staged
    }

    /// The answer for a viewer, as of a moment; `None` if the viewer may see nothing of the request.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn explain(
        &self,
        request: RequestId,
        viewer: Viewer,
        as_of: Timestamp,
    ) -> Result<Option<Explanation>, StartError> {
        let answer = self.with_dossier((request, viewer), as_of, None, explain)?;
        answer.map(|answer| self.with_hashes(answer)).transpose()
    }

    /// Agents and engineers see the hash of each event's stored bytes, so that they can verify it against the log.
    fn with_hashes(&self, mut answer: Explanation) -> Result<Explanation, StartError> {
        if let Viewer::Agent | Viewer::Engineer = answer.viewer {
            for line in &mut answer.events {
                let number = EventNumber(line.number);
                let staged = self.staged.iter().find(|recorded| recorded.number == number).map(encode);
                let bytes = match staged {
                    Some(bytes) => bytes,
                    None => self.record(number)?.bytes,
                };
                line.hash = Some(blake3::hash(&bytes).to_hex().to_string());
            }
        }
        Ok(answer)
    }

    /// All requests that a member has sent, oldest first.
    pub fn requests_of(&self, sender: MemberId) -> Vec<RequestId> {
        self.views.index.requests_of(sender)
    }

    /// All requests made in a span of time, both ends included, oldest first.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn requests_between(&self, first: Timestamp, last: Timestamp) -> Result<Vec<RequestId>, StartError> {
        let mut found = Vec::new();
        // Recorded time never goes back.
        let from = self.first_at(first)?;
        for recorded in self.events_from(from) {
            let recorded = recorded?;
            if recorded.at > last {
                break;
            }
            let requests = recorded.event.requests();
            let begin = |request: &&RequestId| self.views.index.beginning(**request) == Some(recorded.number);
            found.extend(requests.iter().filter(begin).copied());
        }
        found.dedup();
        Ok(found)
    }

    /// Every site-wide incident until `as_of`, oldest first.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn incidents(&self, as_of: Timestamp) -> Result<Vec<Incident>, StartError> {
        Ok(self.trouble(as_of)?.incidents)
    }

    fn trouble(&self, as_of: Timestamp) -> Result<DeliveryTrouble, StartError> {
        let Some((_, policy)) = self.views.policy() else { return Ok(DeliveryTrouble::default()) };
        let failures = self.events(self.views.index.failures())?;
        let failures: Vec<&Recorded> = failures.iter().collect();
        let arrivals = |number| self.views.index.arrivals_before(number);
        let outages = outages(&self.events(self.views.index.faults())?, as_of);
        let incidents = incidents(&failures, &arrivals, &outages, policy, as_of);
        Ok(DeliveryTrouble { outages, incidents })
    }

    /// The letters that an incident delayed, in the order in which they first failed.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn hits(&self, incident: &Incident) -> Result<Vec<Hit>, StartError> {
        let failures = self.events(self.views.index.failures())?;
        Ok(hits(&failures.iter().collect::<Vec<_>>(), incident))
    }

    /// The delivery of a letter that an incident delayed; `None` if the log does not say which request it was about.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn delivery(&self, hit: &Hit, as_of: Timestamp) -> Result<Option<Delivery>, StartError> {
        let Some(posted_by) = hit.posted_by else { return Ok(None) };
        let posted = self.event(posted_by)?;
        let Some(request) = posted.event.requests().first().copied() else { return Ok(None) };
        let mut trace = self.events(&self.views.index.of_request(request))?;
        trace.retain(|recorded| recorded.at <= as_of);
        let trouble = self.trouble_of(&trace, as_of)?;
        let deliveries = deliveries(&trace, &trouble.outages, &trouble.incidents);
        Ok(deliveries.into_iter().find(|delivery| delivery.letter_id == hit.letter_id))
    }

    /// What staff may pass on to a sender who asks the same: the beginning of the sender's own answer, and the request that it
    /// is about. For a selector with an e-mail address, that can be another request than the one that staff see. INVARIANT (own
    /// desk): the sentence does not depend on which request staff see.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn passed_on(
        &self,
        subject: &RequestSelector,
        as_of: Timestamp,
    ) -> Result<(String, Option<RequestId>), StartError> {
        let request = match self.find(subject, Viewer::Sender) {
            Ok(request) => request,
            // Nothing more: what an agent also sees, such as a request in the other direction, must not be passed on.
            Err(_not_found) => return Ok((no_such(subject), None)),
        };
        let answer = self.explain(request, Viewer::Sender, as_of)?;
        Ok((answer.as_ref().map_or_else(String::new, sayable), Some(request)))
    }

    /// What to do about an open request that has waited long enough; `None` if nothing needs doing.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn follow_up(
        &self,
        request: RequestId,
        viewer: Viewer,
        as_of: Timestamp,
    ) -> Result<Option<FollowUp>, StartError> {
        self.with_dossier((request, viewer), as_of, None, follow_up)
    }

    /// The numbers of a request's events that a viewer may see; empty if there is no such request.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn seen(&self, request: RequestId, viewer: Viewer) -> Result<Vec<EventNumber>, StartError> {
        let mut trace = self.events(&self.views.index.of_request(request))?;
        let Some(parties) = Parties::of(request, &trace) else { return Ok(Vec::new()) };
        trace.retain(|recorded| viewer.sees(&recorded.event, parties.sender, parties.recipient));
        Ok(trace.into_iter().map(|recorded| recorded.number).collect())
    }

    /// One event.
    ///
    /// # Errors
    /// The event cannot be read.
    pub fn event(&self, number: EventNumber) -> Result<Recorded, StartError> {
        if let Ok(index) = self.staged.binary_search_by_key(&number, |recorded| recorded.number) {
            return Ok(self.staged[index].clone());
        }
        decoded(Ok(self.record(number)?))
    }

    fn record(&self, number: EventNumber) -> Result<Record, StartError> {
        let position = Position::new(number.0).ok_or_else(|| missing(number))?;
        let record = self.log.read(position).next().ok_or_else(|| missing(number))?;
        record.map_err(StartError::from)
    }

    /// Every event up to the last that the views have applied, in order.
    pub fn all_events(&self) -> impl Iterator<Item = Result<Recorded, StartError>> + use<'a> {
        self.events_from(Position::FIRST)
    }

    fn events_from(&self, first: Position) -> impl Iterator<Item = Result<Recorded, StartError>> + use<'a> {
        let (log, staged, last) = (self.log, self.staged, self.views.last());
        let last_in_log = staged.first().map_or(last.0, |recorded| recorded.number.0 - 1);
        let in_log = log.read(first).map(decoded).take_while(move |recorded| match recorded {
            Ok(recorded) => recorded.number.0 <= last_in_log,
            Err(_) => true,
        });
        let staged = staged.iter().filter(move |recorded| recorded.number.0 >= first.get());
        in_log.chain(staged.cloned().map(Ok))
    }

    /// The position of the first event recorded at `at` or later, or the position after the last event.
    fn first_at(&self, at: Timestamp) -> Result<Position, StartError> {
        let (mut from, mut to) = (1, self.views.last().0 + 1);
        while from < to {
            let middle = from + (to - from) / 2;
            if self.event(EventNumber(middle))?.at < at { from = middle + 1 } else { to = middle }
        }
        Ok(Position::new(from).unwrap_or(Position::FIRST))
    }

    /// The events with these ascending numbers. Events that are close in the log are read in one pass. Staged events take
    /// precedence over the log's, as in [`Self::new`].
    pub(crate) fn events(&self, numbers: &[EventNumber]) -> Result<Vec<Recorded>, StartError> {
        let is_close = |one: &EventNumber, next: &EventNumber| next.0 - one.0 <= GAP_MAX;
        let first_staged = self.staged.first().map_or(u64::MAX, |recorded| recorded.number.0);
        let (in_log, staged) = numbers.split_at(numbers.partition_point(|number| number.0 < first_staged));
        let mut events = Vec::with_capacity(numbers.len());
        for close in in_log.chunk_by(is_close) {
            let mut records =
                close.first().and_then(|first| Position::new(first.0)).map(|at| self.log.read(at));
            for number in close {
                let is_reached = |record: &Result<Record, ReadError>| {
                    record.as_ref().map_or(true, |record| record.position.get() >= number.0)
                };
                let found = records.as_mut().and_then(|records| records.find(is_reached));
                events.push(decoded(found.ok_or_else(|| missing(*number))?)?);
            }
        }
        for number in staged {
            events.push(self.event(*number)?);
        }
        Ok(events)
    }

    /// When deliveries failed, if one in this trace did; otherwise empty.
    fn trouble_of(&self, trace: &[Recorded], as_of: Timestamp) -> Result<Rc<DeliveryTrouble>, StartError> {
        let is_failure = |recorded: &Recorded| {
            matches!(
                recorded.event,
                Event::Letter(letter::Event { kind: letter::Kind::DeliveryFailed { .. }, .. })
            )
        };
        if !trace.iter().any(is_failure) {
            return Ok(Rc::default());
        }
        let Some(cache) = self.cache else { return Ok(Rc::new(self.trouble(as_of)?)) };
        if let Some((at, trouble)) = &*cache.trouble.borrow()
            && *at == as_of
        {
            return Ok(Rc::clone(trouble));
        }
        let trouble = Rc::new(self.trouble(as_of)?);
        cache.trouble.replace(Some((as_of, Rc::clone(&trouble))));
        Ok(trouble)
    }

    /// The events that the member at this end of a request may see.
    fn visible_to(&self, end: Viewer, member: MemberId) -> Rc<Visible> {
        let cached = self.cache.map(|cache| match end {
            Viewer::Recipient => &cache.recipient,
            Viewer::Sender | Viewer::Agent | Viewer::Engineer => &cache.sender,
        });
        if let Some((_, visible)) =
            cached.and_then(|cached| cached.borrow().clone().filter(|(of, _)| *of == member))
        {
            return visible;
        }
        let visible = Rc::new(self.views.index.visible_to(member));
        if let Some(cached) = cached {
            cached.replace(Some((member, Rc::clone(&visible))));
        }
        visible
    }

    /// Handles of the members connected with both, ordered by how long the sender has been connected with them. Nothing on the
    /// other side can change this order. A member who has closed the account since the request was made still counts: while the
    /// request is open, no event reports the closing.
    fn mutuals(&self, parties: &Parties, asked_at: Timestamp) -> Vec<String> {
        let Addressee::Member(to) = parties.addressee else { return Vec::new() };
        let connected = &self.views.connected;
        let since = |mutual| connected.end(parties.sender, mutual).map(|end| end.since);
        let mutuals = connected.mutuals(parties.sender, to, asked_at);
        let mut mutuals: Vec<_> = mutuals.into_iter().map(|mutual| (since(mutual), mutual)).collect();
        mutuals.sort_unstable();
        mutuals.into_iter().map(|(_, mutual)| self.views.members.handle(mutual)).collect()
    }

    /// Names similar to the entered one, among the sender's own contacts and connections.
    fn suggestions(&self, parties: &Parties, trace: &[Recorded]) -> Vec<String> {
        let entered = submitted(trace).and_then(|submitted| submitted.entered.normalised.as_ref());
        let (Addressee::Nobody, Some(entered)) = (parties.addressee, entered) else { return Vec::new() };
        let members = &self.views.members;
        let Some(sender) = members.get(parties.sender) else { return Vec::new() };
        let connections = self.views.connected.ends_of(sender.id).filter_map(|(other, _)| members.get(other));
        let names = connections.flat_map(|other| {
            let url = other.profile.held().and_then(|profile| profile.url.as_ref());
            [Some(other.handle.to_string()), url.map(ToString::to_string)]
        });
        let own = names.flatten().chain(sender.contacts.iter().map(ToString::to_string));
        let mut alike: Vec<(f64, String)> = own
            .map(|name| (strsim::jaro_winkler(naming_part(&name), naming_part(entered.as_str())), name))
            .filter(|(similarity, _)| *similarity >= SIMILARITY_MIN)
            .collect();
        alike.sort_by(|(one, name), (other, other_name)| other.total_cmp(one).then(name.cmp(other_name)));
        alike.into_iter().map(|(_, name)| name).take(SUGGESTIONS_MAX).collect()
    }
}
