//! Reports over the whole log, for staff: who sends unwanted requests, and how each rule performed.

mod ranking;
mod rule_report;

pub use ranking::{Answered, Response, Suspect, responses, suspects};
pub use rule_report::{RuleRecord, RuleReport};
