//! The result of a decision.

use crate::event::Event;
use crate::reason::Code;

/// What follows from a command. All three are answers; none is an error.
///
/// A stream's decisions return the stream's own events; [`Decision::widen`] makes them events of any stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision<E = Event> {
    /// These events happen.
    Happens(Vec<E>),
    /// The command is refused, for this reason.
    Refused(Code),
    /// There is nothing to act on; the code says what became of it, if it ever existed.
    NotThere(Option<Code>),
}

impl<E: Into<Event>> Decision<E> {
    /// The same decision, of events of any stream.
    pub fn widen(self) -> Decision {
        match self {
            Self::Happens(events) => Decision::Happens(events.into_iter().map(Into::into).collect()),
            Self::Refused(code) => Decision::Refused(code),
            Self::NotThere(code) => Decision::NotThere(code),
        }
    }
}
