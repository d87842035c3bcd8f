//! The consequences of a ban or a closed account, in slices: the decision is one small event, and its consequences
//! (withdrawals, ends of connections, requests filed for nobody to answer) are recorded afterwards, a bounded number at a time.
//!
//! The work that is left is derived from the log ([`Views::has_departures`]): if the process ends in between, the next one
//! continues. INVARIANT (departures first): whatever touches a request or a pair of members that a departure covers first
//! carries out the departure for that request or pair. So no decision depends on how many slices have been recorded.

use std::collections::BTreeSet;

use acquaint_domain::{
    Actor, Address, Addressee, Command, Decision, Departure, Event, Handle, Lane, LetterId, MemberId, Pair,
    RequestId, RequestRef, Span, Timestamp, WithdrawnBy, account, connection, incoming, outgoing,
};
use acquaint_projection_pending::OpenRequest;

use crate::state::views::Views;
use crate::write::kernel::{Kernel, Provenance};

/// A slice has at most this many events.
const SLICE_EVENTS_MAX: usize = 1_000;
/// Largest size of one event of a slice in the log, bytes: about three times the usual size.
const SLICE_EVENT_BYTES: usize = 256;

/// The members and the request that a command is about.
#[derive(Default)]
struct Concerns {
    /// The member whose account or action it is about.
    subject: Option<MemberId>,
    /// The other members that it names.
    others: Vec<MemberId>,
    request: Option<RequestId>,
}

impl Views {
    /// Whether consequences of a ban or a closed account are left to record.
    pub fn has_departures(&self) -> bool {
        self.next_departure().is_some() || self.pending.half_closed().is_some()
    }

    /// The members whose departure is not fully carried out. A member may occur more than once.
    fn departures(&self) -> impl Iterator<Item = (MemberId, Departure)> {
        self.pending.leaving().chain(self.connected.closing())
    }

    /// The departure that was decided first.
    fn next_departure(&self) -> Option<(MemberId, Departure)> {
        self.departures().min_by_key(|(_, departure)| departure.decided_by)
    }

    /// When the rest of the departures is due.
    pub(crate) fn departure_due(&self) -> Option<Timestamp> {
        let half_closed = self.pending.half_closed().map(|(_, departure)| departure.at);
        half_closed.or_else(|| self.next_departure().map(|(_, departure)| departure.at))
    }

    /// Whether the departure of a request's sender withdraws it.
    fn departs_with_sender(&self, open: &OpenRequest) -> bool {
        let sender = open.open.sender;
        self.departures()
            .any(|(member, departure)| member == sender && open.submitted_by < departure.decided_by)
    }
}

impl Kernel {
    /// Records one slice of the departure that was decided first, and carries its letters. Returns whether there was anything
    /// to record.
    pub(crate) fn carry_out_slice(&mut self) -> bool {
        if !self.views().has_departures() {
            return false;
        }
        // First the letters of the previous slice, in case the process ended before it carried them: the order of the events
        // must not depend on that.
        self.run_due_now();
        let before = self.views().last();
        self.carry_out_next_part();
        let has_any = self.views().last() > before;
        self.run_due_now();
        has_any
    }

    /// How many events a slice may have, so that the log takes it in one append: at least 1.
    pub(crate) fn slice_events_max(&self) -> usize {
        SLICE_EVENTS_MAX.min(self.atom_bytes_max() / SLICE_EVENT_BYTES).max(1)
    }

    /// Records the rest of all departures.
    pub(crate) fn carry_out_departures(&mut self) {
        while self.carry_out_slice() {}
    }

    /// Records the next part of the departure that was decided first.
    pub(crate) fn carry_out_next_part(&mut self) {
        if let Some((member, departure)) = self.views().pending.half_closed() {
            self.record_late_closure(member, departure);
        } else if let Some((member, departure)) = self.views().next_departure() {
            self.carry_out_part(member, departure);
        }
    }

    /// Carries out the departures before a command, as far as they concern it.
    pub(crate) fn carry_out_before_command(&mut self, command: &Command) {
        if !self.views().has_departures() {
            return;
        }
        let Concerns { subject, others, request } = self.concerns(command);
        if let Some(subject) = subject {
            self.carry_out_all_of(subject);
        }
        let named: Vec<MemberId> = subject.into_iter().chain(others).collect();
        for member in named {
            self.carry_out_for(member);
        }
        if let Some(request) = request {
            self.withdraw_with_departure(request);
        }
        self.run_due_now();
    }

