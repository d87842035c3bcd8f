//! Whether the server lives, and whether it is ready; the OpenAPI document.

use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use crate::call::{Call, RouteReply};
use crate::keys::KeyRole;
use crate::problem::Problem;
use crate::readiness::Readiness;
use crate::table::{Route, RouteView};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/livez", "live", "The process answers.")
            .by(&[], RouteView::Public)
            .gives::<HealthBody>(StatusCode::OK)
            .runs(|call| RouteReply::with(call, HealthBody { status: "ok" })),
        Route::get("/readyz", "ready", "The log can be written and the timers run; 503 otherwise.")
            .by(&[], RouteView::Public)
            .gives::<HealthBody>(StatusCode::OK)
            .runs(ready),
        Route::question(
            "/v1/clock/confirm",
            "confirmClock",
            "The operator confirms that the machine's clock is right after it jumped by more than a day.",
        )
        .by(&[KeyRole::Admin], RouteView::Nothing)
        .gives::<HealthBody>(StatusCode::OK)
        .runs(|call| {
            call.state.engine.confirm_clock();
            RouteReply::with(call, HealthBody { status: "ok" })
        }),
        Route::get("/openapi.json", "openapi", "This document.")
            .by(&[], RouteView::Public)
            .runs(|call| RouteReply::with(call, crate::openapi::document())),
    ]
}

#[derive(Serialize, JsonSchema)]
struct HealthBody {
    status: &'static str,
}

/// Details are for a key or the second listener: to a stranger this says yes or no.
fn ready(call: &Call<'_>) -> Result<RouteReply, Problem> {
    if !Readiness::of(call.state).is_ready() {
        let detail = "the network cannot be used now; its operator has been told why";
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not-ready", detail).retry_after(5));
    }
    RouteReply::with(call, HealthBody { status: "ok" })
}
