//! The bytes of one batch: header, body, padding, footer. All numbers are little-endian; `docs/FORMAT.md` has the table.

use std::fmt;

use crate::error::FrameFault;
use crate::frame_map::FramePlace;

/// The format that this crate writes, and the only one that it reads.
pub(crate) const FORMAT_VERSION: u16 = 2;
pub(crate) const HEADER_BYTES: usize = 104;
const FOOTER_BYTES: usize = 16;
const HEADER_CRC_AT: usize = 100;
/// Frames begin at multiples of this, so that a search for a later frame is cheap.
pub(crate) const ALIGNMENT: usize = 8;
/// The length in front of each record, bytes.
const RECORD_PREFIX_BYTES: usize = 4;
/// The size of a frame without records, which is a mark, bytes.
pub(crate) const EMPTY_FRAME_BYTES: usize = HEADER_BYTES + FOOTER_BYTES;
const MAGIC: [u8; 8] = *b"acqframe";

/// A blake3 hash of a whole frame, or of nothing (all zeros) before the first batch.
pub(crate) type Hash = [u8; 32];

/// Which log a segment or a frame belongs to: 16 bytes, random unless given.
///
/// Every frame carries it, so that bytes from another log, or bytes that somebody put into a record, are never taken for a
/// frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LogId([u8; 16]);

impl LogId {
    /// The id with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> LogId {
        LogId(bytes)
    }

    /// The bytes of the id.
    #[must_use]
    pub const fn bytes(self) -> [u8; 16] {
        self.0
    }
}

impl fmt::Display for LogId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

/// Whether a reader compares the previous hash in each frame with the hash of the batch before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chain {
    /// It does, and hashes every batch.
    Checked,
    /// It checks only checksums, places and positions, which is much cheaper.
    Unchecked,
}

/// The size of a batch in the body of its frame, bytes.
pub(crate) fn body_bytes(batch: &[Vec<u8>]) -> usize {
    batch.iter().map(|record| RECORD_PREFIX_BYTES + record.len()).sum()
}

/// The size of a whole frame with a body of `body_bytes`, bytes; a multiple of [`ALIGNMENT`].
pub(crate) fn frame_bytes(body_bytes: usize) -> usize {
    HEADER_BYTES + body_bytes.next_multiple_of(ALIGNMENT) + FOOTER_BYTES
}

pub(crate) fn hash(frame: &[u8]) -> Hash {
    *blake3::hash(frame).as_bytes()
}

/// Replaces the contents of `buffer` by the frame of `batch` at `place`. A batch without records is a mark.
///
/// INVARIANT (one unsynced batch): the caller has synced everything before `place`, so `durable_upto` is its position.
pub(crate) fn encode(place: &FramePlace, log_id: LogId, batch: &[Vec<u8>], buffer: &mut Vec<u8>) {
    let body_length = as_u32(body_bytes(batch));
    buffer.clear();
    buffer.reserve(frame_bytes(body_length as usize));
    buffer.extend_from_slice(&MAGIC);
    buffer.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
    buffer.extend_from_slice(&0_u16.to_le_bytes());
    buffer.extend_from_slice(&as_u32(batch.len()).to_le_bytes());
    buffer.extend_from_slice(&log_id.0);
    buffer.extend_from_slice(&place.segment.to_le_bytes());
    buffer.extend_from_slice(&place.offset.to_le_bytes());
    buffer.extend_from_slice(&place.position.get().to_le_bytes());
    let durable_upto = place.position.get();
    buffer.extend_from_slice(&durable_upto.to_le_bytes());
    buffer.extend_from_slice(&place.previous);
    buffer.extend_from_slice(&body_length.to_le_bytes());
    buffer.extend_from_slice(&crc32c::crc32c(buffer).to_le_bytes());
    for record in batch {
        buffer.extend_from_slice(&as_u32(record.len()).to_le_bytes());
        buffer.extend_from_slice(record);
    }
    buffer.resize(buffer.len().next_multiple_of(ALIGNMENT), 0);
    let body_crc = crc32c::crc32c(&buffer[HEADER_BYTES..]);
    buffer.extend_from_slice(&body_crc.to_le_bytes());
    buffer.extend_from_slice(&body_length.to_le_bytes());
    buffer.extend_from_slice(&place.position.get().to_le_bytes());
}

fn as_u32(length: usize) -> u32 {
    u32::try_from(length).expect("a batch is bounded by its segment")
}

/// The header of a frame, whose checksum has been verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FrameHeader {
    pub(crate) version: u16,
    pub(crate) count: u32,
    pub(crate) log_id: LogId,
    pub(crate) segment: u64,
    pub(crate) offset: u64,
    pub(crate) first: u64,
    pub(crate) durable_upto: u64,
    pub(crate) previous: Hash,
    pub(crate) body_bytes: u32,
}

