//! Opens a log for writing: what may be mended is mended and reported, what may not be is refused untouched.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use acquaint_log::Position;

use crate::error::{Attempt, Damage, OpenError};
use crate::file_log::Options;
use crate::frame::{self, LogId};
use crate::map::{Map, Place};
use crate::segment::{self, SegmentHeader, UNFINISHED_SUFFIX};
use crate::storage::{Access, Storage, StoredFile};
use crate::walk::{self, Ending, Walked};
use crate::writer::Writer;

/// The file that the writer keeps locked.
pub(crate) const LOCK: &str = "LOCK";

/// What opening found at the end of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// Nothing to mend. Reading beside a writer, a batch that is just being written counts as not there yet.
    Clean,
    /// The last batch was not whole, as after a loss of power while it was written, and is cut off.
    ///
    /// It was never acknowledged, unless the disk damaged it afterwards: with no later frame the two look the same.
    TornTail {
        /// The segment that was cut.
        segment: PathBuf,
        /// Where the cut begins in it, bytes.
        offset: u64,
        /// How much was cut, bytes.
        bytes: u64,
        /// The position that the first record of the cut batch had, and that the next append gets.
        position: Position,
        /// The file beside the log that holds the cut bytes.
        kept: PathBuf,
    },
    /// Only when opened for reading: acknowledged events are damaged, and the log is readable up to there.
    Damaged(Damage),
}

/// Opens the log in `storage` for writing, and makes it if there is none.
pub(crate) fn open_writer(
    storage: Arc<dyn Storage>,
    options: &Options,
) -> Result<(Writer, Map, Recovery), OpenError> {
    options.check()?;
    let folder = storage.path().to_owned();
    storage.create_folder().attempt("create", &folder, "")?;
    segments_in(&*storage)?;
    let lock = take_lock(&*storage)?;
    let first = match segments_in(&*storage)?.first() {
        Some(&first) => first,
        None => create_first_segment(&*storage, options)?,
    };
    let mut map = walk::start(&*storage, first)?;
    options.check_log(&map, &folder)?;
    sync_end(&*storage, Access::Write)?;
    let walked = walk::walk(&*storage, &mut map)?;
    let recovery = mend(&*storage, &map, &walked)?;
    let name = map.tail_name();
    let file = storage.open(&name, Access::Write).attempt("open", &folder, &name)?;
    let writer = Writer::new(storage, &map, file, lock);
    Ok((writer, map, recovery))
}

/// The first positions of the segments; refuses a folder that has no segment but files of somebody else.
pub(crate) fn segments_in(storage: &dyn Storage) -> Result<Vec<Position>, OpenError> {
    let names = storage.names().attempt("list", storage.path(), "")?;
    let firsts: Vec<Position> = names.iter().filter_map(|name| segment::first_of(name)).collect();
    let foreign = names.into_iter().find(|name| name != LOCK && !name.ends_with(UNFINISHED_SUFFIX));
    match foreign {
        Some(found) if firsts.is_empty() => {
            Err(OpenError::NotALog { folder: storage.path().to_owned(), found })
        }
        Some(_) | None => Ok(firsts),
    }
}

/// Makes the end of the log durable before, or after, it is read: only the last two segments can have anything to sync.
pub(crate) fn sync_end(storage: &dyn Storage, access: Access) -> Result<(), OpenError> {
    let folder = storage.path();
    let firsts = segment::firsts(storage).attempt("list", folder, "")?;
    for &first in firsts.iter().rev().take(2) {
        let name = segment::name(first);
        let file = storage.open(&name, access).attempt("open", folder, &name)?;
        file.sync().attempt("sync", folder, &name)?;
    }
    storage.sync_folder().attempt("sync", folder, "")
}

fn take_lock(storage: &dyn Storage) -> Result<Box<dyn StoredFile>, OpenError> {
    let folder = storage.path();
    let exists = storage.names().attempt("list", folder, "")?;
    let access = if exists.iter().any(|name| name == LOCK) { Access::Write } else { Access::Create };
    let file = storage.open(LOCK, access).attempt("open", folder, LOCK)?;
    if file.try_lock().attempt("lock", folder, LOCK)? {
        Ok(file)
    } else {
        Err(OpenError::Locked { lock: folder.join(LOCK) })
    }
}

