//! What happens to letters in transit and on arrival.

use super::{Channel, Fault, LetterId, WithdrawalCause};
use crate::connection::ConnectionName;
use crate::event::Owner;
use crate::ids::{MemberId, RequestId};
use crate::time::Timestamp;

/// What happened to a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Lane and number of the letter.
    pub letter_id: LetterId,
    /// What happened, as one of the stream's kinds.
    pub kind: Kind,
}

/// The kinds of [`Event`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An attempt to deliver it failed.
    DeliveryFailed {
        /// The request, when the letter carries one.
        request: Option<RequestId>,
        /// Which attempt, from 1.
        attempt: u32,
        /// The channel that the request came in by.
        channel: Option<Channel>,
        /// What went wrong.
        fault: Fault,
        /// When it is tried again; `None` when it was the last attempt.
        next_attempt: Option<Timestamp>,
    },
    /// A request's letter was given up.
    DeliveryAbandoned {
        /// Id of the request.
        request: RequestId,
        /// Member who sent the request.
        sender: MemberId,
        /// How many attempts there were.
        attempts: u32,
        /// What went wrong at the last attempt.
        fault: Fault,
        /// When the first attempt was.
        first_attempt: Timestamp,
    },
    /// A request's letter has arrived; the sender may not know what the recipient's desk did with it.
    RequestArrived {
        /// Id of the request.
        request: RequestId,
        /// Member who sent the request.
        sender: MemberId,
    },
    /// The recipient's desk learned that a request is no longer open.
    WithdrawalTaken {
        /// Id of the request.
        request: RequestId,
        /// Member who sent the request.
        sender: MemberId,
        /// The recipient; `None` when nobody has the e-mail address.
        recipient: Option<MemberId>,
        /// Why it is no longer open.
        cause: WithdrawalCause,
        /// The connection that this ends: the recipient had accepted too late.
        ends: Option<ConnectionName>,
    },
    /// The recipient's desk was reminded of a request.
    ReminderTaken {
        /// Id of the request.
        request: RequestId,
        /// Member who sent the request.
        sender: MemberId,
        /// The recipient; `None` when nobody has the e-mail address.
        recipient: Option<MemberId>,
    },
}

impl Event {
    /// The owner of the event. A failed attempt belongs to the letter's writer: it depends only on the letter's channel, and
    /// says nothing about the other desk.
    pub const fn owner(&self) -> Owner {
        match self.kind {
            Kind::DeliveryFailed { .. } => Owner::Member(self.letter_id.lane.writer()),
            Kind::DeliveryAbandoned { sender, .. } | Kind::RequestArrived { sender, .. } => {
                Owner::Member(sender)
            }
            Kind::WithdrawalTaken { recipient: Some(recipient), .. }
            | Kind::ReminderTaken { recipient: Some(recipient), .. } => Owner::Member(recipient),
            Kind::WithdrawalTaken { recipient: None, .. } | Kind::ReminderTaken { recipient: None, .. } => {
                Owner::Network
            }
        }
    }

    /// The request that it is about.
    pub const fn request(&self) -> Option<RequestId> {
        match self.kind {
            Kind::DeliveryFailed { request, .. } => request,
            Kind::DeliveryAbandoned { request, .. }
            | Kind::RequestArrived { request, .. }
            | Kind::WithdrawalTaken { request, .. }
            | Kind::ReminderTaken { request, .. } => Some(request),
        }
    }

    /// The letter, if this completes it: taken by the other desk, or given up.
    pub const fn settles(&self) -> Option<LetterId> {
        match self.kind {
            Kind::DeliveryFailed { .. } => None,
            Kind::DeliveryAbandoned { .. }
            | Kind::RequestArrived { .. }
            | Kind::WithdrawalTaken { .. }
            | Kind::ReminderTaken { .. } => Some(self.letter_id),
        }
    }
}
