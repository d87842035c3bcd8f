//! Days and moments as people enter them: the one parser for queries, options, arguments and lines of scripts.

use std::fmt;

use acquaint_domain::{Span, Timestamp};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::word::quoted;

/// A moment, or a whole day. `Ago`, `In` and `Near` are relative to the present moment, which the caller passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A whole day in UTC.
    Day(Date),
    /// A moment in time.
    At(Timestamp),
    /// This long before the present moment.
    Ago(Span),
    /// This long after the present moment.
    In(Span),
    /// A whole day in UTC, relative to the present one.
    Near(NearDay),
}

/// A day with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NearDay {
    /// The day before the present one.
    Yesterday,
    /// The present day.
    Today,
    /// The day after the present one.
    Tomorrow,
}

const DAY: Span = Span::days(1);
/// `2026-11-21`.
const DATE_LEN: usize = 10;
/// `2026-11-21T08:12:05`. A moment is longer, because its offset follows.
const CIVIL_LEN: usize = 19;
/// The first and the last moment that can be entered and that a log can record.
const RECORDABLE: (&str, &str) = ("0000-01-01T00:00:00Z", "9999-12-30T22:00:00Z");

impl NearDay {
    const ALL: [Self; 3] = [Self::Yesterday, Self::Today, Self::Tomorrow];

    const fn name(self) -> &'static str {
        match self {
            Self::Yesterday => "yesterday",
            Self::Today => "today",
            Self::Tomorrow => "tomorrow",
        }
    }

    /// Its first millisecond.
    fn start(self, now: Timestamp) -> Timestamp {
        let today = now.as_millis().saturating_sub(now.as_millis().rem_euclid(DAY.as_millis()));
        let days = match self {
            Self::Yesterday => -1,
            Self::Today => 0,
            Self::Tomorrow => 1,
        };
        Timestamp::from_millis(today.saturating_add(days * DAY.as_millis()))
    }
}

impl Moment {
    /// Parses RFC 3339 (`2026-11-21T08:12:05Z`, digits beyond the milliseconds dropped), a day (`2026-11-21`), `now`,
    /// `yesterday`, `today`, `tomorrow`, `2h ago`, `in 2h`, or a length of time such as `7d`, which is seven days ago.
    ///
    /// # Errors
    /// The text is none of these, or no log can record it: a sentence that says so, and what to write instead.
    pub fn parse(entered: &str) -> Result<Self, String> {
        let text = entered.trim();
        if let Some(counted) = counted(text) {
            return Ok(counted);
        }
        let is_dated = text.is_ascii()
            && text.len() >= DATE_LEN
            && text.as_bytes()[..DATE_LEN].iter().filter(|byte| **byte == b'-').count() == 2;
        if is_dated
            && text.len() == DATE_LEN
            && let Ok(day) = text.parse::<Date>()
        {
            return Ok(Self::Day(day));
        }
        let has_time = text.len() > CIVIL_LEN && matches!(text.as_bytes()[DATE_LEN], b'T' | b't' | b' ');
        if is_dated
            && has_time
            && !text.contains('[')
            && let Ok(moment) = text.parse::<jiff::Timestamp>()
        {
            let millis = moment.as_nanosecond().div_euclid(1_000_000);
            return Ok(Self::At(Timestamp::from_millis(i64::try_from(millis).unwrap_or_default())));
        }
        Err(unread(entered))
    }

    /// Whether it is relative to the present moment.
    pub fn is_counted(&self) -> bool {
        match self {
            Self::Day(_) | Self::At(_) => false,
            Self::Ago(_) | Self::In(_) | Self::Near(_) => true,
        }
    }

