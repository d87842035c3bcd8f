//! Checkpoints of a data folder: the word that writes one, what is said of those that cannot be used, and the proof that they
//! are those of a rebuild.

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
use crate::render::sentence;
use crate::session::{Session, open_log};

/// The checkpoints of the data folder with this log.
pub(crate) fn of(global: &Global, log: &FileLog) -> Checkpoints {
    Checkpoints::new(evidence::checkpoint_folder(&global.data), log.log_id().bytes())
}

/// Says which could not be used, and what was done instead.
pub(crate) fn report_skipped(passed_over: &[SkippedCheckpoint], from: u64, stderr: &mut dyn Write) {
    for one in passed_over {
        // The answer is the same without.
        let _unread = writeln!(stderr, "acquaint: {one}; the log is replayed from event {}", from + 1);
    }
}

/// Says why one could not be written: the order was carried out all the same.
pub(crate) fn report_trouble(written: Result<WrittenCheckpoint, CheckpointError>, stderr: &mut dyn Write) {
    if let Err(error) = written {
        let _unread = writeln!(stderr, "acquaint: {error}; the next start takes longer");
    }
}

/// `checkpoint`: writes one of all that is durable now; in memory there is nothing to write one for.
pub(super) fn checkpoint(
    session: &Session<'_>,
    out: &mut dyn Write,
    stderr: &mut dyn Write,
) -> Result<(), CliError> {
    if session.is_in_memory() {
        return Ok(());
    }
    if let Some(line) = session.line {
        // Everything that came before is durable then.
        line.writing.engine.read(|_| ())?;
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
    let said = match written {
        Some(WrittenCheckpoint { bytes, file, .. }) => {
            let file = file.display();
            format!("done: a checkpoint of event {position}, {bytes} bytes, is in `{file}`")
        }
        None => format!("there is a checkpoint of event {position} already, and nothing came after it"),
    };
    Ok(sentence(&said, &value, global.format, out)?)
}

/// What a checkpoint leads to with the events after it.
pub(crate) struct Led {
    position: u64,
    events_after: u64,
    /// The views that differ from rebuilt ones.
    pub(crate) differing: Vec<&'static str>,
}

impl Led {
    pub(crate) fn sentence(&self) -> String {
        let Self { position, events_after, .. } = self;
        format!(
            "the checkpoint of event {position} with the {events_after} events behind it: equal to the rebuilt ones"
        )
    }

    pub(crate) fn failure(&self, checkpoints: &Checkpoints) -> CliError {
        let Self { position, events_after, differing } = self;
        let sentence = format!(
            "the checkpoint of event {position} with the {events_after} events behind it differs from a rebuild in these: {}; remove `{}`, and report this fault",
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

/// Compares what every checkpoint leads to, with the events after it, with the views of a rebuild from event 1 to event
/// `last`, whose digests these are. Those that cannot be used are told, and prove nothing.
pub(crate) fn compared(
    checkpoints: &Checkpoints,
    log: &dyn EventLog,
    last: u64,
    digests: &[Digest],
    stderr: &mut dyn Write,
) -> Result<Vec<Led>, CliError> {
    let positions = checkpoints.positions().map_err(|error| {
        let folder = checkpoints.folder().display();
        CliError::new(Exit::Failed, format!("`{folder}` cannot be listed: {error}"))
    })?;
    let mut all = Vec::new();
    // One that was written at the same time is of later events than were rebuilt.
    for position in positions.into_iter().filter(|position| *position <= last) {
        let views = match checkpoints.load(log, position) {
            Ok(views) => views,
            Err(passed_over) => {
                let _unread = writeln!(stderr, "acquaint: {passed_over}");
                continue;
            }
        };
        let led = Rebuild::of(log).to(ReplayTo::Position(last)).on(views).run()?;
        let pairs = digests.iter().zip(led.views.digests());
        let differing = pairs.filter(|(rebuilt, led)| *rebuilt != led).map(|(rebuilt, _)| rebuilt.view);
        all.push(Led { position, events_after: led.events, differing: differing.collect() });
    }
    Ok(all)
}
