//! What would let a request pass on the sender's side.

use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{Distance, Evidence, Gate, Rule, Timestamp};

use super::half::OutgoingHalf;
use crate::answer::Viewer;
use crate::half::limit_words;
use crate::half::verdicts::stopping_gate;
use crate::wording::{self, Speech, score};

/// What would let it pass: according to today's rules where they were rehearsed, otherwise to the recorded evidence.
pub(crate) fn would_pass(half: &OutgoingHalf, speech: &Speech, viewer: Viewer) -> Option<String> {
    gate_would_pass(half, deciding_gate(half)?, speech, viewer)
}

/// From when it would pass, where waiting is enough.
pub(crate) fn would_pass_at(half: &OutgoingHalf) -> Option<Timestamp> {
    let gate = deciding_gate(half)?;
    match (gate.rule, &gate.evidence) {
        (Rule::SenderNotRestricted, Evidence::Restriction { until, .. }) => Some(*until),
        _ => limit_words::frees_at(gate),
    }
}

/// The gate that stops it: today's where the rules were asked, else the recorded one.
fn deciding_gate<'a>(half: &OutgoingHalf<'a>) -> Option<&'a Gate> {
    if let Some(now) = &half.dossier.now {
        return stopping_gate(&now.verdict);
    }
    match half.state {
        Outgoing::Refused(_) | Outgoing::HeldForReview => half.stopping_gate(),
        Outgoing::AwaitingOwnConfirmation => half.refused_confirmation().map(|(_, gate)| gate),
        Outgoing::InTransit { .. }
        | Outgoing::Submitted
        | Outgoing::Sent
        | Outgoing::Failed(_)
        | Outgoing::Withdrawn(_)
        | Outgoing::Expired
        | Outgoing::Connected
        | Outgoing::Disconnected => None,
    }
}

fn gate_would_pass(half: &OutgoingHalf, gate: &Gate, speech: &Speech, viewer: Viewer) -> Option<String> {
    let Speech { sender, recipient } = speech;
    let to = recipient.name();
    match (gate.rule, &gate.evidence) {
        (Rule::AddressForm, _) => {
            let entered = half.submitted().and_then(|(_, _, entered)| entered.held())?;
            acquaint_domain::correction(&entered.address)
                .map(|meant| format!("`{}` would have the form of an address", wording::short_name(&meant)))
        }
        (Rule::NotBlockedByOneself, _) => {
            Some(format!("would pass once {} {to}", sender.does("unblock", "unblocks")))
        }
        (Rule::NotConnected, _) => Some("would pass once the two are disconnected".to_owned()),
        (Rule::NotPending, Evidence::Stands { request: Some(request), .. }) => {
            Some(format!("would pass once request {request} is no longer open"))
        }
        (Rule::SenderNotBanned, _) => Some("would pass once the ban is lifted".to_owned()),
        (Rule::SenderNotRestricted, Evidence::Restriction { until, .. }) => {
            Some(format!("would pass from {} on", wording::from_moment(*until)))
        }
        (Rule::OwnContacts, _) => Some(format!(
            "would pass if {} settings let in everybody, or if sent to the e-mail address of an imported contact",
            sender.whose()
        )),
        (Rule::OwnDegree, Evidence::Degree { distance: Some(Distance { degree: Some(degree), .. }), .. }) => {
            Some(format!(
                "would pass if {} settings let in people of the {}",
                sender.whose(),
                wording::ordinal_degree(*degree)
            ))
        }
        (Rule::OwnDegree, _) => {
            Some(format!("would pass if {} settings let in people from any distance", sender.whose()))
        }
        (Rule::Spam, Evidence::Symbols { hold_at_milli, score_milli, .. }) => match viewer {
            Viewer::Sender | Viewer::Recipient => None,
            Viewer::Agent | Viewer::Engineer => Some(format!(
                "would pass with a score below {}; it was {}",
                score(*hold_at_milli),
                score(*score_milli)
            )),
        },
        _ => limit_words::would_pass(gate),
    }
}
