//! Moments and lengths of time, in whole milliseconds. Nothing here reads a clock.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use crate::shown::shown_within;

/// A moment: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A length of time in milliseconds; may be negative when it is a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(i64);

impl Timestamp {
    /// The moment `millis` milliseconds after the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// This moment moved by `span`; saturates at the ends of the range.
    #[must_use]
    pub const fn plus(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }

    /// This moment moved back by `span`; saturates at the ends of the range.
    #[must_use]
    pub const fn minus(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }

    /// The time from `earlier` to this moment; negative when this moment is before.
    pub const fn since(self, earlier: Timestamp) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl From<SystemTime> for Timestamp {
    /// Rounds down to whole milliseconds; saturates at the ends of the range.
    fn from(time: SystemTime) -> Self {
        let millis = |length: Duration| i64::try_from(length.as_millis()).unwrap_or(i64::MAX);
        Self(match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => millis(after),
            Err(before) => -millis(before.duration() + Duration::from_nanos(999_999)),
        })
    }
}

impl fmt::Display for Timestamp {
    /// In RFC 3339, UTC, such as `2026-11-21T08:12:05Z`; with milliseconds where there are any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, of_day) = (self.0.div_euclid(DAY_MS), self.0.rem_euclid(DAY_MS));
        let (year, month, day) = civil(days);
        let (hours, minutes) = (of_day / 3_600_000, of_day / 60_000 % 60);
        let (seconds, millis) = (of_day / 1_000 % 60, of_day % 1_000);
        let fraction = if millis == 0 { String::new() } else { format!(".{millis:03}") };
        let text = format!("{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}{fraction}Z");
        f.pad(&text)
    }
}

const DAY_MS: i64 = 86_400_000;

