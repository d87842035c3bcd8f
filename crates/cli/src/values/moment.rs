//! Moments as options, arguments and lines of scripts take them. What can be typed is [`acquaint_query::Moment`]'s.

use acquaint_domain::{Span, Timestamp};
use acquaint_query::Moment;

use super::{BadValue, quoted};

/// What a bare length of time, such as `7d`, means where a moment is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bare {
    /// That long ago, where a span of time begins.
    Ago,
    /// It is refused, because it could also mean that long from now.
    Unclear,
}

/// Reads a moment; a day is its first millisecond. `now` is what `yesterday` and `2h ago` are counted from.
///
/// # Errors
/// It is no moment, no log can record it, it is counted from `now` and that is `None`, or it is a bare length that `bare`
/// refuses.
pub fn moment(typed: &str, now: Option<Timestamp>, bare: Bare) -> Result<Timestamp, BadValue> {
    let bad = |sentence: String| BadValue::new(typed, sentence);
    let moment = Moment::parse(typed).map_err(bad)?;
    let length = typed.trim().to_lowercase();
    if bare == Bare::Unclear && length.parse::<Span>().is_ok() {
        let sentence =
            format!("{} could be meant either way; write `{length} ago` or `in {length}`", quoted(typed));
        return Err(bad(sentence));
    }
    let now = match now {
        Some(now) => now,
        None if moment.is_counted() => {
            let sentence =
                format!("there is no time yet that {} could be counted from; write a date", quoted(typed));
            return Err(bad(sentence));
        }
        None => Timestamp::from_millis(0),
    };
    moment.recordable(typed, now).map_err(bad)
}

/// Reads a day, meant as its last second, or a moment in RFC 3339.
///
/// # Errors
/// It is neither.
pub fn day_or_moment(typed: &str) -> Result<Timestamp, BadValue> {
    match Moment::parse(typed) {
        Ok(day @ Moment::Day(_)) if day.recordable(typed, Timestamp::from_millis(0)).is_ok() => {
            Ok(day.last(Timestamp::from_millis(0)).minus(Span::millis(999)))
        }
        Ok(Moment::At(at)) => Ok(at),
        Ok(Moment::Day(_) | Moment::Ago(_) | Moment::In(_) | Moment::Near(_)) | Err(_) => {
            Err(BadValue::new(typed, format!("{} is no day; write one like `2024-03-14`", quoted(typed))))
        }
    }
}
