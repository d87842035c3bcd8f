//! Letters on their lanes.

use std::collections::{BTreeMap, BTreeSet};

use acquaint_checkpoint::snapshot;
use acquaint_domain::{
    Channel, ConnectionName, Event, EventNumber, Fault, FaultChannel, Lane, Letter, LetterId, LetterNumber,
    MemberId, PostedLetter, Recorded, RequestId, Timestamp, connection, incoming, letter, network, outgoing,
};
use acquaint_table::Table;

/// The courier's view: what has been posted and not taken, found again from the log at every start.
#[derive(Clone, Debug, Default, Hash)]
pub struct Outbox {
    /// The number of the last letter on each lane between two members that ever had one, by who writes and who reads.
    between_members: Table<(MemberId, MemberId), u32>,
    /// The same of lanes to e-mail addresses.
    to_emails: Table<(MemberId, RequestId), u32>,
    /// The lanes that have letters on them: few, and none for long.
    roads: Table<Lane, LaneQueue>,
    requests: Table<RequestId, LetterId>,
    /// The first letter of every road that has any, by when it is due and when it was posted.
    due: BTreeSet<(Timestamp, EventNumber, Lane)>,
    faults: BTreeMap<FaultChannel, Fault>,
    /// The channels of requests whose letters are not posted yet: they are being judged, or are held.
    submitted: Table<RequestId, Channel>,
}

/// One lane: letters are delivered in the order of their numbers.
#[derive(Clone, Debug, Default, Hash)]
struct LaneQueue {
    /// In order of their numbers.
    letters: Vec<(LetterNumber, InTransit)>,
    scheduled: Option<(Timestamp, EventNumber)>,
}

snapshot!(struct Outbox { between_members, to_emails, roads, requests, due, faults, submitted });
snapshot!(struct LaneQueue { letters, scheduled });
snapshot!(struct InTransit { letter, posted_by, channel, failures, first_attempt, due });

impl LaneQueue {
    /// Index of the letter with that number among those in transit.
    fn place(&self, number: LetterNumber) -> Option<usize> {
        self.letters.binary_search_by_key(&number, |(other, _)| *other).ok()
    }
}

/// A letter that has not arrived.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InTransit {
    /// What it says.
    pub letter: Letter,
    /// The event that posted it.
    pub posted_by: EventNumber,
    /// What it came in by.
    pub channel: Option<Channel>,
    /// How many attempts have failed.
    pub failures: u32,
    /// When the first attempt was; `None` before it.
    pub first_attempt: Option<Timestamp>,
    /// When it is to be tried.
    pub due: Timestamp,
}

impl Outbox {
    pub(crate) fn apply(&mut self, recorded: &Recorded) {
        let event = &recorded.event;
        match event {
            Event::Network(event) => self.apply_network(event, recorded.at),
            Event::Connection(event) => self.apply_connection(event),
            Event::Outgoing(event) => self.apply_outgoing(event),
            Event::Letter(event) => self.apply_letter(event, recorded.at),
            Event::Incoming(event) => self.apply_incoming(event),
            // Their letters are posted below. Nothing imported is in transit.
            Event::Account(_) | Event::Oversight(_) | Event::Import(_) => {}
        }
        if let Some(leg) = event.settles() {
            self.take_off(leg);
        }
        for posted in event.posts() {
            self.post(posted, recorded);
        }
    }

    /// The number that the next letter on this road gets.
    pub fn next_number(&self, route: Lane) -> LetterNumber {
        LetterNumber(self.last_posted(route) + 1)
    }

    /// The letter that is due first, and when.
    pub fn next_due(&self) -> Option<(Timestamp, LetterId)> {
        let (at, _, route) = self.due.first()?;
        let (number, _) = self.roads.get(route)?.letters.first()?;
        Some((*at, LetterId { route: *route, number: *number }))
    }

    /// A letter on its lane.
    pub fn letter(&self, leg: LetterId) -> Option<&InTransit> {
        let road = self.roads.get(&leg.route)?;
        road.place(leg.number).map(|place| &road.letters[place].1)
    }

    /// Whether this letter was posted and is no longer on its lane: it was taken, given up, or cancelled.
    pub fn is_over(&self, leg: LetterId) -> bool {
        self.letter(leg).is_none() && leg.number.0 <= self.last_posted(leg.route)
    }

