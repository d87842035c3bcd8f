//! Reads values from the front of bytes.

/// The error for bytes that are not a snapshot of the type being loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are not a snapshot of the views")]
pub struct MalformedSnapshot;

/// The bytes of a snapshot that have not been read yet.
#[derive(Clone, Copy, Debug)]
pub struct SnapshotReader<'b> {
    bytes: &'b [u8],
}

/// The most bytes that are allocated for a list in advance, for each byte that is left to read. A longer list grows as its
/// entries are read.
const ROOM_PER_BYTE: usize = 8;

impl<'b> SnapshotReader<'b> {
    /// A reader of all of `bytes`.
    pub fn new(bytes: &'b [u8]) -> Self {
        Self { bytes }
    }

    /// The number of bytes left.
    pub fn left(&self) -> usize {
        self.bytes.len()
    }

    /// The next `count` bytes.
    ///
    /// # Errors
    /// Fewer bytes are left.
    pub fn take(&mut self, count: usize) -> Result<&'b [u8], MalformedSnapshot> {
        let (taken, left) = self.bytes.split_at_checked(count).ok_or(MalformedSnapshot)?;
        self.bytes = left;
        Ok(taken)
    }

    /// The next byte.
    ///
    /// # Errors
    /// No byte is left.
    pub fn byte(&mut self) -> Result<u8, MalformedSnapshot> {
        let (byte, left) = self.bytes.split_first().ok_or(MalformedSnapshot)?;
        self.bytes = left;
        Ok(*byte)
    }

    /// The next `N` bytes.
    ///
    /// # Errors
    /// Fewer bytes are left.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], MalformedSnapshot> {
        let (taken, left) = self.bytes.split_first_chunk().ok_or(MalformedSnapshot)?;
        self.bytes = left;
        Ok(*taken)
    }

    /// The number of entries that follow, each of which has at least one byte.
    ///
    /// # Errors
    /// There is no number, or fewer bytes than that are left.
    pub(crate) fn count(&mut self) -> Result<usize, MalformedSnapshot> {
        let count = usize::try_from(self.varint()?).map_err(|_| MalformedSnapshot)?;
        if count > self.left() { Err(MalformedSnapshot) } else { Ok(count) }
    }

    /// For how many of `count` entries memory may be allocated before they are read.
    pub(crate) fn room<T>(&self, count: usize) -> usize {
        count.min(self.left().saturating_mul(ROOM_PER_BYTE) / size_of::<T>().max(1))
    }

    /// The next number, in the only form that [`put_varint`] writes.
    ///
    /// # Errors
    /// The bytes are not such a number.
    pub fn varint(&mut self) -> Result<u64, MalformedSnapshot> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 || shift > 0 && byte == 0 {
                return Err(MalformedSnapshot);
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(MalformedSnapshot)
    }
}

/// Appends `number` with seven bits per byte, the lowest first; the highest bit of a byte says that another byte follows.
pub fn put_varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_only_one_form() {
        for (number, length) in
            [(0, 1), (1, 1), (127, 1), (128, 2), (16_383, 2), (16_384, 3), (u64::MAX - 1, 10), (u64::MAX, 10)]
        {
            let mut bytes = Vec::new();
            put_varint(number, &mut bytes);
            assert_eq!(bytes.len(), length);
            let mut reader = SnapshotReader::new(&bytes);
            assert_eq!((reader.varint(), reader.left()), (Ok(number), 0));
        }
        let wrong: [&[u8]; 5] = [
            &[],
            &[0x80],
            // A superfluous zero.
            &[0x80, 0],
            // A 65th bit, and an eleventh byte.
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2],
            &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1],
        ];
        for bytes in wrong {
            assert_eq!(SnapshotReader::new(bytes).varint(), Err(MalformedSnapshot), "{bytes:?}");
        }
    }

    #[test]
    fn a_count_is_bounded_by_the_bytes_that_are_left() {
        assert_eq!(SnapshotReader::new(&[2, 0, 0]).count(), Ok(2));
        assert_eq!(SnapshotReader::new(&[3, 0, 0]).count(), Err(MalformedSnapshot));
        assert_eq!(SnapshotReader::new(&[0; 10]).room::<[u64; 4]>(10), 2);
        assert_eq!(SnapshotReader::new(&[0; 10]).room::<u8>(10), 10);
    }
}
