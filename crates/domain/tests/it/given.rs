//! What the tables begin with: Alice sends a request to Bob.

use acquaint_domain::connection::PairFacts;
use acquaint_domain::incoming::{AnswerFacts, Arrival, Incoming, RequestGroup};
use acquaint_domain::outgoing::{Open, Outgoing};
use acquaint_domain::{
    Addressee, Connection, ConnectionName, Distance, Event, EventNumber, Gate, IllegalTransition, Lane,
    LetterId, LetterNumber, MemberId, Outcome, PolicyVersion, RequestId, RequestRef, Standing, Timestamp,
    Verdict, incoming, outgoing,
};

pub(crate) const ALICE: MemberId = MemberId(1);
pub(crate) const BOB: MemberId = MemberId(2);
pub(crate) const REQUEST: RequestId = RequestId(7);
/// Bob's own request, to Alice.
pub(crate) const OTHER_WAY: RequestId = RequestId(8);
/// Alice's request to Bob by another address.
pub(crate) const SECOND: RequestId = RequestId(9);
pub(crate) const THIRD: LetterNumber = LetterNumber(3);
pub(crate) const REQUEST_REF: RequestRef = RequestRef { request: REQUEST, sender: ALICE, recipient: BOB };
pub(crate) const TO_BOB: Lane = Lane::Member { from: ALICE, to: BOB };
pub(crate) const LETTER: LetterId = LetterId { lane: TO_BOB, number: LetterNumber(1) };
pub(crate) const NEAR: Distance = Distance { degree: Some(2), mutuals: 1 };

pub(crate) fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

pub(crate) fn verdict(outcome: Outcome) -> Verdict {
    Verdict { policy: PolicyVersion(1), facts_at: EventNumber(5), outcome, gates: Vec::<Gate>::new() }
}

pub(crate) fn name(requests: &[RequestId]) -> ConnectionName {
    ConnectionName::of(requests.iter().copied())
}

pub(crate) fn connection(requests: &[RequestId]) -> Connection {
    Connection { name: name(requests), since: at(50) }
}

pub(crate) fn open(state: Outgoing) -> Open {
    open_to(Addressee::Member(BOB), state)
}

pub(crate) fn open_to(addressee: Addressee, state: Outgoing) -> Open {
    Open { request: REQUEST, sender: ALICE, addressee, distance: Some(NEAR), state }
}

pub(crate) fn group(requests: &[RequestId], state: Incoming) -> RequestGroup {
    RequestGroup { requests: requests.to_vec(), state, since: at(40) }
}

/// Bob answers a group of one request.
pub(crate) fn answering(state: Incoming) -> AnswerFacts {
    AnswerFacts {
        request_ref: REQUEST_REF,
        group: group(&[REQUEST], state),
        standing: Standing::Good,
        blocked_since: None,
        own_requests: Vec::new(),
        network: None,
        next_letter: THIRD,
    }
}

/// A letter of Alice's arrives at Bob's desk, which has nothing from her.
pub(crate) fn arrival() -> Arrival {
    Arrival {
        standing: Standing::Good,
        blocked_since: None,
        connection: None,
        outstanding: None,
        group: None,
        answered: None,
    }
}

/// What Alice's desk knows of Bob: nothing yet.
pub(crate) fn pair() -> PairFacts {
    PairFacts {
        member: ALICE,
        other: BOB,
        blocked_since: None,
        connection: None,
        own_request: None,
        their_requests: Vec::new(),
        next_letter: THIRD,
    }
}

/// The state after an event, whether or not the previous state allows it.
pub(crate) fn after_outgoing(state: Outgoing, sender: MemberId, event: &Event) -> Outgoing {
    outgoing::evolve(state, sender, event).unwrap_or_else(IllegalTransition::forced)
}

/// The same at the recipient's desk.
pub(crate) fn after_incoming(state: Option<Incoming>, event: &Event) -> Option<Incoming> {
    incoming::evolve(state, event).unwrap_or_else(IllegalTransition::forced)
}
