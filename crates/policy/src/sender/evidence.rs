//! The evidence that each of the sender's rules takes from the facts.

use acquaint_domain::{Confirmation, Evidence, MaxDegree, Rule, Standing, Timestamp};

use super::facts::{AddressLookup, Facts, Usage};
use crate::document::{Cap, Policy};
use crate::spam;
use crate::window::Window;

pub(super) fn evidence(policy: &Policy, facts: &Facts, rule: Rule) -> Evidence {
    let settings_version = facts.settings_version;
    match rule {
        Rule::AddressForm => Evidence::Form(match facts.address {
            AddressLookup::Malformed(malformed) => Some(malformed),
            AddressLookup::Unknown
            | AddressLookup::Oneself
            | AddressLookup::Member
            | AddressLookup::Email => None,
        }),
        Rule::AddressKnown => match facts.address {
            AddressLookup::Email => Evidence::Hidden,
            AddressLookup::Malformed(_) | AddressLookup::Unknown => Evidence::Holds(false),
            AddressLookup::Oneself | AddressLookup::Member => Evidence::Holds(true),
        },
        Rule::NotSelf => Evidence::Holds(facts.address != AddressLookup::Oneself),
        Rule::NotBlockedByOneself => relation(facts, facts.blocked_since.map(|since| (since, None))),
        Rule::NotConnected => relation(facts, facts.connected),
        Rule::NotPending => open_since(facts.pending),
        Rule::Crossing => open_since(facts.crossing),
        Rule::ResendCooldown => cooldown(policy, facts),
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
        Rule::EmailRequired => reported(policy, facts),
        Rule::PendingPile => capped(policy.open_requests.as_ref(), facts.open, facts),
        Rule::OwnNetwork => capped(policy.network.as_ref(), facts.connections, facts),
        Rule::NoteLength => match (&policy.notes, facts.note_chars) {
            (Some(notes), Some(found)) => Evidence::Size { found, limit: notes.length.of(facts.tier) },
            _ => Evidence::Nothing,
        },
        Rule::Spam => spam::evidence(&policy.spam, &facts.spam, facts.in_contacts),
        Rule::OwnConfirmation => Evidence::Holds(facts.confirmation == Confirmation::First),
        // Limits take their evidence from `limit`, by their index in the policy.
        Rule::AttemptsLimit | Rule::DailyLimit | Rule::WeeklyLimit | Rule::NoteQuota => Evidence::Nothing,
        // The rules of a reminder have facts of their own: see `reminder.rs`.
        Rule::ReminderLimit | Rule::ReminderAge => Evidence::Nothing,
        Rule::RecipientOpen
        | Rule::RecipientUnrestricted
        | Rule::NotBlockedByRecipient
        | Rule::RecipientContacts
        | Rule::RecipientDegree
        | Rule::RecipientAudience
        | Rule::RecipientNetwork
        | Rule::RecipientConfirmation => Evidence::Hidden,
    }
}

/// Since when a request is open.
fn open_since(request: Option<(Timestamp, acquaint_domain::RequestId)>) -> Evidence {
    match request {
        Some((since, request)) => Evidence::Stands { since, request: Some(request) },
        None => Evidence::Nothing,
    }
}

/// A relation between the sender and the addressee. It is hidden for an e-mail address, whose owner the desk may not know.
fn relation(facts: &Facts, relation: Option<(Timestamp, Option<acquaint_domain::RequestId>)>) -> Evidence {
    match (facts.address, relation) {
        (AddressLookup::Email, _) => Evidence::Hidden,
        (_, Some((since, request))) => Evidence::Stands { since, request },
        (_, None) => Evidence::Nothing,
    }
}

fn cooldown(policy: &Policy, facts: &Facts) -> Evidence {
    let (Some(cooldown), Some(since)) = (&policy.cooldown, facts.withdrawn) else { return Evidence::Nothing };
    let until = since.plus(cooldown.after_withdrawal);
    if facts.now < until { Evidence::Cooldown { since, until } } else { Evidence::Nothing }
}

fn reported(policy: &Policy, facts: &Facts) -> Evidence {
    let (Some(rule), Some(feedback)) = (&policy.email_required, facts.feedback) else {
        return Evidence::Nothing;
    };
    if feedback.until.plus(rule.lasts) <= facts.now {
        return Evidence::Nothing;
    }
    Evidence::Reported {
        answered: feedback.answered,
        reported_percent: feedback.reported_percent,
        limit_percent: rule.reported_percent,
        by_email: facts.by_email,
    }
}

fn capped(cap: Option<&Cap>, found: u32, facts: &Facts) -> Evidence {
    match cap {
        Some(cap) => Evidence::Size { found, limit: cap.at_most.of(facts.tier) },
        None => Evidence::Nothing,
    }
}

/// The evidence of the limit at index `place` of the policy.
pub(super) fn limit(policy: &Policy, facts: &Facts, place: usize) -> Evidence {
    let Some(limit) = policy.limits.get(place) else { return Evidence::Nothing };
    if limit.rule() == Rule::NoteQuota && facts.note_chars.is_none() {
        return Evidence::Nothing;
    }
    let most = limit.at_most.of(facts.tier);
    match (facts.usage.get(place).copied().unwrap_or(Usage::Uncounted), &limit.window) {
        (Usage::Sliding { used, frees_at }, Window::Rolling(window)) => {
            Evidence::Count { used, limit: most, window: *window, frees_at }
        }
        (Usage::Fixed { kind, used, begins, ends }, _) => {
            let ends = if most == 0 { Timestamp::from_millis(i64::MAX) } else { ends };
            Evidence::Bucket { kind, used, limit: most, begins, ends }
        }
        (Usage::Sliding { .. } | Usage::Uncounted, _) => Evidence::Uncounted,
    }
}
