//! The witnesses of a data folder, which show how long its log was: the last writer's summary and the checkpoints.
//!
//! A log whose end is zeros, that lacks segments, or that is an older copy, looks like a log that was never longer. So every
//! writer is given these witnesses, and every reader compares its log with them.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use acquaint::folder::DataFolder;
use acquaint_log::EventLog;
use acquaint_log_file::{FileLog, OpenError, Options, Witness};

use crate::failure::CliError;
use crate::grammar::Exit;

pub(crate) use acquaint::folder::{Summary, history_line, line};

/// The file in which a writer leaves the summary of its views.
pub(crate) fn summary_file(data: &Path) -> PathBuf {
    DataFolder::at(data).summary()
}

/// Reports a damaged summary, which no longer shows how long the log was.
pub(crate) fn report_damaged_summary(data: &Path, stderr: &mut dyn Write) {
    if let Summary::Damaged = Summary::of(data) {
        // The answer does not depend on this message.
        let _unread = writeln!(
            stderr,
            "acquaint: `{}` is damaged and shows nothing; the next command that writes replaces it",
            summary_file(data).display()
        );
    }
}

/// The folder of the checkpoints.
pub(crate) fn checkpoint_folder(data: &Path) -> PathBuf {
    DataFolder::at(data).checkpoints()
}

/// Everything in the folder that shows how long its log was. A file that cannot be read is left out.
pub(crate) fn witnesses(data: &Path) -> Vec<Witness> {
    DataFolder::at(data).witnesses()
}

/// The options with which a writer opens the folder's log.
pub(crate) fn options(data: &Path) -> Options {
    DataFolder::at(data).writer_options()
}

/// Fails if the folder has no log but a witness shows that it had one.
pub(crate) fn check_never_written(data: &Path) -> Result<(), CliError> {
    let witnesses = witnesses(data);
    let Some(furthest) = witnesses.iter().max_by_key(|witness| witness.last) else { return Ok(()) };
    let (folder, reached, witness) = (data.join("log"), furthest.last, furthest.file.clone());
    Err(OpenError::Truncated { folder, last: 0, reached, witness }.into())
}

/// The error for events that the folder's witnesses show and `log` does not have. `None` if none are missing, or if the log
/// is damaged, which is reported elsewhere.
pub(crate) fn missing(data: &Path, log: &FileLog) -> Option<OpenError> {
    let checked = log.check_witnesses(&witnesses(data)).err();
    checked.filter(|error| matches!(error, OpenError::Truncated { .. } | OpenError::OtherHistory { .. }))
}

/// Compares `log` with the folder's witnesses, reports what is missing, and returns the exit code of an answer. `read_to` is
/// the last event that the answer uses: if the log has later events, a missing end does not matter.
pub(crate) fn compare(
    data: &Path,
    log: &FileLog,
    read_to: u64,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    report_damaged_summary(data, stderr);
    let end = log.next_position().get() - 1;
    match missing(data, log) {
        None => Ok(Exit::Ok),
        Some(OpenError::Truncated { .. }) if read_to < end => Ok(Exit::Ok),
        Some(missing) => {
            // A closed stderr does not stop the answer.
            let _unread =
                writeln!(stderr, "acquaint: {missing}; this is answered from events 1 to {read_to}");
            Ok(Exit::Damaged)
        }
    }
}

/// The failure of a command on an incomplete log: what is not found may be in the missing part, so the exit code says so.
pub(crate) fn of_part(failure: CliError) -> CliError {
    if failure.exit == Exit::NotFound { failure.ending(Exit::Damaged) } else { failure }
}

/// Removes the witnesses that show more events than `log` has, or another history, once the operator has accepted that.
/// Returns the removed files.
pub(crate) fn remove_contradicted(data: &Path, log: &FileLog) -> Result<Vec<PathBuf>, CliError> {
    let shows_loss = |witness: &Witness| {
        let checked = log.check_witnesses(std::slice::from_ref(witness));
        matches!(checked, Err(OpenError::Truncated { .. } | OpenError::OtherHistory { .. }))
    };
    remove(witnesses(data).into_iter().filter(shows_loss))
}

/// Removes every witness. Returns the removed files.
pub(crate) fn remove_all(data: &Path) -> Result<Vec<PathBuf>, CliError> {
    remove(witnesses(data).into_iter())
}

fn remove(witnesses: impl Iterator<Item = Witness>) -> Result<Vec<PathBuf>, CliError> {
    let removed = witnesses.map(|Witness { file, .. }| match fs::remove_file(&file) {
        Err(error) => {
            Err(CliError::new(Exit::Failed, format!("`{}` cannot be removed: {error}", file.display())))
        }
        Ok(()) => Ok(file),
    });
    removed.collect()
}
