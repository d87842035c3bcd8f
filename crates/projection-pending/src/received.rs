//! The recipients' half.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use acquaint_checkpoint::snapshot;
use acquaint_domain::export::ExportEvent;
use acquaint_domain::incoming::{self, Incoming, RequestGroup};
use acquaint_domain::{
    Addressee, Code, Departure, Event, IllegalTransition, ImportedRecord, Lane, MemberId, Recorded,
    RequestId, RequestRef, Span, Timestamp, WithdrawnBy, connection, import, letter, outgoing,
};
use acquaint_table::{Dense, Sorted, Table};

/// The request groups at recipients' desks, one for each sender.
#[derive(Clone, Debug, Default, Hash)]
pub struct ReceivedRequests {
    /// By recipient, then by sender.
    groups: Dense<MemberId, Sorted<MemberId, RequestGroup>>,
    holders: Table<RequestId, (MemberId, MemberId)>,
    /// The request whose letter was the last to arrive, if it was sent to an e-mail address.
    arriving_by_email: Option<RequestId>,
    /// The requests at recipients' desks that were sent to an e-mail address.
    by_email: BTreeSet<RequestId>,
    /// Closed accounts with request groups that are still to be kept back.
    closing: BTreeMap<MemberId, Closing>,
    /// Answers to requests that bans withdrew afterwards.
    answered: BTreeMap<RequestId, Incoming>,
    answered_by_age: VecDeque<(Timestamp, RequestId)>,
    /// Requests that bans withdrew and whose recipients' desks have not learned of it yet.
    enforced: BTreeSet<RequestId>,
}

/// How far a closed account's request groups have been kept back.
#[derive(Clone, Debug, Hash)]
struct Closing {
    departure: Departure,
    /// All request groups up to this sender's, in order of the senders' numbers, are done.
    done: Option<MemberId>,
}

/// How long an answer is kept: a request that was withdrawn earlier has expired.
const ANSWER_KEPT: Span = Span::days(366);

snapshot!(struct ReceivedRequests { groups, holders, arriving_by_email, by_email, closing, answered, answered_by_age, enforced });
snapshot!(struct Closing { departure, done });

impl ReceivedRequests {
    pub(crate) fn apply(&mut self, recorded: &Recorded) {
        self.arrive(recorded);
        self.remember_answer(recorded);
        self.evolve(recorded);
        self.drop_finished(&recorded.event);
        if let Some((member, departure)) = Departure::decided(recorded)
            && departure.by == WithdrawnBy::Closure
        {
            self.closing.insert(member, Closing { departure, done: None });
        }
        self.skip_filed();
    }

    /// Adds an arriving request to its group.
    fn arrive(&mut self, recorded: &Recorded) {
        match &recorded.event {
            Event::Letter(event) => self.notice_letter(event),
            Event::Incoming(incoming::Event { request_ref, kind }) => match kind {
                incoming::Kind::Delivered { .. }
                | incoming::Kind::Held { .. }
                | incoming::Kind::Filed { .. }
                | incoming::Kind::Crossed { .. }
                | incoming::Kind::Merged { into: Some(_) } => self.add_to_group(*request_ref, recorded.at),
                incoming::Kind::FiledByClosure
                | incoming::Kind::Merged { into: None }
                | incoming::Kind::Shown
                | incoming::Kind::Accepted { .. }
                | incoming::Kind::Declined
                | incoming::Kind::Dismissed
                | incoming::Kind::Reported => {}
            },
            Event::Import(event) => self.arrive_imported(event),
            Event::Network(_)
            | Event::Account(_)
            | Event::Connection(_)
            | Event::Outgoing(_)
            | Event::Oversight(_) => {}
        }
    }

    fn notice_letter(&mut self, event: &letter::Event) {
        match &event.kind {
            letter::Kind::RequestArrived { request, .. } => {
                let is_by_email = matches!(event.letter_id.lane, Lane::Email { .. });
                self.arriving_by_email = is_by_email.then_some(*request);
            }
            letter::Kind::DeliveryFailed { .. }
            | letter::Kind::DeliveryAbandoned { .. }
            | letter::Kind::WithdrawalTaken { .. }
            | letter::Kind::ReminderTaken { .. } => {}
        }
    }

    fn arrive_imported(&mut self, event: &import::Event) {
        match event {
            import::Event::RequestObserved { request_ref, observed_at, seen, .. } => {
                if seen.owner(*request_ref).is(request_ref.recipient) {
                    self.add_to_group(*request_ref, *observed_at);
                }
            }
            import::Event::Inherited(event) => match event {
                ImportedRecord::RequestInherited { request, addressee, .. } => {
                    self.arriving_by_email = (*addressee == Addressee::Email).then_some(*request);
                }
                ImportedRecord::ArrivalInherited { request_ref, since, .. } => {
                    self.add_to_group(*request_ref, *since)
                }
                ImportedRecord::StretchTaken(_)
                | ImportedRecord::MemberInherited { .. }
                | ImportedRecord::ConnectionInherited { .. }
                | ImportedRecord::BlockInherited { .. } => {}
            },
            import::Event::Begun { .. }
            | import::Event::AcceptanceObserved { .. }
            | import::Event::Export(_) => {}
        }
    }

