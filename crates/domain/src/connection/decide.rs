//! Decisions of a member's desk about another member, and about the other's letters.

use super::{Connection, ConnectionName, Event, Kind};
use crate::Decision;
use crate::ids::{LetterNumber, MemberId, RequestId};
use crate::outgoing::{self, Open};
use crate::reason::Code;
use crate::recorded::WithdrawnBy;
use crate::time::Timestamp;

/// What a member knows of another when a command about the two comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairFacts {
    /// The member who acts.
    pub member: MemberId,
    /// The other member.
    pub other: MemberId,
    /// When the member blocked the other; `None` while there is no block.
    pub blocked_since: Option<Timestamp>,
    /// The member's end of the connection.
    pub connection: Option<Connection>,
    /// The member's open request to the other, by a public address.
    pub own_request: Option<Open>,
    /// The other's requests that the member's desk has.
    pub their_requests: Vec<RequestId>,
    /// The number of the next letter from the member to the other.
    pub next_letter: LetterNumber,
}

impl PairFacts {
    fn letter_after(&self, posted: usize) -> LetterNumber {
        LetterNumber(self.next_letter.0 + posted as u32)
    }
}

/// Blocks: the member's own open request is withdrawn, the connection ends, the other's requests are filed.
pub fn block(facts: &PairFacts) -> Decision {
    if facts.blocked_since.is_some() {
        return Decision::Refused(Code::YouBlockedThem);
    }
    let PairFacts { member, other, .. } = *facts;
    let blocked = Event { member, other, kind: Kind::Blocked { files: facts.their_requests.clone() } };
    let mut events = vec![crate::Event::from(blocked)];
    if let Some(open) = &facts.own_request
        && let Decision::Happens(withdrawal) = outgoing::withdraw(open, WithdrawnBy::Block, facts.next_letter)
    {
        events.extend(withdrawal.into_iter().map(Into::into));
    }
    let posted = events.iter().map(|event| event.posts().len()).sum();
    if let Some(connection) = &facts.connection {
        let name = connection.name.clone();
        let letter = facts.letter_after(posted);
        events.push(Event { member, other, kind: Kind::Disconnected { name, letter } }.into());
    }
    Decision::Happens(events)
}

/// Lifts a block; requests that it filed stay filed.
pub fn unblock(facts: &PairFacts) -> Decision<Event> {
    match facts.blocked_since {
        Some(_) => {
            Decision::Happens(vec![Event { member: facts.member, other: facts.other, kind: Kind::Unblocked }])
        }
        None => Decision::NotThere(None),
    }
}

/// Records an existing connection under a new `request` id. Its name also holds the open requests between the two, as
/// each desk knows them (`here` and `there`).
pub fn record(request: RequestId, here: &PairFacts, there: &PairFacts) -> Decision<Event> {
    if here.connection.is_some() || there.connection.is_some() {
        return Decision::Refused(Code::AlreadyConnected);
    }
    if here.blocked_since.is_some() || there.blocked_since.is_some() {
        return Decision::Refused(Code::YouBlockedThem);
    }
    let open = |facts: &PairFacts| facts.own_request.as_ref().map(|open| open.request);
    let requests = [Some(request), open(here), open(there)].into_iter().flatten();
    let name =
        ConnectionName::of(requests.chain(here.their_requests.clone()).chain(there.their_requests.clone()));
    Decision::Happens(vec![Event { member: here.member, other: here.other, kind: Kind::Recorded { name } }])
}

/// Ends the connection.
pub fn disconnect(facts: &PairFacts) -> Decision<Event> {
    match &facts.connection {
        Some(connection) => Decision::Happens(vec![Event {
            member: facts.member,
            other: facts.other,
            kind: Kind::Disconnected { name: connection.name.clone(), letter: facts.next_letter },
        }]),
        None => Decision::NotThere(None),
    }
}

/// Takes the letter `Accepted`. `open` holds the member's open requests that are in `name`.
/// INVARIANT (two desks): that both asked is said only of a request that this desk has; `name` also holds one that is
/// held at the other end.
pub fn take_acceptance(
    facts: &PairFacts,
    name: &ConnectionName,
    open: &[RequestId],
    letter: LetterNumber,
) -> Event {
    let PairFacts { member, other, .. } = *facts;
    let wanted = !open.is_empty() && facts.blocked_since.is_none();
    let known = facts.connection.as_ref().is_some_and(|connection| connection.name.is_same_as(name));
    if wanted || known {
        let own = facts.own_request.iter().map(|open| open.request);
        let also = own.chain(facts.their_requests.iter().copied());
        let also = also.filter(|request| !name.requests().contains(request)).collect();
        let is_named = |request: &&RequestId| name.requests().contains(request);
        let crossed = facts.their_requests.iter().find(is_named).copied();
        Event { member, other, kind: Kind::AcceptanceTaken { name: name.clone(), also, crossed, letter } }
    } else {
        Event {
            member,
            other,
            kind: Kind::AcceptanceLapsed { name: name.clone(), letter, answer: facts.next_letter },
        }
    }
}

/// Takes the letter `Disconnected`.
pub fn take_disconnection(facts: &PairFacts, name: &ConnectionName, letter: LetterNumber) -> Event {
    Event {
        member: facts.member,
        other: facts.other,
        kind: Kind::DisconnectionTaken { name: name.clone(), letter },
    }
}

/// Takes the letter `Closed`.
pub fn take_closure(facts: &PairFacts, letter: LetterNumber) -> Event {
    let name = facts.connection.as_ref().map(|connection| connection.name.clone());
    Event { member: facts.member, other: facts.other, kind: Kind::ClosureTaken { name, letter } }
}