    /// The fault that strikes letters of this channel now.
    pub fn fault(&self, channel: Option<&Channel>) -> Option<Fault> {
        self.faults.iter().find(|(struck, _)| struck.strikes(channel)).map(|(_, fault)| *fault)
    }

    /// Whether there is a fault of exactly this channel.
    pub fn has_fault(&self, channel: FaultChannel) -> bool {
        match channel {
            FaultChannel::All => !self.faults.is_empty(),
            FaultChannel::Web | FaultChannel::Mobile | FaultChannel::Desktop => {
                self.faults.contains_key(&channel)
            }
        }
    }

    /// Whether something other than a request is in transit between the two, in either direction.
    pub(crate) fn has_answers_between(&self, one: MemberId, other: MemberId) -> bool {
        let roads = [Lane::Member { from: one, to: other }, Lane::Member { from: other, to: one }];
        let letters = roads.iter().filter_map(|route| self.roads.get(route)).flat_map(|road| &road.letters);
        letters.into_iter().any(|(_, letter)| !matches!(letter.letter, Letter::Request { .. }))
    }

    /// How many letters are in transit.
    pub fn len(&self) -> usize {
        self.roads.sorted().into_iter().map(|(_, road)| road.letters.len()).sum()
    }

    /// Whether no letter is in transit.
    pub fn is_empty(&self) -> bool {
        self.due.is_empty()
    }

    fn apply_network(&mut self, event: &network::Event, at: Timestamp) {
        match event {
            network::Event::FaultStarted { channel, fault } => {
                self.faults.insert(*channel, *fault);
            }
            network::Event::FaultStopped(channel) => {
                self.stop_fault(*channel);
                self.resume(at);
            }
            network::Event::Founded { .. }
            | network::Event::PolicyAdopted { .. }
            | network::Event::CommandRefused(_)
            | network::Event::RequestUnclaimed { .. }
            | network::Event::LookupRecorded(_) => {}
        }
    }

    fn apply_connection(&mut self, event: &connection::Event) {
        match &event.kind {
            connection::Kind::Recorded { name } => {
                name.requests().iter().for_each(|request| self.cancel(*request));
            }
            connection::Kind::AcceptanceTaken { name, also, .. } => {
                also.iter().for_each(|request| self.cancel(*request));
                self.forget_submitted(name);
            }
            connection::Kind::Blocked { .. }
            | connection::Kind::Unblocked
            | connection::Kind::Disconnected { .. }
            | connection::Kind::Closed { .. }
            | connection::Kind::AcceptanceLapsed { .. }
            | connection::Kind::DisconnectionTaken { .. }
            | connection::Kind::ClosureTaken { .. } => {}
        }
    }

    fn apply_outgoing(&mut self, event: &outgoing::Event) {
        match &event.kind {
            outgoing::Kind::Submitted { channel, .. } => {
                self.submitted.insert(event.request, channel.clone());
            }
            outgoing::Kind::Refused { .. } => {
                self.submitted.remove(&event.request);
            }
            outgoing::Kind::Withdrawn { posted: None, .. } | outgoing::Kind::Expired { posted: None, .. } => {
                self.cancel(event.request);
            }
            outgoing::Kind::Held { .. }
            | outgoing::Kind::Sent { .. }
            | outgoing::Kind::Confirmed { .. }
            | outgoing::Kind::Withdrawn { posted: Some(_), .. }
            | outgoing::Kind::Expired { posted: Some(_), .. }
            | outgoing::Kind::Reminded { .. } => {}
        }
    }

    fn apply_letter(&mut self, event: &letter::Event, at: Timestamp) {
        match event.kind {
            letter::Kind::DeliveryFailed { attempt, next_attempt, .. } => {
                self.fail(event.leg, attempt, next_attempt, at);
            }
            letter::Kind::DeliveryAbandoned { .. }
            | letter::Kind::RequestArrived { .. }
            | letter::Kind::WithdrawalTaken { .. }
            | letter::Kind::ReminderTaken { .. } => {}
        }
    }

    fn apply_incoming(&mut self, event: &incoming::Event) {
        match &event.kind {
            incoming::Kind::Accepted { name, .. } | incoming::Kind::Crossed { name, .. } => {
                self.forget_submitted(name);
            }
            incoming::Kind::Delivered { .. }
            | incoming::Kind::Held { .. }
            | incoming::Kind::Filed { .. }
            | incoming::Kind::FiledByClosure
            | incoming::Kind::Merged { .. }
            | incoming::Kind::Shown
            | incoming::Kind::Declined
            | incoming::Kind::Dismissed
            | incoming::Kind::Reported => {}
        }
    }

