//! What will happen by itself, and has not happened yet.

use acquaint_domain::Timestamp;

/// A moment that is still to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timer {
    /// Time at which it will fire.
    pub at: Timestamp,
    /// Its name, such as `expiry`.
    pub name: &'static str,
    /// What happens then, if nothing else happens before.
    pub text: String,
}

/// Of these, the timers that fire after `as_of`, soonest first.
pub(crate) fn to_come(as_of: Timestamp, mut timers: Vec<Timer>) -> Vec<Timer> {
    timers.retain(|timer| timer.at > as_of);
    timers.sort_by_key(|timer| timer.at);
    timers
}
