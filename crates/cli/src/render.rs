//! How answers and lists are written: for people in 80 columns, or as JSON. Nothing here decides anything.

mod answer;
mod brief;
mod check;
mod columns;
mod command;
mod document;
mod listing;
mod markdown;
mod paint;
mod screen;
mod seen;
mod statement;
mod wrap;

use std::io::{self, Write};

use serde_json::Value;

use crate::grammar::Format;

pub use answer::{answer, answer_json, reviewed, trace, trace_json};
pub(crate) use check::{Checked, check};
pub use command::{advice_json, advice_line, command};
pub use document::{Document, Lines};
pub use listing::{Listing, Row, listing, with_width};
pub use markdown::markdown;
pub use paint::Painter;
pub(crate) use screen::{Item, Room, Screen, about, capital, counted, short, within};
pub use seen::Seen;
pub use statement::{statement, statement_json};
pub use wrap::{COLUMNS, paragraph};

/// Writes one JSON object: indented for [`Format::Json`], else on one line. Characters that cannot be seen are escaped by
/// [`Seen`], which everything passes.
pub fn object(value: &Value, format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Json => serde_json::to_writer_pretty(&mut *out, value)?,
        Format::Human | Format::Ndjson => serde_json::to_writer(&mut *out, value)?,
    }
    writeln!(out)
}

/// Writes a text that is JSON already: as it is, or for [`Format::Ndjson`] on one line.
pub fn json_text(text: &str, format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Human | Format::Json => writeln!(out, "{text}"),
        Format::Ndjson => object(&serde_json::from_str(text)?, format, out),
    }
}

#[cfg(test)]
mod tests;
