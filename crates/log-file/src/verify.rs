//! Checks a whole log and counts what is in it.

use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;

use acquaint_log::Position;

use crate::disk::Disk;
use crate::error::{Damage, OpenError};
use crate::file_log::{FileLog, first_position};
use crate::frame::LogId;
use crate::frame_map::Map;
use crate::segment::SegmentHeader;
use crate::storage::Storage;
use crate::walk::{self, Depth, Passed, WalkEnd};

/// What a log holds, after every byte of every segment has been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyReport {
    /// The id of the log.
    pub log_id: LogId,
    /// The number of segments up to the end or the damage; the last one may be intact in part only.
    pub segments: u64,
    /// The number of intact batches. Each names the hash of the batch before it.
    pub frames: u64,
    /// The number of intact records.
    pub records: u64,
    /// The size of the intact frames, segment headers and seals, bytes.
    pub bytes: u64,
    /// The first position; `None` if the log is empty.
    pub first: Option<Position>,
    /// The last intact position; `None` if the log is empty.
    pub last: Option<Position>,
    /// The hash of the last intact batch, which covers everything before it; zeros if there is none.
    pub head: [u8; 32],
    /// Whether the log was closed cleanly and has not been written to since.
    pub is_marked: bool,
    /// The size of a last batch that is not whole, bytes: one being written now, or left by a loss of power. 0 if none.
    pub unfinished_bytes: u64,
    /// The first damage to acknowledged events; `None` if all are intact.
    pub damage: Option<Damage>,
}

/// The progress of a verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifyProgress {
    /// The number of segments checked so far.
    pub done: u64,
    /// The number of segments to check.
    pub total: u64,
}

impl FileLog {
    /// Checks every frame of every segment in `folder` on all cores and changes nothing; a writer may be running. Calls
    /// `progress` after each segment, from any thread.
    ///
    /// # Errors
    /// [`OpenError`] if there is no log, or too little of one to identify it; later damage is in the report.
    pub fn verify(
        folder: &Path,
        depth: Depth,
        progress: &(dyn Fn(VerifyProgress) + Sync),
    ) -> Result<VerifyReport, OpenError> {
        FileLog::verify_on(&Disk::new(folder), depth, progress)
    }

    /// Checks the log in `storage`, as [`verify`](Self::verify) does.
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub fn verify_on(
        storage: &dyn Storage,
        depth: Depth,
        progress: &(dyn Fn(VerifyProgress) + Sync),
    ) -> Result<VerifyReport, OpenError> {
        verify(storage, depth, progress)
    }
}

fn verify(
    storage: &dyn Storage,
    depth: Depth,
    progress: &(dyn Fn(VerifyProgress) + Sync),
) -> Result<VerifyReport, OpenError> {
    let first = walk::start(storage, first_position(storage)?)?;
    let headers = walk::sealed_headers(storage, &first.header)?;
    let (intact, mut passed) = pass_intact(storage, &headers, depth, progress)?;
    // Segments from the first one that is not intact on, and the unsealed one, are walked in order, so that the damage in the
    // report is the first.
    let mut map = Map::new(&headers[intact]);
    let ending = walk::walk(storage, &mut map, depth, &mut passed)?;
    let last = map.tail.position.previous();
    let (unfinished_bytes, damage) = match ending {
        WalkEnd::Clean => (0, None),
        WalkEnd::Torn { bytes } => (bytes, None),
        WalkEnd::Damaged(damage) => (0, Some(damage)),
    };
    Ok(VerifyReport {
        log_id: map.header.log_id,
        segments: map.header.id,
        frames: passed.batches,
        records: last.map_or(0, Position::get),
        bytes: passed.bytes + crate::segment::SEGMENT_HEADER_BYTES as u64,
        first: last.map(|_| Position::FIRST),
        last,
        head: map.tail.previous,
        is_marked: passed.last_frame.is_some_and(|frame| frame.is_mark),
        unfinished_bytes,
        damage,
    })
}

/// Checks the segments of all `headers` but the last, which may not be sealed, on all cores. Returns how many are intact
/// before the first that is not, and what was passed in those.
fn pass_intact(
    storage: &dyn Storage,
    headers: &[SegmentHeader],
    depth: Depth,
    progress: &(dyn Fn(VerifyProgress) + Sync),
) -> Result<(usize, Passed), OpenError> {
    let sealed = &headers[..headers.len() - 1];
    let (next, done) = (AtomicUsize::new(0), AtomicU64::new(0));
    let work = || {
        let mut outcomes = Vec::new();
        while let Some((index, header)) = {
            let index = next.fetch_add(1, Ordering::Relaxed);
            sealed.get(index).map(|header| (index, header))
        } {
            let mut passed = Passed::default();
            let ending = walk::walk_segment(storage, &mut Map::new(header), depth, &mut passed)?;
            outcomes.push((index, ending.is_none().then_some(passed)));
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            progress(VerifyProgress { done, total: headers.len() as u64 });
        }
        Ok(outcomes)
    };
    let cores = thread::available_parallelism().map_or(1, usize::from).min(sealed.len().max(1));
    let outcomes: Vec<Result<Vec<_>, OpenError>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().expect("walking does not panic")).collect()
    });
    let mut outcomes: Vec<(usize, Option<Passed>)> =
        outcomes.into_iter().collect::<Result<Vec<_>, _>>()?.concat();
    outcomes.sort_unstable_by_key(|&(index, _)| index);
    let intact = outcomes.iter().map_while(|&(_, passed)| passed);
    Ok(intact.fold((0, Passed::default()), |(count, sum), passed| {
        let (batches, bytes) = (sum.batches + passed.batches, sum.bytes + passed.bytes);
        (count + 1, Passed { batches, bytes, last_frame: None })
    }))
}
