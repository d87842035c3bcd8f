//! What is for the operator: figures, and the details of `/readyz`. To a member, a counter by code would be an oracle.

use axum::body::Body;
use axum::http::StatusCode;

use crate::call::RouteReply;
use crate::keys::KeyRole;
use crate::metrics::{MEDIA, Metrics};
use crate::problem::Problem;
use crate::readiness::Readiness;
use crate::table::{Route, RouteView};

/// Who may: those who see both sides of everything, but for support, who look at one request at a time.
const OPERATORS: &[KeyRole] = &[KeyRole::ReadOnly, KeyRole::Admin];

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/metrics", "metrics", "Figures in the text form that Prometheus reads.")
            .by(OPERATORS, RouteView::Nothing)
            .gives::<String>(StatusCode::OK)
            .media(MEDIA)
            .runs(|call| {
                let text =
                    Metrics::text(call.state).ok_or_else(|| Problem::busy("the figures cannot be read"))?;
                Ok(RouteReply::raw(call, Body::from(text)))
            }),
        Route::get("/v1/readiness", "readiness", "The details of `/readyz`: the log, lag, the disk.")
            .by(OPERATORS, RouteView::Nothing)
            .gives::<Readiness>(StatusCode::OK)
            .runs(|call| RouteReply::with(call, Readiness::of(call.state))),
    ]
}
