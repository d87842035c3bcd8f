//! Reports over the whole log, for staff: who sends requests that are not wanted, and how every rule did.

mod ranking;
mod rule_report;

pub use ranking::{Answered, Response, Suspect, responses, suspects};
pub use rule_report::{RuleRecord, RuleReport};
