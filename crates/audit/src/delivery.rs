//! The delivery of every letter about a request: the request itself, its answers, reminders and withdrawals.

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
/// Only the letter's writer and staff see it. Arrival and failed attempts depend on the courier alone, so the writer
/// may know them whatever the other desk did with the letter. `I` is an [`Incident`] for staff, and a
/// [`RoundedIncident`] for members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery<I = Incident> {
    /// The letter's id, which names its writer.
    pub letter_id: LetterId,
    /// The letter's content.
    pub letter: Letter,
    /// The channel of the send that caused the letter, known after a failed attempt; `None` for a letter that no send
    /// caused.
    pub channel: Option<Channel>,
    /// When it was posted.
    pub posted_at: Timestamp,
    /// Number of failed attempts.
    pub failures: u32,
    /// How the last attempt failed.
    pub fault: Option<Fault>,
    /// Times of the first and the last failed attempt.
    pub failed: Option<(Timestamp, Timestamp)>,
    /// The letter's state.
    pub state: DeliveryState,
    /// The site-wide incident that its failures were part of; the last one if there were several.
    pub incident: Option<I>,
}

/// The state of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// It is in transit.
    Waiting {
        /// When the next attempt is due; `None` before the first.
        next_attempt: Option<Timestamp>,
    },
    /// It has arrived.
    Arrived(Timestamp),
    /// It was given up.
    GivenUp(Timestamp),
    /// It no longer needs to arrive.
    Cancelled(Timestamp),
}

/// The deliveries of all letters that the events of `trace` post, in that order. No event in `trace` may be later than
/// the moment for which `outages` and `incidents` were computed.
pub fn deliveries(trace: &[Recorded], outages: &[Outage], incidents: &[Incident]) -> Vec<Delivery> {
    let mut deliveries: Vec<Delivery> = Vec::new();
    for recorded in trace {
        apply(&mut deliveries, recorded, outages);
        let posted = recorded.event.posts().into_iter();
        deliveries.extend(posted.map(|PostedLetter { letter_id, letter }| Delivery {
            letter_id,
            letter,
            channel: None,
            posted_at: recorded.at,
            failures: 0,
            fault: None,
            failed: None,
            state: DeliveryState::Waiting { next_attempt: None },
            incident: None,
        }));
    }
    for delivery in &mut deliveries {
        let Some(failed) = delivery.failed else { continue };
        delivery.incident = incidents.iter().rfind(|incident| incident.touches(failed)).cloned();
    }
    deliveries
}

/// Applies an event to the deliveries of earlier letters.
fn apply(deliveries: &mut [Delivery], recorded: &Recorded, outages: &[Outage]) {
    let (event, at) = (&recorded.event, recorded.at);
    if let Some(letter) = event.settles() {
        end(find(deliveries, letter), end_state(event, at));
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

/// The final state of a letter whose delivery `event` ends.
fn end_state(event: &Event, at: Timestamp) -> DeliveryState {
    let is_given_up =
        matches!(event, Event::Letter(letter::Event { kind: letter::Kind::DeliveryAbandoned { .. }, .. }));
    if is_given_up { DeliveryState::GivenUp(at) } else { DeliveryState::Arrived(at) }
}

fn fail(deliveries: &mut [Delivery], event: &letter::Event, at: Timestamp, outages: &[Outage]) {
    match &event.kind {
        letter::Kind::DeliveryFailed { attempt, channel, fault, next_attempt: next, .. } => {
            let Some(delivery) = find(deliveries, event.letter_id) else { return };
            delivery.failures = *attempt;
            delivery.fault = Some(*fault);
            delivery.channel = channel.clone();
            delivery.failed = Some((delivery.failed.map_or(at, |(first, _)| first), at));
            let next = next.map(|next| next_attempt(outages, event.letter_id, channel.as_ref(), (at, next)));
            delivery.state = DeliveryState::Waiting { next_attempt: next };
        }
        letter::Kind::DeliveryAbandoned { .. }
        | letter::Kind::RequestArrived { .. }
        | letter::Kind::WithdrawalTaken { .. }
        | letter::Kind::ReminderTaken { .. } => {}
    }
}

/// Cancels the requests' own letters, which no longer need to arrive.
fn cancel(deliveries: &mut [Delivery], requests: &[RequestId], at: Timestamp) {
    for request in requests {
        let of_request = |delivery: &&mut Delivery| matches!(delivery.letter, Letter::Request { request: other, .. } if other == *request);
        end(deliveries.iter_mut().find(of_request), DeliveryState::Cancelled(at));
    }
}

fn find(deliveries: &mut [Delivery], letter: LetterId) -> Option<&mut Delivery> {
    deliveries.iter_mut().find(|delivery| delivery.letter_id == letter)
}

fn end(delivery: Option<&mut Delivery>, state: DeliveryState) {
    if let Some(delivery) = delivery.filter(|delivery| delivery.is_waiting()) {
        delivery.state = state;
    }
}

impl Delivery {
    /// The delivery as its writer may see it.
    pub fn rounded(&self) -> Delivery<RoundedIncident> {
        Delivery {
            letter_id: self.letter_id,
            letter: self.letter.clone(),
            channel: self.channel.clone(),
            posted_at: self.posted_at,
            failures: self.failures,
            fault: self.fault,
            failed: self.failed,
            state: self.state,
            incident: self.incident.as_ref().map(Incident::rounded),
        }
    }
}

impl<I> Delivery<I> {
    /// The member who wrote the letter.
    pub fn writer(&self) -> MemberId {
        self.letter_id.lane.writer()
    }

    /// Whether the letter is still in transit.
    pub fn is_waiting(&self) -> bool {
        matches!(self.state, DeliveryState::Waiting { .. })
    }

    /// Whether the letter is in transit and at least one attempt has failed.
    pub fn is_delayed(&self) -> bool {
        self.is_waiting() && self.failures > 0
    }

    /// The kind of letter, as a noun.
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

    /// Whether the letter carries the request itself.
    pub(crate) fn is_of_request(&self) -> bool {
        matches!(self.letter, Letter::Request { .. })
    }
}
