//! The log itself, for staff: how large it is, and proofs that events are in it.

use acquaint::serving::{LogStats, ProvenRequest, SegmentFacts, TypeCount, UnprovenRequest};
use acquaint_domain::RequestId;
use acquaint_report::moments::rfc3339;
use acquaint_report::proof::{hex, proof_json};
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::call::{Call, RouteReply};
use crate::problem::Problem;
use crate::table::{Route, RouteView, STAFF};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/v1/log/stats",
            "logStats",
            "The segments of the log with their roots, and its events by type. It reads the whole log.",
        )
        .by(STAFF, RouteView::Both)
        .gives::<LogFigures>(StatusCode::OK)
        .runs(stats),
        Route::question(
            "/v1/log/proofs",
            "proveRequest",
            "A proof that a request's events are in the log; docs/FORMAT.md describes it.",
        )
        .by(STAFF, RouteView::Both)
        .recorded()
        .takes::<ProofQuestion>()
        .gives::<RequestProof>(StatusCode::OK)
        .runs(prove),
    ]
}

/// How large the log is, and what is in it.
#[derive(Debug, Serialize, JsonSchema)]
struct LogFigures {
    /// The log's id; null for a log in memory.
    log: Option<String>,
    /// How many events there are.
    events: u64,
    /// The size of their records, bytes.
    bytes: u64,
    /// When the first event was recorded (RFC 3339); null for an empty log.
    from: Option<String>,
    /// When the last event was recorded (RFC 3339); null for an empty log.
    to: Option<String>,
    /// The segments, oldest first; none for a log in memory.
    segments: Vec<SegmentRow>,
    /// By the type's name.
    types: Vec<EventTypeRow>,
}

/// A segment of the log.
#[derive(Debug, Serialize, JsonSchema)]
struct SegmentRow {
    segment: u64,
    /// The number of its first event.
    first: u64,
    /// How many events there are; null for the segment that is being written.
    events: Option<u64>,
    /// The root that proofs lead to; null for the segment that is being written.
    root: Option<String>,
}

/// The events of one type.
#[derive(Debug, Serialize, JsonSchema)]
struct EventTypeRow {
    #[serde(rename = "type")]
    name: &'static str,
    events: u64,
    /// The size of their records, bytes.
    bytes: u64,
}

fn stats(call: &Call<'_>) -> Result<RouteReply, Problem> {
    // One at a time, like the other answers that read the whole log.
    let _alone =
        call.state.replaying.try_lock().ok_or_else(|| {
            Problem::busy("another answer that reads the whole log is being made; ask again")
        })?;
    let LogStats { log, segments, types, span } = call.state.engine.log_stats()?;
    let figures = LogFigures {
        log,
        events: types.values().map(|count| count.events).sum(),
        bytes: types.values().map(|count| count.bytes).sum(),
        from: span.map(|(from, _)| rfc3339(from)),
        to: span.map(|(_, to)| rfc3339(to)),
        segments: segments.iter().map(segment_row).collect(),
        types: types
            .into_iter()
            .map(|(name, TypeCount { events, bytes })| EventTypeRow { name, events, bytes })
            .collect(),
    };
    RouteReply::with(call, figures)
}

fn segment_row(facts: &SegmentFacts) -> SegmentRow {
    SegmentRow {
        segment: facts.segment,
        first: facts.first.get(),
        events: facts.sealed.map(|(events, _)| events),
        root: facts.sealed.map(|(_, root)| hex(&root)),
    }
}

/// Whose events are to be proven.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ProofQuestion {
    /// The request's id.
    request: String,
}

/// The proof of a request's events.
#[derive(Debug, Serialize, JsonSchema)]
struct RequestProof {
    /// `acquaint.proof.v2`, which `acquaint log check-proof` checks.
    proof: Value,
    /// The numbers of the events that are not in it yet: the segment that is being written has no root.
    unsealed: Vec<u64>,
}

fn prove(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let ProofQuestion { request } = call.body()?;
    let request: RequestId = request.parse().map_err(|_| Problem::unknown("request"))?;
    let viewer = call.staff_viewer();
    let ProvenRequest { proof, unsealed } = call.state.engine.prove(request, viewer).map_err(problem)?;
    call.record_look(request)?;
    let unsealed = unsealed.into_iter().map(|position| position.get()).collect();
    RouteReply::with(call, RequestProof { proof: proof_json(request, viewer, &proof), unsealed })
}

fn problem(error: UnprovenRequest) -> Problem {
    match error {
        UnprovenRequest::Unknown => Problem::unknown("request"),
        UnprovenRequest::InMemory => Problem::new(
            StatusCode::CONFLICT,
            "not-sealed",
            "a log in memory has no roots that could prove it",
        ),
        UnprovenRequest::Unsealed => {
            let detail = "its events are in the segment that is being written, which has no root yet";
            Problem::new(StatusCode::CONFLICT, "not-sealed", detail)
        }
        UnprovenRequest::Failed(error) => error.into(),
    }
}
