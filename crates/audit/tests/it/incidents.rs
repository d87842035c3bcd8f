//! When failures are everybody's.

use acquaint_audit::{Incident, Outage, Viewer, hits, incidents, outages};
use acquaint_domain::{
    Actor, Channel, Code, Event, EventNumber, Fault, FaultChannel, Lane, LetterId, LetterNumber, MemberId,
    Recorded, RequestId, Span, Timestamp, letter, network,
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
        event: Event::Letter(letter::Event {
            leg: LetterId {
                route: Lane::Member { from: MemberId(index % senders + 1), to: BOB },
                number: LetterNumber(1),
            },
            kind: letter::Kind::DeliveryFailed {
                request: Some(RequestId(u64::from(index))),
                attempt: 1,
                channel: Some(if index.is_multiple_of(2) { Channel::Web } else { Channel::Mobile }),
                fault: Fault::Timeout,
                next_attempt: None,
            },
        }),
    };
    (0..count).map(failure).collect()
}

fn found(failures: &[Recorded], about: (Timestamp, Timestamp), as_of: Timestamp) -> Option<Incident> {
    let failures: Vec<&Recorded> = failures.iter().collect();
    let found = incidents(&failures, &|_| 0, &[], &article(), as_of);
    found.into_iter().find(|incident| incident.touches(about))
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
fn failures_of_answers_count_and_leave_the_share_to_the_requests() {
    let mut all = failures(20, 5, Span::minutes(1));
    let of_answer = |recorded: &mut Recorded| {
        if let Event::Letter(letter::Event {
            kind: letter::Kind::DeliveryFailed { request, channel, .. },
            ..
        }) = &mut recorded.event
        {
            (*request, *channel) = (None, None);
        }
    };
    all.iter_mut().step_by(2).for_each(of_answer);
    let about = (START, START.plus(Span::days(1)));
    let size = |incident: Incident| (incident.attempts, incident.senders, incident.share_percent);
    assert_eq!(found(&all, about, about.1).map(size), Some((20, 5, Some(100))));
    assert_eq!(found(&all[1..], about, about.1), None, "one attempt less");
    all.iter_mut().for_each(of_answer);
    assert_eq!(found(&all, about, about.1).map(size), Some((20, 5, None)), "no request at all");
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
fn the_share_is_of_all_attempts_from_the_first_failure_to_the_last() {
    // The failures are events 100 to 290, every tenth.
    let mut failures = failures(20, 5, Span::minutes(1));
    for (index, failure) in failures.iter_mut().enumerate() {
        failure.number = EventNumber(100 + 10 * index as u64);
    }
    let numbers = |range: std::ops::Range<u64>| range.map(EventNumber).collect::<Vec<_>>();
    let table = [
        ("nothing arrived", numbers(0..0), 100),
        ("before and after", [numbers(1..100), numbers(291..400)].concat(), 100),
        ("one of 21", numbers(101..102), 95),
        ("the edges", vec![EventNumber(99), EventNumber(101), EventNumber(289), EventNumber(291)], 90),
        ("one of 220", numbers(101..290).into_iter().filter(|number| number.0 % 10 != 0).collect(), 10),
    ];
    let failures: Vec<&Recorded> = failures.iter().collect();
    for (case, arrivals, share) in table {
        let before =
            |number| arrivals.iter().filter(|arrival: &&EventNumber| **arrival < number).count() as u64;
        let found = incidents(&failures, &before, &[], &article(), START.plus(Span::days(1)));
        assert_eq!(found.first().map(|incident| incident.share_percent), Some(Some(share)), "{case}");
    }
}

#[test]
fn an_incident_accompanies_a_failing_delivery_and_names_no_program() {
    let mut story = Story::sent().fail(1, Some(Span::minutes(1)));
    story.incident = Some(an_incident());
    // A member is told the size in steps: one other member's doings are not to be read from it.
    let sizes = [
        (
            Viewer::Sender,
            "at least 30 attempts of at least 5 senders failed (about 90% of requests in that time)",
        ),
        (Viewer::Agent, "34 attempts of 7 senders failed (85% of requests in that time)"),
    ];
    for (viewer, size) in sizes {
        let answer = story.explain(viewer).expect("an answer");
        assert_eq!(answer.code, Code::DeliveryRetrying);
        assert!(answer.candidates.certain[0].starts_with("It is everybody's trouble"));
        let texts: Vec<(Code, &str)> =
            answer.accompanied_by.iter().map(|companion| (companion.code, companion.text.as_str())).collect();
        let said = format!(
            "likely site-wide: {size} for what came in by the web site and other programs, since 21 Nov 2026 08:12 \
             UTC and not over yet"
        );
        assert_eq!(texts, [(Code::SiteWideIncident, said.as_str())]);
    }
    let mut arrived = Story::delivered();
    arrived.incident = Some(an_incident());
    assert!(arrived.explain(Viewer::Sender).is_some_and(|answer| answer.accompanied_by.is_empty()));
}

#[test]
fn a_failure_without_an_incident_is_said_to_be_none() {
    let answer = Story::sent().fail(1, Some(Span::minutes(1))).explain(Viewer::Sender).expect("an answer");
    let said =
        "It is no site-wide incident: fewer than 20 attempts of 5 senders failed within 1h at that time.";
    assert_eq!(answer.candidates.certain, [said]);
}

#[test]
fn incidents_open_with_the_failure_that_makes_them_enough_and_close_after_a_quiet_window() {
    let minute = Span::minutes(1);
    let first = failures(30, 5, minute);
    let later = failures(25, 5, minute).into_iter().map(|recorded| Recorded {
        number: EventNumber(recorded.number.0 + 30),
        at: recorded.at.plus(Span::hours(5)),
        ..recorded
    });
    let all: Vec<Recorded> = first.into_iter().chain(later).collect();
    let all: Vec<&Recorded> = all.iter().collect();
    let as_of = |as_of: Timestamp| incidents(&all, &|_| 0, &[], &article(), as_of);
    let after = |minutes| START.plus(Span::minutes(minutes));
    assert_eq!(as_of(after(18)), []);
    let found = as_of(after(40));
    assert_eq!((found.len(), found[0].since, found[0].opened), (1, START, after(19)));
    assert_eq!((found[0].last, found[0].until), (after(29), None));
    let found = as_of(after(600));
    let spans: Vec<_> = found.iter().map(|incident| (incident.opened, incident.until)).collect();
    assert_eq!(spans, [(after(19), Some(after(29))), (after(319), Some(after(324)))]);
}

/// An outage of all channels that began with the first failure.
fn outage(until: Option<Timestamp>) -> Outage {
    Outage { channel: FaultChannel::All, since: START, until }
}

#[test]
fn an_incident_lasts_as_long_as_its_outage_however_rare_its_retries_become() {
    // Twelve senders' letters, each tried again 1, 3, 7, 15, .. minutes later.
    let mut all: Vec<Recorded> = Vec::new();
    for retry in 0..8 {
        let wait = Span::minutes((1 << retry) - 1);
        all.extend(
            failures(24, 12, Span::seconds(10))
                .into_iter()
                .map(|recorded| Recorded { at: recorded.at.plus(wait), ..recorded }),
        );
    }
    all.sort_by_key(|recorded| recorded.at);
    let all: Vec<&Recorded> = all.iter().collect();
    let over = START.plus(Span::minutes(270));
    let as_of = |minutes, outage: Outage| {
        incidents(&all, &|_| 0, &[outage], &article(), START.plus(Span::minutes(minutes)))
    };
    let found = as_of(269, outage(None));
    assert_eq!((found.len(), found[0].since, found[0].until), (1, START, None));
    let found = as_of(600, outage(Some(over)));
    assert_eq!((found.len(), found[0].until, found[0].attempts), (1, Some(over), 24 * 8));
    assert_eq!(hits(&all, &found[0]).len(), 12, "a letter is hit once, however often it fails");
    // What fails after the outage is no part of it.
    let early = START.plus(Span::minutes(100));
    let found = as_of(600, outage(Some(early)));
    assert_eq!((found[0].until, found[0].attempts), (Some(early), 24 * 7));
    // An outage of another channel says nothing about these.
    let desktop = Outage { channel: FaultChannel::Desktop, ..outage(None) };
    assert!(as_of(600, desktop)[0].until.is_some());
}

#[test]
fn outages_are_read_from_the_beginnings_and_ends_of_faults() {
    let at = |minutes, event| Recorded {
        number: EventNumber(1),
        at: START.plus(Span::minutes(minutes)),
        actor: Actor::Operator,
        command: None,
        cause: None,
        event,
    };
    let starts = |channel, fault| Event::Network(network::Event::FaultStarted { channel, fault });
    let faults = [
        at(0, starts(FaultChannel::Web, Fault::Timeout)),
        at(1, starts(FaultChannel::Web, Fault::ServerError)),
        at(2, starts(FaultChannel::All, Fault::Timeout)),
        at(3, Event::Network(network::Event::FaultStopped(FaultChannel::Web))),
        at(4, starts(FaultChannel::Mobile, Fault::Timeout)),
        at(5, Event::Network(network::Event::FaultStopped(FaultChannel::All))),
        at(6, starts(FaultChannel::Web, Fault::Timeout)),
    ];
    let minute = |minutes| START.plus(Span::minutes(minutes));
    let outage =
        |channel, from, until: Option<i64>| Outage { channel, since: minute(from), until: until.map(minute) };
    let found = outages(&faults, minute(10));
    let expected = [
        outage(FaultChannel::Web, 0, Some(3)),
        outage(FaultChannel::All, 2, Some(5)),
        outage(FaultChannel::Mobile, 4, Some(5)),
        outage(FaultChannel::Web, 6, None),
    ];
    assert_eq!(found, expected);
    assert_eq!(outages(&faults, minute(2)).len(), 2, "as of then");
}

#[test]
fn a_delayed_request_keeps_naming_the_incident_after_it_has_arrived() {
    let mut story = Story::sent().fail(1, Some(Span::hours(4))).after(Span::hours(1)).arrive(&arrival());
    let over = START.plus(Span::hours(1));
    story.incident = Some(Incident { until: Some(over), ..an_incident() });
    for viewer in [Viewer::Sender, Viewer::Agent, Viewer::Engineer] {
        let answer = story.explain(viewer).expect("an answer");
        let [companion] = &answer.accompanied_by[..] else { panic!("{:?}", answer.accompanied_by) };
        let said =
            "until 21 Nov 2026 09:12 UTC; it delayed the request, which arrived on 21 Nov 2026 09:12 UTC";
        assert!(companion.text.ends_with(said), "{}", companion.text);
    }
    // The request was delayed on its way to him; what he has of it begins with its arrival.
    let answer = story.explain(Viewer::Recipient).expect("an answer");
    assert_eq!(answer.accompanied_by, []);
}

#[test]
fn a_request_whose_channel_works_again_is_tried_within_a_minute_and_not_when_it_was_planned() {
    let mut story = Story::sent().fail(3, Some(Span::hours(4))).after(Span::hours(1));
    story.outages = vec![outage(Some(story.now))];
    let answer = story.explain(Viewer::Sender).expect("an answer");
    let timer = answer.timers.first().expect("a next attempt");
    assert_eq!(timer.name, "next-attempt");
    let wait = timer.at.since(story.now);
    assert!(wait < Span::minutes(1), "{wait:?}");
    story.outages = vec![outage(None)];
    let answer = story.explain(Viewer::Sender).expect("an answer");
    assert_eq!(answer.timers[0].at, START.plus(Span::hours(4)));
}
