//! Where things stand in the log: derived, never evidence.

use std::collections::{BTreeMap, BTreeSet};

use acquaint_checkpoint::image;
use acquaint_domain::export::ExportEvent;
use acquaint_domain::{
    Addressee, Ask, CommandKey, Desk, Event, EventNumber, Inherited, MemberId, Personal, Recorded, RequestId,
    Stretch, Timestamp, Typed,
};
use acquaint_table::{Dense, Table};

use crate::outcomes::{Outcomes, Seen};
use crate::receipt::Receipt;

/// The way from a request, a member or a command id to its events.
#[derive(Clone, Debug, Default, Hash)]
pub(crate) struct Index {
    requests: Table<RequestId, Known>,
    by_member: Dense<MemberId, Vec<EventNumber>>,
    /// By who asked and who was asked.
    between: Table<(MemberId, MemberId), Latest>,
    /// By who asked and what was typed.
    by_text: BTreeMap<(MemberId, String), RequestId>,
    commands: Outcomes,
    /// A command that the last event began: the next event may say what came of it.
    begun: Option<CommandKey>,
    failures: Vec<EventNumber>,
    arrivals: Vec<EventNumber>,
    counts: Dense<MemberId, u32>,
    sources: BTreeMap<[u8; 32], (EventNumber, usize)>,
    importing: Option<[u8; 32]>,
    observed_until: Option<Timestamp>,
    /// What of files of records is here.
    stretches: BTreeSet<Stretch>,
}

/// What is known of a request.
#[derive(Clone, Debug, Default, Hash)]
struct Known {
    events: Vec<EventNumber>,
    /// `None` before it began.
    parties: Option<Parties>,
}

/// The latest request of one member's to another, by each [`Target`] that names the other.
#[derive(Clone, Copy, Debug, Default, Hash)]
struct Latest {
    to_member: Option<RequestId>,
    to_either: Option<RequestId>,
    arrived: Option<RequestId>,
}

/// Who a request is between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Parties {
    /// Who asked.
    pub(crate) sender: MemberId,
    /// Who was asked, as the outgoing desk knows it.
    pub(crate) addressee: Addressee,
    /// The member behind it, as the incoming desk knows it.
    pub(crate) recipient: Option<MemberId>,
    /// Whether another network carried it.
    pub(crate) observed: bool,
}

/// To whom a request was sent, as its sender would ask for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Target {
    /// This member, by a public address.
    Member(MemberId),
    /// The member, by whatever address: what the two desks together know.
    Either(MemberId),
    /// The member, by whatever address, once it has arrived there: what the recipient's desk knows.
    Arrived(MemberId),
    /// This text: a canonical address of nobody known to the outgoing desk, or, malformed, what was typed.
    Text(String),
}

image!(struct Index {
    requests, by_member, between, by_text, commands, begun, failures, arrivals, counts, sources, importing,
    observed_until, stretches,
});
image!(struct Known { events, parties });
image!(struct Latest { to_member, to_either, arrived });
image!(struct Parties { sender, addressee, recipient, observed });

impl Index {
    pub(crate) fn apply(&mut self, recorded: &Recorded) {
        let number = recorded.number;
        for request in recorded.event.requests().iter() {
            let numbers = &mut self.requests.entry(*request).or_default().events;
            if numbers.last() != Some(&number) {
                numbers.push(number);
            }
        }
        match recorded.event.desk() {
            Desk::Of(member) => self.by_member.or_default(member).push(number),
            Desk::OfBoth(one, other) => {
                self.by_member.or_default(one).push(number);
                self.by_member.or_default(other).push(number);
            }
            Desk::Nobodys => {}
        }
        self.remember_outcome(recorded);
        self.learn(recorded);
    }

    /// The events about a request, in order.
    pub(crate) fn of_request(&self, request: RequestId) -> &[EventNumber] {
        self.requests.get(&request).map_or(&[], |known| &known.events)
    }

    /// Who a request is between.
    pub(crate) fn parties(&self, request: RequestId) -> Option<Parties> {
        self.requests.get(&request)?.parties
    }

    /// All requests of `sender`'s, oldest first.
    pub(crate) fn requests_of(&self, sender: MemberId) -> Vec<RequestId> {
        let is_own = |known: &Known| known.parties.is_some_and(|parties| parties.sender == sender);
        let all = self.requests.sorted().into_iter();
        let mut requests: Vec<RequestId> =
            all.filter(|(_, known)| is_own(known)).map(|(request, _)| *request).collect();
        requests.sort_by_key(|request| self.of_request(*request).first().copied());
        requests
    }

    /// The event that each request began with, in log order.
    pub(crate) fn beginnings(&self) -> Vec<(EventNumber, RequestId)> {
        let all = self.requests.sorted();
        let begun = all.into_iter().filter_map(|(request, known)| Some((*known.events.first()?, *request)));
        let mut begun: Vec<_> = begun.collect();
        begun.sort_unstable();
        begun
    }

