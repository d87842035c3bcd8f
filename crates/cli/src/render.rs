//! Writes answers and lists, for people in 80 columns or as JSON. Nothing here decides anything.

mod answer;
mod brief;
mod check;
mod command;
mod markdown;
mod paint;
pub(crate) mod progress;
mod screen;
mod seen;
mod statement;
pub(crate) mod terminal;

use acquaint_report::wrap;

pub use acquaint_report::wrap::{COLUMNS, paragraph};
pub use acquaint_report::{
    DocumentWriter, Lines, Listing, ListingRow, advice_json, answer_json, command, finding_text, json_text,
    listing, object, sentence, trace_json, with_width,
};
pub use answer::{answer, reviewed, trace};
pub(crate) use check::{Checked, check};
pub use command::{advice_line, practice_text};
pub use markdown::markdown;
pub use paint::Painter;
pub(crate) use screen::{Item, Screen, ScreenLength, about, capital, counted, short, within};
pub use seen::VisibleWriter;
pub use statement::{statement, statement_json};

#[cfg(test)]
mod tests;
