//! What a data folder shows of how long its log was: the last writer's summary and the checkpoints.
//!
//! Zeros up to the end of the log, missing segments or an older copy of it look like a log that was never longer. So every
//! writer is given what is shown here, and every reader compares its log with it.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use acquaint_engine::Checkpoints;
use acquaint_log::{EventLog, Position};
use acquaint_log_file::{FileLog, LogId, OpenError, Options, Witness};

use crate::failure::Failure;
use crate::grammar::Exit;
use crate::values::{hash, hex};

/// Where a writer leaves the summary of its views.
pub(crate) fn summary_file(data: &Path) -> PathBuf {
    data.join("views")
}

/// More than any summary has, in bytes: what stands in its place may have no end.
const SUMMARY_BYTES_MAX: u64 = 64 << 10;

/// The summary that a writer leaves.
pub(crate) enum Summary {
    /// There is none.
    Absent,
    /// It is not what a writer wrote, and shows nothing.
    Damaged,
    /// Its lines, without the checksum.
    Whole(String),
}

impl Summary {
    /// The one in a folder.
    pub(crate) fn of(data: &Path) -> Self {
        let file = summary_file(data);
        match fs::metadata(&file) {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                Self::Absent
            }
            // Another kind of file may have no end, or wait for somebody who writes to it.
            Ok(facts) if facts.is_file() && facts.len() <= SUMMARY_BYTES_MAX => {
                fs::read_to_string(&file).map_or(Self::Damaged, |text| Self::read(&text))
            }
            Ok(_) | Err(_) => Self::Damaged,
        }
    }

    /// A text that begins with its checksum, or one of an earlier version, which had none.
    fn read(text: &str) -> Self {
        let lines = match text.strip_prefix(SUM).and_then(|rest| rest.split_once('\n')) {
            Some((sum, lines)) => Some(lines).filter(|lines| sum == checksum(lines)),
            None => Some(text).filter(|text| text.starts_with("position ")),
        };
        lines.map_or(Self::Damaged, |lines| Self::Whole(lines.to_owned()))
    }

    /// These lines as the file has them.
    pub(crate) fn written(lines: &str) -> String {
        format!("{SUM}{}\n{lines}", checksum(lines))
    }

    /// Its lines; none of one that is damaged or not there.
    pub(crate) fn lines(&self) -> &str {
        match self {
            Self::Absent | Self::Damaged => "",
            Self::Whole(lines) => lines,
        }
    }
}

/// How the line begins that has the checksum of those after it.
const SUM: &str = "sum ";

fn checksum(lines: &str) -> String {
    blake3::hash(lines.as_bytes()).to_hex().to_string()
}

/// Says that the summary is damaged: what it would have shown is not known.
pub(crate) fn tell_damaged_summary(data: &Path, talk: &mut dyn Write) {
    if let Summary::Damaged = Summary::of(data) {
        // The answer is the same without.
        let _unread = writeln!(
            talk,
            "acquaint: `{}` is damaged and shows nothing; the next command that writes replaces it",
            summary_file(data).display()
        );
    }
}

/// Where checkpoints are.
pub(crate) fn checkpoint_folder(data: &Path) -> PathBuf {
    data.join("checkpoints")
}

/// The line of a summary that says of which history it is; none for a log that keeps no such hash.
pub(crate) fn history_line(log: &dyn EventLog, last: u64) -> String {
    let position = Position::new(last);
    // Without it, the summary still says how long the log was.
    let history = position.and_then(|position| log.history(position).ok().flatten());
    history.map_or_else(String::new, |history| format!("history {}\n", hex(&history)))
}

/// The value of the line of a summary that begins with `name`.
pub(crate) fn line<'s>(summary: &'s str, name: &str) -> Option<&'s str> {
    summary.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
}

