//! The timers of the recipient's side.

use acquaint_domain::incoming::Incoming;

use super::half::IncomingHalf;
use crate::answer::timers::{Timer, upcoming};

/// The recipient's timers that have not fired at the moment that the answer is about, soonest first.
pub(crate) fn timers(half: &IncomingHalf) -> Vec<Timer> {
    let ignored = half.case.in_force().filter(|_| half.state == Incoming::Delivered && half.idle.is_none());
    let timer = ignored.map(|policy| Timer {
        at: half.since.plus(policy.answers.ignored_after),
        name: "ignored",
        text: "without any action until then, it counts as ignored".to_owned(),
    });
    upcoming(half.case.as_of, timer.into_iter().collect())
}
