//! Converts a log of format version 1 to the current version.
//!
//! Version 1 had segment headers of 96 bytes, no salt and no marks, and its seal was a frame without records.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use acquaint_log::{AppendError, EventLog as _, Position};

use crate::disk::Disk;
use crate::error::{Attempt, OpenError};
use crate::file_log::{FileLog, Options, first_position};
use crate::frame::{self, FrameHeader, HEADER_BYTES, Hash, LogId, take};
use crate::probe::is_blank;
use crate::recovery::random_salt;
use crate::segment::{self, SEGMENT_BYTES_MAX, version_of};
use crate::storage::{Access, Storage};

const VERSION: u16 = 1;
const SEGMENT_HEADER_BYTES: usize = 96;

/// The result of a conversion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Converted {
    /// The number of events in the log.
    pub events: u64,
    /// The folder that keeps the old log.
    pub kept: PathBuf,
    /// The size of a torn tail after the last whole batch of the old log, bytes. It was not converted. 0 if none.
    pub torn_bytes: u64,
}

/// Why a log was not converted. The log is unchanged.
#[derive(Debug, thiserror::Error)]
pub enum ConvertError {
    /// There is no log, or a file could not be read or written.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The log does not have format version 1.
    #[error("the log in `{folder}` has format version {found}; only version {VERSION} can be converted")]
    Version {
        /// The folder of the log.
        folder: PathBuf,
        /// The format version of the log.
        found: u16,
    },
    /// The old log is damaged.
    #[error("`{segment}` is damaged at byte {offset}: {what}; restore it from a backup, then convert")]
    Damaged {
        /// The path of the damaged segment.
        segment: PathBuf,
        /// The offset of the damage in the segment, bytes.
        offset: u64,
        /// What is wrong there.
        what: &'static str,
    },
    /// A folder already has a name that the conversion needs.
    #[error("`{0}` is in the way; move it elsewhere, then convert")]
    InTheWay(PathBuf),
    /// The new log refused a batch.
    #[error("the converted log cannot be written: {0}")]
    Append(#[from] AppendError),
}

/// Converts the log in `folder` from format version 1 to the current version. The old log is kept in a folder next to it,
/// whose name ends with `.version-1`.
///
/// # Errors
/// [`ConvertError`]; `folder` is unchanged then, unless the last rename failed: the old log has its new name in that case.
pub fn convert(folder: &Path) -> Result<Converted, ConvertError> {
    let sibling = |suffix: &str| {
        let mut name = folder.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    let (new, kept) = (sibling(".converted"), sibling(".version-1"));
    if let Some(there) = [&new, &kept].into_iter().find(|path| path.exists()) {
        return Err(ConvertError::InTheWay(there.clone()));
    }
    let old = Disk::new(folder);
    let mut reader = V1Log::open(&old)?;
    let segment_bytes = (reader.segment_bytes + ROOM_BYTES).min(SEGMENT_BYTES_MAX);
    let salt = random_salt().attempt("ask for random bytes for", folder, "")?;
    let options =
        Options { segment_bytes, origin: Some((reader.log_id, salt)), scrub: None, witnesses: Vec::new() };
    let log = FileLog::open(&new, &options)?;
    let torn_bytes =
        reader.each_batch(&mut |batch| Ok(log.append(log.next_position(), batch).map(drop)?))?;
    let events = log.next_position().get() - 1;
    drop(log);
    fs::rename(folder, &kept).attempt("rename", folder, "")?;
    fs::rename(&new, folder).attempt("rename", &new, "")?;
    if let Some(above) = folder.parent() {
        Disk::new(above).sync_folder().attempt("sync", above, "")?;
    }
    Ok(Converted { events, kept, torn_bytes })
}

/// A new segment is larger by this much, bytes, so that the largest batch still fits: this version has more overhead.
const ROOM_BYTES: u64 = 256;

/// Called with each batch of the old log.
type TakeBatch<'t> = dyn FnMut(&[Vec<u8>]) -> Result<(), ConvertError> + 't;

/// A log of version 1.
struct V1Log<'d> {
    disk: &'d Disk,
    firsts: Vec<Position>,
    log_id: LogId,
    segment_bytes: u64,
    next: Position,
    previous: Hash,
}

impl V1Log<'_> {
    fn open(disk: &Disk) -> Result<V1Log<'_>, ConvertError> {
        let first = first_position(disk)?;
        let folder = disk.path();
        let firsts = segment::firsts(disk).attempt("list", folder, "")?;
        let bytes = read_segment(disk, first).attempt("read", folder, &segment::name(first))?;
        let damaged = |what| damage(disk, first, 0, what);
        let found = version_of(&bytes).map_err(|_| damaged("its header is wrong"))?;
        if found != VERSION {
            return Err(ConvertError::Version { folder: folder.to_owned(), found });
        }
        let mut id = &bytes[16..];
        let log_id = LogId::from_bytes(take(&mut id));
        let segment_bytes = bytes.len() as u64;
        Ok(V1Log { disk, firsts, log_id, segment_bytes, next: Position::FIRST, previous: [0; 32] })
    }

    /// Passes every batch to `take_batch`, in order; returns the size of a torn tail after them, bytes.
    fn each_batch(&mut self, take_batch: &mut TakeBatch<'_>) -> Result<u64, ConvertError> {
        let firsts = self.firsts.clone();
        for (index, &first) in firsts.iter().enumerate() {
            let is_last = index + 1 == firsts.len();
            let name = segment::name(first);
            let bytes = read_segment(self.disk, first).attempt("read", self.disk.path(), &name)?;
            self.check_header(index as u64 + 1, first, &bytes)?;
            let end = self.each_of_segment(index as u64 + 1, &bytes, take_batch)?;
            let rest = &bytes[end..];
            let written = rest.iter().rposition(|&byte| byte != 0).map_or(0, |last| last as u64 + 1);
            let sealed = self.frame_at(index as u64 + 1, end, &bytes);
            let is_sealed = sealed.is_some_and(|(header, _)| header.count == 0);
            match (is_last, is_sealed) {
                (true, false) => return Ok(written),
                (false, true) => {}
                (false, false) if is_blank(rest) => {}
                (true, true) => return Err(damage(self.disk, first, end, "the segment after it is missing")),
                (false, false) => return Err(damage(self.disk, first, end, "a batch is not whole")),
            }
        }
        Ok(0)
    }

    fn check_header(&self, id: u64, first: Position, bytes: &[u8]) -> Result<(), ConvertError> {
        let mut expected = Vec::from(*b"acqsegmt");
        expected.extend_from_slice(&VERSION.to_le_bytes());
        expected.extend_from_slice(&[0; 6]);
        expected.extend_from_slice(&self.log_id.bytes());
        expected.extend_from_slice(&id.to_le_bytes());
        expected.extend_from_slice(&self.next.get().to_le_bytes());
        expected.extend_from_slice(&self.previous);
        expected.extend_from_slice(&self.segment_bytes.to_le_bytes());
        expected.extend_from_slice(&[0; 4]);
        expected.extend_from_slice(&crc32c::crc32c(&expected).to_le_bytes());
        let is_right = bytes.starts_with(&expected) && bytes.len() as u64 == self.segment_bytes;
        if is_right {
            Ok(())
        } else {
            Err(damage(self.disk, first, 0, "it does not follow what is before it"))
        }
    }

    /// Passes every batch of one segment to `take_batch`; returns the offset where the frames end.
    fn each_of_segment(
        &mut self,
        id: u64,
        bytes: &[u8],
        take_batch: &mut TakeBatch<'_>,
    ) -> Result<usize, ConvertError> {
        let mut at = SEGMENT_HEADER_BYTES;
        while let Some((header, frame)) = self.frame_at(id, at, bytes) {
            if header.count == 0 {
                break;
            }
            let batch: Vec<Vec<u8>> = header.records(frame).map(<[u8]>::to_vec).collect();
            take_batch(&batch)?;
            self.next = self.next.plus(u64::from(header.count));
            self.previous = frame::hash(frame);
            at += frame.len();
        }
        Ok(at)
    }

    /// The frame at `at`, if it is whole, was written for this place in this log, and continues the log.
    fn frame_at<'b>(&self, id: u64, at: usize, bytes: &'b [u8]) -> Option<(FrameHeader, &'b [u8])> {
        let rest = bytes.get(at..)?;
        let header = FrameHeader::parse(rest.get(..HEADER_BYTES)?)?;
        let frame = rest.get(..header.frame_bytes())?;
        let fits = header.version == VERSION
            && header.is_at_home(self.log_id, id, at as u64)
            && header.first == self.next.get()
            && header.previous == self.previous
            && header.check_body(frame).is_ok();
        fits.then_some((header, frame))
    }
}

fn damage(disk: &Disk, first: Position, offset: usize, what: &'static str) -> ConvertError {
    let segment = disk.path().join(segment::name(first));
    ConvertError::Damaged { segment, offset: offset as u64, what }
}

/// All bytes of the segment that begins at `first`, up to the largest possible segment size.
fn read_segment(disk: &Disk, first: Position) -> io::Result<Vec<u8>> {
    let mut file = disk.open(&segment::name(first), Access::Read)?;
    let mut bytes = vec![0; file.length()?.min(SEGMENT_BYTES_MAX) as usize];
    let count = file.read_at(0, &mut bytes)?;
    bytes.truncate(count);
    Ok(bytes)
}
