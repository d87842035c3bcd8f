//! Snapshots of types that contain others.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::hash::{BuildHasher, Hash};

use acquaint_table::{Dense, Sorted, Table};

use crate::reader::put_varint;
use crate::{MalformedSnapshot, Snapshot, SnapshotReader};

impl<T: Snapshot> Snapshot for Option<T> {
    fn save(&self, out: &mut Vec<u8>) {
        match self {
            None => out.push(0),
            Some(value) => {
                out.push(1);
                value.save(out);
            }
        }
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        match bytes.byte()? {
            0 => Ok(None),
            1 => Ok(Some(T::load(bytes)?)),
            _ => Err(MalformedSnapshot),
        }
    }
}

/// The value in a map that is used as a set of keys.
impl Snapshot for () {
    fn save(&self, _: &mut Vec<u8>) {}

    fn load(_: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        Ok(())
    }
}

impl<T: Snapshot> Snapshot for Box<T> {
    fn save(&self, out: &mut Vec<u8>) {
        T::save(self, out);
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        T::load(bytes).map(Self::new)
    }
}

macro_rules! tuple {
    ($($part:ident),*) => {
        impl<$($part: Snapshot),*> Snapshot for ($($part,)*) {
            fn save(&self, out: &mut Vec<u8>) {
                #[expect(non_snake_case, reason = "each part has the name of its type")]
                let ($($part,)*) = self;
                $($part.save(out);)*
            }

            fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
                Ok(($($part::load(bytes)?,)*))
            }
        }
    };
}

tuple!(A, B);
tuple!(A, B, C);

/// Saves the number of entries, then every entry.
pub(crate) fn save_all<'t, T: Snapshot + 't>(
    entries: impl ExactSizeIterator<Item = &'t T>,
    out: &mut Vec<u8>,
) {
    put_varint(entries.len() as u64, out);
    entries.for_each(|entry| entry.save(out));
}

/// Saves the number of pairs, then every key with its value.
fn save_pairs<'v, K: Snapshot, V: Snapshot + 'v>(
    count: usize,
    pairs: impl IntoIterator<Item = (impl Borrow<K>, &'v V)>,
    out: &mut Vec<u8>,
) {
    put_varint(count as u64, out);
    for (key, value) in pairs {
        key.borrow().save(out);
        value.save(out);
    }
}

/// Loads `count` keys with their values and passes them to `insert`; an error if the keys do not ascend.
fn load_ascending<K: Snapshot + Copy + Ord, V: Snapshot>(
    bytes: &mut SnapshotReader<'_>,
    count: usize,
    mut insert: impl FnMut(K, V) -> Option<V>,
) -> Result<(), MalformedSnapshot> {
    let mut before = None;
    for _ in 0..count {
        let key = K::load(bytes)?;
        if before.replace(key).is_some_and(|before| before >= key) {
            return Err(MalformedSnapshot);
        }
        insert(key, V::load(bytes)?);
    }
    Ok(())
}

impl<T: Snapshot> Snapshot for Vec<T> {
    fn save(&self, out: &mut Vec<u8>) {
        save_all(self.iter(), out);
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        let count = bytes.count()?;
        let mut list = Self::with_capacity(bytes.room::<T>(count));
        for _ in 0..count {
            list.push(T::load(bytes)?);
        }
        Ok(list)
    }
}

impl<T: Snapshot> Snapshot for VecDeque<T> {
    fn save(&self, out: &mut Vec<u8>) {
        save_all(self.iter(), out);
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        Vec::load(bytes).map(Self::from)
    }
}

impl<T: Snapshot + Ord> Snapshot for BTreeSet<T> {
    fn save(&self, out: &mut Vec<u8>) {
        save_all(self.iter(), out);
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        let entries = Vec::<T>::load(bytes)?;
        if entries.is_sorted_by(|one, next| one < next) {
            Ok(entries.into_iter().collect())
        } else {
            Err(MalformedSnapshot)
        }
    }
}

impl<K: Snapshot + Ord, V: Snapshot> Snapshot for BTreeMap<K, V> {
    fn save(&self, out: &mut Vec<u8>) {
        save_pairs::<K, V>(self.len(), self, out);
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        let entries = Vec::<(K, V)>::load(bytes)?;
        let in_order = entries.is_sorted_by(|(one, _), (next, _)| one < next);
        if in_order { Ok(entries.into_iter().collect()) } else { Err(MalformedSnapshot) }
    }
}

impl<K: Snapshot + Copy + Ord + Into<u32> + From<u32>, V: Snapshot> Snapshot for Dense<K, V> {
    fn save(&self, out: &mut Vec<u8>) {
        save_pairs::<K, V>(self.len(), self.iter(), out);
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        let mut dense = Self::default();
        let count = bytes.count()?;
        load_ascending(bytes, count, |key, value| dense.insert(key, value))?;
        Ok(dense)
    }
}

impl<K: Snapshot + Copy + Ord, V: Snapshot> Snapshot for Sorted<K, V> {
    fn save(&self, out: &mut Vec<u8>) {
        save_pairs::<K, V>(self.len(), self.iter(), out);
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        let count = bytes.count()?;
        let mut sorted = Self::with_room(bytes.room::<(K, V)>(count));
        load_ascending(bytes, count, |key, value| sorted.insert(key, value))?;
        Ok(sorted)
    }
}

impl<K: Snapshot + Ord + Hash, V: Snapshot, S: BuildHasher + Default> Snapshot for Table<K, V, S> {
    /// Entries are saved in the order of the keys, so that the same entries have the same bytes.
    fn save(&self, out: &mut Vec<u8>) {
        save_pairs::<K, V>(self.len(), self.sorted(), out);
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        let count = bytes.count()?;
        let mut table = Self::with_room(bytes.room::<(K, V)>(count));
        for _ in 0..count {
            let key = K::load(bytes)?;
            if table.insert(key, V::load(bytes)?).is_some() {
                return Err(MalformedSnapshot);
            }
        }
        Ok(table)
    }
}
