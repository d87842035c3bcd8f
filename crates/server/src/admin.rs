//! The second listener, for those who run the server: `/metrics`, `/livez`, and `/readyz` with its details. It asks for no
//! key: who reaches the address is the operator's to decide.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::guard;
use crate::metrics::{MEDIA, Metrics};
use crate::problem::Problem;
use crate::readiness::Readiness;
use crate::state::State;

type AdminReply = fn(&State) -> Result<Response, Problem>;

/// The routes of the second listener, on this address.
pub(crate) fn router(state: &Arc<State>, address: SocketAddr) -> Router {
    let on = |answer: AdminReply| {
        let state = Arc::clone(state);
        get(move |headers: HeaderMap| answered(state, address, headers, answer))
    };
    Router::new()
        .route(
            "/metrics",
            on(|state| {
                let text = Metrics::text(state).ok_or_else(|| Problem::busy("the figures cannot be read"))?;
                Ok(typed(StatusCode::OK, MEDIA, text))
            }),
        )
        .route(
            "/livez",
            on(|_| Ok(typed(StatusCode::OK, "application/json", r#"{"status":"ok"}"#.to_owned()))),
        )
        .route(
            "/readyz",
            on(|state| {
                let found = Readiness::of(state);
                let status = if found.is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
                let text = serde_json::to_string(&found);
                let text = text.map_err(|_| Problem::busy("the details cannot be written"))?;
                Ok(typed(status, "application/json", text))
            }),
        )
        .fallback(|| async { Problem::unknown("route").into_response() })
}

async fn answered(
    state: Arc<State>,
    address: SocketAddr,
    headers: HeaderMap,
    answer: AdminReply,
) -> Response {
    if let Err(problem) = guard::check_admin(address, &headers) {
        return problem.into_response();
    }
    let read = tokio::task::spawn_blocking(move || answer(&state)).await;
    match read {
        Ok(answered) => answered.unwrap_or_else(IntoResponse::into_response),
        Err(_) => Problem::busy("the request could not be answered").into_response(),
    }
}

fn typed(status: StatusCode, media: &'static str, text: String) -> Response {
    let mut response = (status, text).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