    /// The latest request of `sender`'s to that target.
    pub(crate) fn latest(&self, sender: MemberId, target: &Target) -> Option<RequestId> {
        let latest = |to: &MemberId| self.between.get(&(sender, *to));
        match target {
            Target::Member(to) => latest(to)?.to_member,
            Target::Either(to) => latest(to)?.to_either,
            Target::Arrived(to) => latest(to)?.arrived,
            Target::Text(text) => self.by_text.get(&(sender, text.clone())).copied(),
        }
    }

    /// How `member` counts an event: its place among those the member may see, from 1.
    pub(crate) fn place_for(&self, member: MemberId, number: EventNumber) -> u64 {
        let visible = self.by_member.get(member).map_or(&[][..], Vec::as_slice);
        visible.partition_point(|other| *other <= number) as u64
    }

    /// How many events `member` may see.
    pub(crate) fn count_for(&self, member: MemberId) -> u64 {
        self.by_member.get(member).map_or(0, |visible| visible.len() as u64)
    }

    /// What is known at `now` of the command that came under this key.
    pub(crate) fn command(&self, key: CommandKey, now: Timestamp) -> Seen {
        self.commands.seen(key, now)
    }

    /// Every failed attempt at carrying a request, in order.
    pub(crate) fn failures(&self) -> &[EventNumber] {
        &self.failures
    }

    /// Every attempt at carrying a request that did not fail, in order.
    pub(crate) fn arrivals(&self) -> &[EventNumber] {
        &self.arrivals
    }

    /// How many requests a member has made, of which ids derive.
    pub(crate) fn request_count(&self, member: MemberId) -> u32 {
        self.counts.get(member).copied().unwrap_or(0)
    }

    /// The event at which the import of a source of that hash began, and how many of its records are here.
    pub(crate) fn source(&self, hash: &[u8; 32]) -> Option<(EventNumber, usize)> {
        self.sources.get(hash).copied()
    }

    /// The beginnings of files of records that are here, the shortest first.
    pub(crate) fn stretches(&self) -> &BTreeSet<Stretch> {
        &self.stretches
    }

    /// The last moment that imported records speak of.
    pub(crate) fn observed_until(&self) -> Option<Timestamp> {
        self.observed_until
    }

    fn remember_outcome(&mut self, recorded: &Recorded) {
        if let Some(receipt) = self.begun.take().and_then(|key| self.commands.get_mut(key)) {
            receipt.read_on(&recorded.event);
        }
        if let Some(tag) = recorded.command {
            self.commands.insert(tag.key, tag.content, Receipt::begin(recorded));
            self.begun = Some(tag.key);
        }
        self.commands.forget(recorded.at);
    }

    fn learn(&mut self, recorded: &Recorded) {
        if let Event::RequestSubmitted { request, sender, addressee, typed, .. } = &recorded.event {
            self.learn_submitted(*request, *sender, *addressee, typed);
        } else if let Event::RequestObserved { ask, observed_at, seen, .. } = &recorded.event {
            // One that was gone from an export and is there again has its place already.
            if self.parties(ask.request).is_some() {
                return;
            }
            let addressee = Addressee::Member(ask.recipient);
            let recipient = Some(ask.recipient);
            let parties = Parties { sender: ask.sender, addressee, recipient, observed: true };
            self.arrive(ask.sender, ask.recipient, ask.request);
            self.begin(ask.request, parties, Some(Target::Member(ask.recipient)));
            if seen.export == 0 {
                self.aim(ask.sender, Target::Either(ask.recipient), ask.request);
                self.observe(*observed_at);
            }
        } else if let Event::AcceptanceObserved { observed_at, seen, .. } = &recorded.event {
            if seen.export == 0 {
                self.observe(*observed_at);
            }
        } else if let Event::Export(event) = &recorded.event {
            self.learn_export(event);
        } else if let Event::Inherited(inherited) = &recorded.event {
            self.learn_inherited(inherited);
        } else if let Event::ConnectionRecorded { name, member, other } = &recorded.event {
            self.learn_recorded(name.requests(), *member, *other);
        } else if let Event::RequestDelivered { ask, .. }
        | Event::RequestHeldByRecipient { ask, .. }
        | Event::RequestFiled { ask, .. }
        | Event::RequestMerged { ask, .. }
        | Event::RequestsCrossed { ask, .. } = &recorded.event
        {
            self.learn_recipient(*ask);
        } else if let Event::DeliveryFailed { request: Some(_), .. } = &recorded.event {
            self.failures.push(recorded.number);
        } else if let Event::RequestArrived { .. } = &recorded.event {
            self.arrivals.push(recorded.number);
        } else if let Event::ImportBegun { source, .. } = &recorded.event {
            self.sources.insert(*source, (recorded.number, 0));
            self.importing = Some(*source);
        }
    }

