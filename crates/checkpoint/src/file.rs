//! The head of a checkpoint's file. The sections follow it, one after another, to the end of the file.
//!
//! | offset | size | meaning |
//! |---:|---:|---|
//! | 0 | 8 | magic, `acqcheck` |
//! | 8 | 4 | format number |
//! | 12 | 4 | `n`, the number of sections |
//! | 16 | 16 | id of the log |
//! | 32 | 8 | position: the last event that the views have applied |
//! | 40 | 8 | when that event was recorded, milliseconds since 1970 |
//! | 48 | 32 | history: covers all events up to that one (see [`CheckpointHead::history`]) |
//! | 80 | 40 `n` | for each section: its length, 8, and the BLAKE3 of its bytes, 32 |
//! | 80 + 40 `n` | 32 | BLAKE3 of everything before it |
//!
//! Numbers are little-endian. Every byte of the file is covered by one of the hashes.

use crate::{MalformedSnapshot, SnapshotReader};

/// The number of the current format. A checkpoint of any other format, older or newer, is not loaded. Raise it with every
/// change to the bytes of a view, or to what a view makes of an event.
pub const FORMAT: u32 = 6;

/// The oldest format whose head has the current fields in the current places. The bytes of its history have another meaning.
const FORMAT_OF_HEAD_MIN: u32 = 2;
/// The oldest format whose head has a history.
const FORMAT_OF_HISTORY_MIN: u32 = 3;
/// More sections than any format has had.
const SECTIONS_MAX: usize = 1 << 10;

const MAGIC: &[u8; 8] = b"acqcheck";
/// Magic, format, count.
const FRONT_BYTES: usize = 16;
const SECTION_BYTES: usize = 40;
const HASH_BYTES: usize = 32;
/// The fields of fixed size between the count and the list of sections.
const FIXED_BYTES: usize = 64;

/// The head of a checkpoint's file, before the bytes of the sections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckpointHead {
    /// The id of the log whose views these are.
    pub log: [u8; 16],
    /// The last event that the views have applied.
    pub position: u64,
    /// When that event was recorded, milliseconds since 1970.
    pub at: i64,
    /// The log's history hash at `position`, over all events that were applied. A log with another hash there has another
    /// history.
    pub history: [u8; 32],
    /// The sections, in the order of the file.
    pub sections: Vec<Section>,
}

/// The length and the hash of one section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    /// The length of the section, bytes.
    pub length: u64,
    /// The BLAKE3 of its bytes, which is a hash of the view's whole state.
    pub hash: [u8; 32],
}

/// Why bytes are not the head of a usable checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeadProblem {
    /// The bytes do not begin with a checkpoint's magic.
    #[error("it is not a checkpoint")]
    Other,
    /// The checkpoint has another format.
    #[error("it has format {0}, but this version reads format {FORMAT}")]
    Format(u32),
    /// The head is damaged.
    #[error("its checksum does not match")]
    Checksum,
}

impl Section {
    /// The section with these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self { length: bytes.len() as u64, hash: *blake3::hash(bytes).as_bytes() }
    }
}

impl CheckpointHead {
    /// The length of the head of a file with this number of sections, bytes.
    pub const fn len_with(sections: usize) -> usize {
        FRONT_BYTES + FIXED_BYTES + SECTION_BYTES * sections + HASH_BYTES
    }

    /// The encoded head.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(Self::len_with(self.sections.len()));
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&FORMAT.to_le_bytes());
        out.extend_from_slice(&(self.sections.len() as u32).to_le_bytes());
        out.extend_from_slice(&self.log);
        out.extend_from_slice(&self.position.to_le_bytes());
        out.extend_from_slice(&self.at.to_le_bytes());
        out.extend_from_slice(&self.history);
        for Section { length, hash } in &self.sections {
            out.extend_from_slice(&length.to_le_bytes());
            out.extend_from_slice(hash);
        }
        let checksum = blake3::hash(&out);
        out.extend_from_slice(checksum.as_bytes());
        out
    }

    /// Reads the head of a file that begins with `bytes` and must have this number of sections.
    ///
    /// # Errors
    /// The file is not a checkpoint, has another format or number of sections, or its head is damaged.
    pub fn read(bytes: &[u8], sections: usize) -> Result<Self, HeadProblem> {
        match format_of(bytes) {
            None => return Err(HeadProblem::Other),
            Some(FORMAT) => {}
            Some(other) => return Err(HeadProblem::Format(other)),
        }
        let (covered, rest) =
            bytes.split_at_checked(Self::len_with(sections) - HASH_BYTES).ok_or(HeadProblem::Checksum)?;
        if !rest.starts_with(blake3::hash(covered).as_bytes()) {
            return Err(HeadProblem::Checksum);
        }
        Self::fields(covered, sections).map_err(|MalformedSnapshot| HeadProblem::Checksum)
    }

    fn fields(covered: &[u8], sections: usize) -> Result<Self, MalformedSnapshot> {
        let mut reader = SnapshotReader::new(covered);
        reader.take(FRONT_BYTES - 4)?;
        if reader.array().map(u32::from_le_bytes)? as usize != sections {
            return Err(MalformedSnapshot);
        }
        let log = reader.array()?;
        let position = reader.array().map(u64::from_le_bytes)?;
        let at = reader.array().map(i64::from_le_bytes)?;
        let history = reader.array()?;
        let section =
            |_| Ok(Section { length: reader.array().map(u64::from_le_bytes)?, hash: reader.array()? });
        let sections = (0..sections).map(section).collect::<Result<_, MalformedSnapshot>>()?;
        Ok(Self { log, position, at, history, sections })
    }

    /// The length of the whole file, bytes; `None` if the sum overflows.
    pub fn file_len(&self) -> Option<u64> {
        let head = Self::len_with(self.sections.len()) as u64;
        self.sections.iter().try_fold(head, |sum, section| sum.checked_add(section.length))
    }
}

