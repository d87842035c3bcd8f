//! What a decision can be.

use crate::event::Event;
use crate::reason::Code;

/// What follows from a command. All three are answers; none is an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// This happens.
    Happens(Vec<Event>),
    /// It may not be, for this reason.
    Refused(Code),
    /// There is nothing that it could be done to; where there was, this is what became of it.
    NotThere(Option<Code>),
}
