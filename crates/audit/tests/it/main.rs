//! Tests of the audit's answers, from hand-made stories.

mod answers;
mod any_trace;
mod appeals;
mod catalogue;
mod codes;
mod follow_up;
mod incidents;
mod open_answer;
mod ranking;
mod reminders;
mod rule_report;
mod stories;
mod story;
