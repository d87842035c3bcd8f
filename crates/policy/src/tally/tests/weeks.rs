//! Which events count in which week, and when a feedback is due.

use acquaint_checkpoint::{loaded, saved};
use acquaint_domain::{
    Actor, ConnectionName, Event, EventNumber, Feedback, FeedbackBasis, Lane, Letter, LetterId, LetterNumber,
    MemberId, PolicyVersion, PostedLetter, Recorded, RequestId, RequestRef, Span, Timestamp, Verdict,
    account, incoming, network, outgoing, oversight,
};
use acquaint_domain::{Outcome, WithdrawnBy};

use super::super::Tally;
use super::super::sender::ACTIVE_WEEKS_AFTER;
use crate::document::ARTICLE;

const ALICE: MemberId = MemberId(1);
/// Monday 5 January 2026, 00:00 UTC.
const MONDAY: Timestamp = Timestamp::from_millis(1_767_571_200_000);

struct TallyFixture {
    tally: Tally,
    last: u64,
    at: Timestamp,
}

impl TallyFixture {
    fn new(key: u128, policy: &str) -> Self {
        let mut fixture = Self { tally: Tally::default(), last: 0, at: MONDAY };
        fixture.record(Event::Network(network::Event::Founded { id_key: key }));
        fixture.adopt(policy);
        fixture
    }

    fn record(&mut self, event: Event) {
        self.last += 1;
        let number = EventNumber(self.last);
        let (at, actor) = (self.at, Actor::Operator);
        self.tally.apply(&Recorded { number, at, actor, command: None, cause: None, event });
    }

    fn adopt(&mut self, policy: &str) {
        let (version, name, hash) = (PolicyVersion(1), "a".to_owned(), [0; 32]);
        self.record(Event::Network(network::Event::PolicyAdopted {
            version,
            name,
            text: policy.to_owned(),
            hash,
            tzdata: None,
        }));
    }

    fn send(&mut self, sender: MemberId) {
        let lane = Lane::Member { from: sender, to: MemberId(99) };
        let letter =
            Letter::Withdrawn { request: RequestId(1), cause: acquaint_domain::WithdrawalCause::Withdrawn };
        let posted = PostedLetter { letter_id: LetterId { lane, number: LetterNumber(1) }, letter };
        let verdict = Verdict {
            outcome: Outcome::Pass,
            gates: Vec::new(),
            policy: PolicyVersion(1),
            facts_at: EventNumber(1),
        };
        self.record(Event::Outgoing(outgoing::Event {
            request: RequestId(1),
            sender,
            kind: outgoing::Kind::Sent { verdict, posted },
        }));
    }

    /// Records an answer of each of these recipients to alice.
    fn answer(&mut self, recipients: std::ops::Range<u32>, event: fn(RequestRef) -> Event) {
        for recipient in recipients {
            let request_ref = RequestRef {
                request: RequestId(recipient.into()),
                sender: ALICE,
                recipient: MemberId(recipient),
            };
            self.record(event(request_ref));
        }
    }

    /// Advances the time to `at`, recording every feedback that is due.
    fn advance_to(&mut self, at: Timestamp) -> Vec<(Timestamp, MemberId, Feedback)> {
        let mut told = Vec::new();
        while let Some((due, member)) = self.tally.next_due().filter(|(due, _)| *due <= at) {
            let feedback = self.tally.feedback(member).expect("it is due");
            self.at = due;
            self.record(Event::Oversight(oversight::Event::FeedbackTaken { member, feedback }));
            told.push((due, member, feedback));
        }
        self.at = at;
        told
    }
}

fn weeks(count: i64) -> Timestamp {
    MONDAY.plus(Span::days(7 * count))
}

const fn declined(request_ref: RequestRef) -> Event {
    Event::Incoming(incoming::Event { request_ref, kind: incoming::Kind::Declined })
}

const fn reported(request_ref: RequestRef) -> Event {
    Event::Incoming(incoming::Event { request_ref, kind: incoming::Kind::Reported })
}

const fn dismissed(request_ref: RequestRef) -> Event {
    Event::Incoming(incoming::Event { request_ref, kind: incoming::Kind::Dismissed })
}

fn accepted(request_ref: RequestRef) -> Event {
    Event::Incoming(incoming::Event {
        request_ref,
        kind: incoming::Kind::Accepted {
            name: ConnectionName::of([request_ref.request]),
            letter: LetterNumber(1),
            crossing: None,
        },
    })
}

