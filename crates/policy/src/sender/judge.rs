//! Asking the sender's rules.

use acquaint_domain::{Code, Confirmation, Evidence, Finding, Gate, Outcome, Rule, Timestamp, Verdict};

use super::evidence;
use super::facts::{Facts, Usage};
use crate::document::{FailMode, Policy};
use crate::evaluation::{Effect, Evaluation};
use crate::settings::{allows, is_near};
use crate::spam;

/// The sender's rules before the limits, in the order in which they are asked: address, relation, account, own settings,
/// caps. Before them comes the limit on attempts, after them the other limits, then those of [`LAST`].
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
struct RuleCheck {
    rule: Rule,
    limit: Option<usize>,
    effect: Effect,
}

/// Judges a send: asks the rules in order until one decides; later ones are not reached. Rules on trial are asked
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

/// No limit stops an acceptance. A send that cannot be one is a refused send like any other, of which the
/// policy bounds how many are written down.
fn judge_crossing(policy: &Policy, facts: &Facts, attempts: Vec<RuleCheck>) -> Verdict {
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

fn leaving(policy: &Policy, facts: &Facts) -> impl Iterator<Item = RuleCheck> {
    let rules: Vec<RuleCheck> = LEAVING_LADDER.iter().map(|rule| plain(policy, facts, *rule)).collect();
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

fn judged(policy: &Policy, facts: &Facts, questions: impl Iterator<Item = RuleCheck>) -> Verdict {
    let mut evaluation = Evaluation::with_capacity(FIRST.len() + LAST.len() + policy.limits.len());
    for RuleCheck { rule, limit, effect } in questions.filter(|question| is_on(policy, question.rule)) {
        let evidence = || match limit {
            Some(place) => evidence::limit(policy, facts, place),
            None => evidence::evidence(policy, facts, rule),
        };
        evaluation.ask(rule, effect, evidence, |evidence| find(policy, rule, evidence));
    }
    evaluation.verdict(facts.policy, facts.facts_at)
}

fn plain(policy: &Policy, facts: &Facts, rule: Rule) -> RuleCheck {
    RuleCheck { rule, limit: None, effect: effect(policy, facts, &[rule.name()]) }
}

/// On trial is what the policy names, and what an upheld appeal exempts the sender from.
fn effect(policy: &Policy, facts: &Facts, names: &[&str]) -> Effect {
    let is_named = |name: &&str| policy.is_on_trial(name) || facts.exempt.contains(*name);
    if names.iter().any(is_named) { Effect::Shadow } else { Effect::Live }
}

fn limits(policy: &Policy, facts: &Facts, which: fn(Rule) -> bool) -> Vec<RuleCheck> {
    let limits = policy.limits.iter().enumerate().filter(|(_, limit)| which(limit.rule()));
    let mut questions: Vec<_> = limits
        .map(|(place, limit)| {
            let rule = limit.rule();
            let question = RuleCheck {
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
        | Rule::ReminderLimit
        | Rule::ReminderAge
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

/// Recorded evidence as the policy weighs it: its symbols' scores are the policy's, whatever scores were recorded.
pub(crate) fn weighed_again(policy: &Policy, evidence: &Evidence) -> Evidence {
    if let Evidence::Symbols { symbols, in_contacts, .. } = evidence {
        spam::weighed_again(&policy.spam, symbols, *in_contacts)
    } else {
        evidence.clone()
    }
}

/// What one of the sender's rules finds in its evidence.
pub(crate) fn find(policy: &Policy, rule: Rule, evidence: &Evidence) -> Finding {
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
            (!allows(*setting, *in_contacts, *by_email)).then_some(Code::OwnSettingContacts)
        }
        (Rule::OwnDegree, Evidence::Degree { allowed: Some(_), distance: None, .. }) => {
            return unseen(policy, rule);
        }
        (Rule::OwnDegree, Evidence::Degree { allowed: Some(allowed), distance: Some(distance), .. }) => {
            (!is_near(*allowed, *distance)).then_some(Code::OwnSettingDegree)
        }
        (Rule::EmailRequired, Evidence::Reported { reported_percent, limit_percent, by_email, .. }) => {
            (reported_percent >= limit_percent && !by_email.is_so()).then_some(Code::EmailRequired)
        }
        (Rule::PendingPile | Rule::OwnNetwork | Rule::ReminderLimit, Evidence::Size { found, limit })
            if found >= limit =>
        {
            code_of(rule)
        }
        (Rule::ReminderAge, Evidence::Cooldown { .. }) => code_of(rule),
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
const CODES: [(Rule, Code); 13] = [
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
    (Rule::ReminderLimit, Code::ReminderLimit),
    (Rule::ReminderAge, Code::ReminderTooEarly),
];

fn code_of(rule: Rule) -> Option<Code> {
    CODES.iter().find(|(other, _)| *other == rule).map(|(_, code)| *code)
}
