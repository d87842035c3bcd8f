//! Checkpoints: views as they were after some event, in files, so that a start need not read the log from its first event.
//!
//! A checkpoint is a cache. Whatever is wrong with one, it is passed over, and said so; the next older one is taken, or none.

mod follower;
mod image;
mod write;

use std::fmt;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use acquaint_checkpoint::{FORMAT, Head, HeadProblem};
use acquaint_domain::Timestamp;
use acquaint_log::{EventLog, Position};

use crate::views::Views;

pub(crate) use follower::Follower;
use image::{PARTS, load};
pub use write::{CheckpointError, Written};

/// The checkpoints of one log, in a folder of their own.
#[derive(Clone, Debug)]
pub struct Checkpoints {
    folder: PathBuf,
    log: [u8; 16],
    every: Option<u64>,
}

/// A checkpoint that was found and cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOver {
    /// The file.
    pub file: PathBuf,
    /// Why, as the end of a sentence about it.
    pub why: String,
}

/// How far views are to go that a checkpoint is the beginning of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
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

/// So many events before a checkpoint tell its log from others: they are stored with their times.
const TELLING_EVENTS: u64 = 64;

const SUFFIX: &str = ".checkpoint";
const POSITION_DIGITS: usize = 20;

impl Checkpoints {
    /// Those in `folder`, which need not be there, of the log of this id: another log's are passed over.
    pub fn new(folder: impl Into<PathBuf>, log: [u8; 16]) -> Self {
        Self { folder: folder.into(), log, every: None }
    }

    /// An engine that is opened with these writes one in the background after every so many events, at least 1.
    #[must_use]
    pub fn every(self, events: u64) -> Self {
        Self { every: Some(events.max(1)), ..self }
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
    pub fn load(&self, log: &dyn EventLog, position: u64) -> Result<Views, PassedOver> {
        let name = Name { position, format: FORMAT };
        let bounds = Bounds { position, at: Timestamp::from_millis(i64::MAX) };
        let unfit = |why: String| PassedOver { file: self.path(name), why };
        self.views(log, name, bounds)
            .map_err(unfit)?
            .ok_or_else(|| unfit("it is of a later event".to_owned()))
    }

    /// The newest that can be used and is within bounds, and those that were passed over on the way to it.
    pub(crate) fn newest(&self, log: &dyn EventLog, bounds: Bounds) -> (Option<Views>, Vec<PassedOver>) {
        let mut passed_over = Vec::new();
        let names = match self.names() {
            Ok(names) => names,
            Err(error) => {
                let why = format!("the folder cannot be listed: {error}");
                return (None, vec![PassedOver { file: self.folder.clone(), why }]);
            }
        };
        for name in names {
            match self.views(log, name, bounds) {
                Ok(Some(views)) => return (Some(views), passed_over),
                Ok(None) => {}
                Err(why) => passed_over.push(PassedOver { file: self.path(name), why }),
            }
        }
        (None, passed_over)
    }

    /// The views of a checkpoint; `None` of one that is not within bounds; else why it cannot be used.
    fn views(&self, log: &dyn EventLog, name: Name, bounds: Bounds) -> Result<Option<Views>, String> {
        if name.position > bounds.position {
            return Ok(None);
        }
        if name.format != FORMAT {
            return Err(HeadProblem::Format(name.format).to_string());
        }
        let path = self.path(name);
        let unread = |error: io::Error| format!("it cannot be read: {error}");
        let mut file = fs::File::open(&path).map_err(unread)?;
        let mut front = Vec::new();
        let head_len = Head::len_with(PARTS.len()) as u64;
        file.by_ref().take(head_len).read_to_end(&mut front).map_err(unread)?;
        let head = Head::read(&front, PARTS.len()).map_err(|problem| problem.to_string())?;
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
    fn belongs(&self, log: &dyn EventLog, name: Name, head: &Head) -> Result<(), String> {
        if head.log != self.log {
            return Err("it is of another log".to_owned());
        }
        if head.position != name.position {
            return Err(format!("it is of event {}, and its name says otherwise", head.position));
        }
        let end = log.next_position().get() - 1;
        if head.position > end {
            return Err(format!("it is of event {}, and the log ends with event {end}", head.position));
        }
        match last_events(log, head.position) {
            Ok(hash) if hash == head.last_events => Ok(()),
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

impl fmt::Display for PassedOver {
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

/// The hash of the last events up to `position`, as they are stored.
fn last_events(log: &dyn EventLog, position: u64) -> Result<[u8; 32], String> {
    let first = position.saturating_sub(TELLING_EVENTS - 1).max(1);
    let mut hasher = blake3::Hasher::new();
    let mut found = 0;
    for record in log.read(Position::new(first).unwrap_or(Position::FIRST)) {
        let record = record.map_err(|error| error.to_string())?;
        if record.position.get() > position {
            break;
        }
        hasher.update(&(record.bytes.len() as u64).to_le_bytes());
        hasher.update(&record.bytes);
        found += 1;
    }
    if found < position - first + 1 {
        return Err(format!("it has no event {position}"));
    }
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
