//! A refused reminder is shown to its sender and to staff, and to nobody else.

use acquaint_audit::{Companion, Viewer};
use acquaint_domain::{Code, Event, Span, WithdrawnBy, incoming};

use crate::story::*;

fn companions(story: &Story, viewer: Viewer) -> Vec<Companion> {
    let all = story.explain(viewer).expect("an answer").accompanied_by;
    // A letter that has not arrived yet is also a companion, and not the one tested here.
    all.into_iter().filter(|companion| companion.code != Code::InTransit).collect()
}

fn too_early() -> Story {
    Story::delivered().after(Span::days(1)).remind(0)
}

fn too_often() -> Story {
    Story::delivered().after(Span::days(9)).remind(0).after(Span::days(1)).remind(1)
}

#[test]
fn a_refused_reminder_accompanies_the_answer_with_the_deciding_numbers() {
    let table = [
        (
            too_early(),
            Code::ReminderTooEarly,
            "a reminder on 22 Nov 2026 08:13 UTC was refused: the request was sent on 21 Nov 2026 08:12 UTC, and \
             a reminder is allowed from 28 Nov 2026 08:12 UTC on",
        ),
        (
            too_often(),
            Code::ReminderLimit,
            "a reminder on 1 Dec 2026 08:13 UTC was refused: 1 reminder was sent before, and the policy allows 1",
        ),
    ];
    for (story, code, text) in table {
        for viewer in [Viewer::Sender, Viewer::Agent, Viewer::Engineer] {
            assert_eq!(companions(&story, viewer), [Companion { code, text: text.to_owned() }], "{viewer:?}");
        }
        assert_eq!(companions(&story, Viewer::Recipient), []);
        let events = story.explain(Viewer::Recipient).expect("an answer").events;
        assert!(events.iter().all(|line| line.name != "command-refused"), "{events:?}");
    }
}

#[test]
fn a_refused_reminder_is_no_longer_shown_once_a_reminder_is_sent_or_the_request_has_ended() {
    let week = Span::days(9);
    let sent = too_early().after(week).remind(0);
    let withdrawn = too_early().withdraw(WithdrawnBy::Member);
    let connected = too_often().accept().take_acceptance();
    for story in [sent, withdrawn, connected] {
        assert_eq!(companions(&story, Viewer::Sender), []);
        assert_eq!(companions(&story, Viewer::Agent), []);
    }
}

#[test]
fn a_refused_reminder_does_not_depend_on_what_the_recipient_did() {
    let decline =
        || Event::Incoming(incoming::Event { request_ref: request_ref(), kind: incoming::Kind::Declined });
    let declined = || Story::delivered().event(decline()).after(Span::days(1)).remind(0);
    let sender = |story: &Story| format!("{:?}", story.explain(Viewer::Sender));
    assert_eq!(sender(&declined()), sender(&too_early()));
}
