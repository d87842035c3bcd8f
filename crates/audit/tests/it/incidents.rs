//! When failures are a site-wide incident.

use acquaint_audit::{Incident, Outage, Viewer, hits, incidents, outages};
use acquaint_domain::{
    Actor, Channel, Code, Event, EventNumber, Fault, FaultChannel, Lane, LetterId, LetterNumber, MemberId,
    Recorded, RequestId, Span, Timestamp, letter, network,
};

use crate::stories::an_incident;
use crate::story::*;

/// `count` failures, one every `gap`, from `senders` senders in turn.
fn failures(count: u32, senders: u32, gap: Span) -> Vec<Recorded> {
    let failure = |index: u32| Recorded {
        number: EventNumber(u64::from(index) + 1),
        at: Timestamp::from_millis(START.as_millis() + gap.as_millis() * i64::from(index)),
        actor: Actor::Courier,
        command: None,
        cause: None,
        event: Event::Letter(letter::Event {
            letter_id: LetterId {
                lane: Lane::Member { from: MemberId(index % senders + 1), to: BOB },
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
fn twenty_attempts_from_five_senders_within_an_hour_are_an_incident() {
    let minute = Span::minutes(1);
    let table = [
        ("enough of both", 20, 5, minute, Some((20, 5))),
        ("one attempt too few", 19, 5, minute, None),
        ("one sender too few", 40, 4, minute, None),
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
fn failures_of_answers_count_but_do_not_enter_the_share_of_requests() {
    let mut all = failures(20, 5, Span::minutes(1));
    let make_answer = |recorded: &mut Recorded| {
        if let Event::Letter(letter::Event {
            kind: letter::Kind::DeliveryFailed { request, channel, .. },
            ..
        }) = &mut recorded.event
        {
            (*request, *channel) = (None, None);
        }
    };
    all.iter_mut().step_by(2).for_each(make_answer);
    let about = (START, START.plus(Span::days(1)));
    let size = |incident: Incident| (incident.attempts, incident.senders, incident.share_percent);
    assert_eq!(found(&all, about, about.1).map(size), Some((20, 5, Some(100))));
    assert_eq!(found(&all[1..], about, about.1), None, "one attempt too few");
    all.iter_mut().for_each(make_answer);
    assert_eq!(found(&all, about, about.1).map(size), Some((20, 5, None)), "no request at all");
}

#[test]
fn an_incident_is_over_once_a_window_has_passed_and_touches_only_its_own_time() {
    let failures = failures(20, 5, Span::minutes(1));
    let last = START.plus(Span::minutes(19));
    let about = (last, last);
    let ongoing = found(&failures, about, last.plus(Span::minutes(59))).expect("an incident");
    assert_eq!((ongoing.since, ongoing.until), (START, None));
    assert_eq!(ongoing.channels, [Channel::Web, Channel::Mobile]);
    let over = found(&failures, about, last.plus(Span::minutes(60))).expect("an incident");
    assert_eq!(over.until, Some(last));
    let day_after = last.plus(Span::days(1));
    assert_eq!(found(&failures, (day_after, day_after), day_after), None);
    assert_eq!(found(&failures, about, last.minus(Span::millis(1))), None, "before the twentieth failure");
    assert_eq!(found(&[], about, last), None);
}

#[test]
fn the_share_is_of_all_attempts_from_the_first_failure_to_the_last() {
    // The failures are every tenth event from 100 to 290.
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
    // A member sees the size rounded to steps, so that it reveals nothing about any other member.
    let sizes = [
        (
            Viewer::Sender,
            "at least 30 attempts from at least 5 senders failed (about 90% of requests in that time)",
        ),
        (Viewer::Agent, "34 attempts from 7 senders failed (85% of requests in that time)"),
    ];
    for (viewer, size) in sizes {
        let answer = story.explain(viewer).expect("an answer");
        assert_eq!(answer.code, Code::DeliveryRetrying);
        assert!(answer.candidates.certain[0].starts_with("The fault is not specific to this request"));
        let texts: Vec<(Code, &str)> =
            answer.accompanied_by.iter().map(|companion| (companion.code, companion.text.as_str())).collect();
        let expected = format!(
            "likely site-wide: {size} for sends via the web site and other programs, since 21 Nov 2026 08:12 UTC \
             and still ongoing"
        );
        assert_eq!(texts, [(Code::SiteWideIncident, expected.as_str())]);
    }
    let mut arrived = Story::delivered();
    arrived.incident = Some(an_incident());
    assert!(arrived.explain(Viewer::Sender).is_some_and(|answer| answer.accompanied_by.is_empty()));
}

#[test]
fn an_answer_says_when_a_failure_is_not_part_of_an_incident() {
    let answer = Story::sent().fail(1, Some(Span::minutes(1))).explain(Viewer::Sender).expect("an answer");
    let expected = "It is not a site-wide incident: fewer than 20 attempts, or those of fewer than 5 senders, \
                    failed within 1h at that time.";
    assert_eq!(answer.candidates.certain, [expected]);
}

#[test]
fn an_incident_opens_at_the_threshold_and_closes_after_a_quiet_window() {
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

/// An outage of all channels that begins with the first failure.
fn outage(until: Option<Timestamp>) -> Outage {
    Outage { channel: FaultChannel::All, since: START, until }
}

#[test]
fn an_incident_lasts_as_long_as_its_outage_however_rare_its_retries_become() {
    // The letters of twelve senders, each tried again 1, 3, 7, 15, .. minutes later.
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
    // A failure after the outage does not belong to it.
    let early = START.plus(Span::minutes(100));
    let found = as_of(600, outage(Some(early)));
    assert_eq!((found[0].until, found[0].attempts), (Some(early), 24 * 7));
    // An outage of another channel does not affect these failures.
    let desktop = Outage { channel: FaultChannel::Desktop, ..outage(None) };
    assert!(as_of(600, desktop)[0].until.is_some());
}

#[test]
fn outages_are_read_from_the_starts_and_stops_of_faults() {
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
    assert_eq!(outages(&faults, minute(2)).len(), 2, "as of minute 2");
}

#[test]
fn the_answer_about_a_delayed_request_names_the_incident_after_the_arrival() {
    let mut story = Story::sent().fail(1, Some(Span::hours(4))).after(Span::hours(1)).arrive(&arrival());
    let over = START.plus(Span::hours(1));
    story.incident = Some(Incident { until: Some(over), ..an_incident() });
    for viewer in [Viewer::Sender, Viewer::Agent, Viewer::Engineer] {
        let answer = story.explain(viewer).expect("an answer");
        let [companion] = &answer.accompanied_by[..] else { panic!("{:?}", answer.accompanied_by) };
        let expected =
            "until 21 Nov 2026 09:12 UTC; it delayed the request, which arrived on 21 Nov 2026 09:12 UTC";
        assert!(companion.text.ends_with(expected), "{}", companion.text);
    }
    // The request was delayed before it reached Bob, whose half begins with its arrival.
    let answer = story.explain(Viewer::Recipient).expect("an answer");
    assert_eq!(answer.accompanied_by, []);
}

#[test]
fn a_request_is_tried_again_within_a_minute_once_its_channel_works() {
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
