//! The log itself, for staff: how large it is, and proofs that events are in it.

use std::fs;
use std::io;
use std::path::Path;

use acquaint::serving::{
    LogStats, ProvenRequest, SegmentFacts, TypeCount, UnprovenRequest, is_open_to_everybody,
};
use acquaint_domain::RequestId;
use acquaint_report::log_head::HeadDocument;
use acquaint_report::moments::rfc3339;
use acquaint_report::proof::{hex, proof_json};
use acquaint_tree_head::SigningKey;
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::call::{Call, RouteReply};
use crate::private_file;
use crate::problem::Problem;
use crate::table::{Route, RouteView, STAFF};

/// The file in the data folder with the key that signs heads.
const HEAD_KEY: &str = "head.key";

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
        Route::get(
            "/v1/log/head",
            "logHead",
            "Where the log ends, as a text to give to an outside witness; docs/FORMAT.md describes it. It is signed if the \
             data folder has the file `head.key`.",
        )
        .by(STAFF, RouteView::Both)
        .gives::<LogEnd>(StatusCode::OK)
        .runs(head),
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
    let _alone = call.state.replay_alone()?;
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

/// Where the log ends.
#[derive(Debug, Serialize, JsonSchema)]
struct LogEnd {
    /// The name of the log, which is also that of the key that signs.
    origin: String,
    /// The log's id.
    log: String,
    /// How many events there are.
    events: u64,
    /// The hash of the last batch, 64 digits.
    hash: String,
    /// The root of the tree over all events, 64 digits.
    root: String,
    /// When the head was made (RFC 3339).
    time: String,
    /// The public key that verifies the signature (a C2SP verifier key); null if it is not signed.
    key: Option<String>,
    /// The head as a C2SP checkpoint, with its signature.
    note: String,
}

fn head(call: &Call<'_>) -> Result<RouteReply, Problem> {
    // The first one reads the whole log.
    let _alone = call.state.replay_alone()?;
    let key = head_key(call)?;
    let Some(tree) = call.state.engine.log_tree()? else {
        return Err(Problem::new(StatusCode::CONFLICT, "no-head", "a log in memory has no head to publish"));
    };
    let (document, note) = HeadDocument::publish(tree, call.state.engine.now(), key.as_ref());
    let end = LogEnd {
        origin: document.origin,
        log: tree.log.to_string(),
        events: tree.events,
        hash: hex(&tree.hash),
        root: hex(&tree.root),
        time: rfc3339(document.at),
        key: key.map(|key| key.public().text()),
        note: note.file(),
    };
    RouteReply::with(call, end)
}

/// The key that signs heads, read again each time, so that it can be replaced while the server runs.
fn head_key(call: &Call<'_>) -> Result<Option<SigningKey>, Problem> {
    let Some(data) = call.state.data.as_deref() else { return Ok(None) };
    read_head_key(data).map_err(|detail| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail))
}

/// The key that signs heads in the data folder; `None` if there is none.
///
/// # Errors
/// A sentence: why the file is not used.
pub(crate) fn read_head_key(data: &Path) -> Result<Option<SigningKey>, String> {
    let path = data.join(HEAD_KEY);
    let unusable = |why: String| format!("the file `{HEAD_KEY}` in the data folder cannot sign heads: {why}");
    let bytes = match private_file::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unusable(error.to_string())),
    };
    if fs::metadata(&path).is_ok_and(|facts| is_open_to_everybody(&facts)) {
        return Err(unusable("every user of the machine can read it; `chmod 600` it".to_owned()));
    }
    let text = String::from_utf8(bytes).map_err(|_| unusable("it is not text".to_owned()))?;
    SigningKey::parse(&text).map(Some).map_err(|error| unusable(error.to_string()))
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
