//! The open answer is the same, byte for byte, whatever the recipient did.

use acquaint_audit::{Explanation, Viewer};
use acquaint_domain::{Code, Event, Span, incoming, letter};

use crate::stories;
use crate::story::*;

/// The sender's answer after three days, and its bytes.
fn on_day_three(story: Story) -> (Explanation, String) {
    let story = Story { now: START.plus(Span::days(3)), ..story };
    let answer = story.explain(Viewer::Sender).expect("the sender is told something");
    let bytes = format!("{answer:?}");
    (answer, bytes)
}

#[test]
fn the_senders_answer_is_the_same_whatever_the_recipient_did() {
    let (answer, bytes) = on_day_three(Story::delivered());
    assert_eq!(answer.code, Code::Undisclosed);
    let alike = stories::on_the_other_side().into_iter().filter(|(case, ..)| *case != "observed");
    let mut count = 0;
    for (case, story, _) in alike {
        assert_eq!(on_day_three(story).1, bytes, "{case}");
        count += 1;
    }
    assert!(count >= 16, "{count}");
}

#[test]
fn the_senders_answer_is_the_same_whoever_has_the_e_mail_address() {
    let sent = || Story::new().send("Bob@example.org", &email_facts()).after(Span::minutes(1));
    let mut nobody = sent().arrive_unclaimed();
    nobody.mutuals = Vec::new();
    let (answer, bytes) = on_day_three(nobody);
    assert_eq!(answer.to, "Bob@example.org");
    assert!(!bytes.contains("\"bob\""), "{bytes}");
    let somebody = [
        sent().arrive(&arrival()),
        sent().arrive(&arrival()).event(Event::Incoming(incoming::Event {
            request_ref: request_ref(),
            kind: incoming::Kind::Declined,
        })),
        sent()
            .event(Event::Letter(letter::Event {
                letter_id: letter_id(),
                kind: letter::Kind::RequestArrived { request: REQUEST, sender: ALICE },
            }))
            .event(Event::Incoming(incoming::Event {
                request_ref: request_ref(),
                kind: incoming::Kind::Merged { into: None },
            })),
    ];
    for story in somebody {
        // The event names the letter's lane; the answer does not.
        assert_eq!(on_day_three(story).1, bytes);
    }
    let causes = [Code::AddressUnknown, Code::AlreadyPending, Code::AlreadyConnected];
    assert!(causes.iter().all(|code| answer.causes.contains(code)));
}

#[test]
fn an_acceptance_names_the_owner_of_the_e_mail_address() {
    let story = Story::new().send("Bob@example.org", &email_facts()).arrive(&arrival()).accept();
    assert_eq!(story.explain(Viewer::Sender).map(|answer| answer.to), Some("Bob@example.org".to_owned()));
    let answer = story.take_acceptance().explain(Viewer::Sender).expect("an answer");
    assert_eq!((answer.code, answer.to.as_str()), (Code::Accepted, "bob"));
}

#[test]
fn the_open_answer_names_every_open_cause_and_draws_no_conclusion_from_a_profile() {
    let (answer, bytes) = on_day_three(Story::delivered());
    let numbers: Vec<u16> = answer.causes.iter().map(|code| code.number()).collect();
    assert_eq!(numbers, [701, 702, 703, 704, 705, 706, 707, 708, 801, 802, 803, 804, 805]);
    assert!(bytes.contains("proves nothing"));
    assert!(answer.remedy.iter().any(|advice| advice.text.contains("carol and dave")));
    let ends = answer.timers.iter().find(|timer| timer.name == "expiry").map(|timer| timer.at);
    assert_eq!(ends, Some(START.plus(Span::days(180))));
}
