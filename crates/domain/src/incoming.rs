//! The incoming desk: a request on its recipient's side, from its arrival ([`arrival`](crate::arrival)) to its answer.
//! Nothing of this is ever told to the sender, but an acceptance.

use crate::Decision;
use crate::event::Event;
use crate::export::ExportEvent;
use crate::ids::{LetterNumber, RequestId};
use crate::inherited::Inherited;
use crate::letter::{Leg, WithdrawalCause};
use crate::member::Standing;
use crate::reason::Code;
use crate::relation::{Connection, ConnectionName};
use crate::request::Ask;
use crate::time::Timestamp;
use crate::verdict::{NetworkSize, Outcome};

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
pub fn evolve(state: Option<Incoming>, event: &Event) -> Option<Incoming> {
    match event {
        Event::RequestDelivered { .. } | Event::RequestShown(_) | Event::RequestObserved { .. } => {
            Some(Incoming::Delivered)
        }
        Event::RequestHeldByRecipient { .. } => Some(Incoming::AwaitingConfirmation),
        Event::RequestFiled { verdict, .. } => match verdict.outcome {
            Outcome::Refuse(code) | Outcome::Hold(code) => Some(Incoming::Filed(code)),
            Outcome::Pass => state,
        },
        Event::RequestUnclaimed { .. } => Some(Incoming::Filed(Code::AddressUnknown)),
        Event::RequestMerged { into: None, .. } => Some(Incoming::Filed(Code::AlreadyConnected)),
        Event::RequestMerged { into: Some(_), .. } => state.or(Some(Incoming::Filed(Code::AlreadyPending))),
        Event::RequestsCrossed { .. }
        | Event::RequestAccepted { .. }
        | Event::AcceptanceObserved { .. }
        | Event::ConnectionRecorded { .. }
        | Event::AcceptanceTaken { .. } => Some(Incoming::Accepted),
        Event::RequestDeclined(_) => Some(Incoming::Declined),
        Event::Export(event) => exported(event, state),
        Event::Inherited(inherited) => self::inherited(inherited, state),
        Event::RequestDismissed(_) => Some(Incoming::Dismissed),
        Event::RequestReported(_) => Some(Incoming::Reported),
        Event::WithdrawalTaken { cause, .. } => Some(Incoming::Gone(*cause)),
        Event::AcceptanceLapsed { .. } => state.map(|_| Incoming::Gone(WithdrawalCause::Withdrawn)),
        Event::MemberBlocked { .. } => state.map(|state| filed_as(state, Code::BlockedByRecipient)),
        Event::MemberClosed { .. } => state.map(|state| filed_as(state, Code::RecipientClosed)),
        Event::Founded { .. }
        | Event::PolicyAdopted { .. }
        | Event::MemberAdded { .. }
        | Event::MemberChanged { .. }
        | Event::MemberRestricted { .. }
        | Event::MemberBanned(_)
        | Event::RestrictionLifted(_)
        | Event::ContactsImported { .. }
        | Event::SettingsChanged { .. }
        | Event::MemberUnblocked { .. }
        | Event::MemberDisconnected { .. }
        | Event::DisconnectionTaken { .. }
        | Event::ClosureTaken { .. }
        | Event::RequestSubmitted { .. }
        | Event::RequestRefused { .. }
        | Event::RequestHeld { .. }
        | Event::RequestSent { .. }
        | Event::RequestConfirmed { .. }
        | Event::RequestWithdrawn { .. }
        | Event::RequestExpired { .. }
        | Event::DeliveryFailed { .. }
        | Event::DeliveryAbandoned { .. }
        | Event::RequestArrived { .. }
        | Event::CommandRefused(_)
        | Event::RequestChecked(_)
        | Event::RequestReminded(_)
        | Event::ReminderTaken(_)
        | Event::LookupRecorded(_)
        | Event::Oversight(_)
        | Event::FaultStarted { .. }
        | Event::FaultStopped(_)
        | Event::ImportBegun { .. } => state,
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
pub fn accept(answering: &Answering) -> Decision {
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
    Decision::Happens(vec![Event::RequestAccepted {
        ask: answering.ask,
        name,
        letter: answering.next_letter,
        crossing: None,
    }])
}

/// No.
pub fn decline(answering: &Answering) -> Decision {
    if_answerable(answering, Event::RequestDeclined(answering.ask))
}

/// Neither yes nor no.
pub fn dismiss(answering: &Answering) -> Decision {
    match answering.matter.state {
        Incoming::Dismissed => Decision::NotThere(Some(Code::Dismissed)),
        Incoming::Delivered
        | Incoming::AwaitingConfirmation
        | Incoming::Filed(_)
        | Incoming::Declined
        | Incoming::Reported
        | Incoming::Accepted
        | Incoming::Gone(_) => if_answerable(answering, Event::RequestDismissed(answering.ask)),
    }
}

/// No, and it should not have been sent.
pub fn report(answering: &Answering) -> Decision {
    if_answerable(answering, Event::RequestReported(answering.ask))
}

fn if_answerable(answering: &Answering, event: Event) -> Decision {
    if answering.matter.state.is_answerable() {
        Decision::Happens(vec![event])
    } else {
        Decision::NotThere(Some(answering.matter.state.code()))
    }
}

/// The word that it waited for: it is displayed.
pub fn confirm(answering: &Answering) -> Decision {
    match answering.matter.state {
        Incoming::AwaitingConfirmation => match answering.standing {
            Standing::Banned { .. } => Decision::Refused(Code::SenderBanned),
            Standing::Good | Standing::Restricted { .. } | Standing::Closed { .. } => {
                Decision::Happens(vec![Event::RequestShown(answering.ask)])
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
) -> Event {
    let Ask { request, sender, recipient } = ask;
    let was_last = matter.is_some_and(|matter| {
        matter.state == Incoming::Accepted && matter.requests.iter().all(|other| *other == request)
    });
    let ends = connection.filter(|_| was_last).map(|connection| connection.name.clone());
    Event::WithdrawalTaken { request, sender, recipient: Some(recipient), cause, ends, leg }
}
