//! Proofs that events are in a log, as files that need no log to be checked.

use std::io::Write;
use std::path::Path;

use acquaint_audit::Viewer;
use acquaint_codec::{decode, peek};
use acquaint_log::Position;
use acquaint_log_file::{Beside, EventProof, LogId, Salt, SegmentProof};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::events::type_name;
use crate::answers::found;
use crate::failure::Failure;
use crate::grammar::{Exit, Format, Global, Subject};
use crate::render::object;
use crate::session::{Scene, log_folder};
use crate::text_file;
use crate::values::{hex, human_time, rfc3339};

const SCHEMA: &str = "acquaint.proof.v1";

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    schema: String,
    request: String,
    viewer: String,
    log: String,
    segments: Vec<WrittenSegment>,
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
    record: String,
    salt: String,
    up: Vec<WrittenBeside>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WrittenBeside {
    Left(String),
    Right(String),
}

/// `log prove`: the events of a request that a viewer may see, each with its way to the root of its segment.
pub(super) fn prove(
    scene: Scene<'_>,
    subject: &Subject,
    viewer: Viewer,
    global: &Global,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let (request, _) = found(scene, subject, viewer)?;
    let seen = scene.inquiry().seen(request, viewer)?;
    let positions: Vec<Position> = seen.iter().filter_map(|number| Position::new(number.0)).collect();
    let proofs = acquaint_log_file::prove(&log_folder(&global.data)?, &positions)?;
    let log = proofs.first().map(|proof| proof.log_id.to_string()).unwrap_or_default();
    let written = Written {
        schema: SCHEMA.to_owned(),
        request: request.to_string(),
        viewer: viewer.name().to_owned(),
        log,
        segments: proofs.iter().map(write_segment).collect(),
    };
    let text = serde_json::to_string_pretty(&written).expect("a proof has names for keys");
    Ok(writeln!(out, "{text}")?)
}

fn write_segment(proof: &SegmentProof) -> WrittenSegment {
    let beside = |beside: &Beside| match beside {
        Beside::Left(hash) => WrittenBeside::Left(hex(hash)),
        Beside::Right(hash) => WrittenBeside::Right(hex(hash)),
    };
    let event = |event: &EventProof| WrittenEvent {
        position: event.position.get(),
        record: hex(&event.record),
        salt: hex(&event.salt.bytes()),
        up: event.up.iter().map(beside).collect(),
    };
    WrittenSegment {
        segment: proof.segment,
        first: proof.first.get(),
        count: proof.count,
        root: hex(&proof.root),
        events: proof.events.iter().map(event).collect(),
    }
}

/// `log check-proof`: whether every event in the file leads to one of the roots that are trusted.
pub(super) fn check(
    file: &Path,
    roots: &[[u8; 32]],
    format: Format,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let name = file.display().to_string();
    let text = text_file::read(file, "give the file that `acquaint log prove` wrote")?;
    let written: Written = serde_json::from_str(&text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        bad(&format!("{name}:{line}:{column}: {error}; give the file that `acquaint log prove` wrote"))
    })?;
    if written.schema != SCHEMA {
        return Err(bad(&format!("{name}: its schema is `{}`, not `{SCHEMA}`", written.schema)));
    }
    let proofs = written.segments.iter().map(|segment| read_segment(&written.log, segment));
    let proofs: Option<Vec<SegmentProof>> = proofs.collect();
    let proofs =
        proofs.ok_or_else(|| bad(&format!("{name}: a hash, a record or a position in it cannot be read")))?;
    for proof in &proofs {
        if !roots.contains(&proof.root) {
            let root = hex(&proof.root);
            return Err(unproven(&format!(
                "segment {} has the root {root}, which is not one that is trusted",
                proof.segment
            )));
        }
        if let Some(position) = proof.first_unproven() {
            return Err(unproven(&format!(
                "event {position} does not lead to the root of segment {}",
                proof.segment
            )));
        }
    }
    proven(&written, &proofs, format, out)
}

fn bad(sentence: &str) -> Failure {
    Failure::new(Exit::BadInput, sentence)
}

fn unproven(sentence: &str) -> Failure {
    Failure::new(Exit::Failed, format!("not proven: {sentence}"))
}

fn proven(
    written: &Written,
    proofs: &[SegmentProof],
    format: Format,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let events = || proofs.iter().flat_map(|proof| &proof.events);
    let about = |event: &EventProof| {
        let envelope = peek(&event.record).ok();
        let is_readable = decode(&event.record).is_ok();
        (envelope.as_ref().map_or("unknown", type_name), envelope.map(|envelope| envelope.at), is_readable)
    };
    if format != Format::Human {
        let rows = events().map(|event| {
            let (name, at, is_readable) = about(event);
            json!({
                "position": event.position.get(), "time": at.map(rfc3339), "type": name, "readable": is_readable,
            })
        });
        let value = json!({
            "schema": "acquaint.proven.v1",
            "request": written.request,
            "viewer": written.viewer,
            "log": written.log,
            "events": rows.collect::<Vec<_>>(),
        });
        object(&value, format, out)?;
        return Ok(Exit::Ok);
    }
    writeln!(
        out,
        "proven: {} events of {} are in log {}, unchanged",
        events().count(),
        written.request,
        written.log
    )?;
    for event in events() {
        let (name, at, _) = about(event);
        let at = at.map_or_else(|| "?".to_owned(), human_time);
        writeln!(out, "  {:>8}  {at}  {name}", event.position.to_string())?;
    }
    Ok(Exit::Ok)
}

fn read_segment(log: &str, written: &WrittenSegment) -> Option<SegmentProof> {
    let log_id = LogId::from_bytes(<[u8; 16]>::try_from(bytes(log)?).ok()?);
    let events = written.events.iter().map(|event| {
        let up = event.up.iter().map(|beside| {
            Some(match beside {
                WrittenBeside::Left(digits) => Beside::Left(hash(digits)?),
                WrittenBeside::Right(digits) => Beside::Right(hash(digits)?),
            })
        });
        Some(EventProof {
            position: Position::new(event.position)?,
            record: bytes(&event.record)?,
            salt: Salt::from_bytes(hash(&event.salt)?),
            up: up.collect::<Option<_>>()?,
        })
    });
    Some(SegmentProof {
        log_id,
        segment: written.segment,
        first: Position::new(written.first)?,
        count: written.count,
        root: hash(&written.root)?,
        events: events.collect::<Option<_>>()?,
    })
}

fn hash(digits: &str) -> Option<[u8; 32]> {
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
