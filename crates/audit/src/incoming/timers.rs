//! What will happen by itself on the recipient's side.

use acquaint_domain::incoming::Incoming;

use super::half::IncomingHalf;
use crate::answer::timers::{Timer, to_come};

/// The recipient's timers that have not fired at the moment spoken of, soonest first.
pub(crate) fn timers(half: &IncomingHalf) -> Vec<Timer> {
    let ignored = half.case.in_force().filter(|_| half.state == Incoming::Delivered && half.idle.is_none());
    let timer = ignored.map(|policy| Timer {
        at: half.since.plus(policy.answers.ignored_after),
        name: "ignored",
        text: "if nothing is done until then, it counts as ignored".to_owned(),
    });
    to_come(half.case.as_of, timer.into_iter().collect())
}
