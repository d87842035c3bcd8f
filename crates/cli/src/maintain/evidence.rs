//! What a data folder shows of how long its log was: the last writer's summary and the checkpoints.
//!
//! Zeros up to the end of the log, missing segments or an older copy of it look like a log that was never longer. So every
//! writer is given what is shown here, and every reader compares its log with it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use acquaint::folder::DataFolder;
use acquaint_log::EventLog;
use acquaint_log_file::{FileLog, OpenError, Options, Witness};

use crate::failure::CliError;
use crate::grammar::Exit;

pub(crate) use acquaint::folder::{Summary, history_line, line};

/// Where a writer leaves the summary of its views.
pub(crate) fn summary_file(data: &Path) -> PathBuf {
    DataFolder::at(data).summary()
}

/// Says that the summary is damaged: what it would have shown is not known.
pub(crate) fn report_damaged_summary(data: &Path, stderr: &mut dyn Write) {
    if let Summary::Damaged = Summary::of(data) {
        // The answer is the same without.
        let _unread = writeln!(
            stderr,
            "acquaint: `{}` is damaged and shows nothing; the next command that writes replaces it",
            summary_file(data).display()
        );
    }
}

/// Where checkpoints are.
pub(crate) fn checkpoint_folder(data: &Path) -> PathBuf {
    DataFolder::at(data).checkpoints()
}

/// Everything in the folder that shows how long its log was. What cannot be read shows nothing.
pub(crate) fn witnesses(data: &Path) -> Vec<Witness> {
    DataFolder::at(data).witnesses()
}

/// How a writer opens the log of the folder.
pub(crate) fn options(data: &Path) -> Options {
    DataFolder::at(data).writer_options()
}

/// Refuses to speak of a folder as new where something shows that it had a log.
pub(crate) fn check_never_written(data: &Path) -> Result<(), CliError> {
    let witnesses = witnesses(data);
    let Some(furthest) = witnesses.iter().max_by_key(|witness| witness.last) else { return Ok(()) };
    let (folder, reached, witness) = (data.join("log"), furthest.last, furthest.file.clone());
    Err(OpenError::Truncated { folder, last: 0, reached, witness }.into())
}

/// What the folder shows that `log` does not have; `None` if nothing is, or if the log is damaged, which is told otherwise.
pub(crate) fn missing(data: &Path, log: &FileLog) -> Option<OpenError> {
    let checked = log.check_witnesses(&witnesses(data)).err();
    checked.filter(|error| matches!(error, OpenError::Truncated { .. } | OpenError::OtherHistory { .. }))
}

/// Compares `log` with what the folder shows; says what is missing, and gives the exit code of an answer from what is left.
/// `read_to` is the last event that the answer is from: one from an earlier moment misses nothing.
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
            // The answer is given also where nobody reads the messages about it.
            let _unread =
                writeln!(stderr, "acquaint: {missing}; this is answered from events 1 to {read_to}");
            Ok(Exit::Damaged)
        }
    }
}

/// The answer from a part of a log that is not all there: that something is not in it does not mean that it never was.
pub(crate) fn of_part(failure: CliError) -> CliError {
    if failure.exit == Exit::NotFound { failure.ending(Exit::Damaged) } else { failure }
}

/// Removes what shows more than `log` has, or another history: somebody has accepted that. Gives the files.
pub(crate) fn remove_contradicted(data: &Path, log: &FileLog) -> Result<Vec<PathBuf>, CliError> {
    let shows_loss = |witness: &Witness| {
        let checked = log.check_witnesses(std::slice::from_ref(witness));
        matches!(checked, Err(OpenError::Truncated { .. } | OpenError::OtherHistory { .. }))
    };
    remove(witnesses(data).into_iter().filter(shows_loss))
}

/// Removes everything that shows that there was a log.
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
