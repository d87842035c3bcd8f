//! Maps for views: look-ups are fast, and the same state always has the same hash.
//!
//! **What it is.** A [`Table`] is a hash map that shows its entries only in the order of their keys, and only when asked, so
//! that no decision can depend on the order of a hash map. [`Texts`] is the same for keys that people choose. [`Dense`] is a
//! map from consecutive numbers, and [`Sorted`] a map sorted by key; a [`Finder`] finds numbers by texts that are kept
//! elsewhere.
//!
//! **Where to start reading.** [`Table`].
//!
//! **This crate never** knows what its maps hold, or shows an order that differs between two runs.

mod dense;
mod finder;
mod hasher;
mod sorted;

use std::borrow::Borrow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};

pub use dense::Dense;
pub use finder::Finder;
pub use hasher::Folded;
pub use sorted::{Keys, Sorted, common};

/// A map from ids that the program assigns.
#[derive(Clone)]
pub struct Table<K, V, S = Folded>(HashMap<K, V, S>);

/// A map from texts that people choose. The hash has a random key for each process, so that nobody can choose texts that
/// collide.
pub type Texts<K, V> = Table<K, V, RandomState>;

impl<K, V, S: Default> Default for Table<K, V, S> {
    fn default() -> Self {
        Self(HashMap::default())
    }
}

impl<K: Eq + Hash, V, S: BuildHasher + Default> Table<K, V, S> {
    /// An empty table with room for `count` entries.
    pub fn with_room(count: usize) -> Self {
        Self(HashMap::with_capacity_and_hasher(count, S::default()))
    }
}

impl<K: Eq + Hash, V, S: BuildHasher> Table<K, V, S> {
    /// The value of `key`.
    pub fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.0.get(key)
    }

    /// The value of `key`, mutable.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.0.get_mut(key)
    }

    /// Whether `key` has a value.
    pub fn contains_key(&self, key: &K) -> bool {
        self.0.contains_key(key)
    }

    /// Sets the value of `key`; returns the previous value.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.0.insert(key, value)
    }

    /// Removes the entry of `key`; returns its value.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.0.remove(key)
    }

    /// The entry of `key`, to look at it and then set it with one search.
    pub fn entry(&mut self, key: K) -> Entry<'_, K, V> {
        self.0.entry(key)
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K: Ord, V, S> Table<K, V, S> {
    /// Every entry, in the order of the keys. Each call sorts all of them.
    #[expect(clippy::disallowed_methods, reason = "the entries are sorted before they are returned")]
    pub fn sorted(&self) -> Vec<(&K, &V)> {
        let mut entries: Vec<(&K, &V)> = self.0.iter().collect();
        entries.sort_unstable_by_key(|(key, _)| *key);
        entries
    }
}

impl<K: Ord + Hash, V: Hash, S> Hash for Table<K, V, S> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let entries = self.sorted();
        entries.len().hash(state);
        entries.hash(state);
    }
}

impl<K: Ord + fmt::Debug, V: fmt::Debug, S> fmt::Debug for Table<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.sorted()).finish()
    }
}

impl<K: Ord, V: PartialEq, S> PartialEq for Table<K, V, S> {
    fn eq(&self, other: &Self) -> bool {
        self.sorted() == other.sorted()
    }
}

impl<K: Ord, V: Eq, S> Eq for Table<K, V, S> {}

#[cfg(test)]
mod tests {
    use std::hash::DefaultHasher;

    use super::*;

    fn hashed(table: &impl Hash) -> u64 {
        let mut hasher = DefaultHasher::new();
        table.hash(&mut hasher);
        hasher.finish()
    }

    #[test]
    fn the_same_entries_have_the_same_hash_whatever_order_they_were_added_in() {
        let (mut one, mut other) = (Table::<u32, &str>::default(), Table::<u32, &str>::default());
        for key in 0..1000 {
            one.insert(key, "x");
            other.insert(999 - key, "x");
        }
        other.insert(5000, "y");
        assert_ne!(hashed(&one), hashed(&other));
        assert_eq!(other.remove(&5000), Some("y"));
        assert_eq!(hashed(&one), hashed(&other));
        assert_eq!(one, other);
        one.insert(7, "z");
        assert_ne!(hashed(&one), hashed(&other));
    }

    #[test]
    fn entries_are_shown_in_the_order_of_their_keys() {
        let mut table = Texts::<String, u32>::default();
        for name in ["c", "a", "b"] {
            table.insert(name.to_owned(), 1);
        }
        let names: Vec<&str> = table.sorted().into_iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a", "b", "c"]);
        assert_eq!(format!("{table:?}"), r#"{"a": 1, "b": 1, "c": 1}"#);
    }
}
