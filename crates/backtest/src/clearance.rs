//! Who may ask.

use std::fmt;

/// As what somebody asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// A member of the network.
    Member,
    /// Support.
    Agent,
    /// Whoever works on the policy.
    Policy,
    /// Whoever runs the engine.
    Engineer,
}

/// Proof that whoever asks may: every question of this crate wants one. What would have become of requests under
/// another policy tells of what recipients did in private, and is no member's to know.
#[derive(Clone, Copy, Debug)]
pub struct Clearance(());

/// Not for this role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what-if answers are for those who work on the policy or run the engine, not for {}", .0)]
pub struct Denied(pub Role);

impl Clearance {
    /// The proof for a role.
    ///
    /// # Errors
    /// Members and agents have none.
    pub fn of(role: Role) -> Result<Self, Denied> {
        match role {
            Role::Policy | Role::Engineer => Ok(Self(())),
            Role::Member | Role::Agent => Err(Denied(role)),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Member => "members",
            Self::Agent => "agents",
            Self::Policy => "policy engineers",
            Self::Engineer => "engineers",
        })
    }
}
