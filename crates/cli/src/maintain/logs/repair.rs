//! Commands that change a log, or copy it, without adding an event: repair, seal, backup, conversion.

use std::io::Write;
use std::path::Path;

use acquaint_codec::{decode, peek};
use acquaint_log::{EventLog as _, Position};
use acquaint_log_file::{ConvertError, FileLog, Loss, Lost, OpenError, Options, Remedy, Repair, Witness};
use serde_json::json;

use crate::failure::CliError;
use crate::grammar::{Exit, Format, Global};
use crate::maintain::evidence;
use crate::read::events::type_name;
use crate::render::{Listing, ListingRow, counted, listing, object, paragraph, sentence};
use crate::session::{log_folder, open_log, waiting};
use crate::values::{hex, human_time, rfc3339};

/// `log repair`: shows the damage and what a repair would lose; repairs the log if the loss is accepted.
pub(super) fn repair(global: &Global, loss: Loss, out: &mut dyn Write) -> Result<Exit, CliError> {
    let folder = log_folder(&global.data)?;
    let repaired = waiting(global, || acquaint_log_file::repair(&folder, loss));
    if let Err(OpenError::Absent { .. }) = repaired {
        evidence::check_never_written(&global.data)?;
    }
    let Some(repair) = repaired? else { return undamaged(global, out) };
    if loss == Loss::Accepted {
        // Witnesses of the events that were given up would make every later start report a truncated log.
        evidence::remove_contradicted(&global.data, &FileLog::open_read_only(&folder)?)?;
    }
    let rows: Vec<ListingRow> = repair.lost.iter().map(lost_row).collect();
    let kept = repair.last_kept.map_or(0, Position::get);
    if global.format == Format::Human {
        human(&repair, rows, loss, kept, out)?;
    } else {
        let value = json!({
            "schema": "acquaint.repair.v1",
            "damage": repair.damage.to_string(),
            "done": loss == Loss::Accepted,
            "rebuilds_mark": repair.remedy == Remedy::MarkWrittenAgain,
            "last_kept": kept,
            "lost": rows.into_iter().map(|row| row.value).collect::<Vec<_>>(),
            "kept_in": repair.kept_in.iter().map(|path| path.display().to_string()).collect::<Vec<_>>(),
        });
        object(&value, global.format, out)?;
    }
    Ok(Exit::Ok)
}

/// Reports a log without damage, from whose end events may still be missing.
fn undamaged(global: &Global, out: &mut dyn Write) -> Result<Exit, CliError> {
    let missing = evidence::missing(&global.data, &open_log(&global.data)?);
    if global.format != Format::Human {
        let missing = missing.map(|missing| missing.to_string());
        let value = json!({ "schema": "acquaint.repair.v1", "damage": null, "missing": missing });
        object(&value, global.format, out)?;
        return Ok(Exit::Ok);
    }
    match missing {
        None => writeln!(out, "there is no damage; nothing to repair")?,
        Some(missing) => writeln!(out, "there is no damage, but events are missing: {missing}")?,
    }
    Ok(Exit::Ok)
}

/// `log accept-truncation`: removes the witnesses of events that the log does not have, so that it can be written to again.
pub(super) fn accept_truncation(global: &Global, out: &mut dyn Write) -> Result<Exit, CliError> {
    let folder = log_folder(&global.data)?;
    let reached = |witness: &Witness| witness.last.get();
    let reached = evidence::witnesses(&global.data).iter().map(reached).max().unwrap_or(0);
    let (last, removed) = match FileLog::open_read_only(&folder) {
        Err(OpenError::Absent { .. }) if reached > 0 => (0, evidence::remove_all(&global.data)?),
        Err(OpenError::Absent { .. }) => return open_log(&global.data).map(|_| Exit::Ok),
        // Opening for writing fails on a damaged log, which has to be repaired first, and while another process writes.
        Ok(_) => {
            let options = Options { scrub: None, ..Options::default() };
            let log = waiting(global, || FileLog::open(&folder, &options))?;
            (log.next_position().get() - 1, evidence::remove_contradicted(&global.data, &log)?)
        }
        Err(error) => return Err(error.into()),
    };
    let value = json!({
        "schema": "acquaint.accept-truncation.v1",
        "last": last,
        "removed": removed.iter().map(|path| path.display().to_string()).collect::<Vec<_>>(),
    });
    let files: String = removed.iter().map(|path| format!("\n  removed: {}", path.display())).collect();
    let text = if removed.is_empty() {
        format!("the log ends with event {last}, and nothing shows later events; nothing to accept")
    } else {
        format!(
            "done: the log ends with event {last}, and the files that showed other events are removed{files}"
        )
    };
    sentence(&text, &value, global.format, out)?;
    Ok(Exit::Ok)
}

fn human(
    repair: &Repair,
    rows: Vec<ListingRow>,
    loss: Loss,
    kept: u64,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    if repair.remedy == Remedy::MarkWrittenAgain {
        return human_mark(repair, loss, out);
    }
    let (title, kept) = match (loss, kept) {
        (Loss::Shown, 0) => ("events that would be lost", "no event would be kept".to_owned()),
        (Loss::Shown, _) => ("events that would be lost", format!("events 1 to {kept} would be kept")),
        (Loss::Accepted, 0) => ("events that are lost", "no event is kept".to_owned()),
        (Loss::Accepted, _) => ("events that are lost", format!("events 1 to {kept} are kept")),
    };
    paragraph("", &format!("{}.", repair.damage), out)?;
    writeln!(out, "{kept}")?;
    let page = Listing {
        schema: "",
        title: format!("{title}, as far as they can be read"),
        context: vec![],
        columns: vec!["event", "time", "what", "bytes"],
        rows,
    };
    listing(&page, Format::Human, out)?;
    match loss {
        Loss::Shown => writeln!(out, "nothing was changed; `acquaint log repair --accept-loss` does it")?,
        Loss::Accepted => {
            for path in &repair.kept_in {
                writeln!(out, "kept: {}", path.display())?;
            }
        }
    }
    Ok(())
}

