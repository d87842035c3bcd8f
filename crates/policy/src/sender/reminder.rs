//! The rules of a reminder: how many a request may have, and how old the request must be.

use acquaint_domain::{EventNumber, Evidence, PolicyVersion, Rule, Timestamp, Verdict};

use super::judge::find;
use crate::document::Policy;
use crate::evaluation::{Effect, Evaluation};

/// What the sender's desk knows about the request of a reminder. Nothing in it depends on the recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReminderFacts {
    /// The policy in force.
    pub policy: PolicyVersion,
    /// The last event that these facts include.
    pub facts_at: EventNumber,
    /// The moment of the reminder.
    pub now: Timestamp,
    /// When the request was submitted.
    pub submitted_at: Timestamp,
    /// How many reminders of it have been sent.
    pub reminders: u32,
}

/// Judges a reminder. A policy without `follow_up` allows none.
pub fn judge_reminder(policy: &Policy, facts: &ReminderFacts) -> Verdict {
    let rules = [(Rule::ReminderLimit, count(policy, facts)), (Rule::ReminderAge, age(policy, facts))];
    let mut evaluation = Evaluation::with_capacity(rules.len());
    for (rule, evidence) in rules {
        evaluation.evaluate(rule, Effect::Live, || evidence, |evidence| find(policy, rule, evidence));
    }
    evaluation.verdict(facts.policy, facts.facts_at)
}

fn count(policy: &Policy, facts: &ReminderFacts) -> Evidence {
    let limit = policy.follow_up.as_ref().map_or(0, |late| late.reminders);
    Evidence::Size { found: facts.reminders, limit }
}

fn age(policy: &Policy, facts: &ReminderFacts) -> Evidence {
    let (since, until) = (facts.submitted_at, facts.submitted_at.plus(policy.answers.follow_up_after));
    if facts.now < until { Evidence::Cooldown { since, until } } else { Evidence::Nothing }
}