    /// Keeps the answer to a request that a ban withdraws: if the ban is reversed, the answer is valid again.
    fn remember_answer(&mut self, recorded: &Recorded) {
        if let Event::Outgoing(outgoing::Event {
            request,
            kind: outgoing::Kind::Withdrawn { by: WithdrawnBy::Enforcement, posted: Some(_) },
            ..
        }) = &recorded.event
        {
            self.enforced.insert(*request);
        }
        let Event::Letter(letter::Event { kind: letter::Kind::WithdrawalTaken { request, .. }, .. }) =
            &recorded.event
        else {
            return;
        };
        if self.enforced.remove(request)
            && let Some((recipient, sender)) = self.holder_of(*request)
            && let Some(RequestGroup {
                state: state @ (Incoming::Declined | Incoming::Dismissed | Incoming::Reported),
                ..
            }) = self.get(recipient, sender)
        {
            let state = *state;
            while let Some((at, oldest)) = self.answered_by_age.front().copied()
                && at.plus(ANSWER_KEPT) <= recorded.at
            {
                self.answered_by_age.pop_front();
                self.answered.remove(&oldest);
            }
            self.answered.insert(*request, state);
            self.answered_by_age.push_back((recorded.at, *request));
        }
    }

    pub(crate) fn answered(&self, request: RequestId) -> Option<Incoming> {
        self.answered.get(&request).copied()
    }

    /// Closed accounts with request groups that are still to be kept back.
    pub(crate) fn closing(&self) -> impl Iterator<Item = (MemberId, Departure)> {
        self.closing.iter().map(|(member, closing)| (*member, closing.departure))
    }

    /// The request groups of a closed account that are still to be kept back, by sender.
    pub(crate) fn unfiled(&self, recipient: MemberId) -> impl Iterator<Item = (MemberId, &RequestGroup)> {
        let closing = self.closing.get(&recipient);
        let groups = closing.and_then(|closing| Some((self.groups.get(recipient)?, closing.done)));
        let groups = groups.into_iter().flat_map(|(groups, done)| groups.iter_after(done));
        groups.filter(|(_, group)| incoming::closure_files(group.state))
    }

    fn skip_filed(&mut self) {
        let groups = &self.groups;
        self.closing.retain(|member, closing| {
            let Some(groups) = groups.get(*member) else { return false };
            for (sender, group) in groups.iter_after(closing.done) {
                if incoming::closure_files(group.state) {
                    return true;
                }
                closing.done = Some(sender);
            }
            false
        });
    }

    pub(crate) fn get(&self, recipient: MemberId, sender: MemberId) -> Option<&RequestGroup> {
        self.groups.get(recipient)?.get(sender)
    }

    /// Whether a request at a recipient's desk was sent to an e-mail address.
    pub(crate) fn is_by_email(&self, request: RequestId) -> bool {
        self.by_email.contains(&request)
    }

    pub(crate) fn holder_of(&self, request: RequestId) -> Option<(MemberId, MemberId)> {
        self.holders.get(&request).copied()
    }

    pub(crate) fn by(&self, recipient: MemberId) -> impl Iterator<Item = (MemberId, &RequestGroup)> {
        self.groups.get(recipient).into_iter().flat_map(Sorted::iter)
    }

    fn add_to_group(&mut self, request_ref: RequestRef, at: Timestamp) {
        let key = (request_ref.recipient, request_ref.sender);
        let new = RequestGroup { requests: Vec::new(), state: Incoming::AwaitingConfirmation, since: at };
        let group = self.groups.or_default(request_ref.recipient).or_insert(request_ref.sender, new);
        if !group.requests.contains(&request_ref.request) {
            group.requests.push(request_ref.request);
        }
        self.holders.insert(request_ref.request, key);
        if self.arriving_by_email == Some(request_ref.request) {
            self.by_email.insert(request_ref.request);
        }
    }

