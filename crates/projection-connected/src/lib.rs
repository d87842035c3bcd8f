//! The view of connections: who is connected to whom, how far apart two members are, and whom they have in common.
//!
//! **What it is.** A fold over events. Each member's end of a connection is stored separately, because it changes when that
//! member's desk learns of a change.
//!
//! **Where to start reading.** [`Connected::apply`] and [`Connected::distance`].
//!
//! **This crate never** does IO, imports another projection, rejects an event, or holds state that a replay of the log cannot
//! rebuild.

mod snapshot;

use std::collections::{BTreeMap, BTreeSet};

use acquaint_domain::connection::{self, ConnectionChange, EndChange};
use acquaint_domain::{
    Connection, Departure, Distance, Event, MemberId, Recorded, RequestId, Timestamp, account,
};
use acquaint_table::{Dense, Keys, Sorted, common};

/// The ended requests of a desk that is not in the map.
static NONE: BTreeSet<RequestId> = BTreeSet::new();

/// All connections, by their two ends.
#[derive(Clone, Debug, Default, Hash)]
pub struct Connected {
    ends: Dense<MemberId, Sorted<MemberId, Connection>>,
    /// Connections of closed accounts, each with the time until which it still counts in others' paths.
    lingering: BTreeMap<MemberId, BTreeMap<MemberId, Timestamp>>,
    /// Closed accounts that still have connection ends: how they closed, and until when their connections linger.
    closing: BTreeMap<MemberId, (Departure, Timestamp)>,
    /// The requests whose connections have ended at a member's desk.
    ended: Dense<MemberId, BTreeSet<RequestId>>,
}

impl Connected {
    /// Applies the next event.
    pub fn apply(&mut self, recorded: &Recorded) {
        for EndChange { member, other, change } in connection::changes(&recorded.event, recorded.at) {
            let ends = self.ends.or_default(member);
            let before = ends.remove(other);
            match &change {
                ConnectionChange::Made(_) => {}
                ConnectionChange::Ended(name) => self.ended.or_default(member).extend(name.requests()),
                ConnectionChange::Closed => {
                    let requests = before.iter().flat_map(|end| end.name.requests());
                    self.ended.or_default(member).extend(requests);
                }
            }
            let ended = self.ended.get(member).unwrap_or(&NONE);
            if let Some(end) = connection::evolve(before, &change, ended) {
                ends.insert(other, end);
            }
        }
        match &recorded.event {
            Event::Account(event) => self.apply_account(event, recorded),
            Event::Connection(event) => self.apply_connection(event),
            // `connection::changes`, above, handles what these make and end.
            Event::Network(_)
            | Event::Outgoing(_)
            | Event::Letter(_)
            | Event::Incoming(_)
            | Event::Oversight(_)
            | Event::Import(_) => {}
        }
        if !self.closing.is_empty() {
            let ends = &self.ends;
            self.closing.retain(|member, _| ends.get(*member).is_some_and(|ends| !ends.is_empty()));
        }
    }

    fn apply_account(&mut self, event: &account::Event, recorded: &Recorded) {
        let account::Event { member, kind } = event;
        match kind {
            account::Kind::Closed { lingers_until, letters, .. } => {
                // A connection that the other end had not learned of was never public.
                let known = letters.iter().filter(|(other, _)| self.end(*other, *member).is_some());
                for other in known.map(|(other, _)| *other).collect::<Vec<_>>() {
                    self.linger(*member, other, *lingers_until);
                }
                if let Some((_, departure)) = Departure::decided(recorded) {
                    self.closing.insert(*member, (departure, *lingers_until));
                }
            }
            account::Kind::Added { .. }
            | account::Kind::Changed { .. }
            | account::Kind::Restricted { .. }
            | account::Kind::Banned
            | account::Kind::RestrictionLifted
            | account::Kind::ContactsImported { .. }
            | account::Kind::SettingsChanged { .. }
            | account::Kind::SendChecked => {}
        }
    }

    fn apply_connection(&mut self, event: &connection::Event) {
        let connection::Event { member, other, kind } = event;
        match kind {
            connection::Kind::Closed { .. } => {
                if let Some((_, until)) = self.closing.get(member).copied()
                    && self.end(*other, *member).is_some()
                {
                    self.linger(*member, *other, until);
                }
            }
            connection::Kind::Disconnected { .. } => {
                self.stop_lingering(*member, *other);
                self.stop_lingering(*other, *member);
            }
            connection::Kind::Blocked { .. }
            | connection::Kind::Unblocked
            | connection::Kind::Recorded { .. }
            | connection::Kind::AcceptanceTaken { .. }
            | connection::Kind::AcceptanceLapsed { .. }
            | connection::Kind::DisconnectionTaken { .. }
            | connection::Kind::ClosureTaken { .. } => {}
        }
    }

