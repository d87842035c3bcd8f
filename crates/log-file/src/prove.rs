//! Makes proofs that events are in a log, for somebody who has only the root of their segment.

use std::path::Path;

use acquaint_log::Position;

use crate::disk::Disk;
use crate::error::OpenError;
use crate::file_log::first_position;
use crate::frame_map::Map;
use crate::merkle::Tree;
use crate::merkle_rebuild::read_back;
use crate::proof::{EventProof, LogHead, Proof, SegmentProof};
use crate::seal::{self, Sealed};
use crate::segment::SegmentHeader;
use crate::storage::{Access, Storage};
use crate::walk;

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// The log did not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The log has no such event.
    #[error("there is no event {position} in the log; its last segment begins at {begins}")]
    Absent {
        /// The position asked for.
        position: Position,
        /// The first position of the last segment.
        begins: Position,
    },
    /// The event's segment has no root yet.
    #[error(
        "event {position} is in the segment that is being written, which has no root yet; it is sealed when another {bytes_left} bytes are written to it"
    )]
    Unsealed {
        /// The position asked for.
        position: Position,
        /// The space left in the segment, bytes.
        bytes_left: u64,
    },
    /// The events of the segment do not lead to the root in its seal.
    #[error("segment `{segment}` does not lead to the root in its seal")]
    Damaged {
        /// The file name of the segment.
        segment: String,
    },
}

/// Proves the events at `positions` of the log in `folder`, one segment at a time; a writer may be running.
///
/// # Errors
/// [`ProveError`]; no event is proven then.
pub fn prove(folder: &Path, positions: &[Position]) -> Result<Proof, ProveError> {
    prove_on(&Disk::new(folder), positions)
}

/// Proves the events at `positions` of the log in `storage`, as [`prove`] does.
///
/// # Errors
/// As for [`prove`].
pub fn prove_on(storage: &dyn Storage, positions: &[Position]) -> Result<Proof, ProveError> {
    let first = walk::start(storage, first_position(storage)?)?;
    let headers = walk::sealed_headers(storage, &first.header)?;
    let mut wanted = positions.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    let mut segments = Vec::new();
    while let Some(&position) = wanted.first() {
        let index = headers.partition_point(|header| header.first <= position) - 1;
        let Some(next) = headers.get(index + 1) else {
            return Err(unsealed(storage, &headers[index], position)?);
        };
        let here = wanted.partition_point(|&wanted| wanted < next.first);
        segments.push(prove_segment(storage, &headers[index], next, wanted.drain(..here).collect())?);
    }
    let tail = tail(storage, headers.last().unwrap_or(&first.header))?.tail;
    let head = LogHead { events: tail.position.get() - 1, hash: tail.previous };
    Ok(Proof { log_id: first.header.log_id, head: Some(head), segments })
}

/// Walks the segment that is being written, whose header is `last`.
fn tail(storage: &dyn Storage, last: &SegmentHeader) -> Result<Map, OpenError> {
    let mut map = Map::new(last);
    walk::walk(storage, &mut map, walk::Depth::Frames, &mut walk::Passed::default())?;
    Ok(map)
}

fn unsealed(
    storage: &dyn Storage,
    last: &SegmentHeader,
    position: Position,
) -> Result<ProveError, ProveError> {
    let tail = tail(storage, last)?.tail;
    if position >= tail.position {
        return Ok(ProveError::Absent { position, begins: last.first });
    }
    Ok(ProveError::Unsealed { position, bytes_left: seal::at(last.segment_bytes) - tail.offset })
}

fn prove_segment(
    storage: &dyn Storage,
    header: &SegmentHeader,
    next: &SegmentHeader,
    wanted: Vec<Position>,
) -> Result<SegmentProof, ProveError> {
    let damaged = || ProveError::Damaged { segment: header.name() };
    let indexes: Vec<u64> = wanted.iter().map(|position| position.get() - header.first.get()).collect();
    let mut tree = Tree::proving(header.salt, &indexes);
    let mut records = Vec::new();
    let mut keep = |position: Position, record: &[u8]| {
        if wanted.binary_search(&position).is_ok() {
            records.push(record.to_vec());
        }
    };
    let end = read_back(storage, header, &mut tree, &mut keep).map_err(|_| damaged())?;
    let root = tree.root(header.log_id, header.id, header.first);
    let mut file = storage.open(&header.name(), Access::Read).map_err(|_| damaged())?;
    match seal::read(&mut *file, header.segment_bytes) {
        Ok(Sealed::Yes(seal)) if seal.root == root && seal.end == end && records.len() == wanted.len() => {}
        Ok(_) | Err(_) => return Err(damaged()),
    }
    let events = tree
        .into_paths()
        .into_iter()
        .zip(wanted)
        .zip(records)
        .map(|((path, position), record)| EventProof { position, record, salt: path.salt, up: path.up });
    Ok(SegmentProof {
        segment: header.id,
        first: header.first,
        count: next.first.get() - header.first.get(),
        root,
        events: events.collect(),
    })
}

/// What the header and the seal of one segment say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentFacts {
    /// The id of the segment, from 1.
    pub segment: u64,
    /// The position of the first event in it.
    pub first: Position,
    /// The number of events in it and their Merkle root; `None` for the segment that is being written.
    pub sealed: Option<(u64, [u8; 32])>,
}

/// The segments of the log in `folder`, from their headers and seals; their frames are not read.
///
/// # Errors
/// [`OpenError`].
pub fn segments(folder: &Path) -> Result<Vec<SegmentFacts>, OpenError> {
    let storage = Disk::new(folder);
    let first = walk::start(&storage, first_position(&storage)?)?;
    let headers = walk::sealed_headers(&storage, &first.header)?;
    let facts = headers.iter().enumerate().map(|(index, header)| {
        let root =
            || match seal::read(&mut *storage.open(&header.name(), Access::Read)?, header.segment_bytes)? {
                Sealed::Yes(seal) => Ok(Some(seal.root)),
                Sealed::No | Sealed::Broken => Ok(None),
            };
        let next = headers.get(index + 1);
        let root = next.map_or(Ok(None), |_| root());
        let root = crate::error::Attempt::attempt(root, "read", folder, &header.name())?;
        let count = next.map(|next| next.first.get() - header.first.get());
        Ok(SegmentFacts { segment: header.id, first: header.first, sealed: count.zip(root) })
    });
    facts.collect()
}
