//! Steps from one state to the next that the state before does not allow.

/// An event that is recorded, although the state before it does not allow it: a decision never makes one. It was written by a
/// program with an error, or the log lacks an event before it.
///
/// The event happened, so a view continues with the state that it leads to ([`forced`](Self::forced)); what checks a log
/// counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IllegalTransition<S> {
    /// The state before the event.
    pub from: S,
    /// The state that the event leads to; the same where the event changes nothing.
    pub to: S,
}

impl<S> IllegalTransition<S> {
    /// The state that the event leads to.
    pub fn forced(self) -> S {
        self.to
    }
}

/// `to`, if the step is `allowed`.
pub(crate) fn step<S>(from: S, to: S, allowed: bool) -> Result<S, IllegalTransition<S>> {
    if allowed { Ok(to) } else { Err(IllegalTransition { from, to }) }
}
