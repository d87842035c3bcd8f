//! Evidence from outside a log of how far it once reached, and whether the log agrees with it.
//!
//! Zeros up to the end of the last segment, or a folder without segments, look like a log that was never longer. A witness
//! shows that it was.

use std::path::PathBuf;

use acquaint_log::Position;

use crate::error::OpenError;
use crate::frame::{Hash, LogId};
use crate::frame_map::Map;
use crate::history::HashSource;
use crate::storage::Storage;

/// Evidence from outside the log, such as a checkpoint, of how far the log was durable once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The file that shows it, for messages.
    pub file: PathBuf,
    /// The log that it is about; `None`: the one in the folder, whatever its id.
    pub log: Option<LogId>,
    /// The last event that was durable then.
    pub last: Position,
    /// The [history](acquaint_log::EventLog::history) up to that event; `None` if the file does not have it.
    pub history: Option<Hash>,
}

/// Checks that no witness has seen a log in a folder that has no segments now.
pub(crate) fn check_absent(storage: &dyn Storage, witnesses: &[Witness]) -> Result<(), OpenError> {
    let furthest = witnesses.iter().max_by_key(|witness| witness.last);
    furthest.map_or(Ok(()), |witness| Err(truncated(storage, witness, 0)))
}

/// Checks that the log of `map` is as long as every witness shows, and has the history that it shows.
///
/// A witness about another log counts only against a log without events, which was created in the other one's place.
pub(crate) fn check(storage: &dyn Storage, map: &Map, witnesses: &[Witness]) -> Result<(), OpenError> {
    let next = map.tail.position;
    let is_ours = |witness: &&Witness| {
        next == Position::FIRST || witness.log.is_none_or(|log| log == map.header.log_id)
    };
    let ours = || witnesses.iter().filter(is_ours);
    if let Some(witness) = ours().filter(|witness| witness.last >= next).max_by_key(|witness| witness.last) {
        return Err(truncated(storage, witness, next.get() - 1));
    }
    for witness in ours() {
        let Some((history, lookup)) = witness.history.zip(HashSource::new(map, witness.last)) else {
            continue;
        };
        let found = lookup
            .find(storage, witness.last)
            .map_err(|error| error.into_open_error(storage, &map.header))?;
        if found != history {
            let (folder, position) = (storage.path().to_owned(), witness.last);
            return Err(OpenError::OtherHistory { folder, position, witness: witness.file.clone() });
        }
    }
    Ok(())
}

fn truncated(storage: &dyn Storage, witness: &Witness, last: u64) -> OpenError {
    OpenError::Truncated {
        folder: storage.path().to_owned(),
        last,
        reached: witness.last,
        witness: witness.file.clone(),
    }
}
