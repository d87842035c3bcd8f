//! The parties of a request, read from its events.

use acquaint_domain::export::ExportEvent;
use acquaint_domain::{
    Addressee, Entered, Event, ImportedRecord, MemberId, Personal, Recorded, RequestId, RequestRef,
    connection, import, incoming, outgoing,
};

/// The parties of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parties {
    /// Member who sent the request.
    pub(crate) sender: MemberId,
    /// The addressee, as the outgoing desk knows it.
    pub(crate) addressee: Addressee,
    /// The member with the address, as the incoming desk knows it.
    pub(crate) recipient: Option<MemberId>,
    /// Whether another network carried it.
    pub(crate) observed: bool,
}

impl Parties {
    /// The parties of a request, from its events in order; `None` if there are none.
    pub(crate) fn of(request: RequestId, trace: &[Recorded]) -> Option<Self> {
        let mut parties: Option<Self> = None;
        for recorded in trace {
            match &mut parties {
                None => parties = Self::of_first(&recorded.event),
                Some(parties) => {
                    let arrival = arrival_in(&recorded.event).filter(|arrival| arrival.request == request);
                    if let Some(arrival) = arrival {
                        parties.recipient = Some(arrival.recipient);
                    }
                }
            }
        }
        parties
    }

    /// The parties that the first event of a request names; `None` for any other event.
    fn of_first(event: &Event) -> Option<Self> {
        let both = |sender: MemberId, other: MemberId, observed: bool| {
            Some(Self { sender, addressee: Addressee::Member(other), recipient: Some(other), observed })
        };
        if let Some(Submitted { sender, addressee, .. }) = Submitted::of(event) {
            return Some(Self { sender, addressee, recipient: None, observed: false });
        }
        match event {
            Event::Connection(event) => match event.kind {
                connection::Kind::Recorded { .. } => both(event.member, event.other, false),
                connection::Kind::Blocked { .. }
                | connection::Kind::Unblocked
                | connection::Kind::Disconnected { .. }
                | connection::Kind::Closed { .. }
                | connection::Kind::AcceptanceTaken { .. }
                | connection::Kind::AcceptanceLapsed { .. }
                | connection::Kind::DisconnectionTaken { .. }
                | connection::Kind::ClosureTaken { .. } => None,
            },
            Event::Import(event) => match Begins::of(event) {
                Begins::Between { one, other, observed } => both(one, other, observed),
                Begins::Send(_) | Begins::Arrival(_) | Begins::Nothing => None,
            },
            Event::Network(_)
            | Event::Account(_)
            | Event::Outgoing(_)
            | Event::Letter(_)
            | Event::Incoming(_)
            | Event::Oversight(_) => None,
        }
    }
}

/// A send as its event records it: made here, or imported from before the log.
pub(crate) struct Submitted<'e> {
    /// Id of the request.
    pub(crate) request: RequestId,
    /// Member who sent the request.
    pub(crate) sender: MemberId,
    /// The addressee, as the outgoing desk knows it.
    pub(crate) addressee: Addressee,
    /// The entered text.
    pub(crate) entered: &'e Personal<Entered>,
}

impl<'e> Submitted<'e> {
    /// The send that an event records; `None` for any other event.
    pub(crate) fn of(event: &'e Event) -> Option<Self> {
        match event {
            Event::Outgoing(event) => match &event.kind {
                outgoing::Kind::Submitted { addressee, entered, .. } => {
                    let (request, sender) = (event.request, event.sender);
                    Some(Self { request, sender, addressee: *addressee, entered })
                }
                outgoing::Kind::Refused { .. }
                | outgoing::Kind::Held { .. }
                | outgoing::Kind::Sent { .. }
                | outgoing::Kind::Confirmed { .. }
                | outgoing::Kind::Withdrawn { .. }
                | outgoing::Kind::Expired { .. }
                | outgoing::Kind::Reminded { .. } => None,
            },
            Event::Import(event) => match Begins::of(event) {
                Begins::Send(submitted) => Some(submitted),
                Begins::Between { .. } | Begins::Arrival(_) | Begins::Nothing => None,
            },
            Event::Network(_)
            | Event::Account(_)
            | Event::Connection(_)
            | Event::Letter(_)
            | Event::Incoming(_)
            | Event::Oversight(_) => None,
        }
    }
}

