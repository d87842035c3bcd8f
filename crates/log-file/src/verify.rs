//! Checks a whole log and counts what is in it.

use std::path::Path;

use acquaint_log::Position;

use crate::disk::Disk;
use crate::error::{Damage, OpenError};
use crate::file_log::{FileLog, absent_unless_there};
use crate::frame::LogId;
use crate::storage::Storage;
use crate::walk::{self, Ending};

/// What is in a log, after every byte of every segment was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyReport {
    /// The log.
    pub log_id: LogId,
    /// Segments that are intact, or intact up to the damage.
    pub segments: u64,
    /// Intact batches. Each follows the hash of the one before it.
    pub frames: u64,
    /// Intact records.
    pub records: u64,
    /// What the intact frames and segment headers take, bytes.
    pub bytes: u64,
    /// The first position; `None` if the log is empty.
    pub first: Option<Position>,
    /// The last intact position; `None` if the log is empty.
    pub last: Option<Position>,
    /// A last batch that is not whole: being written at this moment, or left by a loss of power, bytes.
    pub unfinished_bytes: u64,
    /// The first damage to what was acknowledged; `None` if all is intact.
    pub damage: Option<Damage>,
}

impl FileLog {
    /// Walks every frame of every segment in `folder`, beside a writer or without one; changes nothing.
    ///
    /// # Errors
    /// [`OpenError`] if there is no log, or not enough of one to tell which; damage further on is in the report.
    pub fn verify(folder: &Path) -> Result<VerifyReport, OpenError> {
        verify(&Disk::new(folder))
    }
}

pub(crate) fn verify(storage: &dyn Storage) -> Result<VerifyReport, OpenError> {
    let mut map = walk::start(storage, absent_unless_there(storage)?)?;
    let walked = walk::walk(storage, &mut map)?;
    let last = map.tail.position.previous();
    let (unfinished_bytes, damage) = match walked.ending {
        Ending::Clean => (0, None),
        Ending::Torn { bytes } => (bytes, None),
        Ending::Damaged(damage) => (0, Some(damage)),
    };
    Ok(VerifyReport {
        log_id: map.log_id,
        segments: map.segment_count(),
        frames: walked.frames,
        records: last.map_or(0, Position::get),
        bytes: walked.bytes,
        first: last.map(|_| Position::FIRST),
        last,
        unfinished_bytes,
        damage,
    })
}
