//! An immutable run of postings, sorted by key and packed.
//!
//! A run is a sequence of blocks, and a block a sequence of groups. A group is one key with its numbers, as varints: the
//! difference of the key from the previous one in the block, the count of numbers, the size of the numbers in bytes if the
//! count is 16 or more, the difference of the first number from the least of the run, and the difference of each further
//! number from the one before it.

use acquaint_checkpoint::{MalformedSnapshot, Snapshot, SnapshotReader, put_varint, snapshot};

/// A block ends after the group with which it reaches this size, bytes.
const BLOCK_BYTES: usize = 512;
/// A group of at least this many numbers stores its size, so that it can be skipped.
const LONG_GROUP: usize = 16;

/// Postings, sorted by key and then by number.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    /// How many merges the postings have been through.
    level: u8,
    len: u64,
    /// The least number and the greatest number.
    least: u64,
    greatest: u64,
    blocks: Vec<BlockStart>,
    bytes: Vec<u8>,
}

/// The beginning of a block.
#[derive(Clone, Copy, Debug)]
struct BlockStart {
    /// The first key in the block.
    key: u64,
    offset: u64,
}

snapshot!(struct BlockStart { key, offset });

/// One key and its packed numbers.
#[derive(Clone, Copy)]
struct PackedGroup<'r> {
    key: u64,
    count: usize,
    /// The least number of the run.
    least: u64,
    numbers: SnapshotReader<'r>,
}

impl<'r> PackedGroup<'r> {
    /// Takes the next group of a block from `bytes`; `key` is the previous key.
    fn next(bytes: &mut SnapshotReader<'r>, key: u64, least: u64) -> Result<Self, MalformedSnapshot> {
        let key = key.checked_add(bytes.varint()?).ok_or(MalformedSnapshot)?;
        let count = usize::try_from(bytes.varint()?).map_err(|_| MalformedSnapshot)?;
        if count >= LONG_GROUP {
            let length = usize::try_from(bytes.varint()?).map_err(|_| MalformedSnapshot)?;
            return Ok(Self { key, count, least, numbers: SnapshotReader::new(bytes.take(length)?) });
        }
        let numbers = *bytes;
        for _ in 0..count {
            bytes.varint()?;
        }
        Ok(Self { key, count, least, numbers })
    }

    fn numbers(self) -> impl Iterator<Item = u64> + use<'r> {
        let Self { mut numbers, count, least, .. } = self;
        let mut last = least;
        (0..count).map_while(move |_| {
            last = last.checked_add(numbers.varint().ok()?)?;
            Some(last)
        })
    }
}

impl Run {
    pub(crate) fn level(&self) -> u8 {
        self.level
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// A lower bound of the numbers.
    pub(crate) fn least(&self) -> u64 {
        self.least
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes.len() + size_of_val(self.blocks.as_slice())
    }

    pub(crate) fn extend(&self, key: u64, numbers: &mut Vec<u64>) {
        numbers.extend(self.find(key).into_iter().flat_map(PackedGroup::numbers));
    }

    pub(crate) fn first(&self, key: u64) -> Option<u64> {
        self.find(key)?.numbers().next()
    }

    pub(crate) fn count_up_to(&self, key: u64, number: u64) -> u64 {
        if number >= self.greatest {
            return self.find(key).map_or(0, |group| group.count as u64);
        }
        if number < self.least {
            return 0;
        }
        let numbers = self.find(key).into_iter().flat_map(PackedGroup::numbers);
        numbers.take_while(|other| *other <= number).count() as u64
    }

    /// Every key with its numbers, in the order of the keys.
    pub(crate) fn groups(&self) -> GroupIter<'_> {
        GroupIter { run: self, block: 0, bytes: SnapshotReader::new(&[]), key: 0 }
    }

    fn find(&self, key: u64) -> Option<PackedGroup<'_>> {
        let block = self.blocks.partition_point(|block| block.key <= key).checked_sub(1)?;
        let (mut bytes, mut last) = self.block(block)?;
        while bytes.left() > 0 {
            let group = PackedGroup::next(&mut bytes, last, self.least).ok()?;
            if group.key >= key {
                return (group.key == key).then_some(group);
            }
            last = group.key;
        }
        None
    }

    /// The bytes of a block, and the key from which the key of its first group is counted.
    fn block(&self, index: usize) -> Option<(SnapshotReader<'_>, u64)> {
        let block = self.blocks.get(index)?;
        let end = self.blocks.get(index + 1).map_or(self.bytes.len() as u64, |next| next.offset);
        let bytes = self.bytes.get(usize::try_from(block.offset).ok()?..usize::try_from(end).ok()?)?;
        Some((SnapshotReader::new(bytes), block.key))
    }
}

