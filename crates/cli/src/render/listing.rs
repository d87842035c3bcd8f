//! A list: a title, columns, and rows.

use std::io::{self, Write};

use acquaint_domain::shown_within;
use serde_json::{Map, Value};

use super::object;
use super::wrap::{COLUMNS, lines, paragraph};
use crate::grammar::Format;

/// The narrowest that the last column gets before a line may be longer than the page.
const LAST_COLUMN_MIN: usize = 20;
/// The widest that a column is made for its widest cell. A cell that is wider pushes its own row to the right, and no other.
const COLUMN_MAX: usize = 48;
/// The most characters of a cell that stands before others.
const CELL_CHARS_MAX: usize = 300;
const GAP: usize = 2;

/// A list, ready to be written in any format.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    /// What JSON readers know it by, such as `acquaint.pending.v1`.
    pub schema: &'static str,
    /// What people know it by.
    pub title: String,
    /// What holds for all rows, such as the member and the viewer; for JSON, where it stands before the rows.
    pub context: Vec<(&'static str, Value)>,
    /// The names of the columns.
    pub columns: Vec<&'static str>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// A row of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// For people: one text a column.
    pub cells: Vec<String>,
    /// For JSON readers.
    pub value: Value,
}

/// Writes a list: for people in aligned columns, as JSON one object with `rows`, as ndjson one row a line.
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
    let widths = widths(&header, &body);
    line(&header, &widths, out)?;
    body.iter().try_for_each(|cells| line(cells, &widths, out))
}

/// Each cell on one line, without characters that cannot be seen, and not longer than a reader can take.
fn tidied(cells: &[String]) -> Vec<String> {
    let last = cells.len().saturating_sub(1);
    let tidied = |(place, cell): (usize, &String)| {
        // The last one is broken into lines, where long texts have a bound of their own.
        let chars_max = if place == last { usize::MAX } else { CELL_CHARS_MAX };
        shown_within(&cell.split_whitespace().collect::<Vec<_>>().join(" "), chars_max).into_owned()
    };
    cells.iter().enumerate().map(tidied).collect()
}

/// How wide each column is; the last one gives way, so that the page is wide enough.
fn widths(header: &[String], body: &[Vec<String>]) -> Vec<usize> {
    let rows = || std::iter::once(header).chain(body.iter().map(Vec::as_slice));
    let columns = rows().map(<[String]>::len).max().unwrap_or_default();
    let width =
        |column: usize| rows().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let mut widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or_default()).collect();
    if let Some((last, others)) = widths.split_last_mut() {
        // INVARIANT (column width): the standard formatter takes no width above 65,535, and panics beyond.
        others.iter_mut().for_each(|width| *width = (*width).min(COLUMN_MAX));
        let used: usize = others.iter().map(|width| *width + GAP).sum::<usize>() + GAP;
        *last = (*last).min(COLUMNS.saturating_sub(used).max(LAST_COLUMN_MIN));
    }
    widths
}

fn line(cells: &[String], widths: &[usize], out: &mut dyn Write) -> io::Result<()> {
    let gap = " ".repeat(GAP);
    let mut lead = gap.clone();
    let Some((last, others)) = cells.split_last() else {
        return writeln!(out);
    };
    for (cell, width) in others.iter().zip(widths) {
        lead.push_str(&format!("{cell:<width$}{gap}"));
    }
    let indent = " ".repeat(lead.chars().count());
    for text in lines(last, widths.last().copied().unwrap_or(COLUMNS)) {
        writeln!(out, "{}", format!("{lead}{text}").trim_end())?;
        lead.clone_from(&indent);
    }
    Ok(())
}
