//! Output formats, and single values in them.

use std::io::{self, Write};

use serde_json::Value;

/// How an answer is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people, 80 columns wide.
    #[default]
    Human,
    /// One JSON document, indented.
    Json,
    /// JSON, one object per line.
    Ndjson,
}

/// How wide lists for people are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    /// As wide as a page, 80 columns.
    #[default]
    Page,
    /// As wide as the longest row.
    Rows,
}

/// Writes one JSON object: indented for [`Format::Json`], otherwise on one line. Invisible characters are not escaped
/// here; the code that prints the output does that.
pub fn object(value: &Value, format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Json => serde_json::to_writer_pretty(&mut *out, value)?,
        Format::Human | Format::Ndjson => serde_json::to_writer(&mut *out, value)?,
    }
    writeln!(out)
}

/// Writes a sentence for people, or the object that says the same for programs.
pub fn sentence(sentence: &str, value: &Value, format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Human => writeln!(out, "{sentence}"),
        Format::Json | Format::Ndjson => object(value, format, out),
    }
}

/// Writes a text that is already JSON: unchanged, or on one line for [`Format::Ndjson`].
pub fn json_text(text: &str, format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Human | Format::Json => writeln!(out, "{text}"),
        Format::Ndjson => object(&serde_json::from_str(text)?, format, out),
    }
}
