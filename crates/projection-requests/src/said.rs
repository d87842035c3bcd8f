//! What one event says to this view, beyond the states that the domain folds: every event is named here.

use acquaint_domain::export::{ExportEvent, Seen};
use acquaint_domain::oversight::Oversight;
use acquaint_domain::{
    Addressee, Ask, Channel, Event, Inherited, MemberId, Personal, Recorded, Timestamp, Typed,
};

use crate::halves::Joined;

/// What one event says.
#[derive(Debug, Default)]
pub(crate) struct Said<'e> {
    /// With what a request begins that is not there yet.
    pub(crate) begins: Option<Beginning<'e>>,
    /// The request that reaches a member, and whom.
    pub(crate) reaches: Option<Ask>,
    /// How two members came to be connected.
    pub(crate) joined: Option<Joined>,
    /// Whether a connection ends, so that both ends know.
    pub(crate) ends_connection: bool,
    /// Whether it happens where a recipient would be and nobody is.
    pub(crate) is_nobodys: bool,
    /// Whether it comes from a member's own export of another network.
    pub(crate) is_exported: bool,
    /// Whether it only tells that staff looked.
    pub(crate) is_lookup: bool,
    /// When it happened, if not when it was recorded.
    pub(crate) happened_at: Option<Timestamp>,
}

/// With what a request begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Beginning<'e> {
    pub(crate) sender: MemberId,
    pub(crate) addressee: Addressee,
    pub(crate) typed: Option<&'e Personal<Typed>>,
    pub(crate) channel: Option<&'e Channel>,
    pub(crate) origin: Origin,
}

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Origin {
    /// Asked for here.
    Submitted,
    /// Open before this log began.
    Inherited,
    /// It stands for a connection that existed already.
    Recorded,
    /// Another network carried it.
    Observed,
    /// Members' own exports of another network speak of it, and nothing else does.
    Exported,
}

impl<'e> Said<'e> {
    pub(crate) fn by(recorded: &'e Recorded) -> Self {
        match &recorded.event {
            Event::RequestSubmitted { sender, addressee, typed, channel, .. } => {
                Self::begins(Beginning::submitted(*sender, *addressee, typed, Some(channel)))
            }
            Event::RequestDelivered { ask, .. }
            | Event::RequestHeldByRecipient { ask, .. }
            | Event::RequestFiled { ask, .. }
            | Event::RequestMerged { ask, .. } => Self { reaches: Some(*ask), ..Self::default() },
            Event::RequestsCrossed { ask, .. } => {
                Self { reaches: Some(*ask), ..Self::joins(Joined::Crossed) }
            }
            Event::RequestAccepted { crossing: Some(_), .. }
            | Event::AcceptanceTaken { crossed: Some(_), .. } => Self::joins(Joined::Crossed),
            Event::RequestAccepted { crossing: None, .. } | Event::AcceptanceTaken { crossed: None, .. } => {
                Self::joins(Joined::Accepted)
            }
            Event::ConnectionRecorded { member, other, .. } => Self::records(*member, *other),
            Event::MemberDisconnected { .. }
            | Event::DisconnectionTaken { .. }
            | Event::ClosureTaken { .. } => Self { ends_connection: true, ..Self::default() },
            Event::RequestUnclaimed { .. } | Event::WithdrawalTaken { recipient: None, .. } => {
                Self { is_nobodys: true, ..Self::default() }
            }
            Event::LookupRecorded(_) => Self { is_lookup: true, ..Self::default() },
            Event::RequestObserved { ask, observed_at, seen, .. } => Self::observes(*ask, *observed_at, seen),
            Event::AcceptanceObserved { observed_at, seen, .. } => Self::observes_yes(*observed_at, seen),
            Event::Export(event) => Self::by_export(event),
            Event::Inherited(event) => Self::by_inherited(event),
            Event::Oversight(event) => Self::by_oversight(event),
            Event::RequestRefused { .. }
            | Event::RequestHeld { .. }
            | Event::RequestSent { .. }
            | Event::RequestConfirmed { .. }
            | Event::RequestWithdrawn { .. }
            | Event::RequestExpired { .. }
            | Event::RequestReminded(_)
            | Event::DeliveryFailed { .. }
            | Event::DeliveryAbandoned { .. }
            | Event::RequestArrived { .. }
            | Event::RequestShown(_)
            | Event::RequestDeclined(_)
            | Event::RequestDismissed(_)
            | Event::RequestReported(_)
            | Event::RequestFiledByClosure(_)
            | Event::WithdrawalTaken { recipient: Some(_), .. }
            | Event::AcceptanceLapsed { .. }
            | Event::ReminderTaken(_)
            | Event::MemberBlocked { .. }
            | Event::MemberClosed { .. }
            | Event::ConnectionClosed(_)
            | Event::CommandRefused(_)
            | Event::Founded { .. }
            | Event::PolicyAdopted { .. }
            | Event::MemberAdded { .. }
            | Event::MemberChanged { .. }
            | Event::MemberRestricted { .. }
            | Event::MemberBanned(_)
            | Event::RestrictionLifted(_)
            | Event::ContactsImported { .. }
            | Event::SettingsChanged { .. }
            | Event::MemberUnblocked { .. }
            | Event::RequestChecked(_)
            | Event::FaultStarted { .. }
            | Event::FaultStopped(_)
            | Event::ImportBegun { .. } => Self::default(),
        }
    }

