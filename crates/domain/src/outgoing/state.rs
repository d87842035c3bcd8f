//! The state of a request on its sender's side, and the one function that changes it.

use super::Kind;
use crate::ids::MemberId;
use crate::import::ImportedRecord;
use crate::import::export::ExportEvent;
use crate::letter::Fault;
use crate::reason::Code;
use crate::recorded::WithdrawnBy;
use crate::time::Timestamp;
use crate::transition::{IllegalTransition, step};
use crate::verdict::{Outcome, Verdict};
use crate::{connection, import, incoming, letter, oversight};

/// The state of a request on its sender's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outgoing {
    /// Recorded, not judged yet.
    Submitted,
    /// Refused, for this reason.
    Refused(Code),
    /// Waits for the sender's own confirmation.
    AwaitingOwnConfirmation,
    /// Waits for a review.
    HeldForReview,
    /// Its letter is in transit.
    InTransit {
        /// How many attempts at delivery have failed.
        failures: u32,
        /// How the last one failed.
        fault: Option<Fault>,
        /// When the next attempt is due; `None` before the first failure and after the last attempt.
        next_attempt: Option<Timestamp>,
    },
    /// Its letter has arrived.
    Sent,
    /// Its letter was given up.
    Failed(Fault),
    /// Withdrawn, and by whom.
    Withdrawn(WithdrawnBy),
    /// The request reached the policy's expiry age.
    Expired,
    /// The two are connected by it.
    Connected,
    /// The two were connected by it and no longer are.
    Disconnected,
}

impl Outgoing {
    /// Whether it is still open on the sender's side.
    pub fn is_open(self) -> bool {
        match self {
            Self::Submitted
            | Self::AwaitingOwnConfirmation
            | Self::HeldForReview
            | Self::InTransit { .. }
            | Self::Sent => true,
            Self::Refused(_)
            | Self::Failed(_)
            | Self::Withdrawn(_)
            | Self::Expired
            | Self::Connected
            | Self::Disconnected => false,
        }
    }

    /// Whether it has left the sender's desk and is still open, so that a request in the other direction crosses it.
    pub fn is_outstanding(self) -> bool {
        matches!(self, Self::InTransit { .. } | Self::Sent)
    }

    /// The reason code of the state.
    pub fn code(self) -> Code {
        match self {
            Self::Submitted | Self::InTransit { failures: 0, .. } => Code::InTransit,
            Self::Refused(code) => code,
            Self::AwaitingOwnConfirmation => Code::AwaitingOwnConfirmation,
            Self::HeldForReview => Code::SpamHeld,
            Self::InTransit { .. } => Code::DeliveryRetrying,
            Self::Sent => Code::Undisclosed,
            Self::Failed(_) => Code::DeliveryFailed,
            Self::Withdrawn(_) => Code::Withdrawn,
            Self::Expired => Code::Expired,
            Self::Connected => Code::Accepted,
            Self::Disconnected => Code::DisconnectedSince,
        }
    }
}

const IN_TRANSIT: Outgoing = Outgoing::InTransit { failures: 0, fault: None, next_attempt: None };

/// The state of a request of `sender`'s after `event`, which is about it; before its first event it is `Submitted`.
///
/// # Errors
/// The previous state does not allow the event. The error holds the state that the event leads to nevertheless.
pub fn evolve(
    state: Outgoing,
    sender: MemberId,
    event: &crate::Event,
) -> Result<Outgoing, IllegalTransition<Outgoing>> {
    step(state, after(state, sender, event), allows(state, event))
}

