//! The deliveries of letters in words: companions of an answer, what to wait for, and when.

use acquaint_domain::{Channel, Code, Timestamp};

use crate::answer::Companion;
use crate::answer::action::Advice;
use crate::answer::timers::{Timer, upcoming};
use crate::delivery::incident::Incident;
use crate::delivery::{Delivery, DeliveryState};
use crate::wording::{self, Party, channel, counted, list, moment};

/// The incidents that delayed letters, including past ones. `sized` returns an incident with its size in words.
pub(crate) fn incidents<'d, I: 'd>(
    deliveries: impl IntoIterator<Item = &'d Delivery<I>>,
    sized: impl Fn(&I) -> (&Incident, String),
) -> Vec<Companion> {
    let mut companions: Vec<Companion> = Vec::new();
    for delivery in deliveries {
        let Some((incident, size)) = delivery.incident.as_ref().map(&sized) else { continue };
        let text = format!("{}{}", incident_words(incident, &size), delayed(delivery));
        if companions.iter().all(|companion| companion.text != text) {
            companions.push(Companion { code: Code::SiteWideIncident, text });
        }
    }
    companions
}

/// What the incident did to a letter that is no longer in transit.
fn delayed<I>(delivery: &Delivery<I>) -> String {
    let name = delivery.name();
    match delivery.state {
        DeliveryState::Waiting { .. } => String::new(),
        DeliveryState::Arrived(at) => format!("; it delayed the {name}, which arrived on {}", moment(at)),
        DeliveryState::GivenUp(at) => format!("; the {name} was given up on {}", moment(at)),
        DeliveryState::Cancelled(at) => format!("; the {name} was in transit until {}", moment(at)),
    }
}

/// The letters in transit, except the one that carries the request: the sender's half says where that one is.
pub(crate) fn in_transit<I>(deliveries: &[Delivery<I>]) -> impl Iterator<Item = &Delivery<I>> {
    deliveries.iter().filter(|delivery| delivery.is_waiting() && !delivery.is_of_request())
}

/// Says that a letter has not reached the other desk.
pub(crate) fn not_arrived<I>(delivery: &Delivery<I>, writer: &Party) -> Companion {
    let code = if delivery.is_delayed() { Code::DeliveryRetrying } else { Code::InTransit };
    let last = delivery.fault.map_or("a fault", wording::fault);
    let failed = match delivery.failures {
        0 => String::new(),
        failures => format!(": {}, the last by {last}", counted(failures, "failed attempt")),
    };
    let next = match delivery.state {
        DeliveryState::Waiting { next_attempt: Some(next) } => {
            format!("; the next attempt is due on {}", moment(next))
        }
        DeliveryState::Waiting { next_attempt: None }
        | DeliveryState::Arrived(_)
        | DeliveryState::GivenUp(_)
        | DeliveryState::Cancelled(_) => String::new(),
    };
    let text = format!("{} {} has not arrived yet{failed}{next}", writer.whose(), delivery.name());
    Companion { code, text }
}

/// The timer of a letter's next attempt; `None` where it is not known.
pub(crate) fn timer<I>(delivery: &Delivery<I>) -> Option<Timer> {
    let DeliveryState::Waiting { next_attempt: Some(at) } = delivery.state else { return None };
    let text = format!("attempt {} to deliver the {}", delivery.failures + 1, delivery.name());
    Some(Timer { at, name: "next-attempt", text })
}

/// What to do while a letter is in transit.
pub(crate) fn wait<I>(delivery: &Delivery<I>) -> Advice {
    let next = timer(delivery)
        .map_or_else(String::new, |timer| format!("; the next attempt is due on {}", moment(timer.at)));
    Advice::say(format!("Wait: the {} is delivered automatically{next}.", delivery.name()))
}

/// Adds the next attempts to deliver letters other than the request itself to `timers`.
pub(crate) fn timers_with_letters<I>(
    mut timers: Vec<Timer>,
    deliveries: &[Delivery<I>],
    as_of: Timestamp,
) -> Vec<Timer> {
    timers.extend(in_transit(deliveries).filter_map(timer));
    upcoming(as_of, timers)
}

/// An incident in one sentence; `size` says how many attempts from how many senders failed.
fn incident_words(incident: &Incident, size: &str) -> String {
    let Incident { since, until, channels, .. } = incident;
    let mut by: Vec<String> = channels
        .iter()
        .map(|by| match by {
            Channel::Api(_) => "other programs".to_owned(),
            Channel::Web | Channel::Mobile | Channel::Desktop => channel(by),
        })
        .collect();
    by.dedup();
    let by = if by.is_empty() { String::new() } else { format!(" for sends via {}", list(&by)) };
    let span = match until {
        Some(until) => format!("from {} until {}", moment(*since), moment(*until)),
        None => format!("since {} and still ongoing", moment(*since)),
    };
    format!("likely site-wide: {size}{by}, {span}")
}
