//! "Where did my request go?": finding the request that is meant, and its events, for the audit to read.

use acquaint_audit::{Answer, Dossier, FollowUp, Incident, Viewer, explain, follow_up, incident, incidents};
use acquaint_codec::encode;
use acquaint_domain::export::ExportEvent;
use acquaint_domain::{
    Address, Addressee, Code, Event, EventNumber, Handle, MemberId, Recorded, RequestId, Timestamp,
};
use acquaint_log::{EventLog, Position, ReadError, Record};

use crate::error::{OpenError, SubmitError};
use crate::index::{Parties, Target};
use crate::replay::decoded;
use crate::views::Views;

/// How a request is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// By its id.
    Request(RequestId),
    /// By who asked and what was typed: the latest such request that the viewer may know of.
    Pair {
        /// Who asked.
        from: Handle,
        /// Who was asked: handle, profile URL or e-mail address.
        to: String,
    },
}

/// Reads answers from a log and the views that were built from it.
#[derive(Clone, Copy)]
pub struct Inquiry<'a> {
    views: &'a Views,
    log: &'a dyn EventLog,
    staged: &'a [Recorded],
}

/// The same sentence for one that is not there and for one that a viewer may not know of.
pub fn no_such_request(request: RequestId) -> SubmitError {
    SubmitError::NotFound(format!("there is no request {request} here; check the id"))
}

/// How alike two names must be to be offered for one another (Jaro-Winkler similarity, 0 to 1).
const LIKENESS_MIN: f64 = 0.85;
const SUGGESTIONS_MAX: usize = 3;

/// Events of one request that are this near to one another are read in one go.
const NEAR: u64 = 64;

fn missing(number: EventNumber) -> OpenError {
    OpenError::Unreadable { position: number.0, reason: "there is no such event".to_owned() }
}

impl<'a> Inquiry<'a> {
    /// Reads from `log`; events that are not there yet are in `staged`.
    pub fn new(views: &'a Views, log: &'a dyn EventLog, staged: &'a [Recorded]) -> Self {
        Self { views, log, staged }
    }

    /// The request that is meant.
    ///
    /// # Errors
    /// There is none that this viewer may know of.
    pub fn find(&self, subject: &Subject, viewer: Viewer) -> Result<RequestId, SubmitError> {
        match subject {
            Subject::Request(request) => match self.views.index.parties(*request) {
                Some(_) => Ok(*request),
                None => Err(no_such_request(*request)),
            },
            Subject::Pair { from, to } => {
                let sender = self.views.named(from)?.id;
                self.targets(to, viewer)
                    .into_iter()
                    .filter_map(|target| self.views.index.latest(sender, &target))
                    .max_by_key(|request| {
                        let first = self.views.index.of_request(*request).first().copied();
                        (!self.is_bare_connection(first), first)
                    })
                    .ok_or_else(|| self.absent(sender, from, to))
            }
        }
    }

    /// Whether an event begins with a connection whose request no export holds: a request is the likelier thing to ask
    /// about.
    fn is_bare_connection(&self, first: Option<EventNumber>) -> bool {
        let first = first.and_then(|number| self.event(number).ok());
        first.is_some_and(|recorded| {
            matches!(recorded.event, Event::Export(ExportEvent::ConnectionObserved { .. }))
        })
    }

    /// That there is none; whoever has imported exports is told that those do not hold everything.
    fn absent(&self, sender: MemberId, from: &Handle, to: &str) -> SubmitError {
        let has_exports = self.views.exports.exports().iter().any(|export| export.owner == sender);
        let code = Code::NotInExport;
        SubmitError::NotFound(if has_exports {
            format!(
                "there is no request from `{from}` to `{to}` in any export that was imported ({code} {}); exports \
                 leave out most that were declined, withdrawn or ignored, and what is older than half a year",
                code.name()
            )
        } else {
            format!("there is no request from `{from}` to `{to}`")
        })
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
    ) -> Result<Option<Answer>, OpenError> {
        let answer = self.with_dossier(request, as_of, |dossier| explain(dossier, viewer))?.flatten();
        answer.map(|answer| self.with_hashes(answer)).transpose()
    }

