//! Transitions that the previous state does not allow.

/// A recorded event that the previous state does not allow. No decision produces one: the program that wrote it had a bug, or
/// the log lacks an earlier event.
///
/// The event happened, so a view continues with the state that it leads to ([`forced`](Self::forced)); whatever checks a log
/// counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IllegalTransition<S> {
    /// The state before the event.
    pub from: S,
    /// The state that the event leads to; equal to `from` where the event changes nothing.
    pub to: S,
}

impl<S> IllegalTransition<S> {
    /// The state that the event leads to.
    pub fn forced(self) -> S {
        self.to
    }
}

/// `to` if the step is `allowed`, else the error.
pub(crate) fn step<S>(from: S, to: S, allowed: bool) -> Result<S, IllegalTransition<S>> {
    if allowed { Ok(to) } else { Err(IllegalTransition { from, to }) }
}
