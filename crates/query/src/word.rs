//! Words that a person enters, and how messages quote them.

use acquaint_domain::{Code, shown_within};

/// The most characters of an entered text that a message quotes; every handle and e-mail address fits.
const QUOTED_CHARS_MAX: usize = 260;
/// A longer text is not a misspelling of a known word.
const WORD_CHARS_MAX: usize = 100;

/// Reads a code, as `CR0401` or as `daily-limit`.
///
/// # Errors
/// A message if there is no such code: what is wrong, and what to write instead.
pub fn code(entered: &str) -> Result<Code, String> {
    let text = entered.trim().to_lowercase();
    let number = text.strip_prefix("cr").filter(|digits| digits.len() == 4);
    let by_number = number.and_then(|digits| digits.parse().ok()).and_then(Code::from_number);
    let by_name = || Code::ALL.into_iter().find(|code| code.name() == text).or_else(|| former_name(&text));
    by_number.or_else(by_name).ok_or_else(|| {
        let numbers = Code::ALL.map(|code| code.to_string());
        let numbers = numbers.iter().map(String::as_str);
        let names = Code::ALL.into_iter().map(Code::name);
        let meant = nearest(&text.to_uppercase(), numbers).or_else(|| nearest(&text, names));
        let advice = match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "write one like `CR0401` or `daily-limit`".to_owned(),
        };
        format!("{} is not a code; {advice}", quoted(entered))
    })
}

/// The code that once had this name: a name that was printed stays readable.
fn former_name(text: &str) -> Option<Code> {
    (text == "cannot-be-told-apart").then_some(Code::Undisclosed)
}

/// An entered text as messages quote it: between backticks, on one line, and shortened.
pub fn quoted(entered: &str) -> String {
    format!("`{}`", shown_within(entered, QUOTED_CHARS_MAX))
}

/// The word nearest to `entered`, if it is near enough to be meant: at most a third of its letters, and at least one, may be
/// wrong, but not all.
pub fn nearest<'a>(entered: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Time and memory of the distance grow with the product of both lengths.
    let words = words.filter(|_| entered.len() <= WORD_CHARS_MAX);
    words
        .map(|word| (strsim::osa_distance(entered, word), word))
        .filter(|(distance, word)| {
            let chars = word.chars().count();
            *distance <= (chars / 3).max(1) && *distance < chars
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}