/// Everything in the folder that shows how long its log was. What cannot be read shows nothing.
pub(crate) fn witnesses(data: &Path) -> Vec<Witness> {
    let (file, summary) = (summary_file(data), Summary::of(data));
    let summary = summary.lines();
    let last = line(summary, "position").and_then(|number| Position::new(number.parse().ok()?));
    let history = line(summary, "history").and_then(|typed| hash(typed).ok());
    let summary = last.map(|last| Witness { file, log: None, last, history });
    let proofs = Checkpoints::proofs(&checkpoint_folder(data)).unwrap_or_default();
    let checkpoints = proofs.into_iter().filter_map(|(file, proof)| {
        let last = Position::new(proof.position)?;
        Some(Witness { file, log: Some(LogId::from_bytes(proof.log)), last, history: proof.history })
    });
    summary.into_iter().chain(checkpoints).collect()
}

/// How a writer opens the log of the folder.
pub(crate) fn options(data: &Path) -> Options {
    let mut witnesses = witnesses(data);
    for witness in witnesses.iter_mut().filter(|witness| witness.log.is_some()) {
        // The engine compares the history of the checkpoint that it begins with.
        witness.history = None;
    }
    Options { witnesses, ..Options::default() }
}

/// Refuses to speak of a folder as new where something shows that it had a log.
pub(crate) fn check_never_written(data: &Path) -> Result<(), Failure> {
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
    talk: &mut dyn Write,
) -> Result<Exit, Failure> {
    tell_damaged_summary(data, talk);
    let end = log.next_position().get() - 1;
    match missing(data, log) {
        None => Ok(Exit::Ok),
        Some(OpenError::Truncated { .. }) if read_to < end => Ok(Exit::Ok),
        Some(missing) => {
            // The answer is given also where nobody reads what is said beside it.
            let _unread = writeln!(talk, "acquaint: {missing}; this is answered from events 1 to {read_to}");
            Ok(Exit::Damaged)
        }
    }
}

/// The answer from a part of a log that is not all there: that something is not in it does not mean that it never was.
pub(crate) fn of_part(failure: Failure) -> Failure {
    if failure.exit == Exit::NotFound { failure.ending(Exit::Damaged) } else { failure }
}

/// Removes what shows more than `log` has, or another history: somebody has accepted that. Gives the files.
pub(crate) fn remove_contradicted(data: &Path, log: &FileLog) -> Result<Vec<PathBuf>, Failure> {
    let shows_loss = |witness: &Witness| {
        let checked = log.check_witnesses(std::slice::from_ref(witness));
        matches!(checked, Err(OpenError::Truncated { .. } | OpenError::OtherHistory { .. }))
    };
    remove(witnesses(data).into_iter().filter(shows_loss))
}

/// Removes everything that shows that there was a log.
pub(crate) fn remove_all(data: &Path) -> Result<Vec<PathBuf>, Failure> {
    remove(witnesses(data).into_iter())
}

fn remove(witnesses: impl Iterator<Item = Witness>) -> Result<Vec<PathBuf>, Failure> {
    let removed = witnesses.map(|Witness { file, .. }| match fs::remove_file(&file) {
        Err(error) => {
            Err(Failure::new(Exit::Failed, format!("`{}` cannot be removed: {error}", file.display())))
        }
        Ok(()) => Ok(file),
    });
    removed.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_that_lost_or_changed_a_byte_shows_nothing() {
        let lines = "position 12\nversion 0.1.0\npending 0a\nhistory ff\n";
        let written = Summary::written(lines);
        assert!(matches!(Summary::read(&written), Summary::Whole(read) if read == lines));
        for end in 0..written.len() {
            assert!(matches!(Summary::read(&written[..end]), Summary::Damaged), "cut at {end}");
        }
        for at in 0..written.len() {
            let mut bytes = written.clone().into_bytes();
            bytes[at] ^= 1;
            let text = String::from_utf8(bytes).expect("ASCII");
            assert!(matches!(Summary::read(&text), Summary::Damaged), "changed at {at}");
        }
        assert!(matches!(Summary::read(lines), Summary::Whole(_)), "of an earlier version");
    }
}
