//! The facts that this view reads from one event, in addition to the states that the domain folds. Every event is listed here.

use acquaint_domain::export::{ExportEvent, SourceRef};
use acquaint_domain::{
    Addressee, Channel, Entered, Event, ImportedRecord, MemberId, Personal, Recorded, RequestRef, Timestamp,
    connection, import, incoming, letter, network, outgoing,
};

use crate::halves::ConnectionOrigin;

/// The facts of one event.
#[derive(Debug, Default)]
pub(crate) struct EventFacts<'e> {
    /// The beginning of a request that does not exist yet.
    pub(crate) begins: Option<Beginning<'e>>,
    /// The request that reaches a member, with that member.
    pub(crate) reaches: Option<RequestRef>,
    /// How two members became connected.
    pub(crate) joined: Option<ConnectionOrigin>,
    /// Whether it ends a connection at a member's desk, other than by that member's own closure.
    pub(crate) ends_connection: bool,
    /// Whether it is about an address that no member has.
    pub(crate) is_unclaimed: bool,
    /// Whether it comes from a member's export of another network.
    pub(crate) is_exported: bool,
    /// Whether it only records that staff looked at a request.
    pub(crate) is_lookup: bool,
    /// When it happened, if that was before it was recorded.
    pub(crate) happened_at: Option<Timestamp>,
}

/// The facts with which a request begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Beginning<'e> {
    pub(crate) sender: MemberId,
    pub(crate) addressee: Addressee,
    pub(crate) entered: Option<&'e Personal<Entered>>,
    pub(crate) channel: Option<&'e Channel>,
    pub(crate) origin: Origin,
}

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Origin {
    /// A member submitted it here.
    Submitted,
    /// Imported: it is from before this log began.
    Inherited,
    /// It represents a connection that existed already.
    Recorded,
    /// Another network carried it.
    Observed,
    /// Only members' exports of another network show it.
    Exported,
}

impl<'e> EventFacts<'e> {
    pub(crate) fn by(recorded: &'e Recorded) -> Self {
        match &recorded.event {
            Event::Network(event) => Self::by_network(event),
            // The domain's states cover the requests that an account's closure keeps back,
            Event::Account(_) => Self::default(),
            Event::Connection(event) => Self::by_connection(event),
            Event::Outgoing(event) => Self::by_outgoing(event),
            Event::Letter(event) => Self::by_letter(event),
            Event::Incoming(event) => Self::by_incoming(event),
            // and the decisions of reviews.
            Event::Oversight(_) => Self::default(),
            Event::Import(event) => Self::by_import(event),
        }
    }

    fn by_network(event: &network::Event) -> Self {
        match event {
            network::Event::RequestUnclaimed { .. } => Self { is_unclaimed: true, ..Self::default() },
            network::Event::LookupRecorded(_) => Self { is_lookup: true, ..Self::default() },
            network::Event::Founded { .. }
            | network::Event::PolicyAdopted { .. }
            | network::Event::CommandRefused(_)
            | network::Event::FaultStarted { .. }
            | network::Event::FaultStopped(_) => Self::default(),
        }
    }

    fn by_connection(event: &connection::Event) -> Self {
        match event.kind {
            connection::Kind::Recorded { .. } => Self::records(event.member, event.other),
            connection::Kind::AcceptanceTaken { crossed: Some(_), .. } => {
                Self::joins(ConnectionOrigin::Crossed)
            }
            connection::Kind::AcceptanceTaken { crossed: None, .. } => {
                Self::joins(ConnectionOrigin::Accepted)
            }
            connection::Kind::Disconnected { .. }
            | connection::Kind::DisconnectionTaken { .. }
            | connection::Kind::ClosureTaken { .. } => Self { ends_connection: true, ..Self::default() },
            connection::Kind::Blocked { .. }
            | connection::Kind::Unblocked
            | connection::Kind::Closed { .. }
            | connection::Kind::AcceptanceLapsed { .. } => Self::default(),
        }
    }

    fn by_outgoing(event: &'e outgoing::Event) -> Self {
        match &event.kind {
            outgoing::Kind::Submitted { addressee, entered, channel, .. } => {
                Self::begins(Beginning::submitted(event.sender, *addressee, entered, Some(channel)))
            }
            outgoing::Kind::Refused { .. }
            | outgoing::Kind::Held { .. }
            | outgoing::Kind::Sent { .. }
            | outgoing::Kind::Confirmed { .. }
            | outgoing::Kind::Withdrawn { .. }
            | outgoing::Kind::Expired { .. }
            | outgoing::Kind::Reminded { .. } => Self::default(),
        }
    }

    fn by_letter(event: &letter::Event) -> Self {
        match event.kind {
            letter::Kind::WithdrawalTaken { recipient: None, .. } => {
                Self { is_unclaimed: true, ..Self::default() }
            }
            letter::Kind::WithdrawalTaken { recipient: Some(_), .. }
            | letter::Kind::DeliveryFailed { .. }
            | letter::Kind::DeliveryAbandoned { .. }
            | letter::Kind::RequestArrived { .. }
            | letter::Kind::ReminderTaken { .. } => Self::default(),
        }
    }

