//! Checkpoints: files that hold the views as of some event, so that a start need not read the log from its first event.
//!
//! A checkpoint is a cache. If anything is wrong with one, it is skipped and reported, and the next older one is used, if any.
//! Its head is also evidence: it proves that the log once had at least that many events.

mod snapshot;
mod write;

use std::fmt;
use std::fs;
use std::io::{self, Read as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use acquaint_checkpoint::{CheckpointHead, FORMAT, HeadProblem, LogEvidence};
use acquaint_domain::Timestamp;
use acquaint_log::{EventLog, Position};

use crate::error::StartError;
use crate::state::views::Views;

use snapshot::{PARTS, load};
pub use write::{CheckpointError, WrittenCheckpoint};

/// The checkpoints of one log, in their own folder.
#[derive(Clone, Debug)]
pub struct Checkpoints {
    folder: PathBuf,
    log: [u8; 16],
    every: Option<u64>,
}

/// A checkpoint that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedCheckpoint {
    /// Path of the checkpoint's file.
    pub file: PathBuf,
    /// Why it cannot be used, as the end of a sentence about it.
    pub why: String,
}

/// How far a rebuild goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReplayBounds {
    /// Up to this event.
    pub(crate) position: u64,
    /// Up to this moment.
    pub(crate) at: Timestamp,
}

/// The name of a checkpoint's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    position: u64,
    format: u32,
}

/// The head of a file, of any format, is at most this long, bytes.
const HEAD_BYTES_MAX: u64 = 64 << 10;

const SUFFIX: &str = ".checkpoint";
const POSITION_DIGITS: usize = 20;

impl Checkpoints {
    /// The checkpoints in `folder` of the log with this id. The folder need not exist; checkpoints of other logs are skipped.
    pub fn new(folder: impl Into<PathBuf>, log: [u8; 16]) -> Self {
        Self { folder: folder.into(), log, every: None }
    }

    /// Makes an engine that is opened with these write a checkpoint in the background after every `events` events, at least 1.
    #[must_use]
    pub fn every(self, events: u64) -> Self {
        Self { every: Some(events.max(1)), ..self }
    }

    /// After how many events an engine writes the next checkpoint; `None` if it writes none.
    pub(crate) fn written_every(&self) -> Option<u64> {
        self.every
    }

    /// The folder of the checkpoints.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The positions of the checkpoints of the current format, newest first, whether or not they can be used.
    ///
    /// # Errors
    /// The folder cannot be listed.
    pub fn positions(&self) -> io::Result<Vec<u64>> {
        let names = self.names()?.into_iter().filter(|name| name.format == FORMAT);
        Ok(names.map(|name| name.position).collect())
    }

    /// The views of the checkpoint at that position.
    ///
    /// # Errors
    /// The checkpoint cannot be used, for example because it does not belong to `log`.
    pub fn load(&self, log: &dyn EventLog, position: u64) -> Result<Views, SkippedCheckpoint> {
        let name = Name { position, format: FORMAT };
        let bounds = ReplayBounds { position, at: Timestamp::from_millis(i64::MAX) };
        let skipped = |why: String| SkippedCheckpoint { file: self.path(name), why };
        self.views(log, name, bounds)
            .map_err(skipped)?
            .ok_or_else(|| skipped("it is of a later event".to_owned()))
    }

    /// What the checkpoints in `folder` prove about their logs, each with its file, newest first; earlier formats included.
    /// Empty if there is no such folder; a file that cannot be read proves nothing.
    ///
    /// # Errors
    /// The folder cannot be listed.
    pub fn proofs(folder: &Path) -> io::Result<Vec<(PathBuf, LogEvidence)>> {
        let of_any_log = Self::new(folder, [0; 16]);
        let mut proofs = Vec::new();
        for name in of_any_log.names()? {
            let path = of_any_log.path(name);
            let mut front = Vec::new();
            let opened = open_regular(&path);
            let read = opened.and_then(|file| file.take(HEAD_BYTES_MAX).read_to_end(&mut front));
            // The head is what proves something: the position in the file's name is not compared with it.
            let proof = read.ok().and_then(|_| LogEvidence::read(&front));
            proofs.extend(proof.map(|proof| (path, proof)));
        }
        Ok(proofs)
    }

