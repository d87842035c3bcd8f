//! Where a request went.

use std::borrow::Cow;

use acquaint::{AnswerFields, RequestQuery};
use acquaint_domain::{Handle, RequestId};
use acquaint_report::{answer_json, trace_json};
use axum::http::StatusCode;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::members::malformed;
use super::search::latest;
use crate::call::{Call, RouteReply};
use crate::problem::Problem;
use crate::table::{ALL_VIEWERS, Route, RouteView};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/v1/requests/{id}/why",
            "why",
            "Where the request went, as the caller may know it: `acquaint.answer.v2`.",
        )
        .by(ALL_VIEWERS, RouteView::OwnOrBoth)
        .recorded()
        .asks::<AsOfQuery>()
        .gives::<AnswerDocument>(StatusCode::OK)
        .runs(|call| {
            let AsOfQuery { as_of } = call.query()?;
            RouteReply::with(call, answer_json(&answer(call, call.request()?, as_of.as_deref())?))
        }),
        Route::get("/v1/requests/{id}/trace", "trace", "The events of the request: `acquaint.trace.v1`.")
            .by(ALL_VIEWERS, RouteView::OwnOrBoth)
            .recorded()
            .asks::<AsOfQuery>()
            .gives::<Value>(StatusCode::OK)
            .runs(|call| {
                let AsOfQuery { as_of } = call.query()?;
                RouteReply::with(call, trace_json(&answer(call, call.request()?, as_of.as_deref())?))
            }),
        Route::question("/v1/why", "whyPair", "The same, of the latest request between two members.")
            .by(ALL_VIEWERS, RouteView::OwnOrBoth)
            .recorded()
            .takes::<PairQuestion>()
            .gives::<AnswerDocument>(StatusCode::OK)
            .runs(of_pair),
    ]
}

/// `acquaint.answer.v2`, whose schema the command line shares.
struct AnswerDocument;

impl JsonSchema for AnswerDocument {
    fn schema_name() -> Cow<'static, str> {
        "Answer".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let document = serde_json::from_str(include_str!("../../../../docs/answer.schema.json"));
        // The file is part of the program, and a test reads it.
        let mut document: Map<String, Value> = document.unwrap_or_default();
        document.remove("$schema");
        document.into()
    }
}

/// As of when.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AsOfQuery {
    /// A moment (RFC 3339, UTC); by default now. One in the past costs a replay of the log.
    as_of: Option<String>,
}

/// Two members. A request between them is named by its sender and the address that was typed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PairQuestion {
    /// The sender's handle.
    from: String,
    /// The recipient's handle, profile URL or e-mail address.
    to: String,
    /// As in `GET /v1/requests/{id}/why`.
    as_of: Option<String>,
}

fn of_pair(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let PairQuestion { from, to, as_of } = call.body()?;
    let from = Handle::parse(&from).map_err(|problem| malformed(&from, problem))?;
    let request = latest(call, &from, &to)?;
    RouteReply::with(call, answer_json(&answer(call, request, as_of.as_deref())?))
}

/// The answer for a member's own side, or for staff, whose look is recorded first.
fn answer(call: &Call<'_>, request: RequestId, as_of: Option<&str>) -> Result<AnswerFields, Problem> {
    let as_of = as_of.map(moment).transpose()?;
    if call.caller.member.is_none() {
        call.record_look(request)?;
    }
    let is_past = as_of.is_some_and(|as_of| as_of < call.state.engine.now());
    let _alone = if is_past { Some(call.state.replay_alone()?) } else { None };
    let mut why = call.state.engine.why(RequestQuery::Id(request));
    if let Some(as_of) = as_of {
        why = why.as_of(as_of);
    }
    let answer = match &call.caller.member {
        Some(member) => why.seen_by_member(member.as_str())?,
        None => why.seen_by(call.staff_viewer())?,
    };
    Ok(answer.into_fields())
}

/// Reads a moment.
pub(crate) fn moment(text: &str) -> Result<acquaint_domain::Timestamp, Problem> {
    let bad = || Problem::bad_request("bad-query", "`as_of` is a moment such as `2026-11-21T09:00:00Z`");
    match acquaint_query::Moment::parse(text) {
        Ok(acquaint_query::Moment::At(at)) => Ok(at),
        Ok(_) | Err(_) => Err(bad()),
    }
}