    fn evolve(&mut self, recorded: &Recorded) {
        if let Event::Incoming(incoming::Event { request_ref, kind: incoming::Kind::FiledByClosure }) =
            &recorded.event
        {
            // Whichever desk holds the request: a group that is kept back is not kept back again, so that a closure ends.
            if let Some(group) = self.group_mut((request_ref.recipient, request_ref.sender))
                && incoming::closure_files(group.state)
            {
                (group.state, group.since) = (Incoming::Filed(Code::RecipientClosed), recorded.at);
            }
            return;
        }
        // Only events of the recipient's own desk change the recipient's groups; an acceptance taken at the sender's does not.
        let desk = recorded.event.owner();
        for request in recorded.event.requests().iter() {
            let Some(key) = self.holders.get(request).copied() else { continue };
            if !desk.is(key.0) {
                continue;
            }
            let Some(group) = self.group_mut(key) else { continue };
            // These are about single requests of the group; the others keep their state.
            if let Event::Incoming(incoming::Event { kind: incoming::Kind::Merged { .. }, .. })
            | Event::Letter(letter::Event { kind: letter::Kind::WithdrawalTaken { .. }, .. })
            | Event::Connection(connection::Event {
                kind: connection::Kind::AcceptanceLapsed { .. },
                ..
            }) = recorded.event
            {
                continue;
            }
            let next = incoming::evolve(Some(group.state), &recorded.event);
            if let Some(state) = next.unwrap_or_else(IllegalTransition::forced)
                && state != group.state
            {
                group.state = state;
                if !matches!(
                    recorded.event,
                    Event::Import(import::Event::RequestObserved { .. })
                        | Event::Import(import::Event::Inherited(_))
                ) {
                    group.since = recorded.at;
                }
            }
        }
    }

    fn drop_finished(&mut self, event: &Event) {
        match event {
            Event::Letter(event) => match &event.kind {
                letter::Kind::WithdrawalTaken { request, .. } => self.forget(*request),
                letter::Kind::DeliveryFailed { .. }
                | letter::Kind::DeliveryAbandoned { .. }
                | letter::Kind::RequestArrived { .. }
                | letter::Kind::ReminderTaken { .. } => {}
            },
            Event::Connection(event) => self.drop_by_connection(event),
            Event::Import(event) => self.drop_by_import(event),
            Event::Network(_)
            | Event::Account(_)
            | Event::Outgoing(_)
            | Event::Incoming(_)
            | Event::Oversight(_) => {}
        }
    }

    fn drop_by_connection(&mut self, event: &connection::Event) {
        let connection::Event { member, other, kind } = event;
        match kind {
            // The sender has learned of the acceptance, so neither side has anything left to do.
            connection::Kind::AcceptanceTaken { .. } | connection::Kind::Recorded { .. } => {
                self.remove_both(*member, *other);
            }
            connection::Kind::AcceptanceLapsed { name, .. } => {
                for request in name.requests() {
                    if self.holders.get(request) == Some(&(*member, *other)) {
                        self.forget(*request);
                    }
                }
            }
            connection::Kind::Disconnected { .. }
            | connection::Kind::Closed { .. }
            | connection::Kind::DisconnectionTaken { .. }
            | connection::Kind::ClosureTaken { .. } => {
                if self.get(*member, *other).is_some_and(|group| group.state == Incoming::Accepted) {
                    self.remove((*member, *other));
                }
            }
            connection::Kind::Blocked { .. } | connection::Kind::Unblocked => {}
        }
    }

    fn drop_by_import(&mut self, event: &import::Event) {
        match event {
            import::Event::AcceptanceObserved { request_ref, .. } => {
                self.remove_both(request_ref.recipient, request_ref.sender)
            }
            import::Event::Export(event) => match event {
                ExportEvent::ConnectionObserved { member, other, .. } => self.remove_both(*member, *other),
                ExportEvent::RequestVanished { request_ref, .. }
                | ExportEvent::DeclineObserved { request_ref, .. } => {
                    self.forget(request_ref.request);
                }
                ExportEvent::ExportBegun { .. }
                | ExportEvent::ExportEnded { .. }
                | ExportEvent::PeopleObserved { .. }
                | ExportEvent::PersonChanged { .. }
                | ExportEvent::NamesakesObserved { .. }
                | ExportEvent::EndObserved { .. }
                | ExportEvent::ConnectionVanished { .. }
                | ExportEvent::BlockObserved { .. } => {}
            },
            import::Event::Begun { .. }
            | import::Event::RequestObserved { .. }
            | import::Event::Inherited(_) => {}
        }
    }

    fn remove_both(&mut self, one: MemberId, other: MemberId) {
        self.remove((one, other));
        self.remove((other, one));
    }

    fn forget(&mut self, request: RequestId) {
        let Some(key) = self.holders.remove(&request) else { return };
        self.by_email.remove(&request);
        let Some(group) = self.group_mut(key) else { return };
        group.requests.retain(|other| *other != request);
        if group.requests.is_empty() {
            self.remove_group(key);
        }
    }

    fn group_mut(&mut self, (recipient, sender): (MemberId, MemberId)) -> Option<&mut RequestGroup> {
        self.groups.get_mut(recipient)?.get_mut(sender)
    }

    fn remove_group(&mut self, (recipient, sender): (MemberId, MemberId)) -> Option<RequestGroup> {
        self.groups.get_mut(recipient)?.remove(sender)
    }

    fn remove(&mut self, key: (MemberId, MemberId)) {
        if let Some(group) = self.remove_group(key) {
            for request in group.requests {
                self.holders.remove(&request);
                self.by_email.remove(&request);
            }
        }
    }
}
