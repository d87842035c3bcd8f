//! The events of a request, of its letters, and of the connection between the two members.

use acquaint_domain::{Outcome, WithdrawalCause, connection, incoming, letter, outgoing};

use super::{LineContext, outcome};
use crate::half::words::withdrawn_by;
use crate::wording::{self, Speech, counted, moment};

const NO_LONGER: &str = "the two are no longer connected";

/// What the sender's desk recorded about the request.
pub(super) fn outgoing_text(kind: &outgoing::Kind, speech: &Speech) -> String {
    let Speech { sender, recipient } = speech;
    match kind {
        outgoing::Kind::Submitted { entered, channel, distance, .. } => {
            let (address, note) = match entered.held() {
                Some(entered) => (
                    format!("`{}`", entered.address),
                    if entered.note.is_some() { ", with a note" } else { "" },
                ),
                None => ("an erased address".to_owned(), ""),
            };
            let distance =
                distance.map_or(String::new(), |known| format!(", {}", wording::distance(Some(known))));
            let (asked, channel) = (sender.does("asked", "asked"), wording::channel(channel));
            format!("{asked} {address} to connect, via {channel}{note}{distance}")
        }
        outgoing::Kind::Refused { verdict } | outgoing::Kind::Held { verdict, .. } => {
            outcome(verdict.outcome)
        }
        outgoing::Kind::Sent { .. } => "it passed every rule and was sent".to_owned(),
        outgoing::Kind::Confirmed { .. } => {
            format!("{} it; it was sent", sender.does("confirmed", "confirmed"))
        }
        outgoing::Kind::Withdrawn { by, posted } => {
            let letter = if posted.is_some() { "" } else { ", before it had arrived" };
            format!("withdrawn {}{letter}", withdrawn_by(*by, speech))
        }
        outgoing::Kind::Expired { expiry, .. } => {
            format!("the policy lets a request stay open for {}", wording::days(*expiry))
        }
        outgoing::Kind::Reminded { .. } => {
            format!("{} {} of it", sender.does("reminded", "reminded"), recipient.name())
        }
    }
}

/// What happened to a letter.
pub(super) fn letter_text(kind: &letter::Kind, speech: &Speech) -> String {
    let sender = &speech.sender;
    match kind {
        letter::Kind::DeliveryFailed { attempt, channel, fault, next_attempt, .. } => {
            let by = channel
                .as_ref()
                .map_or(String::new(), |by| format!(" for sends via {}", wording::channel(by)));
            let next = match next_attempt {
                Some(next) => format!("; the next is due on {}", moment(*next)),
                None => "; it was the last".to_owned(),
            };
            format!("attempt {attempt} failed{by}: {}{next}", wording::fault(*fault))
        }
        letter::Kind::DeliveryAbandoned { attempts, fault, .. } => format!(
            "given up after {}, the last by {}",
            counted(*attempts, "attempt"),
            wording::fault(*fault)
        ),
        letter::Kind::RequestArrived { .. } => "delivered".to_owned(),
        letter::Kind::WithdrawalTaken { cause, .. } => match cause {
            WithdrawalCause::Withdrawn => "no longer open: it was withdrawn".to_owned(),
            WithdrawalCause::Expired => "no longer open: it expired".to_owned(),
            WithdrawalCause::SenderClosed => {
                format!("no longer open: {} the account", sender.does("closed", "closed"))
            }
        },
        letter::Kind::ReminderTaken { .. } => {
            format!("a reminder arrived: {} for an answer", sender.does("ask", "asks"))
        }
    }
}

/// What the recipient's desk recorded about the request.
pub(super) fn incoming_text(context: &LineContext, event: &incoming::Event) -> String {
    let recipient = &context.speech.recipient;
    let whose = recipient.whose();
    let party = |member| context.party(member);
    match &event.kind {
        incoming::Kind::Delivered { .. } => format!("put into {whose} inbox"),
        incoming::Kind::Held { verdict } => {
            format!("waits for {whose} confirmation; {}", outcome(verdict.outcome))
        }
        incoming::Kind::Filed { verdict } => {
            let why = match verdict.outcome {
                Outcome::Hold(code) | Outcome::Refuse(code) => format!(": {code} {}", code.name()),
                Outcome::Pass => String::new(),
            };
            format!("kept back, where {} can see it{why}", recipient.name())
        }
        incoming::Kind::FiledByClosure => {
            format!("kept back: {} the account", party(event.request_ref.recipient).does("closed", "closed"))
        }
        incoming::Kind::Merged { into: Some(earlier) } => {
            format!("merged with request {earlier}, which arrived earlier")
        }
        incoming::Kind::Merged { into: None } => "the two were connected already".to_owned(),
        incoming::Kind::Crossed { .. } => {
            format!("{} had asked too; the two are connected", party(event.request_ref.sender).name())
        }
        incoming::Kind::Shown => {
            format!("{} it; it is in the inbox", recipient.does("confirmed", "confirmed"))
        }
        incoming::Kind::Accepted { crossing: Some(crossing), .. } => format!(
            "{} {} request by sending one, {}",
            party(event.request_ref.recipient).does("accepted", "accepted"),
            party(event.request_ref.sender).whose(),
            crossing.request
        ),
        incoming::Kind::Accepted { crossing: None, .. } => {
            format!("accepted by {}", party(event.request_ref.recipient).name())
        }
        incoming::Kind::Declined => format!("declined by {}", recipient.name()),
        incoming::Kind::Dismissed => format!("archived by {}", recipient.name()),
        incoming::Kind::Reported => format!("reported by {}", recipient.name()),
    }
}

/// What happened to one member's end of the connection or block between the two.
pub(super) fn connection_text(context: &LineContext, event: &connection::Event) -> Option<String> {
    let whose = context.party(event.member);
    let Speech { sender, recipient } = context.speech;
    Some(match &event.kind {
        connection::Kind::Blocked { .. } => {
            format!("{}, and their open requests were kept back", whose.does("blocked them", "blocked them"))
        }
        connection::Kind::AcceptanceTaken { crossed, .. } => {
            let both = if crossed.is_some() { "; both had asked" } else { "" };
            format!("{} and {} are connected{both}", sender.name(), recipient.name())
        }
        connection::Kind::AcceptanceLapsed { .. } => {
            "an acceptance arrived after the request had ended, and lapsed".to_owned()
        }
        connection::Kind::Closed { .. } => {
            format!("{NO_LONGER}: {} the account", whose.does("closed", "closed"))
        }
        connection::Kind::Recorded { .. } => "an existing connection was recorded".to_owned(),
        connection::Kind::Disconnected { .. } => whose.does("ended the connection", "ended the connection"),
        connection::Kind::DisconnectionTaken { .. } => NO_LONGER.to_owned(),
        connection::Kind::ClosureTaken { .. } => {
            let why = if context.is_member() { "" } else { ": the account at the other end was closed" };
            format!("{NO_LONGER}{why}")
        }
        connection::Kind::Unblocked => return None,
    })
}
