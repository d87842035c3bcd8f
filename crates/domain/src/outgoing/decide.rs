//! Decisions of the sender's desk about a request. Each function returns the events that follow, and changes nothing.

use super::{Event, Kind, Outgoing};
use crate::Decision;
use crate::ids::{LetterNumber, MemberId, RequestId};
use crate::letter::{Addressee, Channel, Lane, Letter, LetterId, PostedLetter, WithdrawalCause};
use crate::personal::Personal;
use crate::reason::Code;
use crate::recorded::WithdrawnBy;
use crate::request::Entered;
use crate::time::Span;
use crate::verdict::{Distance, Outcome, Verdict};

/// What an event counts against its sender's limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Charge {
    /// Nothing: it has not left yet, or the reviewer who released it waived the limits.
    Nothing,
    /// One request; for a send that is being judged, also its note.
    Request,
    /// One request with a note.
    RequestWithNote,
}

/// A send whose address has been looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// Id of the new request.
    pub request: RequestId,
    /// Member who sent the request.
    pub sender: MemberId,
    /// Addressee as the sender's desk knows them.
    pub addressee: Addressee,
    /// What the sender entered.
    pub entered: Entered,
    /// The channel that it came in by.
    pub channel: Channel,
    /// How far apart the two are.
    pub distance: Option<Distance>,
}

/// Records a send, whatever the verdict, and then what the verdict leads to. `number` is the next on its lane.
pub fn send(submission: Submission, verdict: Verdict, number: LetterNumber) -> Vec<Event> {
    let Submission { request, sender, addressee, entered, channel, distance } = submission;
    let decided = match (verdict.outcome, lane(sender, addressee, request)) {
        (Outcome::Pass, Some(lane)) => {
            let posted = PostedLetter {
                letter_id: LetterId { lane, number },
                letter: Letter::Request { request, distance },
            };
            Event { request, sender, kind: Kind::Sent { verdict, posted } }
        }
        (Outcome::Hold(code), Some(_)) => {
            // A request that waits for its sender's confirmation counts when it leaves. One that waits for a review counts
            // at once, so that nobody can fill the queue.
            let is_own = code == Code::AwaitingOwnConfirmation;
            let charge = if is_own { Charge::Nothing } else { Charge::Request };
            Event { request, sender, kind: Kind::Held { verdict, charge } }
        }
        (Outcome::Refuse(_), _) | (_, None) => Event { request, sender, kind: Kind::Refused { verdict } },
    };
    let entered = Personal::Held(entered);
    vec![Event { request, sender, kind: Kind::Submitted { addressee, entered, channel, distance } }, decided]
}

/// A request that is open at its sender's desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Open {
    /// Id of the request.
    pub request: RequestId,
    /// Member who sent the request.
    pub sender: MemberId,
    /// Addressee as the sender's desk knows them.
    pub addressee: Addressee,
    /// How far apart the two were when it was submitted.
    pub distance: Option<Distance>,
    /// State of the request at the sender's desk.
    pub state: Outgoing,
}

impl Open {
    /// The lane of its letters; `None` for a request to nobody, which is never open.
    pub fn lane(&self) -> Option<Lane> {
        lane(self.sender, self.addressee, self.request)
    }
}

/// The sender confirms a held request. If the rules stop it now, it stays held.
pub fn confirm(open: &Open, verdict: Verdict, charge: Charge, number: LetterNumber) -> Decision<Event> {
    let (Outgoing::AwaitingOwnConfirmation, Some(lane)) = (open.state, open.lane()) else {
        return Decision::NotThere(Some(open.state.code()));
    };
    match verdict.outcome {
        Outcome::Pass => {
            let Open { request, sender, distance, .. } = *open;
            let posted = PostedLetter {
                letter_id: LetterId { lane, number },
                letter: Letter::Request { request, distance },
            };
            Decision::Happens(vec![Event {
                request,
                sender,
                kind: Kind::Confirmed { verdict, posted, charge },
            }])
        }
        // The filter would hold it for a review. It is refused instead, and stays held: the sender can confirm it later.
        Outcome::Hold(_) => Decision::Refused(Code::SpamRefused),
        Outcome::Refuse(code) => Decision::Refused(code),
    }
}

/// Withdraws a request. In transit, this cancels its letter; once the request has arrived, a letter says so.
pub fn withdraw(open: &Open, by: WithdrawnBy, number: LetterNumber) -> Decision<Event> {
    if !open.state.is_open() {
        return Decision::NotThere(Some(open.state.code()));
    }
    let cause = match by {
        WithdrawnBy::Member | WithdrawnBy::Block | WithdrawnBy::Enforcement => WithdrawalCause::Withdrawn,
        WithdrawnBy::Closure => WithdrawalCause::SenderClosed,
    };
    let posted = ending(open, cause, number);
    Decision::Happens(vec![Event {
        request: open.request,
        sender: open.sender,
        kind: Kind::Withdrawn { by, posted },
    }])
}

/// Reminds the recipient of a request that has arrived, if the rules allow it.
pub fn remind(open: &Open, verdict: &Verdict, number: LetterNumber) -> Decision<Event> {
    let (Outgoing::Sent, Some(lane)) = (open.state, open.lane()) else {
        return Decision::NotThere(Some(open.state.code()));
    };
    match verdict.outcome {
        Outcome::Pass => {
            let Open { request, sender, .. } = *open;
            let posted =
                PostedLetter { letter_id: LetterId { lane, number }, letter: Letter::Reminder { request } };
            Decision::Happens(vec![Event { request, sender, kind: Kind::Reminded { posted } }])
        }
        Outcome::Hold(code) | Outcome::Refuse(code) => Decision::Refused(code),
    }
}

/// Expires a request that has reached the policy's expiry age.
pub fn expire(open: &Open, expiry: Span, number: LetterNumber) -> Decision<Event> {
    if !open.state.is_open() {
        return Decision::NotThere(Some(open.state.code()));
    }
    let posted = ending(open, WithdrawalCause::Expired, number);
    Decision::Happens(vec![Event {
        request: open.request,
        sender: open.sender,
        kind: Kind::Expired { expiry, posted },
    }])
}

fn ending(open: &Open, cause: WithdrawalCause, number: LetterNumber) -> Option<PostedLetter> {
    if open.state != Outgoing::Sent {
        return None;
    }
    let letter = Letter::Withdrawn { request: open.request, cause };
    open.lane().map(|lane| PostedLetter { letter_id: LetterId { lane, number }, letter })
}

fn lane(sender: MemberId, addressee: Addressee, request: RequestId) -> Option<Lane> {
    match addressee {
        Addressee::Member(to) => Some(Lane::Member { from: sender, to }),
        Addressee::Email => Some(Lane::Email { from: sender, request }),
        Addressee::Nobody => None,
    }
}
