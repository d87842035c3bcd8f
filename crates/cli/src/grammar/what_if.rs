//! What-if replay, as ordered.

use acquaint_backtest::{FailCondition, Mode};
use acquaint_domain::Timestamp;

/// A replay of history under another policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backtest {
    /// The policy that is tried.
    pub policy: String,
    /// What it is compared with; `None` for what was decided.
    pub against: Option<String>,
    /// Only sends from then on.
    pub from: Option<Timestamp>,
    /// Only sends before then.
    pub to: Option<Timestamp>,
    /// In which state.
    pub mode: Mode,
    /// When it ends with an exit code of its own.
    pub fail_on: Vec<FailCondition>,
    /// As what it is written.
    pub page: ReportForm,
}

/// As what a replay's report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReportForm {
    /// As every other answer.
    #[default]
    Answer,
    /// One file for a browser.
    Html,
}