/// Year, month and day of the Gregorian calendar, `days` after 1 January 1970. Years are counted from March, so that a leap
/// day is the last of its year (source: Howard Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`).
fn civil(days: i64) -> (i64, i64, i64) {
    let from_march = days + 719_468;
    let (era, of_era) = (from_march.div_euclid(146_097), from_march.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let is_next = month >= 10;
    (year + era * 400 + i64::from(is_next), if is_next { month - 9 } else { month + 3 }, day)
}

impl From<Duration> for Span {
    /// Rounds down to whole milliseconds; saturates at the longest length.
    fn from(length: Duration) -> Self {
        Self(i64::try_from(length.as_millis()).unwrap_or(i64::MAX))
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// A span of `n` milliseconds.
    pub const fn millis(n: i64) -> Self {
        Self(n)
    }

    /// `n` seconds; saturates.
    pub const fn seconds(n: i64) -> Self {
        Self(n.saturating_mul(1_000))
    }

    /// `n` minutes; saturates.
    pub const fn minutes(n: i64) -> Self {
        Self::seconds(n.saturating_mul(60))
    }

    /// `n` hours; saturates.
    pub const fn hours(n: i64) -> Self {
        Self::minutes(n.saturating_mul(60))
    }

    /// `n` days of 24 hours; saturates.
    pub const fn days(n: i64) -> Self {
        Self::hours(n.saturating_mul(24))
    }

    /// The length in milliseconds; negative for a negative difference.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole days of 24 hours in it, rounded towards zero.
    pub const fn whole_days(self) -> i64 {
        self.0 / 86_400_000
    }

    /// Twice as long; saturates.
    #[must_use]
    pub const fn doubled(self) -> Self {
        Self(self.0.saturating_mul(2))
    }
}

/// The most characters that an error quotes of a malformed length of time.
const QUOTED_CHARS_MAX: usize = 60;

/// The units in which a length of time is written, longest first, in milliseconds.
const UNITS: [(&str, i64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

impl FromStr for Span {
    type Err = String;

    /// Reads lengths such as `90s`, `47h59m`, `2d` and `1h30m15s`: whole numbers, each with its unit (`d`, `h`, `m`,
    /// `s`, `ms`), longest unit first. The error is a sentence that says what is wrong.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |what: &str| {
            let text = shown_within(text, QUOTED_CHARS_MAX);
            Err(format!("`{text}` is not a length of time: {what}; write one like `90s`, `47h59m` or `2d`"))
        };
        let mut rest = text.trim();
        let mut total: i64 = 0;
        let mut units = UNITS.iter();
        if rest.is_empty() {
            return wrong("it is empty");
        }
        while !rest.is_empty() {
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let letters = rest[digits..].len()
                - rest[digits..].trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
            let Ok(count) = rest[..digits].parse::<i64>() else {
                return wrong("a number is missing or too large");
            };
            let unit = &rest[digits..digits + letters];
            let Some((_, millis)) = units.find(|(name, _)| *name == unit) else {
                return wrong("a unit is missing, unknown, or not in order (d, h, m, s, ms)");
            };
            let Some(sum) = count.checked_mul(*millis).and_then(|part| total.checked_add(part)) else {
                return wrong("it is too long");
            };
            total = sum;
            rest = &rest[digits + letters..];
        }
        Ok(Self(total))
    }
}

impl fmt::Display for Span {
    /// In the form that `from_str` reads; a negative length begins with `-`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = if self.0 < 0 { "-".to_owned() } else { String::new() };
        let mut rest = self.0.unsigned_abs();
        for (unit, millis) in UNITS {
            let count = rest / millis.unsigned_abs();
            rest %= millis.unsigned_abs();
            if count > 0 {
                text.push_str(&format!("{count}{unit}"));
            }
        }
        f.pad(if self.0 == 0 { "0s" } else { &text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_times_are_rounded_down_to_milliseconds() {
        for (nanos, millis) in [(0, 0), (999_999, 0), (1_000_000, 1), (1_999_999, 1)] {
            let time = SystemTime::UNIX_EPOCH + Duration::from_nanos(nanos);
            assert_eq!(Timestamp::from(time), Timestamp(millis), "{nanos} ns after");
        }
        for (nanos, millis) in [(1, -1), (1_000_000, -1), (1_000_001, -2)] {
            let time = SystemTime::UNIX_EPOCH - Duration::from_nanos(nanos);
            assert_eq!(Timestamp::from(time), Timestamp(millis), "{nanos} ns before");
        }
        assert_eq!(Span::from(Duration::MAX), Span::millis(i64::MAX));
        assert_eq!(Span::from(Duration::from_micros(1_500)), Span::millis(1));
    }

    #[test]
    fn moments_are_written_as_rfc_3339() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
            (1_767_603_600_000, "2026-01-05T09:00:00Z"),
            (1_795_248_725_040, "2026-11-21T08:12:05.040Z"),
            (4_107_542_399_000, "2100-02-28T23:59:59Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00Z"),
            (-62_167_219_200_000, "0000-01-01T00:00:00Z"),
        ] {
            assert_eq!(Timestamp(millis).to_string(), text);
        }
        for end in [i64::MIN, i64::MAX] {
            assert!(Timestamp(end).to_string().ends_with('Z'), "no overflow at the ends of the range");
        }
    }

    #[test]
    fn lengths_are_read_and_written() {
        for (text, millis) in [
            ("90s", 90_000),
            ("47h59m", 172_740_000),
            ("2d", 172_800_000),
            ("1h30m15s", 5_415_000),
            ("5ms", 5),
            ("0s", 0),
        ] {
            assert_eq!(text.parse(), Ok(Span::millis(millis)), "{text}");
            assert_eq!(Span::millis(millis).to_string().parse(), Ok(Span::millis(millis)), "{text}");
        }
        assert_eq!(Span::days(1).doubled().to_string(), "2d");
        assert_eq!(Span::minutes(-61).to_string(), "-1h1m");
    }

    #[test]
    fn other_texts_are_not_lengths() {
        for text in
            ["", "2", "d", "2w", "1m2h", "1h1h", "-2d", "9999999999999999999d", "99999999999999d", "2 d"]
        {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }
}
