//! Small words: moments, lengths of time, numbers, names.

use acquaint_domain::{Channel, Distance, Fault, RestrictionCause, Span, Timestamp};

/// A moment, as in `21 Nov 2026 08:12:05 UTC`; thousandths of a second are written where there are any.
pub(crate) fn moment(at: Timestamp) -> String {
    written(at, "%-d %b %Y %H:%M:%S%.f UTC")
}

/// A day, as in `21 Nov 2026`.
pub(crate) fn day(at: Timestamp) -> String {
    written(at, "%-d %b %Y")
}

fn written(at: Timestamp, format: &str) -> String {
    match jiff::Timestamp::from_millisecond(at.as_millis()) {
        Ok(at) => at.strftime(format).to_string(),
        Err(_) if at.as_millis() < 0 => "a time before all calendars".to_owned(),
        Err(_) => "a time after all calendars".to_owned(),
    }
}

/// A window's length, as in `24h`, `7 days`, `1h30m`.
pub(crate) fn window(length: Span) -> String {
    const HOUR_MS: i64 = 3_600_000;
    let millis = length.as_millis();
    if millis > 0 && millis % HOUR_MS == 0 && millis <= 48 * HOUR_MS {
        format!("{}h", millis / HOUR_MS)
    } else if millis > 0 && millis % (24 * HOUR_MS) == 0 {
        days(length)
    } else {
        length.to_string()
    }
}

/// Whole days, as in `1 day`, `12 days`.
pub(crate) fn days(length: Span) -> String {
    counted(length.whole_days(), "day")
}

/// A number with its noun, as in `1 attempt`, `0 attempts`.
pub(crate) fn counted(number: impl Into<i64>, noun: &str) -> String {
    match number.into() {
        1 => format!("1 {noun}"),
        number => format!("{number} {noun}s"),
    }
}

/// Thousandths, as in `10.5`.
pub(crate) fn score(milli: i32) -> String {
    let sign = if milli < 0 { "-" } else { "" };
    let milli = milli.unsigned_abs();
    let fraction = format!("{:03}", milli % 1_000);
    match fraction.trim_end_matches('0') {
        "" => format!("{sign}{}.0", milli / 1_000),
        fraction => format!("{sign}{}.{fraction}", milli / 1_000),
    }
}

/// Texts in a row, as in `a, b and c`.
pub(crate) fn list(texts: &[String]) -> String {
    match texts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Where a request was made.
pub(crate) fn channel(channel: &Channel) -> String {
    match channel {
        Channel::Web => "the web site".to_owned(),
        Channel::Mobile => "the mobile app".to_owned(),
        Channel::Desktop => "the desktop app".to_owned(),
        Channel::Api(client) => format!("the program `{client}`"),
    }
}

/// How a delivery failed.
pub(crate) const fn fault(fault: Fault) -> &'static str {
    match fault {
        Fault::ServerError => "a server error",
        Fault::Timeout => "no response in time",
        Fault::AppBug => "a fault in the app",
    }
}

/// The class of a restriction's cause, to go after "restricted".
pub(crate) const fn restriction(cause: RestrictionCause) -> &'static str {
    match cause {
        RestrictionCause::Spam => "for sending spam",
        RestrictionCause::Policy => "for breaking a rule",
        RestrictionCause::Security => "for its own security",
    }
}

/// How far away somebody is.
pub(crate) fn distance(distance: Option<Distance>) -> String {
    match distance {
        None => "at an unknown distance".to_owned(),
        Some(Distance { degree: None, .. }) => "not within 3 steps".to_owned(),
        Some(Distance { degree: Some(1), .. }) => "1 step away".to_owned(),
        Some(Distance { degree: Some(2), mutuals }) if mutuals > 0 => {
            format!("2 steps away, {} in common", counted(mutuals, "connection"))
        }
        Some(Distance { degree: Some(degree), .. }) => format!("{degree} steps away"),
    }
}

/// One of the two, as the viewer calls them.
#[derive(Clone, Debug)]
pub(crate) enum Party {
    /// The viewer.
    You,
    /// Somebody else, of this name.
    They(String),
}

/// The two, as the viewer calls them.
#[derive(Clone, Debug)]
pub(crate) struct Speech {
    pub(crate) sender: Party,
    pub(crate) recipient: Party,
}

impl Party {
    /// `you`, `alice`
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::You => "you",
            Self::They(name) => name,
        }
    }

    /// `your`, `alice's`
    pub(crate) fn whose(&self) -> String {
        match self {
            Self::You => "your".to_owned(),
            Self::They(name) => format!("{name}'s"),
        }
    }

    /// With the verb that fits.
    pub(crate) fn does(&self, you: &str, they: &str) -> String {
        match self {
            Self::You => format!("you {you}"),
            Self::They(name) => format!("{name} {they}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_to_the_second_or_to_the_thousandth() {
        let at = Timestamp::from_millis;
        assert_eq!(moment(at(1_795_248_725_000)), "21 Nov 2026 08:12:05 UTC");
        assert_eq!(moment(at(1_795_248_725_300)), "21 Nov 2026 08:12:05.3 UTC");
        assert_eq!(day(at(0)), "1 Jan 1970");
        assert_eq!(moment(at(i64::MAX)), "a time after all calendars");
        assert_eq!(moment(at(i64::MIN)), "a time before all calendars");
    }

    #[test]
    fn connections_in_common_are_told_where_they_are_the_way() {
        let of = |degree, mutuals| distance(Some(Distance { degree, mutuals }));
        assert_eq!(distance(None), "at an unknown distance");
        assert_eq!(of(None, 0), "not within 3 steps");
        assert_eq!(of(Some(1), 3), "1 step away");
        assert_eq!(of(Some(2), 1), "2 steps away, 1 connection in common");
        assert_eq!(of(Some(2), 4), "2 steps away, 4 connections in common");
        assert_eq!(of(Some(2), 0), "2 steps away");
        assert_eq!(of(Some(3), 0), "3 steps away");
    }

    #[test]
    fn lengths_numbers_and_lists_read_as_a_person_writes_them() {
        assert_eq!(window(Span::days(1)), "24h");
        assert_eq!(window(Span::days(7)), "7 days");
        assert_eq!(window(Span::minutes(90)), "1h30m");
        assert_eq!(counted(1_u32, "attempt"), "1 attempt");
        assert_eq!(score(10_500), "10.5");
        assert_eq!(score(6_000), "6.0");
        assert_eq!(score(-50), "-0.05");
        assert_eq!(list(&["a".to_owned(), "b".to_owned(), "c".to_owned()]), "a, b and c");
    }
}
