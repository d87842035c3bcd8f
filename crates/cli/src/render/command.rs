//! Advice on one line, its command at the end.

use acquaint_audit::{Advice, Practice, PracticeTool};
use acquaint_report::command;

/// Advice on one line, its command at the end.
pub fn advice_line(advice: &Advice) -> String {
    match &advice.action {
        Some(action) => format!("{}: {}", advice.text.trim_end_matches(['.', ':']), command(action)),
        None => advice.text.clone(),
    }
}

/// What to do about a practice, with the option or command that does it at the end.
pub fn practice_text(practice: &Practice) -> String {
    let command = match practice.tool {
        Some(PracticeTool::Note) => "--note TEXT",
        Some(PracticeTool::FollowUp) => "follow-up",
        None => return practice.to_do.clone(),
    };
    format!("{}: `{command}`.", practice.to_do.trim_end_matches('.'))
}
