//! Commands about the log itself.

mod heads;
mod proof;
mod repair;
mod transitions;

use std::collections::BTreeMap;
use std::io::Write;

use acquaint::serving::TypeCount;
use acquaint_domain::Timestamp;
use acquaint_engine::{IllegalTransitions, Rebuild, ReplayTo, illegal_transitions};
use acquaint_log::{EventLog as _, Position};
use acquaint_log_file::{Depth, FileLog, SegmentFacts, segments};
use serde_json::json;

use crate::failure::CliError;
use crate::grammar::{Exit, Format, Global, HeadFile, LogCommand};
use crate::maintain::checkpoints::{self, CheckedCheckpoint};
use crate::maintain::evidence;
use crate::read::events;
use crate::render::progress::LazyProgressBar;
use crate::render::{Listing, ListingRow, counted, listing, object, paragraph};
use crate::session::{ReadView, Session, log_folder, open_log, reading_log, rebuilt, summary_text};
use crate::values::{hex, rfc3339};

/// Runs a command about the log of a folder.
pub(crate) fn execute(
    global: &Global,
    command: &LogCommand,
    out: &mut dyn Write,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    let format = global.format;
    match command {
        LogCommand::Verify { depth, against } => verify(global, *depth, against.as_ref(), out),
        LogCommand::Head { sign } => heads::head(global, sign.as_deref(), out),
        LogCommand::NewHeadKey { file, name } => heads::new_key(global, file, name.as_deref(), out),
        LogCommand::Consistency { old, new } => heads::consistency(global, old, new, out),
        LogCommand::CheckConsistency { old, new, proof, key } => {
            heads::check_consistency([old, new, proof], key.as_deref(), format, out)
        }
        LogCommand::Stats => stats(global, out),
        LogCommand::Repair(loss) => repair::repair(global, *loss, out),
        LogCommand::AcceptTruncation => repair::accept_truncation(global, out),
        LogCommand::Seal => repair::seal(global, out),
        LogCommand::Prove { subject, viewer } => {
            let prove = |view: ReadView<'_>| proof::prove(view, subject, *viewer, global, out);
            Ok(reading_log(global, stderr, prove)?.1)
        }
        LogCommand::CheckProof { file, roots } => proof::check(file, roots, format, out),
        LogCommand::Backup { to } => repair::backup(global, to, out, stderr),
        LogCommand::Convert => repair::convert(global, out),
    }
}

/// `log verify`: checks every frame of every segment.
fn verify(
    global: &Global,
    depth: Depth,
    against: Option<&HeadFile>,
    out: &mut dyn Write,
) -> Result<Exit, CliError> {
    let log = open_log(&global.data)?;
    let against = against.map(heads::Published::read).transpose()?;
    let bar = LazyProgressBar::new("verifying segments");
    let show = |progress: acquaint_log_file::VerifyProgress| bar.show(progress.done, progress.total);
    let report = FileLog::verify(&global.data.join("log"), depth, &show)?;
    drop(bar);
    let missing = evidence::missing(&global.data, &log).filter(|_| report.damage.is_none());
    let state = match (&report.damage, &missing) {
        (Some(_), _) => "damaged",
        (None, Some(_)) => "truncated",
        (None, None) => "intact",
    };
    let compared = against.map(|head| heads::ComparedHead::of(head, global, &log)).transpose()?;
    let roots = depth == Depth::Roots;
    // Damaged events, and events of another program, have no transitions to check.
    let illegal = illegal_transitions(&log).ok();
    if global.format != Format::Human {
        let value = json!({
            "schema": "acquaint.verify.v1",
            "state": state,
            "log": report.log_id.to_string(),
            "segments": report.segments,
            "batches": report.frames,
            "events": report.records,
            "bytes": report.bytes,
            "head": hex(&report.head),
            "roots_checked": roots,
            "cleanly_closed": report.is_marked,
            "unfinished_bytes": report.unfinished_bytes,
            "damage": report.damage.as_ref().map(ToString::to_string),
            "missing": missing.as_ref().map(ToString::to_string),
            "illegal_transitions": illegal.as_ref().map(transitions::json),
            "against": compared.as_ref().map(heads::ComparedHead::json),
        });
        object(&value, global.format, out)?;
    } else {
        let contents = format!(
            "{state}: {} in {}, {}, {}; log {}",
            counted(report.records, "event"),
            counted(report.frames, "batch"),
            counted(report.segments, "segment"),
            counted(report.bytes, "byte"),
            report.log_id
        );
        paragraph("", &contents, out)?;
        let checked =
            if roots { "checksums, chain of hashes, Merkle roots" } else { "checksums, chain of hashes" };
        writeln!(out, "  checked: {checked}\n  head: {}", hex(&report.head))?;
        unfinished(report.unfinished_bytes, missing.is_some(), out)?;
        transitions::human(&illegal.unwrap_or_default(), out)?;
        if let Some(compared) = &compared {
            paragraph("", &compared.sentence(), out)?;
        }
    }
    match (report.damage, missing) {
        (Some(damage), _) => Err(CliError::new(Exit::Failed, damage.to_string())),
        (None, Some(missing)) => Err(missing.into()),
        (None, None) => compared.map_or(Ok(Exit::Ok), |compared| compared.exit()),
    }
}

