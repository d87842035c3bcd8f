//! The report of a what-if replay under another policy.

mod answer;
mod page;
mod tables;

use acquaint_backtest::{FailCondition, ReplayReport};
use acquaint_domain::{Outcome, Timestamp};

pub use answer::{json, text};
pub use page::page;

/// The warning in every report of this kind.
pub const WARNING: &str = "History was made under the policies of its time: members who are refused behave differently \
                           from members who are not, and a replay cannot know how. See docs/what-if.md.";

/// A report and the question that it answers.
pub struct WhatIf<'a> {
    /// Start of the judged sends, inclusive; `None` for all.
    pub from: Option<Timestamp>,
    /// End of the judged sends, exclusive; `None` for all.
    pub to: Option<Timestamp>,
    /// The conditions under which the replay fails.
    pub fail_on: &'a [FailCondition],
    /// Name of the candidate policy.
    pub candidate: String,
    /// What the candidate is compared with.
    pub against: String,
    /// How the candidate differs from another policy.
    pub differences: Differences,
    /// What the replay found.
    pub report: &'a ReplayReport,
    /// The history that was judged.
    pub source: &'a Source,
}

/// How one policy differs from another.
pub struct Differences {
    /// Name of the other policy.
    pub than: String,
    /// One line per difference.
    pub lines: Vec<String>,
}

/// The history that was judged again.
pub struct Source {
    /// The log's id and the hash of its chain, as `log verify` shows it; `None` for a log in memory.
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
