//! Connections and blocks between two members.

use acquaint_domain::connection::{self, ConnectionChange, EndChange, PairFacts};
use acquaint_domain::export;
use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{
    Code, Connection, Decision, Event, Letter, LetterId, LetterNumber, MemberId, PostedLetter, RequestId,
    WithdrawalCause, WithdrawnBy, account, import, incoming, letter, outgoing,
};

use crate::given::{
    ALICE, BOB, LETTER, OTHER_WAY, REQUEST, REQUEST_REF, SECOND, THIRD, TO_BOB, at, connection, name, open,
    pair,
};

const FOURTH: LetterNumber = LetterNumber(4);
const RECORDED: RequestId = RequestId(20);
const FRESH: Outgoing = Outgoing::InTransit { failures: 0, fault: None, next_attempt: None };

fn blocks() -> PairFacts {
    PairFacts { blocked_since: Some(at(2)), ..pair() }
}

fn connected() -> PairFacts {
    PairFacts { connection: Some(connection(&[SECOND])), ..pair() }
}

fn with_request(state: Outgoing) -> PairFacts {
    PairFacts { own_request: Some(open(state)), ..pair() }
}

fn blocked(files: &[RequestId]) -> Event {
    Event::Connection(connection::Event {
        member: ALICE,
        other: BOB,
        kind: connection::Kind::Blocked { files: files.to_vec() },
    })
}

fn withdrawn(posted: Option<LetterNumber>) -> Event {
    let letter = Letter::Withdrawn { request: REQUEST, cause: WithdrawalCause::Withdrawn };
    let posted = posted.map(|number| PostedLetter { letter_id: LetterId { lane: TO_BOB, number }, letter });
    Event::Outgoing(outgoing::Event {
        request: REQUEST,
        sender: ALICE,
        kind: outgoing::Kind::Withdrawn { by: WithdrawnBy::Block, posted },
    })
}

fn disconnected(letter: LetterNumber) -> Event {
    Event::Connection(connection::Event {
        member: ALICE,
        other: BOB,
        kind: connection::Kind::Disconnected { name: name(&[SECOND]), letter },
    })
}

#[test]
fn a_block_files_their_requests_withdraws_ones_own_and_disconnects() {
    let theirs = PairFacts { their_requests: vec![OTHER_WAY], ..pair() };
    let with_request_and_connected =
        |state| PairFacts { connection: connected().connection, ..with_request(state) };
    let happens = Decision::Happens;
    let table: Vec<(&str, PairFacts, Decision)> = vec![
        ("strangers", pair(), happens(vec![blocked(&[])])),
        ("has their request", theirs, happens(vec![blocked(&[OTHER_WAY])])),
        ("own request in transit", with_request(FRESH), happens(vec![blocked(&[]), withdrawn(None)])),
        (
            "own request arrived",
            with_request(Outgoing::Sent),
            happens(vec![blocked(&[]), withdrawn(Some(THIRD))]),
        ),
        ("own request closed", with_request(Outgoing::Expired), happens(vec![blocked(&[])])),
        ("connected", connected(), happens(vec![blocked(&[]), disconnected(THIRD)])),
        (
            "own request in transit, and connected",
            with_request_and_connected(FRESH),
            happens(vec![blocked(&[]), withdrawn(None), disconnected(THIRD)]),
        ),
        (
            "own request arrived, and connected: two letters, two numbers",
            with_request_and_connected(Outgoing::Sent),
            happens(vec![blocked(&[]), withdrawn(Some(THIRD)), disconnected(FOURTH)]),
        ),
        ("already blocks", blocks(), Decision::Refused(Code::YouBlockedThem)),
    ];
    for (case, given, then) in table {
        assert_eq!(connection::block(&given), then, "{case}");
    }
}

