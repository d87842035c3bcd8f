//! Asking the rules.

mod seen;

use acquaint_domain::{
    AcceptFrom, Code, Confirmation, Evidence, Finding, Gate, Outcome, Rule, Timestamp, Verdict,
};

use crate::document::{FailMode, Policy};
use crate::facts::{Facts, Usage};
use crate::spam;

/// The sender's rules before the limits, in the order in which they are asked: address, relation, account, own settings,
/// caps. Before them comes the limit on attempts, behind them the other limits, then those of [`LAST`].
const FIRST: [Rule; 14] = [
    Rule::AddressForm,
    Rule::AddressKnown,
    Rule::NotSelf,
    Rule::NotBlockedByOneself,
    Rule::NotConnected,
    Rule::NotPending,
    Rule::ResendCooldown,
    Rule::SenderNotBanned,
    Rule::SenderNotRestricted,
    Rule::OwnContacts,
    Rule::OwnDegree,
    Rule::EmailRequired,
    Rule::PendingPile,
    Rule::OwnNetwork,
];

/// What is asked last: the note, the spam filter, and the sender's own word.
const LAST: [Rule; 3] = [Rule::NoteLength, Rule::Spam, Rule::OwnConfirmation];

/// What a send is asked that is the acceptance of the addressee's request: the rules of an acceptance and no others. What comes
/// before [`Rule::Crossing`] has to be so for it to be one.
const CROSSING_LADDER: [Rule; 8] = [
    Rule::AddressForm,
    Rule::AddressKnown,
    Rule::NotSelf,
    Rule::NotBlockedByOneself,
    Rule::NotConnected,
    Rule::Crossing,
    Rule::SenderNotBanned,
    Rule::OwnNetwork,
];

/// What a held request is asked again when it leaves, before the limits: what may have changed since it was submitted.
const LEAVING_LADDER: [Rule; 6] = [
    Rule::NotBlockedByOneself,
    Rule::NotConnected,
    Rule::SenderNotBanned,
    Rule::SenderNotRestricted,
    Rule::EmailRequired,
    Rule::OwnNetwork,
];

/// The rules of account and relation among them, which a reviewer who waives the limits does not waive.
const WAIVED_LADDER: [Rule; 4] =
    [Rule::NotBlockedByOneself, Rule::NotConnected, Rule::SenderNotBanned, Rule::SenderNotRestricted];

/// A rule to be asked: a limit by its place in the policy.
#[derive(Clone, Copy)]
struct Question {
    rule: Rule,
    limit: Option<usize>,
    effect: Effect,
}

/// Whether what a rule finds has an effect.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effect {
    Live,
    /// It is judged and recorded, and nothing follows.
    Shadow,
}

/// Judges a send: asks the rules in order until one decides; those behind it are not reached. Rules on trial are asked
/// in any case, and decide nothing.
///
/// Of several limits that are used up the one that frees last is asked first, so that the moment it names is the one at
/// which the request passes.
///
/// A send to somebody whose request waits for the sender's answer is judged as the acceptance that it is.
pub fn judge(policy: &Policy, facts: &Facts) -> Verdict {
    let attempts = limits(policy, facts, |limit| limit == Rule::AttemptsLimit);
    if facts.crossing.is_some() {
        return judge_crossing(policy, facts, attempts);
    }
    let first = FIRST.iter().map(|rule| plain(policy, facts, *rule));
    let limits = limits(policy, facts, |limit| limit != Rule::AttemptsLimit);
    let last = LAST.iter().map(|rule| plain(policy, facts, *rule));
    judged(policy, facts, attempts.into_iter().chain(first).chain(limits).chain(last))
}

/// No limit stands in the way of an acceptance. A send that cannot be one is a refused send like any other, of which the
/// policy bounds how many are written down.
fn judge_crossing(policy: &Policy, facts: &Facts, attempts: Vec<Question>) -> Verdict {
    let rules = || CROSSING_LADDER.iter().map(|rule| plain(policy, facts, *rule));
    let verdict = judged(policy, facts, rules());
    match verdict.outcome {
        Outcome::Pass => verdict,
        Outcome::Hold(_) | Outcome::Refuse(_) => judged(policy, facts, attempts.into_iter().chain(rules())),
    }
}

