//! The letters in transit.

use std::collections::{BTreeMap, BTreeSet};

use acquaint_checkpoint::snapshot;
use acquaint_domain::{
    Addressee, Channel, ConnectionName, Event, EventNumber, Fault, FaultChannel, Lane, Letter, LetterId,
    LetterNumber, MemberId, PostedLetter, Recorded, RequestId, Timestamp, connection, incoming, letter,
    network, outgoing,
};
use acquaint_table::Table;

/// The courier's view: the letters that were posted and have not arrived.
#[derive(Clone, Debug, Default, Hash)]
pub struct Outbox {
    /// The number of the last letter ever posted on each lane between two members, by writer and reader.
    between_members: Table<(MemberId, MemberId), u32>,
    /// The same for lanes to e-mail addresses.
    to_emails: Table<(MemberId, RequestId), u32>,
    /// The lanes with letters in transit: few, and none for long.
    lanes: Table<Lane, LaneQueue>,
    requests: Table<RequestId, LetterId>,
    /// The first letter of every lane, by when it is due and when it was posted.
    due: BTreeSet<(Timestamp, EventNumber, Lane)>,
    faults: BTreeMap<FaultChannel, Fault>,
    /// The channels of requests whose letters are not posted yet, because they are being judged or are held.
    submitted: Table<RequestId, Channel>,
}

/// The letters of one lane, which are delivered in the order of their numbers.
#[derive(Clone, Debug, Default, Hash)]
struct LaneQueue {
    /// Ordered by number.
    letters: Vec<(LetterNumber, InTransit)>,
    scheduled: Option<(Timestamp, EventNumber)>,
}

snapshot!(struct Outbox { between_members, to_emails, lanes, requests, due, faults, submitted });
snapshot!(struct LaneQueue { letters, scheduled });
snapshot!(struct InTransit { letter, posted_by, channel, failures, first_attempt, due });

impl LaneQueue {
    /// Index of the letter with that number among those in transit.
    fn index(&self, number: LetterNumber) -> Option<usize> {
        self.letters.binary_search_by_key(&number, |(other, _)| *other).ok()
    }
}