impl FrameHeader {
    /// Parses a header; `None` unless the magic and the checksum are right.
    pub(crate) fn parse(bytes: &[u8]) -> Option<FrameHeader> {
        let bytes = bytes.get(..HEADER_BYTES)?;
        let mut rest = bytes.strip_prefix(&MAGIC)?;
        let crc = crc32c::crc32c(&bytes[..HEADER_CRC_AT]);
        if bytes[HEADER_CRC_AT..] != crc.to_le_bytes() {
            return None;
        }
        let version = u16::from_le_bytes(take(&mut rest));
        let _reserved: [u8; 2] = take(&mut rest);
        Some(FrameHeader {
            version,
            count: u32::from_le_bytes(take(&mut rest)),
            log_id: LogId(take(&mut rest)),
            segment: u64::from_le_bytes(take(&mut rest)),
            offset: u64::from_le_bytes(take(&mut rest)),
            first: u64::from_le_bytes(take(&mut rest)),
            durable_upto: u64::from_le_bytes(take(&mut rest)),
            previous: take(&mut rest),
            body_bytes: u32::from_le_bytes(take(&mut rest)),
        })
    }

    /// Whether this header was written at this byte of this segment of this log.
    pub(crate) fn is_at_home(&self, log_id: LogId, segment: u64, offset: u64) -> bool {
        self.log_id == log_id && self.segment == segment && self.offset == offset
    }

    /// Whether this is a mark, which says that everything before it is durable, instead of a batch.
    pub(crate) fn is_mark(&self) -> bool {
        self.count == 0
    }

    /// The length of the whole frame, bytes.
    pub(crate) fn frame_bytes(&self) -> usize {
        frame_bytes(self.body_bytes as usize)
    }

    /// Checks that the frame continues the log at `place`. A whole header that does not is no torn write.
    pub(crate) fn check_place(
        &self,
        log_id: LogId,
        place: &FramePlace,
        chain: Chain,
    ) -> Result<(), FrameFault> {
        let misfit = if self.version != FORMAT_VERSION {
            "its format version is not that of its segment"
        } else if !self.is_at_home(log_id, place.segment, place.offset) {
            "it was written for another place"
        } else if self.first != place.position.get() {
            "its first position is not the next one"
        } else if self.durable_upto > self.first {
            "it claims that later positions were durable before it"
        } else if chain == Chain::Checked && self.previous != place.previous {
            "it does not follow the batch before it"
        } else if self.is_mark() && self.body_bytes > 0 {
            "it has a body but no records"
        } else {
            return Ok(());
        };
        Err(FrameFault::Misfit(misfit))
    }

    /// Checks the body and the footer of the whole frame in `frame`.
    pub(crate) fn check_body(&self, frame: &[u8]) -> Result<(), FrameFault> {
        let (covered, mut footer) = frame[HEADER_BYTES..].split_at(self.covered_bytes());
        if take(&mut footer) != crc32c::crc32c(covered).to_le_bytes() {
            return Err(FrameFault::Broken("the checksum of its records is wrong"));
        }
        if take(&mut footer) != self.body_bytes.to_le_bytes() || take(&mut footer) != self.first.to_le_bytes()
        {
            return Err(FrameFault::Broken("its footer does not repeat its header"));
        }
        let mut body = self.body(frame);
        for _ in 0..self.count {
            if take_record(&mut body).is_none() {
                return Err(FrameFault::Misfit("its records are longer than its body"));
            }
        }
        if body.is_empty() {
            Ok(())
        } else {
            Err(FrameFault::Misfit("its records are shorter than its body"))
        }
    }

    /// The body of the frame: its records, each with its length in front, without the padding.
    pub(crate) fn body<'f>(&self, frame: &'f [u8]) -> &'f [u8] {
        &frame[HEADER_BYTES..HEADER_BYTES + self.body_bytes as usize]
    }

    /// The records of the frame, one after another.
    pub(crate) fn records<'f>(&self, frame: &'f [u8]) -> impl Iterator<Item = &'f [u8]> {
        let mut body = self.body(frame);
        std::iter::from_fn(move || take_record(&mut body))
    }

    fn covered_bytes(&self) -> usize {
        self.frame_bytes() - EMPTY_FRAME_BYTES
    }
}

/// Takes one record off the front of a body; `None` if the body is too short for it.
pub(crate) fn take_record<'b>(body: &mut &'b [u8]) -> Option<&'b [u8]> {
    let (length, rest) = body.split_first_chunk::<RECORD_PREFIX_BYTES>()?;
    let (record, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    *body = rest;
    Some(record)
}

/// Takes `N` bytes off the front of `bytes`; the caller has checked the length.
pub(crate) fn take<const N: usize>(bytes: &mut &[u8]) -> [u8; N] {
    let (head, rest) = bytes.split_first_chunk().expect("the length was checked before");
    *bytes = rest;
    *head
}
