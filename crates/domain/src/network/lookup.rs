//! Looks at a member's request: what their event holds.

use crate::ids::{MemberId, RequestId};
use crate::personal::Personal;

/// Somebody of the network's staff looked at a member's request.
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
    /// Who of the network's staff, as they call themselves.
    pub agent: String,
    /// Why, such as the number of a ticket.
    pub because: String,
}
