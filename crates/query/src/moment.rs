//! Days and times in a query.

use std::fmt;

use acquaint_domain::{Span, Timestamp};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::word::quoted;

/// A day, a time, or a span before now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A whole day in UTC.
    Day(Date),
    /// A point in time.
    At(Timestamp),
    /// This long before now.
    Ago(Span),
}

impl Moment {
    /// Reads `2026-11-21`, `2026-11-21T08:12:05Z` (RFC 3339) or `7d`, which is seven days ago.
    ///
    /// # Errors
    /// A message if the text is none of them: what is wrong, and what to write instead.
    pub fn parse(typed: &str) -> Result<Self, String> {
        let text = typed.trim();
        let is_dated =
            text.len() >= 10 && text.as_bytes()[..10].iter().filter(|byte| **byte == b'-').count() == 2;
        if !is_dated && let Ok(span) = text.parse::<Span>() {
            return Ok(Self::Ago(span));
        }
        let is_ascii = text.is_ascii() && is_dated;
        let day = text.parse::<Date>().ok().filter(|_| is_ascii && text.len() == 10);
        if let Some(day) = day {
            return Ok(Self::Day(day));
        }
        let has_time = text.len() > 19 && matches!(text.as_bytes().get(10), Some(b'T' | b't' | b' '));
        let moment =
            text.parse::<jiff::Timestamp>().ok().filter(|_| is_ascii && has_time && !text.contains('['));
        if let Some(moment) = moment {
            return Ok(Self::At(Timestamp::from_millis(moment.as_millisecond())));
        }
        Err(format!(
            "{} is not a day or a time; write one like `2026-11-21`, `2026-11-21T08:12:05Z`, or `7d` for seven days ago",
            quoted(typed)
        ))
    }

    /// The day of a time in UTC, in a form that [`parse`](Self::parse) reads.
    pub fn day_of(at: Timestamp) -> String {
        let end = if at.as_millis() < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
        let moment = jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or(end);
        moment.to_zoned(TimeZone::UTC).date().to_string()
    }

    /// Its first millisecond; a span is subtracted from `now`.
    pub fn first(&self, now: Timestamp) -> Timestamp {
        match self {
            Self::Day(day) => start_of(*day),
            Self::At(at) => *at,
            Self::Ago(span) => now.minus(*span),
        }
    }

    /// Its last millisecond; a span is subtracted from `now`.
    pub fn last(&self, now: Timestamp) -> Timestamp {
        match self {
            Self::Day(day) => start_of(*day).plus(Span::days(1)).minus(Span::millis(1)),
            Self::At(_) | Self::Ago(_) => self.first(now),
        }
    }
}

/// Midnight in UTC at the beginning of a day, also for the last day of the calendar.
fn start_of(day: Date) -> Timestamp {
    let days = day.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24;
    Timestamp::from_millis(0).plus(Span::days(days))
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(f, "{day}"),
            Self::At(at) => match jiff::Timestamp::from_millisecond(at.as_millis()) {
                Ok(at) => write!(f, "{at}"),
                Err(_) => write!(f, "{}", jiff::Timestamp::MAX),
            },
            Self::Ago(span) => write!(f, "{span}"),
        }
    }
}
