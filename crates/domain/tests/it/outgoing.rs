//! The outgoing desk.

use acquaint_domain::outgoing::{self, Charge, Outgoing, Submission, Theirs};
use acquaint_domain::{
    Addressee, Channel, Code, Decision, Entered, Event, Fault, Lane, Letter, LetterId, MemberId, Outcome,
    Personal, PostedLetter, RequestId, RequestRef, Span, WithdrawalCause, WithdrawnBy, account, connection,
    incoming, letter, network,
};

use crate::given::{
    ALICE, BOB, LETTER, NEAR, REQUEST, REQUEST_REF, SECOND, THIRD, TO_BOB, after_outgoing, at, name, open,
    open_to, verdict,
};

const IN_TRANSIT: Outgoing = Outgoing::InTransit { failures: 0, fault: None, next_attempt: None };
const EMAIL_LANE: Lane = Lane::Email { from: ALICE, request: REQUEST };

fn failing() -> Outgoing {
    Outgoing::InTransit { failures: 2, fault: Some(Fault::Timeout), next_attempt: Some(at(99)) }
}

fn submission(addressee: Addressee) -> Submission {
    Submission {
        request: REQUEST,
        sender: ALICE,
        addressee,
        entered: entered(),
        channel: Channel::Web,
        distance: Some(NEAR),
    }
}

fn send(addressee: Addressee, outcome: Outcome) -> Vec<Event> {
    outgoing::send(submission(addressee), verdict(outcome), THIRD)
        .into_iter()
        .map(Event::from)
        .collect::<Vec<_>>()
}

/// Every state of an outgoing request.
fn states() -> Vec<Outgoing> {
    vec![
        Outgoing::Submitted,
        Outgoing::Refused(Code::DailyLimit),
        Outgoing::AwaitingOwnConfirmation,
        Outgoing::HeldForReview,
        IN_TRANSIT,
        failing(),
        Outgoing::Sent,
        Outgoing::Failed(Fault::AppBug),
        Outgoing::Withdrawn(WithdrawnBy::Member),
        Outgoing::Expired,
        Outgoing::Connected,
        Outgoing::Disconnected,
    ]
}

fn entered() -> Entered {
    Entered {
        address: "bob".to_owned(),
        normalised: None,
        with_email: None,
        note: None,
        note_fingerprint: None,
    }
}

fn posted(lane: Lane, letter: Letter) -> PostedLetter {
    PostedLetter { letter_id: LetterId { lane, number: THIRD }, letter }
}

fn request_letter() -> Letter {
    Letter::Request { request: REQUEST, distance: Some(NEAR) }
}

fn submitted(addressee: Addressee) -> Event {
    let entered = Personal::Held(entered());
    let (request, sender, channel, distance) = (REQUEST, ALICE, Channel::Web, Some(NEAR));
    Event::Outgoing(outgoing::Event {
        request,
        sender,
        kind: outgoing::Kind::Submitted { addressee, entered, channel, distance },
    })
}

fn refused(code: Code) -> Event {
    Event::Outgoing(outgoing::Event {
        request: REQUEST,
        sender: ALICE,
        kind: outgoing::Kind::Refused { verdict: verdict(Outcome::Refuse(code)) },
    })
}

fn held(code: Code) -> Event {
    let (verdict, charge) = (verdict(Outcome::Hold(code)), Charge::Request);
    Event::Outgoing(outgoing::Event {
        request: REQUEST,
        sender: ALICE,
        kind: outgoing::Kind::Held { verdict, charge },
    })
}

fn sent(lane: Lane) -> Event {
    let posted = posted(lane, request_letter());
    Event::Outgoing(outgoing::Event {
        request: REQUEST,
        sender: ALICE,
        kind: outgoing::Kind::Sent { verdict: verdict(Outcome::Pass), posted },
    })
}

fn confirmed(lane: Lane) -> Event {
    let posted = posted(lane, request_letter());
    let (verdict, charge) = (verdict(Outcome::Pass), Charge::Request);
    Event::Outgoing(outgoing::Event {
        request: REQUEST,
        sender: ALICE,
        kind: outgoing::Kind::Confirmed { verdict, posted, charge },
    })
}