fn withdrawn(request_ref: RequestRef) -> Event {
    let (request, sender) = (request_ref.request, request_ref.sender);
    Event::Outgoing(outgoing::Event {
        request,
        sender,
        kind: outgoing::Kind::Withdrawn { by: WithdrawnBy::Member, posted: None },
    })
}

/// Checks a feedback up to the noise: five standard deviations of a sum over eight weeks.
fn check(feedback: Feedback, answered: u32, declined: u8, reported: u8) {
    assert!(
        feedback.answered.abs_diff(answered) <= 210 && feedback.answered.is_multiple_of(10),
        "{feedback:?}"
    );
    assert!(feedback.declined_percent.abs_diff(declined) <= 10, "{feedback:?}");
    assert!(feedback.reported_percent.abs_diff(reported) <= 10, "{feedback:?}");
    assert_eq!(feedback.basis, FeedbackBasis::PrivateAnswers);
}

#[test]
fn a_feedback_is_due_when_the_week_ends_and_counts_start_again() {
    let mut fixture = TallyFixture::new(1, ARTICLE);
    fixture.send(ALICE);
    fixture.at = weeks(0).plus(Span::hours(60));
    fixture.answer(1000..1200, declined);
    assert_eq!(fixture.tally.next_due(), None);
    fixture.answer(1200..1400, reported);
    assert_eq!(fixture.tally.next_due(), Some((weeks(1), ALICE)));
    assert_eq!(fixture.advance_to(weeks(1).minus(Span::millis(1))), []);
    let told = fixture.advance_to(weeks(30));
    let [(due, ALICE, feedback)] = told[..] else { panic!("{told:?}") };
    assert_eq!((due, feedback.since, feedback.until), (weeks(1), weeks(0), weeks(1)));
    check(feedback, 400, 50, 50);
}

#[test]
fn several_weeks_are_added_up() {
    let mut fixture = TallyFixture::new(1, ARTICLE);
    let mut told = Vec::new();
    for week in 0..8 {
        told.extend(fixture.advance_to(weeks(week).plus(Span::hours(3))));
        fixture.send(ALICE);
        fixture.answer(1000 * week as u32 + 1000..1000 * week as u32 + 1090, reported);
    }
    told.extend(fixture.advance_to(weeks(40)));
    let [(due, ALICE, feedback)] = told[..] else { panic!("{told:?}") };
    assert_eq!((due, feedback.since), (weeks(8), weeks(0)));
    check(feedback, 720, 0, 100);
}

#[test]
fn open_answers_do_not_count_and_no_recipient_counts_twice() {
    let mut fixture = TallyFixture::new(1, ARTICLE);
    fixture.send(ALICE);
    fixture.answer(1000..3000, accepted);
    fixture.answer(1000..3000, withdrawn);
    for _ in 0..50 {
        fixture.answer(1000..1020, declined);
        fixture.answer(1000..1020, reported);
    }
    assert_eq!(fixture.tally.next_due(), None);
    fixture.answer(1020..1400, dismissed);
    fixture.answer(1020..1400, reported);
    let told = fixture.advance_to(weeks(30));
    let [(_, _, feedback)] = told[..] else { panic!("{told:?}") };
    check(feedback, 400, 0, 100);
}

#[test]
fn feedback_does_not_depend_on_how_often_other_events_are_recorded() {
    let told = |steps: i64| {
        let mut fixture = TallyFixture::new(5, ARTICLE);
        let mut told = Vec::new();
        let mut now = MONDAY;
        for week in 0..60_i64 {
            let moment = weeks(week).plus(Span::hours(50));
            while now < moment {
                now = now.plus(Span::hours(steps)).min(moment);
                told.extend(fixture.advance_to(now));
                fixture.record(Event::Account(account::Event {
                    member: MemberId(50),
                    kind: account::Kind::Banned,
                }));
            }
            if week % 9 < 4 {
                fixture.send(ALICE);
                fixture.answer(1000 * week as u32..1000 * week as u32 + 130, reported);
            }
        }
        told.extend(fixture.advance_to(weeks(100)));
        assert!(told.len() > 5, "{told:?}");
        (told, saved(&fixture.tally))
    };
    let (often, bytes) = told(7);
    for steps in [1_000, 100_000] {
        let (seldom, other) = told(steps);
        assert_eq!(often, seldom);
        assert_eq!(bytes, other);
    }
}