/// The groups of a run, one after another.
pub(crate) struct GroupIter<'r> {
    run: &'r Run,
    /// The index of the next block.
    block: usize,
    bytes: SnapshotReader<'r>,
    key: u64,
}

impl GroupIter<'_> {
    /// Moves to the next key and returns it, and replaces the contents of `numbers` by its numbers; `None` at the end.
    pub(crate) fn next(&mut self, numbers: &mut Vec<u64>) -> Option<u64> {
        numbers.clear();
        if self.bytes.left() == 0 {
            (self.bytes, self.key) = self.run.block(self.block)?;
            self.block += 1;
        }
        let group = PackedGroup::next(&mut self.bytes, self.key, self.run.least).ok()?;
        self.key = group.key;
        numbers.extend(group.numbers());
        Some(group.key)
    }
}

/// Builds a run, key by key.
#[derive(Default)]
pub(crate) struct RunBuilder {
    len: u64,
    least: u64,
    greatest: u64,
    blocks: Vec<BlockStart>,
    bytes: Vec<u8>,
    /// The last key added.
    key: u64,
    /// Scratch space for the numbers of a long group.
    long: Vec<u8>,
}

impl RunBuilder {
    /// A builder for numbers that are all at least `least`.
    pub(crate) fn above(least: u64) -> Self {
        Self { least, ..Self::default() }
    }

    /// Adds the next key, which must be greater than the last one, with its numbers, which must ascend.
    pub(crate) fn push(&mut self, key: u64, numbers: &[u64]) {
        let begun = self.blocks.last().map_or(0, |block| block.offset as usize);
        if self.blocks.is_empty() || self.bytes.len() - begun >= BLOCK_BYTES {
            self.blocks.push(BlockStart { key, offset: self.bytes.len() as u64 });
            self.key = key;
        }
        put_varint(key - self.key, &mut self.bytes);
        self.key = key;
        put_varint(numbers.len() as u64, &mut self.bytes);
        if numbers.len() < LONG_GROUP {
            put_numbers(self.least, numbers, &mut self.bytes);
        } else {
            self.long.clear();
            put_numbers(self.least, numbers, &mut self.long);
            put_varint(self.long.len() as u64, &mut self.bytes);
            self.bytes.extend_from_slice(&self.long);
        }
        self.len += numbers.len() as u64;
        self.greatest = numbers.last().map_or(self.greatest, |last| self.greatest.max(*last));
    }

    pub(crate) fn finish(mut self, level: u8) -> Run {
        self.bytes.shrink_to_fit();
        self.blocks.shrink_to_fit();
        let Self { len, least, greatest, blocks, bytes, .. } = self;
        Run { level, len, least, greatest, blocks, bytes }
    }
}

fn put_numbers(least: u64, numbers: &[u64], out: &mut Vec<u8>) {
    let mut last = least;
    for number in numbers {
        put_varint(number - last, out);
        last = *number;
    }
}

/// Loading checks the whole run, so that its counts, bounds and offsets can be relied on.
impl Snapshot for Run {
    fn save(&self, out: &mut Vec<u8>) {
        let Self { level, len, least, greatest, blocks, bytes } = self;
        level.save(out);
        len.save(out);
        least.save(out);
        greatest.save(out);
        blocks.save(out);
        put_varint(bytes.len() as u64, out);
        out.extend_from_slice(bytes);
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        let (level, len) = (u8::load(bytes)?, u64::load(bytes)?);
        let (least, greatest, blocks) = (u64::load(bytes)?, u64::load(bytes)?, Vec::load(bytes)?);
        let length = usize::try_from(bytes.varint()?).map_err(|_| MalformedSnapshot)?;
        let run = Self { level, len, least, greatest, blocks, bytes: bytes.take(length)?.to_vec() };
        run.is_sound().then_some(run).ok_or(MalformedSnapshot)
    }
}

impl Run {
    /// Whether blocks and groups are where the offsets say, keys ascend, numbers are within bounds, and the count is right.
    fn is_sound(&self) -> bool {
        let (mut found, mut last_key) = (0, None);
        let mut end = 0;
        for (index, block) in self.blocks.iter().enumerate() {
            let Some((mut bytes, mut key)) = self.block(index).filter(|_| block.offset == end) else {
                return false;
            };
            end += bytes.left() as u64;
            while bytes.left() > 0 {
                let Ok(group) = PackedGroup::next(&mut bytes, key, self.least) else { return false };
                key = group.key;
                let in_bounds = group.numbers().last().is_none_or(|last| last <= self.greatest);
                let is_whole = group.numbers().count() == group.count;
                if !in_bounds || !is_whole || last_key.replace(key).is_some_and(|last| last >= key) {
                    return false;
                }
                found += group.count as u64;
            }
        }
        found == self.len && end == self.bytes.len() as u64
    }
}