    fn by_incoming(event: &incoming::Event) -> Self {
        match event.kind {
            incoming::Kind::Delivered { .. }
            | incoming::Kind::Held { .. }
            | incoming::Kind::Filed { .. }
            | incoming::Kind::Merged { .. } => Self { reaches: Some(event.request_ref), ..Self::default() },
            incoming::Kind::Crossed { .. } => {
                Self { reaches: Some(event.request_ref), ..Self::joins(ConnectionOrigin::Crossed) }
            }
            incoming::Kind::Accepted { crossing: Some(_), .. } => Self::joins(ConnectionOrigin::Crossed),
            incoming::Kind::Accepted { crossing: None, .. } => Self::joins(ConnectionOrigin::Accepted),
            incoming::Kind::FiledByClosure
            | incoming::Kind::Shown
            | incoming::Kind::Declined
            | incoming::Kind::Dismissed
            | incoming::Kind::Reported => Self::default(),
        }
    }

    fn by_import(event: &'e import::Event) -> Self {
        match event {
            import::Event::RequestObserved { request_ref, observed_at, seen, .. } => {
                Self::observes(*request_ref, *observed_at, seen)
            }
            import::Event::AcceptanceObserved { observed_at, seen, .. } => {
                Self::observes_acceptance(*observed_at, seen)
            }
            import::Event::Export(event) => Self::by_export(event),
            import::Event::Inherited(event) => Self::by_inherited(event),
            import::Event::Begun { .. } => Self::default(),
        }
    }

    fn begins(beginning: Beginning<'e>) -> Self {
        Self { begins: Some(beginning), ..Self::default() }
    }

    fn joins(joined: ConnectionOrigin) -> Self {
        Self { joined: Some(joined), ..Self::default() }
    }

    /// A connection that existed already: a request represents it.
    fn records(member: MemberId, other: MemberId) -> Self {
        let begins = Some(Beginning::between(member, other, Origin::Recorded));
        Self { begins, ..Self::joins(ConnectionOrigin::Recorded) }
    }

    /// A request that another network carried.
    fn observes(request_ref: RequestRef, at: Timestamp, seen: &SourceRef) -> Self {
        let is_exported = seen.export > 0;
        let origin = if is_exported { Origin::Exported } else { Origin::Observed };
        let begins = Some(Beginning::between(request_ref.sender, request_ref.recipient, origin));
        Self { begins, is_exported, happened_at: Some(at), ..Self::default() }
    }

    /// An acceptance that another network carried.
    fn observes_acceptance(at: Timestamp, seen: &SourceRef) -> Self {
        Self {
            is_exported: seen.export > 0,
            happened_at: Some(at),
            ..Self::joins(ConnectionOrigin::Accepted)
        }
    }

    fn by_export(event: &ExportEvent) -> Self {
        let (begins, happened_at) = match event {
            ExportEvent::ConnectionObserved { member, other, observed_at, .. } => {
                (Some(Beginning::between(*member, *other, Origin::Exported)), Some(*observed_at))
            }
            ExportEvent::EndObserved { member, other, .. } => {
                (Some(Beginning::between(*member, *other, Origin::Exported)), None)
            }
            ExportEvent::DeclineObserved { request_ref, .. } => {
                (Some(Beginning::between(request_ref.sender, request_ref.recipient, Origin::Exported)), None)
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

    fn by_inherited(event: &'e ImportedRecord) -> Self {
        let facts = match event {
            ImportedRecord::RequestInherited { sender, addressee, entered, .. } => {
                let beginning = Beginning::submitted(*sender, *addressee, entered, None);
                Self::begins(Beginning { origin: Origin::Inherited, ..beginning })
            }
            ImportedRecord::ArrivalInherited { request_ref, .. } => {
                Self { reaches: Some(*request_ref), ..Self::default() }
            }
            ImportedRecord::ConnectionInherited { member, other, .. } => Self::records(*member, *other),
            ImportedRecord::StretchTaken(_)
            | ImportedRecord::MemberInherited { .. }
            | ImportedRecord::BlockInherited { .. } => Self::default(),
        };
        Self { happened_at: event.happened_at(), ..facts }
    }
}

impl<'e> Beginning<'e> {
    /// A request that a member submitted here.
    const fn submitted(
        sender: MemberId,
        addressee: Addressee,
        entered: &'e Personal<Entered>,
        channel: Option<&'e Channel>,
    ) -> Self {
        Self { sender, addressee, entered: Some(entered), channel, origin: Origin::Submitted }
    }

    /// A request whose two members are both known.
    const fn between(sender: MemberId, recipient: MemberId, origin: Origin) -> Self {
        Self { sender, addressee: Addressee::Member(recipient), entered: None, channel: None, origin }
    }
}