#[test]
fn only_a_block_can_be_lifted() {
    let unblocked =
        Event::Connection(connection::Event { member: ALICE, other: BOB, kind: connection::Kind::Unblocked });
    assert_eq!(connection::unblock(&blocks()).widen(), Decision::Happens(vec![unblocked]));
    assert_eq!(connection::unblock(&pair()).widen(), Decision::NotThere(None));
    assert_eq!(connection::unblock(&connected()).widen(), Decision::NotThere(None));
}

#[test]
fn only_a_connection_can_be_ended() {
    assert_eq!(connection::disconnect(&connected()).widen(), Decision::Happens(vec![disconnected(THIRD)]));
    assert_eq!(connection::disconnect(&pair()).widen(), Decision::NotThere(None));
    assert_eq!(connection::disconnect(&with_request(Outgoing::Sent)).widen(), Decision::NotThere(None));
}

#[test]
fn an_existing_connection_is_recorded_once_and_not_over_a_block() {
    let recorded = |requests: &[RequestId]| {
        Decision::Happens(vec![Event::Connection(connection::Event {
            member: ALICE,
            other: BOB,
            kind: connection::Kind::Recorded { name: name(requests) },
        })])
    };
    let turned = |given: PairFacts| PairFacts { member: BOB, other: ALICE, ..given };
    let refused = Decision::Refused;
    let has = |request| PairFacts { their_requests: vec![request], ..pair() };
    let table: Vec<(&str, PairFacts, PairFacts, Decision)> = vec![
        ("strangers", pair(), pair(), recorded(&[RECORDED])),
        ("an open request", with_request(Outgoing::Sent), has(REQUEST), recorded(&[RECORDED, REQUEST])),
        ("both have open requests", has(SECOND), with_request(FRESH), recorded(&[RECORDED, REQUEST, SECOND])),
        ("connected here", connected(), pair(), refused(Code::AlreadyConnected)),
        ("connected there", pair(), connected(), refused(Code::AlreadyConnected)),
        ("blocked here", blocks(), pair(), refused(Code::YouBlockedThem)),
        ("blocked there", pair(), blocks(), refused(Code::YouBlockedThem)),
        ("connected and blocked", connected(), blocks(), refused(Code::AlreadyConnected)),
    ];
    for (case, here, there, then) in table {
        assert_eq!(connection::record(RECORDED, &here, &turned(there)).widen(), then, "{case}");
    }
}

fn taken(also: &[RequestId]) -> Event {
    let (also, letter) = (also.to_vec(), LetterNumber(1));
    Event::Connection(connection::Event {
        member: ALICE,
        other: BOB,
        kind: connection::Kind::AcceptanceTaken { name: name(&[REQUEST]), also, crossed: None, letter },
    })
}

fn lapsed() -> Event {
    let (letter, answer) = (LetterNumber(1), THIRD);
    Event::Connection(connection::Event {
        member: ALICE,
        other: BOB,
        kind: connection::Kind::AcceptanceLapsed { name: name(&[REQUEST]), letter, answer },
    })
}

#[test]
fn an_acceptance_is_taken_while_its_request_is_open_and_lapses_otherwise() {
    let open: &[RequestId] = &[REQUEST];
    let second = PairFacts {
        own_request: Some(acquaint_domain::outgoing::Open { request: SECOND, ..self::open(FRESH) }),
        ..pair()
    };
    let theirs = PairFacts { their_requests: vec![OTHER_WAY], ..with_request(Outgoing::Sent) };
    let blocks_connected = PairFacts { connection: connected().connection, ..blocks() };
    let table: Vec<(&str, PairFacts, &[RequestId], Event)> = vec![
        ("still open", with_request(Outgoing::Sent), open, taken(&[])),
        ("withdrawn or expired meanwhile", pair(), &[], lapsed()),
        ("withdrawn, and sent again", second.clone(), &[], lapsed()),
        ("open by e-mail, and sent by handle too", second, open, taken(&[SECOND])),
        ("has a request of the other's", theirs, open, taken(&[OTHER_WAY])),
        ("blocks the other", PairFacts { own_request: Some(self::open(FRESH)), ..blocks() }, open, lapsed()),
        ("connected by another name", connected(), &[], lapsed()),
        ("connected by another name, and blocks", blocks_connected, &[], lapsed()),
    ];
    for (case, given, open, then) in table {
        let event =
            Event::from(connection::take_acceptance(&given, &name(&[REQUEST]), open, LetterNumber(1)));
        assert_eq!(event, then, "{case}");
    }
}

