//! One screen: a sentence with its code, then labelled parts. Less important items are dropped until it fits.

use std::io::{self, Write};

use acquaint_domain::{Code, Span};

use super::wrap::{COLUMNS, broken_lines};

/// The most lines of a screen, if enough items can be dropped.
const LINES_MAX: usize = 15;
/// The most lines in any case; the rest is cut off.
const LINES_EVER_MAX: usize = 24;
/// Width of the labels, in columns.
const LABEL_COLUMNS: usize = 7;
/// Column at which the code at the end of a line begins.
const CODE_COLUMN: usize = COLUMNS - 6;

/// A text, with an optional code at the end of its first line.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    text: String,
    code: Option<Code>,
}

/// Items under one label.
#[derive(Clone, Debug)]
struct LabelledList {
    label: String,
    items: Vec<Item>,
}

/// A screen that is being composed.
#[derive(Clone, Debug)]
pub(crate) struct Screen {
    head: Item,
    blocks: Vec<LabelledList>,
    /// The most lines; `None` if everything was asked for.
    lines_max: Option<usize>,
}

/// Which lines of a screen are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScreenLength {
    /// As many as fit on one screen.
    Brief,
    /// All lines, however many there are.
    Full,
}

impl Item {
    /// A text with a code at the end of its first line.
    pub(crate) fn coded(text: impl Into<String>, code: Code) -> Self {
        Self { text: text.into(), code: Some(code) }
    }

    /// The item broken into lines of at most `columns`, with the code at the end of the first.
    fn lines(&self, columns: usize) -> Vec<String> {
        let Some(code) = self.code else { return broken_lines(&self.text, columns) };
        let code_column = columns - (COLUMNS - CODE_COLUMN);
        let mut lines = broken_lines(&self.text, code_column - 2);
        if let Some(first) = lines.first_mut() {
            let padding = code_column.saturating_sub(first.chars().count());
            first.push_str(&format!("{}{code}", " ".repeat(padding)));
        }
        lines
    }
}

impl<T: Into<String>> From<T> for Item {
    fn from(text: T) -> Self {
        Self { text: text.into(), code: None }
    }
}

impl LabelledList {
    fn lines(&self) -> Vec<String> {
        let mut lead = format!("{:<LABEL_COLUMNS$}", self.label);
        let mut written = Vec::new();
        for item in &self.items {
            for line in item.lines(COLUMNS - LABEL_COLUMNS) {
                written.push(format!("{lead}{line}").trim_end().to_owned());
                lead = " ".repeat(LABEL_COLUMNS);
            }
        }
        written
    }
}

impl Screen {
    /// A brief screen that begins with this sentence.
    pub(crate) fn new(head: impl Into<String>, code: Option<Code>) -> Self {
        Self { head: Item { text: head.into(), code }, blocks: Vec::new(), lines_max: Some(LINES_MAX) }
    }

    /// Sets the length.
    pub(crate) fn within(self, room: ScreenLength) -> Self {
        let lines_max = match room {
            ScreenLength::Brief => Some(LINES_MAX),
            ScreenLength::Full => None,
        };
        Self { lines_max, ..self }
    }

    /// Adds a part. A part without items is not shown.
    pub(crate) fn part<I: Into<Item>>(mut self, label: &str, items: impl IntoIterator<Item = I>) -> Self {
        let items = items.into_iter().map(Into::into).filter(|item: &Item| !item.text.trim().is_empty());
        self.blocks.push(LabelledList { label: label.to_owned(), items: items.collect() });
        self
    }

    /// Adds numbered entries before the existing parts, as many as fit, counted from `first`. `rest` describes how many are
    /// left out, in a part labelled `More`.
    pub(crate) fn entries(
        mut self,
        first: usize,
        entries: Vec<Vec<Item>>,
        rest: impl Fn(usize) -> String,
    ) -> Self {
        let count = entries.len();
        let mut used = self.length() + 1;
        let mut shown = Vec::new();
        for (place, items) in entries.into_iter().enumerate() {
            let block = LabelledList { label: (first + place).to_string(), items };
            used += block.lines().len();
            if self.lines_max.is_some_and(|max| used > max) && !shown.is_empty() {
                break;
            }
            shown.push(block);
        }
        let left = count - shown.len();
        if left > 0 {
            shown.push(LabelledList { label: "More".to_owned(), items: vec![rest(left).into()] });
        }
        shown.append(&mut self.blocks);
        Self { blocks: shown, ..self }
    }

