//! Names of values that the engine has as types.

use acquaint_domain::{AcceptFrom, Tier};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A subscription, which decides the limits.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TierName {
    Free,
    Premium,
    SalesNavigator,
}

impl From<TierName> for Tier {
    fn from(name: TierName) -> Self {
        match name {
            TierName::Free => Self::Free,
            TierName::Premium => Self::Premium,
            TierName::SalesNavigator => Self::SalesNavigator,
        }
    }
}

impl From<Tier> for TierName {
    fn from(tier: Tier) -> Self {
        match tier {
            Tier::Free => Self::Free,
            Tier::Premium => Self::Premium,
            Tier::SalesNavigator => Self::SalesNavigator,
        }
    }
}

/// Who may send requests to a member.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AcceptFromName {
    Everyone,
    Contacts,
    ContactsOrEmail,
}

impl From<AcceptFromName> for AcceptFrom {
    fn from(name: AcceptFromName) -> Self {
        match name {
            AcceptFromName::Everyone => Self::Everyone,
            AcceptFromName::Contacts => Self::Contacts,
            AcceptFromName::ContactsOrEmail => Self::ContactsOrEmail,
        }
    }
}

impl From<AcceptFrom> for AcceptFromName {
    fn from(from: AcceptFrom) -> Self {
        match from {
            AcceptFrom::Everyone => Self::Everyone,
            AcceptFrom::Contacts => Self::Contacts,
            AcceptFrom::ContactsOrEmail => Self::ContactsOrEmail,
        }
    }
}
