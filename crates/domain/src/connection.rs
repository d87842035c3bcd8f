//! What lies between two members: connections, whose two ends each know their own half, and blocks.

mod event;

pub use event::{Event, Kind};

use crate::{Decision, account, import, incoming, letter};
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;
use std::hash::{Hash, Hasher};

use crate::export::ExportEvent;
use crate::ids::{LetterNumber, MemberId, RequestId};
use crate::inherited::Inherited;
use crate::outgoing::{self, Open};
use crate::reason::Code;
use crate::recorded::WithdrawnBy;
use crate::time::Timestamp;

/// A connection's name: the requests that it came of, in order of their ids. Two names that share a request name the
/// same connection, and a request whose connection has ended never opens one again.
#[derive(Clone)]
pub struct ConnectionName(Requests);

/// Most connections come of one request, which needs no memory of its own.
#[derive(Clone)]
enum Requests {
    One([RequestId; 1]),
    /// None or several.
    Many(Vec<RequestId>),
}

impl ConnectionName {
    /// The name made of these requests.
    pub fn of(requests: impl IntoIterator<Item = RequestId>) -> Self {
        let mut requests = requests.into_iter();
        let mut many = match (requests.next(), requests.next()) {
            (Some(only), None) => return Self(Requests::One([only])),
            (first, second) => Vec::from_iter(first.into_iter().chain(second).chain(requests)),
        };
        many.sort_unstable();
        many.dedup();
        match many.as_slice() {
            [only] => Self(Requests::One([*only])),
            _ => Self(Requests::Many(many)),
        }
    }

    /// The requests, in order of their ids.
    pub fn requests(&self) -> &[RequestId] {
        match &self.0 {
            Requests::One(only) => only,
            Requests::Many(many) => many,
        }
    }

    /// Whether the two name the same connection.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.requests().iter().any(|request| other.requests().contains(request))
    }

    /// What is left of it without those that have ended; `None` when nothing is.
    fn without(&self, ended: &BTreeSet<RequestId>) -> Option<Self> {
        let left = Self::of(self.requests().iter().filter(|request| !ended.contains(request)).copied());
        (!left.requests().is_empty()).then_some(left)
    }

    fn joined(&self, other: &Self) -> Self {
        Self::of(self.requests().iter().chain(other.requests()).copied())
    }
}

impl PartialEq for ConnectionName {
    fn eq(&self, other: &Self) -> bool {
        self.requests() == other.requests()
    }
}

impl Eq for ConnectionName {}

impl PartialOrd for ConnectionName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ConnectionName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.requests().cmp(other.requests())
    }
}

impl Hash for ConnectionName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.requests().hash(state);
    }
}

impl fmt::Debug for ConnectionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ConnectionName").field(&self.requests()).finish()
    }
}

/// One end of a connection, as the member at that end knows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Connection {
    /// Its name.
    pub name: ConnectionName,
    /// Since when this end knows of it.
    pub since: Timestamp,
}

/// What an event does to one end of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndChange {
    /// Whose end.
    pub member: MemberId,
    /// With whom.
    pub other: MemberId,
    /// What.
    pub change: Change,
}

/// How an end changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is there.
    Made(Connection),
    /// It is gone, if it is the one of that name.
    Ended(ConnectionName),
    /// It is gone, whatever its name.
    Closed,
}

/// One end after a change, at a desk where the connections of the requests in `ended` have ended, by this change or before.
///
/// An end lasts as long as a request in its name does: letters of two roads may overtake one another, and whichever comes
/// first, both ends are left with the same requests. INVARIANT (an ended name never opens again).
pub fn evolve(end: Option<Connection>, change: &Change, ended: &BTreeSet<RequestId>) -> Option<Connection> {
    let left = |name: &ConnectionName| name.without(ended);
    match (end, change) {
        (None, Change::Made(made)) => Some(Connection { name: left(&made.name)?, since: made.since }),
        (Some(end), Change::Made(made)) => {
            Some(Connection { name: left(&end.name.joined(&made.name))?, since: end.since })
        }
        (Some(end), Change::Ended(_)) => Some(Connection { name: left(&end.name)?, since: end.since }),
        (None, Change::Ended(_)) | (_, Change::Closed) => None,
    }
}

