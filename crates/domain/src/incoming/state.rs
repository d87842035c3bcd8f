//! The state of a request on its recipient's side, and the one function that changes it.

use super::Kind;
use crate::ids::RequestId;
use crate::import::ImportedRecord;
use crate::import::export::ExportEvent;
use crate::letter::WithdrawalCause;
use crate::reason::Code;
use crate::time::Timestamp;
use crate::transition::{IllegalTransition, step};
use crate::verdict::Outcome;
use crate::{account, connection, import, letter, network};

/// The state of a request on its recipient's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Incoming {
    /// In the inbox.
    Delivered,
    /// Waits for the recipient's confirmation before it is displayed.
    AwaitingConfirmation,
    /// Outside the inbox, where the recipient may look.
    Filed(Code),
    /// The recipient dismissed it.
    Dismissed,
    /// The recipient declined it.
    Declined,
    /// The recipient reported the request.
    Reported,
    /// The recipient accepted it.
    Accepted,
    /// No longer open on the sender's side.
    Gone(WithdrawalCause),
}

impl Incoming {
    /// The reason code of the state.
    pub fn code(self) -> Code {
        match self {
            Self::Delivered => Code::AwaitingResponse,
            Self::AwaitingConfirmation => Code::AwaitingRecipientConfirmation,
            Self::Filed(code) => code,
            Self::Dismissed => Code::Dismissed,
            Self::Declined => Code::Declined,
            Self::Reported => Code::Reported,
            Self::Accepted => Code::Accepted,
            Self::Gone(WithdrawalCause::Withdrawn) => Code::Withdrawn,
            Self::Gone(WithdrawalCause::Expired) => Code::Expired,
            Self::Gone(WithdrawalCause::SenderClosed) => Code::SenderClosed,
        }
    }

    /// Whether the recipient can still answer it.
    pub fn is_answerable(self) -> bool {
        match self {
            Self::Delivered | Self::AwaitingConfirmation | Self::Filed(_) | Self::Dismissed => true,
            Self::Declined | Self::Reported | Self::Accepted | Self::Gone(_) => false,
        }
    }
}

/// The state of a request after `event`, which is about it; `None` before it has arrived.
///
/// # Errors
/// The previous state does not allow the event. The error holds the state that the event leads to nevertheless.
pub fn evolve(
    state: Option<Incoming>,
    event: &crate::Event,
) -> Result<Option<Incoming>, IllegalTransition<Option<Incoming>>> {
    step(state, after(state, event), allows(state, event))
}

/// Whether this event can happen to a request in this state. Another network's records may come in any order.
fn allows(state: Option<Incoming>, event: &crate::Event) -> bool {
    let arrives = matches!(state, None | Some(Incoming::Gone(_)));
    let is_answerable = state.is_some_and(Incoming::is_answerable);
    match event {
        crate::Event::Incoming(event) => match event.kind {
            // A request that a ban withdrew arrives again when the ban is reversed.
            Kind::Delivered { .. } | Kind::Held { .. } | Kind::Filed { .. } | Kind::Merged { .. } => arrives,
            // An answer from before such a ban applies again on arrival.
            Kind::Declined | Kind::Dismissed | Kind::Reported => arrives || is_answerable,
            Kind::Shown => state == Some(Incoming::AwaitingConfirmation),
            Kind::Accepted { .. } | Kind::FiledByClosure => is_answerable,
            // The request that arrives also answers the sender's earlier ones, whatever their state.
            Kind::Crossed { .. } => state != Some(Incoming::Accepted),
        },
        crate::Event::Letter(event) => match event.kind {
            letter::Kind::WithdrawalTaken { .. } => !matches!(state, Some(Incoming::Gone(_))),
            letter::Kind::DeliveryFailed { .. }
            | letter::Kind::DeliveryAbandoned { .. }
            | letter::Kind::RequestArrived { .. }
            | letter::Kind::ReminderTaken { .. } => true,
        },
        crate::Event::Network(event) => match event {
            network::Event::RequestUnclaimed { .. } => arrives,
            network::Event::Founded { .. }
            | network::Event::PolicyAdopted { .. }
            | network::Event::CommandRefused(_)
            | network::Event::LookupRecorded(_)
            | network::Event::FaultStarted { .. }
            | network::Event::FaultStopped(_) => true,
        },
        // A connection's name also holds closed requests, and letters cross.
        crate::Event::Connection(_) | crate::Event::Account(_) => true,
        crate::Event::Outgoing(_) | crate::Event::Oversight(_) | crate::Event::Import(_) => true,
    }
}

fn after(state: Option<Incoming>, event: &crate::Event) -> Option<Incoming> {
    match event {
        crate::Event::Incoming(event) => own(&event.kind, state),
        crate::Event::Letter(event) => taken(&event.kind, state),
        crate::Event::Connection(event) => connected(&event.kind, state),
        crate::Event::Account(event) => accounted(&event.kind, state),
        crate::Event::Network(event) => networked(event, state),
        crate::Event::Import(event) => imported(event, state),
        crate::Event::Outgoing(_) | crate::Event::Oversight(_) => state,
    }
}

