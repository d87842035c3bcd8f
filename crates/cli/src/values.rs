//! Parsers of values that a person enters. An error is a sentence that says what is wrong and what to write instead; the
//! caller adds where it was entered.

use acquaint_domain::bounds::{self, TextBound};
use acquaint_domain::{Code, MalformedAddress, RequestId, Span, correction};

mod moment;
pub(crate) mod text_file;

pub use moment::{Bare, day_or_moment, moment};

pub use acquaint_query::{nearest, quoted};
pub use acquaint_report::moments::{day, human_minute, human_span, human_time, rfc3339};

/// A text that is not a valid value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadValue {
    /// The text as entered.
    pub entered: String,
    /// What is wrong with it and what to write instead.
    pub sentence: String,
}

impl BadValue {
    /// The error for `typed`; `sentence` says what is wrong.
    pub fn new(entered: &str, sentence: String) -> Self {
        Self { entered: entered.to_owned(), sentence }
    }
}

/// Parses a length of time.
pub fn span(entered: &str) -> Result<Span, BadValue> {
    entered.parse().map_err(|sentence| BadValue::new(entered, sentence))
}

/// Parses an address with `parse`; `kind` names the kind of address with its article, such as "a handle".
pub fn address<A>(
    entered: &str,
    parse: fn(&str) -> Result<A, MalformedAddress>,
    kind: &str,
) -> Result<A, BadValue> {
    parse(entered).map_err(|MalformedAddress { offset, problem }| {
        let meant = correction(entered).filter(|meant| parse(meant).is_ok() && meant != entered);
        let advice = match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("give {kind}, such as {}", example(kind)),
        };
        let sentence = format!(
            "{} is not {kind}: there is {} at character {}; {advice}",
            quoted(entered),
            problem.words(),
            offset.saturating_add(1)
        );
        BadValue::new(entered, sentence)
    })
}

/// Parses a request id.
pub fn request(entered: &str) -> Result<RequestId, BadValue> {
    entered.trim().parse().map_err(|_malformed| {
        let quoted = quoted(entered);
        let sentence = if has_form_of_request(entered.trim()) {
            format!(
                "{quoted} has the form of a request id but is greater than the greatest, {}; copy the id again",
                RequestId(u64::MAX)
            )
        } else {
            format!(
                "{quoted} is not a request id, which is `R` and thirteen letters and digits; to ask about two members, give both"
            )
        };
        BadValue::new(entered, sentence)
    })
}

/// Whether a text has the form of a request id. Thirteen characters of Crockford's base 32 have 65 bits, one more than an
/// id, so such a text may still be too great.
fn has_form_of_request(text: &str) -> bool {
    let digits = text.strip_prefix(['R', 'r']).unwrap_or_default();
    digits.len() == 13
        && digits
            .bytes()
            .all(|digit| digit.is_ascii_alphanumeric() && !b"ilou".contains(&digit.to_ascii_lowercase()))
}

/// Parses a code, such as `CR0401` or `daily-limit`.
pub fn code(entered: &str) -> Result<Code, BadValue> {
    acquaint_query::code(entered).map_err(|sentence| BadValue::new(entered, sentence))
}

/// Parses a hash of 32 bytes, in hexadecimal.
pub fn hash(entered: &str) -> Result<[u8; 32], BadValue> {
    let digits = entered.trim();
    let byte = |at: usize| digits.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Option<Vec<u8>> = (0..32).map(|index| byte(2 * index)).collect();
    let hash = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    hash.filter(|_| digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())).ok_or_else(
        || {
            let what = "is not a hash; write 64 digits from 0 to 9 and a to f";
            BadValue::new(entered, format!("{} {what}", quoted(entered)))
        },
    )
}

/// Formats bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Parses a whole number that is not negative.
pub fn number(entered: &str) -> Result<u64, BadValue> {
    entered.trim().parse().map_err(|_| {
        let sentence =
            format!("{} is not a whole number from 0 to {}; write one like `42`", quoted(entered), u64::MAX);
        BadValue::new(entered, sentence)
    })
}

/// Parses one of the words of a table, and returns its meaning.
pub fn choice<T: Copy>(entered: &str, table: &[(&str, T)]) -> Result<T, BadValue> {
    let text = entered.trim().to_lowercase();
    table.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning).ok_or_else(|| {
        let words: Vec<&str> = table.iter().map(|(word, _)| *word).collect();
        no_choice(entered, &words)
    })
}

/// The error for a text that is none of `words`.
pub fn no_choice(entered: &str, words: &[&str]) -> BadValue {
    let all: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    let advice = match nearest(&entered.trim().to_lowercase(), words.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "write one of those".to_owned(),
    };
    BadValue::new(entered, format!("{} is none of {}; {advice}", quoted(entered), all.join(", ")))
}

/// Parses a list: texts separated by commas, each within `bound`, or `none`.
pub fn names(entered: &str, bound: TextBound) -> Result<Vec<String>, BadValue> {
    if entered.trim().eq_ignore_ascii_case("none") {
        return Ok(Vec::new());
    }
    let parts = entered.split(',').map(str::trim).filter(|part| !part.is_empty());
    let names: Vec<String> = parts.map(|part| text(part, bound)).collect::<Result<_, _>>()?;
    bounds::AUDIENCE.check(names.len()).map_err(|over| BadValue::new(entered, over.to_string()))?;
    if let Some(none) = names.iter().find(|name| name.eq_ignore_ascii_case("none")) {
        let sentence = format!(
            "{} has `{none}` among names, but it stands for an empty list; write `none` alone, or names without it",
            quoted(entered)
        );
        return Err(BadValue::new(entered, sentence));
    }
    if names.is_empty() {
        let sentence =
            format!("{} names nothing; write `none`, or names separated by commas", quoted(entered));
        return Err(BadValue::new(entered, sentence));
    }
    Ok(names)
}

/// Parses a text of at least one character within its bound, trimmed.
pub fn text(entered: &str, bound: TextBound) -> Result<String, BadValue> {
    bounded(entered.trim(), bound)
}

/// Parses a command id.
pub fn command_id(entered: &str) -> Result<String, BadValue> {
    bounded(entered, bounds::COMMAND_ID)
}

/// Parses a note; `None` if it is only white space.
pub fn note(entered: &str) -> Result<Option<String>, BadValue> {
    if entered.trim().is_empty() {
        return Ok(None);
    }
    bounded(entered, bounds::NOTE).map(Some)
}

/// Accepts a text unchanged if it is within its bound.
pub fn within(entered: String, bound: TextBound) -> Result<String, BadValue> {
    match bound.check(&entered) {
        Ok(()) => Ok(entered),
        Err(over) => Err(BadValue::new(&entered, over.to_string())),
    }
}

fn bounded(entered: &str, bound: TextBound) -> Result<String, BadValue> {
    if entered.is_empty() {
        let TextBound { most, unit, .. } = bound;
        return Err(BadValue::new(entered, format!("it is empty; give 1 to {most} {unit}")));
    }
    bound.check(entered).map_err(|over| BadValue::new(entered, over.to_string()))?;
    Ok(entered.to_owned())
}

fn example(kind: &str) -> &'static str {
    if kind.contains("handle") {
        "`alice`"
    } else if kind.contains("URL") {
        "`example.org/in/alice`"
    } else {
        "`alice@example.org`"
    }
}

#[cfg(test)]
mod tests;
