//! How large the parts of a document may be. The bounds apply when a document is checked or adopted, never to one that a log
//! already holds: a log that adopted a larger document under older bounds stays readable.

use std::ops::{Range, RangeInclusive};

use acquaint_domain::Span;
use acquaint_domain::bounds::{CLIENT, POLICY_DOCUMENT, POLICY_ID, POLICY_NAME, POLICY_TEXT, TextBound};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostic::{Diagnostic, place};
use super::read::code_of;
use super::shape::{Field, SCORE_MAX, Shape};
use super::{DeliveryRules, Policy};
use crate::spam::ODDS_PARAMETER_MAX;
use crate::tally::answered_min;
use crate::window::Zone;

/// The largest number of tables, texts or lengths in one list.
pub(super) const ITEMS_MAX: usize = 100;
/// The largest number of attempts to deliver one request's letter: each is an event.
const ATTEMPTS_MAX: u32 = 1_000;
/// The longest length of time, about ten years: enough for any rule, and far from the end of the calendar.
const LENGTH_MAX: Span = Span::days(3_660);
/// The longest window: counters and histories are kept for that long, for every member.
const WINDOW_MAX: Span = Span::days(366);

/// The number of bits of a sketch.
pub(super) const NOTE_BITS_MAX: u32 = 64;

/// The range of a length of time, both ends included.
pub(super) struct LengthBound {
    pub(super) least: Span,
    pub(super) most: Span,
}

/// The bound of the length at `path`. Lengths that are waited for again and again have a minimum above zero.
pub(super) fn length_bound(path: &str) -> LengthBound {
    let minute = Span::minutes(1);
    let (least, most) = match path {
        "expiry.after" | "answers.ignored_after" | "answers.follow_up_after" => (Span::hours(1), LENGTH_MAX),
        // A `first_retry` of zero is reported as a contradiction.
        "delivery.first_retry" => (Span::ZERO, Span::days(1)),
        // Letters that are never given up are retried at this interval for as long as a fault lasts.
        "delivery.longest_retry" => (Span::minutes(10), Span::days(7)),
        "delivery.give_up_after" => (minute, Span::days(90)),
        "incidents.window" => (minute, Span::days(30)),
        "review.answer_within" | "review.appeal_within" => (minute, LENGTH_MAX),
        // Windows of zero length are reported as contradictions.
        "limit.window" => (Span::ZERO, WINDOW_MAX),
        path if path.starts_with("spam.") && path.ends_with("window") => (Span::ZERO, WINDOW_MAX),
        _ => (Span::ZERO, LENGTH_MAX),
    };
    LengthBound { least, most }
}

/// Whether the length at `path` must be above zero.
pub(super) fn is_positive(path: &str) -> bool {
    let is_window = path == "limit.window" || (path.starts_with("spam.") && path.matches('.').count() == 2);
    is_window
        || matches!(path, "delivery.first_retry" | "restriction.lasts")
        || length_bound(path).least > Span::ZERO
}

/// The range of the whole number at `path`, whatever the rest of the document says.
pub(super) fn whole_bound(path: &str) -> RangeInclusive<u32> {
    match path {
        "spam.note_bits" => 0..=NOTE_BITS_MAX,
        path if path.starts_with("spam.") && path.contains(".odds.") => 1..=ODDS_PARAMETER_MAX,
        "feedback.answered" => answered_min(100)..=u32::MAX,
        "restriction.reported_percent"
        | "restriction.declined_percent"
        | "email_required.reported_percent" => 1..=100,
        path if path.ends_with("percent") => 0..=100,
        _ => 0..=u32::MAX,
    }
}

/// The range of the score at `path`: `least` is at most 0, `most` at least 0.
pub(super) fn score_bound(path: &str) -> RangeInclusive<f64> {
    match path.rsplit('.').next() {
        Some("least") => -SCORE_MAX..=0.0,
        Some("most") => 0.0..=SCORE_MAX,
        Some(_) | None => -SCORE_MAX..=SCORE_MAX,
    }
}

/// The smallest number of items in the list at `path`.
pub(super) fn items_min(path: &str) -> usize {
    usize::from(path == "restriction.lasts")
}

/// The error of a document that is too large to be parsed.
pub(super) fn too_large(text: &str) -> Option<Diagnostic> {
    let over = POLICY_DOCUMENT.check(text).err()?;
    Some(Diagnostic::new("PD08", 0..0, over.to_string(), "here"))
}

/// Finds everything in `table` that is out of bounds.
pub(super) fn out_of_bounds(fields: &[Field], table: &DeTable<'_>, path: &str, found: &mut Vec<Diagnostic>) {
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        if let Some(field) = fields.iter().find(|field| field.name == name) {
            value_out_of_bounds(field.shape, value, &place(path, name), found);
        }
    }
}

