//! The sender's rules, and their order.

use acquaint_domain::{Code, Confirmation, Evidence, Finding, Gate, Outcome, Rule, Timestamp, Verdict};

use super::evidence;
use super::facts::{Facts, Usage};
use crate::document::{FailMode, Policy};
use crate::evaluation::{Effect, Evaluation};
use crate::settings::{allows, is_near};
use crate::spam;

/// The sender's rules before the limits, in the order of their evaluation: address, relation, account, own settings, caps.
/// The limit on attempts precedes them; the other limits follow them, and then the rules of [`LAST`].
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

/// The last rules: the note's length, the spam filter, and the sender's own confirmation.
const LAST: [Rule; 3] = [Rule::NoteLength, Rule::Spam, Rule::OwnConfirmation];

/// The rules for a send that accepts the addressee's own request: those of an acceptance and no others. The rules before
/// [`Rule::Crossing`] must pass for the send to be a crossing at all.
const CROSSING_RULES: [Rule; 8] = [
    Rule::AddressForm,
    Rule::AddressKnown,
    Rule::NotSelf,
    Rule::NotBlockedByOneself,
    Rule::NotConnected,
    Rule::Crossing,
    Rule::SenderNotBanned,
    Rule::OwnNetwork,
];

/// The rules that a held request must pass again, before the limits, when it leaves: those whose facts may have changed since
/// it was submitted.
const LEAVING_RULES: [Rule; 6] = [
    Rule::NotBlockedByOneself,
    Rule::NotConnected,
    Rule::SenderNotBanned,
    Rule::SenderNotRestricted,
    Rule::EmailRequired,
    Rule::OwnNetwork,
];

/// Those of them, on account and relation, that a reviewer cannot waive together with the limits.
const WAIVED_RULES: [Rule; 4] =
    [Rule::NotBlockedByOneself, Rule::NotConnected, Rule::SenderNotBanned, Rule::SenderNotRestricted];

/// A rule to evaluate; a limit also has its index in the policy.
#[derive(Clone, Copy)]
struct RuleCheck {
    rule: Rule,
    limit: Option<usize>,
    effect: Effect,
}

/// Judges a send: evaluates the rules in order until one decides; later ones are not reached. Rules on trial are always
/// evaluated, and decide nothing.
///
/// Of several used-up limits, the one that frees last is evaluated first, so that the moment it names is the moment at which
/// all limits let the request pass.
///
/// A send to a member whose own request waits for the sender's answer is judged as an acceptance of that request.
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

/// No limit stops an acceptance. A crossing that is not allowed is a refused send like any other, so the limit on attempts
/// applies to it.
fn judge_crossing(policy: &Policy, facts: &Facts, attempts: Vec<RuleCheck>) -> Verdict {
    let rules = || CROSSING_RULES.iter().map(|rule| plain(policy, facts, *rule));
    let verdict = judged(policy, facts, rules());
    match verdict.outcome {
        Outcome::Pass => verdict,
        Outcome::Hold(_) | Outcome::Refuse(_) => judged(policy, facts, attempts.into_iter().chain(rules())),
    }
}

/// Judges a held request when its sender confirms it, under the limits and the spam filter as of that moment.
pub fn judge_confirmation(policy: &Policy, facts: &Facts) -> Verdict {
    let filter = plain(policy, facts, Rule::Spam);
    judged(policy, facts, leaving(policy, facts).chain([filter]))
}

/// Judges the confirmation of a held request that the filter's history already contains: either a review released it, or an
/// earlier version of the program counted it when it was held. The filter has judged it before, and is not evaluated again.
pub fn judge_filtered_confirmation(policy: &Policy, facts: &Facts) -> Verdict {
    judged(policy, facts, leaving(policy, facts))
}

/// Judges a held request that a review releases. The filter is not evaluated again: the review overrides it.
pub fn judge_release(policy: &Policy, facts: &Facts) -> Verdict {
    let own = plain(policy, facts, Rule::OwnConfirmation);
    match facts.confirmation {
        // It does not leave yet.
        Confirmation::First => judge_waived_release(policy, facts),
        Confirmation::Off => judged(policy, facts, leaving(policy, facts).chain([own])),
    }
}

/// Judges a held request that a review releases with the limits waived.
pub fn judge_waived_release(policy: &Policy, facts: &Facts) -> Verdict {
    let rules = WAIVED_RULES.iter().chain(&[Rule::OwnConfirmation]);
    judged(policy, facts, rules.map(|rule| plain(policy, facts, *rule)))
}

fn leaving(policy: &Policy, facts: &Facts) -> impl Iterator<Item = RuleCheck> {
    let rules: Vec<RuleCheck> = LEAVING_RULES.iter().map(|rule| plain(policy, facts, *rule)).collect();
    rules.into_iter().chain(limits(policy, facts, |limit| limit != Rule::AttemptsLimit))
}

