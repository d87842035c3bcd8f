//! Why a log refused a batch, or could not return a record.

use std::error::Error;
use std::{fmt, io};

use crate::Position;

/// Why [`EventLog::append`](crate::EventLog::append) did not acknowledge a batch.
///
/// Every variant but [`Stopped`](AppendError::Stopped) means that nothing changed and the log still appends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppendError {
    /// The batch expects another tail than the log has: somebody else has appended, or the caller has lost count.
    WrongPosition {
        /// The position that the caller expected to be next.
        expected: Position,
        /// The position that is actually next.
        actual: Position,
    },
    /// The batch holds no record.
    Empty,
    /// The batch is larger than the log can write in one step. Split it.
    TooLarge {
        /// The size of the batch, bytes, counted as in [`batch_bytes_max`](crate::EventLog::batch_bytes_max).
        bytes: u64,
        /// The size of the largest possible batch, counted the same way, bytes.
        bytes_max: u64,
    },
    /// The log was opened for reading.
    ReadOnly,
    /// A write or a sync failed, now or earlier; this log no longer appends.
    ///
    /// Whether the batch that failed first is durable is unknown until the log is opened again.
    Stopped {
        /// What failed, as a sentence without a full stop.
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
                "the batch takes {bytes} bytes, but the log allows at most {bytes_max} in one batch; split the batch"
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
    /// The stored bytes are not the ones that were written.
    Damaged {
        /// The first position that cannot be read; everything before it is intact.
        position: Position,
        /// What is wrong and where, as a sentence without a full stop.
        detail: String,
    },
    /// The records could not be read, but may be intact.
    Io {
        /// The first position that was not read.
        position: Position,
        /// The operating system's error.
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
