//! The JSON form of a proof. `docs/FORMAT.md` describes every field.

use acquaint::serving::{EventProof, LogHead, LogId, Proof, Salt, SegmentProof, SiblingHash};
use acquaint_audit::Viewer;
use acquaint_domain::RequestId;
use acquaint_log::Position;
use serde::{Deserialize, Serialize};

const SCHEMA_1: &str = "acquaint.proof.v1";
const SCHEMA_2: &str = "acquaint.proof.v2";

/// Version of a proof's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofVersion {
    /// Has no head and no hashes of events. May be for a member.
    One,
    /// The version that is written today. For staff only.
    Two,
}

/// The request, viewer and version that a proof file states.
#[derive(Clone, Copy, Debug)]
pub struct ProofClaims {
    /// The request that the events are about.
    pub request: RequestId,
    /// Whose view of the request the proof holds.
    pub viewer: Viewer,
    /// The version of the format in which it is written.
    pub version: ProofVersion,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProofFile {
    schema: String,
    request: String,
    viewer: String,
    log: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    head: Option<WrittenHead>,
    segments: Vec<WrittenSegment>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenHead {
    events: u64,
    hash: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSegment {
    segment: u64,
    first: u64,
    count: u64,
    root: String,
    events: Vec<WrittenEvent>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenEvent {
    position: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    hash: Option<String>,
    record: String,
    salt: String,
    up: Vec<WrittenSibling>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WrittenSibling {
    Left(String),
    Right(String),
}

/// The text of a proof of version 2.
pub fn write(request: RequestId, viewer: Viewer, proof: &Proof) -> String {
    serde_json::to_string_pretty(&written(request, viewer, proof)).expect("a proof's keys are strings")
}

/// The same as a value, for an answer that holds it.
pub fn proof_json(request: RequestId, viewer: Viewer, proof: &Proof) -> serde_json::Value {
    serde_json::to_value(written(request, viewer, proof)).expect("a proof's keys are strings")
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn written(request: RequestId, viewer: Viewer, proof: &Proof) -> ProofFile {
    ProofFile {
        schema: SCHEMA_2.to_owned(),
        request: request.to_string(),
        viewer: viewer.name().to_owned(),
        log: proof.log_id.to_string(),
        head: proof.head.map(|head| WrittenHead { events: head.events, hash: hex(&head.hash) }),
        segments: proof.segments.iter().map(write_segment).collect(),
    }
}

fn write_segment(segment: &SegmentProof) -> WrittenSegment {
    let sibling = |sibling: &SiblingHash| match sibling {
        SiblingHash::Left(hash) => WrittenSibling::Left(hex(hash)),
        SiblingHash::Right(hash) => WrittenSibling::Right(hex(hash)),
    };
    let event = |event: &EventProof| WrittenEvent {
        position: event.position.get(),
        hash: Some(hex(&event.hash())),
        record: hex(&event.record),
        salt: hex(&event.salt.bytes()),
        up: event.up.iter().map(sibling).collect(),
    };
    WrittenSegment {
        segment: segment.segment,
        first: segment.first.get(),
        count: segment.count,
        root: hex(&segment.root),
        events: segment.events.iter().map(event).collect(),
    }
}

/// Reads a proof of either version.
///
/// # Errors
/// A sentence that says what is wrong with the file.
pub fn read(
    text: &str,
    parse_request: impl Fn(&str) -> Result<RequestId, String>,
) -> Result<(ProofClaims, Proof), String> {
    let written: ProofFile = serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        format!("{line}:{column}: {error}; give the file that `acquaint log prove` wrote")
    })?;
    let version = match written.schema.as_str() {
        SCHEMA_1 => ProofVersion::One,
        SCHEMA_2 => ProofVersion::Two,
        _ => return Err(format!("`schema` is neither `{SCHEMA_1}` nor `{SCHEMA_2}`")),
    };
    if written.head.is_some() != (version == ProofVersion::Two) {
        return Err("`head` belongs to version 2, which always has it".to_owned());
    }
    let request = parse_request(&written.request).map_err(|bad| format!("`request`: {bad}"))?;
    let claims = ProofClaims { request, viewer: viewer(&written.viewer, version)?, version };
    let head = written.head.as_ref().map(|head| {
        let hash = hash(&head.hash).ok_or("`head.hash` is not 64 digits from 0 to f")?;
        Ok::<_, String>(LogHead { events: head.events, hash })
    });
    let log_id = bytes(&written.log).and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
    let segments = written.segments.iter().map(|segment| read_segment(segment, version));
    let proof = Proof {
        log_id: LogId::from_bytes(log_id.ok_or("`log` is not 32 digits from 0 to f")?),
        head: head.transpose()?,
        segments: segments.collect::<Result<_, _>>()?,
    };
    Ok((claims, proof))
}

fn viewer(name: &str, version: ProofVersion) -> Result<Viewer, String> {
    let known = Viewer::ALL.into_iter().find(|viewer| viewer.name() == name);
    match known.ok_or("`viewer` is not a known viewer")? {
        Viewer::Sender | Viewer::Recipient if version == ProofVersion::Two => {
            Err(format!("a proof of version 2 is for `agent` or `engineer`, not for `{name}`"))
        }
        viewer @ (Viewer::Sender | Viewer::Recipient | Viewer::Agent | Viewer::Engineer) => Ok(viewer),
    }
}

fn read_segment(written: &WrittenSegment, version: ProofVersion) -> Result<SegmentProof, String> {
    let bad = |field: &str| format!("segment {}: `{field}` cannot be read", written.segment);
    Ok(SegmentProof {
        segment: written.segment,
        first: Position::new(written.first).ok_or_else(|| bad("first"))?,
        count: written.count,
        root: hash(&written.root).ok_or_else(|| bad("root"))?,
        events: written.events.iter().map(|event| read_event(event, version)).collect::<Result<_, _>>()?,
    })
}

fn read_event(written: &WrittenEvent, version: ProofVersion) -> Result<EventProof, String> {
    let bad = |field: &str| format!("event {}: `{field}` cannot be read", written.position);
    let up = written.up.iter().map(|sibling| {
        Some(match sibling {
            WrittenSibling::Left(digits) => SiblingHash::Left(hash(digits)?),
            WrittenSibling::Right(digits) => SiblingHash::Right(hash(digits)?),
        })
    });
    let event = EventProof {
        position: Position::new(written.position).ok_or_else(|| bad("position"))?,
        record: bytes(&written.record).ok_or_else(|| bad("record"))?,
        salt: Salt::from_bytes(hash(&written.salt).ok_or_else(|| bad("salt"))?),
        up: up.collect::<Option<_>>().ok_or_else(|| bad("up"))?,
    };
    let stated = written.hash.as_deref().map(|digits| hash(digits).ok_or_else(|| bad("hash"))).transpose()?;
    match (version, stated) {
        (ProofVersion::One, None) => Ok(event),
        (ProofVersion::Two, Some(stated)) if stated == event.hash() => Ok(event),
        (ProofVersion::Two, Some(_)) => {
            Err(format!("event {}: `hash` is not the hash of its salt and record", written.position))
        }
        (ProofVersion::One, Some(_)) | (ProofVersion::Two, None) => {
            Err(format!("event {}: `hash` belongs to version 2, which always has it", written.position))
        }
    }
}

pub(crate) fn hash(digits: &str) -> Option<[u8; 32]> {
    bytes(digits)?.try_into().ok()
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    if !digits.len().is_multiple_of(2) || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    digits
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}