    /// Carries out the departures before a letter is delivered, as far as they concern its two ends. Returns whether they did.
    pub(crate) fn carry_out_before_letter(&mut self, id: LetterId) -> bool {
        if !self.views().has_departures() {
            return false;
        }
        let before = self.views().last();
        match id.lane {
            Lane::Member { from, to } => {
                self.carry_out_for_pair(from, to);
                self.carry_out_for_pair(to, from);
            }
            Lane::Email { request, .. } => self.withdraw_with_departure(request),
        }
        self.views().last() > before
    }

    /// Withdraws a request whose sender has left, if that is not recorded yet. Returns whether it did.
    pub(crate) fn withdraw_departed(&mut self, request: RequestId) -> bool {
        let before = self.views().last();
        if self.views().has_departures() {
            self.withdraw_with_departure(request);
        }
        self.views().last() > before
    }

    /// Records the rest of one member's departure.
    fn carry_out_all_of(&mut self, member: MemberId) {
        if let Some((_, departure)) =
            self.views().pending.half_closed().filter(|(half_closed, _)| *half_closed == member)
        {
            self.record_late_closure(member, departure);
        }
        while let Some(departure) = self.departure_of(member) {
            if !self.carry_out_part(member, departure) {
                return;
            }
            self.run_due_now();
        }
    }

    fn departure_of(&self, member: MemberId) -> Option<Departure> {
        self.views().departures().find(|(leaving, _)| *leaving == member).map(|(_, departure)| departure)
    }

    /// Carries out the departures of other members as far as they concern `member`.
    fn carry_out_for(&mut self, member: MemberId) {
        let leaving: Vec<MemberId> = self.views().departures().map(|(leaving, _)| leaving).collect();
        for left in leaving {
            self.carry_out_for_pair(left, member);
        }
    }

    /// Records the next part of one member's departure: withdrawals, then ends of connections, then filed requests. Returns
    /// whether there was one.
    fn carry_out_part(&mut self, member: MemberId, departure: Departure) -> bool {
        let events_max = self.slice_events_max();
        let open: Vec<RequestId> =
            self.views().pending.left_by(member).take(events_max).map(|open| open.open.request).collect();
        let mut events = self.withdrawals(&open, departure.by);
        if events.is_empty() {
            let ends = self.views().connected.ends_of(member).take(events_max).map(|(other, _)| other);
            events = self.closed_ends(member, &ends.collect::<Vec<_>>());
        }
        if events.is_empty() {
            let unfiled = self.views().pending.unfiled(member);
            let requests = unfiled.flat_map(|(sender, group)| account::asks(member, sender, group));
            events = requests.take(events_max).map(filed_by_closure).collect();
        }
        let has_any = !events.is_empty();
        self.record_departure(member, departure, events);
        has_any
    }

    /// Carries out one member's departure as far as it concerns one other member.
    fn carry_out_for_pair(&mut self, member: MemberId, other: MemberId) {
        let Some(departure) = self.departure_of(member).filter(|_| member != other) else { return };
        let pending = &self.views().pending;
        let by_email = pending.group(other, member).into_iter().flat_map(|group| group.requests.clone());
        let mut open: Vec<RequestId> = pending
            .to_member(member, other)
            .map(|open| open.open.request)
            .into_iter()
            .chain(by_email)
            .collect();
        open.sort_unstable();
        open.dedup();
        open.retain(|request| {
            pending.request(*request).is_some_and(|open| self.views().departs_with_sender(open))
        });
        for request in open {
            self.withdraw_with_departure(request);
        }
        if departure.by == WithdrawnBy::Closure {
            let events = self.closed_ends(member, &[other]);
            self.record_departure(member, departure, events);
            let group = self.views().pending.group(member, other);
            let unfiled = group.filter(|group| incoming::closure_files(group.state));
            let requests = unfiled.into_iter().flat_map(|group| account::asks(member, other, group));
            let events = requests.map(filed_by_closure).collect();
            self.record_departure(member, departure, events);
        }
    }

    fn withdraw_with_departure(&mut self, request: RequestId) {
        let Some(open) =
            self.views().pending.request(request).filter(|open| self.views().departs_with_sender(open))
        else {
            return;
        };
        let member = open.open.sender;
        let Some(departure) = self.departure_of(member) else { return };
        let events = self.withdrawals(&[request], departure.by);
        self.record_departure(member, departure, events);
    }

