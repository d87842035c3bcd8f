//! Orders about the log itself.

use std::fs;
use std::io::Write;

use acquaint_domain::{Actor, Desk as Whose, MemberId};
use acquaint_engine::{replay, replay_to};
use acquaint_log::Position;
use acquaint_log_file::{Depth, FileLog};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::grammar::{Exit, Format, Global};
use crate::render::{Listing, Row, listing};
use crate::session::{Scene, left_word, open_log};
use crate::values::{human_time, rfc3339};

/// `log verify`: every frame of every segment.
pub(crate) fn verify(global: &Global, out: &mut dyn Write) -> Result<Exit, Failure> {
    open_log(&global.data)?;
    let report = FileLog::verify(&global.data.join("log"), Depth::Roots, &|_| {})?;
    let state = if report.damage.is_some() { "damaged" } else { "intact" };
    if global.format != Format::Human {
        let value = json!({
            "schema": "acquaint.verify.v1",
            "state": state,
            "log": report.log_id.to_string(),
            "segments": report.segments,
            "batches": report.frames,
            "events": report.records,
            "bytes": report.bytes,
            "unfinished_bytes": report.unfinished_bytes,
            "damage": report.damage.as_ref().map(ToString::to_string),
        });
        crate::render::object(&value, global.format, out)?;
    } else {
        writeln!(
            out,
            "{state}: {} events in {} batches, {} segments, {} bytes; log {}",
            report.records, report.frames, report.segments, report.bytes, report.log_id
        )?;
        if report.unfinished_bytes > 0 {
            writeln!(
                out,
                "{} bytes of a last batch are not whole, and were never acknowledged",
                report.unfinished_bytes
            )?;
        }
    }
    match report.damage {
        Some(damage) => Err(Failure::new(Exit::Failed, damage.to_string())),
        None => Ok(Exit::Ok),
    }
}

/// `log show`: events as they stand in the log.
pub(crate) fn show(
    scene: Scene<'_>,
    from: Option<u64>,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let first = from.unwrap_or(1);
    let Some(position) = Position::new(first) else {
        return Err(Failure::new(Exit::BadInput, "events are counted from 1; give --from 1 or more"));
    };
    let mut rows = Vec::new();
    for record in scene.log.read(position) {
        let record = record.map_err(|error| Failure::new(Exit::Failed, error.to_string()))?;
        if record.position.get() > scene.views.last().0 {
            break;
        }
        rows.push(row(scene, &record)?);
    }
    let page = Listing {
        schema: "acquaint.log.v1",
        title: format!("events {first} to {}", scene.views.last()),
        context: vec![("last", json!(scene.views.last().0))],
        columns: vec!["event", "time", "what", "by", "whose", "requests"],
        rows,
    };
    Ok(listing(&page, format, out)?)
}

fn row(scene: Scene<'_>, record: &acquaint_log::Record) -> Result<Row, Failure> {
    let unreadable = |error: String| {
        Failure::new(Exit::Failed, format!("event {} cannot be read: {error}", record.position))
    };
    let envelope = acquaint_codec::peek(&record.bytes).map_err(|error| unreadable(error.to_string()))?;
    let recorded = acquaint_codec::decode(&record.bytes).map_err(|error| unreadable(error.to_string()))?;
    let known = acquaint_codec::event_types().find(|known| known.id == envelope.type_id);
    let name = known.map_or("unknown", |known| known.name);
    let handle = |member: MemberId| scene.views.members.handle(member);
    let by = match recorded.actor {
        Actor::Member(member) => handle(member),
        Actor::Operator => "operator".to_owned(),
        Actor::Courier => "courier".to_owned(),
        Actor::Timer => "timer".to_owned(),
        Actor::Archive => "archive".to_owned(),
    };
    let whose = match recorded.event.desk() {
        Whose::Of(member) => vec![handle(member)],
        Whose::OfBoth(one, other) => vec![handle(one), handle(other)],
        Whose::Nobodys => Vec::new(),
    };
    let requests: Vec<String> = recorded.event.requests().iter().map(ToString::to_string).collect();
    let cells = vec![
        recorded.number.to_string(),
        human_time(recorded.at),
        name.to_owned(),
        by.clone(),
        whose.join(", "),
        requests.join(" "),
    ];
    let value: Value = json!({
        "schema": "acquaint.event.v1",
        "position": recorded.number.0,
        "time": rfc3339(recorded.at),
        "type": name,
        "by": by,
        "whose": whose,
        "requests": requests,
        "caused_by": recorded.cause.map(|cause| cause.0),
        "bytes": record.bytes.len(),
    });
    Ok(Row { cells, value })
}

/// `replay`: every view from event 1, compared with what the last writer's live views were.
pub(crate) fn replay_left(global: &Global, out: &mut dyn Write) -> Result<Exit, Failure> {
    let log = open_log(&global.data)?;
    let left = fs::read_to_string(global.data.join("views")).unwrap_or_default();
    let position = left.lines().find_map(|line| line.strip_prefix("position ")?.parse::<u64>().ok());
    let rebuilt = replay(&log)?;
    let Some(position) = position else {
        writeln!(
            out,
            "rebuilt every view from {} events; no writer left word of its views to compare with",
            rebuilt.events
        )?;
        return Ok(Exit::Ok);
    };
    let then = if position == rebuilt.views.last().0 { rebuilt } else { replay_to(&log, position)? };
    compared(&left_word(&then.views), &left, then.events, out)
}

/// `replay` within a script: every view from event 1, compared with the views that the writer has at this moment.
pub(crate) fn replay_live(scene: Scene<'_>, out: &mut dyn Write) -> Result<Exit, Failure> {
    let rebuilt = replay_to(scene.log, scene.views.last().0)?;
    compared(&left_word(&rebuilt.views), &left_word(scene.views), rebuilt.events, out)
}

fn compared(rebuilt: &str, live: &str, events: u64, out: &mut dyn Write) -> Result<Exit, Failure> {
    if build(rebuilt) != build(live) {
        writeln!(
            out,
            "rebuilt every view from {events} events; the live ones were another build's, and are not compared"
        )?;
        return Ok(Exit::Ok);
    }
    let differing: Vec<&str> = rebuilt
        .lines()
        .zip(live.lines())
        .filter(|(one, other)| one != other)
        .filter_map(|(one, _)| one.split(' ').next())
        .collect();
    if differing.is_empty() && rebuilt.lines().count() == live.lines().count() {
        writeln!(out, "rebuilt every view from {events} events: equal to the live ones")?;
        return Ok(Exit::Ok);
    }
    let names = differing.join(", ");
    Err(Failure::new(
        Exit::Failed,
        format!("rebuilt from {events} events, these differ from the live ones: {names}"),
    ))
}

fn build(word: &str) -> Option<&str> {
    word.lines().find_map(|line| line.strip_prefix("build "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_that_differs_is_named() {
        let word = left_word(&acquaint_engine::Views::default());
        let mut page = Vec::new();
        assert!(matches!(compared(&word, &word, 0, &mut page), Ok(Exit::Ok)));
        let other = word.replacen("pending ", "pending 0", 1);
        let failure = compared(&word, &other, 0, &mut page).expect_err("they differ");
        assert_eq!(failure.exit, Exit::Failed);
        assert!(failure.sentence.is_some_and(|sentence| sentence.ends_with(": pending")));
    }
}