    /// The checkpoints that show that `log` has lost events, each with its last event: they cover events that the log does not
    /// have, or another history. For a log without events, checkpoints of any log count, because it may have replaced that log.
    ///
    /// # Errors
    /// The checkpoints or the log cannot be read.
    pub fn showing_loss(&self, log: &dyn EventLog) -> io::Result<Vec<(PathBuf, u64)>> {
        let mut lost = Vec::new();
        for (path, proof) in Self::proofs(&self.folder)? {
            let LogEvidence { log: of, position, history: known } = proof;
            let end = last_of(log);
            let is_other = |known: [u8; 32]| history(log, position).map(|found| found != known);
            let is_lost = if of != self.log && end > 0 {
                false
            } else if position > end {
                true
            } else {
                known.map(is_other).transpose().map_err(io::Error::other)?.unwrap_or(false)
            };
            lost.extend(is_lost.then_some((path, position)));
        }
        Ok(lost)
    }

    /// Removes the checkpoints that [show](Self::showing_loss) that `log` has lost events, once somebody has accepted the loss.
    /// Returns their files.
    ///
    /// # Errors
    /// The checkpoints or the log cannot be read, or a file cannot be removed.
    pub fn accept_loss(&self, log: &dyn EventLog) -> io::Result<Vec<PathBuf>> {
        let lost: Vec<PathBuf> = self.showing_loss(log)?.into_iter().map(|(path, _)| path).collect();
        lost.iter().try_for_each(fs::remove_file)?;
        Ok(lost)
    }

    /// Rejects a log that has lost events. A folder or a file that cannot be read proves nothing.
    pub(crate) fn check_nothing_lost(&self, log: &dyn EventLog) -> Result<(), StartError> {
        let lost = self.showing_loss(log).unwrap_or_default().into_iter().next();
        lost.map_or(Ok(()), |(file, position)| Err(StartError::LostEvents { file, position }))
    }

    /// The newest checkpoint that can be used and is within bounds, and the newer ones that were skipped.
    pub(crate) fn newest(
        &self,
        log: &dyn EventLog,
        bounds: ReplayBounds,
    ) -> (Option<Views>, Vec<SkippedCheckpoint>) {
        let mut skipped = Vec::new();
        let names = match self.names() {
            Ok(names) => names,
            Err(error) => {
                let why = format!("the folder cannot be listed: {error}");
                return (None, vec![SkippedCheckpoint { file: self.folder.clone(), why }]);
            }
        };
        for name in names {
            match self.views(log, name, bounds) {
                Ok(Some(views)) => return (Some(views), skipped),
                Ok(None) => {}
                Err(why) => skipped.push(SkippedCheckpoint { file: self.path(name), why }),
            }
        }
        (None, skipped)
    }

    /// The views of a checkpoint, or why it cannot be used; `None` if it is not within bounds.
    fn views(&self, log: &dyn EventLog, name: Name, bounds: ReplayBounds) -> Result<Option<Views>, String> {
        if name.position > bounds.position {
            return Ok(None);
        }
        if name.format != FORMAT {
            return Err(HeadProblem::Format(name.format).to_string());
        }
        let path = self.path(name);
        let unread = |error: io::Error| format!("it cannot be read: {error}");
        let mut file = open_regular(&path).map_err(unread)?;
        let mut front = Vec::new();
        let head_len = CheckpointHead::len_with(PARTS.len()) as u64;
        file.by_ref().take(head_len).read_to_end(&mut front).map_err(unread)?;
        let head = CheckpointHead::read(&front, PARTS.len()).map_err(|problem| problem.to_string())?;
        if Timestamp::from_millis(head.at) > bounds.at {
            return Ok(None);
        }
        self.check_belongs(log, name, &head)?;
        if head.file_len() != Some(file.metadata().map_err(unread)?.len()) {
            return Err(HeadProblem::Checksum.to_string());
        }
        let views = load(&path, &head)?;
        Ok(Some(views))
    }

