//! A table in a CSV file: its header, which may follow other lines, and its rows with their line numbers.

use csv::{ReaderBuilder, StringRecord};

use crate::problem::{ExportProblem, quoted};

/// The size limit of a field, far above any note or name.
const FIELD_BYTES_MAX: usize = 1 << 20;
/// The header is searched for in this many records: notes and blank lines may precede it.
const RECORDS_BEFORE_HEADER_MAX: usize = 12;

/// The message for a field that seems to contain rows.
pub(crate) const SWALLOWED: &str = "this field spans several lines, as if a stray quote in it had swallowed the rows \
    after it; remove the quote, or download the export again";

/// A row, with the line on which it begins.
pub(crate) struct TableRow {
    pub(crate) line: u32,
    pub(crate) fields: StringRecord,
}

/// The rows of a file after a known header.
pub(crate) struct CsvTable<'h> {
    pub(crate) file: String,
    pub(crate) header: &'h [&'h str],
    pub(crate) rows: Vec<TableRow>,
}

/// Every record of a file that is not blank, with its line number.
pub(crate) fn records(file: &str, text: &str) -> Result<Vec<TableRow>, ExportProblem> {
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut fields = StringRecord::new();
    loop {
        let more = reader.read_record(&mut fields).map_err(|error| {
            ExportProblem::of(file, format!("cannot be read as a table: {error}; download it again"))
        })?;
        if !more {
            break;
        }
        let line = fields.position().map_or(0, |position| first_line(text, position));
        if let Some(column) = fields.iter().position(|field| field.len() > FIELD_BYTES_MAX) {
            let what = format!(
                "this field has more than {} MB; a quote before it may never be closed: download the export again",
                FIELD_BYTES_MAX >> 20
            );
            return Err(ExportProblem::at(file, line, column as u32 + 1, what));
        }
        if fields.iter().any(|field| !field.trim().is_empty()) {
            rows.push(TableRow { line, fields: fields.clone() });
        }
    }
    check_quotes(file, text)?;
    Ok(rows)
}

/// The line on which a record begins. The CSV reader's position includes the blank lines before it; this skips them.
fn first_line(text: &str, position: &csv::Position) -> u32 {
    let rest = text.as_bytes().get(position.byte() as usize..).unwrap_or_default();
    let blank = rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r'));
    position.line() as u32 + blank.filter(|byte| **byte == b'\n').count() as u32
}

/// The state of the CSV quote scanner.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CsvState {
    /// At the beginning of a field.
    Begins,
    /// In a field without quotes.
    Bare,
    /// Inside a quoted field.
    Quoted,
    /// After a quote inside quotes: the closing one, or the first of two that escape one.
    Closes,
}

/// Refuses quotes that RFC 4180 does not allow: one that is never closed, and one that is closed in the middle of a field.
/// Either swallows what follows it, including whole rows.
fn check_quotes(file: &str, text: &str) -> Result<(), ExportProblem> {
    let (mut place, mut line, mut column) = (CsvState::Begins, 1, 1);
    let mut opened = (1, 1);
    for c in text.chars() {
        place = match (place, c) {
            (CsvState::Begins | CsvState::Bare | CsvState::Closes, ',') => {
                column += 1;
                CsvState::Begins
            }
            (CsvState::Begins | CsvState::Bare | CsvState::Closes, '\n' | '\r') => {
                column = 1;
                CsvState::Begins
            }
            (CsvState::Begins, '"') => {
                opened = (line, column);
                CsvState::Quoted
            }
            (CsvState::Quoted, '"') => CsvState::Closes,
            (CsvState::Quoted, _) | (CsvState::Closes, '"') => CsvState::Quoted,
            (CsvState::Closes, _) => {
                let (line, column) = opened;
                let what = "the quote that is opened here is closed in the middle of a field: a stray quote has swallowed \
                            rows, or the file was edited; download the export again";
                return Err(ExportProblem::at(file, line, column, what));
            }
            (CsvState::Begins | CsvState::Bare, _) => CsvState::Bare,
        };
        line += u32::from(c == '\n');
    }
    if place == CsvState::Quoted {
        let (line, column) = opened;
        let what = "a quote is opened here and never closed: the file is cut off; download the export again";
        return Err(ExportProblem::at(file, line, column, what));
    }
    Ok(())
}