fn withdrawn(by: WithdrawnBy, posted: Option<PostedLetter>) -> Event {
    Event::Outgoing(outgoing::Event {
        request: REQUEST,
        sender: ALICE,
        kind: outgoing::Kind::Withdrawn { by, posted },
    })
}

fn expired(posted: Option<PostedLetter>) -> Event {
    Event::Outgoing(outgoing::Event {
        request: REQUEST,
        sender: ALICE,
        kind: outgoing::Kind::Expired { expiry: Span::days(180), posted },
    })
}

fn arrived() -> Event {
    Event::Letter(letter::Event {
        letter_id: LETTER,
        kind: letter::Kind::RequestArrived { request: REQUEST, sender: ALICE },
    })
}

fn failed() -> Event {
    Event::Letter(letter::Event {
        letter_id: LETTER,
        kind: letter::Kind::DeliveryFailed {
            request: Some(REQUEST),
            attempt: 2,
            channel: Some(Channel::Web),
            fault: Fault::Timeout,
            next_attempt: Some(at(99)),
        },
    })
}

fn abandoned() -> Event {
    Event::Letter(letter::Event {
        letter_id: LETTER,
        kind: letter::Kind::DeliveryAbandoned {
            request: REQUEST,
            sender: ALICE,
            attempts: 9,
            fault: Fault::AppBug,
            first_attempt: at(1),
        },
    })
}

fn acceptance_taken(member: MemberId, other: MemberId) -> Event {
    let name = name(&[REQUEST]);
    Event::Connection(connection::Event {
        member,
        other,
        kind: connection::Kind::AcceptanceTaken { name, also: Vec::new(), crossed: None, letter: THIRD },
    })
}

fn accepted(request_ref: RequestRef) -> Event {
    Event::Incoming(incoming::Event {
        request_ref,
        kind: incoming::Kind::Accepted { name: name(&[REQUEST]), letter: THIRD, crossing: None },
    })
}

fn crossed(request_ref: RequestRef) -> Event {
    Event::Incoming(incoming::Event {
        request_ref,
        kind: incoming::Kind::Crossed { name: name(&[REQUEST]), letter: THIRD },
    })
}

fn disconnected(member: MemberId, other: MemberId) -> Event {
    Event::Connection(connection::Event {
        member,
        other,
        kind: connection::Kind::Disconnected { name: name(&[REQUEST]), letter: THIRD },
    })
}

fn withdrawal_taken(recipient: Option<MemberId>, ends: &[RequestId]) -> Event {
    let ends = (!ends.is_empty()).then(|| name(ends));
    let (request, sender, cause) = (SECOND, BOB, WithdrawalCause::Withdrawn);
    Event::Letter(letter::Event {
        letter_id: LETTER,
        kind: letter::Kind::WithdrawalTaken { request, sender, recipient, cause, ends },
    })
}

