//! Where things are in the log. Derived data, never evidence.
//!
//! A closed request occupies a few bytes of memory: the numbers of its events. `read::parties` reads its parties and its
//! entered text from those events.

mod arrivals;
mod learn;
mod visible;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

use acquaint_checkpoint::snapshot;
use acquaint_domain::{
    CommandKey, Entered, Event, EventNumber, FilePrefix, Letter, LetterId, MemberId, Owner, PostedLetter,
    Recorded, RequestId, Timestamp, connection, letter,
};
use acquaint_postings::Postings;
use acquaint_table::{Dense, Table};
use siphasher::sip::SipHasher24;

use crate::state::identity::{request_id, sender_and_count};
use crate::state::outcomes::{CommandIdState, Outcomes};
use crate::state::receipt::Receipt;
use arrivals::Arrivals;

pub(crate) use visible::Visible;

/// Maps a request, a member or a command id to its events.
#[derive(Clone, Debug, Default, Hash)]
pub(crate) struct Index {
    /// The key from which request ids are derived.
    id_key: u128,
    requests: Postings,
    /// The events at a member's desk.
    by_member: Postings,
    /// The events with which a request became the latest from one member to another, by a public address.
    asked: Postings,
    /// The events with which a request became the latest at the other member's desk.
    arrived: Postings,
    /// The events with which a request became the latest from one member to a text.
    by_text: Postings,
    commands: Outcomes,
    /// The command that the last event began: the next event may complete its outcome.
    begun: Option<CommandKey>,
    /// Failed attempts to deliver any letter.
    failures: Vec<EventNumber>,
    /// The starts and ends of faults.
    faults: Vec<EventNumber>,
    /// For each letter in transit other than a request: the requests that it is about.
    letters: Table<LetterId, Vec<RequestId>>,
    arrivals: Arrivals,
    counts: Dense<MemberId, u32>,
    sources: BTreeMap<[u8; 32], (EventNumber, usize)>,
    importing: Option<[u8; 32]>,
    observed_until: Option<Timestamp>,
    /// The imported prefixes of files of records.
    file_prefixes: BTreeSet<FilePrefix>,
}

/// The addressee of a request, in the forms by which it can be looked up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum RequestTarget {
    /// This member, by a public address.
    Member(MemberId),
    /// The member, by any address: what the two desks together know.
    Either(MemberId),
    /// The member, by any address, once the request has arrived: what the recipient's desk knows.
    Arrived(MemberId),
    /// This text: a canonical address that the outgoing desk cannot resolve, or a malformed address as entered.
    Text(String),
}

snapshot!(struct Index {
    id_key, requests, by_member, asked, arrived, by_text, commands, begun, failures, faults, letters,
    arrivals, counts, sources,
    importing, observed_until, file_prefixes,
});

/// The key of the requests from one member to another.
fn pair_key(sender: MemberId, to: MemberId) -> u64 {
    u64::from(sender.0) << 32 | u64::from(to.0)
}

/// The key of the requests from a member to a text. Two texts may have the same key: the caller checks the result.
fn text_key(sender: MemberId, text: &str) -> u64 {
    let mut hasher = SipHasher24::new();
    hasher.write_u32(sender.0);
    text.hash(&mut hasher);
    hasher.finish()
}

