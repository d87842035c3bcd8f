//! Asking the rules.

use acquaint_domain::{
    AcceptFrom, Code, Confirmation, Evidence, Finding, MaxDegree, Rule, Standing, Verdict, Whether,
};

use crate::document::Policy;
use crate::facts::{Facts, Reading};
use crate::spam;

/// The sender's rules, in the order in which they are asked: address, relation, account, own settings, limits, spam, and
/// last the sender's own word.
const LADDER: [Rule; 13] = [
    Rule::AddressForm,
    Rule::AddressKnown,
    Rule::NotSelf,
    Rule::NotBlockedByOneself,
    Rule::NotConnected,
    Rule::NotPending,
    Rule::SenderNotBanned,
    Rule::SenderNotRestricted,
    Rule::OwnContacts,
    Rule::OwnDegree,
    Rule::DailyLimit,
    Rule::Spam,
    Rule::OwnConfirmation,
];

/// What is asked again when a held request gets its sender's word: what may have changed since, and costs nothing twice.
const CONFIRMATION_LADDER: [Rule; 4] =
    [Rule::NotBlockedByOneself, Rule::NotConnected, Rule::SenderNotBanned, Rule::SenderNotRestricted];

/// Judges a send: asks the rules in order until one decides; those behind it are not reached.
pub fn judge(policy: &Policy, facts: &Facts) -> Verdict {
    judged(policy, facts, &LADDER)
}

/// Judges a held request whose sender has just given the word.
pub fn judge_confirmation(policy: &Policy, facts: &Facts) -> Verdict {
    judged(policy, facts, &CONFIRMATION_LADDER)
}

/// Judges from a verdict's recorded evidence alone. Under the policy that gave the verdict the result is equal to it.
pub fn judge_again(policy: &Policy, verdict: &Verdict) -> Verdict {
    let reached = verdict.gates.iter().filter(|gate| gate.finding != Finding::NotReached);
    let mut evidence = reached.map(|gate| weighed_again(policy, &gate.evidence));
    let rules: Vec<Rule> = verdict.gates.iter().map(|gate| gate.rule).collect();
    Verdict::climb(
        verdict.policy,
        verdict.facts_at,
        &rules,
        |_| evidence.next().unwrap_or(Evidence::Nothing),
        find,
    )
}

fn judged(policy: &Policy, facts: &Facts, ladder: &[Rule]) -> Verdict {
    let rules: Vec<Rule> = ladder.iter().copied().filter(|rule| is_on(policy, *rule)).collect();
    Verdict::climb(facts.policy, facts.facts_at, &rules, |rule| evidence(policy, facts, rule), find)
}

fn is_on(policy: &Policy, rule: Rule) -> bool {
    match rule {
        Rule::OwnContacts | Rule::OwnDegree => policy.own_settings.reciprocal,
        Rule::DailyLimit => policy.limits.iter().any(|limit| limit.code == Code::DailyLimit),
        Rule::AddressForm
        | Rule::AddressKnown
        | Rule::NotSelf
        | Rule::NotBlockedByOneself
        | Rule::NotConnected
        | Rule::NotPending
        | Rule::SenderNotBanned
        | Rule::SenderNotRestricted
        | Rule::Spam
        | Rule::OwnConfirmation
        | Rule::RecipientOpen
        | Rule::RecipientUnrestricted
        | Rule::NotBlockedByRecipient
        | Rule::RecipientContacts
        | Rule::RecipientDegree
        | Rule::RecipientAudience
        | Rule::RecipientConfirmation => true,
    }
}

fn evidence(policy: &Policy, facts: &Facts, rule: Rule) -> Evidence {
    let settings_version = facts.settings_version;
    match rule {
        Rule::AddressForm => Evidence::Form(match facts.address {
            Reading::Malformed(malformed) => Some(malformed),
            Reading::Unknown | Reading::Oneself | Reading::Member | Reading::Email => None,
        }),
        Rule::AddressKnown => match facts.address {
            Reading::Email => Evidence::Hidden,
            Reading::Malformed(_) | Reading::Unknown => Evidence::Holds(Whether::No),
            Reading::Oneself | Reading::Member => Evidence::Holds(Whether::Yes),
        },
        Rule::NotSelf => Evidence::Holds(Whether::from(facts.address != Reading::Oneself)),
        Rule::NotBlockedByOneself => relation(facts, facts.blocked_since.map(|since| (since, None))),
        Rule::NotConnected => relation(facts, facts.connected),
        Rule::NotPending => match facts.pending {
            Some((since, request)) => Evidence::Stands { since, request: Some(request) },
            None => Evidence::Nothing,
        },
        Rule::SenderNotBanned => match facts.standing {
            Standing::Banned { since } => Evidence::Stands { since, request: None },
            Standing::Good | Standing::Restricted { .. } | Standing::Closed { .. } => Evidence::Nothing,
        },
        Rule::SenderNotRestricted => match facts.standing {
            Standing::Restricted { since, until, cause } => Evidence::Restriction { since, until, cause },
            Standing::Good | Standing::Banned { .. } | Standing::Closed { .. } => Evidence::Nothing,
        },
        Rule::OwnContacts => Evidence::Contact {
            setting: facts.accept_from,
            in_contacts: facts.in_contacts,
            by_email: facts.by_email,
            settings_version,
        },
        Rule::OwnDegree => Evidence::Degree {
            allowed: match facts.max_degree {
                MaxDegree::Any => None,
                MaxDegree::Within(steps) => Some(steps),
            },
            distance: facts.distance,
            settings_version,
        },
        Rule::DailyLimit => count(policy, facts),
        Rule::Spam => spam::evidence(&policy.spam, &facts.spam, facts.in_contacts),
        Rule::OwnConfirmation => Evidence::Holds(Whether::from(facts.confirmation == Confirmation::First)),
        Rule::RecipientOpen
        | Rule::RecipientUnrestricted
        | Rule::NotBlockedByRecipient
        | Rule::RecipientContacts
        | Rule::RecipientDegree
        | Rule::RecipientAudience
        | Rule::RecipientConfirmation => Evidence::Hidden,
    }
}