/// Reads a table whose header is one of `headers`; `None` for an empty file.
pub(crate) fn table<'h>(
    file: &str,
    text: &str,
    headers: &'h [&'h [&'h str]],
) -> Result<Option<CsvTable<'h>>, ExportProblem> {
    let mut records = records(file, text)?;
    if records.is_empty() {
        return Ok(None);
    }
    let matching = |row: &TableRow| headers.iter().find(|header| is_header(row, header));
    let place = records.iter().take(RECORDS_BEFORE_HEADER_MAX).position(|row| matching(row).is_some());
    let Some(place) = place else { return Err(other_header(file, &records, headers)) };
    let header = matching(&records[place]).copied().unwrap_or_default();
    let rows = records.split_off(place + 1);
    if let Some(row) = rows.iter().find(|row| row.fields.len() != header.len()) {
        let what = format!(
            "this row has {} columns and the header {}: the file was edited or cut off; ask the network for a fresh export",
            row.fields.len(),
            header.len()
        );
        return Err(ExportProblem::at(file, row.line, row.fields.len().min(header.len()) as u32, what));
    }
    Ok(Some(CsvTable { file: file.to_owned(), header, rows }))
}

fn is_header(row: &TableRow, header: &[&str]) -> bool {
    row.fields.len() == header.len()
        && row.fields.iter().zip(header).all(|(field, name)| field.trim() == *name)
}

/// The problem with a file without a known header: the row most like one, and where it differs.
fn other_header(file: &str, records: &[TableRow], headers: &[&[&str]]) -> ExportProblem {
    for (name, separator) in [("semicolons", ';'), ("tabs", '\t'), ("vertical bars", '|')] {
        let is_separated = |row: &&TableRow| {
            let first = row.fields.get(0).unwrap_or_default();
            row.fields.len() == 1 && first.matches(separator).count() >= 3
        };
        if let Some(row) = records.iter().take(RECORDS_BEFORE_HEADER_MAX).find(is_separated) {
            let what = format!(
                "the columns are separated by {name}: a spreadsheet has saved the file again; give the file as it was downloaded"
            );
            return ExportProblem::at(file, row.line, 1, what);
        }
    }
    let alike = |row: &TableRow, header: &[&str]| {
        row.fields.iter().zip(header).filter(|(field, name)| field.trim() == **name).count()
    };
    let candidates = records.iter().take(RECORDS_BEFORE_HEADER_MAX);
    let pairs = candidates.flat_map(|row| headers.iter().map(move |header| (row, *header)));
    let best = pairs.max_by_key(|(row, header)| (alike(row, header), std::cmp::Reverse(row.line)));
    let Some((row, header)) = best else {
        return ExportProblem::of(file, "has no header; ask the network for a fresh export");
    };
    let wanted = header.join(",");
    let differs = row.fields.iter().zip(header).position(|(field, name)| field.trim() != *name);
    let column = differs.unwrap_or(row.fields.len().min(header.len()));
    let found = row.fields.get(column).unwrap_or_default();
    let expected = match header.get(column) {
        Some(name) => format!("`{name}`"),
        None => "no more columns".to_owned(),
    };
    let what = format!(
        "expected {expected} in the header and found {}; the network writes `{wanted}`: ask it for a fresh export, in English",
        quoted(found)
    );
    ExportProblem::at(file, row.line, column as u32 + 1, what)
}

impl CsvTable<'_> {
    /// The index of a column; `None` in eras that lack it.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|known| *known == name)
    }

    /// A row's field in a column, trimmed; empty if there is none.
    pub(crate) fn field<'r>(&self, row: &'r TableRow, name: &str) -> &'r str {
        self.column(name).and_then(|column| row.fields.get(column)).unwrap_or_default().trim()
    }

    /// Refuses a line break in columns in which no network writes one: it means that a stray quote has swallowed rows.
    pub(crate) fn check_one_line(&self, row: &TableRow, names: &[&str]) -> Result<(), ExportProblem> {
        match names.iter().find(|name| self.field(row, name).contains(['\n', '\r'])) {
            None => Ok(()),
            Some(name) => Err(self.problem(row, name, SWALLOWED)),
        }
    }

    /// A problem with a field.
    pub(crate) fn problem(&self, row: &TableRow, name: &str, what: impl Into<String>) -> ExportProblem {
        let column = self.column(name).map_or(0, |column| column as u32 + 1);
        ExportProblem::at(&self.file, row.line, column, what)
    }
}
