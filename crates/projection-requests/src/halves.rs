//! The state of a request on each side, in two bytes a side: the domain's states without the details on which no code depends.

use acquaint_checkpoint::snapshot;
use acquaint_domain::incoming::Incoming;
use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{Code, Fault, WithdrawalCause, WithdrawnBy};

use crate::event_facts::EventFacts;
use crate::status::Status;

/// How two members became connected, according to one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConnectionOrigin {
    /// One sent a request and the other accepted it.
    Accepted,
    /// Both had sent a request.
    Crossed,
    /// An existing connection was recorded.
    Recorded,
}

/// The state of a request on its sender's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum SenderState {
    Submitted,
    Refused(Code),
    AwaitingConfirmation,
    HeldForReview,
    InTransit,
    Retrying,
    Sent,
    Failed,
    Withdrawn,
    /// Withdrawn because the sender closed the account.
    Closed,
    Expired,
    Connected,
    ConnectedByCrossing,
    ConnectedBefore,
    Disconnected,
}

/// The state of a request on its recipient's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum RecipientState {
    Delivered,
    AwaitingConfirmation,
    Filed(Code),
    Dismissed,
    Declined,
    Reported,
    Accepted,
    AcceptedByCrossing,
    AcceptedBefore,
    /// Accepted, and the connection has ended.
    Ended,
    EndedAfterCrossing,
    Withdrawn,
    Expired,
    SenderClosed,
}

snapshot!(enum SenderState {
    0 => Submitted,
    1 => Refused(code),
    2 => AwaitingConfirmation,
    3 => HeldForReview,
    4 => InTransit,
    5 => Retrying,
    6 => Sent,
    7 => Failed,
    8 => Withdrawn,
    9 => Closed,
    10 => Expired,
    11 => Connected,
    12 => ConnectedByCrossing,
    13 => ConnectedBefore,
    14 => Disconnected,
});
snapshot!(enum RecipientState {
    0 => Delivered,
    1 => AwaitingConfirmation,
    2 => Filed(code),
    3 => Dismissed,
    4 => Declined,
    5 => Reported,
    6 => Accepted,
    7 => AcceptedByCrossing,
    8 => AcceptedBefore,
    9 => Ended,
    10 => EndedAfterCrossing,
    11 => Withdrawn,
    12 => Expired,
    13 => SenderClosed,
});

impl SenderState {
    /// The domain's state, from which the next one is computed. No transition depends on the details of a fault, so fixed ones
    /// are filled in.
    pub(crate) const fn outgoing(self) -> Outgoing {
        match self {
            Self::Submitted => Outgoing::Submitted,
            Self::Refused(code) => Outgoing::Refused(code),
            Self::AwaitingConfirmation => Outgoing::AwaitingOwnConfirmation,
            Self::HeldForReview => Outgoing::HeldForReview,
            Self::InTransit => Outgoing::InTransit { failures: 0, fault: None, next_attempt: None },
            Self::Retrying => Outgoing::InTransit { failures: 1, fault: None, next_attempt: None },
            Self::Sent => Outgoing::Sent,
            Self::Failed => Outgoing::Failed(Fault::ServerError),
            Self::Withdrawn => Outgoing::Withdrawn(WithdrawnBy::Member),
            Self::Closed => Outgoing::Withdrawn(WithdrawnBy::Closure),
            Self::Expired => Outgoing::Expired,
            Self::Connected | Self::ConnectedByCrossing | Self::ConnectedBefore => Outgoing::Connected,
            Self::Disconnected => Outgoing::Disconnected,
        }
    }

    /// The state after `before`, given the domain's next state and how the event connects the two.
    pub(crate) fn after(before: Option<Self>, outgoing: Outgoing, joined: Option<ConnectionOrigin>) -> Self {
        match outgoing {
            Outgoing::Submitted => Self::Submitted,
            Outgoing::Refused(code) => Self::Refused(code),
            Outgoing::AwaitingOwnConfirmation => Self::AwaitingConfirmation,
            Outgoing::HeldForReview => Self::HeldForReview,
            Outgoing::InTransit { failures: 0, .. } => Self::InTransit,
            Outgoing::InTransit { .. } => Self::Retrying,
            Outgoing::Sent => Self::Sent,
            Outgoing::Failed(_) => Self::Failed,
            Outgoing::Withdrawn(WithdrawnBy::Closure) => Self::Closed,
            Outgoing::Withdrawn(WithdrawnBy::Member | WithdrawnBy::Block | WithdrawnBy::Enforcement) => {
                Self::Withdrawn
            }
            Outgoing::Expired => Self::Expired,
            Outgoing::Connected => match connection_origin(before.and_then(Self::joined), joined) {
                ConnectionOrigin::Accepted => Self::Connected,
                ConnectionOrigin::Crossed => Self::ConnectedByCrossing,
                ConnectionOrigin::Recorded => Self::ConnectedBefore,
            },
            Outgoing::Disconnected => Self::Disconnected,
        }
    }

    const fn joined(self) -> Option<ConnectionOrigin> {
        match self {
            Self::Connected => Some(ConnectionOrigin::Accepted),
            Self::ConnectedByCrossing => Some(ConnectionOrigin::Crossed),
            Self::ConnectedBefore => Some(ConnectionOrigin::Recorded),
            Self::Submitted
            | Self::Refused(_)
            | Self::AwaitingConfirmation
            | Self::HeldForReview
            | Self::InTransit
            | Self::Retrying
            | Self::Sent
            | Self::Failed
            | Self::Withdrawn
            | Self::Closed
            | Self::Expired
            | Self::Disconnected => None,
        }
    }

