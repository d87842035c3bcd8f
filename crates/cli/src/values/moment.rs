//! Parsers of moments in options, arguments and lines of scripts. [`acquaint_query::Moment`] defines what can be entered.

use acquaint_domain::{Span, Timestamp};
use acquaint_query::Moment;

use super::{BadValue, quoted};

/// What a bare length of time, such as `7d`, means in the place of a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bare {
    /// That long ago; for the beginning of a period.
    Ago,
    /// Nothing, because it could also mean that long from now: it is refused.
    Unclear,
}

/// Parses a moment; a day stands for its first millisecond. `yesterday` and `2h ago` are relative to `now`.
///
/// # Errors
/// The text is not a moment, no log can record it, it is relative and `now` is `None`, or it is a bare length that `bare`
/// refuses.
pub fn moment(entered: &str, now: Option<Timestamp>, bare: Bare) -> Result<Timestamp, BadValue> {
    let bad = |sentence: String| BadValue::new(entered, sentence);
    let moment = Moment::parse(entered).map_err(bad)?;
    let length = entered.trim().to_lowercase();
    if bare == Bare::Unclear && length.parse::<Span>().is_ok() {
        let sentence = format!("{} is ambiguous; write `{length} ago` or `in {length}`", quoted(entered));
        return Err(bad(sentence));
    }
    let now = match now {
        Some(now) => now,
        None if moment.is_counted() => {
            let sentence =
                format!("there is no time yet to which {} could be relative; write a date", quoted(entered));
            return Err(bad(sentence));
        }
        None => Timestamp::from_millis(0),
    };
    moment.recordable(entered, now).map_err(bad)
}

/// Parses a day, which stands for its last second, or a moment in RFC 3339.
///
/// # Errors
/// The text is neither.
pub fn day_or_moment(entered: &str) -> Result<Timestamp, BadValue> {
    match Moment::parse(entered) {
        Ok(day @ Moment::Day(_)) if day.recordable(entered, Timestamp::from_millis(0)).is_ok() => {
            Ok(day.last(Timestamp::from_millis(0)).minus(Span::millis(999)))
        }
        Ok(Moment::At(at)) => Ok(at),
        Ok(Moment::Day(_) | Moment::Ago(_) | Moment::In(_) | Moment::Near(_)) | Err(_) => Err(BadValue::new(
            entered,
            format!("{} is not a day; write one like `2024-03-14`", quoted(entered)),
        )),
    }
}
