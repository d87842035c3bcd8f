//! Moments as people type them: one reader for every option, argument and line of a script that takes one.

use acquaint_domain::{Span, Timestamp};

use super::{BadValue, quoted, span};

const DAY: Span = Span::days(1);

/// What a bare length of time, such as `7d`, means where a moment is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bare {
    /// So long ago: for the beginning of a stretch of time.
    Ago,
    /// Nothing: it could be meant either way.
    Unclear,
}

/// Reads a moment: RFC 3339 with digits beyond the milliseconds dropped, a day of UTC such as `2026-11-21`, which is its
/// first moment, or one that is counted from `now`: `now`, `today`, `yesterday`, `tomorrow`, `2h ago`, `in 2h`.
///
/// # Errors
/// It is none of these, there can be no such moment, or it is counted from `now` and that is `None`.
pub fn moment(typed: &str, now: Option<Timestamp>, bare: Bare) -> Result<Timestamp, BadValue> {
    let text = typed.trim();
    if let Some(read) = counted(text, bare) {
        let Some(now) = now else {
            let sentence =
                format!("there is no time yet that {} could be counted from; write a date", quoted(typed));
            return Err(BadValue::new(typed, sentence));
        };
        return Ok(read.from(now));
    }
    if let Some(day) = day(text) {
        return day_begins(day).ok_or_else(|| out_of_range(typed));
    }
    timestamp(typed)
}

/// Reads a moment in RFC 3339 alone, digits beyond the milliseconds dropped.
///
/// # Errors
/// It is not one, or there can be no such moment.
pub fn timestamp(typed: &str) -> Result<Timestamp, BadValue> {
    let text = typed.trim();
    let is_shaped = is_rfc_3339(text);
    if let Some(moment) = is_shaped.then(|| text.parse::<jiff::Timestamp>().ok()).flatten() {
        return Ok(of_jiff(moment));
    }
    let meant = text.trim_end_matches(['Z', 'z']).trim_end().parse::<jiff::civil::DateTime>().ok();
    let advice = match meant.map(|meant| (meant, meant.to_zoned(jiff::tz::TimeZone::UTC))) {
        Some((_, Err(_))) => return Err(out_of_range(typed)),
        Some((meant, Ok(_))) => format!("write `{}Z` if that is UTC", meant.strftime("%Y-%m-%dT%H:%M:%S")),
        None => "write one like `2026-11-21T08:12:05Z`, `2026-11-21`, `yesterday` or `2h ago`".to_owned(),
    };
    let sentence = format!("{} is not a date and time of RFC 3339; {advice}", quoted(typed));
    Err(BadValue::new(typed, sentence))
}

/// A moment that is counted from another.
enum Counted {
    Before(Span),
    After(Span),
    /// The beginning of the day, so many days later.
    Day(i64),
}

impl Counted {
    fn from(self, now: Timestamp) -> Timestamp {
        let millis = now.as_millis();
        Timestamp::from_millis(match self {
            Self::Before(span) => millis.saturating_sub(span.as_millis()),
            Self::After(span) => return now.plus(span),
            Self::Day(days) => {
                let begins = millis - millis.rem_euclid(DAY.as_millis());
                begins.saturating_add(days * DAY.as_millis())
            }
        })
    }
}

fn counted(text: &str, bare: Bare) -> Option<Counted> {
    let lower = text.to_lowercase();
    let length = |text: &str| span(text.trim()).ok();
    match lower.as_str() {
        "now" => Some(Counted::After(Span::ZERO)),
        "today" => Some(Counted::Day(0)),
        "yesterday" => Some(Counted::Day(-1)),
        "tomorrow" => Some(Counted::Day(1)),
        other => {
            let ago = other.strip_suffix(" ago").and_then(length).map(Counted::Before);
            let later = || other.strip_prefix("in ").and_then(length).map(Counted::After);
            let alone = || (bare == Bare::Ago).then(|| length(other)).flatten().map(Counted::Before);
            ago.or_else(later).or_else(alone)
        }
    }
}

/// A day as `2026-11-21`, ten characters long.
pub(super) fn day(text: &str) -> Option<jiff::civil::Date> {
    text.parse::<jiff::civil::Date>().ok().filter(|_| text.len() == 10)
}

fn day_begins(day: jiff::civil::Date) -> Option<Timestamp> {
    let begins = day.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(of_jiff(begins.timestamp()))
}

fn of_jiff(moment: jiff::Timestamp) -> Timestamp {
    let millis = moment.as_nanosecond().div_euclid(1_000_000);
    Timestamp::from_millis(i64::try_from(millis).unwrap_or_default())
}

fn out_of_range(typed: &str) -> BadValue {
    let last = super::rfc3339(Timestamp::from_millis(jiff::Timestamp::MAX.as_second() * 1_000));
    let first = super::rfc3339(Timestamp::from_millis(jiff::Timestamp::MIN.as_second() * 1_000));
    let sentence =
        format!("{} is beyond what can be recorded; give a moment from {first} to {last}", quoted(typed));
    BadValue::new(typed, sentence)
}

/// Whether `text` has the shape of RFC 3339, section 5.6 (with a space for `T`, as its note allows); jiff alone would
/// take more than that.
fn is_rfc_3339(text: &str) -> bool {
    const SHAPE: &[u8; 19] = b"dddd-dd-ddTdd:dd:dd";
    let bytes = text.as_bytes();
    let fits = |(byte, shape): (&u8, &u8)| match shape {
        b'd' => byte.is_ascii_digit(),
        b'T' => matches!(byte, b'T' | b't' | b' '),
        other => byte == other,
    };
    if bytes.len() <= SHAPE.len() || !bytes.iter().zip(SHAPE).all(fits) {
        return false;
    }
    let rest = &text[SHAPE.len()..];
    let offset = match rest.strip_prefix('.') {
        Some(digits) => {
            let offset = digits.trim_start_matches(|c: char| c.is_ascii_digit());
            if offset.len() == digits.len() {
                return false;
            }
            offset
        }
        None => rest,
    };
    match offset.as_bytes() {
        [b'Z' | b'z'] => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => [h1, h2, m1, m2].iter().all(|byte| byte.is_ascii_digit()),
        _ => false,
    }
}
