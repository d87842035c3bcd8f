//! `incidents --hit`: the letters that an incident delayed.

use std::io::Write;

use acquaint_audit::{Delivery, DeliveryState, Hit};
use acquaint_domain::Lane;
use acquaint_engine::InquiryCache;
use serde_json::json;

use crate::failure::CliError;
use crate::grammar::{Exit, Format};
use crate::render::{Listing, ListingRow, listing};
use crate::session::ReadView;
use crate::values::{human_time, rfc3339};

/// Lists every letter that the incident with this number delayed, ordered by its first failure.
pub(crate) fn list(
    view: ReadView<'_>,
    number: u32,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let incidents = view.inquiry().incidents(view.as_of)?;
    let place = (number as usize).checked_sub(1);
    let Some(incident) = place.and_then(|place| incidents.get(place)) else {
        let message = format!("there is no incident {number}; `incidents` lists {}", incidents.len());
        return Err(CliError::new(Exit::NotFound, message));
    };
    let known = InquiryCache::default();
    let inquiry = view.inquiry().remembering(&known);
    let rows = inquiry.hits(incident)?.into_iter().map(|hit| {
        let delivery = inquiry.delivery(&hit, view.as_of)?;
        Ok(row(view, &hit, delivery.as_ref()))
    });
    let page = Listing {
        schema: "acquaint.hits.v1",
        title: format!("letters that incident {number} delayed (CR0603)"),
        context: vec![
            ("as_of", json!(rfc3339(view.as_of))),
            ("since", json!(rfc3339(incident.since))),
            ("until", json!(incident.until.map(rfc3339))),
        ],
        columns: vec!["from", "to", "letter", "requests", "failed", "state"],
        rows: rows.collect::<Result<_, CliError>>()?,
    };
    Ok(listing(&page, format, out)?)
}

fn row(view: ReadView<'_>, hit: &Hit, delivery: Option<&Delivery>) -> ListingRow {
    let handle = |member| view.views.members.handle(member);
    let to = match hit.letter_id.lane {
        Lane::Member { to, .. } => handle(to),
        Lane::Email { .. } => "an e-mail address".to_owned(),
    };
    let (state, at) = match delivery.map(|delivery| delivery.state) {
        Some(DeliveryState::Waiting { next_attempt: Some(next) }) => ("waits", Some(next)),
        Some(DeliveryState::Waiting { next_attempt: None }) | None => ("waits", None),
        Some(DeliveryState::Arrived(at)) => ("arrived", Some(at)),
        Some(DeliveryState::GivenUp(at)) => ("given up", Some(at)),
        Some(DeliveryState::Cancelled(at)) => ("cancelled", Some(at)),
    };
    let letter = delivery.map_or("letter", |delivery| delivery.name());
    let requests = delivery.map_or(&[][..], |delivery| delivery.letter.requests());
    let requests: Vec<String> = requests.iter().map(ToString::to_string).collect();
    let from = handle(hit.letter_id.lane.writer());
    let cells = vec![
        from.clone(),
        to.clone(),
        letter.to_owned(),
        requests.join(" "),
        hit.attempts.to_string(),
        at.map_or_else(|| state.to_owned(), |at| format!("{state} {}", human_time(at))),
    ];
    let value = json!({
        "from": from, "to": to, "letter": letter, "requests": requests, "attempts": hit.attempts,
        "first": rfc3339(hit.first), "last": rfc3339(hit.last), "state": state, "state_at": at.map(rfc3339),
    });
    ListingRow { cells, value }
}
