//! Reads one segment forwards in large chunks.

use std::io;

use crate::storage::StoredFile;

/// The size of the first read from a segment, bytes: enough to look up one batch.
const FIRST_READ_BYTES: usize = 64 << 10;
/// Each later read is twice as large, up to this size, bytes: larger reads are not faster.
const READ_BYTES_MAX: usize = 1 << 20;

/// A sliding view of the bytes of a segment.
pub(crate) struct SegmentWindow {
    file: Box<dyn StoredFile>,
    /// Nothing is read at or past this offset.
    end: u64,
    start: u64,
    bytes: Vec<u8>,
    read_bytes: usize,
}

impl SegmentWindow {
    /// A view of `file` up to the offset `end`, or to the end of the file if that comes first.
    pub(crate) fn new(file: Box<dyn StoredFile>, end: u64) -> io::Result<SegmentWindow> {
        let end = end.min(file.length()?);
        Ok(SegmentWindow { file, end, start: 0, bytes: Vec::new(), read_bytes: FIRST_READ_BYTES })
    }

    /// The `length` bytes at `offset`; `None` if the segment has fewer.
    pub(crate) fn get(&mut self, offset: u64, length: usize) -> io::Result<Option<&[u8]>> {
        if length as u64 > self.end.saturating_sub(offset) {
            return Ok(None);
        }
        let held = self.start..self.start + self.bytes.len() as u64;
        if offset < held.start || offset + length as u64 > held.end {
            self.fill(offset, length)?;
        }
        let from = (offset - self.start) as usize;
        Ok(self.bytes.get(from..from + length))
    }

    /// Everything from `offset` to the end of the segment.
    pub(crate) fn rest(&mut self, offset: u64) -> io::Result<&[u8]> {
        let length = self.end.saturating_sub(offset) as usize;
        Ok(self.get(offset, length)?.unwrap_or_default())
    }

    fn fill(&mut self, offset: u64, length: usize) -> io::Result<()> {
        let left = (self.end - offset) as usize;
        let wanted = length.max(self.read_bytes).min(left);
        self.read_bytes = (self.read_bytes * 2).min(READ_BYTES_MAX);
        self.bytes.resize(wanted, 0);
        self.start = offset;
        let read = self.file.read_exact_at(offset, &mut self.bytes);
        if read.is_err() {
            self.bytes.clear();
        }
        read
    }
}
