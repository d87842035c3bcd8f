//! The senders' half.

use std::collections::BTreeMap;

use acquaint_checkpoint::snapshot;
use acquaint_domain::export::ExportEvent;
use acquaint_domain::outgoing::{self, Open, Outgoing};
use acquaint_domain::{
    Actor, Addressee, Departure, EmailAddress, Event, EventNumber, IllegalTransition, ImportedRecord,
    MemberId, Recorded, RequestId, Timestamp, WithdrawnBy, account, import, oversight,
};
use acquaint_table::{Dense, Sorted, Table};

use crate::Retention;
use crate::ages::Ages;
use crate::open_request::{OpenOrigin, OpenRequest, note_hash_of};
use crate::withdrawn::{Withdrawn, WithdrawnTarget};
use crate::withheld::Withheld;

/// Requests that are open at their senders' desks.
#[derive(Clone, Debug, Default, Hash)]
pub struct SentRequests {
    requests: Table<RequestId, OpenRequest>,
    by_member: Table<(MemberId, MemberId), RequestId>,
    by_email: BTreeMap<(MemberId, EmailAddress), RequestId>,
    by_sender: Dense<MemberId, Sorted<(Timestamp, RequestId), ()>>,
    /// The requests that can expire.
    ages: Ages,
    withdrawn: Withdrawn,
    /// Members who were banned or closed their account and still have requests open from before.
    leaving: BTreeMap<MemberId, Departure>,
    /// Members whose requests an older version withdrew for a closure that the log does not hold, because the process ended in
    /// between; the member has done nothing since.
    half_closed: BTreeMap<MemberId, Departure>,
    /// The requests that bans withdrew, in their state before.
    withheld: Withheld,
}

snapshot!(struct SentRequests { requests, by_member, by_email, by_sender, ages, withdrawn, leaving, half_closed, withheld });

impl SentRequests {
    pub(crate) fn apply(&mut self, recorded: &Recorded, retention: Retention) {
        self.notice_half_closed(recorded);
        self.withheld.follow(recorded);
        match &recorded.event {
            Event::Outgoing(event) => self.apply_outgoing(event, recorded, retention),
            Event::Import(event) => self.apply_import(event, recorded.number),
            Event::Oversight(event) => self.oversee(event, recorded),
            Event::Account(event) => self.apply_account(event),
            // These change at most the state of a request, which `evolve` folds below.
            Event::Network(_) | Event::Connection(_) | Event::Letter(_) | Event::Incoming(_) => {}
        }
        for request in recorded.event.requests().iter() {
            self.evolve(*request, recorded, retention);
        }
        // A request that a newer export no longer shows is not known to be open.
        if let Event::Import(import::Event::Export(ExportEvent::RequestVanished { request_ref, .. })) =
            &recorded.event
        {
            self.remove(request_ref.request);
        }
        if let Some((member, departure)) = Departure::decided(recorded) {
            self.leaving.insert(member, departure);
            self.forget_finished(member);
        }
    }

    fn apply_outgoing(&mut self, event: &outgoing::Event, recorded: &Recorded, retention: Retention) {
        let (request, sender) = (event.request, event.sender);
        match &event.kind {
            outgoing::Kind::Submitted { addressee, entered, channel, distance } => {
                let (addressee, distance) = (*addressee, *distance);
                let open = Open { request, sender, addressee, distance, state: Outgoing::Submitted };
                let mut new = OpenRequest::new(open, OpenOrigin::Submitted, recorded.at, recorded.number);
                if retention != Retention::ToJudge {
                    new.note = note_hash_of(entered);
                    self.ages.insert(recorded.at, request);
                }
                if retention != Retention::ToJudge || addressee == Addressee::Email {
                    new.keep_details(entered, Some(channel));
                }
                self.insert(new);
            }
            outgoing::Kind::Reminded { .. } => {
                if let Some(known) = self.requests.get_mut(&request) {
                    known.reminders += 1;
                }
            }
            outgoing::Kind::Withdrawn { by: WithdrawnBy::Member | WithdrawnBy::Block, .. } => {
                self.remember_withdrawal(request, recorded.at);
            }
            outgoing::Kind::Withdrawn { by: WithdrawnBy::Enforcement, .. } => {
                let known = self.requests.get(&request);
                if let Some(known) = known.filter(|known| known.origin != OpenOrigin::Observed) {
                    self.withheld.keep(known.clone(), recorded.at);
                }
            }
            outgoing::Kind::Withdrawn { by: WithdrawnBy::Closure, .. }
            | outgoing::Kind::Refused { .. }
            | outgoing::Kind::Held { .. }
            | outgoing::Kind::Sent { .. }
            | outgoing::Kind::Confirmed { .. }
            | outgoing::Kind::Expired { .. } => {}
        }
    }

