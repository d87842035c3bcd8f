//! What the sender knows about a request whose cause is private to the other side.

use acquaint_domain::Timestamp;

use super::half::OutgoingHalf;
use crate::answer::candidates::Candidates;
use crate::wording::{Speech, moment};

/// What the sender knows about a request that the other side holds.
pub(crate) fn of_sender(half: &OutgoingHalf, speech: &Speech) -> Candidates {
    let to = speech.recipient.name();
    let known = half.horizon();
    let mut candidates = Candidates {
        certain: certain(half, known),
        distinguished_by: vec![
            "An acceptance: you are told at once.".to_owned(),
            format!("Only {to} can say more; ask another way."),
        ],
        never: vec![
            "Whether it was seen, ignored, archived, declined or reported: no answer, list, number or date depends \
             on it."
                .to_owned(),
            format!("Whether {to} blocks anybody, has closed the account or is restricted, and which settings apply."),
        ],
    };
    if let Some(expires) = half.expires() {
        candidates.distinguished_by.push(format!(
            "Its age distinguishes nothing: it ends on {} whatever the cause.",
            moment(expires)
        ));
    }
    if half.is_to_hidden_owner() {
        candidates.never.push("Whether anybody has this e-mail address, and who it is.".to_owned());
    }
    candidates
}

fn certain(half: &OutgoingHalf, known: Timestamp) -> Vec<String> {
    let mut certain = Vec::new();
    if let Some(sent) = half.sent_at() {
        certain.push(format!("It was sent on {}: no rule on your side stands in its way.", moment(sent)));
    }
    if let Some(arrived) = half.arrived_at() {
        certain.push(format!("No technical fault delays it: it was delivered on {}.", moment(arrived)));
    }
    certain.push(format!("It is open: no acceptance has arrived as of {}.", moment(known)));
    certain
}
