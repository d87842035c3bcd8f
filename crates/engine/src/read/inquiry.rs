//! "Where did my request go?": finding the request that is meant, and its events, for the audit to read.

use std::cell::RefCell;
use std::rc::Rc;

use acquaint_audit::{
    Delivery, Explanation, FollowUp, Hit, Incident, Outage, Viewer, deliveries, explain, follow_up, hits,
    incidents, outages, sayable,
};
use acquaint_codec::encode;
use acquaint_domain::{
    Addressee, Event, EventNumber, Handle, MemberId, Recorded, RequestId, Timestamp, letter, outgoing,
};
use acquaint_log::{EventLog, Position, ReadError, Record};

use crate::error::{StartError, SubmitError};
use crate::read::parties::Parties;
use crate::state::decode::{decoded, unreadable};
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
pub use requests::{CountBy, CountKey, MatchingRequest, RequestScope};

/// How a request is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestSelector {
    /// By its id.
    Request(RequestId),
    /// By who asked and what was typed: the latest such request that the viewer may know of.
    Pair {
        /// Handle of the member who sent the request.
        from: Handle,
        /// Who was asked: handle, profile URL or e-mail address.
        to: String,
    },
}

/// What answers about many requests have in common, as of one state of the views.
#[derive(Default)]
pub struct InquiryCache {
    /// What the member at one end may see: lists are of one member's requests.
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
    known: Option<&'a InquiryCache>,
}

/// The same sentence for one that is not there and for one that a viewer may not know of.
pub fn no_such_request(request: RequestId) -> SubmitError {
    SubmitError::UnknownRequest(request)
}

/// That what was asked about is not there.
fn no_such(subject: &RequestSelector) -> String {
    match subject {
        RequestSelector::Request(request) => no_such_request(*request).to_string(),
        RequestSelector::Pair { from, to } => format!("there is no request from `{from}` to `{to}`"),
    }
}

/// How alike two names must be to be offered for one another (Jaro-Winkler similarity, 0 to 1).
const LIKENESS_MIN: f64 = 0.85;
const SUGGESTIONS_MAX: usize = 3;

/// Events of one request that are this near to one another are read in one go.
const NEAR: u64 = 64;

fn missing(number: EventNumber) -> StartError {
    StartError::Unreadable { position: number.0, reason: "there is no such event".to_owned() }
}

impl<'a> Inquiry<'a> {
    /// Reads from `log`; events that are not there yet are in `staged`.
    ///
    /// What is staged is read in place of what the log holds at the same numbers: work that was due at a moment in the past
    /// and that the log, because it is of an earlier version, recorded later.
    pub fn new(views: &'a Views, log: &'a dyn EventLog, staged: &'a [Recorded]) -> Self {
        Self { views, log, staged, known: None }
    }

    /// The same, for answers about many requests: what they have in common is looked up once, and kept in `known`.
    #[must_use]
    pub fn remembering(self, known: &'a InquiryCache) -> Self {
        Self { known: Some(known), ..self }
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

    /// The answer for a viewer, as of a moment; `None` when the viewer may see nothing of it.
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

    /// Agents and engineers see what each event is stored as, so that it can be found unchanged in the log.
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

    /// All requests of a member's, oldest first.
    pub fn requests_of(&self, sender: MemberId) -> Vec<RequestId> {
        self.views.index.requests_of(sender)
    }

    /// All requests made in a span of time, both ends included, oldest first.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn requests_between(&self, first: Timestamp, last: Timestamp) -> Result<Vec<RequestId>, StartError> {
        let mut found = Vec::new();
        // Recorded time never runs backwards.
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

    /// The delivery of a letter that an incident delayed; `None` where the log does not say what it was about.
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
        Ok(deliveries.into_iter().find(|delivery| delivery.leg == hit.leg))
    }

