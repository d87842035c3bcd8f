//! One segment file: its name, its header, and how it is created.

use std::io;

use acquaint_log::Position;

use crate::error::FrameFault;
use crate::frame::{EMPTY_FRAME_BYTES, FORMAT_VERSION, Hash, LogId, take};
use crate::frame_map::FramePlace;
use crate::merkle::Salt;
use crate::seal::SEAL_BYTES;
use crate::storage::{Access, Storage, StoredFile};

/// The size of a segment's header, which is the offset of its first frame, bytes.
pub(crate) const SEGMENT_HEADER_BYTES: usize = 136;
/// The smallest segment, bytes: it has room for the header, the seal and a batch of nearly half a kilobyte.
pub(crate) const SEGMENT_BYTES_MIN: u64 = 1 << 10;
/// The largest segment, bytes: opening may hold a whole one in memory to search for a later frame, and lengths stay far
/// below 32 bits.
pub(crate) const SEGMENT_BYTES_MAX: u64 = 64 << 20;
/// The offset at which every format version has a checksum of all bytes before it.
const COMMON_CRC_AT: usize = 92;
const HEADER_CRC_AT: usize = 128;
const MAGIC: [u8; 8] = *b"acqsegmt";
const VERSION_ENDS_AT: usize = 10;
const SUFFIX: &str = ".segment";
/// The end of the name of an unfinished segment, which may be removed because it has no events yet.
pub(crate) const UNFINISHED_SUFFIX: &str = ".segment.new";
const FILL_BYTES: usize = 256 << 10;

/// The header of a segment. It is written once, before the segment gets its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SegmentHeader {
    pub(crate) log_id: LogId,
    /// 1 for the first segment of the log, then ascending without gaps.
    pub(crate) id: u64,
    pub(crate) first: Position,
    /// The hash of the last batch before this segment.
    pub(crate) previous: Hash,
    /// The size of the segment file, bytes; the same for every segment of the log.
    pub(crate) segment_bytes: u64,
    /// The salt from which the salts of the segment's leaves are derived.
    pub(crate) salt: Salt,
}

impl SegmentHeader {
    /// The header of the first segment of a log.
    pub(crate) fn first_of(log_id: LogId, salt: Salt, segment_bytes: u64) -> SegmentHeader {
        let FramePlace { segment, position, previous, .. } = FramePlace::BEFORE_ALL;
        SegmentHeader { log_id, id: segment + 1, first: position, previous, segment_bytes, salt }
    }

    /// The header of the next segment, if the frames of this one end at `end`.
    pub(crate) fn next(&self, end: &FramePlace) -> SegmentHeader {
        SegmentHeader {
            id: self.id + 1,
            first: end.position,
            previous: end.previous,
            salt: self.salt.next(),
            ..*self
        }
    }

    /// The place of the segment's first frame.
    pub(crate) fn start(&self) -> FramePlace {
        FramePlace {
            segment: self.id,
            offset: SEGMENT_HEADER_BYTES as u64,
            position: self.first,
            previous: self.previous,
        }
    }

    pub(crate) fn name(&self) -> String {
        name(self.first)
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(SEGMENT_HEADER_BYTES);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
        bytes.extend_from_slice(&[0; 6]);
        bytes.extend_from_slice(&self.log_id.bytes());
        bytes.extend_from_slice(&self.id.to_le_bytes());
        bytes.extend_from_slice(&self.first.get().to_le_bytes());
        bytes.extend_from_slice(&self.previous);
        bytes.extend_from_slice(&self.segment_bytes.to_le_bytes());
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(&crc32c::crc32c(&bytes).to_le_bytes());
        bytes.extend_from_slice(&self.salt.bytes());
        bytes.extend_from_slice(&crc32c::crc32c(&bytes).to_le_bytes());
        bytes.resize(SEGMENT_HEADER_BYTES, 0);
        bytes
    }

    pub(crate) fn parse(bytes: &[u8]) -> Result<SegmentHeader, FrameFault> {
        let wrong = FrameFault::SegmentHeader;
        match version_of(bytes)? {
            FORMAT_VERSION => {}
            older if older < FORMAT_VERSION => return Err(FrameFault::OlderFormat(older)),
            newer => return Err(FrameFault::NewerFormat(newer)),
        }
        let bytes = bytes.get(..SEGMENT_HEADER_BYTES).ok_or(wrong("the file is shorter than it"))?;
        let (covered, rest) = bytes.split_at(HEADER_CRC_AT);
        let mut tail = rest;
        if take(&mut tail) != crc32c::crc32c(covered).to_le_bytes() || tail != [0; 4] {
            return Err(wrong("its second checksum does not match"));
        }
        let mut rest = &covered[VERSION_ENDS_AT..];
        let _reserved: [u8; 6] = take(&mut rest);
        let header = SegmentHeader {
            log_id: LogId::from_bytes(take(&mut rest)),
            id: u64::from_le_bytes(take(&mut rest)),
            first: Position::new(u64::from_le_bytes(take(&mut rest)))
                .ok_or(wrong("it begins at position 0"))?,
            previous: take(&mut rest),
            segment_bytes: u64::from_le_bytes(take(&mut rest)),
            salt: Salt::from_bytes(
                covered[COMMON_CRC_AT + 4..].try_into().map_err(|_| wrong("it has no salt"))?,
            ),
        };
        if (SEGMENT_BYTES_MIN..=SEGMENT_BYTES_MAX).contains(&header.segment_bytes) {
            Ok(header)
        } else {
            Err(wrong("the segment size in it is not possible"))
        }
    }