/// Judges a held request that its sender confirms, at that moment: it leaves by the limits and the filter of now.
pub fn judge_confirmation(policy: &Policy, facts: &Facts) -> Verdict {
    let filter = plain(policy, facts, Rule::Spam);
    judged(policy, facts, leaving(policy, facts).chain([filter]))
}

/// Judges the confirmation of a held request that the filter's history has already: a review let it go on, or a program held
/// it that counted it then. The filter was asked about it.
pub fn judge_filtered_confirmation(policy: &Policy, facts: &Facts) -> Verdict {
    judged(policy, facts, leaving(policy, facts))
}

/// Judges a held request that a review lets go on. The filter is not asked again: the review is the answer to it.
pub fn judge_release(policy: &Policy, facts: &Facts) -> Verdict {
    let own = plain(policy, facts, Rule::OwnConfirmation);
    match facts.confirmation {
        // It does not leave yet.
        Confirmation::First => judge_waived_release(policy, facts),
        Confirmation::Off => judged(policy, facts, leaving(policy, facts).chain([own])),
    }
}

/// Judges the same where the reviewer waives the limits.
pub fn judge_waived_release(policy: &Policy, facts: &Facts) -> Verdict {
    let rules = WAIVED_LADDER.iter().chain(&[Rule::OwnConfirmation]);
    judged(policy, facts, rules.map(|rule| plain(policy, facts, *rule)))
}

fn leaving(policy: &Policy, facts: &Facts) -> impl Iterator<Item = Question> {
    let rules: Vec<Question> = LEAVING_LADDER.iter().map(|rule| plain(policy, facts, *rule)).collect();
    rules.into_iter().chain(limits(policy, facts, |limit| limit != Rule::AttemptsLimit))
}

/// When a rule that stops a request for a time no longer does, by the evidence of a verdict.
pub fn passes_from(verdict: &Verdict) -> Option<Timestamp> {
    let stops = |gate: &&Gate| matches!(gate.finding, Finding::Failed(_));
    let evidence = &verdict.gates.iter().find(stops)?.evidence;
    if let Evidence::Count { frees_at, .. } = evidence {
        *frees_at
    } else if let Evidence::Bucket { ends: at, .. } | Evidence::Restriction { until: at, .. } = evidence {
        Some(*at)
    } else {
        None
    }
}

/// Judges from a verdict's recorded evidence alone. Under the policy that gave the verdict the result is equal to it.
pub fn judge_again(policy: &Policy, verdict: &Verdict) -> Verdict {
    let gates = verdict.gates.iter().map(|gate| {
        let effect = match gate.finding {
            Finding::Shadow(_) => Effect::Shadow,
            Finding::Passed
            | Finding::Failed(_)
            | Finding::Held(_)
            | Finding::Unevaluated
            | Finding::NotReached
            | Finding::FailedUnseen(_) => Effect::Live,
        };
        let question = Question { rule: gate.rule, limit: None, effect };
        (question, weighed_again(policy, &gate.evidence))
    });
    let mut climb = Climb::new(policy);
    for (question, evidence) in gates {
        climb.ask(question, || evidence);
    }
    climb.verdict(verdict.policy, verdict.facts_at)
}

fn judged(policy: &Policy, facts: &Facts, questions: impl Iterator<Item = Question>) -> Verdict {
    let mut climb = Climb::new(policy);
    for question in questions.filter(|question| is_on(policy, question.rule)) {
        climb.ask(question, || match question.limit {
            Some(place) => seen::limit(policy, facts, place),
            None => seen::evidence(policy, facts, question.rule),
        });
    }
    climb.verdict(facts.policy, facts.facts_at)
}

/// A verdict in the making.
struct Climb<'a> {
    policy: &'a Policy,
    gates: Vec<Gate>,
    outcome: Outcome,
}

impl<'a> Climb<'a> {
    fn new(policy: &'a Policy) -> Self {
        Self {
            policy,
            gates: Vec::with_capacity(FIRST.len() + LAST.len() + policy.limits.len()),
            outcome: Outcome::Pass,
        }
    }

