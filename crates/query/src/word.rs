//! Words that a person types, and how a sentence quotes them.

use acquaint_domain::{Code, shown_within};

/// The most characters that a sentence quotes of what was typed: any handle and any e-mail address whole.
const QUOTED_CHARS_MAX: usize = 260;
/// What is longer than this is no slip of a word that there is.
const WORD_CHARS_MAX: usize = 100;

/// Reads a code, as `CR0401` or as `daily-limit`.
///
/// # Errors
/// There is no such code: a sentence that says so, and what to write instead.
pub fn code(typed: &str) -> Result<Code, String> {
    let text = typed.trim().to_lowercase();
    let number = text.strip_prefix("cr").filter(|digits| digits.len() == 4);
    let by_number = number.and_then(|digits| digits.parse().ok()).and_then(Code::from_number);
    let by_name = || Code::ALL.into_iter().find(|code| code.name() == text);
    by_number.or_else(by_name).ok_or_else(|| {
        let numbers = Code::ALL.map(|code| code.to_string());
        let numbers = numbers.iter().map(String::as_str);
        let names = Code::ALL.into_iter().map(Code::name);
        let meant = nearest(&text.to_uppercase(), numbers).or_else(|| nearest(&text, names));
        let advice = match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "write one like `CR0401` or `daily-limit`".to_owned(),
        };
        format!("{} is not a code; {advice}", quoted(typed))
    })
}

/// What was typed, as a sentence quotes it: between backticks, on one line, and not too long.
pub fn quoted(typed: &str) -> String {
    format!("`{}`", shown_within(typed, QUOTED_CHARS_MAX))
}

/// The word nearest to `typed`, if one is near enough to be meant: a third of its letters may be wrong, or one, but not
/// all of them.
pub fn nearest<'a>(typed: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // The distance takes time and memory that grow with the product of both lengths.
    let words = words.filter(|_| typed.len() <= WORD_CHARS_MAX);
    words
        .map(|word| (strsim::osa_distance(typed, word), word))
        .filter(|(distance, word)| {
            let chars = word.chars().count();
            *distance <= (chars / 3).max(1) && *distance < chars
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}