    /// Lets the connection of the two count in others' paths until `until`.
    fn linger(&mut self, member: MemberId, other: MemberId, until: Timestamp) {
        self.lingering.entry(member).or_default().insert(other, until);
        self.lingering.entry(other).or_default().insert(member, until);
    }

    /// Closed accounts that still have connection ends.
    pub fn closing(&self) -> impl Iterator<Item = (MemberId, Departure)> {
        self.closing.iter().map(|(member, (departure, _))| (*member, *departure))
    }

    /// `member`'s end of a connection to `other`.
    pub fn end(&self, member: MemberId, other: MemberId) -> Option<&Connection> {
        self.ends.get(member)?.get(other)
    }

    /// All of `member`'s ends, in order of the other members' numbers.
    pub fn ends_of(&self, member: MemberId) -> impl Iterator<Item = (MemberId, &Connection)> {
        self.ends.get(member).into_iter().flat_map(Sorted::iter)
    }

    /// How many ends `member` has.
    pub fn count_of(&self, member: MemberId) -> usize {
        self.ends.get(member).map_or(0, Sorted::len)
    }

    /// Every end: its member, and the other member.
    pub fn ends(&self) -> impl Iterator<Item = (MemberId, MemberId)> {
        self.ends.iter().flat_map(|(member, ends)| ends.keys().map(move |other| (member, other)))
    }

    /// The distance between two members at `now`, up to degree 3, and their number of mutual connections, as far as `from` may
    /// know them.
    ///
    /// INVARIANT (own desk): the first step is a connection that `from`'s own desk knows. Every further connection counts only
    /// if both its ends have it, or had it when one of them closed the account; none leads back to `from`.
    pub fn distance(&self, from: MemberId, to: MemberId, now: Timestamp) -> Distance {
        let mutuals = self.mutuals(from, to, now).len() as u32;
        let degree = if self.end(from, to).is_some() {
            Some(1)
        } else if mutuals > 0 {
            Some(2)
        } else {
            let near_to: Vec<MemberId> =
                self.neighbours(to, now).into_iter().filter(|near| *near != from).collect();
            let mut others = self.others(from).into_iter().flatten();
            others.any(|next| self.has_among(next, &near_to, now)).then_some(3)
        };
        Distance { degree, mutuals }
    }

    /// The members connected to both at `now`, in order of their numbers, as far as `one` may know them.
    pub fn mutuals(&self, one: MemberId, other: MemberId, now: Timestamp) -> Vec<MemberId> {
        let both = self.others(one).zip(self.others(other)).into_iter();
        let live = both.flat_map(|(own, others)| common(own, others));
        let live = live.filter(|next| self.end(*next, other).is_some());
        let lingering = self.lingering_with(other, now).filter(|next| self.end(one, *next).is_some());
        let mut mutuals: Vec<MemberId> = live.chain(lingering).collect();
        mutuals.sort_unstable();
        mutuals.dedup();
        mutuals
    }

    /// Whether `member` is publicly connected to one of `others`, which are sorted.
    fn has_among(&self, member: MemberId, others: &[MemberId], now: Timestamp) -> bool {
        let mut live = self.others(member).into_iter().flat_map(|own| common(own, Keys::from(others)));
        live.any(|other| self.end(other, member).is_some())
            || self.lingering_with(member, now).any(|other| others.binary_search(&other).is_ok())
    }

    /// The members to whom `member` is publicly connected, in order of their numbers: both ends have the connection, or had it
    /// when one of them closed the account.
    fn neighbours(&self, member: MemberId, now: Timestamp) -> Vec<MemberId> {
        let others = self.others(member).into_iter().flatten();
        let live = others.filter(|other| self.end(*other, member).is_some());
        let mut neighbours: Vec<MemberId> = live.chain(self.lingering_with(member, now)).collect();
        neighbours.sort_unstable();
        neighbours.dedup();
        neighbours
    }

    /// The members to whom `member` has a connection end, in order of their numbers.
    fn others(&self, member: MemberId) -> Option<Keys<'_, MemberId, Connection>> {
        self.ends.get(member).map(Sorted::keys)
    }

    /// The members whose connections to `member` linger at `now`, because one of the two closed the account.
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