/// A relation that needs the member behind the address: hidden when the address is an e-mail address.
fn relation(
    facts: &Facts,
    stands: Option<(acquaint_domain::Timestamp, Option<acquaint_domain::RequestId>)>,
) -> Evidence {
    match (facts.address, stands) {
        (Reading::Email, _) => Evidence::Hidden,
        (_, Some((since, request))) => Evidence::Stands { since, request },
        (_, None) => Evidence::Nothing,
    }
}

fn count(policy: &Policy, facts: &Facts) -> Evidence {
    let limits = policy.limits.iter().zip(&facts.usage).filter(|(limit, _)| limit.code == Code::DailyLimit);
    // The one that stays shut longest decides; among open ones the fullest.
    let tightest = limits.max_by_key(|(limit, usage)| {
        let room = limit.requests.of(facts.tier).saturating_sub(usage.used);
        (usage.frees_at, std::cmp::Reverse(room))
    });
    match tightest {
        Some((limit, usage)) => Evidence::Count {
            used: usage.used,
            limit: limit.requests.of(facts.tier),
            window: limit.window,
            frees_at: usage.frees_at,
        },
        None => Evidence::Nothing,
    }
}

fn weighed_again(policy: &Policy, evidence: &Evidence) -> Evidence {
    match evidence {
        Evidence::Symbols { symbols, in_contacts, .. } => {
            spam::weighed_again(&policy.spam, symbols, *in_contacts)
        }
        Evidence::Nothing
        | Evidence::Hidden
        | Evidence::Form(_)
        | Evidence::Holds(_)
        | Evidence::Stands { .. }
        | Evidence::Restriction { .. }
        | Evidence::Contact { .. }
        | Evidence::Degree { .. }
        | Evidence::Count { .. }
        | Evidence::Audience { .. } => evidence.clone(),
    }
}

/// What one of the sender's rules finds in evidence.
fn find(rule: Rule, evidence: &Evidence) -> Finding {
    if *evidence == Evidence::Hidden {
        return Finding::Unevaluated;
    }
    let failed = match (rule, evidence) {
        (Rule::AddressForm, Evidence::Form(Some(_))) => Some(Code::AddressMalformed),
        (Rule::AddressKnown, Evidence::Holds(Whether::No)) => Some(Code::AddressUnknown),
        (Rule::NotSelf, Evidence::Holds(Whether::No)) => Some(Code::SelfRequest),
        (Rule::NotBlockedByOneself, Evidence::Stands { .. }) => Some(Code::YouBlockedThem),
        (Rule::NotConnected, Evidence::Stands { .. }) => Some(Code::AlreadyConnected),
        (Rule::NotPending, Evidence::Stands { .. }) => Some(Code::AlreadyPending),
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
            return Finding::Unevaluated;
        }
        (Rule::OwnDegree, Evidence::Degree { allowed: Some(allowed), distance: Some(distance), .. }) => {
            let near = distance.degree.is_some_and(|degree| degree <= *allowed);
            (!near).then_some(Code::OwnSettingDegree)
        }
        (Rule::DailyLimit, Evidence::Count { frees_at: Some(_), .. }) => Some(Code::DailyLimit),
        (
            Rule::Spam,
            Evidence::Symbols { symbols, score_milli, hold_at_milli, refuse_at_milli, in_contacts },
        ) => {
            return spam::find(symbols, *score_milli, *hold_at_milli, *refuse_at_milli, *in_contacts);
        }
        (Rule::OwnConfirmation, Evidence::Holds(Whether::Yes)) => {
            return Finding::Held(Code::AwaitingOwnConfirmation);
        }
        _ => None,
    };
    failed.map_or(Finding::Passed, Finding::Failed)
}