    /// The withdrawals of these requests, up to the first whose letter would share a lane with an earlier one: a letter's
    /// number is known only once the letter before it is recorded.
    fn withdrawals(&self, requests: &[RequestId], by: WithdrawnBy) -> Vec<Event> {
        let mut events = Vec::with_capacity(requests.len());
        let mut to = BTreeSet::new();
        for request in requests {
            let Some(open) = self.views().pending.request(*request).map(|known| known.open) else { continue };
            if let Addressee::Member(other) = open.addressee
                && !to.insert(other)
            {
                break;
            }
            let number = self.next_letter(open.sender, open.addressee, open.request);
            if let Decision::Happens(withdrawn) = outgoing::withdraw(&open, by, number) {
                events.extend(withdrawn.into_iter().map(Event::from));
            }
        }
        events
    }

    /// The events that end a closed account's connections with `others`.
    fn closed_ends(&self, member: MemberId, others: &[MemberId]) -> Vec<Event> {
        if !self.views().connected.closing().any(|(closing, _)| closing == member) {
            return Vec::new();
        }
        let ends = others.iter().filter_map(|other| {
            let end = self.views().connected.end(member, *other)?;
            let letter = self.views().outbox.next_number(Lane::Member { from: member, to: *other });
            Some(Event::Connection(connection::Event {
                member,
                other: *other,
                kind: connection::Kind::Closed { name: end.name.clone(), letter },
            }))
        });
        ends.collect()
    }

    fn record_departure(&mut self, member: MemberId, departure: Departure, events: Vec<impl Into<Event>>) {
        if events.is_empty() {
            return;
        }
        let actor = match departure.by {
            WithdrawnBy::Closure => Actor::Member(member),
            WithdrawnBy::Enforcement | WithdrawnBy::Member | WithdrawnBy::Block => Actor::Operator,
        };
        let at = self.views().last_at().map_or(departure.at, |last| last.max(departure.at));
        self.record(events, Provenance { at, actor, tag: None, cause: Some(departure.decided_by) });
    }

    /// Records a closure that an older version decided, but did not record before its process ended: that version first
    /// withdrew the requests, and told their recipients that the account was closed.
    fn record_late_closure(&mut self, member: MemberId, departure: Departure) {
        let expiry = self.views().policy().map_or(Span::ZERO, |(_, policy)| policy.expiry.after);
        if let Decision::Happens(events) = account::close(member, departure.at.plus(expiry)) {
            self.record_departure(member, departure, events);
        }
    }

    fn concerns(&self, command: &Command) -> Concerns {
        let members = &self.views().members;
        let id = |handle: &Handle| members.by_handle(handle).map(|member| member.id);
        let of = |handle: &Handle| Concerns { subject: id(handle), ..Concerns::default() };
        let about = |request| Concerns { request: Some(request), ..Concerns::default() };
        let pair = |pair: &Pair| {
            let other = self.member_at(&pair.other);
            Concerns { subject: id(&pair.member), others: other.into_iter().collect(), request: None }
        };
        match command {
            Command::SendRequest(send) => {
                let address = Address::parse(&send.to).ok();
                let other =
                    address.and_then(|address| members.by_public_address(&address)).map(|other| other.id);
                Concerns { subject: id(&send.sender), others: other.into_iter().collect(), request: None }
            }
            Command::ChangeMember { member, .. }
            | Command::RestrictMember { member, .. }
            | Command::BanMember(member)
            | Command::LiftRestriction(member)
            | Command::CloseMember(member)
            | Command::ImportContacts { member, .. }
            | Command::OpenAppeal { member, .. }
            | Command::DecideAppeal { member, .. }
            | Command::ChangeSettings { member, .. } => of(member),
            Command::Block(both)
            | Command::Unblock(both)
            | Command::Disconnect(both)
            | Command::RecordConnection(both)
            | Command::Confirm(both)
            | Command::Accept(both)
            | Command::Decline(both)
            | Command::Ignore(both)
            | Command::Report(both)
            | Command::Withdraw(both)
            | Command::Remind(both) => pair(both),
            Command::RecordLookup { request, .. }
            | Command::ReleaseRequest(request)
            | Command::ReleaseWaivingLimits(request)
            | Command::RefuseRequest(request) => about(*request),
            Command::AddMember { .. }
            | Command::AdoptPolicy { .. }
            | Command::StartFault { .. }
            | Command::StopFault(_) => Concerns::default(),
        }
    }

    /// The member with this address, e-mail addresses included: it only selects the departures to carry out first, and those
    /// change no answer.
    fn member_at(&self, address: &Address) -> Option<MemberId> {
        let members = &self.views().members;
        let found = match address {
            Address::Email(email) => members.by_email(email),
            Address::Handle(_) | Address::Profile(_) => members.by_public_address(address),
        };
        found.map(|member| member.id)
    }
}

const fn filed_by_closure(request_ref: RequestRef) -> Event {
    Event::Incoming(incoming::Event { request_ref, kind: incoming::Kind::FiledByClosure })
}
