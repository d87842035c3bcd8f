//! The view of connections: who is connected with whom, how far apart two members are, and whom they have in common.
//!
//! **What it is.** A fold over events. Each member's end of a connection is kept apart, because each end changes when
//! its own desk learns of it.
//!
//! **Where to start reading.** [`Connected::apply`] and [`Connected::distance`].
//!
//! **This crate never** does IO, imports another projection, refuses an event, or keeps what event 1 onwards cannot
//! rebuild.

use std::collections::{BTreeMap, BTreeSet};

use acquaint_domain::relation::{self, Change, EndChange};
use acquaint_domain::{Connection, Distance, Event, MemberId, Recorded, RequestId, Timestamp};

/// All connections.
#[derive(Clone, Debug, Default, Hash)]
pub struct Connected {
    ends: BTreeMap<MemberId, BTreeMap<MemberId, Connection>>,
    /// Connections of closed members, which still count in others' paths until then.
    lingering: BTreeMap<MemberId, BTreeMap<MemberId, Timestamp>>,
    /// The requests whose connections have ended at a member's desk.
    ended: BTreeMap<MemberId, BTreeSet<RequestId>>,
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
            for (other, _) in letters {
                self.lingering.entry(*member).or_default().insert(*other, *lingers_until);
                self.lingering.entry(*other).or_default().insert(*member, *lingers_until);
            }
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

    /// Every end there is: whose, with whom.
    pub fn ends(&self) -> impl Iterator<Item = (MemberId, MemberId)> {
        self.ends.iter().flat_map(|(member, ends)| ends.keys().map(|other| (*member, *other)))
    }

    /// How far apart two members are at `now`, up to three steps, and how many they have in common.
    pub fn distance(&self, from: MemberId, to: MemberId, now: Timestamp) -> Distance {
        let mutuals = self.mutuals(from, to, now).len() as u32;
        let near = self.neighbours(from, now);
        let degree = if near.contains(&to) {
            Some(1)
        } else if mutuals > 0 {
            Some(2)
        } else {
            let near_to = self.neighbours(to, now);
            let joined = |next: &MemberId| !common(&self.neighbours(*next, now), &near_to).is_empty();
            near.iter().any(joined).then_some(3)
        };
        Distance { degree, mutuals }
    }

    /// The members connected with both at `now`, in order of their numbers.
    pub fn mutuals(&self, one: MemberId, other: MemberId, now: Timestamp) -> Vec<MemberId> {
        common(&self.neighbours(one, now), &self.neighbours(other, now))
    }

    /// Those that count as connected with `member` in paths, in order of their numbers.
    fn neighbours(&self, member: MemberId, now: Timestamp) -> Vec<MemberId> {
        let live = self.ends.get(&member).into_iter().flatten().map(|(other, _)| *other);
        let lingering = self.lingering.get(&member).into_iter().flatten();
        let lingering = lingering.filter(|(_, until)| now < **until).map(|(other, _)| *other);
        let mut neighbours: Vec<MemberId> = live.chain(lingering).collect();
        neighbours.sort_unstable();
        neighbours.dedup();
        neighbours
    }
}

/// The members that stand in both lists; both are in order.
fn common(one: &[MemberId], other: &[MemberId]) -> Vec<MemberId> {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    short.iter().copied().filter(|member| long.binary_search(member).is_ok()).collect()
}
