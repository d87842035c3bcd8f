//! When failures are everybody's.

use acquaint_audit::{Incident, Viewer, incident};
use acquaint_domain::{
    Actor, Channel, Code, Event, EventNumber, Fault, Leg, LetterNumber, MemberId, Recorded, RequestId, Route,
    Span, Timestamp,
};

use crate::stories::an_incident;
use crate::story::*;

/// `count` failures, one every `gap`, of `senders` senders in turn.
fn failures(count: u32, senders: u32, gap: Span) -> Vec<Recorded> {
    let failure = |index: u32| Recorded {
        number: EventNumber(u64::from(index) + 1),
        at: Timestamp::from_millis(START.as_millis() + gap.as_millis() * i64::from(index)),
        actor: Actor::Courier,
        command: None,
        cause: None,
        event: Event::DeliveryFailed {
            leg: Leg {
                route: Route::Member { from: MemberId(index % senders + 1), to: BOB },
                number: LetterNumber(1),
            },
            request: Some(RequestId(u64::from(index))),
            attempt: 1,
            channel: Some(if index.is_multiple_of(2) { Channel::Web } else { Channel::Mobile }),
            fault: Fault::Timeout,
            next_attempt: None,
        },
    };
    (0..count).map(failure).collect()
}

fn found(failures: &[Recorded], about: (Timestamp, Timestamp), as_of: Timestamp) -> Option<Incident> {
    incident(&failures.iter().collect::<Vec<_>>(), &article(), about, as_of)
}

#[test]
fn twenty_attempts_of_five_senders_in_an_hour_are_an_incident_and_less_is_none() {
    let minute = Span::minutes(1);
    let table = [
        ("enough of both", 20, 5, minute, Some((20, 5))),
        ("one attempt less", 19, 5, minute, None),
        ("one sender less", 40, 4, minute, None),
        ("too far apart", 40, 5, Span::minutes(4), None),
        ("longer than a window", 200, 7, minute, Some((200, 7))),
    ];
    for (case, count, senders, gap, expected) in table {
        let failures = failures(count, senders, gap);
        let about = (START, START.plus(Span::days(1)));
        let found = found(&failures, about, START.plus(Span::days(1)));
        assert_eq!(found.map(|incident| (incident.attempts, incident.senders)), expected, "{case}");
    }
}

#[test]
fn an_incident_is_over_once_a_window_has_passed_and_touches_only_its_own_time() {
    let failures = failures(20, 5, Span::minutes(1));
    let last = START.plus(Span::minutes(19));
    let about = (last, last);
    let going_on = found(&failures, about, last.plus(Span::minutes(59))).expect("an incident");
    assert_eq!((going_on.since, going_on.until), (START, None));
    assert_eq!(going_on.channels, [Channel::Web, Channel::Mobile]);
    let over = found(&failures, about, last.plus(Span::minutes(60))).expect("an incident");
    assert_eq!(over.until, Some(last));
    let day_after = last.plus(Span::days(1));
    assert_eq!(found(&failures, (day_after, day_after), day_after), None);
    assert_eq!(found(&failures, about, last.minus(Span::millis(1))), None, "as of before the twentieth");
    assert_eq!(found(&[], about, last), None);
}

#[test]
fn an_incident_accompanies_a_failing_delivery_and_names_no_program() {
    let mut story = Story::sent().fail(1, Some(Span::minutes(1)));
    story.incident = Some(an_incident());
    for viewer in [Viewer::Sender, Viewer::Agent] {
        let answer = story.explain(viewer).expect("an answer");
        assert_eq!(answer.code, Code::DeliveryRetrying);
        let texts: Vec<(Code, &str)> =
            answer.accompanied_by.iter().map(|companion| (companion.code, companion.text.as_str())).collect();
        assert_eq!(
            texts,
            [(
                Code::SiteWideIncident,
                "likely site-wide: 34 attempts of 7 senders failed for what came in by the web site and other \
                 programs, since 21 Nov 2026 08:12:05 UTC, and it goes on"
            )]
        );
    }
    let mut arrived = Story::delivered();
    arrived.incident = Some(an_incident());
    assert!(arrived.explain(Viewer::Sender).is_some_and(|answer| answer.accompanied_by.is_empty()));
}
