//! The shape of a document, as data: its keys, their types and their meanings. Both the checks and the JSON Schema are derived
//! from it.

use std::ops::Range;

use acquaint_domain::{Rule, Span};
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::bounds::is_positive;
use super::diagnostic::{Diagnostic, nearest, place};
use super::read::code_of;
use crate::window::Zone;

/// The largest absolute value of a score.
pub(super) const SCORE_MAX: f64 = 1_000.0;

/// The type of a value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// A text that is not empty.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number, 0 or more.
    Whole,
    /// A whole number from 0 to 100.
    Percent,
    /// A number from -1000 to 1000.
    Score,
    /// A length of time, such as `24h`.
    Length,
    /// Lengths of time.
    Lengths,
    /// A time zone.
    Zone,
    /// A list of texts.
    Texts,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A table whose keys are codes, and whose values are one of these words.
    ByCode(&'static [&'static str]),
    /// A table with these keys.
    Table(&'static [Field]),
    /// A list of tables with these keys.
    Tables(&'static [Field]),
}

/// A key of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) need: Need,
    /// Its meaning, as a sentence.
    pub(crate) about: &'static str,
}

/// Whether a key may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    Required,
    Optional,
    /// At least one of the keys with this mark in its table is required.
    OneOf,
    /// Required if another key of its table has one of these words, and not allowed otherwise.
    If(&'static str, &'static [&'static str]),
}

pub(crate) const fn required(name: &'static str, shape: Shape, about: &'static str) -> Field {
    Field { name, shape, need: Need::Required, about }
}

pub(crate) const fn optional(name: &'static str, shape: Shape, about: &'static str) -> Field {
    Field { name, shape, need: Need::Optional, about }
}

/// Finds everything in `table` that does not have this shape.
pub(super) fn check_table(
    fields: &'static [Field],
    table: &DeTable<'_>,
    whole: Range<usize>,
    path: &str,
    found: &mut Vec<Diagnostic>,
) {
    for (key, value) in table {
        check_key(fields, (key, value), path, found);
    }
    check_missing(fields, table, &whole, path, found);
    check_dependent(fields, table, path, found);
}

/// Checks one key of a table and its value.
pub(super) fn check_key(
    fields: &'static [Field],
    (key, value): (&Spanned<DeString<'_>>, &Spanned<DeValue<'_>>),
    path: &str,
    found: &mut Vec<Diagnostic>,
) {
    let name = key.get_ref().as_ref();
    match fields.iter().find(|field| field.name == name) {
        Some(field) => check_value(field.shape, value, &place(path, name), found),
        None => found.push(unknown_key(fields, name, key.span(), path)),
    }
}

/// Finds the required keys that `table` lacks; `whole` is the place to report.
pub(super) fn check_missing(
    fields: &'static [Field],
    table: &DeTable<'_>,
    whole: &Range<usize>,
    path: &str,
    found: &mut Vec<Diagnostic>,
) {
    for field in fields.iter().filter(|field| field.need == Need::Required) {
        if table.get(field.name).is_some() {
            continue;
        }
        let what = if path.is_empty() { "the document".to_owned() } else { format!("`{path}`") };
        let (code, label) = if field.name == "source" {
            ("PD05", "every number states where it comes from")
        } else {
            ("PD04", "it belongs in here")
        };
        found.push(
            Diagnostic::new(code, whole.clone(), format!("{what} has no `{}`", field.name), label)
                .with_help(format!("add `{}`: {}", field.name, uncapitalised(field.about)))
                .with_missing(field.name),
        );
    }
}

/// Finds keys that are missing or not allowed because of another key's word.
fn check_dependent(fields: &'static [Field], table: &DeTable<'_>, path: &str, found: &mut Vec<Diagnostic>) {
    for field in fields {
        let Need::If(other, words) = field.need else { continue };
        let Some(decides) = table.get(other) else { continue };
        let Some(word) = decides.get_ref().as_str() else { continue };
        let is_known = fields.iter().any(|field| {
            field.name == other && matches!(field.shape, Shape::Choice(known) if known.contains(&word))
        });
        let name = field.name;
        match table.get(name) {
            None if words.contains(&word) => found.push(
                Diagnostic::new(
                    "PD04",
                    decides.span(),
                    format!("`{path}` has no `{name}`"),
                    format!("`{word}` needs a `{name}`"),
                )
                .with_help(format!("add `{name}`: {}", uncapitalised(field.about)))
                .with_missing(name),
            ),
            Some(value) if is_known && !words.contains(&word) => found.push(
                Diagnostic::new(
                    "PD07",
                    value.span(),
                    format!("a `{path}` of the {other} `{word}` has no `{name}`"),
                    format!("only {} have one", list(words.iter().copied())),
                )
                .with_help(format!("leave `{name}` out, or write another `{other}`")),
            ),
            None | Some(_) => {}
        }
    }
}

fn unknown_key(fields: &'static [Field], name: &str, span: Range<usize>, path: &str) -> Diagnostic {
    let names = fields.iter().map(|field| field.name);
    let help = match nearest(name, names.clone()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("there may be {}", list(names)),
    };
    let inside = if path.is_empty() { "a policy".to_owned() } else { format!("`{path}`") };
    Diagnostic::new("PD02", span, format!("unknown key `{name}`"), format!("{inside} has no such key"))
        .with_help(help)
}

fn check_value(shape: Shape, value: &Spanned<DeValue<'_>>, path: &str, found: &mut Vec<Diagnostic>) {
    let span = value.span();
    match (shape, value.get_ref()) {
        (Shape::Text, DeValue::String(text)) => {
            if text.trim().is_empty() {
                let label = "there is nothing in it";
                found.push(Diagnostic::new("PD06", span, format!("`{path}` is empty"), label));
            }
        }
        (Shape::Flag, DeValue::Boolean(_)) => {}
        (Shape::Whole, DeValue::Integer(number)) => whole_number(number, u32::MAX, span, path, found),
        (Shape::Percent, DeValue::Integer(number)) => whole_number(number, 100, span, path, found),
        (Shape::Score, DeValue::Integer(number)) => {
            let read = i64::from_str_radix(number.as_str(), number.radix()).ok();
            score(read.map(|number| number as f64), span, path, found);
        }
        (Shape::Score, DeValue::Float(number)) => score(number.as_str().parse().ok(), span, path, found),
        (Shape::Length, DeValue::String(text)) => {
            let wrong = match text.parse::<Span>() {
                // A limit's window of zero length is reported as a contradiction.
                Ok(length) if path.starts_with("spam.") && is_positive(path) && length <= Span::ZERO => {
                    Some("a symbol's `window` must be longer than 0; write one like `24h`".to_owned())
                }
                Ok(_) => None,
                Err(wrong) => Some(wrong),
            };
            sentence(wrong, span, found);
        }
        (Shape::Zone, DeValue::String(text)) => sentence(Zone::parse(text).err(), span, found),
        (Shape::Choice(words), DeValue::String(text)) => choice(words, text, span, found),
        (Shape::Lengths, DeValue::Array(values)) => {
            values.iter().for_each(|value| check_value(Shape::Length, value, path, found));
        }
        (Shape::Texts, DeValue::Array(values)) => {
            values.iter().for_each(|value| check_value(Shape::Text, value, path, found));
        }
        (Shape::ByCode(words), DeValue::Table(table)) => {
            for (key, value) in table {
                let name = key.get_ref().as_ref();
                if code_of(name).is_none() {
                    let message = format!("`{name}` is not a code");
                    found.push(Diagnostic::new("PD06", key.span(), message, "write one like `CR0501`"));
                }
                check_value(Shape::Choice(words), value, &place(path, name), found);
            }
        }
        (Shape::Table(fields), DeValue::Table(table)) => check_table(fields, table, span, path, found),
        (Shape::Tables(fields), DeValue::Array(values)) => {
            values.iter().for_each(|value| check_value(Shape::Table(fields), value, path, found));
        }
        (wanted, other) => {
            let message = format!("`{path}` is {}", kind(other));
            found.push(
                Diagnostic::new("PD03", span, message, format!("expected {}", wanted.words()))
                    .with_help(wanted.advice(other)),
            );
        }
    }
}

fn whole_number(
    number: &toml::de::DeInteger<'_>,
    most: u32,
    span: Range<usize>,
    path: &str,
    found: &mut Vec<Diagnostic>,
) {
    let digits = number.as_str();
    let read = i64::from_str_radix(digits, number.radix()).ok();
    if read.and_then(|read| u32::try_from(read).ok()).is_none_or(|read| read > most) {
        let message = format!("`{path}` is not a whole number from 0 to {most}");
        found.push(Diagnostic::new("PD06", span, message, "out of range"));
    }
}

fn score(score: Option<f64>, span: Range<usize>, path: &str, found: &mut Vec<Diagnostic>) {
    if !score.is_some_and(|score| score.abs() <= SCORE_MAX) {
        let message = format!("`{path}` is not between -{SCORE_MAX} and {SCORE_MAX}");
        found.push(Diagnostic::new("PD06", span, message, "out of range"));
    }
}

fn sentence(wrong: Option<String>, span: Range<usize>, found: &mut Vec<Diagnostic>) {
    if let Some(wrong) = wrong {
        let (what, advice) = wrong.split_once("; ").unwrap_or((&wrong, ""));
        let diagnostic = Diagnostic::new("PD06", span, what.to_owned(), "this value");
        found.push(if advice.is_empty() { diagnostic } else { diagnostic.with_help(advice.to_owned()) });
    }
}

fn choice(words: &'static [&'static str], text: &str, span: Range<usize>, found: &mut Vec<Diagnostic>) {
    if !words.contains(&text) {
        let help = match nearest(text, words.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("write {}", list(words.iter().copied())),
        };
        let label = format!("none of {}", list(words.iter().copied()));
        found.push(
            Diagnostic::new("PD06", span, format!("`{text}` is not known here"), label).with_help(help),
        );
    }
}

