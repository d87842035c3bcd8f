//! Which requests are due for a follow-up, and when.

use acquaint_audit::Viewer;
use acquaint_domain::{Code, Confirmation, Event, Span, incoming};
use acquaint_policy::{Facts, recipient};

use crate::story::*;

#[test]
fn an_open_request_is_due_for_a_follow_up_after_seven_days() {
    let almost = Story::delivered().after(Span::days(7)).after(Span::minutes(-1)).after(Span::millis(-1));
    assert_eq!(almost.follow_up(Viewer::Sender), None);
    let due = almost.after(Span::millis(1)).follow_up(Viewer::Sender).expect("it is due");
    assert_eq!((due.code, due.days, due.since), (Code::Undisclosed, 7, START));
    assert_eq!(
        due.advice[0].text,
        "Write to bob another way; carol and dave know both of you and could introduce you."
    );
}

#[test]
fn the_advice_to_the_sender_does_not_depend_on_the_recipient() {
    let week = Span::days(8);
    let ignored = Story::delivered().after(week).follow_up(Viewer::Sender);
    let declined = Story::delivered()
        .event(Event::Incoming(incoming::Event {
            request_ref: request_ref(),
            kind: incoming::Kind::Declined,
        }))
        .after(week)
        .follow_up(Viewer::Sender);
    assert!(ignored.is_some());
    assert_eq!(ignored, declined);
}

#[test]
fn a_request_that_waits_for_the_members_own_confirmation_is_due_at_once() {
    let own = Story::new().send("bob", &Facts { confirmation: Confirmation::First, ..facts() });
    assert_eq!(own.follow_up(Viewer::Sender).map(|found| found.code), Some(Code::AwaitingOwnConfirmation));
    let first = recipient::Facts { confirmation: Confirmation::First, ..arrival() };
    let held = Story::sent().arrive(&first);
    let found = held.follow_up(Viewer::Recipient).expect("it waits for the recipient");
    assert_eq!(found.code, Code::AwaitingRecipientConfirmation);
    assert!(found.advice[0].text.starts_with("Confirm it"), "{:?}", found.advice);
    assert_eq!(
        held.follow_up(Viewer::Agent).map(|found| found.code),
        Some(Code::AwaitingRecipientConfirmation)
    );
    assert_eq!(held.follow_up(Viewer::Sender), None);
}

#[test]
fn an_ended_request_is_not_followed_up() {
    let accepted = Story::delivered().accept().take_acceptance().after(Span::days(30));
    let overdue = Story::delivered().after(Span::days(200));
    for story in [accepted, overdue, Story::new()] {
        for viewer in Viewer::ALL {
            assert_eq!(story.follow_up(viewer), None);
        }
    }
}

#[test]
fn an_imported_request_ages_only_as_far_as_its_records_reach() {
    let found = Story::observed().follow_up(Viewer::Agent).expect("it is due");
    assert_eq!((found.code, found.days), (Code::Ignored, 30));
    assert!(found.advice.iter().all(|advice| !advice.text.contains("expires")));
}
