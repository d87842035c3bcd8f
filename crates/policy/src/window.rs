//! Windows: from when until when a limit counts.

use std::fmt;

use acquaint_domain::{BucketKind, Span, Timestamp};
use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday, date};
use jiff::tz::TimeZone;

/// The zone whose weeks all have the same length.
const UTC: &str = "UTC";
const WEEK_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// The first moment of Monday 5 January 1970 in UTC, when week 0 begins.
const WEEK_0_MS: i64 = 4 * 24 * 60 * 60 * 1000;

/// How far a limit looks, and how its window moves.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Window {
    /// The last so many hours before each request, over the exact list of times.
    Rolling(Span),
    /// So long from the first request that is counted after the last window has ended.
    FromFirst(Span),
    /// A day of the calendar.
    Day(Zone),
    /// A week of the calendar, from Monday on.
    Week(Zone),
}

/// A time zone, by its name in the IANA database. The database is compiled in, so that every machine and every replay
/// reads the same days.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Zone(String);

impl Zone {
    /// The zone of that name.
    ///
    /// # Errors
    /// There is none: a sentence.
    pub fn parse(name: &str) -> Result<Self, String> {
        match TimeZone::get(name) {
            Ok(_) => Ok(Self(name.to_owned())),
            Err(_) => Err(format!(
                "`{name}` is not a time zone; write a name of the IANA database, such as `UTC` or `Europe/Berlin`"
            )),
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// Coordinated universal time.
    pub(crate) fn utc() -> Self {
        Self(UTC.to_owned())
    }

    fn rules(&self) -> TimeZone {
        TimeZone::get(&self.0).unwrap_or(TimeZone::UTC)
    }
}

impl Window {
    /// The longest that it can be: a day may have 25 hours and a week one more.
    pub fn longest(&self) -> Span {
        match self {
            Self::Rolling(length) | Self::FromFirst(length) => *length,
            Self::Day(_) => Span::hours(26),
            Self::Week(_) => Span::hours(7 * 24 + 2),
        }
    }

    /// How it came to stand where it stands; `None` for one that moves along.
    pub fn bucket(&self) -> Option<BucketKind> {
        match self {
            Self::Rolling(_) => None,
            Self::FromFirst(_) => Some(BucketKind::FromFirst),
            Self::Day(_) => Some(BucketKind::Day),
            Self::Week(_) => Some(BucketKind::Week),
        }
    }

    /// The day or week of the calendar that `at` lies in, as its first moment and the first after it; `None` for other
    /// kinds. A moment that no calendar has lies in one that is all of time.
    pub fn calendar(&self, at: Timestamp) -> Option<(Timestamp, Timestamp)> {
        let bounds = match self {
            Self::Rolling(_) | Self::FromFirst(_) => return None,
            Self::Day(zone) => day(zone, at),
            Self::Week(zone) => week(zone, at),
        };
        Some(bounds.unwrap_or((Timestamp::from_millis(i64::MIN), Timestamp::from_millis(i64::MAX))))
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rolling(length) => write!(f, "rolling/{length}"),
            Self::FromFirst(length) => write!(f, "window-from-first/{length}"),
            Self::Day(zone) => write!(f, "calendar-day/{}", zone.name()),
            Self::Week(zone) => write!(f, "calendar-week/{}", zone.name()),
        }
    }
}

fn day(zone: &Zone, at: Timestamp) -> Option<(Timestamp, Timestamp)> {
    let date = zoned(zone, at)?.date();
    Some((first_moment(zone, date)?, first_moment(zone, date.checked_add(1.day()).ok()?)?))
}

fn week(zone: &Zone, at: Timestamp) -> Option<(Timestamp, Timestamp)> {
    let date = zoned(zone, at)?.date();
    let since_monday = i64::from(date.weekday().since(Weekday::Monday));
    let monday = date.checked_sub(since_monday.days()).ok()?;
    Some((first_moment(zone, monday)?, first_moment(zone, monday.checked_add(7.days()).ok()?)?))
}

fn zoned(zone: &Zone, at: Timestamp) -> Option<jiff::Zoned> {
    Some(jiff::Timestamp::from_millisecond(at.as_millis()).ok()?.to_zoned(zone.rules()))
}

fn first_moment(zone: &Zone, date: jiff::civil::Date) -> Option<Timestamp> {
    let first = date.to_zoned(zone.rules()).ok()?.start_of_day().ok()?;
    Some(Timestamp::from_millis(first.timestamp().as_millisecond()))
}

/// The number of the calendar week that contains `at`: week 0 begins on Monday 5 January 1970 in that zone.
pub(crate) fn week_number(zone: &Zone, at: Timestamp) -> i64 {
    let days = (zone.name() != UTC).then(|| days_since_week_0(zone, at)).flatten();
    days.map_or_else(
        || at.as_millis().saturating_sub(WEEK_0_MS).div_euclid(WEEK_MS),
        |days| days.div_euclid(7),
    )
}

/// The first moment of the week with this number.
pub(crate) fn week_begins(zone: &Zone, week: i64) -> Timestamp {
    let civil = || {
        let monday = WEEK_0.checked_add(i32::try_from(week).ok()?.weeks()).ok()?;
        first_moment(zone, monday)
    };
    let begins = if zone.name() == UTC { None } else { civil() };
    let in_utc = || Timestamp::from_millis(week.saturating_mul(WEEK_MS).saturating_add(WEEK_0_MS));
    begins.unwrap_or_else(in_utc)
}

const WEEK_0: Date = date(1970, 1, 5);

fn days_since_week_0(zone: &Zone, at: Timestamp) -> Option<i64> {
    let since = WEEK_0.until(zoned(zone, at)?.date()).ok()?;
    Some(i64::from(since.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        let moment: jiff::Timestamp = text.parse().expect("a moment");
        Timestamp::from_millis(moment.as_millisecond())
    }

    fn check(window: Window, moment: &str, begins: &str, ends: &str) {
        assert_eq!(window.calendar(at(moment)), Some((at(begins), at(ends))), "{window} {moment}");
    }

    #[test]
    fn days_and_weeks_are_those_of_the_zone() {
        let utc = || Zone::parse("UTC").expect("a zone");
        let berlin = || Zone::parse("Europe/Berlin").expect("a zone");
        // 5 Jan 2026 is a Monday.
        check(Window::Day(utc()), "2026-01-05T00:00:00Z", "2026-01-05T00:00:00Z", "2026-01-06T00:00:00Z");
        check(Window::Day(utc()), "2026-01-05T23:59:59.999Z", "2026-01-05T00:00:00Z", "2026-01-06T00:00:00Z");
        check(Window::Week(utc()), "2026-01-11T23:59:59Z", "2026-01-05T00:00:00Z", "2026-01-12T00:00:00Z");
        check(Window::Week(utc()), "2026-01-12T00:00:00Z", "2026-01-12T00:00:00Z", "2026-01-19T00:00:00Z");
        check(Window::Day(berlin()), "2026-01-05T22:59:59Z", "2026-01-04T23:00:00Z", "2026-01-05T23:00:00Z");
        // The clocks go forward on 29 Mar 2026 and back on 25 Oct: days of 23 and 25 hours.
        check(Window::Day(berlin()), "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z");
        check(Window::Day(berlin()), "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z");
        check(Window::Week(berlin()), "2026-03-29T21:59:59Z", "2026-03-22T23:00:00Z", "2026-03-29T22:00:00Z");
    }

    #[test]
    fn a_moment_is_in_the_week_with_its_number() {
        for name in ["UTC", "Etc/UTC", "Europe/Berlin", "America/Los_Angeles", "Pacific/Kiritimati"] {
            let zone = Zone::parse(name).expect("a zone");
            for hours in 0..3_000 {
                let at = at("1969-12-20T00:30:00Z").plus(Span::hours(hours * 163));
                let number = week_number(&zone, at);
                let bounds = (week_begins(&zone, number), week_begins(&zone, number + 1));
                assert_eq!(Window::Week(zone.clone()).calendar(at), Some(bounds), "{name} {at:?}");
            }
        }
        let (utc, end) = (Zone::utc(), Timestamp::from_millis(i64::MAX));
        assert!(week_begins(&utc, week_number(&utc, end)) <= end);
        assert_eq!(week_begins(&utc, i64::MAX), end);
    }

    #[test]
    fn a_zone_that_is_none_is_told_so() {
        assert!(Zone::parse("Europe/Atlantis").is_err_and(|sentence| sentence.contains("IANA")));
    }

    #[test]
    fn the_longest_is_no_shorter_than_any() {
        let zone = || Zone::parse("Europe/Berlin").expect("a zone");
        for window in [Window::Day(zone()), Window::Week(zone())] {
            for day in 0..400 {
                let at = at("2026-01-01T12:00:00Z").plus(Span::days(day));
                let (begins, ends) = window.calendar(at).expect("a calendar's");
                assert!(begins <= at && at < ends && ends.since(begins) <= window.longest());
            }
        }
    }
}