/// What a checkpoint proves about its log, even if its views cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogEvidence {
    /// The id of the log.
    pub log: [u8; 16],
    /// An event that was durable when the checkpoint was written.
    pub position: u64,
    /// The log's history hash at that event; `None` if the checkpoint's format has none.
    pub history: Option<[u8; 32]>,
}

impl LogEvidence {
    /// What a file that begins with `bytes` proves, even if its format is an earlier one. `None` if it is not a checkpoint, is
    /// damaged, or has an unknown format. The head is within the first 64 KiB of a file.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let format = format_of(bytes).filter(|format| (FORMAT_OF_HEAD_MIN..=FORMAT).contains(format))?;
        let count = bytes.get(FRONT_BYTES - 4..)?.first_chunk()?;
        let sections = usize::try_from(u32::from_le_bytes(*count)).ok().filter(|n| *n <= SECTIONS_MAX)?;
        let (covered, rest) = bytes.split_at_checked(CheckpointHead::len_with(sections) - HASH_BYTES)?;
        if !rest.starts_with(blake3::hash(covered).as_bytes()) {
            return None;
        }
        let CheckpointHead { log, position, history, .. } = CheckpointHead::fields(covered, sections).ok()?;
        Some(Self { log, position, history: (format >= FORMAT_OF_HISTORY_MIN).then_some(history) })
    }
}

/// The format of a file that begins with `bytes`; `None` if it is not a checkpoint. Magic and format number have the same
/// places in every format.
pub fn format_of(bytes: &[u8]) -> Option<u32> {
    let (format, _) = bytes.strip_prefix(MAGIC)?.split_first_chunk()?;
    Some(u32::from_le_bytes(*format))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> CheckpointHead {
        let sections = vec![Section::of(b"members"), Section::of(b"")];
        CheckpointHead { log: [7; 16], position: 42, at: -5, history: [9; 32], sections }
    }

    #[test]
    fn a_head_is_read_back_as_written() {
        let bytes = head().bytes();
        assert_eq!(bytes.len(), CheckpointHead::len_with(2));
        assert_eq!(CheckpointHead::read(&bytes, 2), Ok(head()));
        assert_eq!(head().file_len(), Some(bytes.len() as u64 + 7));
        assert_eq!(CheckpointHead::read(&[bytes.as_slice(), b"members"].concat(), 2), Ok(head()));
    }

    #[test]
    fn a_head_with_a_flipped_bit_or_another_length_is_refused() {
        let bytes = head().bytes();
        for bit in 0..bytes.len() * 8 {
            let mut other = bytes.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            let problem = match bit / 8 {
                0..8 => HeadProblem::Other,
                8..12 => HeadProblem::Format(FORMAT ^ 1 << (bit - 64)),
                _ => HeadProblem::Checksum,
            };
            assert_eq!(CheckpointHead::read(&other, 2), Err(problem), "bit {bit}");
        }
        for length in 0..bytes.len() {
            let problem = if length < 12 { HeadProblem::Other } else { HeadProblem::Checksum };
            assert_eq!(CheckpointHead::read(&bytes[..length], 2), Err(problem), "{length} bytes");
        }
        for sections in [0, 1, 3] {
            assert_eq!(
                CheckpointHead::read(&bytes, sections),
                Err(HeadProblem::Checksum),
                "{sections} sections"
            );
        }
    }

    #[test]
    fn a_head_of_this_or_an_earlier_format_proves_how_far_its_log_reached() {
        let bytes = head().bytes();
        let proof = LogEvidence { log: [7; 16], position: 42, history: Some([9; 32]) };
        assert_eq!(LogEvidence::read(&[bytes.as_slice(), b"members"].concat()), Some(proof));
        for bit in 0..bytes.len() * 8 {
            let mut other = bytes.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(LogEvidence::read(&other), None, "bit {bit}");
        }
        for length in 0..bytes.len() {
            assert_eq!(LogEvidence::read(&bytes[..length]), None, "{length} bytes");
        }
        let of_format = |format: u32| {
            let mut other = bytes.clone();
            other[8..12].copy_from_slice(&format.to_le_bytes());
            let covered = other.len() - HASH_BYTES;
            let hash = *blake3::hash(&other[..covered]).as_bytes();
            other[covered..].copy_from_slice(&hash);
            LogEvidence::read(&other)
        };
        assert_eq!(
            of_format(2),
            Some(LogEvidence { history: None, ..proof }),
            "the history's bytes have another meaning in format 2"
        );
        assert_eq!((of_format(1), of_format(FORMAT + 1)), (None, None));
    }

    #[test]
    fn a_file_length_that_overflows_is_none() {
        let long = Section { length: u64::MAX, hash: [0; 32] };
        assert_eq!(CheckpointHead { sections: vec![long], ..head() }.file_len(), None);
    }
}
