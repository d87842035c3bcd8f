//! Finds notes that say the same to different people.

use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use acquaint_domain::folded;

/// Notes with fewer words than this must be equal in every word: `Hi Ada` and `Hello Eli` are different notes.
const WORDS_TO_DIFFER_IN_ONE: usize = 5;

/// The words of a note in folded case, without punctuation and the names of the two people.
pub(crate) fn words(note: &str, names: &[&str]) -> Vec<String> {
    let names: BTreeSet<String> = names.iter().flat_map(|name| split(name)).collect();
    split(note).into_iter().filter(|word| !names.contains(word)).collect()
}

fn split(text: &str) -> Vec<String> {
    let text = folded(text);
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// For each text, the index of the first text in its group. Two texts are in the same group if they have the same words or,
/// if there are enough words, differ in one. Groups are transitive: if the first is like the second and the second like the
/// third, all three are in one group. Time is linear in the number of words.
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

/// Base of the polynomial hash of a text, whose coefficients are the hashes of its words. It is odd.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// The hash of a text and, if it has enough words, the hashes of the text without each one of its words.
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
    // From the end: the hash of the words after a word, and the power that the hash of the words before it is multiplied by.
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
        // Path halving, which shortens later searches.
        groups[at] = groups[groups[at]];
        at = groups[at];
    }
    at
}

/// Joins two groups; the smaller index represents both.
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
    fn notes_that_differ_in_names_or_one_word_are_the_same() {
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
    fn a_chain_of_notes_each_differing_in_one_word_is_one_note() {
        let notes = [("a b c d e", ""), ("v b c d z", ""), ("a b c d z", "")];
        assert_eq!(together(&notes), [0, 0, 0]);
    }
}
