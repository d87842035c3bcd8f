//! A map sorted by key.

use std::hash::{Hash, Hasher};

mod keys;

pub use keys::{Keys, common};

/// A map sorted by key: small for the few entries that most members have, and fast for the many that some members have.
///
/// Keys are stored together in rows of at most 1,024, for searches and intersections. Adding or removing an entry
/// moves only the entries of one row, so the time for a change does not grow with the number of entries.
#[derive(Clone, Debug)]
pub struct Sorted<K, V>(SortedRows<K, V>);

/// With this number, moving half a row takes about as long as finding the row, and nearly every member fits into one row.
const ROW_LEN_MAX: usize = 1024;

#[derive(Clone, Debug)]
enum SortedRows<K, V> {
    One(SortedRow<K, V>),
    /// Rows in the order of their keys; none of them is empty.
    Many(Vec<SortedRow<K, V>>),
}

#[derive(Clone, Debug)]
struct SortedRow<K, V> {
    keys: Vec<K>,
    values: Vec<V>,
}

impl<K, V> Default for SortedRow<K, V> {
    fn default() -> Self {
        Self { keys: Vec::new(), values: Vec::new() }
    }
}

impl<K: Ord + Copy, V> SortedRow<K, V> {
    /// The index of a key, or where it would be inserted. Checks the end first, for keys that are added in order.
    fn search(&self, key: K) -> Result<usize, usize> {
        if self.keys.last().is_none_or(|last| *last < key) {
            return Err(self.keys.len());
        }
        self.keys.binary_search(&key)
    }

    fn insert(&mut self, at: usize, key: K, value: V) {
        self.keys.insert(at, key);
        self.values.insert(at, value);
    }

    /// Splits off the second half; or nothing if the next key comes after all of them, so that rows filled in order stay full.
    fn split(&mut self, key: K) -> Self {
        let at = if self.keys.last().is_none_or(|last| *last < key) {
            self.keys.len()
        } else {
            self.keys.len() / 2
        };
        Self { keys: self.keys.split_off(at), values: self.values.split_off(at) }
    }
}

impl<K, V> Default for Sorted<K, V> {
    fn default() -> Self {
        Self(SortedRows::One(SortedRow::default()))
    }
}

impl<K, V> Sorted<K, V> {
    fn rows(&self) -> &[SortedRow<K, V>] {
        match &self.0 {
            SortedRows::One(row) => std::slice::from_ref(row),
            SortedRows::Many(rows) => rows,
        }
    }

    fn rows_mut(&mut self) -> &mut [SortedRow<K, V>] {
        match &mut self.0 {
            SortedRows::One(row) => std::slice::from_mut(row),
            SortedRows::Many(rows) => rows,
        }
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.rows().iter().map(|row| row.keys.len()).sum()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.rows().iter().all(|row| row.keys.is_empty())
    }
}

impl<K: Ord + Copy, V> Sorted<K, V> {
    /// An empty map with room for `count` entries, or for one full row if that is less.
    pub fn with_room(count: usize) -> Self {
        let count = count.min(ROW_LEN_MAX);
        Self(SortedRows::One(SortedRow {
            keys: Vec::with_capacity(count),
            values: Vec::with_capacity(count),
        }))
    }

    /// The value of `key`.
    pub fn get(&self, key: K) -> Option<&V> {
        let row = self.rows().get(self.row_of(key))?;
        row.keys.binary_search(&key).ok().map(|at| &row.values[at])
    }

    /// The value of `key`, mutable.
    pub fn get_mut(&mut self, key: K) -> Option<&mut V> {
        let at = self.row_of(key);
        let row = self.rows_mut().get_mut(at)?;
        row.keys.binary_search(&key).ok().map(|at| &mut row.values[at])
    }

