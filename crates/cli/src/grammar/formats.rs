//! In which formats a command's answer can be written.

use super::words::{PolicyWord, WhyWord, Word};

/// What every command can.
const EVERY: [&str; 3] = ["human", "json", "ndjson"];
/// What some can besides.
const OWN: [(&str, &[&str]); 3] = [
    ("why", &["markdown", "statement", "statement-json"]),
    ("policy backtest", &["html"]),
    ("whereabouts", &["csv", "html"]),
];

/// The formats of a command, by its words.
pub(super) fn of(command: &str) -> Vec<&'static str> {
    EVERY.iter().chain(own(command)).copied().collect()
}

/// Those that few commands have.
pub(super) fn own(command: &str) -> &'static [&'static str] {
    OWN.iter().find(|(of, _)| *of == command).map_or(&[], |(_, own)| *own)
}

/// The formats of what was typed: an answer that is not about one request as it was is written as every other.
pub(super) fn of_word(word: &Word) -> Vec<&'static str> {
    of(if let Word::Why(WhyWord { under: None, all: None, .. }) = word {
        "why"
    } else if let Word::Policy(PolicyWord::Backtest(_)) = word {
        "policy backtest"
    } else if let Word::Whereabouts(_) = word {
        "whereabouts"
    } else {
        ""
    })
}
