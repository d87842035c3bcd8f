//! Who a request is between, read from its events.

use acquaint_domain::export::ExportEvent;
use acquaint_domain::{
    Addressee, Ask, Event, Inherited, MemberId, Recorded, RequestId, connection, import, incoming, outgoing,
};

/// Who a request is between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parties {
    /// Who asked.
    pub(crate) sender: MemberId,
    /// Who was asked, as the outgoing desk knows it.
    pub(crate) addressee: Addressee,
    /// The member behind it, as the incoming desk knows it.
    pub(crate) recipient: Option<MemberId>,
    /// Whether another network carried it.
    pub(crate) observed: bool,
}

impl Parties {
    /// Those of the request whose events these are, in order; `None` of no events.
    pub(crate) fn of(request: RequestId, trace: &[Recorded]) -> Option<Self> {
        let mut parties: Option<Self> = None;
        for recorded in trace {
            match &mut parties {
                None => parties = Self::begun(&recorded.event),
                Some(parties) => {
                    if let Some(ask) = taken_in(&recorded.event).filter(|ask| ask.request == request) {
                        parties.recipient = Some(ask.recipient);
                    }
                }
            }
        }
        parties
    }

    /// What the event with which a request began says.
    fn begun(event: &Event) -> Option<Self> {
        let asked = |sender: MemberId, addressee: Addressee| {
            Some(Self { sender, addressee, recipient: None, observed: false })
        };
        let both = |sender: MemberId, other: MemberId, observed: bool| {
            Some(Self { sender, addressee: Addressee::Member(other), recipient: Some(other), observed })
        };
        if let Event::Outgoing(outgoing::Event {
            sender,
            kind: outgoing::Kind::Submitted { addressee, .. },
            ..
        })
        | Event::Import(import::Event::Inherited(Inherited::RequestInherited {
            sender,
            addressee,
            ..
        })) = event
        {
            asked(*sender, *addressee)
        } else if let Event::Import(import::Event::RequestObserved { ask, .. })
        | Event::Import(import::Event::Export(ExportEvent::DeclineObserved { ask, .. })) = event
        {
            both(ask.sender, ask.recipient, true)
        } else if let Event::Import(import::Event::Export(
            ExportEvent::ConnectionObserved { member, other, .. }
            | ExportEvent::EndObserved { member, other, .. },
        )) = event
        {
            both(*member, *other, true)
        } else if let Event::Connection(connection::Event {
            member,
            other,
            kind: connection::Kind::Recorded { .. },
        })
        | Event::Import(import::Event::Inherited(Inherited::ConnectionInherited {
            member,
            other,
            ..
        })) = event
        {
            both(*member, *other, false)
        } else {
            None
        }
    }
}

/// Who a request is between, sender first, as far as `events` about it say: no other event of it need be there. `None` where
/// none of them names the sender.
pub fn between(request: RequestId, events: &[Recorded]) -> Option<(MemberId, Option<MemberId>)> {
    let mut between: Option<(MemberId, Option<MemberId>)> = None;
    for recorded in events {
        let begun = Parties::begun(&recorded.event).map(|parties| (parties.sender, parties.recipient));
        let arrived = taken_in(&recorded.event).filter(|ask| ask.request == request);
        let arrived = arrived.map(|ask| (ask.sender, Some(ask.recipient)));
        between = arrived.or(between).or(begun);
    }
    between
}

/// The request that an event brings to its recipient's desk.
pub(crate) fn taken_in(event: &Event) -> Option<Ask> {
    if let Event::Incoming(incoming::Event { ask, kind: incoming::Kind::Delivered { .. } })
    | Event::Incoming(incoming::Event { ask, kind: incoming::Kind::Held { .. } })
    | Event::Incoming(incoming::Event { ask, kind: incoming::Kind::Filed { .. } })
    | Event::Incoming(incoming::Event { ask, kind: incoming::Kind::Merged { .. } })
    | Event::Incoming(incoming::Event { ask, kind: incoming::Kind::Crossed { .. } })
    | Event::Import(import::Event::Inherited(Inherited::ArrivalInherited { ask, .. })) = event
    {
        Some(*ask)
    } else {
        None
    }
}
