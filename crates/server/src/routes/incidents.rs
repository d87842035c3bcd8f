//! Times at which deliveries failed for many members at once.

use acquaint::{Code, Incident};
use acquaint_report::channel_text;
use acquaint_report::moments::rfc3339;
use axum::http::StatusCode;
use serde_json::json;

use crate::call::{Call, RouteReply};
use crate::pages::{Order, Page, PageQuery, Place, Rows, page};
use crate::problem::Problem;
use crate::table::{Route, RouteView, STAFF};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/v1/incidents",
            "incidents",
            "Times at which deliveries failed for many members at once, oldest first.",
        )
        .by(STAFF, RouteView::Both)
        .asks::<PageQuery>()
        .gives::<Page>(StatusCode::OK)
        .runs(list),
    ]
}

fn list(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let query = call.query::<PageQuery>()?;
    let incidents = call.state.engine.incidents()?;
    let number = |(place, incident): (usize, Incident)| {
        let number = place as u64 + 1;
        (Place { at: incident.since, id: number }, (number, incident))
    };
    let rows = Rows {
        rows: incidents.into_iter().enumerate().map(number).collect(),
        order: Order::OldestFirst,
        question: String::new(),
    };
    let page = page(call, &query, rows, call.state.engine.now(), |(number, incident)| {
        let channels: Vec<String> = incident.channels.iter().map(channel_text).collect();
        Ok(json!({
            "number": number, "code": Code::SiteWideIncident.to_string(), "since": rfc3339(incident.since),
            "opened": rfc3339(incident.opened), "last": rfc3339(incident.last),
            "until": incident.until.map(rfc3339), "attempts": incident.attempts,
            "senders": incident.senders, "share_percent": incident.share_percent, "channels": channels,
        }))
    })?;
    RouteReply::with(call, page)
}
