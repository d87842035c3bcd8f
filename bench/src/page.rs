//! The result of a benchmark: tables, and what is needed to judge them.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::machine::Machine;

/// The result of one benchmark.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) title: &'static str,
    pub(crate) machine: Machine,
    /// What was measured and how, one note each.
    pub(crate) notes: Vec<String>,
    pub(crate) tables: Vec<Table>,
}

/// Named columns, with one row for each thing measured.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) title: String,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// A figure or a name.
#[derive(Clone, Debug)]
pub(crate) enum Cell {
    Name(String),
    /// The figure of each run, and the number of decimals to print.
    Runs(Vec<f64>, usize),
    /// The share of each run, from 0 to 1, printed in percent.
    Shares(Vec<f64>),
    /// Not measured, for this reason.
    None(&'static str),
}

impl Cell {
    fn text(&self) -> String {
        match self {
            Cell::Name(text) => text.clone(),
            Cell::Runs(runs, digits) => grouped(&format!("{:.digits$}", median(runs), digits = *digits)),
            Cell::Shares(runs) => format!("{:.1} %", 100.0 * median(runs)),
            Cell::None(why) => format!("({why})"),
        }
    }

    fn json(&self) -> Value {
        match self {
            Cell::Name(text) => json!(text),
            Cell::Runs(runs, _) | Cell::Shares(runs) => json!({ "median": median(runs), "runs": runs }),
            Cell::None(why) => json!({ "not_measured": why }),
        }
    }
}

/// One figure of each run.
pub(crate) fn by_run<R>(runs: &[R], figure: impl Fn(&R) -> f64) -> Vec<f64> {
    runs.iter().map(figure).collect()
}

/// The column names of a table.
pub(crate) fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

/// The median; for an even number of runs, the mean of the two in the middle. NaN if there are none.
fn median(runs: &[f64]) -> f64 {
    let mut sorted = runs.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        count if count % 2 == 1 => sorted[count / 2],
        count => f64::midpoint(sorted[count / 2 - 1], sorted[count / 2]),
    }
}

/// Groups the digits before the decimal point by threes.
fn grouped(number: &str) -> String {
    let (whole, rest) = number.find('.').map_or((number, ""), |point| number.split_at(point));
    let mut text = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + rest
}

impl Page {
    pub(crate) fn markdown(&self) -> String {
        let mut text = format!("## {}\n\n{}\n\n", self.title, self.machine);
        for note in &self.notes {
            let _ = writeln!(text, "- {note}");
        }
        for table in &self.tables {
            let _ = write!(text, "\n### {}\n\n{}", table.title, table.markdown());
        }
        text
    }

    pub(crate) fn json(&self) -> Value {
        let tables: Vec<Value> = self.tables.iter().map(Table::json).collect();
        json!({
            "benchmark": self.title,
            "machine": self.machine.to_string(),
            "notes": self.notes,
            "tables": tables,
        })
    }
}

impl Table {
    fn markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let rule: Vec<String> =
            (0..self.columns.len()).map(|at| String::from(if at == 0 { "---" } else { "---:" })).collect();
        let mut text = [line(&self.columns), line(&rule)].concat();
        for row in &self.rows {
            text.push_str(&line(&row.iter().map(Cell::text).collect::<Vec<_>>()));
        }
        text
    }

    fn json(&self) -> Value {
        let row = |cells: &Vec<Cell>| -> Value {
            let pairs = self.columns.iter().zip(cells);
            Value::Object(pairs.map(|(column, cell)| (column.clone(), cell.json())).collect())
        };
        json!({ "title": self.title, "rows": self.rows.iter().map(row).collect::<Vec<_>>() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        for (runs, expected) in
            [(vec![3.0, 1.0, 2.0], 2.0), (vec![4.0, 1.0, 2.0, 3.0], 2.5), (vec![7.0], 7.0)]
        {
            assert!((median(&runs) - expected).abs() < 1e-9, "{runs:?}");
        }
    }

    #[test]
    fn large_numbers_are_grouped() {
        for (number, expected) in
            [("1", "1"), ("123", "123"), ("1234", "1,234"), ("1234567.8", "1,234,567.8"), ("0.50", "0.50")]
        {
            assert_eq!(grouped(number), expected);
        }
    }

    #[test]
    fn a_table_is_markdown() {
        let table = Table {
            title: String::from("t"),
            columns: vec![String::from("system"), String::from("rate")],
            rows: vec![
                vec![Cell::Name(String::from("raw")), Cell::Runs(vec![1500.0], 0)],
                vec![Cell::Name(String::from("ours")), Cell::Shares(vec![0.5])],
            ],
        };
        assert_eq!(
            table.markdown(),
            "| system | rate |\n| --- | ---: |\n| raw | 1,500 |\n| ours | 50.0 % |\n"
        );
    }
}
