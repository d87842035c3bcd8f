//! Checkpoints: views as they were after some event, in files, so that a start need not read the log from its first event.
//!
//! A checkpoint is a cache. Whatever is wrong with one, it is passed over, and said so; the next older one is taken, or none.
//! Its head is also evidence: it shows that a log was once as long as it says.

mod image;
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

use image::{PARTS, load};
pub use write::{CheckpointError, WrittenCheckpoint};

/// The checkpoints of one log, in a folder of their own.
#[derive(Clone, Debug)]
pub struct Checkpoints {
    folder: PathBuf,
    log: [u8; 16],
    every: Option<u64>,
}

/// A checkpoint that was found and cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedCheckpoint {
    /// Path of the checkpoint's file.
    pub file: PathBuf,
    /// Why, as the end of a sentence about it.
    pub why: String,
}

/// How far views are to go that a checkpoint is the beginning of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReplayBounds {
    /// To this event at most.
    pub(crate) position: u64,
    /// To this moment at most.
    pub(crate) at: Timestamp,
}

/// A file whose name is a checkpoint's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    position: u64,
    format: u32,
}

/// The head of a file, of any format, is within this many of its first bytes.
const HEAD_BYTES_MAX: u64 = 64 << 10;

const SUFFIX: &str = ".checkpoint";
const POSITION_DIGITS: usize = 20;

impl Checkpoints {
    /// Those in `folder`, which need not be there, of the log of this id: another log's are passed over.
    pub fn new(folder: impl Into<PathBuf>, log: [u8; 16]) -> Self {
        Self { folder: folder.into(), log, every: None }
    }

    /// An engine that is opened with these writes one in the background each time this many events were added, at least 1.
    #[must_use]
    pub fn every(self, events: u64) -> Self {
        Self { every: Some(events.max(1)), ..self }
    }

    /// How many events an engine that is opened with these writes the next one after; `None` where it writes none.
    pub(crate) fn written_every(&self) -> Option<u64> {
        self.every
    }

    /// Where they are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The positions of those that are there and of today's format, newest first, whether they can be used or not.
    ///
    /// # Errors
    /// The folder cannot be listed.
    pub fn positions(&self) -> io::Result<Vec<u64>> {
        let names = self.names()?.into_iter().filter(|name| name.format == FORMAT);
        Ok(names.map(|name| name.position).collect())
    }

    /// The views of the checkpoint of that position, if `log` leads to it.
    ///
    /// # Errors
    /// It cannot be used.
    pub fn load(&self, log: &dyn EventLog, position: u64) -> Result<Views, SkippedCheckpoint> {
        let name = Name { position, format: FORMAT };
        let bounds = ReplayBounds { position, at: Timestamp::from_millis(i64::MAX) };
        let unfit = |why: String| SkippedCheckpoint { file: self.path(name), why };
        self.views(log, name, bounds)
            .map_err(unfit)?
            .ok_or_else(|| unfit("it is of a later event".to_owned()))
    }

    /// What the checkpoints in `folder` prove of their logs, each with its file, newest first: those of earlier formats too.
    /// Nothing where there is no such folder; a file that cannot be read proves nothing.
    ///
    /// # Errors
    /// The folder cannot be listed.
    pub fn proofs(folder: &Path) -> io::Result<Vec<(PathBuf, LogEvidence)>> {
        let of_any_log = Self::new(folder, [0; 16]);
        let mut proofs = Vec::new();
        for name in of_any_log.names()? {
            let path = of_any_log.path(name);
            let mut front = Vec::new();
            let opened = opened(&path);
            let read = opened.and_then(|file| file.take(HEAD_BYTES_MAX).read_to_end(&mut front));
            // One that was renamed proves what its head says all the same.
            let proof = read.ok().and_then(|_| LogEvidence::read(&front));
            proofs.extend(proof.map(|proof| (path, proof)));
        }
        Ok(proofs)
    }

    /// Those that show that `log` has lost events, each with the event that they show: they are of events that it does not
    /// have, or of another history. Of a log without events, those of any log, because it was made in that one's place.
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