    /// Returns this header if it is the one `expected` where it was found.
    pub(crate) fn check_equal(self, expected: &SegmentHeader) -> Result<SegmentHeader, FrameFault> {
        let wrong = FrameFault::SegmentHeader;
        if self.log_id != expected.log_id {
            Err(FrameFault::OtherLog(self.log_id))
        } else if self.first != expected.first {
            Err(wrong("its first position is not the one in its file name"))
        } else if self.id != expected.id {
            Err(wrong("its number does not follow that of the segment before it"))
        } else if self.previous != expected.previous {
            Err(wrong("it does not follow the batch before it"))
        } else if self.segment_bytes != expected.segment_bytes {
            Err(wrong("its segment size is not that of the log"))
        } else if self.salt != expected.salt {
            Err(wrong("its salt does not follow that of the segment before it"))
        } else {
            Ok(self)
        }
    }
}

/// The format version of a segment that begins with `bytes`. Every version stores it in the same place.
pub(crate) fn version_of(bytes: &[u8]) -> Result<u16, FrameFault> {
    let wrong = FrameFault::SegmentHeader;
    let bytes = bytes.get(..COMMON_CRC_AT + 4).ok_or(wrong("the file is shorter than it"))?;
    let mut rest = bytes.strip_prefix(&MAGIC).ok_or(wrong("it does not begin as one"))?;
    if bytes[COMMON_CRC_AT..] != crc32c::crc32c(&bytes[..COMMON_CRC_AT]).to_le_bytes() {
        return Err(wrong("its checksum does not match"));
    }
    Ok(u16::from_le_bytes(take(&mut rest)))
}

/// The file name of the segment that begins at `first`; names sort in the order of the positions.
pub(crate) fn name(first: Position) -> String {
    format!("{first:020}{SUFFIX}")
}

/// The first position of the segment that is called `file_name`; `None` if that is not the name of a segment.
pub(crate) fn first_of(file_name: &str) -> Option<Position> {
    let first = Position::new(file_name.strip_suffix(SUFFIX)?.parse().ok()?)?;
    (name(first) == file_name).then_some(first)
}

/// The first positions of the segments in the folder, ascending.
pub(crate) fn firsts(storage: &dyn Storage) -> io::Result<Vec<Position>> {
    let names = storage.names()?;
    Ok(names.iter().filter_map(|name| first_of(name)).collect())
}

/// The largest body that fits into a new segment together with its header, a mark and its seal, bytes.
pub(crate) fn body_bytes_max(segment_bytes: u64) -> u64 {
    let around = SEGMENT_HEADER_BYTES + EMPTY_FRAME_BYTES + EMPTY_FRAME_BYTES + SEAL_BYTES;
    (segment_bytes - around as u64) / 8 * 8
}

/// Creates the segment of `header`, zero-filled and durable under its name; returns the descriptor that wrote it.
pub(crate) fn create(storage: &dyn Storage, header: &SegmentHeader) -> io::Result<Box<dyn StoredFile>> {
    create_with(storage, &header.name(), header.segment_bytes, header.encode())
}

/// Creates or replaces the segment file `name`, with `head` at its beginning and zeros after that.
///
/// INVARIANT (whole segments): a file has a segment's name only after its header and all its zeros are synced.
pub(crate) fn create_with(
    storage: &dyn Storage,
    name: &str,
    segment_bytes: u64,
    head: Vec<u8>,
) -> io::Result<Box<dyn StoredFile>> {
    let unfinished = format!("{name}.new");
    if storage.names()?.contains(&unfinished) {
        storage.remove(&unfinished)?;
    }
    let mut file = storage.open(&unfinished, Access::Create)?;
    let mut chunk = head;
    let mut written = 0;
    while written < segment_bytes {
        let left = segment_bytes - written;
        chunk.resize(FILL_BYTES.max(chunk.len()).min(left as usize), 0);
        file.write_at(written, &chunk)?;
        written += chunk.len() as u64;
        chunk.clear();
    }
    file.sync()?;
    storage.rename(&unfinished, name)?;
    storage.sync_folder()?;
    Ok(file)
}
