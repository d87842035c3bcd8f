//! Timers: what will happen by itself.

use acquaint_domain::Timestamp;

/// Something that will happen by itself at a known moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timer {
    /// Time at which it fires.
    pub at: Timestamp,
    /// Its name, such as `expiry`.
    pub name: &'static str,
    /// What happens then, unless something else happens first.
    pub text: String,
}

/// The timers that fire after `as_of`, soonest first.
pub(crate) fn upcoming(as_of: Timestamp, mut timers: Vec<Timer>) -> Vec<Timer> {
    timers.retain(|timer| timer.at > as_of);
    timers.sort_by_key(|timer| timer.at);
    timers
}
