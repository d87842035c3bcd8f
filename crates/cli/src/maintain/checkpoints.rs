//! Checkpoints of a data folder: the command that writes one, messages about those that cannot be used, and the comparison
//! with a rebuild.

use std::io::Write;

use acquaint_engine::{
    CheckpointError, Checkpoints, Digest, Rebuild, ReplayTo, SkippedCheckpoint, WrittenCheckpoint,
};
use acquaint_log::EventLog;
use acquaint_log_file::FileLog;
use serde_json::{Value, json};

use crate::failure::CliError;
use crate::grammar::{Exit, Global};
use crate::maintain::evidence;
use crate::render::{counted, sentence};
use crate::session::{Session, open_log};

/// The checkpoints of the data folder with this log.
pub(crate) fn of(global: &Global, log: &FileLog) -> Checkpoints {
    Checkpoints::new(evidence::checkpoint_folder(&global.data), log.log_id().bytes())
}

/// Reports the checkpoints that could not be used, and from which event the log was replayed instead.
pub(crate) fn report_skipped(skipped: &[SkippedCheckpoint], from: u64, stderr: &mut dyn Write) {
    for checkpoint in skipped {
        // The answer does not depend on this message.
        let _unread = writeln!(stderr, "acquaint: {checkpoint}; the log is replayed from event {}", from + 1);
    }
}

/// Reports why a checkpoint could not be written. The command itself has succeeded.
pub(crate) fn report_trouble(written: Result<WrittenCheckpoint, CheckpointError>, stderr: &mut dyn Write) {
    if let Err(error) = written {
        let _unread = writeln!(stderr, "acquaint: {error}; the next start takes longer");
    }
}

/// `checkpoint`: writes a checkpoint of all durable events. For a log in memory it does nothing.
pub(super) fn checkpoint(
    session: &Session<'_>,
    out: &mut dyn Write,
    stderr: &mut dyn Write,
) -> Result<(), CliError> {
    if session.is_in_memory() {
        return Err(super::in_memory());
    }
    if let Some(line) = session.line {
        // A read waits until the events of the lines before are durable.
        line.writer.engine.read(|_| ())?;
    }
    let global = &session.global;
    let log = open_log(&global.data)?;
    log.check_witnesses(&evidence::witnesses(&global.data))?;
    let checkpoints = of(global, &log);
    let rebuilt = Rebuild::of(&log).checkpoints(&checkpoints).run()?;
    report_skipped(&rebuilt.passed_over, rebuilt.from, stderr);
    let position = rebuilt.views.last().0;
    let written = if rebuilt.events == 0 && rebuilt.from > 0 {
        None
    } else {
        let written = checkpoints.write(&log, &rebuilt.views);
        Some(written.map_err(|error| CliError::new(Exit::Failed, error.to_string()))?)
    };
    let value = json!({
        "schema": "acquaint.checkpoint.v1",
        "position": position,
        "bytes": written.as_ref().map(|written| written.bytes),
        "file": written.as_ref().map(|written| written.file.display().to_string()),
    });
    let text = match written {
        Some(WrittenCheckpoint { bytes, file, .. }) => {
            let file = file.display();
            format!("done: a checkpoint of event {position}, {bytes} bytes, is in `{file}`")
        }
        None => format!("there is already a checkpoint of event {position}, the last event"),
    };
    Ok(sentence(&text, &value, global.format, out)?)
}

/// A checkpoint that was compared with a rebuild, after replaying the events after it.
pub(crate) struct CheckedCheckpoint {
    position: u64,
    events_after: u64,
    /// Names of the views that differ from the rebuilt ones.
    pub(crate) differing: Vec<&'static str>,
}

impl CheckedCheckpoint {
    pub(crate) fn sentence(&self) -> String {
        let Self { position, events_after, .. } = self;
        format!(
            "the checkpoint of event {position} and the {} after it: equal to the rebuilt views",
            counted(*events_after, "event")
        )
    }

    pub(crate) fn failure(&self, checkpoints: &Checkpoints) -> CliError {
        let Self { position, events_after, differing } = self;
        let sentence = format!(
            "the checkpoint of event {position} and the {} after it differ from a rebuild in these views: {}; remove `{}` and report this fault",
            counted(*events_after, "event"),
            differing.join(", "),
            checkpoints.folder().display()
        );
        CliError::new(Exit::Failed, sentence)
    }

    pub(crate) fn json(&self) -> Value {
        let Self { position, events_after, differing } = self;
        json!({ "position": position, "events_after": events_after, "differing": differing })
    }
}

/// Replays the events after each checkpoint, up to event `last`, and compares the views with `digests`, those of a rebuild
/// from event 1. A checkpoint that cannot be used is reported and left out.
pub(crate) fn compared(
    checkpoints: &Checkpoints,
    log: &dyn EventLog,
    last: u64,
    digests: &[Digest],
    stderr: &mut dyn Write,
) -> Result<Vec<CheckedCheckpoint>, CliError> {
    let positions = checkpoints.positions().map_err(|error| {
        let folder = checkpoints.folder().display();
        CliError::new(Exit::Failed, format!("`{folder}` cannot be listed: {error}"))
    })?;
    let mut all = Vec::new();
    // Another process may meanwhile have written a checkpoint of a later event; it is not compared.
    for position in positions.into_iter().filter(|position| *position <= last) {
        let views = match checkpoints.load(log, position) {
            Ok(views) => views,
            Err(skipped) => {
                let _unread = writeln!(stderr, "acquaint: {skipped}");
                continue;
            }
        };
        let continued = Rebuild::of(log).to(ReplayTo::Position(last)).on(views).run()?;
        let pairs = digests.iter().zip(continued.views.digests());
        let differing = pairs.filter(|(rebuilt, from)| *rebuilt != from).map(|(rebuilt, _)| rebuilt.view);
        let events_after = continued.events;
        all.push(CheckedCheckpoint { position, events_after, differing: differing.collect() });
    }
    Ok(all)
}
