//! Appeals: a member asks for a decision to be looked at again, and staff decides.

use acquaint::serving::{Command, Inquiry};
use acquaint::{Error, Viewer};
use acquaint_domain::{AppealDecision, Appealed, Handle, RequestId, Timestamp};
use acquaint_report::moments::rfc3339;
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::members::malformed;
use super::requests::CommandAnswer;
use super::reviews::{DECIDERS, answer_within};
use crate::auth::member_id;
use crate::call::{Call, RouteReply};
use crate::pages::{Order, Page, PageQuery, Place, Rows, page};
use crate::problem::Problem;
use crate::table::{MEMBERS, Route, RouteView, STAFF};

pub(crate) fn routes() -> Vec<Route> {
    let decide = |path, name, summary| {
        Route::post(path, name, summary)
            .by(DECIDERS, RouteView::Both)
            .takes::<AppealToDecide>()
            .gives::<CommandAnswer>(StatusCode::OK)
    };
    vec![
        Route::post("/v1/appeals", "appeal", "The member asks for a decision to be looked at again.")
            .by(MEMBERS, RouteView::Own)
            .takes::<NewAppeal>()
            .gives::<CommandAnswer>(StatusCode::CREATED)
            .runs(open),
        Route::get("/v1/appeals", "appeals", "The appeals that nobody has decided yet, oldest first.")
            .by(STAFF, RouteView::Both)
            .recorded()
            .asks::<PageQuery>()
            .gives::<Page>(StatusCode::OK)
            .runs(list),
        decide("/v1/appeals/uphold", "upholdAppeal", "The member was right.")
            .runs(|call| decided(call, AppealDecision::Upheld)),
        decide("/v1/appeals/dismiss", "dismissAppeal", "The decision stands.")
            .runs(|call| decided(call, AppealDecision::Dismissed)),
    ]
}

/// What the member appeals against.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewAppeal {
    /// The request that was stopped; without one, the restriction or ban of the account.
    request: Option<String>,
}

fn open(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let NewAppeal { request } = call.body()?;
    let (member, request) = (call.member()?.clone(), read_request(request.as_deref())?);
    if let Some(request) = request {
        // Another's request and none at all are answered alike.
        let own = call.state.engine.own_end(request, &member)?;
        let own = own.ok_or_else(|| Error::UnknownRequest { request: request.to_string() })?;
        if own.end != Viewer::Sender {
            let what = "an appeal is for the sender of the request to open".to_owned();
            return Err(Error::NothingToDo { what, code: None }.into());
        }
    }
    let receipt = call.submit(Command::OpenAppeal { member, request })?;
    RouteReply::of_command(call, &receipt, CommandAnswer::of(&receipt))
}

/// An appeal that waits for a decision.
struct OpenAppeal {
    handle: String,
    public_id: u64,
    against: Appealed,
    since: Timestamp,
    is_late: bool,
}

fn list(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let query = call.query::<PageQuery>()?;
    let (appeals, now) = call.state.engine.inquire(None, |inquiry, now| (waiting(&inquiry, now), now))?;
    let rows = Rows {
        rows: appeals.into_iter().map(|appeal| (place(&appeal), appeal)).collect(),
        order: Order::OldestFirst,
        question: String::new(),
    };
    let page = page(call, &query, rows, now, |appeal| {
        if let Some(request) = appeal.against.request {
            call.record_look(request)?;
        }
        Ok(row(&appeal))
    })?;
    RouteReply::with(call, page)
}

/// Members and requests have public ids of one kind, so that the two together tell appeals of the same moment apart.
fn place(appeal: &OpenAppeal) -> Place {
    let request = appeal.against.request.map_or(0, |request| request.0);
    Place { at: appeal.since, id: appeal.public_id ^ request }
}

fn row(appeal: &OpenAppeal) -> Value {
    let OpenAppeal { handle, public_id, against, since, is_late } = appeal;
    json!({
        "with": handle, "member": member_id(*public_id),
        "request": against.request.map(|request| request.to_string()), "rule": against.rule,
        "since": rfc3339(*since), "late": is_late,
    })
}

fn waiting(inquiry: &Inquiry<'_>, now: Timestamp) -> Vec<OpenAppeal> {
    let views = inquiry.views();
    let within = answer_within(inquiry);
    let appeals = views.members.iter().flat_map(|member| {
        let (handle, public_id) = (member.handle.to_string(), views.public_id(member.id));
        member.appeals.iter().map(move |(against, since)| OpenAppeal {
            handle: handle.clone(),
            public_id,
            against: against.clone(),
            since: *since,
            is_late: within.is_some_and(|within| now.since(*since) > within),
        })
    });
    appeals.collect()
}

/// Which appeal is decided.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AppealToDecide {
    /// The handle of the member who appealed.
    member: String,
    /// The request that the appeal names; none where it is about the account.
    request: Option<String>,
}

fn decided(call: &Call<'_>, decision: AppealDecision) -> Result<RouteReply, Problem> {
    let AppealToDecide { member, request } = call.body()?;
    let member = Handle::parse(&member).map_err(|problem| malformed(&member, problem))?;
    let request = read_request(request.as_deref())?;
    let receipt = call.submit(Command::DecideAppeal { member, request, decision })?;
    RouteReply::of_command(call, &receipt, CommandAnswer::of(&receipt))
}

fn read_request(text: Option<&str>) -> Result<Option<RequestId>, Problem> {
    text.map(|text| text.parse().map_err(|_| Problem::unknown("request"))).transpose()
}
