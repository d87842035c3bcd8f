//! Cells in aligned columns, within 80 columns or as wide as the cells are.

use std::io::{self, Write};

use crate::format::Width;
use crate::wrap::COLUMNS;

/// Space before each column, in characters.
const GAP: usize = 2;
/// Width to which every column may be shrunk, in characters.
const COLUMN_MIN: usize = 8;
/// Width below which the last column is not shrunk while other columns can be shortened.
const LAST_COLUMN_MIN: usize = 20;
/// Indentation of a last cell that gets its own line, in characters.
const HANGING: usize = 4;

/// A header and rows of one-line cells, and the width of each column.
pub(super) struct Columns {
    rows: Vec<Vec<String>>,
    widths: Vec<usize>,
}

impl Columns {
    /// Lays out columns as wide as `width` allows. Where the cells need more, moments lose their seconds first; then
    /// cells are broken into lines, at white space, after `-`, `,` and `/`, and as a last resort anywhere.
    pub(super) fn of(header: Vec<String>, body: Vec<Vec<String>>, width: Width) -> Self {
        let rows: Vec<Vec<String>> = std::iter::once(header).chain(body).collect();
        let mut columns = Self { widths: widths(&rows), rows };
        match width {
            Width::Rows => {}
            Width::Page => columns.fit(),
        }
        columns
    }

    /// Writes the header and the rows.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        self.rows.iter().try_for_each(|row| self.line(row, out))
    }

    fn fit(&mut self) {
        if self.give_last(LAST_COLUMN_MIN) {
            return;
        }
        self.shorten_moments();
        if self.give_last(LAST_COLUMN_MIN) {
            return;
        }
        let least = self.fragments();
        self.shrink(&least);
        self.shrink(&vec![COLUMN_MIN; self.widths.len()]);
    }

    /// Gives the last column the room that the others leave, and returns whether that is at least `min`, or all that it
    /// needs.
    fn give_last(&mut self, min: usize) -> bool {
        let Some((last, others)) = self.widths.split_last_mut() else { return true };
        let used: usize = others.iter().map(|width| width + GAP).sum::<usize>() + GAP;
        let room = COLUMNS.saturating_sub(used);
        let fits = used <= COLUMNS && room >= (*last).min(min);
        if fits {
            *last = (*last).min(room);
        }
        fits
    }

    /// Removes the seconds and the zone from moments; the header of such a column then says that they are in UTC.
    fn shorten_moments(&mut self) {
        let Some((header, body)) = self.rows.split_first_mut() else { return };
        for (column, head) in header.iter_mut().enumerate() {
            let mut is_shortened = false;
            for cell in body.iter_mut().filter_map(|row| row.get_mut(column)) {
                if let Some(short) = to_the_minute(cell) {
                    *cell = short;
                    is_shortened = true;
                }
            }
            if is_shortened {
                head.push_str(" (UTC)");
            }
        }
        self.widths = widths(&self.rows);
    }

    /// Narrows the widest column that is wider than its minimum, until all columns fit.
    fn shrink(&mut self, least: &[usize]) {
        let gaps = GAP * self.widths.len();
        while self.widths.iter().sum::<usize>() + gaps > COLUMNS {
            let wide = self.widths.iter_mut().zip(least).filter(|(width, least)| **width > **least);
            let Some((widest, _)) = wide.max_by_key(|(width, _)| **width) else { return };
            *widest -= 1;
        }
    }

    /// The minimum width of each column at which only readable breaks are made. The last column may be narrower,
    /// because a last cell of one word can get a line of its own.
    fn fragments(&self) -> Vec<usize> {
        let longest = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| unbroken(cell)).max().unwrap_or_default()
        };
        let mut least: Vec<usize> = (0..self.widths.len()).map(longest).collect();
        if let Some(last) = least.last_mut().filter(|last| **last > LAST_COLUMN_MIN) {
            *last = LAST_COLUMN_MIN;
        }
        least.iter().map(|least| (*least).max(COLUMN_MIN)).collect()
    }

    fn line(&self, row: &[String], out: &mut dyn Write) -> io::Result<()> {
        let is_last = |column: usize| column + 1 == self.widths.len();
        let hangs = |column: usize, cell: &str, width: usize| {
            let chars = cell.chars().count();
            is_last(column) && !cell.contains(' ') && chars > width && chars + HANGING <= COLUMNS
        };
        let mut own_line = None;
        let mut cells = Vec::new();
        for (column, (cell, width)) in row.iter().zip(&self.widths).enumerate() {
            if hangs(column, cell, *width) {
                own_line = Some(cell);
            } else {
                cells.push(broken(cell, *width));
            }
        }
        let height = cells.iter().map(Vec::len).max().unwrap_or_default();
        for index in 0..height {
            let mut line = String::new();
            for (cell, width) in cells.iter().zip(&self.widths) {
                let text = cell.get(index).map_or("", String::as_str);
                let pad = width.saturating_sub(text.chars().count());
                line.push_str(&format!("{:GAP$}{text}{}", "", " ".repeat(pad)));
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        match own_line {
            Some(cell) => writeln!(out, "{:HANGING$}{cell}", ""),
            None => Ok(()),
        }
    }
}

/// The width of the widest cell of each column.
fn widths(rows: &[Vec<String>]) -> Vec<usize> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    (0..columns).map(width).collect()
}

