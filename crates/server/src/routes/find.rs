//! Whatever a ticket says, read in every way that it can be meant.

use acquaint_domain::bounds;
use acquaint_report::found::{FindError, FoundItem, Reading, found_json, interpretations};
use acquaint_report::moments::rfc3339;
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::call::{Call, RouteReply};
use crate::problem::Problem;
use crate::table::{Route, RouteView, STAFF};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::question(
            "/v1/find",
            "find",
            "Whatever a ticket says: an id, a code, a pair, a member, a day, a query.",
        )
        .by(STAFF, RouteView::Both)
        .recorded()
        .takes::<FindQuestion>()
        .gives::<Found>(StatusCode::OK)
        .runs(find),
    ]
}

/// What to look for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FindQuestion {
    /// The text, such as `R0TZZBWDTAQFKN`, `CR0401`, `ann -> bob`, `bob@example.org`, `2026-11-21` or `code:CR0401 from:ann`.
    text: String,
}

/// What was found, open requests first.
#[derive(Serialize, JsonSchema)]
struct Found {
    /// How the text was read.
    tried: Vec<&'static str>,
    /// Each with `as`, `what` and `next`; a request also with `request`, `open`, `code` and `since`.
    rows: Vec<Value>,
    as_of: String,
}

fn find(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let FindQuestion { text } = call.body()?;
    bounds::SEARCH
        .check(&text)
        .map_err(|over| Problem::bad_request("bad-field", format!("`text`: {over}")))?;
    let (found, now) = call.state.engine.inquire(None, |inquiry, now| {
        (interpretations(Reading { inquiry: &inquiry, as_of: now }, text.trim()), now)
    })?;
    let ways = found.map_err(|error| match error {
        FindError::Query(error) => Problem::bad_request("bad-query", error.to_string()),
        FindError::Engine(error) => error.into(),
    })?;
    let tried = ways.iter().map(|way| way.kind).collect();
    let mut found: Vec<(&str, FoundItem)> = Vec::new();
    for way in ways {
        found.extend(way.found.into_iter().map(|item| (way.kind, item)));
    }
    // The rank is the same within each kind's own order.
    found.sort_by_key(|(_, item)| item.rank());
    let requests = found.iter().filter_map(|(_, item)| item.request.as_ref());
    requests.map(|request| request.id).try_for_each(|request| call.record_look(request))?;
    let rows = found.iter().map(|(kind, item)| found_json(kind, item)).collect();
    RouteReply::with(call, Found { tried, rows, as_of: rfc3339(now) })
}
