//! Moments, spans and windows, as documents write them.

use std::fmt::Display;

use acquaint_domain::{Span, Timestamp};
use acquaint_policy::Window;
use jiff::civil::DateTime;

/// Writes a moment in RFC 3339, UTC; milliseconds only where there are any.
pub fn rfc3339(moment: Timestamp) -> String {
    written(moment, "%Y-%m-%dT%H:%M:%S", "Z")
}

/// Reads what [`rfc3339`] writes, and no other form; `None` for anything else.
pub fn rfc3339_read(text: &str) -> Option<Timestamp> {
    let moment: jiff::Timestamp = text.parse().ok()?;
    let moment = Timestamp::from_millis(moment.as_millisecond());
    (rfc3339(moment) == text).then_some(moment)
}

/// Writes a moment for people: `21 Nov 2026 08:12:05 UTC`.
pub fn human_time(moment: Timestamp) -> String {
    written(moment, "%-d %b %Y %H:%M:%S", " UTC")
}

/// Writes a moment to the minute, in UTC, where the zone is named elsewhere: `21 Nov 2026 08:12`.
pub fn human_minute(moment: Timestamp) -> String {
    written(moment.minus(Span::millis(moment.as_millis().rem_euclid(1_000))), "%-d %b %Y %H:%M", "")
}

/// Writes the day of a moment, in UTC: `21 Nov 2026`.
pub fn day(moment: Timestamp) -> String {
    human_time(moment).split(' ').take(3).collect::<Vec<_>>().join(" ")
}

/// Writes a span in its two longest units, such as `6d23h`. It is for people, who see the exact moments next to it.
pub fn human_span(span: Span) -> String {
    const UNITS: [(i64, &str); 5] =
        [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"), (1, "ms")];
    if span == Span::ZERO {
        return "0s".to_owned();
    }
    let mut rest = span.as_millis();
    let mut text = String::new();
    let first = UNITS.iter().position(|(millis, _)| rest / millis != 0).unwrap_or(UNITS.len() - 1);
    for (millis, unit) in UNITS.iter().skip(first).take(2) {
        let count = rest / millis;
        rest %= millis;
        if count != 0 || text.is_empty() {
            text.push_str(&format!("{count}{unit}"));
        }
    }
    text
}

/// A window, as lists show it.
pub fn window(window: &Window) -> String {
    match window {
        Window::Rolling(length) => length.to_string(),
        Window::FromFirst(length) => format!("{length} from the first"),
        Window::Day(zone) => format!("calendar day, {}", zone.name()),
        Window::Week(zone) => format!("calendar week, {}", zone.name()),
    }
}

fn written(moment: Timestamp, pattern: &str, end: &str) -> String {
    let millis = moment.as_millis();
    // Civil time reaches the end of the year 9999, some hours further than `jiff::Timestamp`, which must fit every
    // zone.
    let nearest_end = if millis < 0 { DateTime::MIN } else { DateTime::MAX };
    let epoch = jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0);
    let time = epoch.checked_add(jiff::SignedDuration::from_millis(millis)).unwrap_or(nearest_end);
    let seconds: &dyn Display = &time.strftime(pattern);
    match millis.rem_euclid(1_000) {
        0 => format!("{seconds}{end}"),
        fraction => format!("{seconds}.{fraction:03}{end}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_beyond_the_calendar_is_written_as_the_calendars_end() {
        assert!(rfc3339(Timestamp::from_millis(i64::MAX)).starts_with("9999-12-31T"));
        assert_eq!(rfc3339(Timestamp::from_millis(253_402_300_799_000)), "9999-12-31T23:59:59Z");
        assert!(rfc3339(Timestamp::from_millis(i64::MIN)).starts_with("-"));
    }

    #[test]
    fn spans_are_written_in_their_two_longest_units() {
        let check = |span, written: &str| assert_eq!(human_span(span), written);
        check(Span::ZERO, "0s");
        check(Span::millis(250), "250ms");
        check(Span::seconds(90), "1m30s");
        check(Span::hours(48), "2d");
        check(Span::millis(604_797_250), "6d23h");
        check(Span::millis(86_400_001), "1d");
        check(Span::minutes(-61), "-1h-1m");
    }
}
