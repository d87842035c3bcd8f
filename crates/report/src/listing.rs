//! A list: a title, columns, and rows.

use std::cell::Cell;
use std::io::{self, Write};

use acquaint_domain::shown_within;
use serde_json::{Map, Value};

use crate::columns::Columns;
use crate::format::{Format, Width, object};
use crate::wrap::paragraph;

/// Maximum length of a cell that is not the last of its row, in characters.
const CELL_CHARS_MAX: usize = 300;

thread_local! {
    /// How wide lists are. This is a setting of the whole command line, and code that makes a list does not need it.
    static WIDTH: Cell<Width> = const { Cell::new(Width::Page) };
}

/// Runs `write` with lists of this width, on this thread.
pub fn with_width<T>(width: Width, write: impl FnOnce() -> T) -> T {
    let before = WIDTH.replace(width);
    let written = write();
    WIDTH.set(before);
    written
}

/// A list, ready to be written in any format.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    /// The JSON schema's name, such as `acquaint.pending.v1`.
    pub schema: &'static str,
    /// The title, for people.
    pub title: String,
    /// What all rows have in common, such as the member and the viewer; only JSON has it, before the rows.
    pub context: Vec<(&'static str, Value)>,
    /// The names of the columns.
    pub columns: Vec<&'static str>,
    /// The rows, in display order.
    pub rows: Vec<ListingRow>,
}

/// A row of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListingRow {
    /// For people: one text per column.
    pub cells: Vec<String>,
    /// The row as a JSON object, for the formats for programs.
    pub value: Value,
}

/// Writes a list: for people in aligned columns, for JSON as one object with `rows`, for ndjson as one row per line.
pub fn listing(listing: &Listing, format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Human => human(listing, out),
        Format::Json => object(&json(listing), format, out),
        Format::Ndjson => listing.rows.iter().try_for_each(|row| object(&row.value, format, out)),
    }
}

fn json(listing: &Listing) -> Value {
    let mut whole = Map::new();
    whole.insert("schema".to_owned(), listing.schema.into());
    whole.extend(listing.context.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
    let rows: Vec<Value> = listing.rows.iter().map(|row| row.value.clone()).collect();
    whole.insert("rows".to_owned(), rows.into());
    Value::Object(whole)
}

fn human(listing: &Listing, out: &mut dyn Write) -> io::Result<()> {
    paragraph("", &listing.title, out)?;
    if listing.rows.is_empty() {
        return writeln!(out, "  nothing");
    }
    let header: Vec<String> = listing.columns.iter().map(|name| (*name).to_owned()).collect();
    let body: Vec<Vec<String>> = listing.rows.iter().map(|row| tidied(&row.cells)).collect();
    Columns::of(header, body, WIDTH.get()).write(out)
}

/// Each cell on one line, with invisible characters escaped; all but the last are of bounded length.
fn tidied(cells: &[String]) -> Vec<String> {
    let last = cells.len().saturating_sub(1);
    let tidied = |(index, cell): (usize, &String)| {
        // The last cell is broken into lines and may be as long as it needs.
        let chars_max = if index == last { usize::MAX } else { CELL_CHARS_MAX };
        shown_within(&cell.split_whitespace().collect::<Vec<_>>().join(" "), chars_max).into_owned()
    };
    cells.iter().enumerate().map(tidied).collect()
}