    /// Checks that the checkpoint with this head belongs to `log`.
    fn check_belongs(&self, log: &dyn EventLog, name: Name, head: &CheckpointHead) -> Result<(), String> {
        if head.log != self.log {
            return Err("it is of another log".to_owned());
        }
        if head.position != name.position {
            return Err(format!("it is of event {}, and its name says otherwise", head.position));
        }
        let end = last_of(log);
        if head.position > end {
            return Err(format!("it is of event {}, and the log ends with event {end}", head.position));
        }
        match history(log, head.position) {
            Ok(hash) if hash == head.history => Ok(()),
            Ok(_) => Err("the log has other events there".to_owned()),
            Err(error) => Err(format!("the log cannot be read there: {error}")),
        }
    }

    /// The names of the checkpoint files, newest first. Other files are ignored.
    fn names(&self) -> io::Result<Vec<Name>> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut names = Vec::new();
        for entry in entries {
            names.extend(entry?.file_name().to_str().and_then(Name::read));
        }
        names.sort_unstable_by(|one, other| other.cmp(one));
        Ok(names)
    }

    fn path(&self, name: Name) -> PathBuf {
        self.folder.join(name.to_string())
    }
}

/// Opens a regular file only: a pipe could block, and a device may have no end.
fn open_regular(path: &Path) -> io::Result<fs::File> {
    if fs::metadata(path)?.is_file() {
        fs::File::open(path)
    } else {
        Err(io::Error::new(io::ErrorKind::Unsupported, "it is not a regular file"))
    }
}

impl fmt::Display for SkippedCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "checkpoint `{}` cannot be used: {}", self.file.display(), self.why)
    }
}

impl Name {
    fn read(text: &str) -> Option<Self> {
        let (position, format) = text.strip_suffix(SUFFIX)?.split_once('.')?;
        let name = Self { position: position.parse().ok()?, format: format.parse().ok()? };
        (name.to_string() == text).then_some(name)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position, format } = self;
        write!(f, "{position:0POSITION_DIGITS$}.{format}{SUFFIX}")
    }
}

/// The last event of `log`; 0 if it has none.
fn last_of(log: &dyn EventLog) -> u64 {
    log.next_position().get() - 1
}

/// A hash of all events up to `position`: the log's own, or for a log that keeps none a hash of the stored events.
fn history(log: &dyn EventLog, position: u64) -> Result<[u8; 32], String> {
    let end = Position::new(position).filter(|end| *end < log.next_position());
    let end = end.ok_or_else(|| format!("it has no event {position}"))?;
    if let Some(history) = log.history(end).map_err(|error| error.to_string())? {
        return Ok(history);
    }
    let mut hasher = blake3::Hasher::new();
    let mut visit = |at, bytes: &[u8]| {
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
        if at == end { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    log.visit(Position::FIRST, &mut visit).map_err(|error| error.to_string())?;
    Ok(*hasher.finalize().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_back_as_written_and_other_files_are_ignored() {
        let name = Name { position: 42, format: 1 };
        assert_eq!(name.to_string(), "00000000000000000042.1.checkpoint");
        assert_eq!(Name::read(&name.to_string()), Some(name));
        for other in [
            "42.1.checkpoint",
            "00000000000000000042.checkpoint",
            "00000000000000000042.01.checkpoint",
            "00000000000000000042.1.checkpoint.new-7",
            "00000000000000000042.1.checkpoints",
            "notes.txt",
        ] {
            assert_eq!(Name::read(other), None, "{other}");
        }
    }
}
