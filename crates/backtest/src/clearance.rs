//! Who may run a what-if replay.

use std::fmt;

/// The role of the person who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// A member of the network.
    Member,
    /// A support agent.
    Agent,
    /// A person who works on the policy.
    Policy,
    /// A person who runs the engine.
    Engineer,
}

/// Proof that the caller may ask, which every question in this crate requires. What would have happened to requests under
/// another policy reveals what recipients did in private, so members must not see it.
#[derive(Clone, Copy, Debug)]
pub struct Clearance(());

/// This role may not ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what-if answers are only for people who work on the policy or run the engine, not for {}", .0)]
pub struct Denied(pub Role);

impl Clearance {
    /// The clearance of a role.
    ///
    /// # Errors
    /// Members and agents have no clearance.
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
