//! The outgoing desk: a request on its sender's side.
//!
//! Nothing here depends on the recipient beyond what is public. INVARIANT (two desks): no state of this module changes
//! by an event of the recipient's desk before the letter `Accepted` has been taken.

mod crossing;
mod event;

pub use crossing::{Crossing, Theirs, cross};
pub use event::{Event, Kind};

use crate::export::ExportEvent;
use crate::ids::{MemberId, RequestId};
use crate::inherited::Inherited;
use crate::letter::{Addressee, Channel, Fault, Leg, Letter, Posted, Route, WithdrawalCause};
use crate::personal::Personal;
use crate::reason::Code;
use crate::recorded::WithdrawnBy;
use crate::request::Typed;
use crate::time::{Span, Timestamp};
use crate::verdict::{Distance, Outcome, Verdict};
use crate::{Decision, LetterNumber, connection, import, incoming, letter, oversight};

/// Where a request stands on its sender's side.
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
    /// Its letter is on the road.
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
    /// Taken back.
    Withdrawn(WithdrawnBy),
    /// Too old.
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

    /// The reason code of where it stands.
    pub fn code(self) -> Code {
        match self {
            Self::Submitted | Self::InTransit { failures: 0, .. } => Code::InTransit,
            Self::Refused(code) => code,
            Self::AwaitingOwnConfirmation => Code::AwaitingOwnConfirmation,
            Self::HeldForReview => Code::SpamHeld,
            Self::InTransit { .. } => Code::DeliveryRetrying,
            Self::Sent => Code::CannotBeToldApart,
            Self::Failed(_) => Code::DeliveryFailed,
            Self::Withdrawn(_) => Code::Withdrawn,
            Self::Expired => Code::Expired,
            Self::Connected => Code::Accepted,
            Self::Disconnected => Code::DisconnectedSince,
        }
    }
}

const ON_THE_ROAD: Outgoing = Outgoing::InTransit { failures: 0, fault: None, next_attempt: None };

/// Where a request of `sender`'s stands after `event`, which is about it.
pub fn evolve(state: Outgoing, sender: MemberId, event: &crate::Event) -> Outgoing {
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
fn inherited(inherited: &Inherited, state: Outgoing) -> Outgoing {
    match inherited {
        Inherited::RequestInherited { .. } => Outgoing::Sent,
        Inherited::ConnectionInherited { .. } => Outgoing::Connected,
        Inherited::StretchTaken(_)
        | Inherited::MemberInherited { .. }
        | Inherited::ArrivalInherited { .. }
        | Inherited::BlockInherited { .. } => state,
    }
}

/// A request that is no longer in transit stands where it stands, whatever becomes of its letter.
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

/// What an event counts of its request against its sender's limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Charge {
    /// Nothing: it has not left yet, or whoever released it waived the limits.
    Nothing,
    /// One request; of a send that is just being judged also its note.
    Request,
    /// One request with a note.
    RequestWithNote,
}

/// A send as the desk sees it, once its address has been looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The id that it gets.
    pub request: RequestId,
    /// Whose.
    pub sender: MemberId,
    /// To whom.
    pub addressee: Addressee,
    /// What was typed.
    pub typed: Typed,
    /// By which channel.
    pub channel: Channel,
    /// How far apart the two are.
    pub distance: Option<Distance>,
}

/// A send that was judged: it is always written down, and then what was decided. `number` is the next on its road.
pub fn send(submission: Submission, verdict: Verdict, number: LetterNumber) -> Vec<Event> {
    let Submission { request, sender, addressee, typed, channel, distance } = submission;
    let decided = match (verdict.outcome, route(sender, addressee, request)) {
        (Outcome::Pass, Some(route)) => {
            let posted = Posted { leg: Leg { route, number }, letter: Letter::Request { request, distance } };
            Event { request, sender, kind: Kind::Sent { verdict, posted } }
        }
        (Outcome::Hold(code), Some(_)) => {
            // What its sender has to confirm counts when it leaves. What waits for a review counts as sent, too, so that
            // nobody fills the queue.
            let is_own = code == Code::AwaitingOwnConfirmation;
            let charge = if is_own { Charge::Nothing } else { Charge::Request };
            Event { request, sender, kind: Kind::Held { verdict, charge } }
        }
        (Outcome::Refuse(_), _) | (_, None) => Event { request, sender, kind: Kind::Refused { verdict } },
    };
    let typed = Personal::Held(typed);
    vec![Event { request, sender, kind: Kind::Submitted { addressee, typed, channel, distance } }, decided]
}

/// A request that is open at its sender's desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Open {
    /// Which.
    pub request: RequestId,
    /// Whose.
    pub sender: MemberId,
    /// To whom.
    pub addressee: Addressee,
    /// How far apart the two were when it was submitted.
    pub distance: Option<Distance>,
    /// Where it stands.
    pub state: Outgoing,
}

impl Open {
    /// The road of its letters; `None` for a request to nobody, which is never open.
    pub fn route(&self) -> Option<Route> {
        route(self.sender, self.addressee, self.request)
    }
}

/// The sender confirms a request that waits for that. Where the rules stop it now, it stays held.
pub fn confirm(open: &Open, verdict: Verdict, charge: Charge, number: LetterNumber) -> Decision<Event> {
    let (Outgoing::AwaitingOwnConfirmation, Some(route)) = (open.state, open.route()) else {
        return Decision::NotThere(Some(open.state.code()));
    };
    match verdict.outcome {
        Outcome::Pass => {
            let Open { request, sender, distance, .. } = *open;
            let posted = Posted { leg: Leg { route, number }, letter: Letter::Request { request, distance } };
            Decision::Happens(vec![Event {
                request,
                sender,
                kind: Kind::Confirmed { verdict, posted, charge },
            }])
        }
        // Whom the filter would hold for a review sends too much at a time: it can go later.
        Outcome::Hold(_) => Decision::Refused(Code::SpamRefused),
        Outcome::Refuse(code) => Decision::Refused(code),
    }
}

/// The request is taken back. In transit that cancels its letter; once it has arrived, a letter says so.
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

/// The recipient is reminded of a request that has arrived, where the rules allow it.
pub fn remind(open: &Open, verdict: &Verdict, number: LetterNumber) -> Decision<Event> {
    let (Outgoing::Sent, Some(route)) = (open.state, open.route()) else {
        return Decision::NotThere(Some(open.state.code()));
    };
    match verdict.outcome {
        Outcome::Pass => {
            let Open { request, sender, .. } = *open;
            let posted = Posted { leg: Leg { route, number }, letter: Letter::Reminder { request } };
            Decision::Happens(vec![Event { request, sender, kind: Kind::Reminded { posted } }])
        }
        Outcome::Hold(code) | Outcome::Refuse(code) => Decision::Refused(code),
    }
}

/// The request has reached the age at which the policy lets requests expire.
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

fn ending(open: &Open, cause: WithdrawalCause, number: LetterNumber) -> Option<Posted> {
    if open.state != Outgoing::Sent {
        return None;
    }
    let letter = Letter::Withdrawn { request: open.request, cause };
    open.route().map(|route| Posted { leg: Leg { route, number }, letter })
}

fn route(sender: MemberId, addressee: Addressee, request: RequestId) -> Option<Route> {
    match addressee {
        Addressee::Member(to) => Some(Route::Member { from: sender, to }),
        Addressee::Email => Some(Route::Email { from: sender, request }),
        Addressee::Nobody => None,
    }
}