/// A letter in transit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InTransit {
    /// Content of the letter.
    pub letter: Letter,
    /// The event that posted it.
    pub posted_by: EventNumber,
    /// Channel of the request that it carries, if known; `None` for every other letter.
    pub channel: Option<Channel>,
    /// How many attempts have failed.
    pub failures: u32,
    /// When delivery was first attempted; `None` before that.
    pub first_attempt: Option<Timestamp>,
    /// When the next attempt is due.
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
            // The letters of these events are posted below. Nothing imported is in transit.
            Event::Account(_) | Event::Oversight(_) | Event::Import(_) => {}
        }
        if let Some(id) = event.settles() {
            self.take_off(id);
        }
        for posted in event.posts() {
            self.post(posted, recorded);
        }
    }

    /// The number of the next letter on this lane.
    pub fn next_number(&self, lane: Lane) -> LetterNumber {
        LetterNumber(self.last_posted(lane) + 1)
    }

    /// The number of the next letter from a member to an addressee, about this request.
    pub(crate) fn next_number_to(&self, from: MemberId, to: Addressee, request: RequestId) -> LetterNumber {
        self.next_number(match to {
            Addressee::Member(to) => Lane::Member { from, to },
            Addressee::Email | Addressee::Nobody => Lane::Email { from, request },
        })
    }

    /// The letter that is due first, and when.
    pub fn next_due(&self) -> Option<(Timestamp, LetterId)> {
        let (at, _, lane) = self.due.first()?;
        let (number, _) = self.lanes.get(lane)?.letters.first()?;
        Some((*at, LetterId { lane: *lane, number: *number }))
    }

    /// A letter, if it is in transit.
    pub fn letter(&self, id: LetterId) -> Option<&InTransit> {
        let queue = self.lanes.get(&id.lane)?;
        queue.index(id.number).map(|index| &queue.letters[index].1)
    }

    /// Whether this letter was posted and is no longer in transit: it was delivered, abandoned, or cancelled.
    pub fn is_over(&self, id: LetterId) -> bool {
        self.letter(id).is_none() && id.number.0 <= self.last_posted(id.lane)
    }

    /// The fault that affects letters of this channel now.
    pub fn fault(&self, channel: Option<&Channel>) -> Option<Fault> {
        self.faults.iter().find(|(struck, _)| struck.strikes(channel)).map(|(_, fault)| *fault)
    }

    /// Whether a fault of exactly this channel is active; for `All`, any fault.
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
        let lanes = [Lane::Member { from: one, to: other }, Lane::Member { from: other, to: one }];
        let letters = lanes.iter().filter_map(|lane| self.lanes.get(lane)).flat_map(|queue| &queue.letters);
        letters.into_iter().any(|(_, letter)| !matches!(letter.letter, Letter::Request { .. }))
    }

    /// How many letters are in transit.
    pub fn len(&self) -> usize {
        self.lanes.sorted().into_iter().map(|(_, queue)| queue.letters.len()).sum()
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
                self.fail(event.letter_id, attempt, next_attempt, at);
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

    /// The requests of a connection are no longer sent.
    fn forget_submitted(&mut self, name: &ConnectionName) {
        for request in name.requests() {
            self.submitted.remove(request);
        }
    }

    fn last_posted(&self, lane: Lane) -> u32 {
        let last = match lane {
            Lane::Member { from, to } => self.between_members.get(&(from, to)),
            Lane::Email { from, request } => self.to_emails.get(&(from, request)),
        };
        last.copied().unwrap_or(0)
    }

    fn post(&mut self, posted: PostedLetter, recorded: &Recorded) {
        let PostedLetter { letter_id: id, letter } = posted;
        let mut channel = None;
        if let Letter::Request { request, .. } = &letter {
            channel = self.submitted.remove(request);
            self.requests.insert(*request, id);
        }
        let (posted_by, due) = (recorded.number, recorded.at);
        let last = match id.lane {
            Lane::Member { from, to } => self.between_members.entry((from, to)).or_default(),
            Lane::Email { from, request } => self.to_emails.entry((from, request)).or_default(),
        };
        *last = id.number.0.max(*last);
        let queue = self.lanes.entry(id.lane).or_default();
        let letter = InTransit { letter, posted_by, channel, failures: 0, first_attempt: None, due };
        match queue.letters.binary_search_by_key(&id.number, |(number, _)| *number) {
            Ok(index) => queue.letters[index].1 = letter,
            Err(index) => queue.letters.insert(index, (id.number, letter)),
        }
        self.schedule(id.lane);
    }

    fn fail(&mut self, id: LetterId, attempt: u32, next_attempt: Option<Timestamp>, at: Timestamp) {
        let queue = self.lanes.get_mut(&id.lane);
        let letter = queue.and_then(|queue| queue.index(id.number).map(|index| &mut queue.letters[index].1));
        if let Some(letter) = letter {
            letter.failures = attempt;
            letter.first_attempt.get_or_insert(at);
            letter.due = next_attempt.unwrap_or(at);
        }
        self.schedule(id.lane);
    }

    /// Cancels the letter of a request that was closed before it arrived: nobody asks for it any more.
    fn cancel(&mut self, request: RequestId) {
        self.submitted.remove(&request);
        if let Some(id) = self.requests.get(&request).copied() {
            self.take_off(id);
        }
    }

    fn take_off(&mut self, id: LetterId) {
        let queue = self.lanes.get_mut(&id.lane);
        let letter = queue.and_then(|queue| queue.index(id.number).map(|index| queue.letters.remove(index)));
        if let Some(Letter::Request { request, .. }) = letter.map(|(_, letter)| letter.letter) {
            self.requests.remove(&request);
        }
        self.schedule(id.lane);
    }

    fn schedule(&mut self, lane: Lane) {
        let Some(queue) = self.lanes.get_mut(&lane) else { return };
        if let Some((at, posted_by)) = queue.scheduled.take() {
            self.due.remove(&(at, posted_by, lane));
        }
        if let Some((_, first)) = queue.letters.first() {
            queue.scheduled = Some((first.due, first.posted_by));
            self.due.insert((first.due, first.posted_by, lane));
        } else {
            self.lanes.remove(&lane);
        }
    }

    /// Retries the letters that have failed and that no fault affects any more, spread over a minute.
    fn resume(&mut self, now: Timestamp) {
        // Letters of one lane are delivered in order: only the first can have been tried.
        let lanes: Vec<Lane> = self.due.iter().map(|(_, _, lane)| *lane).collect();
        for lane in lanes {
            let faults = &self.faults;
            let queue = self.lanes.get_mut(&lane);
            if let Some((number, first)) = queue.and_then(|queue| queue.letters.first_mut())
                && first.failures > 0
                && !faults.keys().any(|struck| struck.strikes(first.channel.as_ref()))
            {
                first.due = first.due.min(LetterId { lane, number: *number }.resumes_at(now));
                self.schedule(lane);
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