    fn apply_import(&mut self, event: &import::Event, number: EventNumber) {
        match event {
            import::Event::RequestObserved { request_ref, observed_at, seen, .. } => {
                if seen.owner(*request_ref).is(request_ref.sender) {
                    let open = arrived(
                        request_ref.request,
                        request_ref.sender,
                        Addressee::Member(request_ref.recipient),
                    );
                    self.insert(OpenRequest::new(open, OpenOrigin::Observed, *observed_at, number));
                }
            }
            import::Event::Inherited(event) => match event {
                ImportedRecord::RequestInherited { request, sender, addressee, entered, asked_at } => {
                    let open = arrived(*request, *sender, *addressee);
                    let mut new = OpenRequest::new(open, OpenOrigin::Inherited, *asked_at, number);
                    new.note = note_hash_of(entered);
                    new.keep_details(entered, None);
                    self.ages.insert(*asked_at, *request);
                    self.insert(new);
                }
                ImportedRecord::StretchTaken(_)
                | ImportedRecord::MemberInherited { .. }
                | ImportedRecord::ConnectionInherited { .. }
                | ImportedRecord::ArrivalInherited { .. }
                | ImportedRecord::BlockInherited { .. } => {}
            },
            import::Event::Begun { .. }
            | import::Event::AcceptanceObserved { .. }
            | import::Event::Export(_) => {}
        }
    }

    /// Notes withdrawals of a closure that is not recorded. Today they follow the event of the closure; older versions recorded
    /// them first.
    fn notice_half_closed(&mut self, recorded: &Recorded) {
        if let Event::Outgoing(outgoing::Event {
            sender,
            kind: outgoing::Kind::Withdrawn { by: WithdrawnBy::Closure, .. },
            ..
        }) = &recorded.event
        {
            if !self.leaving.contains_key(sender) {
                let departure =
                    Departure { decided_by: recorded.number, at: recorded.at, by: WithdrawnBy::Closure };
                self.half_closed.entry(*sender).or_insert(departure);
            }
            return;
        }
        if self.half_closed.is_empty() {
            return;
        }
        if let Event::Account(account::Event { member, kind: account::Kind::Closed { .. } }) = &recorded.event
        {
            self.half_closed.remove(member);
        }
        if let Actor::Member(member) = recorded.actor {
            self.half_closed.remove(&member);
        }
    }

    fn apply_account(&mut self, event: &account::Event) {
        match event.kind {
            account::Kind::Banned | account::Kind::Closed { .. } => self.withheld.forget(event.member),
            account::Kind::Added { .. }
            | account::Kind::Changed { .. }
            | account::Kind::Restricted { .. }
            | account::Kind::RestrictionLifted
            | account::Kind::ContactsImported { .. }
            | account::Kind::SettingsChanged { .. }
            | account::Kind::SendChecked => {}
        }
    }

    fn oversee(&mut self, oversight: &oversight::Event, recorded: &Recorded) {
        match oversight {
            oversight::Event::BanReversed { member, restores } => {
                self.withheld.begin(*member, restores, recorded);
            }
            oversight::Event::RequestStaysHeld { request, until, .. } => {
                if let Some(known) = self.requests.get_mut(request) {
                    known.to_release_from = Some(until.unwrap_or(recorded.at));
                }
            }
            oversight::Event::RequestRestored { request, .. } => {
                let Some(mut withheld) = self.withheld.take(*request) else { return };
                withheld.since = recorded.at;
                if withheld.origin != OpenOrigin::Observed {
                    self.ages.insert(withheld.submitted_at, *request);
                }
                self.insert(withheld);
            }
            oversight::Event::FeedbackTaken { .. }
            | oversight::Event::RestrictionImposed { .. }
            | oversight::Event::AppealOpened { .. }
            | oversight::Event::AppealUpheld { .. }
            | oversight::Event::AppealDismissed { .. }
            | oversight::Event::RequestReleased { .. }
            | oversight::Event::RequestRejected { .. } => {}
        }
    }

    /// The requests that a ban of the member withdrew, in their state before it, oldest first.
    pub(crate) fn withheld_of(&self, member: MemberId) -> impl Iterator<Item = &OpenRequest> {
        self.withheld.of(member)
    }

    /// The time and the event of the decision to restore the next request of a reversed ban.
    pub(crate) fn restoring(&self) -> Option<(Timestamp, EventNumber)> {
        self.withheld.restoring()
    }

    /// The requests still to be restored, in order.
    pub(crate) fn to_restore(&self) -> impl Iterator<Item = &OpenRequest> {
        self.withheld.to_restore()
    }

    pub(crate) fn leaving(&self) -> impl Iterator<Item = (MemberId, Departure)> {
        self.leaving.iter().map(|(member, departure)| (*member, *departure))
    }

    pub(crate) fn half_closed(&self) -> Option<(MemberId, Departure)> {
        self.half_closed.first_key_value().map(|(member, departure)| (*member, *departure))
    }

    /// The open requests that the member submitted before leaving, oldest first.
    pub(crate) fn left_by(&self, member: MemberId) -> impl Iterator<Item = &OpenRequest> {
        let departure = self.leaving.get(&member);
        departure.into_iter().flat_map(move |departure| {
            let open = self.range_by(member).filter_map(|request| self.get(request));
            open.filter(|open| open.submitted_by < departure.decided_by)
        })
    }

