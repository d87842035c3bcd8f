//! How large the parts of a document may be. Asked of a document that is checked or adopted, never of one that a log
//! already holds: an older log may have adopted what no bound of today allows, and is read all the same.

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

/// The most tables, texts or lengths in one list.
pub(super) const ITEMS_MAX: usize = 100;
/// The most times that the letter of one request is tried: each is an event.
const ATTEMPTS_MAX: u32 = 1_000;
/// Ten years: longer than any account has been watched, and far from the end of the calendar.
const LENGTH_MAX: Span = Span::days(3_660);
/// Counters and histories are kept for as long as the longest window, for every member.
const WINDOW_MAX: Span = Span::days(366);

/// In how many bits the sketches of two notes can differ.
pub(super) const NOTE_BITS_MAX: u32 = 64;

/// The shortest and the longest that a length of time may be.
pub(super) struct LengthBound {
    pub(super) least: Span,
    pub(super) most: Span,
}

/// The bound of the length at `path`. Anything that comes again and again, or that is waited for, has a least.
pub(super) fn length_bound(path: &str) -> LengthBound {
    let minute = Span::minutes(1);
    let (least, most) = match path {
        "expiry.after" | "answers.ignored_after" | "answers.follow_up_after" => (Span::hours(1), LENGTH_MAX),
        // `first_retry` of nothing is a contradiction, and said there.
        "delivery.first_retry" => (Span::ZERO, Span::days(1)),
        // Letters that are not given up are tried this often for as long as a fault lasts.
        "delivery.longest_retry" => (Span::minutes(10), Span::days(7)),
        "delivery.give_up_after" => (minute, Span::days(90)),
        "incidents.window" => (minute, Span::days(30)),
        "review.answer_within" | "review.appeal_within" => (minute, LENGTH_MAX),
        // Of nothing they are contradictions.
        "limit.window" => (Span::ZERO, WINDOW_MAX),
        path if path.starts_with("spam.") && path.ends_with("window") => (Span::ZERO, WINDOW_MAX),
        _ => (Span::ZERO, LENGTH_MAX),
    };
    LengthBound { least, most }
}

/// Whether the length at `path` must be longer than nothing.
pub(super) fn is_positive(path: &str) -> bool {
    let is_window = path == "limit.window" || (path.starts_with("spam.") && path.matches('.').count() == 2);
    is_window
        || matches!(path, "delivery.first_retry" | "restriction.lasts")
        || length_bound(path).least > Span::ZERO
}

/// The least and the greatest that the whole number at `path` may be, whatever else the document says.
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

/// The least and the greatest score at `path`: what a symbol counts in favour is below 0.
pub(super) fn score_bound(path: &str) -> RangeInclusive<f64> {
    match path.rsplit('.').next() {
        Some("least") => -SCORE_MAX..=0.0,
        Some("most") => 0.0..=SCORE_MAX,
        Some(_) | None => -SCORE_MAX..=SCORE_MAX,
    }
}

/// The fewest items in the list at `path`.
pub(super) fn items_min(path: &str) -> usize {
    usize::from(path == "restriction.lasts")
}

/// A document that is too large to be looked at.
pub(super) fn too_large(text: &str) -> Option<Diagnostic> {
    let over = POLICY_DOCUMENT.check(text).err()?;
    Some(Diagnostic::new("PD08", 0..0, over.to_string(), "here"))
}

/// Everything in `table` that is larger than it may be.
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

/// A zone is written as the database spells it: an editor knows it by that, and it names one counter instead of two.
fn zone_spelling(text: &str, span: Range<usize>, found: &mut Vec<Diagnostic>) {
    // What is no zone at all was told with the shape.
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
        let message = format!("`{path}` is there {count} times, more than {ITEMS_MAX}");
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

/// What only several values together make too many: how often one letter is tried.
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

/// How often the letter of one request is tried under an endless fault; counted to one more than there may be.
fn attempts(delivery: &DeliveryRules) -> u32 {
    let (mut wait, mut waited, mut attempts) = (delivery.first_retry, 0, 1);
    while wait > Span::ZERO && waited < delivery.give_up_after.as_millis() && attempts <= ATTEMPTS_MAX {
        waited += wait.min(delivery.longest_retry).as_millis().max(1);
        wait = wait.doubled();
        attempts += 1;
    }
    attempts
}