#[test]
fn an_event_leads_from_one_state_of_a_request_to_the_next() {
    use Outgoing::*;
    let other_way = RequestRef { request: SECOND, sender: BOB, recipient: ALICE };
    let table: Vec<(&str, Outgoing, Event, Outgoing)> = vec![
        ("submitted", Submitted, submitted(Addressee::Member(BOB)), Submitted),
        ("refused", Submitted, refused(Code::DailyLimit), Refused(Code::DailyLimit)),
        ("held for confirmation", Submitted, held(Code::AwaitingOwnConfirmation), AwaitingOwnConfirmation),
        ("held for review", Submitted, held(Code::SpamHeld), HeldForReview),
        ("sent", Submitted, sent(TO_BOB), IN_TRANSIT),
        ("confirmed", AwaitingOwnConfirmation, confirmed(TO_BOB), IN_TRANSIT),
        ("arrived", IN_TRANSIT, arrived(), Sent),
        ("arrived after failures", failing(), arrived(), Sent),
        ("failed", IN_TRANSIT, failed(), failing()),
        ("given up", failing(), abandoned(), Failed(Fault::AppBug)),
        (
            "arrived after it was withdrawn",
            Withdrawn(WithdrawnBy::Member),
            arrived(),
            Withdrawn(WithdrawnBy::Member),
        ),
        ("arrived after it expired", Expired, arrived(), Expired),
        ("failed when withdrawn", Withdrawn(WithdrawnBy::Block), failed(), Withdrawn(WithdrawnBy::Block)),
        ("given up when connected", Connected, abandoned(), Connected),
        ("failed after it arrived", Sent, failed(), Sent),
        (
            "withdrawn in transit",
            IN_TRANSIT,
            withdrawn(WithdrawnBy::Member, None),
            Withdrawn(WithdrawnBy::Member),
        ),
        (
            "withdrawn by a ban",
            Sent,
            withdrawn(WithdrawnBy::Enforcement, None),
            Withdrawn(WithdrawnBy::Enforcement),
        ),
        ("expired", Sent, expired(None), Expired),
        ("expired while held", AwaitingOwnConfirmation, expired(None), Expired),
        ("acceptance taken", Sent, acceptance_taken(ALICE, BOB), Connected),
        ("acceptance taken in transit", IN_TRANSIT, acceptance_taken(ALICE, BOB), Connected),
        ("acceptance taken at the other desk", Sent, acceptance_taken(BOB, ALICE), Sent),
        (
            "acceptance taken when withdrawn",
            Withdrawn(WithdrawnBy::Member),
            acceptance_taken(ALICE, BOB),
            Withdrawn(WithdrawnBy::Member),
        ),
        ("accepted at the recipient's", Sent, accepted(REQUEST_REF), Sent),
        ("the sender accepts the other's", Sent, accepted(other_way), Connected),
        ("crossed at the recipient's", Sent, crossed(REQUEST_REF), Sent),
        ("the other's crosses at the sender's", Sent, crossed(other_way), Connected),
        ("the sender disconnects", Connected, disconnected(ALICE, BOB), Disconnected),
        ("the recipient disconnects", Connected, disconnected(BOB, ALICE), Connected),
        ("disconnected before there was a connection", Sent, disconnected(ALICE, BOB), Sent),
        (
            "a withdrawal ends the connection here",
            Connected,
            withdrawal_taken(Some(ALICE), &[SECOND]),
            Disconnected,
        ),
        ("a withdrawal that ends nothing", Connected, withdrawal_taken(Some(ALICE), &[]), Connected),
        ("a withdrawal at the other desk", Connected, withdrawal_taken(Some(BOB), &[SECOND]), Connected),
        ("a withdrawal nobody took", Connected, withdrawal_taken(None, &[]), Connected),
    ];
    for (case, given, when, then) in table {
        assert_eq!(after_outgoing(given, ALICE, &when), then, "{case}");
    }
}

#[test]
fn a_disconnection_and_a_closure_taken_end_a_connection_at_that_desk_only() {
    let taken = |member, other| {
        [
            Event::Connection(connection::Event {
                member,
                other,
                kind: connection::Kind::DisconnectionTaken { name: name(&[REQUEST]), letter: THIRD },
            }),
            Event::Connection(connection::Event {
                member,
                other,
                kind: connection::Kind::ClosureTaken { name: Some(name(&[REQUEST])), letter: THIRD },
            }),
        ]
    };
    for event in taken(ALICE, BOB) {
        assert_eq!(after_outgoing(Outgoing::Connected, ALICE, &event), Outgoing::Disconnected, "{event:?}");
        assert_eq!(after_outgoing(Outgoing::Sent, ALICE, &event), Outgoing::Sent, "{event:?}");
    }
    for event in taken(BOB, ALICE) {
        assert_eq!(after_outgoing(Outgoing::Connected, ALICE, &event), Outgoing::Connected, "{event:?}");
    }
}