    /// What may be said to the sender who asks the same: the beginning of their own answer, and the request that it is about,
    /// which is the one that they would be told of. Of a request to an e-mail address that is another one than of one to its
    /// owner. INVARIANT (own desk): the sentence is the same whichever request staff are told of.
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
            // No more than that: what an agent is also told, such as a request the other way, is not to be said.
            Err(_not_found) => return Ok((no_such(subject), None)),
        };
        let answer = self.explain(request, Viewer::Sender, as_of)?;
        Ok((answer.as_ref().map_or_else(String::new, sayable), Some(request)))
    }

    /// What to do about an open request that is old enough for it; `None` when there is nothing.
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

    /// The events of a request that a viewer may see, by their numbers in the log; none of a request that is not there.
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
    /// It cannot be read.
    pub fn event(&self, number: EventNumber) -> Result<Recorded, StartError> {
        if let Ok(place) = self.staged.binary_search_by_key(&number, |recorded| recorded.number) {
            return Ok(self.staged[place].clone());
        }
        decoded(Ok(self.record(number)?))
    }

    fn record(&self, number: EventNumber) -> Result<Record, StartError> {
        let position = Position::new(number.0).ok_or_else(|| missing(number))?;
        let record = self.log.read(position).next().ok_or_else(|| missing(number))?;
        record.map_err(unreadable)
    }

    /// Every event up to the last that the views have, in order.
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

    /// The place of the first event recorded no earlier than `at`, or the one after the last.
    fn first_at(&self, at: Timestamp) -> Result<Position, StartError> {
        let (mut from, mut to) = (1, self.views.last().0 + 1);
        while from < to {
            let middle = from + (to - from) / 2;
            if self.event(EventNumber(middle))?.at < at { from = middle + 1 } else { to = middle }
        }
        Ok(Position::new(from).unwrap_or(Position::FIRST))
    }

    /// These events, whose numbers ascend. What was recorded together is read together. What is staged may stand for what the
    /// log holds at the same place, if it is what would have come of it earlier.
    pub(crate) fn events(&self, numbers: &[EventNumber]) -> Result<Vec<Recorded>, StartError> {
        let is_near = |one: &EventNumber, next: &EventNumber| next.0 - one.0 <= NEAR;
        let first_staged = self.staged.first().map_or(u64::MAX, |recorded| recorded.number.0);
        let (in_log, staged) = numbers.split_at(numbers.partition_point(|number| number.0 < first_staged));
        let mut events = Vec::with_capacity(numbers.len());
        for near in in_log.chunk_by(is_near) {
            let mut records =
                near.first().and_then(|first| Position::new(first.0)).map(|at| self.log.read(at));
            for number in near {
                let is_it = |record: &Result<Record, ReadError>| {
                    record.as_ref().map_or(true, |record| record.position.get() >= number.0)
                };
                let found = records.as_mut().and_then(|records| records.find(is_it));
                events.push(decoded(found.ok_or_else(|| missing(*number))?)?);
            }
        }
        for number in staged {
            events.push(self.event(*number)?);
        }
        Ok(events)
    }

    /// When deliveries failed, for a trace in which one did; nothing for any other.
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
        let Some(known) = self.known else { return Ok(Rc::new(self.trouble(as_of)?)) };
        if let Some((at, trouble)) = &*known.trouble.borrow()
            && *at == as_of
        {
            return Ok(Rc::clone(trouble));
        }
        let trouble = Rc::new(self.trouble(as_of)?);
        known.trouble.replace(Some((as_of, Rc::clone(&trouble))));
        Ok(trouble)
    }

    /// The events that the member at this end of a request may see.
    fn visible_to(&self, end: Viewer, member: MemberId) -> Rc<Visible> {
        let kept = self.known.map(|known| match end {
            Viewer::Recipient => &known.recipient,
            Viewer::Sender | Viewer::Agent | Viewer::Engineer => &known.sender,
        });
        if let Some((_, visible)) =
            kept.and_then(|kept| kept.borrow().clone().filter(|(of, _)| *of == member))
        {
            return visible;
        }
        let visible = Rc::new(self.views.index.visible_to(member));
        if let Some(kept) = kept {
            kept.replace(Some((member, Rc::clone(&visible))));
        }
        visible
    }

    /// Members connected with both, as handles, those first whom the sender has known longest. The order is one that
    /// nothing on the other side can change. A closed member counts if it did when the request was made: while that is
    /// open, no event reports the closing.
    fn mutuals(&self, parties: &Parties, asked_at: Timestamp) -> Vec<String> {
        let Addressee::Member(to) = parties.addressee else { return Vec::new() };
        let connected = &self.views.connected;
        let since = |mutual| connected.end(parties.sender, mutual).map(|end| end.since);
        let mutuals = connected.mutuals(parties.sender, to, asked_at);
        let mut mutuals: Vec<_> = mutuals.into_iter().map(|mutual| (since(mutual), mutual)).collect();
        mutuals.sort_unstable();
        mutuals.into_iter().map(|(_, mutual)| self.views.members.handle(mutual)).collect()
    }

    /// Names like the one typed, among the sender's own contacts and connections.
    fn suggestions(&self, parties: &Parties, trace: &[Recorded]) -> Vec<String> {
        let typed = trace.iter().find_map(|recorded| {
            let Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Submitted { typed, .. }, .. }) =
                &recorded.event
            else {
                return None;
            };
            typed.held()?.normalised.clone()
        });
        let (Addressee::Nobody, Some(typed)) = (parties.addressee, typed) else { return Vec::new() };
        let members = &self.views.members;
        let Some(sender) = members.get(parties.sender) else { return Vec::new() };
        let connections = self.views.connected.ends_of(sender.id).filter_map(|(other, _)| members.get(other));
        let names = connections.flat_map(|other| {
            let url = other.profile.held().and_then(|profile| profile.url.as_ref());
            [Some(other.handle.to_string()), url.map(ToString::to_string)]
        });
        let own = names.flatten().chain(sender.contacts.iter().map(ToString::to_string));
        let mut alike: Vec<(f64, String)> = own
            .map(|name| (strsim::jaro_winkler(naming_part(&name), naming_part(typed.as_str())), name))
            .filter(|(likeness, _)| *likeness >= LIKENESS_MIN)
            .collect();
        alike.sort_by(|(one, name), (other, other_name)| other.total_cmp(one).then(name.cmp(other_name)));
        alike.into_iter().map(|(_, name)| name).take(SUGGESTIONS_MAX).collect()
    }
}
