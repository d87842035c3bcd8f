//! What waits for a decision by staff: requests that the spam filter held. Appeals are in `appeals.rs`.

use acquaint::serving::{ActorCommandId, Command, Inquiry};
use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{Addressee, Code, Lookup, RequestId, Timestamp, bounds};
use acquaint_report::moments::rfc3339;
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::requests::CommandAnswer;
use crate::call::{Call, RouteReply};
use crate::keys::KeyRole;
use crate::pages::{Order, Page, PageQuery, Place, Rows, page};
use crate::problem::Problem;
use crate::table::{Route, RouteView, STAFF};

/// The staff that decides about members and their requests.
pub(super) const DECIDERS: &[KeyRole] = &[KeyRole::Support, KeyRole::Admin];

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/v1/reviews", "reviews", "The requests that are held for a review, oldest first.")
            .by(STAFF, RouteView::Both)
            .recorded()
            .asks::<PageQuery>()
            .gives::<Page>(StatusCode::OK)
            .runs(list),
        Route::post(
            "/v1/reviews/{id}/release",
            "releaseRequest",
            "The request continues, if its sender's limits allow; who released it, and why, is recorded.",
        )
        .by(DECIDERS, RouteView::Both)
        .takes::<Release>()
        .gives::<CommandAnswer>(StatusCode::OK)
        .runs(release),
        Route::post(
            "/v1/reviews/{id}/refuse",
            "refuseRequest",
            "The request goes no further; who refused it, and why, is recorded.",
        )
        .by(DECIDERS, RouteView::Both)
        .takes::<Refusal>()
        .gives::<CommandAnswer>(StatusCode::OK)
        .runs(refuse),
    ]
}

/// Why a request is released.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Release {
    /// Recorded as the reason of a look at the request; the member can ask for it.
    reason: String,
    /// Whether it continues whatever its sender's limits say, and is not counted. By default not.
    waive_limits: Option<bool>,
}

/// Why a request is refused.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Refusal {
    /// Recorded as the reason of a look at the request; the member can ask for it.
    reason: String,
}

/// A request that is held for a review.
struct HeldRequest {
    request: RequestId,
    sender: String,
    to: Option<String>,
    since: Timestamp,
    is_late: bool,
    release_from: Option<Timestamp>,
}

fn list(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let query = call.query::<PageQuery>()?;
    let (held, now) = call.state.engine.inquire(None, |inquiry, now| (held(&inquiry, now), now))?;
    let rows = held.into_iter().map(|held| (Place::from((held.since, held.request)), held)).collect();
    let rows = Rows { rows, order: Order::OldestFirst, question: String::new() };
    let page = page(call, &query, rows, now, |held| {
        call.record_look(held.request)?;
        Ok(row(&held))
    })?;
    RouteReply::with(call, page)
}

fn row(held: &HeldRequest) -> Value {
    let HeldRequest { request, sender, to, since, is_late, release_from } = held;
    json!({
        "request": request.to_string(), "from": sender, "to": to, "since": rfc3339(*since),
        "code": Code::SpamHeld.to_string(), "name": Code::SpamHeld.name(), "late": is_late,
        // From when on it can be released, where an appeal was upheld.
        "release_from": release_from.map(rfc3339),
    })
}

fn held(inquiry: &Inquiry<'_>, now: Timestamp) -> Vec<HeldRequest> {
    let views = inquiry.views();
    let within = answer_within(inquiry);
    let held = views.pending.sent().filter(|sent| sent.open.state == Outgoing::HeldForReview);
    let read = held.map(|held| HeldRequest {
        request: held.open.request,
        sender: views.members.handle(held.open.sender),
        to: match held.open.addressee {
            Addressee::Member(to) => Some(views.members.handle(to)),
            // What was typed may have been erased.
            Addressee::Email | Addressee::Nobody => {
                held.entered().map(|entered| entered.address.trim().to_owned())
            }
        },
        since: held.since,
        is_late: within.is_some_and(|within| now.since(held.since) > within),
        release_from: held.to_release_from,
    });
    read.collect()
}

/// Within what time the policy says that staff answers.
pub(super) fn answer_within(inquiry: &Inquiry<'_>) -> Option<acquaint_domain::Span> {
    let (_, policy) = inquiry.views().policy()?;
    policy.review.as_ref().map(|review| review.answer_within)
}

fn release(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let Release { reason, waive_limits } = call.body()?;
    let command =
        if waive_limits == Some(true) { Command::ReleaseWaivingLimits } else { Command::ReleaseRequest };
    decide(call, command, "released", &reason)
}

fn refuse(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let Refusal { reason } = call.body()?;
    decide(call, Command::RefuseRequest, "refused", &reason)
}

/// Decides, and records who did and why. Both have the caller's id, so that a retry does neither twice.
fn decide(
    call: &Call<'_>,
    command: fn(RequestId) -> Command,
    done: &str,
    reason: &str,
) -> Result<RouteReply, Problem> {
    let request = call.request()?;
    let because = because(done, reason)?;
    let receipt = call.submit(command(request))?;
    let lookup = Lookup { agent: format!("{} {}", call.caller.role.name(), call.caller.key), because };
    let (actor, id) = (format!("key:{} decides", call.caller.key), call.command_id()?);
    let id = id.as_deref().map(|id| ActorCommandId { actor: &actor, id });
    call.state.engine.submit(Command::RecordLookup { request, lookup }, id)?;
    RouteReply::of_command(call, &receipt, CommandAnswer::of(&receipt))
}

/// The reason as it is recorded. It is checked before anything is decided.
fn because(done: &str, reason: &str) -> Result<String, Problem> {
    if reason.trim().is_empty() {
        return Err(Problem::bad_request("bad-field", "`reason` says why, in a few words"));
    }
    let because = format!("{done}: {}", reason.trim());
    let checked = bounds::REASON.check(&because);
    checked.map_err(|over| Problem::bad_request("bad-field", format!("`reason`: {over}")))?;
    Ok(because)
}