    /// Its first millisecond, if a log can record it.
    ///
    /// # Errors
    /// It is later than the last moment that a log can record: a sentence about `entered`, the text as entered.
    pub fn recordable(&self, entered: &str, now: Timestamp) -> Result<Timestamp, String> {
        let first = self.first(now);
        match self {
            Self::Day(_) if first.as_millis() > jiff::Timestamp::MAX.as_millisecond() => Err(beyond(entered)),
            Self::Day(_) | Self::At(_) | Self::Ago(_) | Self::In(_) | Self::Near(_) => Ok(first),
        }
    }

    /// The day of a moment in UTC, in a form that [`Moment::parse`] reads back.
    pub fn day_of(at: Timestamp) -> String {
        let end = if at.as_millis() < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
        let moment = jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or(end);
        moment.to_zoned(TimeZone::UTC).date().to_string()
    }

    /// Its first millisecond; `now` is the present moment.
    pub fn first(&self, now: Timestamp) -> Timestamp {
        match self {
            Self::Day(day) => start_of(*day),
            Self::At(at) => *at,
            Self::Ago(span) => Timestamp::from_millis(now.as_millis().saturating_sub(span.as_millis())),
            Self::In(span) => now.plus(*span),
            Self::Near(day) => day.start(now),
        }
    }

    /// Its last millisecond; `now` is the present moment.
    pub fn last(&self, now: Timestamp) -> Timestamp {
        match self {
            Self::Day(_) | Self::Near(_) => self.first(now).plus(DAY).minus(Span::millis(1)),
            Self::At(_) | Self::Ago(_) | Self::In(_) => self.first(now),
        }
    }
}

fn counted(text: &str) -> Option<Moment> {
    let lower = text.to_lowercase();
    if lower == "now" {
        return Some(Moment::Ago(Span::ZERO));
    }
    if let Some(day) = NearDay::ALL.into_iter().find(|day| day.name() == lower) {
        return Some(Moment::Near(day));
    }
    let length = |text: &str| text.parse::<Span>().ok();
    if let Some(later) = lower.strip_prefix("in ") {
        return length(later).map(Moment::In);
    }
    length(lower.strip_suffix(" ago").unwrap_or(&lower)).map(Moment::Ago)
}

/// The error of a text that is not a moment, with what may be meant.
fn unread(entered: &str) -> String {
    let has_zone = entered.contains(['+', '[']);
    let civil = entered.trim().trim_end_matches(['Z', 'z']).trim_end();
    let meant = civil.parse::<DateTime>().ok().filter(|_| !has_zone);
    let advice = match meant.map(|meant| (meant, meant.to_zoned(TimeZone::UTC))) {
        Some((_, Err(_))) => return beyond(entered),
        Some((meant, Ok(_))) => format!("write `{}Z` if that is UTC", meant.strftime("%Y-%m-%dT%H:%M:%S")),
        None => "write one like `2026-11-21T08:12:05Z`, `2026-11-21`, `yesterday` or `2h ago`".to_owned(),
    };
    format!("{} is not a moment; {advice}", quoted(entered))
}

fn beyond(entered: &str) -> String {
    let (first, last) = RECORDABLE;
    format!("{} is beyond what can be recorded; give a moment from {first} to {last}", quoted(entered))
}

/// Midnight in UTC at the beginning of a day. Unlike jiff's timestamps, it covers the last day of the calendar.
fn start_of(day: Date) -> Timestamp {
    let days = day.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24;
    Timestamp::from_millis(0).plus(Span::days(days))
}

impl fmt::Display for Moment {
    /// Writes a form that [`Moment::parse`] reads back.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(f, "{day}"),
            Self::At(at) => match jiff::Timestamp::from_millisecond(at.as_millis()) {
                Ok(at) => write!(f, "{at}"),
                Err(_) => write!(f, "{}", jiff::Timestamp::MAX),
            },
            Self::Ago(span) => write!(f, "{span}"),
            Self::In(span) => write!(f, "in {span}"),
            Self::Near(day) => f.write_str(day.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_248_725_000);

