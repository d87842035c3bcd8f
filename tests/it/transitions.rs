//! No decision makes a transition that the state before it does not allow.

use acquaint_domain::{Command, Event, EventNumber, Recorded, outgoing};
use acquaint_engine::illegal_transitions;
use acquaint_projection_requests::{IllegalTransitions, Requests};
use proptest::prop_assert_eq;

use crate::random_worlds::{By, START, check, kernel_of, log_of, perform, play, requesting, settle, worlds};

/// The transitions in these events that the states before them do not allow.
pub(crate) fn illegal(events: &[Recorded]) -> IllegalTransitions {
    let (mut requests, mut illegal) = (Requests::default(), IllegalTransitions::default());
    for recorded in events {
        requests.apply_and_check(recorded, &mut illegal);
    }
    illegal
}

#[test]
fn random_histories_make_only_allowed_transitions() {
    check(256, &worlds(), |world| {
        let (mut kernel, now) = play(&world, |_, _| Ok(()))?;
        settle(&mut kernel, now);
        prop_assert_eq!(illegal(kernel.staged()), IllegalTransitions::default());
        Ok(())
    });
}

#[test]
fn illegal_transitions_are_counted_and_the_first_five_are_named() {
    let mut kernel = kernel_of(2);
    let send = Command::SendRequest(requesting(1, 2, By::Handle));
    perform(&mut kernel, send, START);
    let mut events = kernel.staged().to_vec();
    let sent = events.iter().find(|recorded| {
        matches!(recorded.event, Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Sent { .. }, .. }))
    });
    let mut again = sent.expect("it was sent").clone();
    let last = events.last().expect("there are events").number.0;
    for number in last + 1..=last + 7 {
        again.number = EventNumber(number);
        events.push(again.clone());
    }
    let found = illegal_transitions(&log_of(&events)).expect("the log reads");
    assert_eq!((found.count(), found.first().len()), (7, 5));
    let first = found.first()[0].to_string();
    assert!(first.starts_with(&format!("event {}: request ", last + 1)), "{first}");
    assert!(first.contains("on the sender's side, from CR"), "{first}");
}
