//! The recipient's rules, and their order.

use acquaint_domain::{Code, Evidence, Finding, NetworkSize, Rule, Verdict};

use super::evidence;
use super::facts::Facts;
use crate::evaluation::{Effect, Evaluation};
use crate::settings::{allows, is_near};

/// Takes a rule's evidence from the facts.
type EvidenceOf = fn(&Facts) -> Evidence;

/// The recipient's rules in the order of their evaluation, each with its source of evidence.
const RULES: [(Rule, EvidenceOf); 8] = [
    (Rule::RecipientOpen, evidence::closure),
    (Rule::RecipientUnrestricted, evidence::restriction),
    (Rule::NotBlockedByRecipient, evidence::block),
    (Rule::RecipientNetwork, evidence::network),
    (Rule::RecipientContacts, evidence::contact),
    (Rule::RecipientDegree, evidence::degree),
    (Rule::RecipientAudience, evidence::audience),
    (Rule::RecipientConfirmation, evidence::confirmation),
];

/// The recipient's rules in the order of their evaluation. [`Rule::RecipientNetwork`] is evaluated only under a policy that
/// caps networks.
pub fn rules() -> impl ExactSizeIterator<Item = Rule> {
    RULES.iter().map(|(rule, _)| *rule)
}

/// Judges an arriving request: evaluates the recipient's rules in order until one decides; later ones are not reached.
pub fn judge(facts: &Facts) -> Verdict {
    let mut evaluation = Evaluation::with_capacity(RULES.len());
    for (rule, evidence_of) in RULES {
        if rule != Rule::RecipientNetwork || facts.network.is_some() {
            evaluation.evaluate(rule, Effect::Live, || evidence_of(facts), |evidence| find(rule, evidence));
        }
    }
    evaluation.verdict(facts.policy, facts.facts_at)
}

/// The finding of one of the recipient's rules, from its evidence; a rule of the sender always passes.
pub(crate) fn find(rule: Rule, evidence: &Evidence) -> Finding {
    let failed = match (rule, evidence) {
        (Rule::RecipientOpen, Evidence::Stands { .. }) => Some(Code::RecipientClosed),
        (Rule::RecipientUnrestricted, Evidence::Restriction { .. } | Evidence::Stands { .. }) => {
            Some(Code::RecipientRestricted)
        }
        (Rule::NotBlockedByRecipient, Evidence::Stands { .. }) => Some(Code::BlockedByRecipient),
        (Rule::RecipientContacts, Evidence::Contact { setting, in_contacts, by_email, .. }) => {
            (!allows(*setting, *in_contacts, *by_email)).then_some(Code::RecipientSettingContacts)
        }
        // An unknown distance is not near.
        (Rule::RecipientDegree, Evidence::Degree { allowed: Some(allowed), distance, .. }) => {
            let near = distance.is_some_and(|distance| is_near(*allowed, distance));
            (!near).then_some(Code::RecipientSettingDegree)
        }
        (Rule::RecipientAudience, Evidence::Audience { criteria, company, title, .. }) => {
            let lets_in = *criteria == 0 || *company || *title;
            (!lets_in).then_some(Code::RecipientSettingAudience)
        }
        (Rule::RecipientNetwork, Evidence::Size { found: connections, limit: at_most }) => {
            let (connections, at_most) = (*connections, *at_most);
            let is_full = NetworkSize { connections, at_most }.is_full();
            is_full.then_some(Code::RecipientNetworkFull)
        }
        (Rule::RecipientConfirmation, Evidence::Holds(true)) => {
            return Finding::Held(Code::AwaitingRecipientConfirmation);
        }
        _ => None,
    };
    failed.map_or(Finding::Passed, Finding::Failed)
}
