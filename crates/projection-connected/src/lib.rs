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
use acquaint_table::{Dense, Sorted};

/// No request has ended at a desk that is not in the map.
static NONE: BTreeSet<RequestId> = BTreeSet::new();

/// All connections.
#[derive(Clone, Debug, Default, Hash)]
pub struct Connected {
    ends: Dense<MemberId, Sorted<MemberId, Connection>>,
    /// Connections of closed members, which still count in others' paths until then.
    lingering: BTreeMap<MemberId, BTreeMap<MemberId, Timestamp>>,
    /// The requests whose connections have ended at a member's desk.
    ended: Dense<MemberId, BTreeSet<RequestId>>,
}

impl Connected {
    /// Takes in the next event.
    pub fn apply(&mut self, recorded: &Recorded) {
        for EndChange { member, other, change } in relation::changes(&recorded.event, recorded.at) {
            let ends = self.ends.or_default(member);
            let before = ends.remove(other);
            match &change {
                Change::Made(_) => {}
                Change::Ended(name) => self.ended.or_default(member).extend(name.requests()),
                Change::Closed => {
                    let requests = before.iter().flat_map(|end| end.name.requests());
                    self.ended.or_default(member).extend(requests);
                }
            }
            let ended = self.ended.get(member).unwrap_or(&NONE);
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
        self.ends.get(member)?.get(other)
    }

    /// All of `member`'s ends, in order of the other members' numbers.
    pub fn ends_of(&self, member: MemberId) -> impl Iterator<Item = (MemberId, &Connection)> {
        self.ends.get(member).into_iter().flat_map(Sorted::iter)
    }

    /// How many ends `member` has.
    pub fn count_of(&self, member: MemberId) -> usize {
        self.others(member).len()
    }

    /// Every end there is: whose, with whom.
    pub fn ends(&self) -> impl Iterator<Item = (MemberId, MemberId)> {
        self.ends.iter().flat_map(|(member, ends)| ends.keys().iter().map(move |other| (member, *other)))
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
            self.others(from).iter().any(|next| self.has_among(*next, &near_to, now)).then_some(3)
        };
        Distance { degree, mutuals }
    }

    /// The members connected with both at `now`, in order of their numbers, as `one` may know.
    pub fn mutuals(&self, one: MemberId, other: MemberId, now: Timestamp) -> Vec<MemberId> {
        let own = self.others(one);
        let live = common(own, self.others(other)).filter(|next| self.end(*next, other).is_some());
        let lingering = self.lingering_with(other, now).filter(|next| own.binary_search(next).is_ok());
        let mut mutuals: Vec<MemberId> = live.chain(lingering).collect();
        mutuals.sort_unstable();
        mutuals.dedup();
        mutuals
    }

    /// Whether `member` is connected with one of `others`, who are in order, for all to know.
    fn has_among(&self, member: MemberId, others: &[MemberId], now: Timestamp) -> bool {
        let mut live = common(self.others(member), others);
        live.any(|other| self.end(other, member).is_some())
            || self.lingering_with(member, now).any(|other| others.binary_search(&other).is_ok())
    }

    /// With whom `member` is connected for all to know: both ends are there, or were when one of them closed the account.
    /// In order of their numbers.
    fn neighbours(&self, member: MemberId, now: Timestamp) -> Vec<MemberId> {
        let others = self.others(member).iter().copied();
        let live = others.filter(|other| self.end(*other, member).is_some());
        let mut neighbours: Vec<MemberId> = live.chain(self.lingering_with(member, now)).collect();
        neighbours.sort_unstable();
        neighbours.dedup();
        neighbours
    }

    /// Those with whom `member` has an end, in order of their numbers.
    fn others(&self, member: MemberId) -> &[MemberId] {
        self.ends.get(member).map_or(&[], Sorted::keys)
    }

    /// Those who closed their accounts while connected with `member`, or were when `member` did.
    fn lingering_with(&self, member: MemberId, now: Timestamp) -> impl Iterator<Item = MemberId> {
        let lingering = self.lingering.get(&member).into_iter().flatten();
        lingering.filter(move |(_, until)| now < **until).map(|(other, _)| *other)
    }

    fn stop_lingering(&mut self, member: MemberId, other: MemberId) {
        if let Some(lingering) = self.lingering.get_mut(&member) {
            lingering.remove(&other);
        }
    }
}

/// The members that stand in both lists, which are in order: for each of the shorter one the longer one is searched from where
/// the last search ended, in steps that double.
fn common<'a>(one: &'a [MemberId], other: &'a [MemberId]) -> impl Iterator<Item = MemberId> + 'a {
    let (short, mut rest) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    short.iter().copied().filter(move |member| {
        let mut step = 1;
        while rest.get(step).is_some_and(|found| found < member) {
            step *= 2;
        }
        let from = step / 2;
        let within = &rest[from.min(rest.len())..rest.len().min(step + 1)];
        rest = &rest[(from + within.partition_point(|found| found < member)).min(rest.len())..];
        rest.first() == Some(member)
    })
}