    /// Writes the screen. Until it fits, drops the last items of each label in `dropped`, in this order, but keeps the given
    /// number of them.
    pub(crate) fn write(mut self, dropped: &[(&str, usize)], out: &mut dyn Write) -> io::Result<()> {
        let lines_max = self.lines_max.unwrap_or(usize::MAX);
        for (label, least) in dropped {
            let Some(block) = self.blocks.iter().position(|block| block.label == *label) else { continue };
            while self.length() > lines_max && self.blocks[block].items.len() > *least {
                self.blocks[block].items.pop();
            }
        }
        let ever_max = self.lines_max.map_or(usize::MAX, |_| LINES_EVER_MAX);
        let body = self.blocks.iter().flat_map(LabelledList::lines);
        for line in self.head.lines(COLUMNS).into_iter().chain(body).take(ever_max) {
            writeln!(out, "{line}")?;
        }
        Ok(())
    }

    fn length(&self) -> usize {
        let body: usize = self.blocks.iter().map(|block| block.lines().len()).sum();
        self.head.lines(COLUMNS).len() + body
    }
}

/// A number with its noun, such as `1 day` and `3 requests`.
pub(crate) fn counted(number: impl TryInto<u64>, noun: &str) -> String {
    match number.try_into().unwrap_or_default() {
        1 => format!("1 {noun}"),
        number if noun.ends_with("ch") => format!("{number} {noun}es"),
        number => format!("{number} {noun}s"),
    }
}

/// A length of time in minutes, hours or days, rounded down; `None` for less than a minute.
pub(crate) fn about(span: Span) -> Option<String> {
    let minutes = span.as_millis().div_euclid(60_000);
    let (count, unit) = match minutes {
        ..1 => return None,
        1..60 => (minutes, "minute"),
        60..2_880 => (minutes / 60, "hour"),
        _ => (minutes / 1_440, "day"),
    };
    Some(counted(count, unit))
}

/// How far a moment is away, for use after it: " (in 3 days)". Empty beyond thirty days.
pub(crate) fn within(span: Span) -> String {
    match about(span) {
        None => " (in a moment)".to_owned(),
        Some(_) if span > Span::days(30) => String::new(),
        Some(about) => format!(" (in {about})"),
    }
}

/// A text that a person entered, shortened so that it fits on a first line after a few words.
pub(crate) fn short(text: &str) -> String {
    const SHORT_COLUMNS: usize = 40;
    let first = broken_lines(text, SHORT_COLUMNS).swap_remove(0);
    if first.len() < text.trim_end().len() { format!("{first}…") } else { first }
}

/// The text with a capital first letter.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(screen: Screen, dropped: &[(&str, usize)]) -> String {
        let mut out = Vec::new();
        screen.write(dropped, &mut out).expect("memory takes everything");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn the_code_ends_the_line_and_an_empty_part_is_not_shown() {
        let none: [String; 0] = [];
        let screen = Screen::new("It would be refused.", Some(Code::DailyLimit)).part("Why", none);
        let text = written(screen.part("Now", ["wait"]), &[]);
        assert_eq!(text, format!("It would be refused.{}CR0401\nNow    wait\n", " ".repeat(54)));
    }

    #[test]
    fn the_last_items_are_dropped_first_and_the_least_number_is_kept() {
        let items: Vec<String> = (0..20).map(|n| format!("item {n}")).collect();
        let screen = Screen::new("head", None).part("Why", items.clone()).part("Now", items);
        let text = written(screen, &[("Why", 2), ("Now", 1)]);
        assert_eq!(text.lines().count(), LINES_MAX);
        assert!(text.contains("Why    item 0\n       item 1\nNow    item 0\n"), "{text}");
    }

    #[test]
    fn entries_that_do_not_fit_are_counted() {
        let entries = || (0..30).map(|n| vec![Item::from(format!("entry {n}")), "more".into()]).collect();
        let rest = |left| format!("{left} more");
        let screen = Screen::new("head", None).part("Next", ["nothing"]);
        let text = written(screen.clone().entries(1, entries(), rest), &[]);
        assert_eq!(text.lines().count(), LINES_MAX);
        assert!(text.contains("1      entry 0\n       more\n2 "), "{text}");
        assert!(text.ends_with("More   24 more\nNext   nothing\n"), "{text}");
        let full = written(screen.within(ScreenLength::Full).entries(1, entries(), rest), &[]);
        assert_eq!(full.lines().count(), 62);
    }

    #[test]
    fn lengths_are_shown_in_one_unit() {
        for (span, expected) in [
            (Span::millis(59_999), None),
            (Span::minutes(1), Some("1 minute")),
            (Span::hours(1), Some("1 hour")),
            (Span::hours(47), Some("47 hours")),
            (Span::days(2), Some("2 days")),
        ] {
            assert_eq!(about(span).as_deref(), expected);
        }
    }
}