    /// Sets the value of `key`; returns the previous value.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let row = self.row_for(key);
        match row.search(key) {
            Ok(at) => Some(std::mem::replace(&mut row.values[at], value)),
            Err(at) => {
                row.insert(at, key, value);
                None
            }
        }
    }

    /// The value of `key`, which is set to `value` if there is none.
    pub fn or_insert(&mut self, key: K, value: V) -> &mut V {
        let row = self.row_for(key);
        let at = match row.search(key) {
            Ok(at) => at,
            Err(at) => {
                row.insert(at, key, value);
                at
            }
        };
        &mut row.values[at]
    }

    /// Removes the entry of `key`; returns its value.
    pub fn remove(&mut self, key: K) -> Option<V> {
        let place = self.row_of(key);
        let row = self.rows_mut().get_mut(place)?;
        let at = row.keys.binary_search(&key).ok()?;
        row.keys.remove(at);
        let value = row.values.remove(at);
        if let SortedRows::Many(rows) = &mut self.0
            && rows[place].keys.is_empty()
        {
            rows.remove(place);
        }
        Some(value)
    }

    /// The keys, in order.
    pub fn keys(&self) -> Keys<'_, K, V> {
        Keys::of(self.rows())
    }

    /// Every entry, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        self.rows().iter().flat_map(|row| row.keys.iter().copied().zip(&row.values))
    }

    /// The entries after `key`, in the order of the keys; all entries if `key` is `None`.
    pub fn iter_after(&self, key: Option<K>) -> impl Iterator<Item = (K, &V)> {
        let first = key.map_or(0, |key| self.row_of(key));
        let rows = self.rows().get(first..).unwrap_or_default();
        rows.iter().flat_map(move |row| {
            let from = key.map_or(0, |key| row.keys.partition_point(|other| *other <= key));
            row.keys[from..].iter().copied().zip(&row.values[from..])
        })
    }

    /// The index of the row that would hold `key`; past the last row if the key comes after all others.
    fn row_of(&self, key: K) -> usize {
        match &self.0 {
            SortedRows::One(_) => 0,
            SortedRows::Many(rows) => {
                rows.partition_point(|row| row.keys.last().is_some_and(|last| *last < key))
            }
        }
    }

    /// The row to which `key` can be added; it has room for one more.
    fn row_for(&mut self, key: K) -> &mut SortedRow<K, V> {
        if let SortedRows::One(row) = &mut self.0
            && row.keys.len() >= ROW_LEN_MAX
        {
            self.0 = SortedRows::Many(vec![std::mem::take(row)]);
        }
        let place = self.row_of(key);
        match &mut self.0 {
            SortedRows::One(row) => row,
            SortedRows::Many(rows) => {
                // A key that comes after all others goes into the last row.
                let mut place = place.min(rows.len().saturating_sub(1));
                if rows.is_empty() {
                    rows.push(SortedRow::default());
                }
                if rows[place].keys.len() >= ROW_LEN_MAX {
                    let second = rows[place].split(key);
                    let is_in_second = second.keys.first().is_none_or(|first| *first <= key);
                    rows.insert(place + 1, second);
                    place += usize::from(is_in_second);
                }
                &mut rows[place]
            }
        }
    }
}

/// Two maps are equal if they have the same entries, however these are divided into rows.
impl<K: Ord + Copy, V: PartialEq> PartialEq for Sorted<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<K: Ord + Copy, V: Eq> Eq for Sorted<K, V> {}

impl<K: Hash, V: Hash> Hash for Sorted<K, V> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.len());
        self.rows().iter().flat_map(|row| &row.keys).for_each(|key| key.hash(state));
        self.rows().iter().flat_map(|row| &row.values).for_each(|value| value.hash(state));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::hash::DefaultHasher;

    use super::*;

    fn check(keys: u32, steps: usize) {
        let (mut sorted, mut tree) = (Sorted::<u32, u64>::default(), BTreeMap::new());
        let mut word = 7_u64;
        for step in 0..steps {
            word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // The first half adds more than it removes, the second half less.
            let key = (word >> 32) as u32 % keys;
            let adds = if step < steps / 2 { 6 } else { 1 };
            match (word >> 60) % 8 {
                kind if kind < adds => assert_eq!(sorted.insert(key, word), tree.insert(key, word)),
                6 => assert_eq!(*sorted.or_insert(key, word), *tree.entry(key).or_insert(word)),
                _ => assert_eq!(sorted.remove(key), tree.remove(&key)),
            }
            assert_eq!(sorted.get_mut(key), tree.get_mut(&key));
            assert_eq!((sorted.get(key), sorted.is_empty()), (tree.get(&key), tree.is_empty()));
            if step % 97 == 0 {
                assert_eq!(sorted.len(), tree.len());
                let after = sorted.iter_after(Some(key)).next();
                assert_eq!(after, tree.range(key + 1..).next().map(|(key, value)| (*key, value)));
            }
        }
        assert!(sorted.iter().eq(tree.iter().map(|(key, value)| (*key, value))));
        assert!(sorted.iter_after(None).eq(sorted.iter()));
        assert!(sorted.keys().eq(tree.keys().copied()));
        assert!(sorted.rows().iter().all(|row| row.keys.len() <= ROW_LEN_MAX));

        // The same entries, added in ascending order.
        let mut again = Sorted::with_room(tree.len());
        for (key, value) in &tree {
            again.insert(*key, *value);
        }
        let hash = |sorted: &Sorted<u32, u64>| {
            let mut hasher = DefaultHasher::new();
            sorted.hash(&mut hasher);
            hasher.finish()
        };
        assert_eq!((&again, hash(&again)), (&sorted, hash(&sorted)));
    }

    #[test]
    fn it_behaves_like_a_btree_map() {
        check(100, 20_000);
        check(20_000, 100_000);
    }

    #[test]
    fn removing_all_leaves_an_empty_map_that_can_be_filled_again() {
        let mut sorted = Sorted::default();
        for round in 0..2 {
            for key in 0..5_000_u32 {
                sorted.insert(key, round);
            }
            assert_eq!(sorted.len(), 5_000);
            (0..5_000).rev().for_each(|key| assert_eq!(sorted.remove(key), Some(round)));
            assert!(sorted.is_empty());
        }
    }
}