/// The ends that `event`, recorded at `at`, changes.
pub fn changes(event: &crate::Event, at: Timestamp) -> Vec<EndChange> {
    match event {
        crate::Event::Connection(event) => own(event, at),
        crate::Event::Incoming(incoming::Event { ask, kind }) => match kind {
            incoming::Kind::Crossed { name, .. } | incoming::Kind::Accepted { name, .. } => {
                vec![made(ask.recipient, ask.sender, name, at)]
            }
            incoming::Kind::Delivered { .. }
            | incoming::Kind::Held { .. }
            | incoming::Kind::Filed { .. }
            | incoming::Kind::FiledByClosure
            | incoming::Kind::Merged { .. }
            | incoming::Kind::Shown
            | incoming::Kind::Declined
            | incoming::Kind::Dismissed
            | incoming::Kind::Reported => Vec::new(),
        },
        crate::Event::Letter(event) => match &event.kind {
            letter::Kind::WithdrawalTaken {
                sender, recipient: Some(recipient), ends: Some(name), ..
            } => {
                vec![ended(*recipient, *sender, name)]
            }
            letter::Kind::WithdrawalTaken { .. }
            | letter::Kind::DeliveryFailed { .. }
            | letter::Kind::DeliveryAbandoned { .. }
            | letter::Kind::RequestArrived { .. }
            | letter::Kind::ReminderTaken { .. } => Vec::new(),
        },
        crate::Event::Account(event) => match &event.kind {
            account::Kind::Closed { letters, .. } => {
                letters.iter().map(|(other, _)| closed(event.member, *other)).collect()
            }
            account::Kind::Added { .. }
            | account::Kind::Changed { .. }
            | account::Kind::Restricted { .. }
            | account::Kind::Banned
            | account::Kind::RestrictionLifted
            | account::Kind::ContactsImported { .. }
            | account::Kind::SettingsChanged { .. }
            | account::Kind::SendChecked => Vec::new(),
        },
        crate::Event::Import(event) => imported(event),
        crate::Event::Network(_) | crate::Event::Outgoing(_) | crate::Event::Oversight(_) => Vec::new(),
    }
}

fn own(event: &Event, at: Timestamp) -> Vec<EndChange> {
    let Event { member, other, kind } = event;
    match kind {
        Kind::Recorded { name } => vec![made(*member, *other, name, at), made(*other, *member, name, at)],
        Kind::AcceptanceTaken { name, .. } => vec![made(*member, *other, name, at)],
        Kind::Disconnected { name, .. } | Kind::DisconnectionTaken { name, .. } => {
            vec![ended(*member, *other, name)]
        }
        Kind::Closed { .. } | Kind::ClosureTaken { .. } => vec![closed(*member, *other)],
        Kind::Blocked { .. } | Kind::Unblocked | Kind::AcceptanceLapsed { .. } => Vec::new(),
    }
}

fn imported(event: &import::Event) -> Vec<EndChange> {
    let both = |one, other, name: &ConnectionName, since| {
        vec![made(one, other, name, since), made(other, one, name, since)]
    };
    match event {
        import::Event::AcceptanceObserved { ask, observed_at, .. } => {
            both(ask.sender, ask.recipient, &ConnectionName::of([ask.request]), *observed_at)
        }
        import::Event::Inherited(event) => match event {
            Inherited::ConnectionInherited { name, member, other, since } => {
                both(*member, *other, name, *since)
            }
            Inherited::StretchTaken(_)
            | Inherited::MemberInherited { .. }
            | Inherited::RequestInherited { .. }
            | Inherited::ArrivalInherited { .. }
            | Inherited::BlockInherited { .. } => Vec::new(),
        },
        import::Event::Export(event) => match event {
            ExportEvent::ConnectionObserved { name, member, other, observed_at, .. } => {
                both(*member, *other, name, *observed_at)
            }
            ExportEvent::EndObserved { member, other, name, .. }
            | ExportEvent::ConnectionVanished { member, other, name, .. } => {
                vec![ended(*member, *other, name), ended(*other, *member, name)]
            }
            ExportEvent::ExportBegun { .. }
            | ExportEvent::ExportEnded { .. }
            | ExportEvent::PeopleObserved { .. }
            | ExportEvent::PersonChanged { .. }
            | ExportEvent::NamesakesObserved { .. }
            | ExportEvent::DeclineObserved { .. }
            | ExportEvent::RequestVanished { .. }
            | ExportEvent::BlockObserved { .. } => Vec::new(),
        },
        import::Event::Begun { .. } | import::Event::RequestObserved { .. } => Vec::new(),
    }
}

