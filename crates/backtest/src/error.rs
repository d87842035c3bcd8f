//! What can go wrong.

use acquaint_engine::OpenError;
use acquaint_log::ReadError;

/// A replay that came to no report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BacktestError {
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] OpenError),
    /// The log has adopted no policy.
    #[error("the log has adopted no policy; it was not founded by this program")]
    NoPolicy,
    /// The policy does not read.
    #[error("the policy does not read: {0}")]
    Policy(String),
    /// The window of time ends before it begins, or when it begins.
    #[error("the window of time is empty: its end is not after its beginning; give an end that is")]
    EmptyWindow,
    /// No send is in the window of time.
    #[error(
        "no send is in that window of time, so nothing was judged again; `log stats` shows the log's first and last moment"
    )]
    NothingJudged,
    /// There is no such request.
    #[error("there is no request that was judged under this id; check it")]
    NoSuchRequest,
    /// Whoever asked has asked for it to stop.
    #[error("interrupted after {done} of {total} events; nothing was changed")]
    Interrupted {
        /// Events that had been read.
        done: u64,
        /// Of so many.
        total: u64,
    },
}

impl From<ReadError> for BacktestError {
    fn from(error: ReadError) -> Self {
        Self::Log(error.into())
    }
}
