//! An iterator over sorted keys, row by row, and the intersection of two of them.

use super::SortedRow;

/// Keys in ascending order, which can be skipped quickly up to a given key.
#[derive(Debug)]
pub struct Keys<'a, K, V> {
    /// The rest of the current row.
    rest: &'a [K],
    /// The rows after it.
    rows: &'a [SortedRow<K, V>],
}

impl<K, V> Clone for Keys<'_, K, V> {
    fn clone(&self) -> Self {
        Self { rest: self.rest, rows: self.rows }
    }
}

impl<'a, K> From<&'a [K]> for Keys<'a, K, ()> {
    /// The keys of a slice, which must be in ascending order.
    fn from(keys: &'a [K]) -> Self {
        Self { rest: keys, rows: &[] }
    }
}

impl<K: Copy, V> Iterator for Keys<'_, K, V> {
    type Item = K;

    fn next(&mut self) -> Option<K> {
        let (first, rest) = loop {
            match self.rest.split_first() {
                Some(split) => break split,
                None => self.next_row()?,
            }
        };
        self.rest = rest;
        Some(*first)
    }
}

impl<'a, K, V> Keys<'a, K, V> {
    pub(super) fn of(rows: &'a [SortedRow<K, V>]) -> Self {
        Self { rest: &[], rows }
    }

    fn next_row(&mut self) -> Option<()> {
        let (first, rows) = self.rows.split_first()?;
        (self.rest, self.rows) = (&first.keys, rows);
        Some(())
    }

    /// The number of keys left.
    pub fn len(&self) -> usize {
        self.rest.len() + self.rows.iter().map(|row| row.keys.len()).sum::<usize>()
    }

    /// Whether no keys are left.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<K: Ord + Copy, V> Keys<'_, K, V> {
    /// Skips the keys before `key`; returns whether `key` is the next one. Searches forwards from the current key in steps
    /// that double.
    pub fn seek(&mut self, key: K) -> bool {
        while self.rest.last().is_none_or(|last| *last < key) {
            if self.next_row().is_none() {
                self.rest = &[];
                return false;
            }
        }
        let mut step = 1;
        while self.rest.get(step).is_some_and(|found| *found < key) {
            step *= 2;
        }
        let from = step / 2;
        let within = &self.rest[from.min(self.rest.len())..self.rest.len().min(step + 1)];
        let at = from + within.partition_point(|found| *found < key);
        self.rest = &self.rest[at.min(self.rest.len())..];
        self.rest.first() == Some(&key)
    }
}

/// The keys that are in both lists. Each key of the shorter list is searched in the longer one, from the last match on.
pub fn common<'a, K: Ord + Copy, V, W>(
    one: Keys<'a, K, V>,
    other: Keys<'a, K, W>,
) -> impl Iterator<Item = K> + use<'a, K, V, W> {
    let is_shorter = one.len() <= other.len();
    let (mut of_one, mut of_other) = (one, other);
    std::iter::from_fn(move || {
        if is_shorter {
            of_one.by_ref().find(|key| of_other.seek(*key))
        } else {
            of_other.by_ref().find(|key| of_one.seek(*key))
        }
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::Sorted;

    fn every(step: u32, count: u32) -> Sorted<u32, ()> {
        let mut keys = Sorted::default();
        for number in 0..count {
            keys.insert(number * step, ());
        }
        keys
    }

    #[test]
    fn common_keys_are_the_intersection_however_many_rows_the_sets_fill() {
        for (one, other) in
            [((1, 0), (1, 5)), ((2, 9), (3, 9)), ((7, 900), (2, 9_000)), ((1, 5_000), (3, 5_000))]
        {
            let (one, other) = (every(one.0, one.1), every(other.0, other.1));
            let (as_set, of_other): (BTreeSet<u32>, BTreeSet<u32>) =
                (one.keys().collect(), other.keys().collect());
            let expected: Vec<u32> = as_set.intersection(&of_other).copied().collect();
            assert_eq!(common(one.keys(), other.keys()).collect::<Vec<_>>(), expected);
            assert_eq!(common(other.keys(), one.keys()).collect::<Vec<_>>(), expected);
            let slice: Vec<u32> = other.keys().collect();
            assert_eq!(common(one.keys(), Keys::from(slice.as_slice())).collect::<Vec<_>>(), expected);
        }
    }
}
