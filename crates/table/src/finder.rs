//! An index from texts to numbers that does not keep the texts.

use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};

/// Finds the number of a text, when the caller keeps the texts by number, so that they are not kept twice.
///
/// The hash of a text has a random key for each process, so that nobody can choose texts that collide. Entries are never
/// removed. Numbers are 1 or greater.
#[derive(Clone, Default)]
pub struct Finder {
    /// A hash table with linear probing: its length is 0 or a power of two, and a slot with number 0 is free.
    slots: Vec<Slot>,
    len: usize,
    key: RandomState,
}

#[derive(Clone, Copy, Default)]
struct Slot {
    hash: u32,
    number: u32,
}

const SLOTS_MIN: usize = 16;

impl Finder {
    /// The number of `text`; `is_it` says whether a number's text is `text`.
    pub fn find(&self, text: &str, mut is_it: impl FnMut(u32) -> bool) -> Option<u32> {
        let hash = self.hash_of(text);
        let found = self.probe(hash).find(|slot| slot.number == 0 || slot.hash == hash && is_it(slot.number));
        found.map(|slot| slot.number).filter(|number| *number != 0)
    }

    /// Adds `number` with its text, which must not have been added before.
    pub fn add(&mut self, text: &str, number: u32) {
        // At least a quarter of the table stays free.
        if (self.len + 1) * 4 > self.slots.len() * 3 {
            let count = (self.slots.len() * 2).max(SLOTS_MIN);
            let before = std::mem::replace(&mut self.slots, vec![Slot::default(); count]);
            before.into_iter().filter(|slot| slot.number != 0).for_each(|slot| self.put(slot));
        }
        self.put(Slot { hash: self.hash_of(text), number });
        self.len += 1;
    }

    fn put(&mut self, new: Slot) {
        let mask = self.slots.len() - 1;
        let mut at = new.hash as usize & mask;
        while self.slots[at].number != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = new;
    }

    /// Every slot once, in probing order for `hash`.
    fn probe(&self, hash: u32) -> impl Iterator<Item = Slot> {
        let (before, from) = self.slots.split_at(hash as usize & self.slots.len().saturating_sub(1));
        from.iter().chain(before).copied()
    }

    fn hash_of(&self, text: &str) -> u32 {
        self.key.hash_one(text) as u32
    }
}

/// Only the length counts, because the texts are hashed where they are kept.
impl Hash for Finder {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.len.hash(state);
    }
}

impl fmt::Debug for Finder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Finder").field("len", &self.len).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_that_was_added_is_found_and_no_other() {
        let mut finder = Finder::default();
        let text = |number: u32| format!("m{number}");
        for number in 1..=10_000 {
            assert_eq!(finder.find(&text(number), |other| other == number), None);
            finder.add(&text(number), number);
            assert_eq!(finder.find(&text(number), |other| other == number), Some(number));
        }
        for number in 1..=10_000 {
            assert_eq!(finder.find(&text(number), |other| text(other) == text(number)), Some(number));
        }
        assert_eq!(finder.find("m0", |other| text(other) == "m0"), None);
    }
}