/// The entered text by which a request is looked up: the canonical address, or the text itself if it is not an address.
pub(crate) fn entered_text(entered: &Entered) -> &str {
    entered.normalised.as_ref().map_or(entered.address.as_str(), |address| address.as_str())
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
            // An event may name a request twice, and that of a closed account may name very many.
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

    /// The requests of the letter that an event delivers or fails to deliver. The event itself names them only if the letter is
    /// a request, or if the event's own content names them.
    fn requests_of_letter(&self, event: &Event) -> Vec<RequestId> {
        let id = if let Event::Letter(letter::Event {
            letter_id: id,
            kind: letter::Kind::DeliveryFailed { request: None, .. },
        }) = event
        {
            Some(*id)
        } else {
            event.settles()
        };
        id.and_then(|id| self.letters.get(&id)).cloned().unwrap_or_default()
    }

    fn follow_letters(&mut self, event: &Event) {
        for PostedLetter { letter_id: id, letter } in event.posts() {
            let requests = match &letter {
                // The events of a request's delivery name the request.
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
                self.letters.insert(id, requests.to_vec());
            }
        }
        if let Some(id) = event.settles() {
            self.letters.remove(&id);
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

    /// The sender, from the id alone; `None` if there is no such request.
    pub(crate) fn sender_of(&self, request: RequestId) -> Option<MemberId> {
        let (sender, count) = sender_and_count(self.id_key, request);
        (count >= 1 && count <= self.request_count(sender)).then_some(sender)
    }

    /// 1-based sequence number among its sender's requests.
    pub(crate) fn count_of(&self, request: RequestId) -> u32 {
        sender_and_count(self.id_key, request).1
    }

    /// All requests of `sender`, oldest first.
    pub(crate) fn requests_of(&self, sender: MemberId) -> Vec<RequestId> {
        (1..=self.request_count(sender)).map(|count| request_id(self.id_key, sender, count)).collect()
    }

    /// The newest event with which a request of `sender` to that target became the latest; for a text all of them, newest
    /// first, because other texts may have the same key.
    pub(crate) fn latest_to(&self, sender: MemberId, target: &RequestTarget) -> Vec<EventNumber> {
        match target {
            RequestTarget::Member(_) | RequestTarget::Arrived(_) => self.newest_to(sender, target, 1),
            RequestTarget::Either(_) => {
                self.newest_to(sender, target, 1).into_iter().max().into_iter().collect()
            }
            RequestTarget::Text(_) => self.newest_to(sender, target, usize::MAX),
        }
    }

    /// The events with which requests of `sender` to that target became the latest, newest first: at most `count_max` of each
    /// kind.
    pub(crate) fn newest_to(
        &self,
        sender: MemberId,
        target: &RequestTarget,
        count_max: usize,
    ) -> Vec<EventNumber> {
        let newest = |postings: &Postings, to: MemberId| -> Vec<u64> {
            postings.newest_first(pair_key(sender, to)).take(count_max).collect()
        };
        let numbers: Vec<u64> = match target {
            RequestTarget::Member(to) => newest(&self.asked, *to),
            RequestTarget::Arrived(to) => newest(&self.arrived, *to),
            RequestTarget::Either(to) => {
                let (asked, arrived) = (newest(&self.asked, *to), newest(&self.arrived, *to));
                asked.into_iter().chain(arrived).collect()
            }
            RequestTarget::Text(text) => {
                self.by_text.newest_first(text_key(sender, text)).take(count_max).collect()
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
        self.by_member.count_up_to(member.0.into(), u64::MAX)
    }

    /// What is known at `now` about the command with this key.
    pub(crate) fn command(&self, key: CommandKey, now: Timestamp) -> CommandIdState {
        self.commands.seen(key, now)
    }

    /// Every failed attempt to deliver a letter, in order.
    pub(crate) fn failures(&self) -> &[EventNumber] {
        &self.failures
    }

    /// Every start and end of a fault, in order.
    pub(crate) fn faults(&self) -> &[EventNumber] {
        &self.faults
    }

    /// How many requests were delivered before this event.
    pub(crate) fn arrivals_before(&self, number: EventNumber) -> u64 {
        self.arrivals.before(number)
    }

    /// The id of a member's next request, derived from the number of requests that the member has made.
    pub(crate) fn next_request(&self, member: MemberId) -> RequestId {
        request_id(self.id_key, member, self.request_count(member) + 1)
    }

    fn request_count(&self, member: MemberId) -> u32 {
        self.counts.get(member).copied().unwrap_or(0)
    }

    /// The event at which the import of the source with that hash began, and how many of its records are imported.
    pub(crate) fn source(&self, hash: &[u8; 32]) -> Option<(EventNumber, usize)> {
        self.sources.get(hash).copied()
    }

    /// The imported prefixes of files of records, shortest first.
    pub(crate) fn file_prefixes(&self) -> &BTreeSet<FilePrefix> {
        &self.file_prefixes
    }

    /// The latest moment in the imported records.
    pub(crate) fn observed_until(&self) -> Option<Timestamp> {
        self.observed_until
    }

    fn remember_outcome(&mut self, recorded: &Recorded) {
        if let Some(receipt) = self.begun.take().and_then(|key| self.commands.get_mut(key)) {
            receipt.complete(&recorded.event);
        }
        if let Some(tag) = recorded.command {
            self.commands.insert(tag.key, tag.content, Receipt::of_first(recorded));
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

    /// Counts `request` if it is a new request of `sender`. Returns whether it is.
    fn count_if_new(&mut self, request: RequestId, sender: MemberId) -> bool {
        let (asker, count) = sender_and_count(self.id_key, request);
        let known = self.counts.or_default(sender);
        let is_new = asker == sender && count > *known;
        if is_new {
            *known = count;
        }
        is_new
    }
}