/// What an imported event begins, as far as it names the parties of a request.
enum Begins<'e> {
    /// A request that this log knows from an import alone.
    Between {
        one: MemberId,
        other: MemberId,
        /// Whether another network carried it.
        observed: bool,
    },
    /// A send that was made before this log.
    Send(Submitted<'e>),
    /// The same request at its recipient's desk.
    Arrival(RequestRef),
    /// Nothing that has parties.
    Nothing,
}

impl<'e> Begins<'e> {
    fn of(event: &'e import::Event) -> Self {
        match event {
            import::Event::RequestObserved { request_ref, .. } => {
                Self::Between { one: request_ref.sender, other: request_ref.recipient, observed: true }
            }
            import::Event::Export(event) => Self::of_export(event),
            import::Event::Inherited(event) => Self::of_imported(event),
            import::Event::Begun { .. } | import::Event::AcceptanceObserved { .. } => Self::Nothing,
        }
    }

    fn of_export(event: &ExportEvent) -> Self {
        match event {
            ExportEvent::DeclineObserved { request_ref, .. } => {
                Self::Between { one: request_ref.sender, other: request_ref.recipient, observed: true }
            }
            ExportEvent::ConnectionObserved { member, other, .. }
            | ExportEvent::EndObserved { member, other, .. } => {
                Self::Between { one: *member, other: *other, observed: true }
            }
            ExportEvent::ExportBegun { .. }
            | ExportEvent::ExportEnded { .. }
            | ExportEvent::PeopleObserved { .. }
            | ExportEvent::PersonChanged { .. }
            | ExportEvent::NamesakesObserved { .. }
            | ExportEvent::RequestVanished { .. }
            | ExportEvent::ConnectionVanished { .. }
            | ExportEvent::BlockObserved { .. } => Self::Nothing,
        }
    }

    fn of_imported(event: &'e ImportedRecord) -> Self {
        match event {
            ImportedRecord::ConnectionInherited { member, other, .. } => {
                Self::Between { one: *member, other: *other, observed: false }
            }
            ImportedRecord::RequestInherited { request, sender, addressee, entered, .. } => {
                Self::Send(Submitted { request: *request, sender: *sender, addressee: *addressee, entered })
            }
            ImportedRecord::ArrivalInherited { request_ref, .. } => Self::Arrival(*request_ref),
            ImportedRecord::StretchTaken(_)
            | ImportedRecord::MemberInherited { .. }
            | ImportedRecord::BlockInherited { .. } => Self::Nothing,
        }
    }
}

/// The sender and recipient of a request, as far as these of its events name them; they need not be complete. `None` if none
/// of them names the sender.
pub fn between(request: RequestId, events: &[Recorded]) -> Option<(MemberId, Option<MemberId>)> {
    let mut between: Option<(MemberId, Option<MemberId>)> = None;
    for recorded in events {
        let begun = Parties::of_first(&recorded.event).map(|parties| (parties.sender, parties.recipient));
        let arrived = arrival_in(&recorded.event).filter(|arrival| arrival.request == request);
        let arrived = arrived.map(|arrival| (arrival.sender, Some(arrival.recipient)));
        between = arrived.or(between).or(begun);
    }
    between
}

/// The request that an event brings to its recipient's desk.
pub(crate) fn arrival_in(event: &Event) -> Option<RequestRef> {
    match event {
        Event::Incoming(event) => match event.kind {
            incoming::Kind::Delivered { .. }
            | incoming::Kind::Held { .. }
            | incoming::Kind::Filed { .. }
            | incoming::Kind::Merged { .. }
            | incoming::Kind::Crossed { .. } => Some(event.request_ref),
            incoming::Kind::FiledByClosure
            | incoming::Kind::Shown
            | incoming::Kind::Accepted { .. }
            | incoming::Kind::Declined
            | incoming::Kind::Dismissed
            | incoming::Kind::Reported => None,
        },
        Event::Import(event) => match Begins::of(event) {
            Begins::Arrival(request_ref) => Some(request_ref),
            Begins::Between { .. } | Begins::Send(_) | Begins::Nothing => None,
        },
        Event::Network(_)
        | Event::Account(_)
        | Event::Connection(_)
        | Event::Outgoing(_)
        | Event::Letter(_)
        | Event::Oversight(_) => None,
    }
}