#[test]
fn an_acceptance_crosses_only_a_request_that_this_desk_has_and_the_name_holds() {
    let has = |requests: &[RequestId]| PairFacts {
        their_requests: requests.to_vec(),
        ..with_request(Outgoing::Sent)
    };
    let both = name(&[REQUEST, OTHER_WAY]);
    let table = [
        ("this desk has it", has(&[SECOND, OTHER_WAY]), Some(OTHER_WAY)),
        ("it is held at the other end", has(&[]), None),
        ("this desk has another", has(&[SECOND]), None),
        (
            "already connected",
            PairFacts { connection: connected().connection, ..has(&[OTHER_WAY]) },
            Some(OTHER_WAY),
        ),
    ];
    for (case, given, then) in table {
        let event = Event::from(connection::take_acceptance(&given, &both, &[REQUEST], LetterNumber(1)));
        let Event::Connection(connection::Event {
            kind: connection::Kind::AcceptanceTaken { crossed, also, .. },
            ..
        }) = event
        else {
            panic!("{case}: {event:?}")
        };
        assert_eq!(crossed, then, "{case}");
        assert!(!also.contains(&OTHER_WAY), "{case}");
    }
}

#[test]
fn a_late_acceptance_joins_only_a_connection_that_shares_its_name() {
    let taken_by = |given: &PairFacts, requests: &[RequestId]| {
        let event = Event::from(connection::take_acceptance(given, &name(requests), &[], LetterNumber(1)));
        matches!(
            event,
            Event::Connection(connection::Event { kind: connection::Kind::AcceptanceTaken { .. }, .. })
        )
    };
    let table: [(&str, &[RequestId], bool); 3] = [
        ("of the same name", &[SECOND], true),
        ("of a name that shares a request", &[REQUEST, SECOND], true),
        ("of another name", &[REQUEST], false),
    ];
    for (case, requests, then) in table {
        assert_eq!(taken_by(&connected(), requests), then, "{case}");
    }
}

#[test]
fn a_disconnection_and_a_closure_are_always_taken() {
    let name_of = |requests: &[RequestId]| name(requests);
    let (member, other, letter) = (ALICE, BOB, LetterNumber(1));
    let ended = Event::Connection(connection::Event {
        member,
        other,
        kind: connection::Kind::DisconnectionTaken { name: name_of(&[REQUEST]), letter },
    });
    assert_eq!(Event::from(connection::take_disconnection(&pair(), &name(&[REQUEST]), letter)), ended);
    let closure = |name| {
        Event::Connection(connection::Event {
            member,
            other,
            kind: connection::Kind::ClosureTaken { name, letter },
        })
    };
    assert_eq!(Event::from(connection::take_closure(&connected(), letter)), closure(Some(name(&[SECOND]))));
    assert_eq!(Event::from(connection::take_closure(&pair(), letter)), closure(None));
}

fn end_of(member: MemberId, change: ConnectionChange) -> EndChange {
    let other = if member == ALICE { BOB } else { ALICE };
    EndChange { member, other, change }
}

fn event_between(member: MemberId, other: MemberId, kind: connection::Kind) -> Event {
    Event::Connection(connection::Event { member, other, kind })
}

