//! Why a log did not open, and what damage looks like.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use acquaint_log::Position;

use crate::frame::{FORMAT_VERSION, LogId};

/// Why [`FileLog::open`](crate::FileLog::open) and its kin gave no log. No whole batch was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder belongs to something else.
    #[error(
        "`{folder}` is not a log folder: it holds `{found}` and no segment; name an empty or a new folder"
    )]
    NotALog {
        /// The folder.
        folder: PathBuf,
        /// One of the files that do not belong to a log.
        found: String,
    },
    /// There is nothing to read.
    #[error("there is no log in `{folder}`; check the path, or open it for writing to make one")]
    Absent {
        /// The folder.
        folder: PathBuf,
    },
    /// Another writer, in this process or another, has the log.
    #[error(
        "another process is writing to the log, it holds `{lock}`; stop it first, or open the log for reading"
    )]
    Locked {
        /// The file that the other writer has locked.
        lock: PathBuf,
    },
    /// A newer program wrote the log.
    #[error(
        "`{segment}` has format version {found} and this program knows versions up to {FORMAT_VERSION}; use a newer program"
    )]
    NewerFormat {
        /// The segment that says so.
        segment: PathBuf,
        /// The version that it has.
        found: u16,
    },
    /// An older program wrote the log.
    #[error("`{segment}` has format version {found} and this program writes version {FORMAT_VERSION}")]
    OlderFormat {
        /// The segment that says so.
        segment: PathBuf,
        /// The version that it has.
        found: u16,
    },
    /// A segment was copied in from another log, or the log is not the one that the caller named.
    #[error(
        "`{segment}` belongs to log {found}, not to {expected}; move it out of this folder, or name the right log"
    )]
    OtherLog {
        /// The segment.
        segment: PathBuf,
        /// The log that it should belong to.
        expected: LogId,
        /// The log that it belongs to.
        found: LogId,
    },
    /// A segment file is gone.
    #[error(
        "segment `{segment}` is missing, and with it the events from position {position} on; put it back from a backup"
    )]
    MissingSegment {
        /// The path that the segment had.
        segment: PathBuf,
        /// Its first position.
        position: Position,
    },
    /// Acknowledged events are damaged.
    #[error("{0}; nothing was changed: put the segment back from a backup, or open the log for reading, which gives everything before position {first}", first = .0.first)]
    Corrupt(Damage),
    /// The log ends before events that something outside of it shows to have been durable.
    #[error(
        "the log in `{folder}` ends with event {last}, and `{witness}` shows that it reached event {reached}; put the missing part back from a backup"
    )]
    Truncated {
        /// The folder of the log.
        folder: PathBuf,
        /// The last event that is there; 0 if none is.
        last: u64,
        /// The last event that was there.
        reached: Position,
        /// The file that shows it.
        witness: PathBuf,
    },
    /// The log has other events than something outside of it shows to have been durable.
    #[error(
        "the log in `{folder}` has other events up to event {position} than `{witness}` shows; put the log back that it belongs to"
    )]
    OtherHistory {
        /// The folder of the log.
        folder: PathBuf,
        /// The last event of the history that is not there.
        position: Position,
        /// The file that shows it.
        witness: PathBuf,
    },
    /// The options ask for segments that the format does not have.
    #[error("a segment of {bytes} bytes is not possible; ask for {min} to {max} bytes")]
    SegmentBytes {
        /// What was asked for.
        bytes: u64,
        /// The least that is possible.
        min: u64,
        /// The most that is possible.
        max: u64,
    },
    /// There is something else under the name of a file of the log.
    #[error("`{path}` is not a file but a link, a folder or a device; put the file itself in its place")]
    NotAFile {
        /// What is there.
        path: PathBuf,
    },
    /// The folder or a file in it may not be changed or read.
    #[error("no permission to {action} `{path}`; change its owner or mode, or open the log for reading")]
    NotPermitted {
        /// What was tried, a verb.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Any other answer of the disk.
    #[error("cannot {action} `{path}`; check the disk and open the log again")]
    Io {
        /// What was tried, a verb.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

impl OpenError {
    pub(crate) fn io(action: &'static str, path: PathBuf, source: io::Error) -> OpenError {
        let denied = [ErrorKind::PermissionDenied, ErrorKind::ReadOnlyFilesystem];
        if denied.contains(&source.kind()) {
            OpenError::NotPermitted { action, path, source }
        } else if source.kind() == ErrorKind::Unsupported {
            OpenError::NotAFile { path }
        } else {
            OpenError::Io { action, path, source }
        }
    }

    /// The refusal that `damage` in the log `log_id` is.
    pub(crate) fn from_damage(damage: Damage, log_id: LogId) -> OpenError {
        match damage.fault {
            Fault::NewerFormat(found) => OpenError::NewerFormat { segment: damage.segment, found },
            Fault::OlderFormat(found) => OpenError::OlderFormat { segment: damage.segment, found },
            Fault::OtherLog(found) => {
                OpenError::OtherLog { segment: damage.segment, expected: log_id, found }
            }
            Fault::Missing => OpenError::MissingSegment { segment: damage.segment, position: damage.first },
            Fault::Broken(_)
            | Fault::Misfit(_)
            | Fault::SegmentHeader(_)
            | Fault::Seal(_)
            | Fault::SegmentLength { .. } => OpenError::Corrupt(damage),
        }
    }
}

/// The first damage in a log: where it is, and which events it reaches.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{segment}` is damaged at byte {offset}: {fault}; {affected}", affected = self.affected())]
pub struct Damage {
    /// The segment file.
    pub segment: PathBuf,
    /// Where the damaged frame or header begins in it, bytes.
    pub offset: u64,
    /// The first position that cannot be read. Everything before it is intact.
    pub first: Position,
    /// The last position that can be affected, from the next frame or segment; before `first` if no event is affected, and
    /// `None` if nothing that says so follows.
    pub last: Option<Position>,
    /// What is wrong.
    pub fault: Fault,
}

impl Damage {
    fn affected(&self) -> String {
        let first = self.first;
        match self.last {
            Some(last) if last < first => String::from("no event is affected"),
            Some(last) if last == first => format!("position {first} is affected"),
            Some(last) => format!("positions {first} to {last} are affected"),
            None => format!("everything from position {first} on is affected"),
        }
    }
}

/// What is wrong with a frame or a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The frame is not whole. This is also how a torn write looks.
    #[error("the frame is not whole, {0}")]
    Broken(&'static str),
    /// The frame is whole but does not belong where it is. No torn write looks like this.
    #[error("the frame does not belong here, {0}")]
    Misfit(&'static str),
    /// The header of the segment is not what was written.
    #[error("the segment header is wrong, {0}")]
    SegmentHeader(&'static str),
    /// The seal of the segment is not what was written.
    #[error("the seal of the segment is wrong, {0}")]
    Seal(&'static str),
    /// The file does not have the size that all segments of the log have.
    #[error("the segment has {bytes} bytes instead of {expected}")]
    SegmentLength {
        /// What it has.
        bytes: u64,
        /// What it should have.
        expected: u64,
    },
    /// The file is gone although what is around it says that it was there.
    #[error("the segment is missing")]
    Missing,
    /// The segment was written by a newer program.
    #[error("the segment has format version {0}, which this program does not know")]
    NewerFormat(u16),
    /// The segment was written by an older program.
    #[error("the segment has format version {0}, which has to be converted first")]
    OlderFormat(u16),
    /// The segment was written to another log.
    #[error("the segment belongs to log {0}")]
    OtherLog(LogId),
}

/// Names the action and the path of a failed operation.
pub(crate) trait Attempt<T> {
    /// Turns an error of the disk into the sentence "cannot `action` `folder/name`"; no name is the folder.
    fn attempt(self, action: &'static str, folder: &Path, name: &str) -> Result<T, OpenError>;
}

impl<T> Attempt<T> for io::Result<T> {
    fn attempt(self, action: &'static str, folder: &Path, name: &str) -> Result<T, OpenError> {
        self.map_err(|source| {
            let path = if name.is_empty() { folder.to_owned() } else { folder.join(name) };
            OpenError::io(action, path, source)
        })
    }
}
