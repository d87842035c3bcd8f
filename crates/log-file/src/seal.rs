//! The seal at the end of a segment that has a successor: where its frames end, and the Merkle root of its events.

use std::io;

use acquaint_log::Position;

use crate::error::FrameFault;
use crate::frame::{FORMAT_VERSION, Hash, LogId, take};
use crate::frame_map::FramePlace;
use crate::segment::SegmentHeader;
use crate::storage::StoredFile;

/// The size of a seal: the last bytes of every segment, zeros until it is sealed.
pub(crate) const SEAL_BYTES: usize = 160;
const CRC_AT: usize = SEAL_BYTES - 4;
const MAGIC: [u8; 8] = *b"acq-seal";

/// The seal of a segment. It is written once, when the successor has its name and is still empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seal {
    pub(crate) log_id: LogId,
    /// The place after the last frame. Its position and hash are the first position and the previous hash of the successor.
    pub(crate) end: FramePlace,
    /// The first position of the segment.
    pub(crate) first: Position,
    /// The Merkle root over the events of the segment.
    pub(crate) root: Hash,
}

/// What the seal's bytes of a segment hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sealed {
    /// A seal with the right checksum.
    Yes(Seal),
    /// Only zeros: the segment is not sealed.
    No,
    /// Any other bytes.
    Broken,
}

impl Seal {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(SEAL_BYTES);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
        bytes.extend_from_slice(&[0; 6]);
        bytes.extend_from_slice(&self.log_id.bytes());
        bytes.extend_from_slice(&self.end.segment.to_le_bytes());
        bytes.extend_from_slice(&self.first.get().to_le_bytes());
        bytes.extend_from_slice(&self.end.position.get().to_le_bytes());
        bytes.extend_from_slice(&self.end.offset.to_le_bytes());
        bytes.extend_from_slice(&self.end.previous);
        bytes.extend_from_slice(&self.root);
        bytes.resize(CRC_AT, 0);
        bytes.extend_from_slice(&crc32c::crc32c(&bytes).to_le_bytes());
        bytes
    }

    /// Parses the [`SEAL_BYTES`] bytes in `bytes`.
    pub(crate) fn parse(bytes: &[u8]) -> Sealed {
        if bytes.iter().all(|&byte| byte == 0) {
            return Sealed::No;
        }
        Seal::parse_written(bytes).map_or(Sealed::Broken, Sealed::Yes)
    }

    fn parse_written(bytes: &[u8]) -> Option<Seal> {
        let bytes = bytes.get(..SEAL_BYTES)?;
        let mut rest = bytes.strip_prefix(&MAGIC)?;
        if bytes[CRC_AT..] != crc32c::crc32c(&bytes[..CRC_AT]).to_le_bytes() {
            return None;
        }
        let _version_and_zeros: [u8; 8] = take(&mut rest);
        let log_id = LogId::from_bytes(take(&mut rest));
        let segment = u64::from_le_bytes(take(&mut rest));
        let first = Position::new(u64::from_le_bytes(take(&mut rest)))?;
        let position = Position::new(u64::from_le_bytes(take(&mut rest)))?;
        let offset = u64::from_le_bytes(take(&mut rest));
        let previous = take(&mut rest);
        let root = take(&mut rest);
        Some(Seal { log_id, end: FramePlace { segment, offset, position, previous }, first, root })
    }

    /// Checks that this is the seal of the segment of `header`.
    pub(crate) fn check_segment(&self, header: &SegmentHeader) -> Result<(), FrameFault> {
        if self.log_id != header.log_id || self.end.segment != header.id || self.first != header.first {
            Err(FrameFault::Seal("it was written for another segment"))
        } else {
            Ok(())
        }
    }

    /// Checks that this is the seal of the segment of `header`, and that it says that the frames end at `end`.
    pub(crate) fn check(&self, header: &SegmentHeader, end: &FramePlace) -> Result<(), FrameFault> {
        self.check_segment(header)?;
        if self.end == *end { Ok(()) } else { Err(FrameFault::Seal("the batches before it end elsewhere")) }
    }
}

/// Reads the seal of a segment of `segment_bytes`.
pub(crate) fn read(file: &mut dyn StoredFile, segment_bytes: u64) -> io::Result<Sealed> {
    let mut bytes = [0; SEAL_BYTES];
    let count = file.read_at(at(segment_bytes), &mut bytes)?;
    Ok(if count == SEAL_BYTES { Seal::parse(&bytes) } else { Sealed::Broken })
}

/// The offset of the seal in a segment of this size, bytes. No frame extends past it.
pub(crate) fn at(segment_bytes: u64) -> u64 {
    segment_bytes - SEAL_BYTES as u64
}

/// Writes `seal` durably to the end of `file`, which is the segment of `header`.
pub(crate) fn write_to(file: &mut dyn StoredFile, header: &SegmentHeader, seal: &Seal) -> io::Result<()> {
    file.write_at(at(header.segment_bytes), &seal.encode())?;
    file.sync()
}
