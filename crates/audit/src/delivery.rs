//! The delivery of every letter about a request: of the request itself, and of what was answered to it.

pub(crate) mod incident;
pub(crate) mod outage;
pub(crate) mod words;

use acquaint_domain::{
    Channel, Event, Fault, Letter, LetterId, MemberId, PostedLetter, Recorded, RequestId, Timestamp,
    connection, letter, outgoing,
};

use crate::delivery::incident::{Incident, RoundedIncident};
use crate::delivery::outage::{Outage, next_attempt};

/// The delivery of one letter.
///
/// It is for the member who wrote the letter, and for staff. When it arrived and which attempts failed depends on the courier alone,
/// so the writer may know it whatever the other desk made of the letter. `I` is an [`Incident`] for staff, and a
/// [`RoundedIncident`] for members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery<I = Incident> {
    /// Which letter, with its writer.
    pub leg: LetterId,
    /// What it says.
    pub letter: Letter,
    /// What it came in by; `None` for a letter that no send caused.
    pub channel: Option<Channel>,
    /// When it was posted.
    pub posted_at: Timestamp,
    /// How many attempts failed.
    pub failures: u32,
    /// How the last of them failed.
    pub fault: Option<Fault>,
    /// The first failed attempt and the last.
    pub failed: Option<(Timestamp, Timestamp)>,
    /// What has become of it.
    pub fate: DeliveryState,
    /// The site-wide incident that its failures were part of; of several the last.
    pub incident: Option<I>,
}

/// What has become of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// It is on its way.
    Waiting {
        /// When the next attempt is due; `None` before the first.
        next_attempt: Option<Timestamp>,
    },
    /// It has arrived.
    Arrived(Timestamp),
    /// It was given up.
    GivenUp(Timestamp),
    /// It need not arrive any more.
    Cancelled(Timestamp),
}

/// The deliveries of all letters that the events of `trace` post, in that order. Nothing in `trace` is later than the moment
/// that `outages` and `incidents` are as of.
pub fn deliveries(trace: &[Recorded], outages: &[Outage], incidents: &[Incident]) -> Vec<Delivery> {
    let mut deliveries: Vec<Delivery> = Vec::new();
    for recorded in trace {
        follow(&mut deliveries, recorded, outages);
        let posted = recorded.event.posts().into_iter();
        deliveries.extend(posted.map(|PostedLetter { leg, letter }| Delivery {
            leg,
            letter,
            channel: None,
            posted_at: recorded.at,
            failures: 0,
            fault: None,
            failed: None,
            fate: DeliveryState::Waiting { next_attempt: None },
            incident: None,
        }));
    }
    for delivery in &mut deliveries {
        let Some(failed) = delivery.failed else { continue };
        delivery.incident = incidents.iter().rfind(|incident| incident.touches(failed)).cloned();
    }
    deliveries
}

fn follow(deliveries: &mut [Delivery], recorded: &Recorded, outages: &[Outage]) {
    let (event, at) = (&recorded.event, recorded.at);
    if let Some(leg) = event.settles() {
        end(of_leg(deliveries, leg), settled(event, at));
    }
    match event {
        Event::Letter(event) => fail(deliveries, event, at, outages),
        Event::Outgoing(event) => match &event.kind {
            outgoing::Kind::Withdrawn { posted: None, .. } | outgoing::Kind::Expired { posted: None, .. } => {
                cancel(deliveries, &[event.request], at);
            }
            outgoing::Kind::Withdrawn { posted: Some(_), .. }
            | outgoing::Kind::Expired { posted: Some(_), .. }
            | outgoing::Kind::Submitted { .. }
            | outgoing::Kind::Refused { .. }
            | outgoing::Kind::Held { .. }
            | outgoing::Kind::Sent { .. }
            | outgoing::Kind::Confirmed { .. }
            | outgoing::Kind::Reminded { .. } => {}
        },
        Event::Connection(event) => match &event.kind {
            connection::Kind::Recorded { name } => cancel(deliveries, name.requests(), at),
            connection::Kind::AcceptanceTaken { also, .. } => cancel(deliveries, also, at),
            connection::Kind::Blocked { .. }
            | connection::Kind::Unblocked
            | connection::Kind::Disconnected { .. }
            | connection::Kind::Closed { .. }
            | connection::Kind::AcceptanceLapsed { .. }
            | connection::Kind::DisconnectionTaken { .. }
            | connection::Kind::ClosureTaken { .. } => {}
        },
        Event::Network(_)
        | Event::Account(_)
        | Event::Incoming(_)
        | Event::Oversight(_)
        | Event::Import(_) => {}
    }
}

