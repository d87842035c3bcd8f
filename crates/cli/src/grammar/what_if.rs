//! The arguments of a what-if replay.

use acquaint_backtest::{FailCondition, Mode};
use acquaint_domain::Timestamp;

/// A replay of history under another policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backtest {
    /// The candidate policy, by file, name or adopted version.
    pub policy: String,
    /// The policy to compare with; `None` for the recorded verdicts.
    pub against: Option<String>,
    /// Only sends from this moment on.
    pub from: Option<Timestamp>,
    /// Only sends before this moment.
    pub to: Option<Timestamp>,
    /// In recorded or in counterfactual state.
    pub mode: Mode,
    /// Conditions under which the program exits with [`Exit::Exceeded`](super::Exit::Exceeded).
    pub fail_on: Vec<FailCondition>,
    /// Form of the report.
    pub page: ReportForm,
}

/// Form of a replay's report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReportForm {
    /// The format of every other answer.
    #[default]
    Answer,
    /// One HTML file for a browser.
    Html,
}
