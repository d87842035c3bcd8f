//! What will happen by itself on the sender's side.

use acquaint_domain::Evidence;
use acquaint_domain::outgoing::Outgoing;

use super::half::OutgoingHalf;
use crate::answer::timers::{Timer, to_come};
use crate::wording::days;

/// The sender's timers that have not fired at the moment spoken of, soonest first.
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

/// When the rule that stopped it no longer does.
fn frees(evidence: &Evidence) -> Option<Timer> {
    if let Evidence::Count { frees_at: Some(at), limit: 1.., .. } = evidence {
        Some(Timer { at: *at, name: "limit-frees", text: "the next request may be sent".to_owned() })
    } else if let Evidence::Restriction { until, .. } = evidence {
        Some(Timer { at: *until, name: "restriction-ends", text: "the restriction is over".to_owned() })
    } else {
        None
    }
}
