//! The incoming desk: a request on its recipient's side, from its arrival ([`arrival`](crate::arrival)) to its answer.
//! Nothing of this is ever told to the sender, but an acceptance.

mod event;

pub use event::{Event, Kind};

use crate::connection::{Connection, ConnectionName};
use crate::export::ExportEvent;
use crate::ids::{LetterNumber, RequestId};
use crate::inherited::Inherited;
use crate::letter::{Leg, WithdrawalCause};
use crate::member::Standing;
use crate::reason::Code;
use crate::request::Ask;
use crate::time::Timestamp;
use crate::verdict::{NetworkSize, Outcome};
use crate::{Decision, account, connection, import, letter, network};

/// Where a request stands on its recipient's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Incoming {
    /// In the inbox.
    Delivered,
    /// Waits for the recipient's word before it is displayed.
    AwaitingConfirmation,
    /// Where the recipient may look, not in the inbox.
    Filed(Code),
    /// Set aside.
    Dismissed,
    /// Answered no.
    Declined,
    /// Reported.
    Reported,
    /// Answered yes.
    Accepted,
    /// No longer open on the sender's side.
    Gone(WithdrawalCause),
}

impl Incoming {
    /// The reason code of where it stands.
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

/// Where a request stands after `event`, which is about it; `None` before it has arrived.
pub fn evolve(state: Option<Incoming>, event: &crate::Event) -> Option<Incoming> {
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
        import::Event::Inherited(event) => inherited(event, state),
        import::Event::Begun { .. } => state,
    }
}

/// What an export says of it; what it only no longer says changes nothing.
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

fn inherited(inherited: &Inherited, state: Option<Incoming>) -> Option<Incoming> {
    match inherited {
        Inherited::ArrivalInherited { stands, .. } => Some(stands.incoming()),
        Inherited::ConnectionInherited { .. } => Some(Incoming::Accepted),
        Inherited::StretchTaken(_)
        | Inherited::MemberInherited { .. }
        | Inherited::RequestInherited { .. }
        | Inherited::BlockInherited { .. } => state,
    }
}

/// Whether the closure of the recipient's account files what stands so.
pub fn closure_files(state: Incoming) -> bool {
    state.is_answerable() && state != Incoming::Filed(Code::RecipientClosed)
}

fn filed_as(state: Incoming, code: Code) -> Incoming {
    if state.is_answerable() { Incoming::Filed(code) } else { state }
}

/// What one sender has with one recipient: all requests of theirs that are open on the sender's side are one matter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Matter {
    /// The requests, in the order in which they arrived.
    pub requests: Vec<RequestId>,
    /// Where the matter stands.
    pub state: Incoming,
    /// Since when.
    pub since: Timestamp,
}

/// What the recipient's desk knows when the recipient answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answering {
    /// The request answered, the first of the matter's.
    pub ask: Ask,
    /// The matter.
    pub matter: Matter,
    /// The recipient's standing, as of now.
    pub standing: Standing,
    /// Since when the recipient blocks the sender.
    pub blocked_since: Option<Timestamp>,
    /// The recipient's own open request to the sender.
    pub own_request: Option<RequestId>,
    /// The size of the recipient's network; `None` where the policy has no cap on it.
    pub network: Option<NetworkSize>,
    /// The number of the next letter from the recipient to the sender.
    pub next_letter: LetterNumber,
}

/// Yes. What the recipient had asked of the sender meanwhile becomes part of the connection's name.
pub fn accept(answering: &Answering) -> Decision<Event> {
    if !answering.matter.state.is_answerable() {
        return Decision::NotThere(Some(answering.matter.state.code()));
    }
    if let Standing::Banned { .. } = answering.standing {
        return Decision::Refused(Code::SenderBanned);
    }
    if answering.blocked_since.is_some() {
        return Decision::Refused(Code::YouBlockedThem);
    }
    if answering.network.is_some_and(NetworkSize::is_full) {
        return Decision::Refused(Code::RecipientNetworkFull);
    }
    let requests = answering.matter.requests.iter().copied().chain(answering.own_request);
    let name = ConnectionName::of(requests);
    happens(answering, Kind::Accepted { name, letter: answering.next_letter, crossing: None })
}

/// No.
pub fn decline(answering: &Answering) -> Decision<Event> {
    if_answerable(answering, Kind::Declined)
}

/// Neither yes nor no.
pub fn dismiss(answering: &Answering) -> Decision<Event> {
    match answering.matter.state {
        Incoming::Dismissed => Decision::NotThere(Some(Code::Dismissed)),
        Incoming::Delivered
        | Incoming::AwaitingConfirmation
        | Incoming::Filed(_)
        | Incoming::Declined
        | Incoming::Reported
        | Incoming::Accepted
        | Incoming::Gone(_) => if_answerable(answering, Kind::Dismissed),
    }
}

/// No, and it should not have been sent.
pub fn report(answering: &Answering) -> Decision<Event> {
    if_answerable(answering, Kind::Reported)
}

fn if_answerable(answering: &Answering, kind: Kind) -> Decision<Event> {
    if answering.matter.state.is_answerable() {
        happens(answering, kind)
    } else {
        Decision::NotThere(Some(answering.matter.state.code()))
    }
}

fn happens(answering: &Answering, kind: Kind) -> Decision<Event> {
    Decision::Happens(vec![Event { ask: answering.ask, kind }])
}

/// The word that it waited for: it is displayed.
pub fn confirm(answering: &Answering) -> Decision<Event> {
    match answering.matter.state {
        Incoming::AwaitingConfirmation => match answering.standing {
            Standing::Banned { .. } => Decision::Refused(Code::SenderBanned),
            Standing::Good | Standing::Restricted { .. } | Standing::Closed { .. } => {
                happens(answering, Kind::Shown)
            }
        },
        Incoming::Delivered
        | Incoming::Filed(_)
        | Incoming::Dismissed
        | Incoming::Declined
        | Incoming::Reported
        | Incoming::Accepted
        | Incoming::Gone(_) => Decision::NotThere(Some(answering.matter.state.code())),
    }
}

/// The letter `Withdrawn` arrives. Where the recipient had said yes and nothing else of the sender's is left in the
/// matter, the connection ends: the sender had taken the request back before the yes came.
pub fn take_withdrawal(
    ask: Ask,
    cause: WithdrawalCause,
    leg: Leg,
    matter: Option<&Matter>,
    connection: Option<&Connection>,
) -> letter::Event {
    let Ask { request, sender, recipient } = ask;
    let was_last = matter.is_some_and(|matter| {
        matter.state == Incoming::Accepted && matter.requests.iter().all(|other| *other == request)
    });
    let ends = connection.filter(|_| was_last).map(|connection| connection.name.clone());
    letter::Event {
        leg,
        kind: letter::Kind::WithdrawalTaken { request, sender, recipient: Some(recipient), cause, ends },
    }
}