/// When the rule that refused a request stops refusing it, by the verdict's evidence; `None` if no time lifts it.
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

fn judged(policy: &Policy, facts: &Facts, checks: impl Iterator<Item = RuleCheck>) -> Verdict {
    let mut evaluation = Evaluation::with_capacity(FIRST.len() + LAST.len() + policy.limits.len());
    for RuleCheck { rule, limit, effect } in checks.filter(|check| is_on(policy, check.rule)) {
        let evidence = || match limit {
            Some(place) => evidence::limit(policy, facts, place),
            None => evidence::evidence(policy, facts, rule),
        };
        evaluation.evaluate(rule, effect, evidence, |evidence| find(policy, rule, evidence));
    }
    evaluation.verdict(facts.policy, facts.facts_at)
}

fn plain(policy: &Policy, facts: &Facts, rule: Rule) -> RuleCheck {
    RuleCheck { rule, limit: None, effect: effect(policy, facts, &[rule.name()]) }
}

/// Rules that the policy puts on trial have no effect, and neither have those from which the sender is exempt.
fn effect(policy: &Policy, facts: &Facts, names: &[&str]) -> Effect {
    let is_named = |name: &&str| policy.is_on_trial(name) || facts.exempt.contains(*name);
    if names.iter().any(is_named) { Effect::Shadow } else { Effect::Live }
}

fn limits(policy: &Policy, facts: &Facts, which: fn(Rule) -> bool) -> Vec<RuleCheck> {
    let limits = policy.limits.iter().enumerate().filter(|(_, limit)| which(limit.rule()));
    let mut checks: Vec<_> = limits
        .map(|(place, limit)| {
            let rule = limit.rule();
            let check = RuleCheck {
                rule,
                limit: Some(place),
                effect: effect(policy, facts, &[rule.name(), &limit.id]),
            };
            let usage = facts.usage.get(place).copied().unwrap_or(Usage::Uncounted);
            let applies = rule != Rule::NoteQuota || facts.note_chars.is_some();
            let frees_at = usage.frees_at(limit.at_most.of(facts.tier)).filter(|_| applies);
            (std::cmp::Reverse(frees_at), check)
        })
        .collect();
    // A stable sort: limits that free at the same moment keep the document's order.
    checks.sort_by_key(|(frees_at, _)| *frees_at);
    checks.into_iter().map(|(_, check)| check).collect()
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

/// Recorded evidence as this policy weighs it: the scores of symbols are replaced by the policy's.
pub(crate) fn weighed_again(policy: &Policy, evidence: &Evidence) -> Evidence {
    if let Evidence::Symbols { symbols, in_contacts, .. } = evidence {
        spam::weighed_again(&policy.spam, symbols, *in_contacts)
    } else {
        evidence.clone()
    }
}

/// The finding of one of the sender's rules, from its evidence.
pub(crate) fn find(policy: &Policy, rule: Rule, evidence: &Evidence) -> Finding {
    if matches!(evidence, Evidence::Hidden | Evidence::Uncounted) {
        return unevaluated(policy, rule);
    }
    let failed = match (rule, evidence) {
        (Rule::AddressForm, Evidence::Form(Some(_))) => Some(Code::AddressMalformed),
        (Rule::AddressKnown, Evidence::Holds(false)) => Some(Code::AddressUnknown),
        (Rule::NotSelf, Evidence::Holds(false)) => Some(Code::SelfRequest),
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
            return unevaluated(policy, rule);
        }
        (Rule::OwnDegree, Evidence::Degree { allowed: Some(allowed), distance: Some(distance), .. }) => {
            (!is_near(*allowed, *distance)).then_some(Code::OwnSettingDegree)
        }
        (Rule::EmailRequired, Evidence::Reported { reported_percent, limit_percent, by_email, .. }) => {
            (reported_percent >= limit_percent && !by_email).then_some(Code::EmailRequired)
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
        (Rule::OwnConfirmation, Evidence::Holds(true)) => {
            return Finding::Held(Code::AwaitingOwnConfirmation);
        }
        _ => None,
    };
    failed.map_or(Finding::Passed, Finding::Failed)
}

/// The finding of a rule that cannot be evaluated: it follows the rule's fail mode.
fn unevaluated(policy: &Policy, rule: Rule) -> Finding {
    let mode = policy.unevaluated.as_ref().map_or(FailMode::Pass, |modes| modes.of(rule));
    match (mode, code_of(rule)) {
        (FailMode::Refuse, Some(code)) => Finding::FailedUnseen(code),
        (FailMode::Refuse, None) | (FailMode::Pass, _) => Finding::Unevaluated,
    }
}

/// The code with which each of these rules refuses.
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