/// Whether this event can happen to a request in this state. Another network's records may come in any order.
fn allows(state: Outgoing, event: &crate::Event) -> bool {
    match event {
        crate::Event::Outgoing(event) => match event.kind {
            Kind::Submitted { .. } | Kind::Refused { .. } | Kind::Held { .. } | Kind::Sent { .. } => {
                state == Outgoing::Submitted
            }
            Kind::Confirmed { .. } => state == Outgoing::AwaitingOwnConfirmation,
            Kind::Withdrawn { .. } | Kind::Expired { .. } => state.is_open(),
            Kind::Reminded { .. } => state == Outgoing::Sent,
        },
        crate::Event::Letter(event) => match event.kind {
            // A request can be answered in transit; its letter still arrives, or fails, afterwards.
            letter::Kind::RequestArrived { .. }
            | letter::Kind::DeliveryFailed { request: Some(_), .. }
            | letter::Kind::DeliveryAbandoned { .. } => {
                matches!(state, Outgoing::InTransit { .. } | Outgoing::Connected | Outgoing::Disconnected)
            }
            letter::Kind::DeliveryFailed { request: None, .. }
            | letter::Kind::WithdrawalTaken { .. }
            | letter::Kind::ReminderTaken { .. } => true,
        },
        crate::Event::Oversight(event) => match event {
            oversight::Event::RequestReleased { .. }
            | oversight::Event::RequestRejected { .. }
            | oversight::Event::RequestStaysHeld { .. } => state == Outgoing::HeldForReview,
            oversight::Event::RequestRestored { .. } => matches!(state, Outgoing::Withdrawn(_)),
            oversight::Event::FeedbackTaken { .. }
            | oversight::Event::RestrictionImposed { .. }
            | oversight::Event::AppealOpened { .. }
            | oversight::Event::AppealUpheld { .. }
            | oversight::Event::AppealDismissed { .. }
            | oversight::Event::BanReversed { .. } => true,
        },
        // A connection's name also holds closed requests, which stay as they are.
        crate::Event::Incoming(_) | crate::Event::Connection(_) => true,
        crate::Event::Network(_) | crate::Event::Account(_) | crate::Event::Import(_) => true,
    }
}

fn after(state: Outgoing, sender: MemberId, event: &crate::Event) -> Outgoing {
    match event {
        crate::Event::Outgoing(event) => own(&event.kind, state),
        crate::Event::Letter(event) => carried(&event.kind, sender, state),
        crate::Event::Incoming(event) => answered(event, sender, state),
        crate::Event::Connection(event) => connected(event, sender, state),
        crate::Event::Oversight(event) => overseen(event, state),
        crate::Event::Import(event) => imported(event, sender, state),
        crate::Event::Network(_) | crate::Event::Account(_) => state,
    }
}

fn own(kind: &Kind, state: Outgoing) -> Outgoing {
    match kind {
        Kind::Submitted { .. } => Outgoing::Submitted,
        Kind::Refused { verdict } | Kind::Held { verdict, .. } => stopped_by(verdict, state),
        Kind::Sent { .. } | Kind::Confirmed { .. } => IN_TRANSIT,
        Kind::Withdrawn { by, .. } => Outgoing::Withdrawn(*by),
        Kind::Expired { .. } => Outgoing::Expired,
        Kind::Reminded { .. } => state,
    }
}

fn carried(kind: &letter::Kind, sender: MemberId, state: Outgoing) -> Outgoing {
    match kind {
        letter::Kind::RequestArrived { .. } => if_in_transit(state, Outgoing::Sent),
        letter::Kind::DeliveryFailed { request: Some(_), attempt, fault, next_attempt, .. } => {
            let (failures, next_attempt) = (*attempt, *next_attempt);
            if_in_transit(state, Outgoing::InTransit { failures, fault: Some(*fault), next_attempt })
        }
        letter::Kind::DeliveryAbandoned { fault, .. } => if_in_transit(state, Outgoing::Failed(*fault)),
        letter::Kind::WithdrawalTaken { recipient: Some(recipient), ends: Some(_), .. } => {
            disconnected_at(*recipient, sender, state)
        }
        letter::Kind::DeliveryFailed { request: None, .. }
        | letter::Kind::WithdrawalTaken { .. }
        | letter::Kind::ReminderTaken { .. } => state,
    }
}

fn answered(event: &incoming::Event, sender: MemberId, state: Outgoing) -> Outgoing {
    match event.kind {
        incoming::Kind::Accepted { .. } | incoming::Kind::Crossed { .. } => {
            connected_at(event.request_ref.recipient, sender, state)
        }
        incoming::Kind::Delivered { .. }
        | incoming::Kind::Held { .. }
        | incoming::Kind::Filed { .. }
        | incoming::Kind::FiledByClosure
        | incoming::Kind::Merged { .. }
        | incoming::Kind::Shown
        | incoming::Kind::Declined
        | incoming::Kind::Dismissed
        | incoming::Kind::Reported => state,
    }
}

