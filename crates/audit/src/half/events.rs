//! What single events say about one half of a request.

use acquaint_domain::export::ExportEvent;
use acquaint_domain::outgoing::Crossing;
use acquaint_domain::{
    Event, ImportedRecord, MemberId, Recorded, Timestamp, Verdict, connection, import, incoming, network,
    outgoing, oversight,
};

/// How the two members became connected, as one desk knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HowConnected {
    /// The member at the other end accepted.
    AcceptedByOther,
    /// The member at this end accepted.
    AcceptedHere,
    /// The requests of the two crossed.
    Crossed,
    /// An existing connection was recorded.
    Recorded,
}

/// A judgement that an event carries, by what was judged.
pub(crate) enum Judgement<'a> {
    /// Of a request, by the rules of the desk that wrote the event.
    Request(&'a Verdict),
    /// Of a send that accepted a request in the other direction.
    Crossing(&'a Crossing),
    /// Of a command that was refused and changed nothing.
    Command(&'a Verdict),
}

impl<'a> Judgement<'a> {
    /// The judgement that `event` carries.
    pub(crate) fn of(event: &'a Event) -> Option<Self> {
        match event {
            Event::Outgoing(event) => match &event.kind {
                outgoing::Kind::Refused { verdict }
                | outgoing::Kind::Held { verdict, .. }
                | outgoing::Kind::Sent { verdict, .. }
                | outgoing::Kind::Confirmed { verdict, .. } => Some(Self::Request(verdict)),
                outgoing::Kind::Submitted { .. }
                | outgoing::Kind::Withdrawn { .. }
                | outgoing::Kind::Expired { .. }
                | outgoing::Kind::Reminded { .. } => None,
            },
            Event::Incoming(event) => match &event.kind {
                incoming::Kind::Delivered { verdict }
                | incoming::Kind::Held { verdict }
                | incoming::Kind::Filed { verdict } => Some(Self::Request(verdict)),
                incoming::Kind::Accepted { crossing, .. } => crossing.as_ref().map(Self::Crossing),
                incoming::Kind::FiledByClosure
                | incoming::Kind::Merged { .. }
                | incoming::Kind::Crossed { .. }
                | incoming::Kind::Shown
                | incoming::Kind::Declined
                | incoming::Kind::Dismissed
                | incoming::Kind::Reported => None,
            },
            Event::Oversight(event) => match event {
                oversight::Event::RequestReleased { verdict, .. } => Some(Self::Request(verdict)),
                oversight::Event::FeedbackTaken { .. }
                | oversight::Event::RestrictionImposed { .. }
                | oversight::Event::AppealOpened { .. }
                | oversight::Event::AppealUpheld { .. }
                | oversight::Event::AppealDismissed { .. }
                | oversight::Event::RequestStaysHeld { .. }
                | oversight::Event::BanReversed { .. }
                | oversight::Event::RequestRestored { .. }
                | oversight::Event::RequestRejected { .. } => None,
            },
            Event::Network(event) => match event {
                network::Event::CommandRefused(refused) => refused.verdict.as_ref().map(Self::Command),
                network::Event::Founded { .. }
                | network::Event::PolicyAdopted { .. }
                | network::Event::RequestUnclaimed { .. }
                | network::Event::LookupRecorded(_)
                | network::Event::FaultStarted { .. }
                | network::Event::FaultStopped(_) => None,
            },
            Event::Account(_) | Event::Connection(_) | Event::Letter(_) | Event::Import(_) => None,
        }
    }

    /// What the rules found.
    pub(crate) const fn verdict(&self) -> &'a Verdict {
        match self {
            Self::Request(verdict) | Self::Command(verdict) => verdict,
            Self::Crossing(crossing) => &crossing.verdict,
        }
    }
}

/// The judgement of a request that an event carries.
pub(crate) fn verdict(event: &Event) -> Option<&Verdict> {
    match Judgement::of(event)? {
        Judgement::Request(verdict) => Some(verdict),
        Judgement::Crossing(_) | Judgement::Command(_) => None,
    }
}

/// When the event's subject happened. For an imported event the imported record says so, not the time of the import.
pub(crate) fn happened_at(recorded: &Recorded) -> Timestamp {
    match &recorded.event {
        Event::Import(event) => match event {
            import::Event::RequestObserved { observed_at, .. }
            | import::Event::AcceptanceObserved { observed_at, .. } => *observed_at,
            import::Event::Export(event) => match event {
                ExportEvent::ConnectionObserved { observed_at, .. } => *observed_at,
                ExportEvent::ExportBegun { .. }
                | ExportEvent::ExportEnded { .. }
                | ExportEvent::PeopleObserved { .. }
                | ExportEvent::PersonChanged { .. }
                | ExportEvent::NamesakesObserved { .. }
                | ExportEvent::DeclineObserved { .. }
                | ExportEvent::EndObserved { .. }
                | ExportEvent::RequestVanished { .. }
                | ExportEvent::ConnectionVanished { .. }
                | ExportEvent::BlockObserved { .. } => recorded.at,
            },
            import::Event::Inherited(inherited) => inherited.happened_at().unwrap_or(recorded.at),
            import::Event::Begun { .. } => recorded.at,
        },
        Event::Network(_)
        | Event::Account(_)
        | Event::Connection(_)
        | Event::Outgoing(_)
        | Event::Letter(_)
        | Event::Incoming(_)
        | Event::Oversight(_) => recorded.at,
    }
}

/// How the two became connected, according to the events of `desk`.
pub(crate) fn how_connected(events: &[&Recorded], desk: MemberId) -> Option<HowConnected> {
    let found: Vec<HowConnected> =
        events.iter().filter_map(|recorded| connected_by(&recorded.event, desk)).collect();
    let crossed = found.iter().find(|how| **how == HowConnected::Crossed);
    crossed.or(found.first()).copied()
}

/// How an event of `desk` connects the two; `None` where it does not.
fn connected_by(event: &Event, desk: MemberId) -> Option<HowConnected> {
    let answered = |by: MemberId| {
        Some(if by == desk { HowConnected::AcceptedHere } else { HowConnected::AcceptedByOther })
    };
    match event {
        Event::Incoming(event) => match &event.kind {
            incoming::Kind::Crossed { .. } | incoming::Kind::Accepted { crossing: Some(_), .. } => {
                Some(HowConnected::Crossed)
            }
            incoming::Kind::Accepted { crossing: None, .. } => answered(event.request_ref.recipient),
            incoming::Kind::Delivered { .. }
            | incoming::Kind::Held { .. }
            | incoming::Kind::Filed { .. }
            | incoming::Kind::FiledByClosure
            | incoming::Kind::Merged { .. }
            | incoming::Kind::Shown
            | incoming::Kind::Declined
            | incoming::Kind::Dismissed
            | incoming::Kind::Reported => None,
        },
        Event::Connection(event) => match &event.kind {
            connection::Kind::AcceptanceTaken { crossed: Some(_), .. } => Some(HowConnected::Crossed),
            connection::Kind::AcceptanceTaken { crossed: None, .. } => Some(HowConnected::AcceptedByOther),
            connection::Kind::Recorded { .. } => Some(HowConnected::Recorded),
            connection::Kind::Blocked { .. }
            | connection::Kind::Unblocked
            | connection::Kind::Disconnected { .. }
            | connection::Kind::Closed { .. }
            | connection::Kind::AcceptanceLapsed { .. }
            | connection::Kind::DisconnectionTaken { .. }
            | connection::Kind::ClosureTaken { .. } => None,
        },
        Event::Import(event) => match event {
            import::Event::AcceptanceObserved { request_ref, .. } => answered(request_ref.recipient),
            import::Event::Inherited(inherited) => match inherited {
                ImportedRecord::ConnectionInherited { .. } => Some(HowConnected::Recorded),
                ImportedRecord::StretchTaken(_)
                | ImportedRecord::MemberInherited { .. }
                | ImportedRecord::RequestInherited { .. }
                | ImportedRecord::ArrivalInherited { .. }
                | ImportedRecord::BlockInherited { .. } => None,
            },
            import::Event::Begun { .. }
            | import::Event::RequestObserved { .. }
            | import::Event::Export(_) => None,
        },
        Event::Network(_)
        | Event::Account(_)
        | Event::Outgoing(_)
        | Event::Letter(_)
        | Event::Oversight(_) => None,
    }
}

/// Whether the events are about something imported from before this log.
pub(crate) fn is_imported(events: &[&Recorded]) -> bool {
    events.iter().any(|recorded| matches!(recorded.event, Event::Import(import::Event::Inherited(_))))
}

/// The line of the imported records that reports the request, where another network carried it.
pub(crate) fn observed_line(events: &[&Recorded]) -> Option<u32> {
    events.iter().find_map(|recorded| match &recorded.event {
        Event::Import(event) => match event {
            import::Event::RequestObserved { seen, .. } | import::Event::AcceptanceObserved { seen, .. } => {
                Some(seen.line)
            }
            import::Event::Begun { .. } | import::Event::Export(_) | import::Event::Inherited(_) => None,
        },
        Event::Network(_)
        | Event::Account(_)
        | Event::Connection(_)
        | Event::Outgoing(_)
        | Event::Letter(_)
        | Event::Incoming(_)
        | Event::Oversight(_) => None,
    })
}
