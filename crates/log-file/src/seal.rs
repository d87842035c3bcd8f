//! The end of a segment that has a successor: what is in it, and the root that stands for it.

use std::io;

use acquaint_log::Position;

use crate::error::Fault;
use crate::frame::{FORMAT_VERSION, Hash, LogId, take};
use crate::frame_map::Place;
use crate::segment::SegmentHeader;
use crate::storage::StoredFile;

/// The last bytes of every segment: zeros until it is sealed.
pub(crate) const SEAL_BYTES: usize = 160;
const CRC_AT: usize = SEAL_BYTES - 4;
const MAGIC: [u8; 8] = *b"acq-seal";

/// What the end of a sealed segment says. It is written once, when the successor has its name and is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seal {
    pub(crate) log_id: LogId,
    /// The place after the last frame: also the first position and the previous hash of the successor.
    pub(crate) end: Place,
    /// The first position of the segment.
    pub(crate) first: Position,
    /// The Merkle root over the events of the segment.
    pub(crate) root: Hash,
}

/// What lies where a seal goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sealed {
    /// A seal with a right checksum.
    Yes(Seal),
    /// Zeros only.
    No,
    /// Anything else.
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

    /// Reads what is in `bytes`, of which there are [`SEAL_BYTES`].
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
        Some(Seal { log_id, end: Place { segment, offset, position, previous }, first, root })
    }

    /// Checks that this is a seal of the segment of `header`.
    pub(crate) fn check_segment(&self, header: &SegmentHeader) -> Result<(), Fault> {
        if self.log_id != header.log_id || self.end.segment != header.id || self.first != header.first {
            Err(Fault::Seal("it was written for another segment"))
        } else {
            Ok(())
        }
    }

    /// Checks that this seal is of the segment of `header`, and that its frames end at `end`.
    pub(crate) fn check(&self, header: &SegmentHeader, end: &Place) -> Result<(), Fault> {
        self.check_segment(header)?;
        if self.end == *end { Ok(()) } else { Err(Fault::Seal("the batches before it end elsewhere")) }
    }
}

/// Reads what lies at the end of a file of `segment_bytes`.
pub(crate) fn read(file: &mut dyn StoredFile, segment_bytes: u64) -> io::Result<Sealed> {
    let mut bytes = [0; SEAL_BYTES];
    let count = file.read_at(at(segment_bytes), &mut bytes)?;
    Ok(if count == SEAL_BYTES { Seal::parse(&bytes) } else { Sealed::Broken })
}

/// Where the seal of a segment of this size goes, and its frames have ended, bytes.
pub(crate) fn at(segment_bytes: u64) -> u64 {
    segment_bytes - SEAL_BYTES as u64
}

/// Writes `seal` to the end of the segment of `header`, which is in `file`, durably.
pub(crate) fn write_to(file: &mut dyn StoredFile, header: &SegmentHeader, seal: &Seal) -> io::Result<()> {
    file.write_at(at(header.segment_bytes), &seal.encode())?;
    file.sync()
}
