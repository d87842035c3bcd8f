//! What a member can follow up, and how the account stands.

use acquaint_domain::{FeedbackBasis, Standing};
use acquaint_report::advice_json;
use acquaint_report::moments::rfc3339;
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::call::{Call, RouteReply};
use crate::pages::{Order, Page, PageQuery, Place, Rows, page};
use crate::problem::Problem;
use crate::table::{MEMBERS, Route, RouteView};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/v1/follow-up",
            "followUp",
            "Requests that have waited for long, and what the member can do.",
        )
        .by(MEMBERS, RouteView::Own)
        .asks::<PageQuery>()
        .gives::<Page>(StatusCode::OK)
        .runs(follow_up),
        Route::get("/v1/standing", "standing", "Whether the account may act, and what restricts it.")
            .by(MEMBERS, RouteView::Own)
            .gives::<AccountStanding>(StatusCode::OK)
            .runs(standing),
    ]
}

fn follow_up(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let (query, engine) = (call.query::<PageQuery>()?, &call.state.engine);
    let due = engine.follow_up(call.member()?.as_str())?;
    let rows = due.into_iter().map(|due| (Place::from((due.since, due.request)), due)).collect();
    let rows = Rows { rows, order: Order::OldestFirst, question: String::new() };
    let page = page(call, &query, rows, engine.now(), |due| {
        Ok(json!({
            "request": due.request.to_string(), "from": due.from, "to": due.to, "days": due.days,
            "since": rfc3339(due.since), "code": due.code.to_string(), "name": due.code.name(),
            "verdict": due.verdict, "chance_percent": due.chance_percent, "worth_it": due.is_worth_it,
            "introducers": due.introducers, "reminders_left": due.reminders_left,
            "other_channels": due.other_channels,
            "advice": due.advice.iter().map(advice_json).collect::<Vec<Value>>(),
        }))
    })?;
    RouteReply::with(call, page)
}

/// How an account stands.
#[derive(Serialize, JsonSchema)]
struct AccountStanding {
    /// `good`, `restricted`, `banned` or `closed`.
    standing: &'static str,
    /// Since when it is not good (RFC 3339).
    since: Option<String>,
    /// When a restriction ends (RFC 3339).
    until: Option<String>,
    /// The policy's rule that restricted the account; null where staff did, or nothing does.
    restricted_by: Option<String>,
    /// Whether an appeal against it can be opened now.
    can_appeal: bool,
    /// The newest weekly feedback; null before the first.
    feedback: Option<FeedbackBody>,
    /// How many sent requests are open.
    open_requests: usize,
    as_of: String,
}

/// What became of the member's requests, over many recipients.
#[derive(Serialize, JsonSchema)]
struct FeedbackBody {
    /// About how many were answered.
    answered: u32,
    declined_percent: u8,
    reported_percent: u8,
    /// Whether the numbers have random noise.
    has_noise: bool,
}

fn standing(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let member = call.member()?;
    let found = call.state.engine.inquire(None, |inquiry, now| {
        let views = inquiry.views();
        let known = views.members.by_handle(member)?;
        let (standing, since, until) = match known.standing_at(now) {
            Standing::Good => ("good", None, None),
            Standing::Restricted { since, until, .. } => ("restricted", Some(since), Some(until)),
            Standing::Banned { since } => ("banned", Some(since), None),
            Standing::Closed { since } => ("closed", Some(since), None),
        };
        Some(AccountStanding {
            standing,
            since: since.map(rfc3339),
            until: until.map(rfc3339),
            restricted_by: known.imposed_at(now).map(|(rule, _)| rule.to_string()),
            can_appeal: views.appealable(known, None, now).is_ok(),
            feedback: views.ledger.feedback(known.id).map(|feedback| FeedbackBody {
                answered: feedback.answered,
                declined_percent: feedback.declined_percent,
                reported_percent: feedback.reported_percent,
                has_noise: feedback.basis == FeedbackBasis::PrivateAnswers,
            }),
            open_requests: views.pending.count_by(known.id),
            as_of: rfc3339(now),
        })
    })?;
    RouteReply::with(call, found.ok_or_else(|| Problem::unknown("member"))?)
}