    fn forget_finished(&mut self, member: MemberId) {
        if self.leaving.contains_key(&member) && self.left_by(member).next().is_none() {
            self.leaving.remove(&member);
        }
    }

    pub(crate) fn withdrawn_to_member(&self, sender: MemberId, to: MemberId) -> Option<Timestamp> {
        self.withdrawn.last(sender, &WithdrawnTarget::Member(to))
    }

    pub(crate) fn withdrawn_to_email(&self, sender: MemberId, email: &EmailAddress) -> Option<Timestamp> {
        self.withdrawn.last(sender, &WithdrawnTarget::Email(email.clone()))
    }

    pub(crate) fn count_by(&self, sender: MemberId) -> usize {
        self.by_sender.get(sender).map_or(0, Sorted::len)
    }

    fn remember_withdrawal(&mut self, request: RequestId, at: Timestamp) {
        let Some(known) = self.requests.get(&request) else { return };
        let target = match known.open.addressee {
            Addressee::Member(to) => Some(WithdrawnTarget::Member(to)),
            Addressee::Email => known.email().cloned().map(WithdrawnTarget::Email),
            Addressee::Nobody => None,
        };
        let sender = known.open.sender;
        if let Some(target) = target {
            self.withdrawn.remember(sender, target, at);
        }
    }

    pub(crate) fn get(&self, request: RequestId) -> Option<&OpenRequest> {
        self.requests.get(&request)
    }

    pub(crate) fn to_member(&self, sender: MemberId, to: MemberId) -> Option<&OpenRequest> {
        self.by_member.get(&(sender, to)).and_then(|request| self.get(*request))
    }

    pub(crate) fn to_email(&self, sender: MemberId, email: &EmailAddress) -> Option<&OpenRequest> {
        self.by_email.get(&(sender, email.clone())).and_then(|request| self.get(*request))
    }

    pub(crate) fn by(&self, sender: MemberId) -> Vec<&OpenRequest> {
        self.range_by(sender).filter_map(|request| self.get(request)).collect()
    }

    fn range_by(&self, sender: MemberId) -> impl Iterator<Item = RequestId> {
        self.by_sender.get(sender).into_iter().flat_map(Sorted::keys).map(|(_, request)| request)
    }

    pub(crate) fn oldest(&self) -> Option<(Timestamp, RequestId)> {
        self.ages.oldest()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &OpenRequest> {
        self.requests.sorted().into_iter().map(|(_, request)| request)
    }

    fn evolve(&mut self, request: RequestId, recorded: &Recorded, retention: Retention) {
        let Some(known) = self.requests.get_mut(&request) else { return };
        let state = outgoing::evolve(known.open.state, known.open.sender, &recorded.event)
            .unwrap_or_else(IllegalTransition::forced);
        if state == known.open.state {
            return;
        }
        known.open.state = state;
        if !matches!(
            recorded.event,
            Event::Import(import::Event::RequestObserved { .. }) | Event::Import(import::Event::Inherited(_))
        ) {
            known.since = recorded.at;
        }
        if !state.is_open() {
            self.remove(request);
        } else if state.is_outstanding() && retention == Retention::ToLive {
            known.drop_texts();
        }
    }

    fn insert(&mut self, request: OpenRequest) {
        let Open { request: id, sender, addressee, .. } = request.open;
        self.by_sender.or_default(sender).insert((request.submitted_at, id), ());
        self.requests.insert(id, request);
        // INVARIANT (one open request): a later request to the same address is refused, and must not replace the earlier one.
        match addressee {
            Addressee::Member(to) => {
                self.by_member.entry((sender, to)).or_insert(id);
            }
            Addressee::Email => {
                if let Some(email) = self.requests.get(&id).and_then(|known| known.email().cloned()) {
                    self.by_email.entry((sender, email)).or_insert(id);
                }
            }
            Addressee::Nobody => {}
        }
    }

    fn remove(&mut self, id: RequestId) {
        let Some(request) = self.requests.remove(&id) else { return };
        let Open { sender, addressee, .. } = request.open;
        if let Some(own) = self.by_sender.get_mut(sender) {
            own.remove((request.submitted_at, id));
        }
        let (requests, at) = (&self.requests, request.submitted_at);
        if request.origin != OpenOrigin::Observed {
            self.ages.remove(at, id, |other| requests.contains_key(other));
        }
        if let Addressee::Member(to) = addressee
            && self.by_member.get(&(sender, to)) == Some(&id)
        {
            self.by_member.remove(&(sender, to));
        }
        if let Some(email) = request.email()
            && self.by_email.get(&(sender, email.clone())) == Some(&id)
        {
            self.by_email.remove(&(sender, email.clone()));
        }
        self.forget_finished(sender);
    }
}

/// The state of an imported request before the event that begins it, which also says that it has arrived.
fn arrived(request: RequestId, sender: MemberId, addressee: Addressee) -> Open {
    Open { request, sender, addressee, distance: None, state: Outgoing::Submitted }
}