fn value_out_of_bounds(shape: Shape, value: &Spanned<DeValue<'_>>, path: &str, found: &mut Vec<Diagnostic>) {
    match (shape, value.get_ref()) {
        (Shape::Text, DeValue::String(text)) => long(text_bound(path), text, value.span(), path, found),
        (Shape::Length, DeValue::String(text)) => length(text, value.span(), path, found),
        (Shape::Texts, DeValue::Array(values)) => {
            many(values.len(), value.span(), path, found);
            for value in values.iter().take(ITEMS_MAX) {
                if let DeValue::String(text) = value.get_ref() {
                    long(text_bound(path), text, value.span(), path, found);
                }
            }
        }
        (Shape::Lengths, DeValue::Array(values)) => {
            many(values.len(), value.span(), path, found);
            values.iter().take(ITEMS_MAX).for_each(|value| {
                value_out_of_bounds(Shape::Length, value, path, found);
            });
        }
        (Shape::Zone, DeValue::String(text)) => zone_spelling(text, value.span(), found),
        (Shape::ByCode(_), DeValue::Table(table)) => {
            table.keys().for_each(|key| code_spelling(key.get_ref(), key.span(), found));
        }
        (Shape::Table(fields), DeValue::Table(table)) => out_of_bounds(fields, table, path, found),
        (Shape::Tables(fields), DeValue::Array(values)) => {
            many(values.len(), value.span(), path, found);
            values.iter().take(ITEMS_MAX).for_each(|value| {
                value_out_of_bounds(Shape::Table(fields), value, path, found);
            });
        }
        (
            Shape::Text
            | Shape::Flag
            | Shape::Whole
            | Shape::Percent
            | Shape::Score
            | Shape::Length
            | Shape::Lengths
            | Shape::Zone
            | Shape::Texts
            | Shape::Choice(_)
            | Shape::ByCode(_)
            | Shape::Table(_)
            | Shape::Tables(_),
            _,
        ) => {}
    }
}

pub(super) fn text_bound(path: &str) -> TextBound {
    match path {
        "shadow.rules" | "spam.clients_allowed" => CLIENT,
        "name" => POLICY_NAME,
        "limit.id" | "restriction.id" => POLICY_ID,
        _ => POLICY_TEXT,
    }
}

fn long(bound: TextBound, text: &str, span: Range<usize>, path: &str, found: &mut Vec<Diagnostic>) {
    if bound.check(text).is_err() {
        let message = format!("`{path}` has {} characters, more than {}", text.chars().count(), bound.most);
        let help = format!("shorten it to {} characters", bound.most);
        found.push(Diagnostic::new("PD08", span, message, "too long").with_help(help));
    }
}

/// Requires the database's own spelling of a zone: editors complete it, and two spellings would make two counters.
fn zone_spelling(text: &str, span: Range<usize>, found: &mut Vec<Diagnostic>) {
    // An unknown zone was already reported with the shape.
    if Zone::parse(text).is_err() || Zone::names().any(|name| name == text) {
        return;
    }
    let is_meant = |name: &String| name.eq_ignore_ascii_case(text);
    let help = match Zone::names().find(is_meant) {
        Some(name) => format!("write `{name}`"),
        None => "write a name of the IANA database, such as `UTC` or `Europe/Berlin`".to_owned(),
    };
    let message = format!("`{text}` is not how the database writes a time zone");
    found.push(Diagnostic::new("PD06", span, message, "this value").with_help(help));
}

fn code_spelling(text: &str, span: Range<usize>, found: &mut Vec<Diagnostic>) {
    if let Some(code) = code_of(text).map(|code| code.to_string()).filter(|code| code != text) {
        let message = format!("`{text}` is not how a code is written");
        found.push(Diagnostic::new("PD06", span, message, "this key").with_help(format!("write `{code}`")));
    }
}

fn many(count: usize, span: Range<usize>, path: &str, found: &mut Vec<Diagnostic>) {
    if count > ITEMS_MAX {
        let message = format!("`{path}` has {count} items, more than {ITEMS_MAX}");
        found.push(
            Diagnostic::new("PD08", span, message, "too many")
                .with_help(format!("keep {ITEMS_MAX} or fewer")),
        );
    }
}

fn length(text: &str, span: Range<usize>, path: &str, found: &mut Vec<Diagnostic>) {
    let LengthBound { least, most } = length_bound(path);
    let Ok(given) = text.parse::<Span>() else { return };
    let (message, help) = if given < least {
        (format!("`{path}` is shorter than {least}"), format!("write `{least}` or more"))
    } else if given > most {
        (format!("`{path}` is longer than {most}"), format!("write `{most}` or less"))
    } else {
        return;
    };
    found.push(Diagnostic::new("PD08", span, message, "out of bounds").with_help(help));
}

/// Checks the number of attempts to deliver one letter, which depends on several values.
pub(super) fn too_many_attempts(policy: &Policy, table: &DeTable<'_>) -> Option<Diagnostic> {
    let attempts = attempts(&policy.delivery);
    if attempts <= ATTEMPTS_MAX {
        return None;
    }
    let delivery = table.get("delivery")?.get_ref().as_table()?;
    let span = delivery.get("give_up_after")?.span();
    let message = format!("the letter of one request could be tried more than {ATTEMPTS_MAX} times");
    let help = "give it up sooner, or write a longer `longest_retry`";
    Some(Diagnostic::new("PD08", span, message, "every attempt is an event").with_help(help))
}

/// The number of attempts to deliver one request's letter under an endless fault, counted up to one more than is allowed.
fn attempts(delivery: &DeliveryRules) -> u32 {
    let (mut wait, mut waited, mut attempts) = (delivery.first_retry, 0, 1);
    while wait > Span::ZERO && waited < delivery.give_up_after.as_millis() && attempts <= ATTEMPTS_MAX {
        waited += wait.min(delivery.longest_retry).as_millis().max(1);
        wait = wait.doubled();
        attempts += 1;
    }
    attempts
}
