//! Imports members' own exports of other networks.

use std::io::{IsTerminal, Write};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use acquaint_archive::{ExportProblem, ParsedExport, ReadOptions};
use acquaint_domain::Timestamp;
use acquaint_domain::export::{DatedBy, Network};
use acquaint_engine::ExportReceipt;
use indicatif::{ProgressBar, ProgressDrawTarget};
use serde_json::json;

use acquaint_report::whereabouts::dated_by;

use crate::failure::CliError;
use crate::grammar::{Exit, Format, ImportExport};
use crate::render::{object, paragraph};
use crate::session::{Session, WriteSession};
use crate::values::{day, rfc3339};

/// How long an import may take before a message says that it is still running.
const SILENCE: Duration = Duration::from_millis(500);
const TICK: Duration = Duration::from_millis(100);

/// Reads the whole export, then records what is new in it.
pub(super) fn import(
    session: &Session<'_>,
    command: &ImportExport,
    out: &mut dyn Write,
    stderr: &mut dyn Write,
) -> Result<(), CliError> {
    let progress = ImportSpinner::begin("reading the export");
    let export = read(command, session.now())?;
    progress.say("recording what is new");
    let summary = session.import(first_moment(&export), stderr, |writer| record(writer, export))?;
    drop(progress);
    summary.write(session.format(), out)
}

fn read(command: &ImportExport, now: Timestamp) -> Result<ParsedExport, CliError> {
    let ImportExport { path, network, as_of, member } = command;
    let options = ReadOptions { network: *network, owner: member.clone(), as_of: *as_of };
    let export = acquaint_archive::read(path, &options)?;
    if export.records.as_of > now.plus(acquaint_domain::Span::days(2)) {
        let what = format!(
            "the export is dated {}, which is in the future; give the day on which it was made with --as-of",
            day(export.records.as_of)
        );
        return Err(CliError::new(Exit::BadInput, what));
    }
    Ok(export)
}

/// The earliest moment in the export, at which a new folder is initialised.
fn first_moment(export: &ParsedExport) -> Timestamp {
    let records = &export.records;
    let rows = records.connections.iter().chain(&records.declines).chain(&records.ends);
    let rows = rows.chain(records.invitations.iter().map(|invitation| &invitation.row));
    rows.map(|row| row.at).min().unwrap_or(records.as_of)
}

/// The output of an import.
struct ImportSummary {
    network: Network,
    as_of: Timestamp,
    dated_by: DatedBy,
    rows: [(&'static str, usize); 5],
    receipt: ExportReceipt,
    remarks: Vec<String>,
}

fn record(writer: &WriteSession, export: ParsedExport) -> Result<ImportSummary, CliError> {
    let ParsedExport { records, remarks } = export;
    let (network, as_of, dated_by) = (records.network, records.as_of, records.dated_by);
    let rows = [
        ("invitations", records.invitations.len()),
        ("connections", records.connections.len()),
        ("rejections", records.declines.len()),
        ("removals", records.ends.len()),
        ("blocks", records.blocks.len()),
    ];
    let remarks = remarks.into_iter().map(|remark| format!("{}: {}", remark.file, remark.sentence)).collect();
    let receipt = writer.engine.run(records)?;
    Ok(ImportSummary { network, as_of, dated_by, rows, receipt, remarks })
}

impl ImportSummary {
    fn write(&self, format: Format, out: &mut dyn Write) -> Result<(), CliError> {
        match format {
            Format::Human => self.human(out),
            Format::Json | Format::Ndjson => self.json(format, out),
        }
    }

    fn human(&self, out: &mut dyn Write) -> Result<(), CliError> {
        let by = match self.dated_by {
            DatedBy::Word => "",
            DatedBy::FileName => ", dated by its name",
            DatedBy::LastRow => ", dated by its last row; if it was made later, give the day with --as-of",
        };
        let held =
            self.rows.iter().filter(|(_, rows)| *rows > 0).map(|(what, rows)| format!("{rows} {what}"));
        let held: Vec<String> = held.collect();
        let held = if held.is_empty() { "nothing".to_owned() } else { held.join(", ") };
        let network = self.network.name();
        paragraph("", &format!("{network} export of {}{by}: {held}", day(self.as_of)), out)?;
        let receipt = &self.receipt;
        if let Some(began) = receipt.seen_before {
            let what =
                format!("already imported as export {}, at event {began}: nothing changed", receipt.export);
            paragraph("  ", &what, out)?;
        } else {
            let new = self.counts().into_iter().filter(|(_, count)| *count > 0);
            let new: Vec<String> = new.map(|(what, count)| format!("{what} {count}")).collect();
            let new = if new.is_empty() { "nothing new".to_owned() } else { new.join(", ") };
            paragraph("  ", &format!("export {}: {new}", receipt.export), out)?;
        }
        self.remarks.iter().try_for_each(|remark| paragraph("  note: ", remark, out))?;
        Ok(paragraph("  ", "`acquaint whereabouts` shows what became of them", out)?)
    }

    fn counts(&self) -> [(&'static str, u32); 7] {
        let ExportReceipt { invitations, accepted, connections, vanished, ended, declined, changed, .. } =
            self.receipt;
        [
            ("new invitations", invitations),
            ("accepted", accepted),
            ("connections without an invitation", connections),
            ("rejected by you", declined),
            ("invitations that are gone", vanished),
            ("connections that are gone", ended),
            ("people with another name or profile", changed),
        ]
    }

    fn json(&self, format: Format, out: &mut dyn Write) -> Result<(), CliError> {
        let receipt = &self.receipt;
        let value = json!({
            "schema": "acquaint.export.v1",
            "network": self.network.word(),
            "export": receipt.export,
            "as_of": rfc3339(self.as_of),
            "dated_by": dated_by(self.dated_by),
            "repeated": receipt.seen_before.is_some(),
            "rows": self.rows.iter().copied().collect::<std::collections::BTreeMap<_, _>>(),
            "new": {
                "invitations": receipt.invitations,
                "accepted": receipt.accepted,
                "connections": receipt.connections,
                "declined": receipt.declined,
                "vanished": receipt.vanished,
                "ended": receipt.ended,
                "changed": receipt.changed,
            },
            "remarks": self.remarks,
        });
        Ok(object(&value, format, out)?)
    }
}

impl From<ExportProblem> for CliError {
    fn from(problem: ExportProblem) -> Self {
        Self::new(Exit::BadInput, format!("{problem}; nothing was imported"))
    }
}

/// A spinner on stderr, shown only on a terminal and after half a second.
struct ImportSpinner {
    bar: ProgressBar,
    done: Option<Sender<()>>,
    waits: Option<JoinHandle<()>>,
}

impl ImportSpinner {
    fn begin(what: &'static str) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        bar.set_message(what);
        if !std::io::stderr().is_terminal() {
            return Self { bar, done: None, waits: None };
        }
        let (done, is_done) = channel();
        let shown = bar.clone();
        let waits = std::thread::spawn(move || {
            if is_done.recv_timeout(SILENCE) == Err(RecvTimeoutError::Timeout) {
                shown.set_draw_target(ProgressDrawTarget::stderr());
                shown.enable_steady_tick(TICK);
            }
        });
        Self { bar, done: Some(done), waits: Some(waits) }
    }

    fn say(&self, what: &'static str) {
        self.bar.set_message(what);
    }
}

impl Drop for ImportSpinner {
    fn drop(&mut self) {
        drop(self.done.take());
        if let Some(waits) = self.waits.take() {
            // A thread that panicked has said so already.
            let _ended = waits.join();
        }
        self.bar.finish_and_clear();
    }
}