    /// What is part of a connection is not sent any more.
    fn forget_submitted(&mut self, name: &ConnectionName) {
        for request in name.requests() {
            self.submitted.remove(request);
        }
    }

    fn last_posted(&self, route: Lane) -> u32 {
        let last = match route {
            Lane::Member { from, to } => self.between_members.get(&(from, to)),
            Lane::Email { from, request } => self.to_emails.get(&(from, request)),
        };
        last.copied().unwrap_or(0)
    }

    fn post(&mut self, posted: PostedLetter, recorded: &Recorded) {
        let PostedLetter { leg, letter } = posted;
        let mut channel = None;
        if let Letter::Request { request, .. } = &letter {
            channel = self.submitted.remove(request);
            self.requests.insert(*request, leg);
        }
        let (posted_by, due) = (recorded.number, recorded.at);
        let last = match leg.route {
            Lane::Member { from, to } => self.between_members.entry((from, to)).or_default(),
            Lane::Email { from, request } => self.to_emails.entry((from, request)).or_default(),
        };
        *last = leg.number.0.max(*last);
        let road = self.roads.entry(leg.route).or_default();
        let letter = InTransit { letter, posted_by, channel, failures: 0, first_attempt: None, due };
        match road.letters.binary_search_by_key(&leg.number, |(number, _)| *number) {
            Ok(place) => road.letters[place].1 = letter,
            Err(place) => road.letters.insert(place, (leg.number, letter)),
        }
        self.schedule(leg.route);
    }

    fn fail(&mut self, leg: LetterId, attempt: u32, next_attempt: Option<Timestamp>, at: Timestamp) {
        let road = self.roads.get_mut(&leg.route);
        let letter = road.and_then(|road| road.place(leg.number).map(|place| &mut road.letters[place].1));
        if let Some(letter) = letter {
            letter.failures = attempt;
            letter.first_attempt.get_or_insert(at);
            letter.due = next_attempt.unwrap_or(at);
        }
        self.schedule(leg.route);
    }

    /// A request that is no longer open before it has arrived need not arrive: the other side would have what nobody asks.
    fn cancel(&mut self, request: RequestId) {
        self.submitted.remove(&request);
        if let Some(leg) = self.requests.get(&request).copied() {
            self.take_off(leg);
        }
    }

    fn take_off(&mut self, leg: LetterId) {
        let road = self.roads.get_mut(&leg.route);
        let letter = road.and_then(|road| road.place(leg.number).map(|place| road.letters.remove(place)));
        if let Some(Letter::Request { request, .. }) = letter.map(|(_, letter)| letter.letter) {
            self.requests.remove(&request);
        }
        self.schedule(leg.route);
    }

    fn schedule(&mut self, route: Lane) {
        let Some(road) = self.roads.get_mut(&route) else { return };
        if let Some((at, posted_by)) = road.scheduled.take() {
            self.due.remove(&(at, posted_by, route));
        }
        if let Some((_, first)) = road.letters.first() {
            road.scheduled = Some((first.due, first.posted_by));
            self.due.insert((first.due, first.posted_by, route));
        } else {
            self.roads.remove(&route);
        }
    }

    /// Letters that have failed and that no fault strikes any more are tried again at once, spread over a minute.
    fn resume(&mut self, now: Timestamp) {
        // Letters of one lane are delivered in order: those after the first have never been tried.
        let routes: Vec<Lane> = self.due.iter().map(|(_, _, route)| *route).collect();
        for route in routes {
            let faults = &self.faults;
            let road = self.roads.get_mut(&route);
            if let Some((number, first)) = road.and_then(|road| road.letters.first_mut())
                && first.failures > 0
                && !faults.keys().any(|struck| struck.strikes(first.channel.as_ref()))
            {
                first.due = first.due.min(LetterId { route, number: *number }.resumes_at(now));
                self.schedule(route);
            }
        }
    }

    fn stop_fault(&mut self, channel: FaultChannel) {
        match channel {
            FaultChannel::All => self.faults.clear(),
            FaultChannel::Web | FaultChannel::Mobile | FaultChannel::Desktop => {
                self.faults.remove(&channel);
            }
        }
    }
}
