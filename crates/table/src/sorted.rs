//! Entries in two rows.

/// A small map in two rows that are sorted by key: keys lie together, for searches and intersections.
///
/// Finding takes a binary search. Adding and removing move what lies behind; so it is for the some thousand entries that one
/// member has, not for what all have.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sorted<K, V> {
    keys: Vec<K>,
    values: Vec<V>,
}

impl<K, V> Default for Sorted<K, V> {
    fn default() -> Self {
        Self { keys: Vec::new(), values: Vec::new() }
    }
}

impl<K: Ord + Copy, V> Sorted<K, V> {
    /// An empty one that takes `count` entries without growing.
    pub fn with_room(count: usize) -> Self {
        Self { keys: Vec::with_capacity(count), values: Vec::with_capacity(count) }
    }

    /// What is kept under `key`.
    pub fn get(&self, key: K) -> Option<&V> {
        self.keys.binary_search(&key).ok().map(|at| &self.values[at])
    }

    /// What is kept under `key`, to be changed.
    pub fn get_mut(&mut self, key: K) -> Option<&mut V> {
        self.keys.binary_search(&key).ok().map(|at| &mut self.values[at])
    }

    /// Keeps `value` under `key`; returns what was kept there before.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.search(key) {
            Ok(at) => Some(std::mem::replace(&mut self.values[at], value)),
            Err(at) => {
                self.keys.insert(at, key);
                self.values.insert(at, value);
                None
            }
        }
    }

    /// What is kept under `key`; if nothing is, `value` is from now on.
    pub fn or_insert(&mut self, key: K, value: V) -> &mut V {
        let at = match self.search(key) {
            Ok(at) => at,
            Err(at) => {
                self.keys.insert(at, key);
                self.values.insert(at, value);
                at
            }
        };
        &mut self.values[at]
    }

    /// Where a key is, or would be: of keys that come in order, at the end.
    fn search(&self, key: K) -> Result<usize, usize> {
        if self.keys.last().is_none_or(|last| *last < key) {
            return Err(self.keys.len());
        }
        self.keys.binary_search(&key)
    }

    /// Forgets what is kept under `key`, and returns it.
    pub fn remove(&mut self, key: K) -> Option<V> {
        let at = self.keys.binary_search(&key).ok()?;
        self.keys.remove(at);
        Some(self.values.remove(at))
    }

    /// The keys, in order.
    pub fn keys(&self) -> &[K] {
        &self.keys
    }

    /// Every entry, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        self.keys.iter().copied().zip(&self.values)
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn it_is_the_map_that_a_tree_is() {
        let (mut sorted, mut tree) = (Sorted::<u32, u64>::default(), BTreeMap::new());
        let mut word = 7_u64;
        for _ in 0..20_000 {
            word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let key = (word >> 40) as u32 % 100;
            match word >> 62 {
                0 => assert_eq!(sorted.insert(key, word), tree.insert(key, word)),
                1 => assert_eq!(sorted.remove(key), tree.remove(&key)),
                2 => assert_eq!(*sorted.or_insert(key, word), *tree.entry(key).or_insert(word)),
                _ => assert_eq!(sorted.get_mut(key), tree.get_mut(&key)),
            }
            assert_eq!((sorted.get(key), sorted.len()), (tree.get(&key), tree.len()));
        }
        assert!(sorted.iter().eq(tree.iter().map(|(key, value)| (*key, value))));
        assert!(sorted.keys().iter().eq(tree.keys()));
    }
}