    /// Agents and engineers see what each event is stored as, so that it can be found unchanged in the log.
    fn with_hashes(&self, mut answer: Answer) -> Result<Answer, OpenError> {
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
    pub fn requests_between(&self, first: Timestamp, last: Timestamp) -> Result<Vec<RequestId>, OpenError> {
        let mut found = Vec::new();
        for (number, request) in self.views.index.beginnings() {
            let at = self.event(number)?.at;
            if at >= first && at <= last {
                found.push(request);
            }
        }
        Ok(found)
    }

    /// Every site-wide incident until `as_of`, oldest first.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn incidents(&self, as_of: Timestamp) -> Result<Vec<Incident>, OpenError> {
        let Some((_, policy)) = self.views.policy() else { return Ok(Vec::new()) };
        let failures = self.events(self.views.index.failures())?;
        let failures: Vec<&Recorded> = failures.iter().collect();
        Ok(incidents(&failures, self.views.index.arrivals(), policy, as_of))
    }

    /// What may be passed on to the sender who asks the same: what they would be told themselves, about the request that
    /// they would be told of. Of a request to an e-mail address that is another matter than of one to its owner.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn passed_on(&self, subject: &Subject, as_of: Timestamp) -> Result<String, OpenError> {
        let found = match self.find(subject, Viewer::Sender) {
            Ok(request) => self.explain(request, Viewer::Sender, as_of)?,
            Err(not_found) => return Ok(not_found.to_string()),
        };
        Ok(found.map_or_else(String::new, |answer| format!("{}: {}", answer.code, answer.verdict)))
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
    ) -> Result<Option<FollowUp>, OpenError> {
        self.with_dossier(request, as_of, |dossier| follow_up(dossier, viewer)).map(Option::flatten)
    }

    /// The events of a request that a viewer may see, by their numbers in the log; none of a request that is not there.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn seen(&self, request: RequestId, viewer: Viewer) -> Result<Vec<EventNumber>, OpenError> {
        let Some(parties) = self.views.index.parties(request) else { return Ok(Vec::new()) };
        let mut trace = self.events(self.views.index.of_request(request))?;
        trace.retain(|recorded| viewer.sees(&recorded.event, parties.sender, parties.recipient));
        Ok(trace.into_iter().map(|recorded| recorded.number).collect())
    }

    /// One event.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn event(&self, number: EventNumber) -> Result<Recorded, OpenError> {
        if let Ok(place) = self.staged.binary_search_by_key(&number, |recorded| recorded.number) {
            return Ok(self.staged[place].clone());
        }
        decoded(Ok(self.record(number)?))
    }

    fn record(&self, number: EventNumber) -> Result<Record, OpenError> {
        let position = Position::new(number.0).ok_or_else(|| missing(number))?;
        let record = self.log.read(position).next().ok_or_else(|| missing(number))?;
        record.map_err(|error| OpenError::Unreadable { position: number.0, reason: error.to_string() })
    }

    /// Every event up to the last that the views have, in order.
    pub fn all_events(&self) -> impl Iterator<Item = Result<Recorded, OpenError>> + use<'a> {
        let (log, staged, last) = (self.log, self.staged, self.views.last());
        let staged = staged.iter().cloned().map(Ok);
        log.read(Position::FIRST).map(decoded).chain(staged).take_while(move |recorded| match recorded {
            Ok(recorded) => recorded.number <= last,
            Err(_) => true,
        })
    }

    pub(crate) fn with_dossier<T>(
        &self,
        request: RequestId,
        as_of: Timestamp,
        read: impl FnOnce(&Dossier<'_>) -> T,
    ) -> Result<Option<T>, OpenError> {
        let views = self.views;
        let (Some(parties), Some((policy, _))) = (views.index.parties(request), views.policy()) else {
            return Ok(None);
        };
        let mut trace = self.events(views.index.of_request(request))?;
        trace.retain(|recorded| recorded.at <= as_of);
        let incident = self.incident(&trace, as_of)?;
        let recipient = match parties.addressee {
            Addressee::Member(to) => Some(to),
            Addressee::Email | Addressee::Nobody => parties.recipient,
        };
        let asked_at = trace.first().map_or(as_of, |recorded| recorded.at);
        let mutuals = self.mutuals(&parties, asked_at);
        let suggestions = self.suggestions(&parties, &trace);
        let member_of = |viewer| match viewer {
            Viewer::Sender => Some(parties.sender),
            Viewer::Recipient => recipient,
            Viewer::Agent | Viewer::Engineer => None,
        };
        let number = |viewer, number: EventNumber| match member_of(viewer) {
            Some(member) => views.index.place_for(member, number),
            None => number.0,
        };
        let position = |viewer| match member_of(viewer) {
            Some(member) => views.index.count_for(member),
            None => views.last().0,
        };
        let dossier = Dossier {
            request,
            trace: &trace,
            as_of,
            sender: parties.sender,
            recipient,
            policies: &views.policies,
            policy,
            handles: &|member| views.members.handle(member),
            number: &number,
            position: &position,
            incident,
            mutuals: &mutuals,
            suggestions: &suggestions,
            observed_until: self.observed_until(request, &parties),
            exports: views.exports.exports(),
        };
        Ok(Some(read(&dossier)))
    }

    /// The last moment that the records speak of which hold the request.
    fn observed_until(&self, request: RequestId, parties: &Parties) -> Option<Timestamp> {
        let exports = &self.views.exports;
        let newest = exports.invitation(request).and_then(|shown| {
            exports.newest(shown.invitation.owner(), shown.network).map(|export| export.as_of)
        });
        newest.or(self.views.index.observed_until().filter(|_| parties.observed))
    }

    /// These events, whose numbers ascend. What was recorded together is read together. What is staged may stand for what the
    /// log holds at the same place, if it is what would have come of it earlier.
    pub(crate) fn events(&self, numbers: &[EventNumber]) -> Result<Vec<Recorded>, OpenError> {
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

    fn targets(&self, to: &str, viewer: Viewer) -> Vec<Target> {
        let parsed = Address::parse(to);
        let text = Target::Text(match &parsed {
            Ok(address) => address.as_str().to_owned(),
            Err(_) => to.to_owned(),
        });
        let members = &self.views.members;
        let public = parsed.as_ref().ok().and_then(|address| members.by_public_address(address));
        // The two desks together know whose an e-mail address is; the sender does not.
        let behind = match &parsed {
            Ok(Address::Email(email)) => members.by_email(email),
            Ok(_) => public,
            Err(_) => None,
        };
        let (public, behind) = (public.map(|member| member.id), behind.map(|member| member.id));
        let targets = match viewer {
            Viewer::Sender => [Some(text), public.map(Target::Member), None],
            // INVARIANT (own desk): a request that never arrived is not the recipient's to know, nor to miss another by.
            Viewer::Recipient => [behind.map(Target::Arrived), None, None],
            Viewer::Agent | Viewer::Engineer => {
                [Some(text), public.map(Target::Member), behind.map(Target::Either)]
            }
        };
        let named = members.by_name(to).map(Target::Member);
        targets.into_iter().flatten().chain(named).collect()
    }

    fn incident(&self, trace: &[Recorded], as_of: Timestamp) -> Result<Option<Incident>, OpenError> {
        let failed = trace.iter().filter(|recorded| matches!(recorded.event, Event::DeliveryFailed { .. }));
        let times: Vec<Timestamp> = failed.map(|recorded| recorded.at).collect();
        let (Some(first), Some(last), Some((_, policy))) = (times.first(), times.last(), self.views.policy())
        else {
            return Ok(None);
        };
        let failures = self.events(self.views.index.failures())?;
        let failures: Vec<&Recorded> = failures.iter().collect();
        Ok(incident(&failures, self.views.index.arrivals(), policy, (*first, *last), as_of))
    }

    /// Members connected with both, as handles, those first whom the sender has known longest. The order is one that
    /// nothing on the other side can change. A closed member counts if it did when the request was made: while that is
    /// open, nothing tells of the closing.
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
            let Event::RequestSubmitted { typed, .. } = &recorded.event else { return None };
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
            .map(|name| (strsim::jaro_winkler(&name, typed.as_str()), name))
            .filter(|(likeness, _)| *likeness >= LIKENESS_MIN)
            .collect();
        alike.sort_by(|(one, name), (other, other_name)| other.total_cmp(one).then(name.cmp(other_name)));
        alike.into_iter().map(|(_, name)| name).take(SUGGESTIONS_MAX).collect()
    }
}
