//! The deliveries of letters in words: what accompanies an answer, what to wait for, and when.

use acquaint_domain::{Channel, Code, Timestamp};

use crate::answer::Companion;
use crate::answer::action::Advice;
use crate::answer::timers::{Timer, to_come};
use crate::delivery::incident::Incident;
use crate::delivery::{Delivery, DeliveryState};
use crate::wording::{self, Party, channel, counted, list, moment};

/// The incidents that delayed letters, also those that are over. `sized` gives an incident with its size in words.
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

/// What the incident did to a letter that is no longer on its way.
fn delayed<I>(delivery: &Delivery<I>) -> String {
    let name = delivery.name();
    match delivery.fate {
        DeliveryState::Waiting { .. } => String::new(),
        DeliveryState::Arrived(at) => format!("; it delayed the {name}, which arrived on {}", moment(at)),
        DeliveryState::GivenUp(at) => format!("; the {name} was given up on {}", moment(at)),
        DeliveryState::Cancelled(at) => format!("; the {name} was on its way until {}", moment(at)),
    }
}

/// The letters that are on their way. The request's own is not among them: its half says where it is.
pub(crate) fn under_way<I>(deliveries: &[Delivery<I>]) -> impl Iterator<Item = &Delivery<I>> {
    deliveries.iter().filter(|delivery| delivery.is_waiting() && !delivery.is_of_request())
}

/// That a letter has not reached the other desk.
pub(crate) fn not_arrived<I>(delivery: &Delivery<I>, writer: &Party) -> Companion {
    let code = if delivery.is_delayed() { Code::DeliveryRetrying } else { Code::InTransit };
    let last = delivery.fault.map_or("a fault", wording::fault);
    let failed = match delivery.failures {
        0 => String::new(),
        failures => format!(": {}, the last by {last}", counted(failures, "failed attempt")),
    };
    let next = match delivery.fate {
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

/// When a letter is tried again; `None` where that is not known.
pub(crate) fn timer<I>(delivery: &Delivery<I>) -> Option<Timer> {
    let DeliveryState::Waiting { next_attempt: Some(at) } = delivery.fate else { return None };
    let text = format!("attempt {} to deliver the {}", delivery.failures + 1, delivery.name());
    Some(Timer { at, name: "next-attempt", text })
}

/// What to do while a letter is on its way.
pub(crate) fn wait<I>(delivery: &Delivery<I>) -> Advice {
    let next = timer(delivery)
        .map_or_else(String::new, |timer| format!("; the next attempt is due on {}", moment(timer.at)));
    Advice::say(format!("Wait: the {} is delivered by itself{next}.", delivery.name()))
}

/// `timers` with the next attempts at delivering letters that are not the request itself.
pub(crate) fn timers_with_letters<I>(
    mut timers: Vec<Timer>,
    deliveries: &[Delivery<I>],
    as_of: Timestamp,
) -> Vec<Timer> {
    timers.extend(under_way(deliveries).filter_map(timer));
    to_come(as_of, timers)
}

/// An incident in one sentence; `size` is how many attempts of how many senders failed.
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
    let by = if by.is_empty() { String::new() } else { format!(" for what came in by {}", list(&by)) };
    let span = match until {
        Some(until) => format!("from {} until {}", moment(*since), moment(*until)),
        None => format!("since {} and not over yet", moment(*since)),
    };
    format!("likely site-wide: {size}{by}, {span}")
}
