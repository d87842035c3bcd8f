//! Where things are in the log: derived, never evidence.
//!
//! What is kept in memory of a request that is over is a few bytes: the numbers of its events. Who it is between, and what
//! was typed, is read from those by `read::parties`.

mod arrivals;
mod learn;
mod visible;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

use acquaint_checkpoint::snapshot;
use acquaint_domain::{
    CommandKey, Event, EventNumber, FilePrefix, Letter, LetterId, MemberId, Owner, PostedLetter, Recorded,
    RequestId, Timestamp, connection, letter,
};
use acquaint_postings::Postings;
use acquaint_table::{Dense, Table};
use siphasher::sip::SipHasher24;

use crate::state::identity::{asked_by, request_id};
use crate::state::outcomes::{CommandIdState, Outcomes};
use crate::state::receipt::Receipt;
use arrivals::Arrivals;

pub(crate) use visible::Visible;

/// The way from a request, a member or a command id to its events.
#[derive(Clone, Debug, Default, Hash)]
pub(crate) struct Index {
    /// The key under which request ids derive.
    id_key: u128,
    requests: Postings,
    /// What is written at a member's desk.
    by_member: Postings,
    /// The events with which a request became the latest of one member's to another, by a public address.
    asked: Postings,
    /// Those with which it became the latest that the other's desk has.
    arrived: Postings,
    /// The events with which a request became the latest of one member's to a text.
    by_text: Postings,
    commands: Outcomes,
    /// A command that the last event began: the next event may record its outcome.
    begun: Option<CommandKey>,
    /// Failed attempts at delivering any letter.
    failures: Vec<EventNumber>,
    /// The beginnings and ends of faults.
    faults: Vec<EventNumber>,
    /// The requests that each letter is about which is not a request itself and has not been taken.
    letters: Table<LetterId, Vec<RequestId>>,
    arrivals: Arrivals,
    counts: Dense<MemberId, u32>,
    sources: BTreeMap<[u8; 32], (EventNumber, usize)>,
    importing: Option<[u8; 32]>,
    observed_until: Option<Timestamp>,
    /// What of files of records is here.
    stretches: BTreeSet<FilePrefix>,
}

/// To whom a request was sent, as its sender would ask for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum RequestTarget {
    /// This member, by a public address.
    Member(MemberId),
    /// The member, by whatever address: what the two desks together know.
    Either(MemberId),
    /// The member, by whatever address, once it has arrived there: what the recipient's desk knows.
    Arrived(MemberId),
    /// This text: a canonical address of nobody known to the outgoing desk, or, malformed, what was typed.
    Text(String),
}

snapshot!(struct Index {
    id_key, requests, by_member, asked, arrived, by_text, commands, begun, failures, faults, letters,
    arrivals, counts, sources,
    importing, observed_until, stretches,
});

/// The key of what lies between two members.
fn between(sender: MemberId, to: MemberId) -> u64 {
    u64::from(sender.0) << 32 | u64::from(to.0)
}

/// The key of what a member typed. Two texts may have the same key: a finder checks whether the result is meant.
fn typed_by(sender: MemberId, text: &str) -> u64 {
    let mut hasher = SipHasher24::new();
    hasher.write_u32(sender.0);
    text.hash(&mut hasher);
    hasher.finish()
}

impl Index {
    pub(crate) fn apply(&mut self, recorded: &Recorded) {
        let number = recorded.number;
        let mut requests = recorded.event.requests();
        let of_letter = self.requests_of_letter(&recorded.event);
        if !of_letter.is_empty() {
            requests.to_mut().extend(of_letter);
        }
        if requests.len() > 1 {
            // One may be named twice. A member who closes the account may have very many.
            let requests = requests.to_mut();
            requests.sort_unstable();
            requests.dedup();
        }
        for request in requests.iter() {
            self.requests.push(request.0, number.0);
        }
        match recorded.event.owner() {
            Owner::Member(member) => self.by_member.push(member.0.into(), number.0),
            Owner::Both(one, other) => {
                self.by_member.push(one.0.into(), number.0);
                self.by_member.push(other.0.into(), number.0);
            }
            Owner::Network => {}
        }
        self.remember_outcome(recorded);
        self.learn(recorded);
        self.follow_letters(&recorded.event);
    }

    /// The requests of the letter that an event tries to deliver, or delivers. The event itself names them only where the
    /// letter is a request, or where what it says names them.
    fn requests_of_letter(&self, event: &Event) -> Vec<RequestId> {
        let leg = if let Event::Letter(letter::Event {
            leg,
            kind: letter::Kind::DeliveryFailed { request: None, .. },
        }) = event
        {
            Some(*leg)
        } else {
            event.settles()
        };
        leg.and_then(|leg| self.letters.get(&leg)).cloned().unwrap_or_default()
    }

    fn follow_letters(&mut self, event: &Event) {
        for PostedLetter { leg, letter } in event.posts() {
            let requests = match &letter {
                // What is tried with a request says which.
                Letter::Request { .. } => continue,
                Letter::Closed => {
                    if let Event::Connection(connection::Event {
                        kind: connection::Kind::Closed { name, .. },
                        ..
                    }) = event
                    {
                        name.requests()
                    } else {
                        &[]
                    }
                }
                Letter::Accepted { .. }
                | Letter::Withdrawn { .. }
                | Letter::Disconnected { .. }
                | Letter::Reminder { .. } => letter.requests(),
            };
            if !requests.is_empty() {
                self.letters.insert(leg, requests.to_vec());
            }
        }
        if let Some(leg) = event.settles() {
            self.letters.remove(&leg);
        }
    }

