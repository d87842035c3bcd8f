//! Where a request went.

use acquaint::{AnswerFields, RequestQuery};
use acquaint_report::{answer_json, trace_json};
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::call::{Call, Reply};
use crate::problem::Problem;
use crate::table::{ALL_VIEWERS, Route, Sees};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/v1/requests/{id}/why",
            "why",
            "Where the request went, for whoever asks: `acquaint.answer.v2`.",
        )
        .by(ALL_VIEWERS, Sees::OwnOrBoth)
        .recorded()
        .asks::<AsOf>()
        .gives::<Value>(StatusCode::OK)
        .runs(|call| Reply::with(call, answer_json(&answer(call)?))),
        Route::get("/v1/requests/{id}/trace", "trace", "The events of the request: `acquaint.trace.v1`.")
            .by(ALL_VIEWERS, Sees::OwnOrBoth)
            .recorded()
            .asks::<AsOf>()
            .gives::<Value>(StatusCode::OK)
            .runs(|call| Reply::with(call, trace_json(&answer(call)?))),
    ]
}

/// As of when.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AsOf {
    /// A moment (RFC 3339, UTC); by default now. One in the past costs a replay of the log.
    as_of: Option<String>,
}

/// The answer for a member's own side, or for staff, whose look is recorded first.
fn answer(call: &Call<'_>) -> Result<AnswerFields, Problem> {
    let request = call.request()?;
    let AsOf { as_of } = call.query()?;
    let as_of = as_of.as_deref().map(moment).transpose()?;
    if call.caller.member.is_none() {
        call.record_look(request)?;
    }
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