    fn begins(beginning: Beginning<'e>) -> Self {
        Self { begins: Some(beginning), ..Self::default() }
    }

    fn joins(joined: Joined) -> Self {
        Self { joined: Some(joined), ..Self::default() }
    }

    /// A connection that existed already: it stands for the request that it came of.
    fn records(member: MemberId, other: MemberId) -> Self {
        let begins = Some(Beginning::between(member, other, Origin::Recorded));
        Self { begins, ..Self::joins(Joined::Recorded) }
    }

    /// A request that another network carried.
    fn observes(ask: Ask, at: Timestamp, seen: &Seen) -> Self {
        let is_exported = seen.export > 0;
        let origin = if is_exported { Origin::Exported } else { Origin::Observed };
        let begins = Some(Beginning::between(ask.sender, ask.recipient, origin));
        Self { begins, is_exported, happened_at: Some(at), ..Self::default() }
    }

    /// An acceptance that another network carried.
    fn observes_yes(at: Timestamp, seen: &Seen) -> Self {
        Self { is_exported: seen.export > 0, happened_at: Some(at), ..Self::joins(Joined::Accepted) }
    }

    fn by_export(event: &ExportEvent) -> Self {
        let (begins, happened_at) = match event {
            ExportEvent::ConnectionObserved { member, other, observed_at, .. } => {
                (Some(Beginning::between(*member, *other, Origin::Exported)), Some(*observed_at))
            }
            ExportEvent::EndObserved { member, other, .. } => {
                (Some(Beginning::between(*member, *other, Origin::Exported)), None)
            }
            ExportEvent::DeclineObserved { ask, .. } => {
                (Some(Beginning::between(ask.sender, ask.recipient, Origin::Exported)), None)
            }
            ExportEvent::ExportBegun { .. }
            | ExportEvent::ExportEnded { .. }
            | ExportEvent::PeopleObserved { .. }
            | ExportEvent::PersonChanged { .. }
            | ExportEvent::NamesakesObserved { .. }
            | ExportEvent::RequestVanished { .. }
            | ExportEvent::ConnectionVanished { .. }
            | ExportEvent::BlockObserved { .. } => (None, None),
        };
        Self { begins, happened_at, is_exported: true, ..Self::default() }
    }

    fn by_inherited(event: &'e Inherited) -> Self {
        let said = match event {
            Inherited::RequestInherited { sender, addressee, typed, .. } => {
                let beginning = Beginning::submitted(*sender, *addressee, typed, None);
                Self::begins(Beginning { origin: Origin::Inherited, ..beginning })
            }
            Inherited::ArrivalInherited { ask, .. } => Self { reaches: Some(*ask), ..Self::default() },
            Inherited::ConnectionInherited { member, other, .. } => Self::records(*member, *other),
            Inherited::StretchTaken(_)
            | Inherited::MemberInherited { .. }
            | Inherited::BlockInherited { .. } => Self::default(),
        };
        Self { happened_at: event.happened_at(), ..said }
    }

    fn by_oversight(event: &Oversight) -> Self {
        match event {
            Oversight::RequestReleased { .. }
            | Oversight::RequestRejected { .. }
            | Oversight::FeedbackTaken { .. }
            | Oversight::RestrictionImposed { .. }
            | Oversight::AppealOpened { .. }
            | Oversight::AppealUpheld { .. }
            | Oversight::AppealDismissed { .. } => Self::default(),
        }
    }
}

impl<'e> Beginning<'e> {
    /// A request that a member asked for here.
    const fn submitted(
        sender: MemberId,
        addressee: Addressee,
        typed: &'e Personal<Typed>,
        channel: Option<&'e Channel>,
    ) -> Self {
        Self { sender, addressee, typed: Some(typed), channel, origin: Origin::Submitted }
    }

    /// A request whose two members are both known.
    const fn between(sender: MemberId, recipient: MemberId, origin: Origin) -> Self {
        Self { sender, addressee: Addressee::Member(recipient), typed: None, channel: None, origin }
    }
}
