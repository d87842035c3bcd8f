//! Sets of request numbers.

use std::collections::BTreeMap;

/// How many words of 64 numbers a page has.
const PAGE_WORDS: usize = 8;
const PAGE_NUMBERS: u32 = 64 * PAGE_WORDS as u32;

/// A set of request numbers: a bitmap in pages of 64 bytes, without empty pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Set {
    pages: BTreeMap<u32, [u64; PAGE_WORDS]>,
    len: u64,
}

/// The page of a number, the word on it, and the bit in that.
const fn place(number: u32) -> (u32, usize, u64) {
    let on_page = number % PAGE_NUMBERS;
    (number / PAGE_NUMBERS, (on_page / 64) as usize, 1 << (on_page % 64))
}

impl Set {
    pub(crate) fn insert(&mut self, number: u32) {
        let (page, word, bit) = place(number);
        let words = self.pages.entry(page).or_insert_with(|| [0; PAGE_WORDS]);
        self.len += u64::from(words[word] & bit == 0);
        words[word] |= bit;
    }

    pub(crate) fn remove(&mut self, number: u32) {
        let (page, word, bit) = place(number);
        let Some(words) = self.pages.get_mut(&page) else { return };
        self.len -= u64::from(words[word] & bit != 0);
        words[word] &= !bit;
        if words.iter().all(|word| *word == 0) {
            self.pages.remove(&page);
        }
    }

    /// How many numbers are in the set.
    pub(crate) const fn len(&self) -> u64 {
        self.len
    }

    /// Every number, in ascending order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> {
        self.pages.iter().flat_map(|(page, words)| {
            words.iter().enumerate().flat_map(move |(at, word)| {
                let first = page * PAGE_NUMBERS + at as u32 * 64;
                (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| first + bit)
            })
        })
    }

    /// Memory use of the pages in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.pages.len() * (size_of::<[u64; PAGE_WORDS]>() + size_of::<u32>())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn it_agrees_with_a_tree_set_and_frees_empty_pages() {
        let (mut set, mut tree) = (Set::default(), BTreeSet::new());
        let mut word = 7_u64;
        for _ in 0..20_000 {
            word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let number = (word >> 40) as u32 % 20_000;
            if word >> 63 == 0 {
                set.insert(number);
                tree.insert(number);
            } else {
                set.remove(number);
                tree.remove(&number);
            }
            assert_eq!(set.len(), tree.len() as u64);
        }
        assert!(set.iter().eq(tree.iter().copied()));
        tree.into_iter().for_each(|number| set.remove(number));
        assert_eq!(set, Set::default());
    }
}
