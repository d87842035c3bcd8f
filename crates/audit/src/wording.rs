//! Moments, spans, numbers and names in words.

use acquaint_domain::{Channel, Distance, Fault, RestrictionCause, Span, Timestamp};

/// A moment to the minute, as in `21 Nov 2026 08:12 UTC`.
pub(crate) fn moment(at: Timestamp) -> String {
    formatted(at, "%-d %b %Y %H:%M UTC")
}

/// A starting moment, rounded up to the next minute so that acting at the minute shown is not too early.
pub(crate) fn from_moment(at: Timestamp) -> String {
    let past_minute = at.as_millis().rem_euclid(MINUTE_MS);
    moment(if past_minute == 0 { at } else { at.plus(Span::millis(MINUTE_MS - past_minute)) })
}

const MINUTE_MS: i64 = 60_000;

/// How long ago a moment was, as in ` (8 days ago)`, to append to it; empty within a minute and after thirty days.
pub(crate) fn ago(at: Timestamp, now: Timestamp) -> String {
    let minutes = now.since(at).as_millis() / MINUTE_MS;
    let length = match minutes {
        ..1 => return String::new(),
        1..60 => counted(minutes, "minute"),
        60..2_880 => counted(minutes / 60, "hour"),
        2_880..=43_200 => counted(minutes / 1_440, "day"),
        _ => return String::new(),
    };
    format!(" ({length} ago)")
}

/// A name that fits on a line; a longer one is shortened in the middle.
pub(crate) fn short_name(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    if chars.len() <= NAME_CHARS_MAX {
        return name.to_owned();
    }
    let (head, tail) = (NAME_CHARS_MAX - 16, 14);
    let head: String = chars[..head].iter().collect();
    let tail: String = chars[chars.len() - tail..].iter().collect();
    format!("{head}..{tail}")
}

/// Longest name that a sentence shows in full, in characters.
const NAME_CHARS_MAX: usize = 48;

/// The text with its first letter in upper case.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

/// A day, as in `21 Nov 2026`.
pub(crate) fn day(at: Timestamp) -> String {
    formatted(at, "%-d %b %Y")
}

fn formatted(at: Timestamp, format: &str) -> String {
    match jiff::Timestamp::from_millisecond(at.as_millis()) {
        Ok(at) => at.strftime(format).to_string(),
        Err(_) if at.as_millis() < 0 => "a time before the calendar begins".to_owned(),
        Err(_) => "a time after the calendar ends".to_owned(),
    }
}

/// The length of a window, as in `24h`, `7 days`, `1h30m`.
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

/// A number and its noun, as in `1 attempt`, `0 attempts`.
pub(crate) fn counted(number: impl Into<i64>, noun: &str) -> String {
    match number.into() {
        1 => format!("1 {noun}"),
        number => format!("{number} {noun}s"),
    }
}

/// A number of thousandths, as in `10.5`.
pub(crate) fn score(milli: i32) -> String {
    let sign = if milli < 0 { "-" } else { "" };
    let milli = milli.unsigned_abs();
    let fraction = format!("{:03}", milli % 1_000);
    match fraction.trim_end_matches('0') {
        "" => format!("{sign}{}.0", milli / 1_000),
        fraction => format!("{sign}{}.{fraction}", milli / 1_000),
    }
}

/// A list of texts, as in `a, b and c`.
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

/// The class of a restriction's cause, to follow "restricted".
pub(crate) const fn restriction(cause: RestrictionCause) -> &'static str {
    match cause {
        RestrictionCause::Spam => "for sending spam",
        RestrictionCause::Policy => "for breaking a rule",
        RestrictionCause::Security => "for its own security",
    }
}

/// How far away a member is.
pub(crate) fn distance(distance: Option<Distance>) -> String {
    match distance {
        None => "at an unknown distance".to_owned(),
        Some(Distance { degree: None, .. }) => "further away than the 3rd degree".to_owned(),
        Some(Distance { degree: Some(2), mutuals }) if mutuals > 0 => {
            format!("of the 2nd degree, with {} in common", counted(mutuals, "connection"))
        }
        Some(Distance { degree: Some(degree), .. }) => format!("of the {}", ordinal_degree(degree)),
    }
}

/// A degree, as in `2nd degree`.
pub(crate) fn ordinal_degree(degree: u8) -> String {
    let ending = match degree {
        1 => "st",
        2 => "nd",
        3 => "rd",
        _ => "th",
    };
    format!("{degree}{ending} degree")
}

/// The sender or the recipient, as the viewer calls them.
#[derive(Clone, Debug)]
pub(crate) enum Party {
    /// The viewer of the answer.
    You,
    /// Another member, by name.
    They(String),
}

/// The sender and the recipient, as the viewer calls them.
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

    /// The name with the matching form of a verb.
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
    fn moments_are_written_to_the_minute_and_beginnings_are_rounded_up() {
        let at = Timestamp::from_millis;
        assert_eq!(moment(at(1_795_248_725_000)), "21 Nov 2026 08:12 UTC");
        assert_eq!(from_moment(at(1_795_248_725_000)), "21 Nov 2026 08:13 UTC");
        assert_eq!(from_moment(at(1_795_248_720_001)), "21 Nov 2026 08:13 UTC");
        assert_eq!(from_moment(at(1_795_248_720_000)), "21 Nov 2026 08:12 UTC");
        assert_eq!(from_moment(at(-1)), "1 Jan 1970 00:00 UTC");
        assert_eq!(day(at(0)), "1 Jan 1970");
        assert_eq!(moment(at(i64::MAX)), "a time after the calendar ends");
        assert_eq!(moment(at(i64::MIN)), "a time before the calendar begins");
    }

    #[test]
    fn ago_is_shown_from_one_minute_to_thirty_days() {
        let shown = |minutes| ago(Timestamp::from_millis(0), Timestamp::from_millis(minutes * MINUTE_MS));
        let cases = [
            (0, ""),
            (1, " (1 minute ago)"),
            (59, " (59 minutes ago)"),
            (60, " (1 hour ago)"),
            (47 * 60, " (47 hours ago)"),
            (48 * 60, " (2 days ago)"),
            (30 * 1_440, " (30 days ago)"),
            (31 * 1_440, ""),
            (-5, ""),
        ];
        for (minutes, expected) in cases {
            assert_eq!(shown(minutes), expected, "{minutes}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_beginning_and_its_end() {
        assert_eq!(short_name("bob@example.org"), "bob@example.org");
        let long = short_name(&format!("{}@example.org", "a".repeat(200)));
        assert_eq!(long.chars().count(), NAME_CHARS_MAX);
        assert!(long.starts_with("aaaa") && long.ends_with("a@example.org"), "{long}");
    }

    #[test]
    fn only_a_second_degree_distance_mentions_connections_in_common() {
        let of = |degree, mutuals| distance(Some(Distance { degree, mutuals }));
        assert_eq!(distance(None), "at an unknown distance");
        assert_eq!(of(None, 0), "further away than the 3rd degree");
        assert_eq!(of(Some(1), 3), "of the 1st degree");
        assert_eq!(of(Some(2), 1), "of the 2nd degree, with 1 connection in common");
        assert_eq!(of(Some(2), 4), "of the 2nd degree, with 4 connections in common");
        assert_eq!(of(Some(2), 0), "of the 2nd degree");
        assert_eq!(of(Some(3), 0), "of the 3rd degree");
    }

    #[test]
    fn spans_numbers_and_lists_read_as_a_person_writes_them() {
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