fn own(kind: &Kind, state: Option<Incoming>) -> Option<Incoming> {
    match kind {
        Kind::Delivered { .. } | Kind::Shown => Some(Incoming::Delivered),
        Kind::Held { .. } => Some(Incoming::AwaitingConfirmation),
        Kind::Filed { verdict } => match verdict.outcome {
            Outcome::Refuse(code) | Outcome::Hold(code) => Some(Incoming::Filed(code)),
            Outcome::Pass => state,
        },
        Kind::FiledByClosure => state.map(|state| filed_as(state, Code::RecipientClosed)),
        Kind::Merged { into: None } => Some(Incoming::Filed(Code::AlreadyConnected)),
        Kind::Merged { into: Some(_) } => state.or(Some(Incoming::Filed(Code::AlreadyPending))),
        Kind::Crossed { .. } | Kind::Accepted { .. } => Some(Incoming::Accepted),
        Kind::Declined => Some(Incoming::Declined),
        Kind::Dismissed => Some(Incoming::Dismissed),
        Kind::Reported => Some(Incoming::Reported),
    }
}

fn taken(kind: &letter::Kind, state: Option<Incoming>) -> Option<Incoming> {
    match kind {
        letter::Kind::WithdrawalTaken { cause, .. } => Some(Incoming::Gone(*cause)),
        letter::Kind::DeliveryFailed { .. }
        | letter::Kind::DeliveryAbandoned { .. }
        | letter::Kind::RequestArrived { .. }
        | letter::Kind::ReminderTaken { .. } => state,
    }
}

fn connected(kind: &connection::Kind, state: Option<Incoming>) -> Option<Incoming> {
    match kind {
        connection::Kind::Recorded { .. } | connection::Kind::AcceptanceTaken { .. } => {
            Some(Incoming::Accepted)
        }
        connection::Kind::AcceptanceLapsed { .. } => {
            state.map(|_| Incoming::Gone(WithdrawalCause::Withdrawn))
        }
        connection::Kind::Blocked { .. } => state.map(|state| filed_as(state, Code::BlockedByRecipient)),
        connection::Kind::Unblocked
        | connection::Kind::Disconnected { .. }
        | connection::Kind::Closed { .. }
        | connection::Kind::DisconnectionTaken { .. }
        | connection::Kind::ClosureTaken { .. } => state,
    }
}

fn accounted(kind: &account::Kind, state: Option<Incoming>) -> Option<Incoming> {
    match kind {
        account::Kind::Closed { .. } => state.map(|state| filed_as(state, Code::RecipientClosed)),
        account::Kind::Added { .. }
        | account::Kind::Changed { .. }
        | account::Kind::Restricted { .. }
        | account::Kind::Banned
        | account::Kind::RestrictionLifted
        | account::Kind::ContactsImported { .. }
        | account::Kind::SettingsChanged { .. }
        | account::Kind::SendChecked => state,
    }
}

fn networked(event: &network::Event, state: Option<Incoming>) -> Option<Incoming> {
    match event {
        network::Event::RequestUnclaimed { .. } => Some(Incoming::Filed(Code::AddressUnknown)),
        network::Event::Founded { .. }
        | network::Event::PolicyAdopted { .. }
        | network::Event::CommandRefused(_)
        | network::Event::LookupRecorded(_)
        | network::Event::FaultStarted { .. }
        | network::Event::FaultStopped(_) => state,
    }
}

fn imported(event: &import::Event, state: Option<Incoming>) -> Option<Incoming> {
    match event {
        import::Event::RequestObserved { .. } => Some(Incoming::Delivered),
        import::Event::AcceptanceObserved { .. } => Some(Incoming::Accepted),
        import::Event::Export(event) => exported(event, state),
        import::Event::Inherited(record) => by_record(record, state),
        import::Event::Begun { .. } => state,
    }
}

/// The state after a fact of an export. That something is missing from a newer export changes nothing.
fn exported(event: &ExportEvent, state: Option<Incoming>) -> Option<Incoming> {
    match event {
        ExportEvent::ConnectionObserved { .. } => Some(Incoming::Accepted),
        ExportEvent::DeclineObserved { .. } => Some(Incoming::Declined),
        ExportEvent::ExportBegun { .. }
        | ExportEvent::ExportEnded { .. }
        | ExportEvent::PeopleObserved { .. }
        | ExportEvent::PersonChanged { .. }
        | ExportEvent::NamesakesObserved { .. }
        | ExportEvent::RequestVanished { .. }
        | ExportEvent::EndObserved { .. }
        | ExportEvent::ConnectionVanished { .. }
        | ExportEvent::BlockObserved { .. } => state,
    }
}

fn by_record(record: &ImportedRecord, state: Option<Incoming>) -> Option<Incoming> {
    match record {
        ImportedRecord::ArrivalInherited { place, .. } => Some(place.incoming()),
        ImportedRecord::ConnectionInherited { .. } => Some(Incoming::Accepted),
        ImportedRecord::StretchTaken(_)
        | ImportedRecord::MemberInherited { .. }
        | ImportedRecord::RequestInherited { .. }
        | ImportedRecord::BlockInherited { .. } => state,
    }
}

/// Whether the closure of the recipient's account files a request in this state.
pub fn closure_files(state: Incoming) -> bool {
    state.is_answerable() && state != Incoming::Filed(Code::RecipientClosed)
}

fn filed_as(state: Incoming, code: Code) -> Incoming {
    if state.is_answerable() { Incoming::Filed(code) } else { state }
}

/// All requests of one sender to one recipient that are open on the sender's side. They share one state.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestGroup {
    /// The requests, in the order in which they arrived.
    pub requests: Vec<RequestId>,
    /// State of the group.
    pub state: Incoming,
    /// Time at which this state began.
    pub since: Timestamp,
}