/// Reports the bytes of a last batch that is not whole.
fn unfinished(bytes: u64, has_missing: bool, out: &mut dyn Write) -> Result<(), CliError> {
    if bytes > 0 {
        let what = if has_missing {
            "they may be the remains of the missing events"
        } else {
            "nothing shows that it was acknowledged"
        };
        writeln!(out, "{bytes} bytes after the last event are not a whole batch; {what}")?;
    }
    Ok(())
}

/// `log stats`: the segments with their roots, and the events by type.
fn stats(global: &Global, out: &mut dyn Write) -> Result<Exit, CliError> {
    let log = open_log(&global.data)?;
    let facts = segments(&log_folder(&global.data)?)?;
    let mut kinds: BTreeMap<&'static str, TypeCount> = BTreeMap::new();
    let mut span: Option<(Timestamp, Timestamp)> = None;
    let read = log.visit(Position::FIRST, &mut |_, bytes| {
        if let Ok(envelope) = acquaint_codec::peek(bytes) {
            let count = kinds.entry(events::type_name(&envelope)).or_default();
            count.events += 1;
            count.bytes += bytes.len() as u64;
            let first = span.map_or(envelope.at, |(first, _)| first);
            span = Some((first, envelope.at));
        }
        std::ops::ControlFlow::Continue(())
    });
    let seg_rows: Vec<ListingRow> = facts.iter().map(segment_row).collect();
    let kind_rows: Vec<ListingRow> = kinds.iter().map(|(name, count)| kind_row(name, count)).collect();
    let events: u64 = kinds.values().map(|count| count.events).sum();
    let bytes: u64 = kinds.values().map(|count| count.bytes).sum();
    let (from, to) = span.map_or((None, None), |(from, to)| (Some(rfc3339(from)), Some(rfc3339(to))));
    if global.format == Format::Human {
        let when = from.zip(to).map_or_else(String::new, |(from, to)| format!(", {from} to {to}"));
        let (events, bytes) = (counted(events, "event"), counted(bytes, "byte"));
        let contents = format!("log {}: {events}, {bytes} of records{when}", log.log_id());
        paragraph("", &contents, out)?;
        let columns = vec!["segment", "from event", "events", "root"];
        let page =
            Listing { schema: "", title: "segments".to_owned(), context: vec![], columns, rows: seg_rows };
        listing(&page, Format::Human, out)?;
        let columns = vec!["events", "bytes", "each", "type"];
        let page =
            Listing { schema: "", title: "types".to_owned(), context: vec![], columns, rows: kind_rows };
        listing(&page, Format::Human, out)?;
    } else {
        let rows = |rows: &[ListingRow]| rows.iter().map(|row| row.value.clone()).collect::<Vec<_>>();
        let value = json!({
            "schema": "acquaint.stats.v1",
            "log": log.log_id().to_string(),
            "events": events,
            "bytes": bytes,
            "from": from,
            "to": to,
            "segments": rows(&seg_rows),
            "types": rows(&kind_rows),
        });
        object(&value, global.format, out)?;
    }
    read.map_err(|error| CliError::new(Exit::Failed, error.to_string()))?;
    Ok(Exit::Ok)
}

