//! Opens a log for writing: repairs and reports what may be repaired, and refuses the rest without changing anything.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use acquaint_log::Position;

use crate::error::{Attempt, Damage, OpenError};
use crate::file_log::Options;
use crate::frame::LogId;
use crate::frame_map::Map;
use crate::health::Health;
use crate::lock::{LOCK, Lock};
use crate::merkle::{Salt, Tree};
use crate::merkle_rebuild::read_back;
use crate::seal::{self, Seal, Sealed};
use crate::segment::{self, SegmentHeader, UNFINISHED_SUFFIX};
use crate::storage::{Access, Storage};
use crate::walk::{self, Depth, LastFrame, Passed, WalkEnd};
use crate::witness;
use crate::writer::Writer;

/// What opening found at the end of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// Nothing to repair. To a reader, a batch that a writer is just writing counts as not written yet.
    Clean,
    /// The last batch was not whole, as after a loss of power during its write, and has been cut off.
    ///
    /// Nothing in the log shows that it was acknowledged, and nothing rules it out: with no later frame, a batch that the
    /// disk damaged after its acknowledgement looks the same.
    TornTail {
        /// The segment that was cut.
        segment: PathBuf,
        /// The offset of the cut in the segment, bytes.
        offset: u64,
        /// How much was cut, bytes.
        bytes: u64,
        /// The position that the first record of the cut batch had, and that the next append gets.
        position: Position,
        /// The file in the log's folder that holds the cut bytes.
        kept: PathBuf,
    },
    /// Acknowledged events are damaged, and the log can be read up to there. Only a log opened for reading has this.
    Damaged(Damage),
}

/// Opens the log in `storage` for writing, and creates it if there is none.
pub(crate) fn open_writer(
    storage: Arc<dyn Storage>,
    options: &Options,
    health: Arc<Health>,
) -> Result<(Writer, Map, Recovery), OpenError> {
    options.check()?;
    let folder = storage.path().to_owned();
    storage.create_folder().attempt("create", &folder, "")?;
    segments_in(&*storage)?;
    let mut lock = Lock::take(&*storage)?;
    let first = match segments_in(&*storage)?.first() {
        Some(&first) => first,
        None => {
            witness::check_absent(&*storage, &options.witnesses)?;
            create_first_segment(&*storage, options)?
        }
    };
    if first == Position::FIRST {
        lock.take_segment(&*storage)?;
    }
    let mut map = walk::start(&*storage, first)?;
    options.check_log(&map, &folder)?;
    sync_end(&*storage, Access::Write)?;
    pass_sealed(&*storage, &mut map)?;
    let mut passed = Passed::default();
    let ending = walk::walk(&*storage, &mut map, Depth::Frames, &mut passed)?;
    if !matches!(ending, WalkEnd::Damaged(_)) {
        witness::check(&*storage, &map, &options.witnesses)?;
    }
    let recovery = recover(&*storage, &map, &ending)?;
    match passed.last_frame {
        Some(frame) => rewrite_frame(&*storage, &map, &frame)?,
        None => rewrite_seal(&*storage, &map)?,
    }
    remove_unfinished(&*storage)?;
    let name = map.tail_name();
    let file = storage.open(&name, Access::Write).attempt("open", &folder, &name)?;
    let is_marked = passed.last_frame.is_none_or(|frame| frame.is_mark);
    let writer = Writer::new(storage, &map, file, lock, health, is_marked);
    Ok((writer, map, recovery))
}

/// Moves the tail of `map` from the start of the log to the start of the last segment to which seals lead.
pub(crate) fn pass_sealed(storage: &dyn Storage, map: &mut Map) -> Result<(), OpenError> {
    let headers = walk::sealed_headers(storage, &map.header)?;
    headers[1..].iter().for_each(|header| map.enter(header));
    Ok(())
}

/// The first positions of the segments; refuses a folder that has no segment but other files.
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

/// Makes the end of the log durable, before or after reading it. Only the last two segments can have unsynced bytes.
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

