//! The incoming desk: the states of a request, and its recipient's answers.

use acquaint_domain::export;
use acquaint_domain::incoming::{self, AnswerFacts, Incoming};
use acquaint_domain::{
    Code, Connection, Decision, Event, NetworkSize, Outcome, RequestId, RequestRef, RestrictionCause,
    Standing, WithdrawalCause, account, connection, import, letter, network,
};

use crate::given::{
    ALICE, BOB, LETTER, OTHER_WAY, REQUEST, REQUEST_REF, SECOND, THIRD, after_incoming, answering, at,
    connection, group, name, verdict,
};

const FILED: Incoming = Incoming::Filed(Code::RecipientSettingContacts);
const GONE: Incoming = Incoming::Gone(WithdrawalCause::Withdrawn);

const STATES: [Incoming; 8] = [
    Incoming::Delivered,
    Incoming::AwaitingConfirmation,
    FILED,
    Incoming::Dismissed,
    Incoming::Declined,
    Incoming::Reported,
    Incoming::Accepted,
    GONE,
];

fn taken(cause: WithdrawalCause) -> Event {
    let (request, sender, recipient) = (REQUEST, ALICE, Some(BOB));
    Event::Letter(letter::Event {
        letter_id: LETTER,
        kind: letter::Kind::WithdrawalTaken { request, sender, recipient, cause, ends: None },
    })
}

fn accepted() -> Event {
    Event::Incoming(incoming::Event {
        request_ref: REQUEST_REF,
        kind: incoming::Kind::Accepted { name: name(&[REQUEST]), letter: THIRD, crossing: None },
    })
}

fn lapsed() -> Event {
    let (name, letter, answer) = (name(&[REQUEST]), THIRD, THIRD);
    Event::Connection(connection::Event {
        member: ALICE,
        other: BOB,
        kind: connection::Kind::AcceptanceLapsed { name, letter, answer },
    })
}

fn blocked() -> Event {
    Event::Connection(connection::Event {
        member: BOB,
        other: ALICE,
        kind: connection::Kind::Blocked { files: vec![REQUEST] },
    })
}

fn closed() -> Event {
    Event::Account(account::Event {
        member: BOB,
        kind: account::Kind::Closed { lingers_until: at(9), letters: Vec::new(), files: vec![REQUEST] },
    })
}

fn at_recipient(kind: incoming::Kind) -> Event {
    Event::Incoming(incoming::Event { request_ref: REQUEST_REF, kind })
}