#[test]
fn noise_is_drawn_for_180_days_whether_or_not_anything_happens() {
    let mut fixture = TallyFixture::new(1, ARTICLE);
    fixture.send(ALICE);
    fixture.at = weeks(ACTIVE_WEEKS_AFTER).plus(Span::days(6));
    fixture.answer(1000..1400, reported);
    // 181 days after the request the answers are still counted.
    assert_eq!(fixture.tally.next_due(), Some((weeks(ACTIVE_WEEKS_AFTER + 1), ALICE)));
    let mut fixture = TallyFixture::new(1, ARTICLE);
    fixture.send(ALICE);
    fixture.at = weeks(ACTIVE_WEEKS_AFTER + 1);
    fixture.answer(1000..1400, reported);
    assert_eq!(fixture.tally.next_due(), None);
    fixture.send(ALICE);
    assert_eq!(fixture.tally.next_due(), Some((weeks(ACTIVE_WEEKS_AFTER + 2), ALICE)));
}

#[test]
fn an_ended_week_stays_ended_when_the_zone_changes() {
    let in_berlin = ARTICLE.replacen("zone = \"UTC\"", "zone = \"Europe/Berlin\"", 1);
    let mut fixture = TallyFixture::new(1, &in_berlin);
    fixture.send(ALICE);
    fixture.answer(1000..1400, reported);
    let ended = weeks(1).minus(Span::hours(1));
    assert_eq!(fixture.tally.next_due(), Some((ended, ALICE)));
    let told = fixture.advance_to(ended);
    let [(_, _, first)] = told[..] else { panic!("{told:?}") };
    assert_eq!((first.since, first.until), (MONDAY.minus(Span::hours(1)), ended));
    // It is still Sunday in UTC, but the week's noise has been disclosed.
    fixture.adopt(ARTICLE);
    fixture.answer(2000..2400, reported);
    assert_eq!(fixture.tally.next_due(), Some((weeks(2), ALICE)));
    // A clock that is set back does not reopen it either.
    fixture.at = MONDAY;
    fixture.answer(3000..3010, reported);
    assert_eq!(fixture.tally.next_due(), Some((weeks(2), ALICE)));
}

#[test]
fn a_policy_without_feedback_stops_it_and_one_with_feedback_starts_it() {
    let from = ARTICLE.find("[feedback]").expect("it is there");
    let until = ARTICLE.find("[review]").expect("it is there");
    let silent = format!("{}{}", &ARTICLE[..from], &ARTICLE[until..]);
    let mut fixture = TallyFixture::new(1, ARTICLE);
    fixture.send(ALICE);
    fixture.answer(1000..1400, reported);
    fixture.adopt(&silent);
    assert_eq!((fixture.tally.next_due(), fixture.tally.feedback(ALICE)), (None, None));
    fixture.adopt(ARTICLE);
    assert_eq!(fixture.tally.next_due(), Some((weeks(1), ALICE)));
    fixture.adopt(&silent);
    fixture.advance_to(weeks(1));
    fixture.send(ALICE);
    fixture.adopt(ARTICLE);
    assert_eq!(fixture.tally.next_due(), None);
}

#[test]
fn a_feedback_of_an_earlier_version_ends_the_weeks_that_it_covered() {
    let mut fixture = TallyFixture::new(1, ARTICLE);
    fixture.send(ALICE);
    fixture.answer(1000..1200, reported);
    fixture.at = weeks(1).plus(Span::hours(5));
    let feedback = Feedback {
        since: weeks(0),
        until: fixture.at,
        answered: 200,
        declined_percent: 0,
        reported_percent: 100,
        basis: FeedbackBasis::AllAnswers,
    };
    fixture.record(Event::Oversight(oversight::Event::FeedbackTaken { member: ALICE, feedback }));
    fixture.answer(2000..2200, reported);
    assert_eq!(fixture.tally.next_due(), None);
    // Without it both weeks would be added up.
    let mut fixture = TallyFixture::new(1, ARTICLE);
    fixture.send(ALICE);
    fixture.answer(1000..1200, reported);
    fixture.at = weeks(1).plus(Span::hours(5));
    fixture.answer(2000..2200, reported);
    assert_eq!(fixture.tally.next_due(), Some((weeks(2), ALICE)));
}

#[test]
fn a_tally_is_the_same_after_it_was_saved_and_loaded() {
    let mut fixture = TallyFixture::new(3, ARTICLE);
    let mut told = 0;
    for week in 0..70 {
        told += fixture.advance_to(weeks(week)).len();
        fixture.send(ALICE);
        fixture.send(MemberId(3));
        fixture.answer(100 * week as u32 + 100..100 * week as u32 + 190, declined);
        let bytes = saved(&fixture.tally);
        let again: Tally = loaded(&bytes).expect("its own bytes");
        assert_eq!(saved(&again), bytes);
        fixture.tally = again;
    }
    assert!((5..15).contains(&told), "{told}");
}