/// INVARIANT (two desks): what the recipient's desk records changes nothing here.
#[test]
fn no_event_of_the_recipients_desk_changes_any_state_of_the_senders() {
    let judged = || verdict(Outcome::Refuse(Code::BlockedByRecipient));
    let private = [
        Event::Incoming(incoming::Event {
            request_ref: REQUEST_REF,
            kind: incoming::Kind::Delivered { verdict: judged() },
        }),
        Event::Incoming(incoming::Event {
            request_ref: REQUEST_REF,
            kind: incoming::Kind::Held { verdict: judged() },
        }),
        Event::Incoming(incoming::Event {
            request_ref: REQUEST_REF,
            kind: incoming::Kind::Filed { verdict: judged() },
        }),
        Event::Network(network::Event::RequestUnclaimed { request: REQUEST, sender: ALICE }),
        Event::Incoming(incoming::Event {
            request_ref: REQUEST_REF,
            kind: incoming::Kind::Merged { into: None },
        }),
        Event::Incoming(incoming::Event {
            request_ref: REQUEST_REF,
            kind: incoming::Kind::Merged { into: Some(SECOND) },
        }),
        crossed(REQUEST_REF),
        Event::Incoming(incoming::Event { request_ref: REQUEST_REF, kind: incoming::Kind::Shown }),
        accepted(REQUEST_REF),
        Event::Incoming(incoming::Event { request_ref: REQUEST_REF, kind: incoming::Kind::Declined }),
        Event::Incoming(incoming::Event { request_ref: REQUEST_REF, kind: incoming::Kind::Dismissed }),
        Event::Incoming(incoming::Event { request_ref: REQUEST_REF, kind: incoming::Kind::Reported }),
        Event::Connection(connection::Event {
            member: BOB,
            other: ALICE,
            kind: connection::Kind::Blocked { files: vec![REQUEST] },
        }),
        Event::Account(account::Event {
            member: BOB,
            kind: account::Kind::Closed { lingers_until: at(9), letters: Vec::new(), files: vec![REQUEST] },
        }),
        withdrawal_taken(Some(BOB), &[REQUEST]),
        disconnected(BOB, ALICE),
    ];
    for event in private {
        for state in states() {
            assert_eq!(after_outgoing(state, ALICE, &event), state, "{event:?}");
        }
    }
}

#[test]
fn a_state_is_open_or_outstanding_or_neither() {
    let open: Vec<bool> = states().into_iter().map(Outgoing::is_open).collect();
    let outstanding: Vec<bool> = states().into_iter().map(Outgoing::is_outstanding).collect();
    let (y, n) = (true, false);
    assert_eq!(open, [y, n, y, y, y, y, y, n, n, n, n, n]);
    assert_eq!(outstanding, [n, n, n, n, y, y, y, n, n, n, n, n]);
}

#[test]
fn every_state_has_its_code() {
    let codes: Vec<Code> = states().into_iter().map(Outgoing::code).collect();
    let expected = [
        Code::InTransit,
        Code::DailyLimit,
        Code::AwaitingOwnConfirmation,
        Code::SpamHeld,
        Code::InTransit,
        Code::DeliveryRetrying,
        Code::Undisclosed,
        Code::DeliveryFailed,
        Code::Withdrawn,
        Code::Expired,
        Code::Accepted,
        Code::DisconnectedSince,
    ];
    assert_eq!(codes, expected);
}

#[test]
fn a_send_is_always_recorded_and_then_its_outcome() {
    let nobody_passes = Event::Outgoing(outgoing::Event {
        request: REQUEST,
        sender: ALICE,
        kind: outgoing::Kind::Refused { verdict: verdict(Outcome::Pass) },
    });
    let member = Addressee::Member(BOB);
    let table: Vec<(&str, Addressee, Outcome, Event)> = vec![
        ("passes", member, Outcome::Pass, sent(TO_BOB)),
        ("passes, by e-mail", Addressee::Email, Outcome::Pass, sent(EMAIL_LANE)),
        ("held", member, Outcome::Hold(Code::SpamHeld), held(Code::SpamHeld)),
        ("refused", member, Outcome::Refuse(Code::DailyLimit), refused(Code::DailyLimit)),
        (
            "refused, by e-mail",
            Addressee::Email,
            Outcome::Refuse(Code::DailyLimit),
            refused(Code::DailyLimit),
        ),
        (
            "to nobody",
            Addressee::Nobody,
            Outcome::Refuse(Code::AddressUnknown),
            refused(Code::AddressUnknown),
        ),
        ("to nobody, though no rule refused it", Addressee::Nobody, Outcome::Pass, nobody_passes),
    ];
    for (case, given, when, then) in table {
        assert_eq!(send(given, when), [submitted(given), then], "{case}");
    }
}