#[test]
fn an_event_changes_the_end_at_its_own_desk() {
    let made = |since| ConnectionChange::Made(Connection { name: name(&[REQUEST]), since: at(since) });
    let ended = || ConnectionChange::Ended(name(&[REQUEST]));
    let accepted = Event::Incoming(incoming::Event {
        request_ref: REQUEST_REF,
        kind: incoming::Kind::Accepted { name: name(&[REQUEST]), letter: THIRD, crossing: None },
    });
    let crossed = Event::Incoming(incoming::Event {
        request_ref: REQUEST_REF,
        kind: incoming::Kind::Crossed { name: name(&[REQUEST]), letter: THIRD },
    });
    let recorded = event_between(ALICE, BOB, connection::Kind::Recorded { name: name(&[REQUEST]) });
    let observed = Event::Import(import::Event::AcceptanceObserved {
        request_ref: REQUEST_REF,
        observed_at: at(3),
        seen: export::SourceRef::in_messages(1),
        join: export::Join::Stated,
    });
    let left =
        event_between(ALICE, BOB, connection::Kind::Disconnected { name: name(&[REQUEST]), letter: THIRD });
    let told = event_between(
        BOB,
        ALICE,
        connection::Kind::DisconnectionTaken { name: name(&[REQUEST]), letter: THIRD },
    );
    let closure = event_between(BOB, ALICE, connection::Kind::ClosureTaken { name: None, letter: THIRD });
    let letters = vec![(BOB, THIRD)];
    let closed = Event::Account(account::Event {
        member: ALICE,
        kind: account::Kind::Closed { lingers_until: at(9), letters, files: Vec::new() },
    });
    let closed_to =
        event_between(ALICE, BOB, connection::Kind::Closed { name: name(&[REQUEST]), letter: THIRD });
    let withdrawal = |ends: Option<&[RequestId]>, recipient| {
        Event::Letter(letter::Event {
            letter_id: LETTER,
            kind: letter::Kind::WithdrawalTaken {
                request: REQUEST,
                sender: ALICE,
                recipient,
                cause: WithdrawalCause::Withdrawn,
                ends: ends.map(name),
            },
        })
    };
    let both = |since| vec![end_of(ALICE, made(since)), end_of(BOB, made(since))];
    let table: Vec<(&str, Event, Vec<EndChange>)> = vec![
        ("accepted: the recipient's", accepted, vec![end_of(BOB, made(7))]),
        ("crossed: the recipient's", crossed, vec![end_of(BOB, made(7))]),
        ("acceptance taken: the sender's", taken(&[]), vec![end_of(ALICE, made(7))]),
        ("recorded: both", recorded, both(7)),
        ("observed: both, since the observed time", observed, both(3)),
        ("disconnected: one's own", left, vec![end_of(ALICE, ended())]),
        ("disconnection taken: the other's", told, vec![end_of(BOB, ended())]),
        ("closed: one's own", closed, vec![end_of(ALICE, ConnectionChange::Closed)]),
        ("closed, in a slice: one's own", closed_to, vec![end_of(ALICE, ConnectionChange::Closed)]),
        ("closure taken: the other's", closure, vec![end_of(BOB, ConnectionChange::Closed)]),
        ("withdrawn too late", withdrawal(Some(&[REQUEST]), Some(BOB)), vec![end_of(BOB, ended())]),
        ("withdrawn in time", withdrawal(None, Some(BOB)), vec![]),
        ("acceptance lapsed: there was no end", lapsed(), vec![]),
        ("blocked: the disconnection is an event of its own", blocked(&[]), vec![]),
    ];
    for (case, when, then) in table {
        assert_eq!(connection::changes(&when, at(7)), then, "{case}");
    }
}

#[test]
fn an_ended_name_does_not_end_a_later_connection() {
    let later = Some(connection(&[SECOND]));
    assert_eq!(
        connection::evolve(later.clone(), &ConnectionChange::Ended(name(&[REQUEST])), &[REQUEST].into()),
        later
    );
    assert!(name(&[REQUEST, SECOND]).is_same_as(&name(&[SECOND, OTHER_WAY])));
    assert!(!name(&[REQUEST]).is_same_as(&name(&[SECOND, OTHER_WAY])));
    assert_eq!(name(&[SECOND, REQUEST, SECOND]).requests(), [REQUEST, SECOND]);
}