type Step = (&'static str, Option<Incoming>, Event, Option<Incoming>);

#[track_caller]
fn check_steps(table: impl IntoIterator<Item = Step>) {
    for (case, given, when, then) in table {
        assert_eq!(after_incoming(given, &when), then, "{case}");
    }
}

#[test]
fn an_arrival_leads_to_the_first_state_of_a_request() {
    use Incoming::*;
    let refused = || verdict(Outcome::Refuse(Code::RecipientSettingContacts));
    let pass = || verdict(Outcome::Pass);
    let delivered = at_recipient(incoming::Kind::Delivered { verdict: pass() });
    let waits = at_recipient(incoming::Kind::Held { verdict: refused() });
    let files = at_recipient(incoming::Kind::Filed { verdict: refused() });
    let files_nothing = at_recipient(incoming::Kind::Filed { verdict: pass() });
    let unclaimed = Event::Network(network::Event::RequestUnclaimed { request: REQUEST, sender: ALICE });
    let merged = |into| at_recipient(incoming::Kind::Merged { into });
    let crossed = at_recipient(incoming::Kind::Crossed { name: name(&[REQUEST, OTHER_WAY]), letter: THIRD });
    let observed = Event::Import(import::Event::RequestObserved {
        request_ref: REQUEST_REF,
        observed_at: at(1),
        seen: export::SourceRef::in_messages(1),
        note: acquaint_domain::Personal::Held(None),
    });
    let arrived = Event::Letter(letter::Event {
        letter_id: LETTER,
        kind: letter::Kind::RequestArrived { request: REQUEST, sender: ALICE },
    });
    check_steps([
        ("delivered", None, delivered, Some(Delivered)),
        ("observed elsewhere", None, observed, Some(Delivered)),
        ("held", None, waits, Some(AwaitingConfirmation)),
        ("filed", None, files, Some(FILED)),
        ("filed by a verdict that passes", None, files_nothing, None),
        ("unclaimed", None, unclaimed, Some(Filed(Code::AddressUnknown))),
        ("merged into a connection", None, merged(None), Some(Filed(Code::AlreadyConnected))),
        ("merged", None, merged(Some(SECOND)), Some(Filed(Code::AlreadyPending))),
        ("another is merged into it", Some(Dismissed), merged(Some(REQUEST)), Some(Dismissed)),
        ("crossed", None, crossed, Some(Accepted)),
        ("arrived: the sender's half", None, arrived, None),
    ]);
}

#[test]
fn an_event_leads_from_one_state_of_a_request_to_the_next() {
    use Incoming::*;
    let recorded = Event::Connection(connection::Event {
        member: ALICE,
        other: BOB,
        kind: connection::Kind::Recorded { name: name(&[REQUEST]) },
    });
    let observed_acceptance = Event::Import(import::Event::AcceptanceObserved {
        request_ref: REQUEST_REF,
        observed_at: at(1),
        seen: export::SourceRef::in_messages(2),
        join: export::Join::Stated,
    });
    let (withdrawn, expired) = (WithdrawalCause::Withdrawn, WithdrawalCause::Expired);
    let by_block = Some(Filed(Code::BlockedByRecipient));
    check_steps([
        ("shown", Some(AwaitingConfirmation), at_recipient(incoming::Kind::Shown), Some(Delivered)),
        ("accepted", Some(Delivered), accepted(), Some(Accepted)),
        ("accepted after it was filed", Some(FILED), accepted(), Some(Accepted)),
        ("acceptance observed elsewhere", Some(Delivered), observed_acceptance, Some(Accepted)),
        ("connection recorded", Some(Delivered), recorded, Some(Accepted)),
        ("declined", Some(Delivered), at_recipient(incoming::Kind::Declined), Some(Declined)),
        ("set aside", Some(Delivered), at_recipient(incoming::Kind::Dismissed), Some(Dismissed)),
        ("reported", Some(Dismissed), at_recipient(incoming::Kind::Reported), Some(Reported)),
        ("withdrawn", Some(Delivered), taken(withdrawn), Some(Gone(withdrawn))),
        ("expired", Some(Declined), taken(expired), Some(Gone(expired))),
        ("the acceptance lapsed", Some(Accepted), lapsed(), Some(GONE)),
        ("an acceptance lapsed before it arrived", None, lapsed(), None),
        ("blocked", Some(Delivered), blocked(), by_block),
        ("blocked while held", Some(AwaitingConfirmation), blocked(), by_block),
        ("blocked after it was declined", Some(Declined), blocked(), Some(Declined)),
        ("blocked after it was accepted", Some(Accepted), blocked(), Some(Accepted)),
        ("blocked before it arrived", None, blocked(), None),
        ("account closed", Some(Dismissed), closed(), Some(Filed(Code::RecipientClosed))),
        ("account closed after a report", Some(Reported), closed(), Some(Reported)),
        ("account closed before it arrived", None, closed(), None),
        (
            "unblocked: stays filed",
            by_block,
            Event::Connection(connection::Event {
                member: BOB,
                other: ALICE,
                kind: connection::Kind::Unblocked,
            }),
            by_block,
        ),
    ]);
}

#[test]
fn four_states_can_be_answered_and_four_cannot() {
    let answerable = STATES.map(Incoming::is_answerable);
    assert_eq!(answerable, [true, true, true, true, false, false, false, false]);
}

#[test]
fn every_state_has_its_code() {
    let codes = STATES.map(Incoming::code);
    let expected = [
        Code::AwaitingResponse,
        Code::AwaitingRecipientConfirmation,
        Code::RecipientSettingContacts,
        Code::Dismissed,
        Code::Declined,
        Code::Reported,
        Code::Accepted,
        Code::Withdrawn,
    ];
    assert_eq!(codes, expected);
    assert_eq!(Incoming::Gone(WithdrawalCause::Expired).code(), Code::Expired);
    assert_eq!(Incoming::Gone(WithdrawalCause::SenderClosed).code(), Code::SenderClosed);
}

fn happens(event: Event) -> Decision {
    Decision::Happens(vec![event])
}

fn nothing_to_do(state: Incoming) -> Decision {
    Decision::NotThere(Some(state.code()))
}

#[test]
fn only_an_answerable_request_can_be_accepted_declined_or_reported() {
    for state in STATES {
        let given = answering(state);
        let answers: [(Decision, Event); 3] = [
            (incoming::accept(&given).widen(), accepted()),
            (
                incoming::decline(&given).widen(),
                Event::Incoming(incoming::Event { request_ref: REQUEST_REF, kind: incoming::Kind::Declined }),
            ),
            (
                incoming::report(&given).widen(),
                Event::Incoming(incoming::Event { request_ref: REQUEST_REF, kind: incoming::Kind::Reported }),
            ),
        ];
        for (decision, event) in answers {
            let expected = if state.is_answerable() { happens(event) } else { nothing_to_do(state) };
            assert_eq!(decision, expected, "{state:?}");
        }
    }
}

#[test]
fn a_dismissed_or_unanswerable_request_cannot_be_dismissed() {
    for state in STATES {
        let expected = match state {
            Incoming::Delivered | Incoming::AwaitingConfirmation | Incoming::Filed(_) => {
                happens(Event::Incoming(incoming::Event {
                    request_ref: REQUEST_REF,
                    kind: incoming::Kind::Dismissed,
                }))
            }
            Incoming::Dismissed
            | Incoming::Declined
            | Incoming::Reported
            | Incoming::Accepted
            | Incoming::Gone(_) => nothing_to_do(state),
        };
        assert_eq!(incoming::dismiss(&answering(state)).widen(), expected, "{state:?}");
    }
}

#[test]
fn only_a_request_that_awaits_confirmation_can_be_confirmed() {
    for state in STATES {
        let expected = match state {
            Incoming::AwaitingConfirmation => happens(Event::Incoming(incoming::Event {
                request_ref: REQUEST_REF,
                kind: incoming::Kind::Shown,
            })),
            Incoming::Delivered
            | Incoming::Filed(_)
            | Incoming::Dismissed
            | Incoming::Declined
            | Incoming::Reported
            | Incoming::Accepted
            | Incoming::Gone(_) => nothing_to_do(state),
        };
        assert_eq!(incoming::confirm(&answering(state)).widen(), expected, "{state:?}");
    }
}

#[test]
fn a_connections_name_holds_the_whole_group_and_the_recipients_own_request() {
    let given = AnswerFacts {
        group: group(&[REQUEST, SECOND], Incoming::Delivered),
        own_requests: vec![OTHER_WAY],
        ..answering(Incoming::Delivered)
    };
    let name = name(&[REQUEST, SECOND, OTHER_WAY]);
    let expected = Event::Incoming(incoming::Event {
        request_ref: REQUEST_REF,
        kind: incoming::Kind::Accepted { name, letter: THIRD, crossing: None },
    });
    assert_eq!(incoming::accept(&given).widen(), happens(expected));
}

#[test]
fn a_ban_a_block_or_a_full_network_stops_an_acceptance() {
    let banned = Standing::Banned { since: at(1) };
    let restricted = Standing::Restricted { since: at(1), until: at(9), cause: RestrictionCause::Spam };
    let with =
        |standing, blocked_since| AnswerFacts { standing, blocked_since, ..answering(Incoming::Delivered) };
    let refused = Decision::Refused;
    let sized = |connections| AnswerFacts {
        network: Some(NetworkSize { connections, at_most: 2 }),
        ..answering(Incoming::Delivered)
    };
    let table: [(&str, AnswerFacts, Decision); 6] = [
        ("banned", with(banned, None), refused(Code::SenderBanned)),
        ("blocks", with(Standing::Good, Some(at(2))), refused(Code::YouBlockedThem)),
        ("banned and blocks", with(banned, Some(at(2))), refused(Code::SenderBanned)),
        ("restricted", with(restricted, None), happens(accepted())),
        ("room for one", sized(1), happens(accepted())),
        ("a full network", sized(2), refused(Code::RecipientNetworkFull)),
    ];
    for (case, given, then) in table {
        assert_eq!(incoming::accept(&given).widen(), then, "{case}");
    }
    let waits = |standing| AnswerFacts { standing, ..answering(Incoming::AwaitingConfirmation) };
    assert_eq!(incoming::confirm(&waits(banned)).widen(), refused(Code::SenderBanned));
    assert_eq!(
        incoming::confirm(&waits(restricted)).widen(),
        happens(Event::Incoming(incoming::Event { request_ref: REQUEST_REF, kind: incoming::Kind::Shown }))
    );
}

#[test]
fn a_banned_member_may_still_decline_report_and_dismiss() {
    let given = AnswerFacts { standing: Standing::Banned { since: at(1) }, ..answering(Incoming::Delivered) };
    assert_eq!(
        incoming::decline(&given).widen(),
        happens(Event::Incoming(incoming::Event {
            request_ref: REQUEST_REF,
            kind: incoming::Kind::Declined
        }))
    );
    assert_eq!(
        incoming::report(&given).widen(),
        happens(Event::Incoming(incoming::Event {
            request_ref: REQUEST_REF,
            kind: incoming::Kind::Reported
        }))
    );
    assert_eq!(
        incoming::dismiss(&given).widen(),
        happens(Event::Incoming(incoming::Event {
            request_ref: REQUEST_REF,
            kind: incoming::Kind::Dismissed
        }))
    );
}

#[test]
fn a_withdrawal_of_the_last_accepted_request_ends_the_connection() {
    let only: &[RequestId] = &[REQUEST];
    let both: &[RequestId] = &[REQUEST, SECOND];
    let connected = Some(connection(only));
    type Row<'a> = (&'a str, Option<(&'a [RequestId], Incoming)>, Option<Connection>, bool);
    let table: Vec<Row<'_>> = vec![
        ("accepted, and the last", Some((only, Incoming::Accepted)), connected.clone(), true),
        ("accepted, and another is left", Some((both, Incoming::Accepted)), connected.clone(), false),
        ("accepted, and no longer connected", Some((only, Incoming::Accepted)), None, false),
        ("still in the inbox", Some((only, Incoming::Delivered)), None, false),
        ("declined, connected otherwise", Some((only, Incoming::Declined)), connected.clone(), false),
        ("no group", None, connected, false),
        ("neither", None, None, false),
    ];
    for (case, given, connection, ends) in table {
        let group = given.map(|(requests, state)| group(requests, state));
        let cause = WithdrawalCause::Expired;
        let event = Event::from(incoming::take_withdrawal(
            REQUEST_REF,
            cause,
            LETTER,
            group.as_ref(),
            connection.as_ref(),
        ));
        let RequestRef { request, sender, recipient } = REQUEST_REF;
        let ends = ends.then(|| name(only));
        let expected = Event::Letter(letter::Event {
            letter_id: LETTER,
            kind: letter::Kind::WithdrawalTaken { request, sender, recipient: Some(recipient), cause, ends },
        });
        assert_eq!(event, expected, "{case}");
    }
}
