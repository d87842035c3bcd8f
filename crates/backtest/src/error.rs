//! Errors of a replay.

use acquaint_engine::StartError;
use acquaint_log::ReadError;

/// Why a replay produced no report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BacktestError {
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] StartError),
    /// The log has adopted no policy.
    #[error("the log has adopted no policy; it was not initialised by this program")]
    NoPolicy,
    /// The document is not a valid policy.
    #[error("the policy is invalid: {0}")]
    Policy(String),
    /// The time window ends before or when it begins.
    #[error("the time window is empty: its end is not after its beginning; give a later end")]
    EmptyWindow,
    /// No send is in the time window.
    #[error(
        "no send is in that time window, so nothing was judged again; `log stats` shows the log's first and last time"
    )]
    NothingJudged,
    /// There is no such request.
    #[error("no request with this id was ever judged; check the id")]
    NoSuchRequest,
    /// The caller's watcher stopped the replay.
    #[error("interrupted after {done} of {total} events; nothing was changed")]
    Interrupted {
        /// The number of events read.
        done: u64,
        /// The number of events to read.
        total: u64,
    },
}

impl From<ReadError> for BacktestError {
    fn from(error: ReadError) -> Self {
        Self::Log(error.into())
    }
}
