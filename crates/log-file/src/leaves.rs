//! Shows the leaf of every event, for trees over the whole log.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use acquaint_log::{EventLog as _, Position, ReadError};

use crate::disk::Disk;
use crate::error::OpenError;
use crate::file_log::{FileLog, first_position};
use crate::frame::{Hash, LogId};
use crate::merkle_leaves::LeafBatch;
use crate::proof::LogHead;
use crate::segment::SegmentHeader;
use crate::storage::Storage;
use crate::walk;

/// Why the leaves of a log were not shown.
#[derive(Debug, thiserror::Error)]
pub enum LeavesError {
    /// The log did not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The log is damaged, or it cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// Passes the leaf of every event in `folder` from position `from` on to `visit`: the hash of the event with its salt, as in
/// the tree of its segment. Returns the log's id and the end up to which the leaves were shown. A writer may be running.
///
/// # Errors
/// [`LeavesError`]; some leaves may have been shown then.
pub fn visit_leaves(
    folder: &Path,
    from: Position,
    visit: &mut dyn FnMut([u8; 32]),
) -> Result<(LogId, LogHead), LeavesError> {
    visit_leaves_on(Arc::new(Disk::new(folder)), from, visit)
}

/// Passes the leaves of the log in `storage` to `visit`, as [`visit_leaves`] does.
///
/// # Errors
/// As for [`visit_leaves`].
pub fn visit_leaves_on(
    storage: Arc<dyn Storage>,
    from: Position,
    visit: &mut dyn FnMut([u8; 32]),
) -> Result<(LogId, LogHead), LeavesError> {
    let log = FileLog::open_read_only_on(Arc::clone(&storage))?;
    let tail = log.current_map().tail;
    let first = walk::start(&*storage, first_position(&*storage)?)?;
    // Read after the tail, so that they reach at least as far.
    let headers = walk::sealed_headers(&*storage, &first.header)?;
    let mut leaves = SegmentLeaves { headers: &headers, batch: None, visit };
    let visited = log.visit(from, &mut |position, record| {
        if position >= tail.position {
            return ControlFlow::Break(());
        }
        leaves.push(position, record);
        ControlFlow::Continue(())
    });
    // The leaves before damage are shown too.
    leaves.flush();
    visited?;
    Ok((log.log_id(), LogHead { events: tail.position.get() - 1, hash: tail.previous }))
}

/// Hashes leaves in batches, each within one segment, because every segment has a salt.
struct SegmentLeaves<'a> {
    /// The headers of the segments that are not behind, the first of which is that of the last event pushed.
    headers: &'a [SegmentHeader],
    /// The index in its segment of the batch's first leaf, and the batch.
    batch: Option<(u64, LeafBatch)>,
    visit: &'a mut dyn FnMut(Hash),
}

impl SegmentLeaves<'_> {
    fn push(&mut self, position: Position, record: &[u8]) {
        while let [_, next, ..] = self.headers
            && next.first <= position
        {
            self.flush();
            self.batch = None;
            self.headers = &self.headers[1..];
        }
        let Some(header) = self.headers.first() else { return };
        let index = position.get() - header.first.get();
        let (first, batch) = self.batch.get_or_insert_with(|| (index, LeafBatch::new(header.salt)));
        if batch.push(*first, record) {
            self.flush();
        }
    }

    fn flush(&mut self) {
        if let Some((first, batch)) = &mut self.batch {
            let leaves = batch.take(*first);
            *first += leaves.len() as u64;
            leaves.iter().for_each(|leaf| (self.visit)(*leaf));
            batch.give_back(leaves);
        }
    }
}