    fn check(entered: &str, first: &str) {
        let moment = Moment::parse(entered).expect(entered);
        assert_eq!(Moment::At(moment.first(NOW)).to_string(), first, "{entered}");
        assert_eq!(
            Moment::parse(&moment.to_string()),
            Ok(moment),
            "{entered} is read again as it was written"
        );
    }

    fn rejected(entered: &str, advice: &str) {
        let sentence = Moment::parse(entered).expect_err(entered);
        assert_eq!(sentence, format!("`{entered}` is not a moment; {advice}"));
    }

    #[test]
    fn moments_are_read_in_any_offset() {
        check("2026-11-21T08:12:05Z", "2026-11-21T08:12:05Z");
        check(" 2026-11-21t08:12:05z ", "2026-11-21T08:12:05Z");
        check("2026-03-01 01:30:00+02:00", "2026-02-28T23:30:00Z");
        check("2026-03-01T01:30:00+0200", "2026-02-28T23:30:00Z");
        check("2026-03-01T01:30:00+02", "2026-02-28T23:30:00Z");
        check("2026-11-21T08:12:05.0019Z", "2026-11-21T08:12:05.001Z");
        check("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z");
        check("1969-12-31T23:59:59.9999Z", "1969-12-31T23:59:59.999Z");
        check("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z");
    }

    #[test]
    fn days_and_lengths_are_moments() {
        check("2026-11-21", "2026-11-21T00:00:00Z");
        check("now", "2026-11-21T08:12:05Z");
        check("Today", "2026-11-21T00:00:00Z");
        check("yesterday", "2026-11-20T00:00:00Z");
        check("tomorrow", "2026-11-22T00:00:00Z");
        check("2h ago", "2026-11-21T06:12:05Z");
        check("7d", "2026-11-14T08:12:05Z");
        check("in 1d12h", "2026-11-22T20:12:05Z");
        let ends = |entered: &str| Moment::At(Moment::parse(entered).expect(entered).last(NOW)).to_string();
        assert_eq!(ends("today"), "2026-11-21T23:59:59.999Z");
        assert_eq!(ends("2026-11-20"), "2026-11-20T23:59:59.999Z");
        assert_eq!(ends("2h ago"), "2026-11-21T06:12:05Z");
    }

    #[test]
    fn other_texts_are_rejected_with_the_corrected_form() {
        rejected("2026-11-21 08:12", "write `2026-11-21T08:12:00Z` if that is UTC");
        rejected("2026-11-21T08:12Z", "write `2026-11-21T08:12:00Z` if that is UTC");
        rejected("2026-11-21T08:12:05", "write `2026-11-21T08:12:05Z` if that is UTC");
        let example = "write one like `2026-11-21T08:12:05Z`, `2026-11-21`, `yesterday` or `2h ago`";
        for entered in [
            "",
            "soon",
            "ago",
            "in",
            "7 ago",
            "last week",
            "21.11.2026",
            "2026-11-31",
            "2026-02-30T00:00:00Z",
            "2025-02-29T00:00:00Z",
            "2026-11-21T24:00:00Z",
            "2026-11-21T08:12:05.Z",
            "2026-11-21T08:12:05+02:00[Europe/Lisbon]",
            "2026-11-21T08:12:05Zulu",
            "2026-11-21T08:12:0é",
        ] {
            rejected(entered, example);
        }
    }

    #[test]
    fn moments_that_no_log_can_record_are_rejected_with_the_valid_range() {
        for entered in
            ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59", "9999-12-31"]
        {
            let read = Moment::parse(entered).and_then(|moment| moment.recordable(entered, NOW));
            let sentence = read.expect_err(entered);
            let (_, advised) = sentence.rsplit_once(" give a moment from ").expect("what can be recorded");
            for advised in advised.split(" to ") {
                let moment = Moment::parse(advised).expect("it can be entered");
                assert_eq!(moment.recordable(advised, NOW), Ok(moment.first(NOW)));
                assert_eq!(moment.to_string(), advised);
            }
        }
    }
}