#[test]
fn only_a_request_that_awaits_its_senders_confirmation_can_be_confirmed() {
    let pass = || verdict(Outcome::Pass);
    for state in states() {
        let decision = outgoing::confirm(&open(state), pass(), Charge::Request, THIRD).widen();
        if state == Outgoing::AwaitingOwnConfirmation {
            assert_eq!(decision, Decision::Happens(vec![confirmed(TO_BOB)]));
        } else {
            assert_eq!(decision, Decision::NotThere(Some(state.code())), "{state:?}");
        }
    }
    let by_email = open_to(Addressee::Email, Outgoing::AwaitingOwnConfirmation);
    assert_eq!(
        outgoing::confirm(&by_email, pass(), Charge::Request, THIRD).widen(),
        Decision::Happens(vec![confirmed(EMAIL_LANE)])
    );
    let to_nobody = open_to(Addressee::Nobody, Outgoing::AwaitingOwnConfirmation);
    let nobodys = outgoing::confirm(&to_nobody, pass(), Charge::Request, THIRD).widen();
    assert_eq!(nobodys, Decision::NotThere(Some(Code::AwaitingOwnConfirmation)));
}

#[test]
fn a_confirmation_that_the_rules_stop_is_refused_with_their_code() {
    let waiting = open(Outgoing::AwaitingOwnConfirmation);
    for (outcome, code) in [
        (Outcome::Refuse(Code::SenderBanned), Code::SenderBanned),
        (Outcome::Refuse(Code::DailyLimit), Code::DailyLimit),
        (Outcome::Hold(Code::SpamHeld), Code::SpamRefused),
    ] {
        let decision = outgoing::confirm(&waiting, verdict(outcome), Charge::Request, THIRD).widen();
        assert_eq!(decision, Decision::Refused(code));
    }
}

#[test]
fn only_a_request_that_has_arrived_is_reminded_of_and_only_where_the_rules_allow_it() {
    let refuse = Outcome::Refuse(Code::ReminderTooEarly);
    for state in states() {
        for outcome in [Outcome::Pass, refuse] {
            let decision = outgoing::remind(&open(state), &verdict(outcome), THIRD);
            let letter = Letter::Reminder { request: REQUEST };
            let posted = PostedLetter { letter_id: LetterId { lane: TO_BOB, number: THIRD }, letter };
            let expected = match (state, outcome) {
                (Outgoing::Sent, Outcome::Pass) => {
                    let kind = outgoing::Kind::Reminded { posted };
                    Decision::Happens(vec![outgoing::Event { request: REQUEST, sender: ALICE, kind }])
                }
                (Outgoing::Sent, _) => Decision::Refused(Code::ReminderTooEarly),
                // The verdict does not matter.
                (state, _) => Decision::NotThere(Some(state.code())),
            };
            assert_eq!(decision, expected, "{state:?}, {outcome:?}");
        }
    }
}

#[test]
fn a_request_counts_at_once_when_held_for_review_and_later_when_held_for_confirmation() {
    for (code, charge) in
        [(Code::AwaitingOwnConfirmation, Charge::Nothing), (Code::SpamHeld, Charge::Request)]
    {
        let events = send(Addressee::Member(BOB), Outcome::Hold(code));
        assert_eq!(
            events[1],
            Event::Outgoing(outgoing::Event {
                request: REQUEST,
                sender: ALICE,
                kind: outgoing::Kind::Held { verdict: verdict(Outcome::Hold(code)), charge }
            })
        );
    }
}

