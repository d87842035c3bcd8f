//! Lookups: an agent's look at a member's request.

use crate::ids::{MemberId, RequestId};
use crate::personal::Personal;

/// An agent looked at a member's request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffLookup {
    /// Id of the request.
    pub request: RequestId,
    /// Member who sent the request.
    pub sender: MemberId,
    /// Who looked, and why.
    pub lookup: Personal<Lookup>,
}

/// Who looked at a member's request, and why.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Lookup {
    /// The agent's name, as the agent gives it.
    pub agent: String,
    /// The reason, such as the number of a ticket.
    pub because: String,
}