    /// Removes [those that show](Self::showing_loss) that `log` has lost events, once somebody has accepted that; gives their
    /// files.
    ///
    /// # Errors
    /// They cannot be read or removed.
    pub fn accept_loss(&self, log: &dyn EventLog) -> io::Result<Vec<PathBuf>> {
        let lost: Vec<PathBuf> = self.showing_loss(log)?.into_iter().map(|(path, _)| path).collect();
        lost.iter().try_for_each(fs::remove_file)?;
        Ok(lost)
    }

    /// Refuses a log that has lost events. A folder or a file that cannot be read shows nothing.
    pub(crate) fn check_nothing_lost(&self, log: &dyn EventLog) -> Result<(), StartError> {
        let lost = self.showing_loss(log).unwrap_or_default().into_iter().next();
        lost.map_or(Ok(()), |(file, position)| Err(StartError::LostEvents { file, position }))
    }

    /// The newest that can be used and is within bounds, and those that were passed over on the way to it.
    pub(crate) fn newest(
        &self,
        log: &dyn EventLog,
        bounds: ReplayBounds,
    ) -> (Option<Views>, Vec<SkippedCheckpoint>) {
        let mut passed_over = Vec::new();
        let names = match self.names() {
            Ok(names) => names,
            Err(error) => {
                let why = format!("the folder cannot be listed: {error}");
                return (None, vec![SkippedCheckpoint { file: self.folder.clone(), why }]);
            }
        };
        for name in names {
            match self.views(log, name, bounds) {
                Ok(Some(views)) => return (Some(views), passed_over),
                Ok(None) => {}
                Err(why) => passed_over.push(SkippedCheckpoint { file: self.path(name), why }),
            }
        }
        (None, passed_over)
    }

    /// The views of a checkpoint; `None` of one that is not within bounds; else why it cannot be used.
    fn views(&self, log: &dyn EventLog, name: Name, bounds: ReplayBounds) -> Result<Option<Views>, String> {
        if name.position > bounds.position {
            return Ok(None);
        }
        if name.format != FORMAT {
            return Err(HeadProblem::Format(name.format).to_string());
        }
        let path = self.path(name);
        let unread = |error: io::Error| format!("it cannot be read: {error}");
        let mut file = opened(&path).map_err(unread)?;
        let mut front = Vec::new();
        let head_len = CheckpointHead::len_with(PARTS.len()) as u64;
        file.by_ref().take(head_len).read_to_end(&mut front).map_err(unread)?;
        let head = CheckpointHead::read(&front, PARTS.len()).map_err(|problem| problem.to_string())?;
        if Timestamp::from_millis(head.at) > bounds.at {
            return Ok(None);
        }
        self.belongs(log, name, &head)?;
        if head.file_len() != Some(file.metadata().map_err(unread)?.len()) {
            return Err(HeadProblem::Checksum.to_string());
        }
        let views = load(&path, &head)?;
        Ok(Some(views))
    }

    /// Whether `log` leads to the state whose head this is.
    fn belongs(&self, log: &dyn EventLog, name: Name, head: &CheckpointHead) -> Result<(), String> {
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

    /// What there is by its name, newest first. Other files are somebody else's.
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

/// Opens a regular file: another kind of file may wait for somebody who writes to it, or have no end.
fn opened(path: &Path) -> io::Result<fs::File> {
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

/// The last event of `log`; 0 of one without any.
fn last_of(log: &dyn EventLog) -> u64 {
    log.next_position().get() - 1
}

/// A hash of all events up to `position`: the log's own, or, of a log that keeps none, one of the events as they are stored.
fn history(log: &dyn EventLog, position: u64) -> Result<[u8; 32], String> {
    let there = Position::new(position).filter(|there| *there < log.next_position());
    let there = there.ok_or_else(|| format!("it has no event {position}"))?;
    if let Some(history) = log.history(there).map_err(|error| error.to_string())? {
        return Ok(history);
    }
    let mut hasher = blake3::Hasher::new();
    let mut visit = |at, bytes: &[u8]| {
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
        if at == there { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    log.visit(Position::FIRST, &mut visit).map_err(|error| error.to_string())?;
    Ok(*hasher.finalize().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_back_as_written_and_others_are_left_alone() {
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
