//! Which notes say the same to different people.

use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use acquaint_domain::folded;

/// A note with fewer words than this is another one where a word differs: `Hi Ada` says no more than the name.
const WORDS_TO_DIFFER_IN_ONE: usize = 5;

/// The words of a note without letter case, punctuation and the names of the two.
pub(crate) fn words(note: &str, names: &[&str]) -> Vec<String> {
    let names: BTreeSet<String> = names.iter().flat_map(|name| split(name)).collect();
    split(note).into_iter().filter(|word| !names.contains(word)).collect()
}

fn split(text: &str) -> Vec<String> {
    let text = folded(text);
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// For each text the first one that says the same: it has the same words, or, if there are enough of them, all but one.
/// Texts are compared through others, too: where the first is like the second and the second like the third, all three
/// are together. The time is proportional to the words.
pub(crate) fn alike(texts: &[Vec<String>]) -> Vec<usize> {
    let mut groups: Vec<usize> = (0..texts.len()).collect();
    let mut seen: HashMap<u64, usize> = HashMap::new();
    for (index, text) in texts.iter().enumerate() {
        for hash in hashes(text) {
            let first = *seen.entry(hash).or_insert(index);
            join(&mut groups, first, index);
        }
    }
    (0..texts.len()).map(|index| root(&mut groups, index)).collect()
}

/// An odd number: a text is a polynomial in it whose coefficients are its words.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// The hash of a text, and of what is left of it without each of its words where there are enough of them.
fn hashes(text: &[String]) -> Vec<u64> {
    let word = |word: &String| {
        let mut hasher = DefaultHasher::new();
        word.hash(&mut hasher);
        hasher.finish()
    };
    let after = |before: u64, word: u64| before.wrapping_mul(BASE).wrapping_add(word);
    let words: Vec<u64> = text.iter().map(word).collect();
    let mut all = vec![words.iter().copied().fold(0, after)];
    if words.len() < WORDS_TO_DIFFER_IN_ONE {
        return all;
    }
    // From the end: what follows a word, and the power that what is before it is multiplied with.
    let mut rests = vec![(0_u64, 1_u64)];
    for word in words.iter().rev() {
        let (rest, power) = rests.last().copied().unwrap_or_default();
        rests.push((word.wrapping_mul(power).wrapping_add(rest), power.wrapping_mul(BASE)));
    }
    let mut before = 0_u64;
    for (place, word) in words.iter().enumerate() {
        let (rest, power) = rests[words.len() - 1 - place];
        all.push(before.wrapping_mul(power).wrapping_add(rest));
        before = after(before, *word);
    }
    all
}

fn root(groups: &mut [usize], index: usize) -> usize {
    let mut at = index;
    while groups[at] != at {
        // Every second step is taken out of the way for the next time.
        groups[at] = groups[groups[at]];
        at = groups[at];
    }
    at
}

/// The first of two groups stands for both.
fn join(groups: &mut [usize], one: usize, other: usize) {
    let (one, other) = (root(groups, one), root(groups, other));
    groups[one.max(other)] = one.min(other);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn together(notes: &[(&str, &str)]) -> Vec<usize> {
        let texts: Vec<Vec<String>> =
            notes.iter().map(|(note, to)| words(note, &["Zelda Quill", to])).collect();
        alike(&texts)
    }

    #[test]
    fn notes_that_differ_in_names_or_in_one_word_are_the_same() {
        let notes = [
            ("Hi Ada, I liked your talk about trains. Zelda", "Ada Umber"),
            ("hi  BIX,\nI liked your talk about trains. Zelda Quill", "Bix Thorn"),
            ("Hi Liz, I liked your talk about trains.", "Elizabeth Sedge"),
            ("Hi Cor, shall we have lunch?", "Cor Xyst"),
            ("Hi Dun", "Dun Vale"),
            ("Hello Eli", "Eli Sedge"),
        ];
        assert_eq!(together(&notes), [0, 0, 0, 3, 4, 5]);
    }

    #[test]
    fn a_chain_of_notes_that_differ_in_a_word_each_is_one_note() {
        let notes = [("a b c d e", ""), ("v b c d z", ""), ("a b c d z", "")];
        assert_eq!(together(&notes), [0, 0, 0]);
    }
}
