//! The view of connections: who is connected with whom, how far apart two members are, and whom they have in common.
//!
//! **What it is.** A fold over events. Each member's end of a connection is kept apart, because each end changes when
//! its own desk learns of it.
//!
//! **Where to start reading.** [`Connected::apply`] and [`Connected::distance`].
//!
//! **This crate never** does IO, imports another projection, refuses an event, or keeps what event 1 onwards cannot
//! rebuild.

mod image;

use std::collections::{BTreeMap, BTreeSet};

use acquaint_domain::relation::{self, Change, EndChange};
use acquaint_domain::{Connection, Distance, Event, MemberId, Recorded, RequestId, Timestamp};
use acquaint_table::Table;

/// All connections.
#[derive(Clone, Debug, Default, Hash)]
pub struct Connected {
    ends: Table<MemberId, BTreeMap<MemberId, Connection>>,
    /// Connections of closed members, which still count in others' paths until then.
    lingering: BTreeMap<MemberId, BTreeMap<MemberId, Timestamp>>,
    /// The requests whose connections have ended at a member's desk.
    ended: Table<MemberId, BTreeSet<RequestId>>,
}

impl Connected {
    /// Takes in the next event.
    pub fn apply(&mut self, recorded: &Recorded) {
        for EndChange { member, other, change } in relation::changes(&recorded.event, recorded.at) {
            let ends = self.ends.entry(member).or_default();
            let before = ends.remove(&other);
            let ended = self.ended.entry(member).or_default();
            match &change {
                Change::Made(_) => {}
                Change::Ended(name) => ended.extend(name.requests()),
                Change::Closed => ended.extend(before.iter().flat_map(|end| end.name.requests())),
            }
            if let Some(end) = relation::evolve(before, &change, ended) {
                ends.insert(other, end);
            }
        }
        if let Event::MemberClosed { member, lingers_until, letters, .. } = &recorded.event {
            // A connection that the other end had not learned of was public to nobody.
            let known = letters.iter().filter(|(other, _)| self.end(*other, *member).is_some());
            for other in known.map(|(other, _)| *other).collect::<Vec<_>>() {
                self.lingering.entry(*member).or_default().insert(other, *lingers_until);
                self.lingering.entry(other).or_default().insert(*member, *lingers_until);
            }
        } else if let Event::MemberDisconnected { member, other, .. } = &recorded.event {
            self.stop_lingering(*member, *other);
            self.stop_lingering(*other, *member);
        }
    }

    /// `member`'s end of a connection with `other`.
    pub fn end(&self, member: MemberId, other: MemberId) -> Option<&Connection> {
        self.ends.get(&member)?.get(&other)
    }

    /// All of `member`'s ends, in order of the other members' numbers.
    pub fn ends_of(&self, member: MemberId) -> impl Iterator<Item = (MemberId, &Connection)> {
        self.ends.get(&member).into_iter().flatten().map(|(other, end)| (*other, end))
    }

    /// How many ends `member` has.
    pub fn count_of(&self, member: MemberId) -> usize {
        self.ends.get(&member).map_or(0, BTreeMap::len)
    }

    /// Every end there is: whose, with whom.
    pub fn ends(&self) -> impl Iterator<Item = (MemberId, MemberId)> {
        let sorted = self.ends.sorted().into_iter();
        sorted.flat_map(|(member, ends)| ends.keys().map(|other| (*member, *other)))
    }

    /// How far apart two members are at `now`, up to three steps, and how many they have in common, as `from` may know.
    ///
    /// INVARIANT (own desk): `from`'s own steps are those that `from`'s own end knows of. Beyond them a connection counts
    /// where both its ends have it, or had it when one of them closed the account; never one that leads back to `from`.
    pub fn distance(&self, from: MemberId, to: MemberId, now: Timestamp) -> Distance {
        let mutuals = self.mutuals(from, to, now).len() as u32;
        let degree = if self.end(from, to).is_some() {
            Some(1)
        } else if mutuals > 0 {
            Some(2)
        } else {
            let near_to: Vec<MemberId> =
                self.neighbours(to, now).into_iter().filter(|near| *near != from).collect();
            let joined = |next: MemberId| !common(&self.neighbours(next, now), &near_to).is_empty();
            self.ends_of(from).any(|(next, _)| joined(next)).then_some(3)
        };
        Distance { degree, mutuals }
    }

    /// The members connected with both at `now`, in order of their numbers, as `one` may know.
    pub fn mutuals(&self, one: MemberId, other: MemberId, now: Timestamp) -> Vec<MemberId> {
        self.ends_of(one).map(|(next, _)| next).filter(|next| self.is_public(*next, other, now)).collect()
    }

    /// Whether anybody may know that the two are connected at `now`.
    fn is_public(&self, one: MemberId, other: MemberId, now: Timestamp) -> bool {
        let lingers = || self.lingering.get(&one)?.get(&other).filter(|until| now < **until);
        let both = self.end(one, other).is_some() && self.end(other, one).is_some();
        both || lingers().is_some()
    }

    /// With whom `member` is connected for all to know, in order of their numbers.
    fn neighbours(&self, member: MemberId, now: Timestamp) -> Vec<MemberId> {
        let live = self.ends_of(member).map(|(other, _)| other);
        let lingering = self.lingering.get(&member).into_iter().flatten().map(|(other, _)| *other);
        let all = live.chain(lingering).filter(|other| self.is_public(member, *other, now));
        let mut neighbours: Vec<MemberId> = all.collect();
        neighbours.sort_unstable();
        neighbours.dedup();
        neighbours
    }

    fn stop_lingering(&mut self, member: MemberId, other: MemberId) {
        if let Some(lingering) = self.lingering.get_mut(&member) {
            lingering.remove(&other);
        }
    }
}

/// The members that stand in both lists; both are in order.
fn common(one: &[MemberId], other: &[MemberId]) -> Vec<MemberId> {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    short.iter().copied().filter(|member| long.binary_search(member).is_ok()).collect()
}
