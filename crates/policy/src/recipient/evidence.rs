//! What each of the recipient's rules sees of the facts.

use acquaint_domain::{Confirmation, Evidence, MaxDegree, NetworkSize, Rule, Standing, Whether};

use super::facts::Facts;

pub(super) fn evidence(facts: &Facts, rule: Rule) -> Evidence {
    let settings_version = facts.settings_version;
    match rule {
        Rule::RecipientOpen => match facts.standing {
            Standing::Closed { since } => Evidence::Stands { since, request: None },
            Standing::Good | Standing::Restricted { .. } | Standing::Banned { .. } => Evidence::Nothing,
        },
        Rule::RecipientUnrestricted => restriction(facts.standing),
        Rule::NotBlockedByRecipient => match facts.blocked_since {
            Some(since) => Evidence::Stands { since, request: None },
            None => Evidence::Nothing,
        },
        Rule::RecipientContacts => Evidence::Contact {
            setting: facts.accept_from,
            in_contacts: facts.in_contacts,
            by_email: facts.by_email,
            settings_version,
        },
        Rule::RecipientDegree => Evidence::Degree {
            allowed: match facts.max_degree {
                MaxDegree::Any => None,
                MaxDegree::Within(steps) => Some(steps),
            },
            distance: facts.distance,
            settings_version,
        },
        Rule::RecipientAudience => Evidence::Audience {
            criteria: facts.criteria,
            company: facts.company,
            title: facts.title,
            settings_version,
        },
        Rule::RecipientNetwork => match facts.network {
            Some(NetworkSize { connections, at_most }) => {
                Evidence::Size { found: connections, limit: at_most }
            }
            None => Evidence::Nothing,
        },
        Rule::RecipientConfirmation => {
            Evidence::Holds(Whether::from(facts.confirmation == Confirmation::First))
        }
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
        | Rule::ReminderAge => Evidence::Nothing,
    }
}

/// A ban restricts for good.
fn restriction(standing: Standing) -> Evidence {
    match standing {
        Standing::Restricted { since, until, cause } => Evidence::Restriction { since, until, cause },
        Standing::Banned { since } => Evidence::Stands { since, request: None },
        Standing::Good | Standing::Closed { .. } => Evidence::Nothing,
    }
}