fn segment_row(facts: &SegmentFacts) -> ListingRow {
    let (count, root) = facts.sealed.map_or((None, None), |(count, root)| (Some(count), Some(hex(&root))));
    let unsealed = "being written".to_owned();
    ListingRow {
        cells: vec![
            facts.segment.to_string(),
            facts.first.to_string(),
            count.map_or_else(|| "-".to_owned(), |count| count.to_string()),
            root.clone().unwrap_or(unsealed),
        ],
        value: json!({ "segment": facts.segment, "first": facts.first.get(), "events": count, "root": root }),
    }
}

fn kind_row(name: &str, count: &TypeCount) -> ListingRow {
    let TypeCount { events, bytes } = count;
    ListingRow {
        cells: vec![
            events.to_string(),
            bytes.to_string(),
            (bytes / events.max(&1)).to_string(),
            name.to_owned(),
        ],
        value: json!({ "type": name, "events": events, "bytes": bytes }),
    }
}

/// `replay`: rebuilds every view from event 1 and compares it with the live one.
pub(super) fn replay(
    session: &Session<'_>,
    out: &mut dyn Write,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    match session.line {
        Some(_) => Ok(session.read_log(stderr, |view| replay_live(view, session.format(), out))?.1),
        None => replay_folder(&session.global, out, stderr),
    }
}

/// `replay` of a folder: compares the rebuilt views with the summary that the last writer left, and with the views that each
/// checkpoint leads to.
fn replay_folder(global: &Global, out: &mut dyn Write, stderr: &mut dyn Write) -> Result<Exit, CliError> {
    let log = open_log(&global.data)?;
    let summary = evidence::Summary::of(&global.data);
    let position = evidence::line(summary.lines(), "position").and_then(|number| number.parse::<u64>().ok());
    let rebuilt = rebuilt(&log, ReplayTo::End, None)?;
    let (last, digests) = (rebuilt.views.last().0, rebuilt.views.digests());
    let compared = match position {
        Some(position) if position > last => ViewComparison::nothing(format!(
            "rebuilt every view from {}; the last writer's summary is of event {position}, so nothing was compared",
            counted(last, "event")
        )),
        Some(position) => {
            let then = if position == last {
                rebuilt
            } else {
                Rebuild::of(&log).to(ReplayTo::Position(position)).run()?
            };
            compared(&summary_text(&then.views), summary.lines(), (position, last))
        }
        None if matches!(summary, evidence::Summary::Damaged) => ViewComparison::nothing(format!(
            "rebuilt every view from {}; the last writer's summary is damaged, so nothing was compared",
            counted(last, "event")
        )),
        None => ViewComparison::nothing(format!(
            "rebuilt every view from {}; no writer has left a summary of its views, so nothing was compared",
            counted(last, "event")
        )),
    };
    let checked = checkpoints::compared(&checkpoints::of(global, &log), &log, last, &digests, stderr)?;
    report(last, &compared, &checked, &illegal_transitions(&log)?, global.format, out)?;
    if let Some(differing) = checked.iter().find(|checked| !checked.differing.is_empty()) {
        return Err(differing.failure(&checkpoints::of(global, &log)));
    }
    evidence::compare(&global.data, &log, last, stderr)
}

/// `replay` within a script: compares the rebuilt views with the writer's current ones.
fn replay_live(view: ReadView<'_>, format: Format, out: &mut dyn Write) -> Result<(), CliError> {
    let last = view.views.last().0;
    let rebuilt = Rebuild::of(view.log).to(ReplayTo::Position(last)).run()?;
    let compared = compared(&summary_text(&rebuilt.views), &summary_text(view.views), (last, last));
    report(last, &compared, &[], &illegal_transitions(view.log)?, format, out)
}

