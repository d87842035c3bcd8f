//! The catalogue of reason codes. It is the same for everybody, so it needs no key.

use acquaint::{Code, entry};
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use crate::call::{Call, RouteReply};
use crate::problem::Problem;
use crate::table::{Route, RouteView};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/v1/reason-codes", "reasonCodes", "Every reason code, in the order of the codes.")
            .by(&[], RouteView::Public)
            .gives::<Vec<ReasonCode>>(StatusCode::OK)
            .runs(|call| RouteReply::with(call, Code::ALL.map(ReasonCode::of).to_vec())),
        Route::get("/v1/reason-codes/{code}", "reasonCode", "One reason code, by its code or its name.")
            .by(&[], RouteView::Public)
            .gives::<ReasonCode>(StatusCode::OK)
            .runs(show),
    ]
}

/// A reason code, and what it means.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct ReasonCode {
    /// Such as `CR0401`.
    code: String,
    /// Such as `daily-limit`.
    name: &'static str,
    title: &'static str,
    meaning: &'static str,
    /// Which of the article's causes it is; null where the article has none.
    article: Option<&'static str>,
    /// Which part of the system decides it.
    decided_by: &'static str,
    /// What is recorded as evidence.
    evidence: &'static str,
    /// How much the sender is told: `full`, `class only`, `open`, `other side` or `nothing`.
    sender_sees: &'static str,
    /// How much the recipient is told, in the same words.
    recipient_sees: &'static str,
    /// What the sender can do.
    remedy: Vec<&'static str>,
    /// What the recipient can do.
    recipient_remedy: Vec<&'static str>,
    wont_help: Vec<&'static str>,
    /// Who reviews it; null where nobody does.
    redress: Option<&'static str>,
}

impl ReasonCode {
    fn of(code: Code) -> Self {
        let entry = entry(code);
        Self {
            code: code.to_string(),
            name: code.name(),
            title: entry.title,
            meaning: entry.meaning,
            article: entry.article,
            decided_by: entry.decided_by,
            evidence: entry.evidence,
            sender_sees: entry.sender.name(),
            recipient_sees: entry.recipient.name(),
            remedy: entry.remedy.iter().map(|help| help.text).collect(),
            recipient_remedy: entry.recipient_remedy.iter().map(|help| help.text).collect(),
            wont_help: entry.wont_help.to_vec(),
            redress: entry.redress,
        }
    }
}

fn show(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let asked = call.param("code");
    let known = Code::ALL
        .into_iter()
        .find(|code| code.to_string().eq_ignore_ascii_case(asked) || code.name().eq_ignore_ascii_case(asked));
    RouteReply::with(call, ReasonCode::of(known.ok_or_else(|| Problem::unknown("reason code"))?))
}
