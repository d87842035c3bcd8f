//! Checks the English: no phrases that were translated word by word, and no doc comments that say nothing.

use super::Violation;

/// Phrases that make a native reader stop, and what to write instead. Compared in lower case, at the borders of words.
const PHRASES: &[(&str, &str)] = &[
    ("manieth", "say \"the nth\" or \"1-based sequence number\""),
    ("upto", "say \"up to\" or \"until\""),
    ("comes of", "say \"results from\" or \"the outcome\""),
    ("came of", "say \"the outcome of\" or \"became\""),
    ("goes on", "say \"continues\" or \"keeps serving\""),
    ("tell of", "say \"report\""),
    ("tells of", "say \"reports\""),
    ("beside an engine", "say \"in the background\""),
    ("anew", "say \"again\""),
    ("whoever", "say who is meant"),
    ("of its own accord", "say \"automatically\""),
    ("tell apart", "say \"distinguish\""),
    ("told apart", "say \"distinguished\""),
    ("tells apart", "say \"distinguishes\""),
    ("leapt", "say \"jumped\""),
    ("on the road", "say \"in transit\""),
    ("so many of", "say \"how many of\" or \"number of\""),
    ("asks for a word", "say \"asks for confirmation\""),
];

/// Checks one text file.
pub(super) fn check(path: &str, text: &str) -> Vec<Violation> {
    let is_code = path.ends_with(".rs");
    // This file has the phrases in its table.
    if !(is_code || path.ends_with(".md")) || path.ends_with("tidy/wording.rs") {
        return Vec::new();
    }
    let mut found = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    for (index, line) in lines.iter().enumerate() {
        let mut refuse =
            |problem: String| found.push(Violation::new(format!("{path}:{}", index + 1), problem));
        let prose = if is_code { comment_of(line) } else { Some(*line) };
        let Some(prose) = prose else { continue };
        let lower = prose.to_lowercase();
        for (phrase, instead) in PHRASES.iter().filter(|(phrase, _)| has_words(&lower, phrase)) {
            refuse(format!("says \"{phrase}\"; {instead}"));
        }
        // Doc comments of the command line's words are its help texts.
        if is_code && !path.contains("/grammar/words") && says_nothing(&lines, index) {
            refuse(format!("`{}` says nothing; give the unit, the range, what `None` means", line.trim()));
        }
    }
    found
}

/// The comment of a line that has nothing else.
fn comment_of(line: &str) -> Option<&str> {
    line.trim_start().strip_prefix("//")
}

/// Whether a line is a doc comment of one or two words to which no other line belongs. A name between backticks says enough.
fn says_nothing(lines: &[&str], index: usize) -> bool {
    let doc = |index: usize| {
        let line = lines.get(index)?.trim_start();
        line.strip_prefix("///")
    };
    let has_neighbour = (index > 0 && doc(index - 1).is_some()) || doc(index + 1).is_some();
    doc(index).is_some_and(|text| (1..=2).contains(&text.split_whitespace().count()) && !text.contains('`'))
        && !has_neighbour
}

/// Whether `phrase` is in `text` and not part of a longer word. Text between backticks or quotes is not prose.
fn has_words(text: &str, phrase: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    text.match_indices(phrase).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + phrase.len()..]);
        let is_quoted = before.matches(['`', '"']).count() % 2 == 1;
        !is_quoted && !before.ends_with(is_word) && !after.starts_with(is_word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<String> {
        check(path, text).into_iter().map(|violation| violation.place).collect()
    }

    #[test]
    fn a_translated_phrase_is_refused_in_comments_and_pages() {
        for (phrase, _) in PHRASES {
            assert_eq!(
                lines("docs/a.md", &format!("Fine.\nA view {phrase} here.\n")),
                ["docs/a.md:2"],
                "{phrase}"
            );
            assert_eq!(lines("a/b.rs", &format!("    // What {phrase} it.\n")), ["a/b.rs:1"], "{phrase}");
        }
        assert_eq!(lines("a.md", "Whoever reads it"), ["a.md:1"]);
    }

    #[test]
    fn code_quotes_and_longer_words_are_fine() {
        assert!(lines("a.rs", "let upto = 1;\n").is_empty());
        assert!(lines("a.md", "`upto` and a \"came of\", renewed, becomes offline").is_empty());
        assert!(lines("a.txt", "anew").is_empty());
    }

    #[test]
    fn a_doc_comment_of_two_words_is_refused() {
        assert_eq!(lines("a.rs", "a\n/// Since when.\nb\n    /// Whose.\n"), ["a.rs:2", "a.rs:4"]);
        for fine in [
            "/// Milliseconds since 1970.\n",
            "/// Whose.\n///\n/// The sender's.\n",
            "// Why not.\n",
            "///\n",
        ] {
            assert!(lines("a.rs", fine).is_empty(), "{fine}");
        }
    }
}