fn connected(event: &connection::Event, sender: MemberId, state: Outgoing) -> Outgoing {
    match event.kind {
        connection::Kind::Recorded { .. } => Outgoing::Connected,
        connection::Kind::AcceptanceTaken { .. } => connected_at(event.member, sender, state),
        connection::Kind::Disconnected { .. }
        | connection::Kind::Closed { .. }
        | connection::Kind::DisconnectionTaken { .. }
        | connection::Kind::ClosureTaken { .. } => disconnected_at(event.member, sender, state),
        connection::Kind::Blocked { .. }
        | connection::Kind::Unblocked
        | connection::Kind::AcceptanceLapsed { .. } => state,
    }
}

fn imported(event: &import::Event, sender: MemberId, state: Outgoing) -> Outgoing {
    match event {
        import::Event::RequestObserved { .. } => Outgoing::Sent,
        import::Event::AcceptanceObserved { .. } => Outgoing::Connected,
        import::Event::Export(event) => exported(event, sender, state),
        import::Event::Inherited(record) => by_record(record, state),
        import::Event::Begun { .. } => state,
    }
}

fn overseen(oversight: &oversight::Event, state: Outgoing) -> Outgoing {
    match oversight {
        oversight::Event::RequestReleased { posted: Some(_), .. } => IN_TRANSIT,
        oversight::Event::RequestReleased { verdict, posted: None, .. } => stopped_by(verdict, state),
        oversight::Event::RequestRejected { code, .. } => Outgoing::Refused(*code),
        oversight::Event::RequestRestored { posted: Some(_), .. } => IN_TRANSIT,
        oversight::Event::RequestRestored { held: Some(Code::AwaitingOwnConfirmation), .. } => {
            Outgoing::AwaitingOwnConfirmation
        }
        oversight::Event::RequestRestored { .. } => Outgoing::HeldForReview,
        oversight::Event::FeedbackTaken { .. }
        | oversight::Event::RestrictionImposed { .. }
        | oversight::Event::AppealOpened { .. }
        | oversight::Event::AppealUpheld { .. }
        | oversight::Event::RequestStaysHeld { .. }
        | oversight::Event::BanReversed { .. }
        | oversight::Event::AppealDismissed { .. } => state,
    }
}

/// The state after a fact of an export. That a request is missing from a newer export changes nothing.
fn exported(event: &ExportEvent, sender: MemberId, state: Outgoing) -> Outgoing {
    match event {
        ExportEvent::ConnectionObserved { .. } => Outgoing::Connected,
        ExportEvent::EndObserved { .. } | ExportEvent::ConnectionVanished { .. } => {
            disconnected_at(sender, sender, state)
        }
        ExportEvent::ExportBegun { .. }
        | ExportEvent::ExportEnded { .. }
        | ExportEvent::PeopleObserved { .. }
        | ExportEvent::PersonChanged { .. }
        | ExportEvent::NamesakesObserved { .. }
        | ExportEvent::RequestVanished { .. }
        | ExportEvent::DeclineObserved { .. }
        | ExportEvent::BlockObserved { .. } => state,
    }
}

/// The state after a record from before the log. Such a request had arrived.
fn by_record(record: &ImportedRecord, state: Outgoing) -> Outgoing {
    match record {
        ImportedRecord::RequestInherited { .. } => Outgoing::Sent,
        ImportedRecord::ConnectionInherited { .. } => Outgoing::Connected,
        ImportedRecord::StretchTaken(_)
        | ImportedRecord::MemberInherited { .. }
        | ImportedRecord::ArrivalInherited { .. }
        | ImportedRecord::BlockInherited { .. } => state,
    }
}

/// A request that is no longer in transit keeps its state, whatever becomes of its letter.
fn if_in_transit(state: Outgoing, next: Outgoing) -> Outgoing {
    if matches!(state, Outgoing::InTransit { .. }) { next } else { state }
}

fn stopped_by(verdict: &Verdict, state: Outgoing) -> Outgoing {
    match verdict.outcome {
        Outcome::Refuse(code) => Outgoing::Refused(code),
        Outcome::Hold(Code::AwaitingOwnConfirmation) => Outgoing::AwaitingOwnConfirmation,
        Outcome::Hold(_) => Outgoing::HeldForReview,
        Outcome::Pass => state,
    }
}

fn connected_at(desk: MemberId, sender: MemberId, state: Outgoing) -> Outgoing {
    if desk == sender && state.is_open() { Outgoing::Connected } else { state }
}

fn disconnected_at(desk: MemberId, sender: MemberId, state: Outgoing) -> Outgoing {
    if desk == sender && state == Outgoing::Connected { Outgoing::Disconnected } else { state }
}
