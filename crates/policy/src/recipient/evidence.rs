//! The evidence that each of the recipient's rules takes from the facts.

use acquaint_domain::{Confirmation, Evidence, MaxDegree, NetworkSize, Standing, Timestamp};

use super::facts::Facts;

pub(super) fn closure(facts: &Facts) -> Evidence {
    match facts.standing {
        Standing::Closed { since } => Evidence::Stands { since, request: None },
        Standing::Good | Standing::Restricted { .. } | Standing::Banned { .. } => Evidence::Nothing,
    }
}

/// A ban counts as a restriction without an end.
pub(super) fn restriction(facts: &Facts) -> Evidence {
    match facts.standing {
        Standing::Restricted { since, until, cause } => Evidence::Restriction { since, until, cause },
        Standing::Banned { since } => Evidence::Stands { since, request: None },
        Standing::Good | Standing::Closed { .. } => Evidence::Nothing,
    }
}

pub(super) fn block(facts: &Facts) -> Evidence {
    let blocked = |since: Timestamp| Evidence::Stands { since, request: None };
    facts.blocked_since.map_or(Evidence::Nothing, blocked)
}

pub(super) fn network(facts: &Facts) -> Evidence {
    let size = |NetworkSize { connections, at_most }| Evidence::Size { found: connections, limit: at_most };
    facts.network.map_or(Evidence::Nothing, size)
}

pub(super) fn contact(facts: &Facts) -> Evidence {
    Evidence::Contact {
        setting: facts.accept_from,
        in_contacts: facts.in_contacts,
        by_email: facts.by_email,
        settings_version: facts.settings_version,
    }
}

pub(super) fn degree(facts: &Facts) -> Evidence {
    Evidence::Degree {
        allowed: match facts.max_degree {
            MaxDegree::Any => None,
            MaxDegree::Within(steps) => Some(steps),
        },
        distance: facts.distance,
        settings_version: facts.settings_version,
    }
}

pub(super) fn audience(facts: &Facts) -> Evidence {
    Evidence::Audience {
        criteria: facts.criteria,
        company: facts.company,
        title: facts.title,
        settings_version: facts.settings_version,
    }
}

pub(super) fn confirmation(facts: &Facts) -> Evidence {
    Evidence::Holds(facts.confirmation == Confirmation::First)
}