    /// The events about a request, in order.
    pub(crate) fn of_request(&self, request: RequestId) -> Vec<EventNumber> {
        self.requests.all(request.0).into_iter().map(EventNumber).collect()
    }

    /// The event with which a request began.
    pub(crate) fn beginning(&self, request: RequestId) -> Option<EventNumber> {
        self.requests.first(request.0).map(EventNumber)
    }

    /// The key of everything that is derived so that nobody outside can derive it too.
    pub(crate) fn id_key(&self) -> u128 {
        self.id_key
    }

    /// Who asked, by the id alone; `None` where there is no such request.
    pub(crate) fn sender_of(&self, request: RequestId) -> Option<MemberId> {
        let (sender, count) = asked_by(self.id_key, request);
        (count >= 1 && count <= self.request_count(sender)).then_some(sender)
    }

    /// 1-based sequence number among its sender's requests.
    pub(crate) fn count_of(&self, request: RequestId) -> u32 {
        asked_by(self.id_key, request).1
    }

    /// All requests of `sender`'s, oldest first.
    pub(crate) fn requests_of(&self, sender: MemberId) -> Vec<RequestId> {
        (1..=self.request_count(sender)).map(|count| request_id(self.id_key, sender, count)).collect()
    }

    /// The events with which a request became the latest of `sender`'s to that target, the last one first.
    pub(crate) fn aimed(&self, sender: MemberId, target: &RequestTarget) -> Vec<EventNumber> {
        match target {
            RequestTarget::Member(_) | RequestTarget::Arrived(_) => self.all_aimed(sender, target, 1),
            RequestTarget::Either(_) => {
                self.all_aimed(sender, target, 1).into_iter().max().into_iter().collect()
            }
            RequestTarget::Text(_) => self.all_aimed(sender, target, usize::MAX),
        }
    }

    /// The events with which requests became the latest of `sender`'s to that target, the newest first, at most `count_max`.
    pub(crate) fn all_aimed(
        &self,
        sender: MemberId,
        target: &RequestTarget,
        count_max: usize,
    ) -> Vec<EventNumber> {
        let newest = |postings: &Postings, to: MemberId| -> Vec<u64> {
            postings.newest_first(between(sender, to)).take(count_max).collect()
        };
        let numbers: Vec<u64> = match target {
            RequestTarget::Member(to) => newest(&self.asked, *to),
            RequestTarget::Arrived(to) => newest(&self.arrived, *to),
            RequestTarget::Either(to) => {
                let (asked, arrived) = (newest(&self.asked, *to), newest(&self.arrived, *to));
                asked.into_iter().chain(arrived).collect()
            }
            RequestTarget::Text(text) => {
                self.by_text.newest_first(typed_by(sender, text)).take(count_max).collect()
            }
        };
        numbers.into_iter().map(EventNumber).collect()
    }

    /// The events that `member` may see.
    pub(crate) fn visible_to(&self, member: MemberId) -> Visible {
        Visible(self.by_member.all(member.0.into()))
    }

    /// How many events were written at a member's desk.
    pub(crate) fn count_of_desk(&self, member: MemberId) -> u64 {
        self.by_member.count_upto(member.0.into(), u64::MAX)
    }

    /// What is known at `now` of the command that came under this key.
    pub(crate) fn command(&self, key: CommandKey, now: Timestamp) -> CommandIdState {
        self.commands.seen(key, now)
    }

    /// Every failed attempt at delivering a letter, in order.
    pub(crate) fn failures(&self) -> &[EventNumber] {
        &self.failures
    }

    /// Every beginning and end of a fault, in order.
    pub(crate) fn faults(&self) -> &[EventNumber] {
        &self.faults
    }

    /// How many attempts at carrying a request before this event did not fail.
    pub(crate) fn arrivals_before(&self, number: EventNumber) -> u64 {
        self.arrivals.before(number)
    }

    /// The id of a member's next request: it derives from how many the member has made.
    pub(crate) fn next_request(&self, member: MemberId) -> RequestId {
        request_id(self.id_key, member, self.request_count(member) + 1)
    }

    fn request_count(&self, member: MemberId) -> u32 {
        self.counts.get(member).copied().unwrap_or(0)
    }

    /// The event at which the import of a source of that hash began, and how many of its records are here.
    pub(crate) fn source(&self, hash: &[u8; 32]) -> Option<(EventNumber, usize)> {
        self.sources.get(hash).copied()
    }

    /// The beginnings of files of records that are here, the shortest first.
    pub(crate) fn stretches(&self) -> &BTreeSet<FilePrefix> {
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

    fn observe(&mut self, at: Timestamp) {
        self.observed_until = self.observed_until.max(Some(at));
        if let Some((_, count)) = self.importing.and_then(|source| self.sources.get_mut(&source)) {
            *count += 1;
        }
    }

    /// Counts `request` if it is a new one of `sender`'s; whether it is.
    fn begins(&mut self, request: RequestId, sender: MemberId) -> bool {
        let (asker, count) = asked_by(self.id_key, request);
        let known = self.counts.or_default(sender);
        let is_new = asker == sender && count > *known;
        if is_new {
            *known = count;
        }
        is_new
    }
}