fn create_first_segment(storage: &dyn Storage, options: &Options) -> Result<Position, OpenError> {
    remove_unfinished(storage)?;
    let (log_id, salt) = match options.origin {
        Some(origin) => origin,
        None => random_origin().attempt("ask for random bytes for", storage.path(), "")?,
    };
    let header = SegmentHeader::first_of(log_id, salt, options.segment_bytes);
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

fn random_origin() -> io::Result<(LogId, Salt)> {
    let mut log_id = [0; 16];
    fill_random(&mut log_id)?;
    Ok((LogId::from_bytes(log_id), random_salt()?))
}

/// A random salt for the first segment of a log.
pub(crate) fn random_salt() -> io::Result<Salt> {
    let mut salt = [0; 32];
    fill_random(&mut salt)?;
    Ok(Salt::from_bytes(salt))
}

fn fill_random(bytes: &mut [u8]) -> io::Result<()> {
    getrandom::fill(bytes).map_err(|error| io::Error::other(error.to_string()))
}

fn recover(storage: &dyn Storage, map: &Map, ending: &WalkEnd) -> Result<Recovery, OpenError> {
    match ending {
        WalkEnd::Damaged(damage) => Err(OpenError::from_damage(damage.clone(), map.header.log_id)),
        WalkEnd::Clean => match cut_before(storage, map)? {
            0 => Ok(Recovery::Clean),
            bytes => zero(storage, map, bytes).map(|()| Recovery::Clean),
        },
        WalkEnd::Torn { bytes } => cut_tail(storage, map, *bytes),
    }
}

/// The most that was ever cut off a tail at this position, bytes.
///
/// After a failed sync of the zeros, the system may keep them in memory, readable but never to be written. So as long as the
/// log has not grown since, they are written again; only then can a sync be trusted.
fn cut_before(storage: &dyn Storage, map: &Map) -> Result<u64, OpenError> {
    let folder = storage.path();
    let prefix = torn_prefix(map.tail.position);
    let mut longest = 0;
    for name in storage.names().attempt("list", folder, "")? {
        if name.starts_with(&prefix) {
            let file = storage.open(&name, Access::Read).attempt("open", folder, &name)?;
            longest = longest.max(file.length().attempt("measure", folder, &name)?);
        }
    }
    Ok(longest)
}

/// Durably overwrites the `bytes` after the tail, which is in the last segment, with zeros.
fn zero(storage: &dyn Storage, map: &Map, bytes: u64) -> Result<(), OpenError> {
    let (folder, name, offset) = (storage.path(), map.tail_name(), map.tail.offset);
    let bytes = bytes.min(map.header.segment_bytes - offset);
    let mut file = storage.open(&name, Access::Write).attempt("open", folder, &name)?;
    file.write_at(offset, &vec![0; bytes as usize]).attempt("cut", folder, &name)?;
    file.sync().attempt("sync", folder, &name)
}

/// Writes the last frame again, in its place.
///
/// After a failed sync, the system may keep a frame in memory, readable but never to be written, and the next sync would
/// succeed without writing it. Once the frame is written again, the sync can be trusted.
fn rewrite_frame(storage: &dyn Storage, map: &Map, last: &LastFrame) -> Result<(), OpenError> {
    let name = map.tail_name();
    let write = || {
        let mut frame = vec![0; last.bytes];
        let mut file = storage.open(&name, Access::Write)?;
        file.read_exact_at(last.place.offset, &mut frame)?;
        file.write_at(last.place.offset, &frame)?;
        file.sync()
    };
    write().attempt("sync", storage.path(), &name)
}

/// Writes the seal of the last segment but one again, or for the first time; the last segment is empty.
fn rewrite_seal(storage: &dyn Storage, map: &Map) -> Result<(), OpenError> {
    let Some(before) = map.before else { return Ok(()) };
    let name = before.name();
    let write = || {
        let mut file = storage.open(&name, Access::Write)?;
        let seal = match seal::read(&mut *file, before.segment_bytes)? {
            Sealed::Yes(seal) => seal,
            Sealed::No | Sealed::Broken => {
                let mut tree = Tree::new(before.salt);
                let end = read_back(storage, &before, &mut tree, &mut |_, _| {})?;
                let root = tree.root(before.log_id, before.id, before.first);
                Seal { log_id: before.log_id, end, first: before.first, root }
            }
        };
        seal::write_to(&mut *file, &before, &seal)
    };
    write().attempt("seal", storage.path(), &name)
}

/// Cuts off the `bytes` after the tail, once a copy of them is durable in the log's folder.
fn cut_tail(storage: &dyn Storage, map: &Map, bytes: u64) -> Result<Recovery, OpenError> {
    let (folder, name) = (storage.path(), map.tail_name());
    let (offset, position) = (map.tail.offset, map.tail.position);
    let mut file = storage.open(&name, Access::Write).attempt("open", folder, &name)?;
    let mut cut = vec![0; bytes as usize];
    file.read_exact_at(offset, &mut cut).attempt("read", folder, &name)?;
    let kept = keep(storage, position, &cut)?;
    cut.fill(0);
    file.write_at(offset, &cut).attempt("cut", folder, &name)?;
    zero(storage, map, cut_before(storage, map)?)?;
    Ok(Recovery::TornTail { segment: folder.join(&name), offset, bytes, position, kept: folder.join(kept) })
}

fn torn_prefix(position: Position) -> String {
    format!("torn-{position}-")
}

/// Writes `cut` durably to a new file in the log's folder; returns its name.
fn keep(storage: &dyn Storage, position: Position, cut: &[u8]) -> Result<String, OpenError> {
    let folder = storage.path();
    let names = storage.names().attempt("list", folder, "")?;
    let kept = (1_u64..)
        .map(|number| format!("{}{number}.bytes", torn_prefix(position)))
        .find(|name| !names.contains(name))
        .expect("a folder holds fewer files than there are numbers");
    let mut file = storage.open(&kept, Access::Create).attempt("create", folder, &kept)?;
    file.write_at(0, cut).attempt("write", folder, &kept)?;
    file.sync().attempt("sync", folder, &kept)?;
    storage.sync_folder().attempt("sync", folder, "")?;
    Ok(kept)
}
