//! A map from consecutive numbers.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

/// The most entries on one page.
const PAGE_LEN: usize = 64;

/// A map from numbers that are assigned one after another, such as those of members. Look-ups need no hashing, and entries
/// are in the order of their numbers.
///
/// A page exists only if an entry was added to it, and is only as long as its greatest number needs, so a single large number
/// costs no more than any other.
#[derive(Clone)]
pub struct Dense<K, V> {
    /// The pages with their numbers, ascending. If no page is missing, the index of a page is its number.
    pages: Pages<V>,
    len: usize,
    key: PhantomData<fn(K)>,
}

type Pages<V> = Vec<(usize, Vec<Option<V>>)>;

impl<K, V> Default for Dense<K, V> {
    fn default() -> Self {
        Self { pages: Vec::new(), len: 0, key: PhantomData }
    }
}

/// The page of a number, and its index on that page.
fn place(number: u32) -> (usize, usize) {
    (number as usize / PAGE_LEN, number as usize % PAGE_LEN)
}

/// The index of the page with this number, or where it would be inserted.
fn find<V>(pages: &Pages<V>, page: usize) -> Result<usize, usize> {
    match pages.get(page) {
        Some((number, _)) if *number == page => Ok(page),
        Some(_) | None => pages.binary_search_by_key(&page, |(number, _)| *number),
    }
}

impl<K: Into<u32>, V> Dense<K, V> {
    /// The value of `key`.
    pub fn get(&self, key: K) -> Option<&V> {
        let (page, at) = place(key.into());
        self.pages[find(&self.pages, page).ok()?].1.get(at)?.as_ref()
    }

    /// The value of `key`, mutable.
    pub fn get_mut(&mut self, key: K) -> Option<&mut V> {
        let (page, at) = place(key.into());
        let found = find(&self.pages, page).ok()?;
        self.pages[found].1.get_mut(at)?.as_mut()
    }

    /// Sets the value of `key`; returns the previous value.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let before = slot(&mut self.pages, key.into()).replace(value);
        self.len += usize::from(before.is_none());
        before
    }

    /// Removes the entry of `key`; returns its value.
    pub fn remove(&mut self, key: K) -> Option<V> {
        let (page, at) = place(key.into());
        let found = find(&self.pages, page).ok()?;
        let removed = self.pages[found].1.get_mut(at)?.take();
        self.len -= usize::from(removed.is_some());
        removed
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// The slot of a number; creates its page if necessary.
fn slot<V>(pages: &mut Pages<V>, number: u32) -> &mut Option<V> {
    let (page, at) = place(number);
    let found = find(pages, page).unwrap_or_else(|next| {
        pages.insert(next, (page, Vec::new()));
        next
    });
    let page = &mut pages[found].1;
    if at >= page.len() {
        page.resize_with(at + 1, || None);
    }
    &mut page[at]
}

impl<K: Into<u32>, V: Default> Dense<K, V> {
    /// The value of `key`, which is set to the default if there is none.
    pub fn or_default(&mut self, key: K) -> &mut V {
        let number = key.into();
        let entry = slot(&mut self.pages, number);
        self.len += usize::from(entry.is_none());
        entry.get_or_insert_default()
    }
}

impl<K: From<u32>, V> Dense<K, V> {
    /// Every entry, in the order of the numbers.
    pub fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        self.pages.iter().flat_map(|(index, page)| {
            let present = page.iter().enumerate().filter_map(|(at, entry)| Some((at, entry.as_ref()?)));
            present.map(move |(at, value)| (K::from((index * PAGE_LEN + at) as u32), value))
        })
    }
}

impl<K: From<u32> + Hash, V: Hash> Hash for Dense<K, V> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.len.hash(state);
        self.iter().for_each(|entry| entry.hash(state));
    }
}

impl<K: From<u32> + fmt::Debug, V: fmt::Debug> fmt::Debug for Dense<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K: From<u32> + PartialEq, V: PartialEq> PartialEq for Dense<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().eq(other.iter())
    }
}

impl<K: From<u32> + Eq, V: Eq> Eq for Dense<K, V> {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::hash::{BuildHasher, RandomState};

    use super::*;

    #[test]
    fn it_behaves_like_a_btree_map() {
        let (mut dense, mut tree) = (Dense::<u32, u64>::default(), BTreeMap::new());
        let mut word = 7_u64;
        for _ in 0..20_000 {
            word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let key = (word >> 40) as u32 % 1_000;
            match word >> 62 {
                0 => assert_eq!(dense.insert(key, word), tree.insert(key, word)),
                1 => assert_eq!(dense.remove(key), tree.remove(&key)),
                2 => assert_eq!(*dense.or_default(key), *tree.entry(key).or_default()),
                _ => assert_eq!(dense.get_mut(key), tree.get_mut(&key)),
            }
            assert_eq!((dense.get(key), dense.len()), (tree.get(&key), tree.len()));
        }
        assert!(dense.iter().eq(tree.iter().map(|(key, value)| (*key, value))));
        assert_eq!(format!("{dense:?}"), format!("{tree:?}"));
    }

    #[test]
    fn the_same_entries_are_equal_whatever_was_removed_before() {
        let (mut one, mut other) = (Dense::<u32, u8>::default(), Dense::<u32, u8>::default());
        one.insert(3, 1);
        other.insert(3, 1);
        other.insert(10_000_000, 2);
        let hasher = RandomState::new();
        assert_ne!(one, other);
        assert_ne!(hasher.hash_one(&one), hasher.hash_one(&other));
        other.remove(10_000_000);
        assert_eq!(one, other);
        assert_eq!(hasher.hash_one(&one), hasher.hash_one(&other));
    }

    #[test]
    fn a_single_large_number_takes_one_page() {
        let mut dense = Dense::<u32, u8>::default();
        dense.insert(u32::MAX, 1);
        assert_eq!(dense.get(u32::MAX), Some(&1));
        assert_eq!(dense.pages.len(), 1);
    }
}