/// Reports a damaged mark of a clean close; rebuilding it loses no event.
fn human_mark(repair: &Repair, loss: Loss, out: &mut dyn Write) -> Result<(), CliError> {
    paragraph("", &format!("{}.", repair.damage), out)?;
    match loss {
        Loss::Shown => {
            writeln!(
                out,
                "every event is kept: the damage is in the mark of a clean close, which can be rebuilt"
            )?;
            writeln!(out, "nothing was changed; `acquaint log repair --accept-loss` rebuilds it")?;
        }
        Loss::Accepted => {
            writeln!(
                out,
                "every event is kept: the mark of a clean close is rebuilt; look for more damage with `acquaint log verify`"
            )?;
            repair.kept_in.iter().try_for_each(|path| writeln!(out, "kept: {}", path.display()))?;
        }
    }
    Ok(())
}

/// The row of a lost event, with whatever its bytes still show.
fn lost_row(lost: &Lost) -> ListingRow {
    let envelope = peek(&lost.record).ok();
    let name = envelope.as_ref().map(type_name);
    let at = envelope.as_ref().map(|envelope| envelope.at);
    let state = match (lost.is_whole, decode(&lost.record).is_ok()) {
        (true, true) => "whole",
        (true, false) => "whole, but not readable by this program",
        (false, true) => "readable, in a damaged batch",
        (false, false) => "damaged",
    };
    ListingRow {
        cells: vec![
            lost.position.to_string(),
            at.map_or_else(|| "?".to_owned(), human_time),
            name.unwrap_or("?").to_owned(),
            state.to_owned(),
        ],
        value: json!({
            "position": lost.position.get(),
            "time": at.map(rfc3339),
            "type": name,
            "state": state,
            "record": hex(&lost.record),
        }),
    }
}

/// `log seal`: seals the last segment, and shows its root.
pub(super) fn seal(global: &Global, out: &mut dyn Write) -> Result<Exit, CliError> {
    let folder = log_folder(&global.data)?;
    open_log(&global.data)?;
    let options = || Options { scrub: None, ..evidence::options(&global.data) };
    let log = waiting(global, || FileLog::open(&folder, &options()))?;
    log.seal().map_err(|error| CliError::new(Exit::Failed, error.to_string()))?;
    let facts = acquaint_log_file::segments(&folder)?;
    let sealed = facts.iter().rev().find_map(|facts| facts.sealed.map(|(count, root)| (facts, count, root)));
    let value = sealed.map(|(facts, count, root)| {
        json!({ "segment": facts.segment, "first": facts.first.get(), "events": count, "root": hex(&root) })
    });
    if global.format != Format::Human {
        let value = json!({ "schema": "acquaint.seal.v1", "last_sealed": value });
        object(&value, global.format, out)?;
        return Ok(Exit::Ok);
    }
    match sealed {
        Some((facts, count, root)) => writeln!(
            out,
            "segment {} is sealed: {} from event {} on\n  root: {}",
            facts.segment,
            counted(count, "event"),
            facts.first,
            hex(&root)
        )?,
        None => writeln!(out, "the log holds no event; there is nothing to seal")?,
    }
    Ok(Exit::Ok)
}

/// `log backup`: copies the log into a new data folder, and verifies the copy.
pub(super) fn backup(
    global: &Global,
    to: &Path,
    out: &mut dyn Write,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    let log = open_log(&global.data)?;
    let report = FileLog::backup(&log_folder(&global.data)?, &to.join("log"))?;
    // Copy what is left, but say here that events are missing: the copy has no witnesses to show it.
    let exit = match evidence::missing(&global.data, &log) {
        None => Exit::Ok,
        Some(missing) => {
            let _unread = writeln!(stderr, "acquaint: {missing}; the copy has what is left");
            Exit::Damaged
        }
    };
    let value = json!({
        "schema": "acquaint.backup.v1",
        "events": report.records,
        "segments": report.segments,
        "head": hex(&report.head),
        "to": to.display().to_string(),
    });
    let text = format!(
        "{} in {}: copied to `{}`, verified; keys, if there are any, are not copied\n  head: {}",
        counted(report.records, "event"),
        counted(report.segments, "segment"),
        to.display(),
        hex(&report.head)
    );
    sentence(&text, &value, global.format, out)?;
    Ok(exit)
}

/// `log convert`: converts a log of an earlier format to the current one, and keeps the old one.
pub(super) fn convert(global: &Global, out: &mut dyn Write) -> Result<Exit, CliError> {
    let folder = log_folder(&global.data)?;
    let converted = waiting(global, || match acquaint_log_file::convert(&folder) {
        Err(ConvertError::Open(error)) => Err(error),
        other => Ok(other),
    })??;
    let next = FileLog::open_read_only(&log_folder(&global.data)?)?.next_position();
    let value = json!({
        "schema": "acquaint.convert.v1",
        "events": converted.events,
        "next": next.get(),
        "torn_bytes": converted.torn_bytes,
        "kept": converted.kept.display().to_string(),
    });
    let torn = match converted.torn_bytes {
        0 => String::new(),
        bytes => format!("; {bytes} bytes of an incomplete last batch were left out"),
    };
    let text = format!(
        "converted to the current format: {}{torn}; the old log is kept in `{}`",
        counted(converted.events, "event"),
        converted.kept.display()
    );
    sentence(&text, &value, global.format, out)?;
    Ok(Exit::Ok)
}
