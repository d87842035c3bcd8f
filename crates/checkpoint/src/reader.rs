//! Bytes, taken from the front.

/// Bytes that are not an image of what they are read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are no image of the views")]
pub struct Torn;

/// The bytes of an image that have not been taken yet.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'b> {
    bytes: &'b [u8],
}

/// At most so many bytes are set aside for a list at once, for each byte that is left: a list that is longer grows as its
/// entries are found to be there.
const ROOM_PER_BYTE: usize = 8;

impl<'b> Reader<'b> {
    /// All of `bytes`.
    pub fn new(bytes: &'b [u8]) -> Self {
        Self { bytes }
    }

    /// How many bytes are left.
    pub fn left(&self) -> usize {
        self.bytes.len()
    }

    /// The next `count` bytes.
    ///
    /// # Errors
    /// There are not so many.
    pub fn take(&mut self, count: usize) -> Result<&'b [u8], Torn> {
        let (taken, left) = self.bytes.split_at_checked(count).ok_or(Torn)?;
        self.bytes = left;
        Ok(taken)
    }

    /// The next byte.
    ///
    /// # Errors
    /// There is none.
    pub fn byte(&mut self) -> Result<u8, Torn> {
        let (byte, left) = self.bytes.split_first().ok_or(Torn)?;
        self.bytes = left;
        Ok(*byte)
    }

    /// The next `N` bytes, as they are.
    ///
    /// # Errors
    /// There are not so many.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Torn> {
        let (taken, left) = self.bytes.split_first_chunk().ok_or(Torn)?;
        self.bytes = left;
        Ok(*taken)
    }

    /// How many entries follow, each of which has at least one byte.
    ///
    /// # Errors
    /// There are not so many bytes.
    pub(crate) fn count(&mut self) -> Result<usize, Torn> {
        let count = usize::try_from(self.varint()?).map_err(|_| Torn)?;
        if count > self.left() { Err(Torn) } else { Ok(count) }
    }

    /// For how many of `count` entries room may be made before they are there.
    pub(crate) fn room<T>(&self, count: usize) -> usize {
        count.min(self.left().saturating_mul(ROOM_PER_BYTE) / size_of::<T>().max(1))
    }

    /// The next number, in the one form that [`put_varint`] gives it.
    ///
    /// # Errors
    /// There is none.
    pub fn varint(&mut self) -> Result<u64, Torn> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 || shift > 0 && byte == 0 {
                return Err(Torn);
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Torn)
    }
}

/// Seven bits a byte, the lowest first; the highest bit of a byte says that another follows.
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
    fn a_number_has_one_form() {
        for (number, length) in
            [(0, 1), (1, 1), (127, 1), (128, 2), (16_383, 2), (16_384, 3), (u64::MAX - 1, 10), (u64::MAX, 10)]
        {
            let mut bytes = Vec::new();
            put_varint(number, &mut bytes);
            assert_eq!(bytes.len(), length);
            let mut reader = Reader::new(&bytes);
            assert_eq!((reader.varint(), reader.left()), (Ok(number), 0));
        }
        let wrong: [&[u8]; 5] = [
            &[],
            &[0x80],
            // A zero that is not needed.
            &[0x80, 0],
            // The 65th bit, and an eleventh byte.
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2],
            &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1],
        ];
        for bytes in wrong {
            assert_eq!(Reader::new(bytes).varint(), Err(Torn), "{bytes:?}");
        }
    }

    #[test]
    fn a_count_is_bounded_by_the_bytes_that_are_left() {
        assert_eq!(Reader::new(&[2, 0, 0]).count(), Ok(2));
        assert_eq!(Reader::new(&[3, 0, 0]).count(), Err(Torn));
        assert_eq!(Reader::new(&[0; 10]).room::<[u64; 4]>(10), 2);
        assert_eq!(Reader::new(&[0; 10]).room::<u8>(10), 10);
    }
}
