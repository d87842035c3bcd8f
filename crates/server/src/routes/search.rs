//! Which requests there are, and how many: a member's own, or for staff everybody's.

use acquaint::serving::Inquiry;
use acquaint_domain::{Handle, RequestId, Timestamp};
use acquaint_engine::{CountBy, CountKey, MatchingRequest, RequestScope, SubmitError};
use acquaint_query::{Moment, Query};
use acquaint_report::moments::rfc3339;
use acquaint_report::{channel_text, request_json};
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::members::malformed;
use crate::call::{Call, RouteReply};
use crate::pages::{Order, Page, PageQuery, Place, Rows, page};
use crate::problem::Problem;
use crate::table::{ALL_VIEWERS, Route, RouteView};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::question(
            "/v1/requests/search",
            "searchRequests",
            "The requests that a query means, the newest first.",
        )
        .by(ALL_VIEWERS, RouteView::OwnOrBoth)
        .recorded()
        .takes::<Search>()
        .gives::<Page>(StatusCode::OK)
        .runs(search),
        Route::question("/v1/requests/count", "countRequests", "How many requests a query means.")
            .by(ALL_VIEWERS, RouteView::OwnOrBoth)
            .takes::<Count>()
            .gives::<RequestCounts>(StatusCode::OK)
            .runs(count),
    ]
}

/// Which requests are meant.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Search {
    /// Words such as `from:ann to:bob code:CR0401 status:waiting since:2026-11-01 until:yesterday`; all where empty.
    #[serde(default)]
    query: String,
    /// For staff: only requests from or to the member with this handle.
    member: Option<String>,
    /// The most rows, 1 to 200; by default 50.
    #[schemars(range(min = 1, max = 200))]
    limit: Option<usize>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Which requests are counted, and by what.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Count {
    /// As in a search.
    #[serde(default)]
    query: String,
    /// As in a search.
    member: Option<String>,
    by: CountByName,
}

/// What requests that are counted together have in common.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum CountByName {
    Code,
    Day,
    Sender,
    Channel,
    Outcome,
}

/// RequestCounts, the greatest first.
#[derive(Serialize, JsonSchema)]
struct RequestCounts {
    counts: Vec<Counted>,
    /// How many requests are meant.
    total: u64,
    /// The moment as of which that is true (RFC 3339).
    as_of: String,
}

/// How many requests have something in common.
#[derive(Serialize, JsonSchema)]
struct Counted {
    /// A code, a day, a handle, a channel or a status; null where it is not known.
    key: Option<String>,
    requests: u64,
}

fn search(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let Search { query: text, member, limit, cursor } = call.body()?;
    let (query, engine) = (parsed(&text)?, &call.state.engine);
    let question = format!("{query}\0{}", member.as_deref().unwrap_or_default());
    let of = asked_about(call, member.as_deref())?;
    let found = engine.inquire(None, |inquiry, now| {
        let scope = scope(&inquiry, &of)?;
        let found = inquiry.requests(&query, scope, now)?;
        Ok::<(Vec<MatchingRequest>, Timestamp), SubmitError>((found, now))
    })?;
    let (found, now) = found.map_err(Problem::from)?;
    let place = |found: &MatchingRequest| Place::from((found.at, found.request));
    let rows = found.into_iter().map(|found| (place(&found), found)).collect();
    let rows = Rows { rows, order: Order::NewestFirst, question };
    let query = PageQuery { limit, cursor };
    let page = page(call, &query, rows, now, |found| {
        if call.caller.member.is_none() {
            call.record_look(found.request)?;
        }
        row(call, &found)
    })?;
    RouteReply::with(call, page)
}

/// One row. A member is told at which end of the request the member is.
fn row(call: &Call<'_>, found: &MatchingRequest) -> Result<Value, Problem> {
    let value = call.state.engine.inquire(None, |inquiry, _| request_json(&inquiry, found))?;
    let mut value = value.map_err(|error| acquaint::Error::from(SubmitError::Unreadable(error)))?;
    if call.caller.member.is_some() {
        value["direction"] =
            json!(if found.viewer == acquaint::Viewer::Recipient { "received" } else { "sent" });
    }
    Ok(value)
}

fn count(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let Count { query, member, by } = call.body()?;
    let (query, of) = (parsed(&query)?, asked_about(call, member.as_deref())?);
    let by = match by {
        CountByName::Code => CountBy::Code,
        CountByName::Day => CountBy::Day,
        CountByName::Sender => CountBy::Sender,
        CountByName::Channel => CountBy::Channel,
        CountByName::Outcome => CountBy::Outcome,
    };
    let counted = call.state.engine.inquire(None, |inquiry, now| {
        let counts = inquiry.count_requests(&query, scope(&inquiry, &of)?, by, now)?;
        let counts =
            counts.into_iter().map(|(key, requests)| Counted { key: key_text(&inquiry, &key), requests });
        Ok::<_, SubmitError>((counts.collect::<Vec<_>>(), now))
    })?;
    let (counts, now) = counted.map_err(Problem::from)?;
    let total = counts.iter().map(|counted| counted.requests).sum();
    RouteReply::with(call, RequestCounts { counts, total, as_of: rfc3339(now) })
}

fn key_text(inquiry: &Inquiry<'_>, key: &CountKey) -> Option<String> {
    match key {
        CountKey::Code(code) => Some(code.to_string()),
        CountKey::Day(day) => Some(Moment::day_of(day.start())),
        CountKey::Sender(sender) => Some(inquiry.views().members.handle(*sender)),
        CountKey::Channel(channel) => channel.as_ref().map(channel_text),
        CountKey::Outcome(status) => Some(status.name().to_owned()),
    }
}

fn parsed(query: &str) -> Result<Query, Problem> {
    Query::parse(query).map_err(|error| Problem::bad_request("bad-query", error.to_string()))
}

/// Whose requests are asked about.
enum Of {
    Everybody,
    Own(Handle),
    Both(Handle),
}

fn asked_about(call: &Call<'_>, member: Option<&str>) -> Result<Of, Problem> {
    match (&call.caller.member, member) {
        (Some(own), None) => Ok(Of::Own(own.clone())),
        (Some(_), Some(_)) => Err(Problem::bad_request(
            "bad-field",
            "`member` is for staff: these are the member's own requests",
        )),
        (None, None) => Ok(Of::Everybody),
        (None, Some(member)) => {
            Handle::parse(member).map(Of::Both).map_err(|problem| malformed(member, problem))
        }
    }
}

fn scope(inquiry: &Inquiry<'_>, of: &Of) -> Result<RequestScope, SubmitError> {
    let id = |handle: &Handle| {
        let views = inquiry.views();
        let known = views.members.by_handle(handle).map(|known| known.id);
        known.ok_or_else(|| SubmitError::UnknownMember {
            handle: handle.clone(),
            nearest: views.nearest_handle(handle),
        })
    };
    Ok(match of {
        Of::Everybody => RequestScope::Network,
        Of::Own(member) => RequestScope::Own(id(member)?),
        Of::Both(member) => RequestScope::Both(id(member)?),
    })
}

/// The latest request between a member and another, by the id that it has.
pub(crate) fn latest(call: &Call<'_>, from: &Handle, to: &str) -> Result<RequestId, Problem> {
    let query = acquaint::RequestQuery::latest(from.to_string(), to);
    let why = call.state.engine.why(query);
    Ok(match &call.caller.member {
        Some(member) => why.seen_by_member(member.as_str())?.request,
        None => why.seen_by(call.staff_viewer())?.request,
    })
}
