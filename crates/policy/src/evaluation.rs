//! The evaluator of both sides: it evaluates rules in order until one decides.

use acquaint_domain::{EventNumber, Evidence, Finding, Gate, Outcome, PolicyVersion, Rule, Verdict};

use crate::document::Policy;
use crate::{recipient, sender};

/// Whether a rule's finding decides.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// The rule can decide the verdict.
    Live,
    /// The rule is on trial: its finding is recorded, but decides nothing.
    Shadow,
}

/// A verdict in the making.
pub(crate) struct Evaluation {
    gates: Vec<Gate>,
    outcome: Outcome,
}

impl Evaluation {
    /// An evaluation with capacity for this many rules.
    pub(crate) fn with_capacity(rules: usize) -> Self {
        Self { gates: Vec::with_capacity(rules), outcome: Outcome::Pass }
    }

    /// Evaluates the next rule: `find` judges the evidence. No evidence is gathered for a rule that is not reached.
    ///
    /// INVARIANT (shadow rules are without effect): their findings change no outcome.
    pub(crate) fn evaluate(
        &mut self,
        rule: Rule,
        effect: Effect,
        evidence: impl FnOnce() -> Evidence,
        find: impl FnOnce(&Evidence) -> Finding,
    ) {
        if effect == Effect::Live && self.outcome != Outcome::Pass {
            self.gates.push(Gate { rule, finding: Finding::NotReached, evidence: Evidence::Nothing });
            return;
        }
        let evidence = evidence();
        let finding = find(&evidence);
        let outcome = match finding {
            Finding::Failed(code) | Finding::FailedUnseen(code) => Outcome::Refuse(code),
            Finding::Held(code) => Outcome::Hold(code),
            Finding::Passed | Finding::Unevaluated | Finding::NotReached | Finding::Shadow(_) => {
                Outcome::Pass
            }
        };
        let finding = match effect {
            Effect::Shadow => Finding::Shadow(outcome),
            Effect::Live => {
                self.outcome = outcome;
                finding
            }
        };
        self.gates.push(Gate { rule, finding, evidence });
    }

    /// The verdict of the rules evaluated so far.
    pub(crate) fn verdict(self, policy: PolicyVersion, facts_at: EventNumber) -> Verdict {
        Verdict { policy, facts_at, outcome: self.outcome, gates: self.gates }
    }
}

/// Judges again from the evidence recorded in a verdict of either side. Under the policy that gave the verdict, the result
/// equals it.
pub fn judge_again(policy: &Policy, verdict: &Verdict) -> Verdict {
    let mut evaluation = Evaluation::with_capacity(verdict.gates.len());
    for Gate { rule, finding, evidence } in &verdict.gates {
        let effect = match finding {
            Finding::Shadow(_) => Effect::Shadow,
            Finding::Passed
            | Finding::Failed(_)
            | Finding::Held(_)
            | Finding::Unevaluated
            | Finding::NotReached
            | Finding::FailedUnseen(_) => Effect::Live,
        };
        let evidence = || sender::weighed_again(policy, evidence);
        evaluation.evaluate(*rule, effect, evidence, |evidence| find(policy, *rule, evidence));
    }
    evaluation.verdict(verdict.policy, verdict.facts_at)
}

/// The finding of a rule of either side, from its evidence.
fn find(policy: &Policy, rule: Rule, evidence: &Evidence) -> Finding {
    match rule {
        Rule::RecipientOpen
        | Rule::RecipientUnrestricted
        | Rule::NotBlockedByRecipient
        | Rule::RecipientNetwork
        | Rule::RecipientContacts
        | Rule::RecipientDegree
        | Rule::RecipientAudience
        | Rule::RecipientConfirmation => recipient::find(rule, evidence),
        Rule::AddressForm
        | Rule::AddressKnown
        | Rule::NotSelf
        | Rule::NotBlockedByOneself
        | Rule::NotConnected
        | Rule::NotPending
        | Rule::SenderNotBanned
        | Rule::SenderNotRestricted
        | Rule::OwnContacts
        | Rule::OwnDegree
        | Rule::DailyLimit
        | Rule::Spam
        | Rule::OwnConfirmation
        | Rule::AttemptsLimit
        | Rule::ResendCooldown
        | Rule::PendingPile
        | Rule::OwnNetwork
        | Rule::EmailRequired
        | Rule::WeeklyLimit
        | Rule::NoteLength
        | Rule::NoteQuota
        | Rule::Crossing
        | Rule::ReminderLimit
        | Rule::ReminderAge => sender::find(policy, rule, evidence),
    }
}
