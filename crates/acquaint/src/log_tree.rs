//! The tree over every event of a log, from which heads and proofs of consistency are made.

use std::path::Path;

use acquaint_log::Position;
use acquaint_log_file::{LeavesError, LogHead, LogId, visit_leaves};
use acquaint_tree_head::{Consistency, ConsistencyProver, GrowingTree, Inconsistent};

use crate::engine::Engine;
use crate::error::Error;

/// How far a log reaches, and the two hashes that cover everything in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogTree {
    /// The log's id.
    pub log: LogId,
    /// The number of events.
    pub events: u64,
    /// The hash of the last batch; zeros if there is none.
    pub hash: [u8; 32],
    /// The root of the tree over all events, as docs/FORMAT.md describes it.
    pub root: [u8; 32],
}

/// Why there is no proof of consistency.
#[derive(Debug, thiserror::Error)]
pub enum ConsistencyError {
    /// The log cannot be read.
    #[error(transparent)]
    Leaves(#[from] LeavesError),
    /// The earlier head is the longer one.
    #[error(transparent)]
    Sizes(#[from] Inconsistent),
    /// The log ends before the later head.
    #[error("the log has {events} events, and the later head has {asked}")]
    Short {
        /// The number of events in the log.
        events: u64,
        /// The number of events of the later head.
        asked: u64,
    },
}

/// Reads the whole log in `folder`, and returns its tree. A writer may be running.
///
/// # Errors
/// [`LeavesError`].
pub fn log_tree(folder: &Path) -> Result<LogTree, LeavesError> {
    let mut tree = GrowingTree::default();
    let (log, LogHead { events, hash }) =
        visit_leaves(folder, Position::FIRST, &mut |leaf| tree.push(&leaf))?;
    Ok(LogTree { log, events, hash, root: tree.root() })
}

/// The root of the tree over the first `events` events of the log in `folder`; `None` if it has fewer. Damage after them does
/// not matter.
///
/// # Errors
/// [`LeavesError`]: the log is damaged, or cannot be read, before that.
pub fn log_root_at(folder: &Path, events: u64) -> Result<Option<[u8; 32]>, LeavesError> {
    let mut tree = GrowingTree::default();
    let visited = visit_leaves(folder, Position::FIRST, &mut |leaf| {
        if tree.size() < events {
            tree.push(&leaf);
        }
    });
    if tree.size() == events { Ok(Some(tree.root())) } else { visited.map(|_| None) }
}

/// Proves that the first `old` events of the log in `folder` are the beginning of the first `new`. Returns the roots of both
/// trees too. It reads the whole log; a writer may be running.
///
/// # Errors
/// [`ConsistencyError`].
pub fn log_consistency(
    folder: &Path,
    old: u64,
    new: u64,
) -> Result<(Consistency, [u8; 32], [u8; 32]), ConsistencyError> {
    let mut prover = ConsistencyProver::new(old, new)?;
    let (_, head) = visit_leaves(folder, Position::FIRST, &mut |leaf| prover.push(&leaf))?;
    prover.finish().ok_or(ConsistencyError::Short { events: head.events, asked: new })
}

impl Engine {
    /// The tree over the log up to its end at the time of the call; `None` for a log in memory. The first call reads the whole
    /// log, later ones only what was added; no command waits for it.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn log_tree(&self) -> Result<Option<LogTree>, Error> {
        let Some(folder) = &self.running().folder else { return Ok(None) };
        let mut known = self.running().tree.lock();
        // A copy, because leaves that were shown before an error would be pushed again.
        let mut tree = known.clone();
        let from = Position::FIRST.plus(tree.size());
        let visited = visit_leaves(&folder.log(), from, &mut |leaf| tree.push(&leaf));
        let (log, LogHead { events, hash }) =
            visited.map_err(|error| Error::Storage { what: error.to_string() })?;
        *known = tree;
        Ok(Some(LogTree { log, events, hash, root: known.root() }))
    }
}