fn made(member: MemberId, other: MemberId, name: &ConnectionName, since: Timestamp) -> EndChange {
    EndChange { member, other, change: Change::Made(Connection { name: name.clone(), since }) }
}

fn ended(member: MemberId, other: MemberId, name: &ConnectionName) -> EndChange {
    EndChange { member, other, change: Change::Ended(name.clone()) }
}

const fn closed(member: MemberId, other: MemberId) -> EndChange {
    EndChange { member, other, change: Change::Closed }
}

/// What a member knows of another when a command about the two comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Between {
    /// Who acts.
    pub member: MemberId,
    /// Whom it is about.
    pub other: MemberId,
    /// Since when the member blocks the other.
    pub blocked_since: Option<Timestamp>,
    /// The member's end of the connection.
    pub connection: Option<Connection>,
    /// The member's open request to the other, by a public address.
    pub own_request: Option<Open>,
    /// The other's requests that the member's desk has.
    pub their_requests: Vec<RequestId>,
    /// The next letter's number from the member to the other.
    pub next_letter: LetterNumber,
}

impl Between {
    fn letter_after(&self, posted: usize) -> LetterNumber {
        LetterNumber(self.next_letter.0 + posted as u32)
    }
}

/// Blocks: the member's own open request is withdrawn, the connection ends, the other's requests are filed.
pub fn block(between: &Between) -> Decision {
    if between.blocked_since.is_some() {
        return Decision::Refused(Code::YouBlockedThem);
    }
    let Between { member, other, .. } = *between;
    let blocked = Event { member, other, kind: Kind::Blocked { files: between.their_requests.clone() } };
    let mut events = vec![crate::Event::from(blocked)];
    if let Some(open) = &between.own_request
        && let Decision::Happens(withdrawal) =
            outgoing::withdraw(open, WithdrawnBy::Block, between.next_letter)
    {
        events.extend(withdrawal.into_iter().map(Into::into));
    }
    let posted = events.iter().map(|event| event.posts().len()).sum();
    if let Some(connection) = &between.connection {
        let name = connection.name.clone();
        let letter = between.letter_after(posted);
        events.push(Event { member, other, kind: Kind::Disconnected { name, letter } }.into());
    }
    Decision::Happens(events)
}

/// Takes a block back; what was filed meanwhile stays filed.
pub fn unblock(between: &Between) -> Decision<Event> {
    match between.blocked_since {
        Some(_) => Decision::Happens(vec![Event {
            member: between.member,
            other: between.other,
            kind: Kind::Unblocked,
        }]),
        None => Decision::NotThere(None),
    }
}

/// Writes down a connection that exists already, under a new `request` id; open requests between the two are part of
/// its name, as both desks have them in `here` and `there`.
pub fn record(request: RequestId, here: &Between, there: &Between) -> Decision<Event> {
    if here.connection.is_some() || there.connection.is_some() {
        return Decision::Refused(Code::AlreadyConnected);
    }
    if here.blocked_since.is_some() || there.blocked_since.is_some() {
        return Decision::Refused(Code::YouBlockedThem);
    }
    let open = |between: &Between| between.own_request.as_ref().map(|open| open.request);
    let requests = [Some(request), open(here), open(there)].into_iter().flatten();
    let name =
        ConnectionName::of(requests.chain(here.their_requests.clone()).chain(there.their_requests.clone()));
    Decision::Happens(vec![Event { member: here.member, other: here.other, kind: Kind::Recorded { name } }])
}