/// Writes what a replay found, and fails if views differ.
fn report(
    last: u64,
    compared: &ViewComparison,
    checked: &[CheckedCheckpoint],
    illegal: &IllegalTransitions,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let is_equal = compared.differing.is_empty();
    if format != Format::Human {
        let state = match compared.position {
            None => "not-compared",
            Some(_) if is_equal => "equal",
            Some(_) => "differs",
        };
        let value = json!({
            "schema": "acquaint.replay.v1", "events": last, "state": state, "compared_at": compared.position,
            "differing": compared.differing, "said": compared.sentence,
            "checkpoints": checked.iter().map(CheckedCheckpoint::json).collect::<Vec<_>>(),
            "illegal_transitions": transitions::json(illegal),
        });
        object(&value, format, out)?;
    }
    if !is_equal {
        return Err(CliError::new(Exit::Failed, compared.sentence.clone()));
    }
    if format == Format::Human {
        writeln!(out, "{}", compared.sentence)?;
        for equal in checked.iter().filter(|checked| checked.differing.is_empty()) {
            writeln!(out, "{}", equal.sentence())?;
        }
        transitions::human(illegal, out)?;
    }
    Ok(())
}

/// The outcome of comparing rebuilt views with live ones.
struct ViewComparison {
    sentence: String,
    /// The event after which they were compared; `None` if nothing was compared.
    position: Option<u64>,
    /// Names of the views that differ.
    differing: Vec<String>,
}

impl ViewComparison {
    fn nothing(sentence: String) -> Self {
        Self { sentence, position: None, differing: Vec::new() }
    }
}

/// Compares the summaries of the views after event `position` of a log that ends with event `last`.
fn compared(rebuilt: &str, live: &str, (position, last): (u64, u64)) -> ViewComparison {
    if build(rebuilt) != build(live) {
        return ViewComparison::nothing(format!(
            "rebuilt every view from {}; the live ones are from another build, so nothing was compared",
            counted(last, "event")
        ));
    }
    // The history line is about the log, not about a view.
    let live: Vec<&str> = live.lines().filter(|line| !line.starts_with("history ")).collect();
    let mut differing: Vec<String> = rebuilt
        .lines()
        .zip(&live)
        .filter(|(one, other)| one != *other)
        .filter_map(|(one, _)| one.split(' ').next().map(str::to_owned))
        .collect();
    if rebuilt.lines().count() != live.len() && differing.is_empty() {
        differing.push("the number of views".to_owned());
    }
    let sentence = if differing.is_empty() {
        match last - position {
            0 => format!("rebuilt every view from {}: equal to the live ones", counted(last, "event")),
            later => format!(
                "rebuilt every view from {}: equal to the live ones after event {position}, with no summary to compare for the {} after it",
                counted(last, "event"),
                counted(later, "event")
            ),
        }
    } else {
        format!(
            "these views, rebuilt from {}, differ from the live ones: {}",
            counted(position, "event"),
            differing.join(", ")
        )
    };
    ViewComparison { sentence, position: Some(position), differing }
}

fn build(summary: &str) -> Option<&str> {
    summary.lines().find_map(|line| line.strip_prefix("version "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_that_differs_is_named() {
        let summary = summary_text(&acquaint_engine::Views::default());
        assert!(compared(&summary, &summary, (0, 0)).differing.is_empty());
        let other = summary.replacen("pending ", "pending 0", 1);
        let found = compared(&summary, &other, (0, 0));
        assert_eq!(found.differing, ["pending"]);
        let failure = report(0, &found, &[], &IllegalTransitions::default(), Format::Human, &mut Vec::new())
            .expect_err("they differ");
        assert_eq!(failure.exit, Exit::Failed);
        assert!(failure.sentence.is_some_and(|sentence| sentence.ends_with(": pending")));
    }

    #[test]
    fn views_of_another_build_are_not_compared() {
        let summary = summary_text(&acquaint_engine::Views::default());
        let other = summary.replacen("version ", "version 0.0.", 1).replacen("pending ", "pending 0", 1);
        let found = compared(&summary, &other, (0, 0));
        assert_eq!((found.position, found.differing.len()), (None, 0));
        assert!(found.sentence.contains("from another build"));
    }
}