    fn learn_export(&mut self, event: &ExportEvent) {
        let mut begun = Vec::new();
        if let ExportEvent::ConnectionObserved { name, member, other, .. }
        | ExportEvent::EndObserved { name, member, other, .. } = event
        {
            for request in name.requests().iter().filter(|request| self.parties(**request).is_none()) {
                let (addressee, recipient) = (Addressee::Member(*other), Some(*other));
                let parties = Parties { sender: *member, addressee, recipient, observed: true };
                // An invitation to the same person is what is asked about, if there is one.
                let is_first = self.latest(*member, &Target::Member(*other)).is_none();
                begun.push((*request, parties, is_first.then_some(Target::Member(*other))));
            }
            for (request, parties, target) in begun {
                self.begin(request, parties, target);
            }
        } else if let ExportEvent::DeclineObserved { ask, .. } = event
            && self.parties(ask.request).is_none()
        {
            let (addressee, recipient) = (Addressee::Member(ask.recipient), Some(ask.recipient));
            let parties = Parties { sender: ask.sender, addressee, recipient, observed: true };
            self.aim(ask.sender, Target::Either(ask.recipient), ask.request);
            self.begin(ask.request, parties, Some(Target::Member(ask.recipient)));
        }
    }

    fn learn_inherited(&mut self, inherited: &Inherited) {
        match inherited {
            Inherited::StretchTaken(stretch) => {
                self.stretches.insert(*stretch);
            }
            Inherited::ConnectionInherited { name, member, other, .. } => {
                self.learn_recorded(name.requests(), *member, *other);
            }
            Inherited::RequestInherited { request, sender, addressee, typed, .. } => {
                self.learn_submitted(*request, *sender, *addressee, typed);
            }
            Inherited::ArrivalInherited { ask, .. } => self.learn_recipient(*ask),
            Inherited::MemberInherited { .. } | Inherited::BlockInherited { .. } => {}
        }
    }

    fn learn_submitted(
        &mut self,
        request: RequestId,
        sender: MemberId,
        addressee: Addressee,
        typed: &Personal<Typed>,
    ) {
        let parties = Parties { sender, addressee, recipient: None, observed: false };
        let target = match addressee {
            Addressee::Member(to) => {
                let latest = self.between.entry((sender, to)).or_default();
                (latest.to_member, latest.to_either) = (Some(request), Some(request));
                None
            }
            Addressee::Email | Addressee::Nobody => match typed {
                Personal::Held(typed) => Some(Target::Text(match &typed.normalised {
                    Some(address) => address.as_str().to_owned(),
                    None => typed.address.clone(),
                })),
                Personal::Erased => None,
            },
        };
        self.begin(request, parties, target);
    }

    fn learn_recipient(&mut self, ask: Ask) {
        if let Some(parties) = self.requests.get_mut(&ask.request).and_then(|known| known.parties.as_mut()) {
            parties.recipient = Some(ask.recipient);
        }
        self.arrive(ask.sender, ask.recipient, ask.request);
    }

    fn learn_recorded(&mut self, requests: &[RequestId], member: MemberId, other: MemberId) {
        for request in requests {
            if self.parties(*request).is_none() {
                let (addressee, recipient) = (Addressee::Member(other), Some(other));
                let parties = Parties { sender: member, addressee, recipient, observed: false };
                self.arrive(member, other, *request);
                self.begin(*request, parties, Some(Target::Member(other)));
            }
        }
    }

    /// Both desks together know it, and so does the recipient's alone.
    fn arrive(&mut self, sender: MemberId, recipient: MemberId, request: RequestId) {
        let latest = self.between.entry((sender, recipient)).or_default();
        (latest.to_either, latest.arrived) = (Some(request), Some(request));
    }

    fn observe(&mut self, at: Timestamp) {
        self.observed_until = self.observed_until.max(Some(at));
        if let Some((_, count)) = self.importing.and_then(|source| self.sources.get_mut(&source)) {
            *count += 1;
        }
    }

    fn begin(&mut self, request: RequestId, parties: Parties, target: Option<Target>) {
        *self.counts.or_default(parties.sender) += 1;
        self.requests.entry(request).or_default().parties = Some(parties);
        if let Some(target) = target {
            self.aim(parties.sender, target, request);
        }
    }

    /// From here on `request` is `sender`'s latest to that target.
    fn aim(&mut self, sender: MemberId, target: Target, request: RequestId) {
        match target {
            Target::Member(to) => self.between.entry((sender, to)).or_default().to_member = Some(request),
            Target::Either(to) => self.between.entry((sender, to)).or_default().to_either = Some(request),
            Target::Arrived(to) => self.between.entry((sender, to)).or_default().arrived = Some(request),
            Target::Text(text) => {
                self.by_text.insert((sender, text), request);
            }
        }
    }
}
