//! Transitions that the previous state does not allow are returned, with the state that the event leads to.

use acquaint_domain::incoming::{self, Incoming};
use acquaint_domain::outgoing::{self, Charge, Outgoing};
use acquaint_domain::{
    Code, Event, Fault, IllegalTransition, Letter, Outcome, PostedLetter, WithdrawalCause, WithdrawnBy,
    letter, oversight,
};

use crate::given::{
    ALICE, LETTER, REQUEST, REQUEST_REF, THIRD, after_incoming, after_outgoing, name, verdict,
};

const IN_TRANSIT: Outgoing = Outgoing::InTransit { failures: 0, fault: None, next_attempt: None };
const STATES: [Outgoing; 11] = [
    Outgoing::Submitted,
    Outgoing::Refused(Code::SelfRequest),
    Outgoing::AwaitingOwnConfirmation,
    Outgoing::HeldForReview,
    IN_TRANSIT,
    Outgoing::Sent,
    Outgoing::Failed(Fault::Timeout),
    Outgoing::Withdrawn(WithdrawnBy::Member),
    Outgoing::Expired,
    Outgoing::Connected,
    Outgoing::Disconnected,
];
const GONE: Incoming = Incoming::Gone(WithdrawalCause::Withdrawn);

fn posted() -> PostedLetter {
    PostedLetter { letter_id: LETTER, letter: Letter::Reminder { request: REQUEST } }
}

/// The event is allowed in exactly these states.
#[track_caller]
fn check(event: &Event, allowed: &[Outgoing]) {
    for from in STATES {
        let (step, to) = (outgoing::evolve(from, ALICE, event), after_outgoing(from, ALICE, event));
        let expected = if allowed.contains(&from) { Ok(to) } else { Err(IllegalTransition { from, to }) };
        assert_eq!(step, expected, "{event:?}");
    }
}

#[test]
fn a_sent_request_rejects_a_step_that_its_state_does_not_allow() {
    let own = |kind| Event::Outgoing(outgoing::Event { request: REQUEST, sender: ALICE, kind });
    let open: Vec<Outgoing> = STATES.into_iter().filter(|state| state.is_open()).collect();
    check(&own(outgoing::Kind::Withdrawn { by: WithdrawnBy::Member, posted: None }), &open);
    check(&own(outgoing::Kind::Reminded { posted: posted() }), &[Outgoing::Sent]);
    let refused = verdict(Outcome::Refuse(Code::SelfRequest));
    check(&own(outgoing::Kind::Refused { verdict: refused }), &[Outgoing::Submitted]);
    let (verdict, posted) = (verdict(Outcome::Pass), posted());
    let confirmed = outgoing::Kind::Confirmed { verdict, posted, charge: Charge::Request };
    check(&own(confirmed), &[Outgoing::AwaitingOwnConfirmation]);
    let rejected =
        oversight::Event::RequestRejected { request: REQUEST, sender: ALICE, code: Code::SpamRefused };
    check(&Event::Oversight(rejected), &[Outgoing::HeldForReview]);
    let restored =
        oversight::Event::RequestRestored { request: REQUEST, sender: ALICE, posted: None, held: None };
    check(&Event::Oversight(restored), &[Outgoing::Withdrawn(WithdrawnBy::Member)]);
    let arrived = letter::Kind::RequestArrived { request: REQUEST, sender: ALICE };
    let arrived = Event::Letter(letter::Event { letter_id: LETTER, kind: arrived });
    check(&arrived, &[IN_TRANSIT, Outgoing::Connected, Outgoing::Disconnected]);
}

#[test]
fn a_received_request_rejects_a_step_that_its_state_does_not_allow() {
    let own = |kind| Event::Incoming(incoming::Event { request_ref: REQUEST_REF, kind });
    let delivered = || incoming::Kind::Delivered { verdict: verdict(Outcome::Pass) };
    let accepted = || incoming::Kind::Accepted { name: name(&[REQUEST]), letter: THIRD, crossing: None };
    let (no, shown, closed) =
        (incoming::Kind::Declined, incoming::Kind::Shown, incoming::Kind::FiledByClosure);
    let inbox = Some(Incoming::Delivered);
    let allowed = [
        ("it arrives", None, delivered()),
        ("it arrives again after a ban was reversed", Some(GONE), delivered()),
        ("accepted in the inbox", inbox, accepted()),
        ("a decline from before a ban still applies", Some(GONE), no.clone()),
        ("confirmed, and shown", Some(Incoming::AwaitingConfirmation), shown.clone()),
    ];
    for (case, from, kind) in allowed {
        assert!(incoming::evolve(from, &own(kind)).is_ok(), "{case}");
    }
    let illegal = [
        ("it arrives twice", inbox, delivered()),
        ("accepted before it has arrived", None, accepted()),
        ("accepted twice", Some(Incoming::Accepted), accepted()),
        ("declined twice", Some(Incoming::Declined), no),
        ("shown without having waited", inbox, shown),
        ("filed by a closure after it was declined", Some(Incoming::Declined), closed),
    ];
    for (case, from, kind) in illegal {
        let event = own(kind);
        let to = after_incoming(from, &event);
        assert_eq!(incoming::evolve(from, &event), Err(IllegalTransition { from, to }), "{case}");
    }
}
