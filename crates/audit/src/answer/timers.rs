//! What will happen by itself, and has not happened yet.

use acquaint_domain::incoming::Incoming;
use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{Evidence, Timestamp};

use crate::delivery::Delivery;
use crate::delivery::words as delivery_words;
use crate::incoming::half::IncomingHalf;
use crate::outgoing::half::OutgoingHalf;
use crate::wording::days;

/// A moment that is still to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timer {
    /// When.
    pub at: Timestamp,
    /// Its name, such as `expiry`.
    pub name: &'static str,
    /// What happens then, if nothing else happens before.
    pub text: String,
}

/// The sender's timers that have not fired at the moment spoken of, soonest first.
pub(crate) fn of_sender(half: &OutgoingHalf) -> Vec<Timer> {
    let mut timers = Vec::new();
    if let Outgoing::InTransit { next_attempt: Some(at), failures, .. } = half.state {
        timers.push(Timer {
            at,
            name: "next-attempt",
            text: format!("attempt {} to deliver it", failures + 1),
        });
    }
    if let (Outgoing::Refused(_), Some(gate)) = (half.state, half.stopping_gate()) {
        timers.extend(frees(&gate.evidence));
    }
    if half.state.is_open() {
        let follow_up = half.dossier.case.in_force().filter(|_| half.state == Outgoing::Sent);
        timers.extend(follow_up.map(|policy| Timer {
            at: half.asked_at().plus(policy.answers.follow_up_after),
            name: "follow-up",
            text: format!("it is {} old: time to follow up", days(policy.answers.follow_up_after)),
        }));
        timers.extend(half.expires().map(|at| Timer {
            at,
            name: "expiry",
            text: "it ends by itself if it is still open; then it can be sent again".to_owned(),
        }));
    }
    to_come(half.dossier.case.as_of, timers)
}

/// The recipient's.
pub(crate) fn of_recipient(half: &IncomingHalf) -> Vec<Timer> {
    let ignored = half.case.in_force().filter(|_| half.state == Incoming::Delivered && half.idle.is_none());
    let timer = ignored.map(|policy| Timer {
        at: half.since.plus(policy.answers.ignored_after),
        name: "ignored",
        text: "if nothing is done until then, it counts as ignored".to_owned(),
    });
    to_come(half.case.as_of, timer.into_iter().collect())
}

/// With the next attempts at delivering letters that are not the request itself.
pub(crate) fn with_letters<I>(
    mut timers: Vec<Timer>,
    deliveries: &[Delivery<I>],
    as_of: Timestamp,
) -> Vec<Timer> {
    timers.extend(delivery_words::under_way(deliveries).filter_map(delivery_words::timer));
    to_come(as_of, timers)
}

/// When what stood in its way is over.
fn frees(evidence: &Evidence) -> Option<Timer> {
    if let Evidence::Count { frees_at: Some(at), limit: 1.., .. } = evidence {
        Some(Timer { at: *at, name: "limit-frees", text: "the next request may be sent".to_owned() })
    } else if let Evidence::Restriction { until, .. } = evidence {
        Some(Timer { at: *until, name: "restriction-ends", text: "the restriction is over".to_owned() })
    } else {
        None
    }
}

fn to_come(as_of: Timestamp, mut timers: Vec<Timer>) -> Vec<Timer> {
    timers.retain(|timer| timer.at > as_of);
    timers.sort_by_key(|timer| timer.at);
    timers
}