    /// Nothing is looked up for a rule that is not reached. INVARIANT (shadow rules are without effect): what one finds
    /// changes no outcome.
    fn ask(&mut self, question: Question, evidence: impl FnOnce() -> Evidence) {
        let Question { rule, effect, .. } = question;
        if effect == Effect::Live && self.outcome != Outcome::Pass {
            self.gates.push(Gate { rule, finding: Finding::NotReached, evidence: Evidence::Nothing });
            return;
        }
        let evidence = evidence();
        let finding = find(self.policy, rule, &evidence);
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

    fn verdict(
        self,
        policy: acquaint_domain::PolicyVersion,
        facts_at: acquaint_domain::EventNumber,
    ) -> Verdict {
        Verdict { policy, facts_at, outcome: self.outcome, gates: self.gates }
    }
}

fn plain(policy: &Policy, facts: &Facts, rule: Rule) -> Question {
    Question { rule, limit: None, effect: effect(policy, facts, &[rule.name()]) }
}

/// On trial is what the policy names, and what an upheld appeal exempts the sender from.
fn effect(policy: &Policy, facts: &Facts, names: &[&str]) -> Effect {
    let is_named = |name: &&str| policy.is_on_trial(name) || facts.exempt.contains(*name);
    if names.iter().any(is_named) { Effect::Shadow } else { Effect::Live }
}

fn limits(policy: &Policy, facts: &Facts, which: fn(Rule) -> bool) -> Vec<Question> {
    let limits = policy.limits.iter().enumerate().filter(|(_, limit)| which(limit.rule()));
    let mut questions: Vec<_> = limits
        .map(|(place, limit)| {
            let rule = limit.rule();
            let question = Question {
                rule,
                limit: Some(place),
                effect: effect(policy, facts, &[rule.name(), &limit.id]),
            };
            let usage = facts.usage.get(place).copied().unwrap_or(Usage::Uncounted);
            let applies = rule != Rule::NoteQuota || facts.note_chars.is_some();
            let frees_at = usage.frees_at(limit.at_most.of(facts.tier)).filter(|_| applies);
            (std::cmp::Reverse(frees_at), question)
        })
        .collect();
    // Stable: of those that are as free the document's order stays.
    questions.sort_by_key(|(frees_at, _)| *frees_at);
    questions.into_iter().map(|(_, question)| question).collect()
}

fn is_on(policy: &Policy, rule: Rule) -> bool {
    match rule {
        Rule::OwnContacts | Rule::OwnDegree => policy.own_settings.reciprocal,
        Rule::ResendCooldown => policy.cooldown.is_some(),
        Rule::EmailRequired => policy.email_required.is_some(),
        Rule::PendingPile => policy.open_requests.is_some(),
        Rule::OwnNetwork => policy.network.is_some(),
        Rule::NoteLength => policy.notes.is_some(),
        Rule::AddressForm
        | Rule::AddressKnown
        | Rule::NotSelf
        | Rule::NotBlockedByOneself
        | Rule::NotConnected
        | Rule::NotPending
        | Rule::SenderNotBanned
        | Rule::SenderNotRestricted
        | Rule::AttemptsLimit
        | Rule::DailyLimit
        | Rule::WeeklyLimit
        | Rule::NoteQuota
        | Rule::Spam
        | Rule::OwnConfirmation
        | Rule::Crossing
        | Rule::RecipientOpen
        | Rule::RecipientUnrestricted
        | Rule::NotBlockedByRecipient
        | Rule::RecipientContacts
        | Rule::RecipientDegree
        | Rule::RecipientAudience
        | Rule::RecipientNetwork
        | Rule::RecipientConfirmation => true,
    }
}

fn weighed_again(policy: &Policy, evidence: &Evidence) -> Evidence {
    if let Evidence::Symbols { symbols, in_contacts, .. } = evidence {
        spam::weighed_again(&policy.spam, symbols, *in_contacts)
    } else {
        evidence.clone()
    }
}

/// What one of the sender's rules finds in evidence.
fn find(policy: &Policy, rule: Rule, evidence: &Evidence) -> Finding {
    if matches!(evidence, Evidence::Hidden | Evidence::Uncounted) {
        return unseen(policy, rule);
    }
    let failed = match (rule, evidence) {
        (Rule::AddressForm, Evidence::Form(Some(_))) => Some(Code::AddressMalformed),
        (Rule::AddressKnown, Evidence::Holds(whether)) if !whether.is_so() => Some(Code::AddressUnknown),
        (Rule::NotSelf, Evidence::Holds(whether)) if !whether.is_so() => Some(Code::SelfRequest),
        (Rule::NotBlockedByOneself, Evidence::Stands { .. }) => Some(Code::YouBlockedThem),
        (Rule::NotConnected, Evidence::Stands { .. }) => Some(Code::AlreadyConnected),
        (Rule::NotPending, Evidence::Stands { .. }) => Some(Code::AlreadyPending),
        (Rule::ResendCooldown, Evidence::Cooldown { .. }) => Some(Code::ResendCooldown),
        (Rule::SenderNotBanned, Evidence::Stands { .. }) => Some(Code::SenderBanned),
        (Rule::SenderNotRestricted, Evidence::Restriction { .. }) => Some(Code::SenderRestricted),
        (Rule::OwnContacts, Evidence::Contact { setting, in_contacts, by_email, .. }) => {
            let lets_out = match setting {
                AcceptFrom::Everyone => true,
                AcceptFrom::Contacts => in_contacts.is_so(),
                AcceptFrom::ContactsOrEmail => in_contacts.is_so() || by_email.is_so(),
            };
            (!lets_out).then_some(Code::OwnSettingContacts)
        }
        (Rule::OwnDegree, Evidence::Degree { allowed: Some(_), distance: None, .. }) => {
            return unseen(policy, rule);
        }
        (Rule::OwnDegree, Evidence::Degree { allowed: Some(allowed), distance: Some(distance), .. }) => {
            let near = distance.degree.is_some_and(|degree| degree <= *allowed);
            (!near).then_some(Code::OwnSettingDegree)
        }
        (Rule::EmailRequired, Evidence::Reported { reported_percent, limit_percent, by_email, .. }) => {
            (reported_percent >= limit_percent && !by_email.is_so()).then_some(Code::EmailRequired)
        }
        (Rule::PendingPile | Rule::OwnNetwork, Evidence::Size { found, limit }) if found >= limit => {
            code_of(rule)
        }
        (Rule::NoteLength, Evidence::Size { found, limit }) if found > limit => code_of(rule),
        (_, Evidence::Count { frees_at: Some(_), .. }) => code_of(rule),
        (_, Evidence::Bucket { used, limit, .. }) if used >= limit => code_of(rule),
        (
            Rule::Spam,
            Evidence::Symbols { symbols, score_milli, hold_at_milli, refuse_at_milli, in_contacts },
        ) => {
            return spam::find(symbols, *score_milli, *hold_at_milli, *refuse_at_milli, *in_contacts);
        }
        (Rule::OwnConfirmation, Evidence::Holds(whether)) if whether.is_so() => {
            return Finding::Held(Code::AwaitingOwnConfirmation);
        }
        _ => None,
    };
    failed.map_or(Finding::Passed, Finding::Failed)
}

/// What a rule finds that cannot see what it asks about: its declared fail mode.
fn unseen(policy: &Policy, rule: Rule) -> Finding {
    let mode = policy.unevaluated.as_ref().map_or(FailMode::Pass, |modes| modes.of(rule));
    match (mode, code_of(rule)) {
        (FailMode::Refuse, Some(code)) => Finding::FailedUnseen(code),
        (FailMode::Refuse, None) | (FailMode::Pass, _) => Finding::Unevaluated,
    }
}

/// The codes of rules that always refuse with the same one.
const CODES: [(Rule, Code); 11] = [
    (Rule::AddressKnown, Code::AddressUnknown),
    (Rule::NotBlockedByOneself, Code::YouBlockedThem),
    (Rule::NotConnected, Code::AlreadyConnected),
    (Rule::OwnDegree, Code::OwnSettingDegree),
    (Rule::PendingPile, Code::PendingPileFull),
    (Rule::OwnNetwork, Code::OwnNetworkFull),
    (Rule::NoteLength, Code::NoteLimit),
    (Rule::NoteQuota, Code::NoteLimit),
    (Rule::AttemptsLimit, Code::AttemptsLimit),
    (Rule::DailyLimit, Code::DailyLimit),
    (Rule::WeeklyLimit, Code::WeeklyLimit),
];

fn code_of(rule: Rule) -> Option<Code> {
    CODES.iter().find(|(other, _)| *other == rule).map(|(_, code)| *code)
}