impl Shape {
    /// The type, in words.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Flag => "`true` or `false`",
            Self::Whole => "a whole number",
            Self::Percent => "a whole number from 0 to 100",
            Self::Score => "a number",
            Self::Length => "a length of time",
            Self::Lengths => "lengths of time",
            Self::Zone => "a time zone",
            Self::Texts => "a list of texts",
            Self::Choice(_) => "one of a few words",
            Self::ByCode(_) => "a table of codes",
            Self::Table(_) => "a table",
            Self::Tables(_) => "one or more tables",
        }
    }

    /// How to write a value that was written with another type.
    fn advice(self, written: &DeValue<'_>) -> String {
        let is_number = self.is_number();
        match (self, written) {
            (Self::Whole | Self::Percent, DeValue::Float(number)) => {
                let whole = number.as_str().parse().map_or(0.0, f64::trunc).clamp(0.0, f64::from(u32::MAX));
                format!("write it as a whole number, such as `{whole}`")
            }
            (_, DeValue::String(text)) if is_number && text.trim().parse::<f64>().is_ok() => {
                format!("write it as `{}`, without quotes", text.trim())
            }
            (Self::Flag, DeValue::String(text)) if matches!(&**text, "true" | "false") => {
                format!("write it as `{text}`, without quotes")
            }
            (Self::Length, DeValue::Integer(number)) => {
                format!("write it with its unit, in quotes, such as `\"{}h\"`", number.as_str())
            }
            (Self::Lengths | Self::Texts, DeValue::String(text)) => {
                format!("write it as a list: `[\"{text}\"]`")
            }
            _ => format!("write {}", self.example()),
        }
    }

    fn is_number(self) -> bool {
        matches!(self, Self::Whole | Self::Percent | Self::Score)
    }

    fn example(self) -> &'static str {
        match self {
            Self::Text => "a text in quotes, such as `\"text\"`",
            Self::Flag => "`true` or `false`",
            Self::Whole | Self::Percent => "a whole number, such as `20`",
            Self::Score => "a number, such as `1.5`",
            Self::Length => "a length of time in quotes, such as `\"24h\"`",
            Self::Lengths => "a list, such as `[\"1d\", \"7d\"]`",
            Self::Zone => "the name of a zone in quotes, such as `\"UTC\"`",
            Self::Texts => "a list, such as `[\"one\", \"another\"]`",
            Self::Choice(_) => "one of the words, in quotes",
            Self::ByCode(_) => "a table, such as `{ CR0501 = \"full\" }`",
            Self::Table(_) => "a table, `[name]`",
            Self::Tables(_) => "tables, `[[name]]`",
        }
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn list<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

fn uncapitalised(text: &str) -> String {
    let mut chars = text.trim_end_matches('.').chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// The rules that may be on trial. Rules on the address, the relation and the standing of the two members may not.
pub(super) const ON_TRIAL: [Rule; 12] = [
    Rule::ResendCooldown,
    Rule::OwnContacts,
    Rule::OwnDegree,
    Rule::EmailRequired,
    Rule::PendingPile,
    Rule::OwnNetwork,
    Rule::NoteLength,
    Rule::AttemptsLimit,
    Rule::DailyLimit,
    Rule::WeeklyLimit,
    Rule::NoteQuota,
    Rule::Spam,
];
