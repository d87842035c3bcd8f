//! Why a log refused a batch, or could not return a record.

use std::error::Error;
use std::{fmt, io};

use crate::Position;

/// Why [`EventLog::append`](crate::EventLog::append) did not acknowledge a batch.
///
/// Every variant but [`Stopped`](AppendError::Stopped) means that nothing changed and the log goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppendError {
    /// The batch was decided for another tail than the log has: somebody else appended, or the caller lost count.
    WrongPosition {
        /// The position that the caller expected to be next.
        expected: Position,
        /// The position that is next.
        actual: Position,
    },
    /// The batch holds no record.
    Empty,
    /// The batch is greater than this log can write at once. Split it.
    TooLarge {
        /// What the batch takes in this log's own accounting, bytes.
        bytes: u64,
        /// The greatest batch that this log takes, in the same accounting, bytes.
        bytes_max: u64,
    },
    /// The log was opened for reading.
    ReadOnly,
    /// A write or a sync failed, now or earlier; this log appends nothing any more.
    ///
    /// Whether the batch that failed first is durable is not known until the log is opened again.
    Stopped {
        /// What failed, as a sentence.
        reason: String,
    },
}

impl fmt::Display for AppendError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AppendError::WrongPosition { expected, actual } => write!(
                formatter,
                "the batch expects position {expected} but the log continues at {actual}; read what was appended meanwhile and decide again"
            ),
            AppendError::Empty => write!(formatter, "the batch is empty; append at least one record"),
            AppendError::TooLarge { bytes, bytes_max } => write!(
                formatter,
                "the batch takes {bytes} bytes and the log takes at most {bytes_max} at once; split the batch"
            ),
            AppendError::ReadOnly => {
                write!(formatter, "the log is open for reading only; open it for writing to append")
            }
            AppendError::Stopped { reason } => {
                write!(formatter, "the log has stopped: {reason}; repair the cause and open the log again")
            }
        }
    }
}

impl Error for AppendError {}

/// Why [`EventLog::read`](crate::EventLog::read) ended before the tail.
#[derive(Debug)]
pub enum ReadError {
    /// What is stored is not what was written.
    Damaged {
        /// The first position that cannot be read; everything before it is intact.
        position: Position,
        /// What is wrong and where, as a sentence.
        detail: String,
    },
    /// The records could not be fetched; they may be intact.
    Io {
        /// The first position that was not read.
        position: Position,
        /// What the operating system said.
        source: io::Error,
    },
}

impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Damaged { position, detail } => write!(
                formatter,
                "the log is damaged from position {position} on: {detail}; everything before it is intact"
            ),
            ReadError::Io { position, .. } => write!(
                formatter,
                "cannot read the log from position {position} on; check the disk and try again"
            ),
        }
    }
}

impl Error for ReadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            ReadError::Damaged { .. } => None,
            ReadError::Io { source, .. } => Some(source),
        }
    }
}
