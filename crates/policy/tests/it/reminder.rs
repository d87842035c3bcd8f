//! The rules of a reminder.

use acquaint_domain::{Code, EventNumber, Evidence, Finding, Outcome, PolicyVersion, Rule, Span};
use acquaint_policy::{Policy, ReminderFacts, judge_again, judge_reminder};

use crate::given::{article, article_with, at, finding};

const WEEK: Span = Span::days(7);

/// A first reminder, a week after the request.
fn facts() -> ReminderFacts {
    ReminderFacts {
        policy: PolicyVersion(1),
        facts_at: EventNumber(5),
        now: at(0).plus(WEEK),
        submitted_at: at(0),
        reminders: 0,
    }
}

#[test]
fn reminders_are_limited_in_number_and_by_the_age_of_the_request() {
    let a_millisecond_earlier = at(0).plus(WEEK).minus(Span::millis(1));
    let twice = article_with("reminders = 1", "reminders = 2");
    let none = article_with("reminders = 1", "reminders = 0");
    let limit = Outcome::Refuse(Code::ReminderLimit);
    let early = Outcome::Refuse(Code::ReminderTooEarly);
    let table: [(&str, &Policy, ReminderFacts, Outcome); 7] = [
        ("the first", &article(), facts(), Outcome::Pass),
        ("the second", &article(), ReminderFacts { reminders: 1, ..facts() }, limit),
        ("the second of two", &twice, ReminderFacts { reminders: 1, ..facts() }, Outcome::Pass),
        ("the third of two", &twice, ReminderFacts { reminders: 2, ..facts() }, limit),
        ("none is allowed", &none, facts(), limit),
        ("too early", &article(), ReminderFacts { now: a_millisecond_earlier, ..facts() }, early),
        (
            "too early and too often",
            &article(),
            ReminderFacts { now: a_millisecond_earlier, reminders: 1, ..facts() },
            limit,
        ),
    ];
    for (case, policy, facts, expected) in table {
        let verdict = judge_reminder(policy, &facts);
        assert_eq!(verdict.outcome, expected, "{case}");
        assert_eq!((verdict.policy, verdict.facts_at), (facts.policy, facts.facts_at), "{case}");
        assert_eq!(judge_again(policy, &verdict), verdict, "{case}");
    }
}

#[test]
fn a_policy_without_late_answers_allows_no_reminder() {
    let silent = Policy { follow_up: None, ..article() };
    let verdict = judge_reminder(&silent, &facts());
    assert_eq!(verdict.outcome, Outcome::Refuse(Code::ReminderLimit));
    assert_eq!(verdict.gates[0].evidence, Evidence::Size { found: 0, limit: 0 });
}

#[test]
fn the_evidence_holds_the_numbers_that_were_compared() {
    let early = judge_reminder(&article(), &ReminderFacts { now: at(1), ..facts() });
    let rules: Vec<Rule> = early.gates.iter().map(|gate| gate.rule).collect();
    assert_eq!(rules, [Rule::ReminderLimit, Rule::ReminderAge]);
    assert_eq!(early.gates[0].evidence, Evidence::Size { found: 0, limit: 1 });
    assert_eq!(early.gates[1].evidence, Evidence::Cooldown { since: at(0), until: at(0).plus(WEEK) });
    let often = judge_reminder(&article(), &ReminderFacts { reminders: 1, ..facts() });
    assert_eq!(finding(&often, Rule::ReminderAge), Finding::NotReached);
    assert_eq!(often.gates[1].evidence, Evidence::Nothing);
}
