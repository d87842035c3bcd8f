//! The report of a replay under another policy.

mod answer;
mod page;
mod tables;

use acquaint_backtest::{FailCondition, ReplayReport};
use acquaint_domain::{Outcome, Timestamp};

pub use answer::{json, text};
pub use page::page;

/// What is said of every answer of this kind.
pub const WARNING: &str = "History was made under the policies of its time: members who are refused behave otherwise than \
                       members who are not, and nothing here knows how. See docs/what-if.md.";

/// A report with what was asked.
pub struct WhatIf<'a> {
    /// Only sends from then on were judged; `None` for all.
    pub from: Option<Timestamp>,
    /// Only sends before then; `None` for all.
    pub to: Option<Timestamp>,
    /// The conditions on which the replay fails.
    pub fail_on: &'a [FailCondition],
    /// The name of the policy that is tried.
    pub candidate: String,
    /// What it is compared with.
    pub against: String,
    /// What the candidate says otherwise, and than which policy.
    pub differences: Differences,
    /// What the replay found.
    pub report: &'a ReplayReport,
    /// Which history it judged.
    pub source: &'a Source,
}

/// What one policy says otherwise than another.
pub struct Differences {
    /// The name of the other policy.
    pub than: String,
    /// A line for each difference.
    pub lines: Vec<String>,
}

/// Which history was judged again.
pub struct Source {
    /// The id of the log, and the hash of its chain as `log verify` shows it; `None` for a log in memory.
    pub log: Option<(String, String)>,
    /// When the report was made.
    pub made: Timestamp,
}

/// An outcome in words.
pub fn outcome(outcome: Outcome) -> String {
    match outcome {
        Outcome::Pass => "let through".to_owned(),
        Outcome::Hold(code) => format!("held: {code} {}", code.name()),
        Outcome::Refuse(code) => format!("{code} {}", code.name()),
    }
}
