//! Reads a log of format version 1, to write it again as one of today's.
//!
//! Version 1 had headers of 96 bytes, no salt, no mark, and a frame without records as the seal.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use acquaint_log::{AppendError, EventLog as _, Position};

use crate::disk::Disk;
use crate::error::{Attempt, OpenError};
use crate::file_log::{FileLog, Options, absent_unless_there};
use crate::frame::{self, FrameHeader, HEADER_BYTES, Hash, LogId, take};
use crate::probe::is_blank;
use crate::recovery::random_salt;
use crate::segment::{self, SEGMENT_BYTES_MAX, version_of};
use crate::storage::{Access, Storage};

const VERSION: u16 = 1;
const SEGMENT_HEADER_BYTES: usize = 96;

/// What was converted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Converted {
    /// Events.
    pub events: u64,
    /// The folder that the old log is kept in.
    pub kept: PathBuf,
    /// What followed the last whole batch in the old log, as after a loss of power, bytes. It was not taken over.
    pub torn_bytes: u64,
}

/// Why a log was not converted. It is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ConvertError {
    /// The log is not there, or a file could not be read or written.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The log is of another version.
    #[error("the log in `{folder}` has format version {found}; only version {VERSION} is converted")]
    Version {
        /// The folder.
        folder: PathBuf,
        /// Its version.
        found: u16,
    },
    /// The old log is damaged.
    #[error("`{segment}` is damaged at byte {offset}: {what}; put it back from a backup, then convert")]
    Damaged {
        /// The segment.
        segment: PathBuf,
        /// Where, bytes.
        offset: u64,
        /// What is wrong.
        what: &'static str,
    },
    /// A folder is in the way.
    #[error("`{0}` is in the way; move it elsewhere, then convert")]
    InTheWay(PathBuf),
    /// The new log refused a batch.
    #[error("the converted log cannot be written: {0}")]
    Append(#[from] AppendError),
}

/// Writes the log in `folder`, which is of version 1, as one of today's version; the old one is kept beside it, in a folder of
/// the same name with `.version-1` behind it.
///
/// # Errors
/// [`ConvertError`]; then `folder` is as it was.
pub fn convert(folder: &Path) -> Result<Converted, ConvertError> {
    let beside = |suffix: &str| {
        let mut name = folder.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    let (new, kept) = (beside(".converted"), beside(".version-1"));
    if let Some(there) = [&new, &kept].into_iter().find(|path| path.exists()) {
        return Err(ConvertError::InTheWay(there.clone()));
    }
    let old = Disk::new(folder);
    let mut reader = Earlier::open(&old)?;
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

/// By this much more room than in version 1 is taken around the greatest batch, bytes.
const ROOM_BYTES: u64 = 256;

/// What is done with each batch.
type TakeBatch<'t> = dyn FnMut(&[Vec<u8>]) -> Result<(), ConvertError> + 't;

/// A log of version 1.
struct Earlier<'d> {
    disk: &'d Disk,
    firsts: Vec<Position>,
    log_id: LogId,
    segment_bytes: u64,
    next: Position,
    previous: Hash,
}

impl Earlier<'_> {
    fn open(disk: &Disk) -> Result<Earlier<'_>, ConvertError> {
        let first = absent_unless_there(disk)?;
        let folder = disk.path();
        let firsts = segment::firsts(disk).attempt("list", folder, "")?;
        let bytes = whole(disk, first).attempt("read", folder, &segment::name(first))?;
        let damaged = |what| damage(disk, first, 0, what);
        let found = version_of(&bytes).map_err(|_| damaged("its header is wrong"))?;
        if found != VERSION {
            return Err(ConvertError::Version { folder: folder.to_owned(), found });
        }
        let mut id = &bytes[16..];
        let log_id = LogId::from_bytes(take(&mut id));
        let segment_bytes = bytes.len() as u64;
        Ok(Earlier { disk, firsts, log_id, segment_bytes, next: Position::FIRST, previous: [0; 32] })
    }

    /// Gives every batch to `take_batch`, in order; returns how many bytes of a torn tail follow.
    fn each_batch(&mut self, take_batch: &mut TakeBatch<'_>) -> Result<u64, ConvertError> {
        let firsts = self.firsts.clone();
        for (index, &first) in firsts.iter().enumerate() {
            let is_last = index + 1 == firsts.len();
            let name = segment::name(first);
            let bytes = whole(self.disk, first).attempt("read", self.disk.path(), &name)?;
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

    /// Gives where the frames end.
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

    /// The frame at `at`, if a whole one of this log, segment and place is there, and it continues the log.
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

/// All bytes of the segment that begins at `first`; one that is longer than any may be is cut.
fn whole(disk: &Disk, first: Position) -> io::Result<Vec<u8>> {
    let mut file = disk.open(&segment::name(first), Access::Read)?;
    let mut bytes = vec![0; file.length()?.min(SEGMENT_BYTES_MAX) as usize];
    let count = file.read_at(0, &mut bytes)?;
    bytes.truncate(count);
    Ok(bytes)
}