fn create_first_segment(storage: &dyn Storage, options: &Options) -> Result<Position, OpenError> {
    remove_unfinished(storage)?;
    let log_id = options.log_id.unwrap_or_else(LogId::random);
    let header = SegmentHeader::after(&Place::BEFORE_ALL, log_id, options.segment_bytes);
    segment::create(storage, &header).attempt("create", storage.path(), &header.name())?;
    Ok(header.first)
}

fn remove_unfinished(storage: &dyn Storage) -> Result<(), OpenError> {
    let folder = storage.path();
    for name in storage.names().attempt("list", folder, "")? {
        if name.ends_with(UNFINISHED_SUFFIX) {
            storage.remove(&name).attempt("remove", folder, &name)?;
        }
    }
    Ok(())
}

fn mend(storage: &dyn Storage, map: &Map, walked: &Walked) -> Result<Recovery, OpenError> {
    let recovery = match &walked.ending {
        Ending::Damaged(damage) => {
            return Err(OpenError::from_damage(damage.clone(), map.log_id));
        }
        Ending::Clean => Recovery::Clean,
        Ending::Torn { bytes } => cut_tail(storage, map, *bytes)?,
    };
    write_end_again(storage, map, walked)?;
    remove_unfinished(storage)?;
    Ok(recovery)
}

/// Writes the last frame, batch or seal, once more where it is, and a missing seal for the first time.
///
/// After a failed sync the system may hold a frame in memory, readable but never to be written, and a sync would then say
/// that all is well. Written again, the sync is a true one.
fn write_end_again(storage: &dyn Storage, map: &Map, walked: &Walked) -> Result<(), OpenError> {
    let folder = storage.path();
    match (&walked.last_batch, &walked.last_seal) {
        (Some((place, header)), _) if place.segment == map.tail.segment => {
            let name = map.tail_name();
            write_again(storage, &name, place, header.frame_bytes()).attempt("sync", folder, &name)
        }
        (_, Some(place)) => {
            let first = map.first_of(place.segment).expect("it was walked");
            let name = segment::name(first);
            seal(storage, &name, place, map.log_id).attempt("seal", folder, &name)
        }
        (_, None) => Ok(()),
    }
}

fn write_again(storage: &dyn Storage, name: &str, at: &Place, length: usize) -> io::Result<()> {
    let mut frame = vec![0; length];
    let mut file = storage.open(name, Access::Write)?;
    file.read_at(at.offset, &mut frame)?;
    file.write_at(at.offset, &frame)?;
    file.sync()
}

fn seal(storage: &dyn Storage, name: &str, place: &Place, log_id: LogId) -> io::Result<()> {
    let mut frame = Vec::new();
    frame::encode(place, log_id, &[], &mut frame);
    let mut file = storage.open(name, Access::Write)?;
    file.write_at(place.offset, &frame)?;
    file.sync()
}

/// Cuts the `bytes` after the tail, once a copy of them is durable beside the log.
fn cut_tail(storage: &dyn Storage, map: &Map, bytes: u64) -> Result<Recovery, OpenError> {
    let (folder, name) = (storage.path(), map.tail_name());
    let (offset, position) = (map.tail.offset, map.tail.position);
    let mut file = storage.open(&name, Access::Write).attempt("open", folder, &name)?;
    let mut cut = vec![0; bytes as usize];
    file.read_at(offset, &mut cut).attempt("read", folder, &name)?;
    let kept = keep(storage, position, &cut)?;
    cut.fill(0);
    file.write_at(offset, &cut).attempt("cut", folder, &name)?;
    file.sync().attempt("sync", folder, &name)?;
    Ok(Recovery::TornTail { segment: folder.join(&name), offset, bytes, position, kept: folder.join(kept) })
}

/// Writes `cut` to a new file beside the log; returns its name.
fn keep(storage: &dyn Storage, position: Position, cut: &[u8]) -> Result<String, OpenError> {
    let folder = storage.path();
    let names = storage.names().attempt("list", folder, "")?;
    let kept = (1_u64..)
        .map(|number| format!("torn-{position}-{number}.bytes"))
        .find(|name| !names.contains(name))
        .expect("a folder holds fewer files than there are numbers");
    let mut file = storage.open(&kept, Access::Create).attempt("create", folder, &kept)?;
    file.write_at(0, cut).attempt("write", folder, &kept)?;
    file.sync().attempt("sync", folder, &kept)?;
    storage.sync_folder().attempt("sync", folder, "")?;
    Ok(kept)
}