#[test]
fn a_crossing_send_accepts_all_open_requests_between_the_two() {
    let theirs = Theirs {
        request_ref: RequestRef { request: SECOND, sender: BOB, recipient: ALICE },
        requests: vec![SECOND],
        since: at(1),
        own_request: Some(RequestId(77)),
    };
    let cross = |verdict| outgoing::cross(submission(Addressee::Member(BOB)), verdict, theirs.clone(), THIRD);
    let events = cross(verdict(Outcome::Pass));
    let name = name(&[SECOND, RequestId(77), REQUEST]);
    let crossing = Some(outgoing::Crossing { request: REQUEST, verdict: verdict(Outcome::Pass) });
    let accepted = Event::Incoming(incoming::Event {
        request_ref: theirs.request_ref,
        kind: incoming::Kind::Accepted { name, letter: THIRD, crossing },
    });
    assert_eq!(events, [submitted(Addressee::Member(BOB)), accepted.clone()]);
    // On its sender's side the same event connects it.
    assert_eq!(after_outgoing(Outgoing::Submitted, ALICE, &accepted), Outgoing::Connected);
    let stopped = verdict(Outcome::Refuse(Code::OwnNetworkFull));
    let refused = Event::Outgoing(outgoing::Event {
        request: REQUEST,
        sender: ALICE,
        kind: outgoing::Kind::Refused { verdict: stopped.clone() },
    });
    assert_eq!(cross(stopped), [submitted(Addressee::Member(BOB)), refused]);
}

/// Who withdraws a request, and the cause that its letter names.
const ENDINGS: [(WithdrawnBy, WithdrawalCause); 4] = [
    (WithdrawnBy::Member, WithdrawalCause::Withdrawn),
    (WithdrawnBy::Block, WithdrawalCause::Withdrawn),
    (WithdrawnBy::Enforcement, WithdrawalCause::Withdrawn),
    (WithdrawnBy::Closure, WithdrawalCause::SenderClosed),
];

#[test]
fn a_withdrawal_posts_a_letter_only_once_the_request_has_arrived() {
    for (by, cause) in ENDINGS {
        for state in states() {
            let decision = outgoing::withdraw(&open(state), by, THIRD).widen();
            let letter = Letter::Withdrawn { request: REQUEST, cause };
            let expected = if state == Outgoing::Sent {
                Decision::Happens(vec![withdrawn(by, Some(posted(TO_BOB, letter)))])
            } else if state.is_open() {
                Decision::Happens(vec![withdrawn(by, None)])
            } else {
                Decision::NotThere(Some(state.code()))
            };
            assert_eq!(decision, expected, "{by:?} {state:?}");
        }
    }
}

#[test]
fn an_expiry_posts_a_letter_as_a_withdrawal_does() {
    let letter = || Letter::Withdrawn { request: REQUEST, cause: WithdrawalCause::Expired };
    for state in states() {
        let decision = outgoing::expire(&open(state), Span::days(180), THIRD).widen();
        let expected = if state == Outgoing::Sent {
            Decision::Happens(vec![expired(Some(posted(TO_BOB, letter())))])
        } else if state.is_open() {
            Decision::Happens(vec![expired(None)])
        } else {
            Decision::NotThere(Some(state.code()))
        };
        assert_eq!(decision, expected, "{state:?}");
    }
    let by_email =
        outgoing::expire(&open_to(Addressee::Email, Outgoing::Sent), Span::days(180), THIRD).widen();
    assert_eq!(by_email, Decision::Happens(vec![expired(Some(posted(EMAIL_LANE, letter())))]));
}

#[test]
fn a_closed_request_stays_closed() {
    let closed: Vec<Outgoing> = states().into_iter().filter(|state| !state.is_open()).collect();
    let letters = [arrived(), failed(), abandoned(), acceptance_taken(ALICE, BOB), disconnected(ALICE, BOB)];
    for state in closed {
        for event in &letters {
            assert!(!after_outgoing(state, ALICE, event).is_open(), "{state:?} after {event:?}");
        }
        assert_eq!(open(state).lane(), Some(TO_BOB));
    }
    assert_eq!(open_to(Addressee::Nobody, Outgoing::Submitted).lane(), None);
}