/// How a letter ends by an event that settles it.
fn settled(event: &Event, at: Timestamp) -> DeliveryState {
    let is_given_up =
        matches!(event, Event::Letter(letter::Event { kind: letter::Kind::DeliveryAbandoned { .. }, .. }));
    if is_given_up { DeliveryState::GivenUp(at) } else { DeliveryState::Arrived(at) }
}

fn fail(deliveries: &mut [Delivery], event: &letter::Event, at: Timestamp, outages: &[Outage]) {
    match &event.kind {
        letter::Kind::DeliveryFailed { attempt, channel, fault, next_attempt: next, .. } => {
            let Some(delivery) = of_leg(deliveries, event.leg) else { return };
            delivery.failures = *attempt;
            delivery.fault = Some(*fault);
            delivery.channel = channel.clone();
            delivery.failed = Some((delivery.failed.map_or(at, |(first, _)| first), at));
            let next = next.map(|next| next_attempt(outages, event.leg, channel.as_ref(), (at, next)));
            delivery.fate = DeliveryState::Waiting { next_attempt: next };
        }
        letter::Kind::DeliveryAbandoned { .. }
        | letter::Kind::RequestArrived { .. }
        | letter::Kind::WithdrawalTaken { .. }
        | letter::Kind::ReminderTaken { .. } => {}
    }
}

/// Requests whose own letters need not arrive any more.
fn cancel(deliveries: &mut [Delivery], requests: &[RequestId], at: Timestamp) {
    for request in requests {
        let of_request = |delivery: &&mut Delivery| matches!(delivery.letter, Letter::Request { request: other, .. } if other == *request);
        end(deliveries.iter_mut().find(of_request), DeliveryState::Cancelled(at));
    }
}

fn of_leg(deliveries: &mut [Delivery], leg: LetterId) -> Option<&mut Delivery> {
    deliveries.iter_mut().find(|delivery| delivery.leg == leg)
}

fn end(delivery: Option<&mut Delivery>, fate: DeliveryState) {
    if let Some(delivery) = delivery.filter(|delivery| delivery.is_waiting()) {
        delivery.fate = fate;
    }
}

impl Delivery {
    /// The delivery as its writer is told of it.
    pub fn rounded(&self) -> Delivery<RoundedIncident> {
        Delivery {
            leg: self.leg,
            letter: self.letter.clone(),
            channel: self.channel.clone(),
            posted_at: self.posted_at,
            failures: self.failures,
            fault: self.fault,
            failed: self.failed,
            fate: self.fate,
            incident: self.incident.as_ref().map(Incident::rounded),
        }
    }
}

impl<I> Delivery<I> {
    /// Whose letter it is.
    pub fn writer(&self) -> MemberId {
        self.leg.route.writer()
    }

    /// Whether it is still on its way.
    pub fn is_waiting(&self) -> bool {
        matches!(self.fate, DeliveryState::Waiting { .. })
    }

    /// Whether it is on its way and at least one attempt has failed.
    pub fn is_delayed(&self) -> bool {
        self.is_waiting() && self.failures > 0
    }

    /// What the letter is called.
    pub fn name(&self) -> &'static str {
        match self.letter {
            Letter::Request { .. } => "request",
            Letter::Accepted { .. } => "acceptance",
            Letter::Withdrawn { .. } => "withdrawal",
            Letter::Disconnected { .. } => "disconnection",
            Letter::Closed => "closing of the account",
            Letter::Reminder { .. } => "reminder",
        }
    }

    /// Whether it is the letter of the request itself.
    pub(crate) fn is_of_request(&self) -> bool {
        matches!(self.letter, Letter::Request { .. })
    }
}