/// `21 Nov 2026 08:12:05 UTC` as `21 Nov 2026 08:12`; `None` for a text that is not a moment as shown to people.
fn to_the_minute(cell: &str) -> Option<String> {
    let (minute, second) = cell.strip_suffix(" UTC")?.rsplit_once(':')?;
    let is_second = !second.is_empty() && second.chars().all(|c| c.is_ascii_digit() || c == '.');
    let is_moment = is_second && minute.split(' ').count() == 4 && minute.contains(':');
    is_moment.then(|| minute.to_owned())
}

/// The length of the longest part of a cell that is broken only as a last resort: a whole moment, or a part of a word.
fn unbroken(cell: &str) -> usize {
    let is_moment = to_the_minute(&format!("{cell}:00 UTC")).is_some();
    let parts: Vec<&str> = if is_moment { vec![cell] } else { cell.split(' ').flat_map(parts_of).collect() };
    parts.into_iter().map(|part| part.chars().count()).max().unwrap_or_default()
}

/// The parts of a word between which a line may break.
fn parts_of(word: &str) -> impl Iterator<Item = &str> {
    word.split_inclusive(['-', ',', '/'])
}

/// The cell as lines of at most `width` characters; there is at least one line.
fn broken(cell: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in cell.split(' ').filter(|word| !word.is_empty()) {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width {
            lines.push(String::new());
            used = 0;
        }
        if used > 0 {
            push(&mut lines, " ");
            used += 1;
        }
        if length <= width {
            push(&mut lines, word);
            used += length;
            continue;
        }
        for part in parts_of(word) {
            let length = part.chars().count();
            if used > 0 && used + length > width {
                lines.push(String::new());
                used = 0;
            }
            for c in part.chars() {
                if used == width {
                    lines.push(String::new());
                    used = 0;
                }
                push(&mut lines, c.encode_utf8(&mut [0; 4]));
                used += 1;
            }
        }
    }
    lines
}

fn push(lines: &mut [String], text: &str) {
    if let Some(line) = lines.last_mut() {
        line.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    fn written(header: &[&str], rows: &[&[&str]], width: Width) -> String {
        let rows = rows.iter().map(|row| texts(row)).collect();
        let mut out = Vec::new();
        Columns::of(texts(header), rows, width).write(&mut out).expect("writing to memory succeeds");
        String::from_utf8(out).expect("text")
    }

    const HEADER: [&str; 6] = ["direction", "with", "since", "state", "request", "at the recipient's"];
    const ROW: [&str; 6] = [
        "sent",
        "dan",
        "21 Nov 2026 08:12:05 UTC",
        "CR0604 in-transit",
        "R0TZZBWDTAQFKN",
        "CR0704 recipient-setting-contacts",
    ];

    #[test]
    fn a_row_that_is_wider_than_the_page_is_broken_at_readable_places() {
        insta::assert_snapshot!(written(&HEADER, &[&ROW], Width::Page), @"
        direction  with  since (UTC)        state         request         at the
                                                                          recipient's
        sent       dan   21 Nov 2026 08:12  CR0604        R0TZZBWDTAQFKN  CR0704
                                            in-transit                    recipient-
                                                                          setting-
                                                                          contacts
        ");
    }

    #[test]
    fn a_wide_list_has_one_line_per_row() {
        let wide = written(&HEADER, &[&ROW], Width::Rows);
        assert_eq!(wide.lines().count(), 2, "{wide}");
        assert!(ROW.iter().all(|cell| wide.contains(cell)), "{wide}");
    }

    #[test]
    fn a_hash_gets_a_line_of_its_own_unbroken() {
        let hash = "2aef39c4334ba9e2356c418c5658ce5b24be09826314bf458f4218dc21d00880";
        let list = written(
            &["segment", "from event", "events", "root"],
            &[&["0", "1", "100000", hash]],
            Width::Page,
        );
        assert!(list.lines().any(|line| line.trim() == hash && line.len() <= COLUMNS), "{list}");
    }

    #[test]
    fn no_cell_makes_a_list_wider_than_the_page() {
        let words = ["", "a", "ab cd", "undisclosed", "漢字漢字漢字", "21 Nov 2026 08:12:05 UTC"];
        let long = "x".repeat(300);
        for columns in 1..=7 {
            for first in words.iter().chain([&long.as_str()]) {
                let row: Vec<&str> =
                    std::iter::once(*first).chain(words.iter().copied().cycle()).take(columns).collect();
                let mut reversed = row.clone();
                reversed.reverse();
                for row in [row, reversed, vec![first; columns]] {
                    let list = written(&row, &[&row, &row], Width::Page);
                    let widest = list.lines().map(|line| line.chars().count()).max();
                    assert!(widest <= Some(COLUMNS), "{row:?}\n{list}");
                    let letters = |text: &str| text.chars().filter(|c| *c == 'x').count();
                    assert_eq!(
                        letters(&list),
                        3 * row.iter().map(|cell| letters(cell)).sum::<usize>(),
                        "{list}"
                    );
                }
            }
        }
    }
}
