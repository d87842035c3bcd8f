//! Why a log did not open, and how damage is described.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use acquaint_log::Position;

use crate::frame::{FORMAT_VERSION, LogId};

/// Why [`FileLog::open`](crate::FileLog::open) or a related function could not open a log. No whole batch was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder holds other files and no segment.
    #[error(
        "`{folder}` is not a log folder: it holds `{found}` and no segment; name an empty or a new folder"
    )]
    NotALog {
        /// The folder that was to be opened.
        folder: PathBuf,
        /// The name of one file that does not belong to a log.
        found: String,
    },
    /// The folder has no log to read, or does not exist.
    #[error("there is no log in `{folder}`; check the path, or open it for writing to create one")]
    Absent {
        /// The folder that was to be opened.
        folder: PathBuf,
    },
    /// Another writer, in this process or another one, has the log open.
    #[error(
        "another process is writing to the log and holds `{lock}`; stop it first, or open the log for reading"
    )]
    Locked {
        /// The file that the other writer has locked.
        lock: PathBuf,
    },
    /// A newer program wrote the log.
    #[error(
        "`{segment}` has format version {found}, but this program knows versions up to {FORMAT_VERSION}; use a newer program"
    )]
    NewerFormat {
        /// The segment whose header has the version.
        segment: PathBuf,
        /// The version in its header.
        found: u16,
    },
    /// An older program wrote the log.
    #[error("`{segment}` has format version {found}, but this program writes version {FORMAT_VERSION}")]
    OlderFormat {
        /// The segment whose header has the version.
        segment: PathBuf,
        /// The version in its header.
        found: u16,
    },
    /// A segment was copied in from another log, or the log is not the one that the caller named.
    #[error(
        "`{segment}` belongs to log {found}, not to {expected}; move it out of this folder, or name the right log"
    )]
    OtherLog {
        /// The segment with the wrong id.
        segment: PathBuf,
        /// The log that it should belong to.
        expected: LogId,
        /// The log that its header names.
        found: LogId,
    },
    /// A segment file is missing.
    #[error(
        "segment `{segment}` is missing, and with it the events from position {position} on; restore it from a backup"
    )]
    MissingSegment {
        /// The path where the segment should be.
        segment: PathBuf,
        /// The segment's first position.
        position: Position,
    },
    /// Acknowledged events are damaged.
    #[error("{0}; nothing was changed: restore the segment from a backup, or open the log for reading, which gives everything before position {first}", first = .0.first)]
    Corrupt(Damage),
    /// The log ends before events that a witness outside the log shows to have been durable.
    #[error(
        "the log in `{folder}` ends with event {last}, but `{witness}` shows that it reached event {reached}; restore the missing part from a backup"
    )]
    Truncated {
        /// The folder of the log.
        folder: PathBuf,
        /// The last event in the log; 0 if the log is empty.
        last: u64,
        /// The last event that the log once had.
        reached: Position,
        /// The file that shows it.
        witness: PathBuf,
    },
    /// The log's events are not the ones that a witness outside the log shows to have been durable.
    #[error(
        "up to event {position}, the log in `{folder}` has other events than `{witness}` shows; restore the log that `{witness}` belongs to"
    )]
    OtherHistory {
        /// The folder of the log.
        folder: PathBuf,
        /// The last event of the history that the witness shows.
        position: Position,
        /// The file that shows it.
        witness: PathBuf,
    },
    /// The options ask for a segment size outside the format's range.
    #[error("a segment of {bytes} bytes is not possible; ask for {min} to {max} bytes")]
    SegmentBytes {
        /// The size asked for, bytes.
        bytes: u64,
        /// The smallest possible size, bytes.
        min: u64,
        /// The largest possible size, bytes.
        max: u64,
    },
    /// Something other than a regular file has the name of one of the log's files.
    #[error("`{path}` is not a file but a link, a folder or a device; put the file itself in its place")]
    NotAFile {
        /// The path of the link, folder or device.
        path: PathBuf,
    },
    /// The process may not change or read the folder or a file in it.
    #[error("no permission to {action} `{path}`; change its owner or mode, or open the log for reading")]
    NotPermitted {
        /// The operation that failed, a verb.
        action: &'static str,
        /// The file or folder that it was tried on.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// Any other I/O error.
    #[error("cannot {action} `{path}`; check the disk and open the log again")]
    Io {
        /// The operation that failed, a verb.
        action: &'static str,
        /// The file or folder that it was tried on.
        path: PathBuf,
        /// The operating system's error.
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

    /// The error with which opening the log `log_id` refuses `damage`.
    pub(crate) fn from_damage(damage: Damage, log_id: LogId) -> OpenError {
        match damage.fault {
            FrameFault::NewerFormat(found) => OpenError::NewerFormat { segment: damage.segment, found },
            FrameFault::OlderFormat(found) => OpenError::OlderFormat { segment: damage.segment, found },
            FrameFault::OtherLog(found) => {
                OpenError::OtherLog { segment: damage.segment, expected: log_id, found }
            }
            FrameFault::Missing => {
                OpenError::MissingSegment { segment: damage.segment, position: damage.first }
            }
            FrameFault::Broken(_)
            | FrameFault::Misfit(_)
            | FrameFault::SegmentHeader(_)
            | FrameFault::Seal(_)
            | FrameFault::SegmentLength { .. } => OpenError::Corrupt(damage),
        }
    }
}

/// The first damage in a log: where it is, and which events it may affect.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{segment}` is damaged at byte {offset}: {fault}; {affected}", affected = self.affected())]
pub struct Damage {
    /// The path of the damaged segment.
    pub segment: PathBuf,
    /// The offset of the damaged frame or header in the segment, bytes.
    pub offset: u64,
    /// The first position that cannot be read. Everything before it is intact.
    pub first: Position,
    /// The last position that can be affected, known from the next intact frame or segment; before `first` if no event is
    /// affected, and `None` if nothing intact follows.
    pub last: Option<Position>,
    /// What is wrong at that offset.
    pub fault: FrameFault,
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
pub enum FrameFault {
    /// The frame is not whole. A torn write looks like this, too.
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
        /// The length of the file, bytes.
        bytes: u64,
        /// The segment size of the log, bytes.
        expected: u64,
    },
    /// The file does not exist, although its neighbours show that it did.
    #[error("the segment is missing")]
    Missing,
    /// A newer program wrote the segment.
    #[error("the segment has format version {0}, which this program does not know")]
    NewerFormat(u16),
    /// An older program wrote the segment.
    #[error("the segment has format version {0}, which must be converted first")]
    OlderFormat(u16),
    /// The segment was written for another log.
    #[error("the segment belongs to log {0}")]
    OtherLog(LogId),
}

/// Adds the action and the path to the error of a failed operation.
pub(crate) trait Attempt<T> {
    /// Turns an I/O error into "cannot `action` `folder/name`"; an empty name means the folder itself.
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