/// Ends the connection.
pub fn disconnect(between: &Between) -> Decision<Event> {
    match &between.connection {
        Some(connection) => Decision::Happens(vec![Event {
            member: between.member,
            other: between.other,
            kind: Kind::Disconnected { name: connection.name.clone(), letter: between.next_letter },
        }]),
        None => Decision::NotThere(None),
    }
}

/// Takes the letter `Accepted`. `open` are the member's open requests that `name` holds.
/// INVARIANT (two desks): that both asked is told only of a request that this desk has; one that is held at the other
/// end is in `name`, too.
pub fn take_acceptance(
    between: &Between,
    name: &ConnectionName,
    open: &[RequestId],
    letter: LetterNumber,
) -> Event {
    let Between { member, other, .. } = *between;
    let wanted = !open.is_empty() && between.blocked_since.is_none();
    let known = between.connection.as_ref().is_some_and(|connection| connection.name.is_same_as(name));
    if wanted || known {
        let own = between.own_request.iter().map(|open| open.request);
        let also = own.chain(between.their_requests.iter().copied());
        let also = also.filter(|request| !name.requests().contains(request)).collect();
        let is_named = |request: &&RequestId| name.requests().contains(request);
        let crossed = between.their_requests.iter().find(is_named).copied();
        Event { member, other, kind: Kind::AcceptanceTaken { name: name.clone(), also, crossed, letter } }
    } else {
        Event {
            member,
            other,
            kind: Kind::AcceptanceLapsed { name: name.clone(), letter, answer: between.next_letter },
        }
    }
}

/// Takes the letter `Disconnected`.
pub fn take_disconnection(between: &Between, name: &ConnectionName, letter: LetterNumber) -> Event {
    Event {
        member: between.member,
        other: between.other,
        kind: Kind::DisconnectionTaken { name: name.clone(), letter },
    }
}

/// Takes the letter `Closed`.
pub fn take_closure(between: &Between, letter: LetterNumber) -> Event {
    let name = between.connection.as_ref().map(|connection| connection.name.clone());
    Event { member: between.member, other: between.other, kind: Kind::ClosureTaken { name, letter } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(ids: &[u64]) -> ConnectionName {
        ConnectionName::of(ids.iter().map(|id| RequestId(*id)))
    }

    fn end(ids: &[u64]) -> Option<Connection> {
        Some(Connection { name: name(ids), since: Timestamp::from_millis(0) })
    }

    #[test]
    fn an_end_is_made_once_and_ends_by_its_own_name_only() {
        let made =
            |ids: &[u64]| Change::Made(Connection { name: name(ids), since: Timestamp::from_millis(9) });
        type Row = (&'static str, Option<Connection>, Change, &'static [u64], Option<Connection>);
        let table: [Row; 9] = [
            ("made twice", end(&[1]), made(&[1, 2]), &[], end(&[1, 2])),
            ("made of what has ended", None, made(&[1]), &[1], None),
            ("made of what has ended and more", end(&[3]), made(&[1, 2]), &[1], end(&[2, 3])),
            ("its name", end(&[1, 2]), Change::Ended(name(&[1, 2])), &[1, 2], None),
            ("a part of its name", end(&[1, 2]), Change::Ended(name(&[2])), &[2], end(&[1])),
            ("another name", end(&[1]), Change::Ended(name(&[2])), &[2], end(&[1])),
            ("not there", None, Change::Ended(name(&[1])), &[1], None),
            ("closed", end(&[1]), Change::Closed, &[1], None),
            ("closed before", None, Change::Closed, &[], None),
        ];
        for (case, given, when, ended, then) in table {
            let ended = ended.iter().map(|id| RequestId(*id)).collect();
            assert_eq!(evolve(given, &when, &ended), then, "{case}");
        }
    }
}
