//! Symbols of the account: how old it is, and how long it has been in good standing.

use acquaint_domain::{Span, Timestamp};

use super::Share;
use super::history::History;

const WEEK_MS: i64 = Span::days(7).as_millis();

/// The account's age in whole days, of those during which it is young; nothing afterwards.
pub(crate) fn young(history: &History, young_for: Span, now: Timestamp) -> Share {
    let age = history.joined.map(|joined| now.since(joined)).filter(|age| *age < young_for);
    age.map_or(Share::default(), |age| Share { value: days(age), of: days(young_for) })
}

/// Whole weeks in good standing.
pub(crate) fn standing(history: &History, now: Timestamp) -> u32 {
    let since = history.good_since.map_or(Span::ZERO, |since| now.since(since));
    u32::try_from(since.as_millis() / WEEK_MS).unwrap_or(0)
}

fn days(span: Span) -> u32 {
    u32::try_from(span.whole_days()).unwrap_or(0)
}
