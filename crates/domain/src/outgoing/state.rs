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
    /// Asked for, not judged yet.
    Submitted,
    /// Goes no further.
    Refused(Code),
    /// Waits for the sender's own word.
    AwaitingOwnConfirmation,
    /// Waits for a review.
    HeldForReview,
    /// Its letter is in transit.
    InTransit {
        /// How many attempts at delivery have failed.
        failures: u32,
        /// How the last one failed.
        fault: Option<Fault>,
        /// When the next one is due; `None` before the first.
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
    /// They were, and no longer are.
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

    /// Whether it has left the sender's desk and is still open: what a request the other way crosses with.
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

const ON_THE_ROAD: Outgoing = Outgoing::InTransit { failures: 0, fault: None, next_attempt: None };

/// The state of a request of `sender`'s after `event`, which is about it; before its first event it is `Submitted`.
///
/// # Errors
/// The state before does not allow the event; the error has the state that the event leads to all the same.
pub fn evolve(
    state: Outgoing,
    sender: MemberId,
    event: &crate::Event,
) -> Result<Outgoing, IllegalTransition<Outgoing>> {
    step(state, after(state, sender, event), allows(state, event))
}

/// Whether this event can happen to a request in this state. What another network's records say may come in any order.
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
            // The letter of a request that was answered on its way still arrives, or does not.
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
        // A connection's name holds requests that are over, too: those stay as they are.
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
        Kind::Sent { .. } | Kind::Confirmed { .. } => ON_THE_ROAD,
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
            connected_at(event.ask.recipient, sender, state)
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
        import::Event::Inherited(event) => inherited(event, state),
        import::Event::Begun { .. } => state,
    }
}

fn overseen(oversight: &oversight::Event, state: Outgoing) -> Outgoing {
    match oversight {
        oversight::Event::RequestReleased { posted: Some(_), .. } => ON_THE_ROAD,
        oversight::Event::RequestReleased { verdict, posted: None, .. } => stopped_by(verdict, state),
        oversight::Event::RequestRejected { code, .. } => Outgoing::Refused(*code),
        oversight::Event::RequestRestored { posted: Some(_), .. } => ON_THE_ROAD,
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

/// What an export says of it; what it only no longer says changes nothing.
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

/// What is inherited had arrived.
fn inherited(inherited: &ImportedRecord, state: Outgoing) -> Outgoing {
    match inherited {
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