    /// The code that the sender sees.
    pub(crate) fn code(self) -> Code {
        match self.joined() {
            Some(ConnectionOrigin::Crossed) => Code::Crossed,
            Some(ConnectionOrigin::Recorded) => Code::AlreadyConnected,
            Some(ConnectionOrigin::Accepted) | None => self.outgoing().code(),
        }
    }

    pub(crate) const fn status(self) -> Status {
        match self {
            Self::Refused(_) => Status::Refused,
            Self::AwaitingConfirmation | Self::HeldForReview => Status::Held,
            Self::Submitted | Self::InTransit | Self::Retrying => Status::InTransit,
            Self::Sent => Status::Waiting,
            Self::Failed => Status::Undelivered,
            Self::Withdrawn | Self::Closed => Status::Withdrawn,
            Self::Expired => Status::Expired,
            Self::Connected | Self::ConnectedByCrossing | Self::ConnectedBefore => Status::Connected,
            Self::Disconnected => Status::Disconnected,
        }
    }
}

impl RecipientState {
    /// The domain's state, from which the next one is computed.
    pub(crate) const fn incoming(self) -> Incoming {
        match self {
            Self::Delivered => Incoming::Delivered,
            Self::AwaitingConfirmation => Incoming::AwaitingConfirmation,
            Self::Filed(code) => Incoming::Filed(code),
            Self::Dismissed => Incoming::Dismissed,
            Self::Declined => Incoming::Declined,
            Self::Reported => Incoming::Reported,
            Self::Accepted
            | Self::AcceptedByCrossing
            | Self::AcceptedBefore
            | Self::Ended
            | Self::EndedAfterCrossing => Incoming::Accepted,
            Self::Withdrawn => Incoming::Gone(WithdrawalCause::Withdrawn),
            Self::Expired => Incoming::Gone(WithdrawalCause::Expired),
            Self::SenderClosed => Incoming::Gone(WithdrawalCause::SenderClosed),
        }
    }

    /// The state after `before`, given the domain's next state and the event's facts.
    pub(crate) fn after(before: Option<Self>, incoming: Incoming, facts: &EventFacts) -> Self {
        match incoming {
            Incoming::Delivered => Self::Delivered,
            Incoming::AwaitingConfirmation => Self::AwaitingConfirmation,
            Incoming::Filed(code) => Self::Filed(code),
            Incoming::Dismissed => Self::Dismissed,
            Incoming::Declined => Self::Declined,
            Incoming::Reported => Self::Reported,
            Incoming::Accepted => {
                let has_ended = facts.ends_connection || before.is_some_and(Self::has_ended);
                match (connection_origin(before.and_then(Self::joined), facts.joined), has_ended) {
                    (ConnectionOrigin::Crossed, true) => Self::EndedAfterCrossing,
                    (ConnectionOrigin::Accepted | ConnectionOrigin::Recorded, true) => Self::Ended,
                    (ConnectionOrigin::Accepted, false) => Self::Accepted,
                    (ConnectionOrigin::Crossed, false) => Self::AcceptedByCrossing,
                    (ConnectionOrigin::Recorded, false) => Self::AcceptedBefore,
                }
            }
            Incoming::Gone(cause) => Self::gone(cause),
        }
    }

    /// The state of a request that is no longer open on the sender's side, for this cause.
    pub(crate) const fn gone(cause: WithdrawalCause) -> Self {
        match cause {
            WithdrawalCause::Withdrawn => Self::Withdrawn,
            WithdrawalCause::Expired => Self::Expired,
            WithdrawalCause::SenderClosed => Self::SenderClosed,
        }
    }

    pub(crate) const fn joined(self) -> Option<ConnectionOrigin> {
        match self {
            Self::Accepted | Self::Ended => Some(ConnectionOrigin::Accepted),
            Self::AcceptedByCrossing | Self::EndedAfterCrossing => Some(ConnectionOrigin::Crossed),
            Self::AcceptedBefore => Some(ConnectionOrigin::Recorded),
            Self::Delivered
            | Self::AwaitingConfirmation
            | Self::Filed(_)
            | Self::Dismissed
            | Self::Declined
            | Self::Reported
            | Self::Withdrawn
            | Self::Expired
            | Self::SenderClosed => None,
        }
    }

    const fn has_ended(self) -> bool {
        matches!(self, Self::Ended | Self::EndedAfterCrossing)
    }

    /// The code that the recipient sees, apart from what depends on the time.
    pub(crate) fn code(self) -> Code {
        match (self.has_ended(), self.joined()) {
            (true, _) => Code::DisconnectedSince,
            (false, Some(ConnectionOrigin::Crossed)) => Code::Crossed,
            (false, Some(ConnectionOrigin::Recorded)) => Code::AlreadyConnected,
            (false, Some(ConnectionOrigin::Accepted) | None) => self.incoming().code(),
        }
    }

    pub(crate) const fn status(self) -> Status {
        match self {
            Self::Delivered | Self::AwaitingConfirmation => Status::Waiting,
            Self::Filed(_) => Status::KeptBack,
            Self::Dismissed | Self::Declined | Self::Reported => Status::Declined,
            Self::Accepted | Self::AcceptedByCrossing | Self::AcceptedBefore => Status::Connected,
            Self::Ended | Self::EndedAfterCrossing => Status::Disconnected,
            Self::Withdrawn | Self::SenderClosed => Status::Withdrawn,
            Self::Expired => Status::Expired,
        }
    }
}

/// How the two became connected, if one event said `before` and a later one says `joined`: a crossing takes precedence, and
/// otherwise the first one counts.
fn connection_origin(before: Option<ConnectionOrigin>, joined: Option<ConnectionOrigin>) -> ConnectionOrigin {
    if joined == Some(ConnectionOrigin::Crossed) {
        ConnectionOrigin::Crossed
    } else {
        before.or(joined).unwrap_or(ConnectionOrigin::Accepted)
    }
}
