//! What the sender knows of a request whose cause is private to the other side.

use acquaint_domain::Timestamp;

use super::half::OutgoingHalf;
use crate::answer::candidates::Candidates;
use crate::wording::{Speech, moment};

/// What the sender knows of a request that is on the other side.
pub(crate) fn of_sender(half: &OutgoingHalf, speech: &Speech) -> Candidates {
    let to = speech.recipient.name();
    let known = half.horizon();
    let mut candidates = Candidates {
        certain: certain(half, known),
        tells_apart: vec![
            "An acceptance: you are told of it at once.".to_owned(),
            format!("Only {to} can say more; ask another way."),
        ],
        never: vec![
            "Whether it was seen, ignored, archived, declined or reported: no answer, list, number or date depends \
             on it."
                .to_owned(),
            format!("Whether {to} blocks anybody, has closed the account or is restricted, and which settings are on."),
        ],
    };
    if let Some(expires) = half.expires() {
        candidates.tells_apart.push(format!(
            "Its age does not: on {} it ends in the same way for all of them.",
            moment(expires)
        ));
    }
    if half.is_to_hidden_owner() {
        candidates.never.push("Whether anybody has this e-mail address, and who.".to_owned());
    }
    candidates
}

fn certain(half: &OutgoingHalf, known: Timestamp) -> Vec<String> {
    let mut certain = Vec::new();
    if let Some(sent) = half.sent_at() {
        certain.push(format!("It was sent on {}: no rule of your own side stands in its way.", moment(sent)));
    }
    if let Some(arrived) = half.arrived_at() {
        certain.push(format!("No technical fault keeps it: its delivery was over on {}.", moment(arrived)));
    }
    certain.push(format!("It is open; no acceptance has come, as of {}.", moment(known)));
    certain
}
