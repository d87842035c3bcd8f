//! The timers of the sender's side.

use acquaint_domain::Evidence;
use acquaint_domain::outgoing::Outgoing;

use super::half::OutgoingHalf;
use crate::answer::timers::{Timer, upcoming};
use crate::wording::days;

/// The sender's timers that have not fired at the moment that the answer is about, soonest first.
pub(crate) fn timers(half: &OutgoingHalf) -> Vec<Timer> {
    let mut timers = Vec::new();
    if let Outgoing::InTransit { next_attempt: Some(at), failures, .. } = half.state {
        timers.push(Timer {
            at,
            name: "next-attempt",
            text: format!("attempt {} to deliver it", failures + 1),
        });
    }
    if let (Outgoing::Refused(_), Some(gate)) = (half.state, half.stopping_gate()) {
        timers.extend(end_of_stop(&gate.evidence));
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
            text: "it expires if it is still open; then it can be sent again".to_owned(),
        }));
    }
    upcoming(half.dossier.case.as_of, timers)
}

/// The timer after which the rule that stopped the request no longer does.
fn end_of_stop(evidence: &Evidence) -> Option<Timer> {
    if let Evidence::Count { frees_at: Some(at), limit: 1.., .. } = evidence {
        Some(Timer { at: *at, name: "limit-frees", text: "the next request may be sent".to_owned() })
    } else if let Evidence::Restriction { until, .. } = evidence {
        Some(Timer { at: *until, name: "restriction-ends", text: "the restriction is over".to_owned() })
    } else {
        None
    }
}
