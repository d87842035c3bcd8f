//! Decisions of reviews and appeals, and what they restore.

use super::{Appealed, Event};
use crate::Decision;
use crate::ids::{LetterNumber, MemberId};
use crate::letter::{Letter, LetterId, PostedLetter};
use crate::outgoing::{Charge, Open, Outgoing};
use crate::reason::Code;
use crate::time::Timestamp;
use crate::verdict::{Outcome, Verdict};

/// A review releases a held request. `verdict` is that of the rules which may still stop it; if they stop it only for a
/// time, it stays held. `number` is the next on its lane.
pub fn release(open: &Open, verdict: Verdict, charge: Charge, number: LetterNumber) -> Decision<Event> {
    let (Outgoing::HeldForReview, Some(lane)) = (open.state, open.lane()) else {
        return Decision::NotThere(Some(open.state.code()));
    };
    let Open { request, sender, distance, .. } = *open;
    let (posted, charge) = match verdict.outcome {
        Outcome::Pass => {
            let letter = Letter::Request { request, distance };
            (Some(PostedLetter { letter_id: LetterId { lane, number }, letter }), charge)
        }
        Outcome::Refuse(code) if !is_for_good(code) => return Decision::Refused(code),
        Outcome::Hold(_) | Outcome::Refuse(_) => (None, Charge::Nothing),
    };
    happens(Event::RequestReleased { request, sender, verdict, posted, charge })
}

/// Reopens a request that a ban withdrew: held as before, or on its way to the recipient once more. `withdrawn` is the request
/// as it was before the ban; `number` is the next on its lane. No limit is charged: the request was charged when it left.
pub fn restore(withdrawn: &Open, number: LetterNumber) -> Event {
    let Open { request, sender, distance, .. } = *withdrawn;
    let held = match withdrawn.state {
        Outgoing::AwaitingOwnConfirmation | Outgoing::HeldForReview => Some(withdrawn.state.code()),
        Outgoing::Submitted
        | Outgoing::Refused(_)
        | Outgoing::InTransit { .. }
        | Outgoing::Sent
        | Outgoing::Failed(_)
        | Outgoing::Withdrawn(_)
        | Outgoing::Expired
        | Outgoing::Connected
        | Outgoing::Disconnected => None,
    };
    let lane = withdrawn.lane().filter(|_| held.is_none());
    let letter = Letter::Request { request, distance };
    let posted = lane.map(|lane| PostedLetter { letter_id: LetterId { lane, number }, letter });
    Event::RequestRestored { request, sender, posted, held }
}

/// Whether what stops a released request will not end with time.
fn is_for_good(code: Code) -> bool {
    matches!(code, Code::YouBlockedThem | Code::AlreadyConnected | Code::SenderBanned)
}

/// A review refuses a held request.
pub fn reject(open: &Open) -> Decision<Event> {
    if open.state != Outgoing::HeldForReview {
        return Decision::NotThere(Some(open.state.code()));
    }
    let Open { request, sender, .. } = *open;
    happens(Event::RequestRejected { request, sender, code: Code::SpamRefused })
}

/// The outcome of an appeal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// The member was right, and is exempt from the rule until this moment.
    Upheld(Timestamp),
    /// The decision is unchanged.
    Dismissed,
}

/// A member appeals. If the appeal against a restriction or ban is upheld ([`rule_on`]), that is also lifted.
pub fn appeal(member: MemberId, against: Appealed) -> Decision<Event> {
    happens(Event::AppealOpened { member, against })
}

/// The network's operator decides an appeal.
pub fn rule_on(member: MemberId, against: Appealed, ruling: Ruling) -> Decision<Event> {
    happens(match ruling {
        Ruling::Upheld(exempt_until) => Event::AppealUpheld { member, against, exempt_until },
        Ruling::Dismissed => Event::AppealDismissed { member, against },
    })
}

fn happens(event: Event) -> Decision<Event> {
    Decision::Happens(vec![event])
}
