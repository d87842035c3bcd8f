//! Reminders of a request, and looks at one: what their events hold.

use crate::ids::{MemberId, RequestId};
use crate::letter::{Leg, Posted};
use crate::personal::Personal;

/// The sender reminded the recipient of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reminded {
    /// Which request.
    pub request: RequestId,
    /// Whose.
    pub sender: MemberId,
    /// The letter that says so.
    pub posted: Posted,
}

/// The recipient's desk was reminded of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReminderTaken {
    /// Which request.
    pub request: RequestId,
    /// Whose.
    pub sender: MemberId,
    /// Whom; `None` where nobody has it.
    pub recipient: Option<MemberId>,
    /// The letter.
    pub leg: Leg,
}

/// Somebody of the network's staff looked at a member's request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// Which request.
    pub request: RequestId,
    /// Whose.
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
