//! Gives up what is damaged, so that the rest can be written to again. Every byte that is removed is kept.

use std::io;
use std::path::{Path, PathBuf};

use acquaint_log::Position;

use crate::disk::Disk;
use crate::error::{Attempt, Damage, OpenError};
use crate::file_log::absent_unless_there;
use crate::frame::{ALIGNMENT, FrameHeader, take_record};
use crate::map::{Map, Place};
use crate::recovery::take_lock;
use crate::segment;
use crate::storage::{Access, Storage};
use crate::walk::{self, Depth, Ending, Passed};
use crate::window::Window;

/// The piece in which bytes are copied.
const PIECE_BYTES: usize = 1 << 20;

/// What a repair comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// The first damage. Everything before it stays.
    pub damage: Damage,
    /// The last event that stays; `None` if none does.
    pub last_kept: Option<Position>,
    /// What can still be made out of the events that go, in the order of their positions.
    pub lost: Vec<Lost>,
    /// The files that what is removed is kept in.
    pub kept_in: Vec<PathBuf>,
}

/// An event that a repair removes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Its position.
    pub position: Position,
    /// Its bytes, as they were found.
    pub record: Vec<u8>,
    /// Whether its batch is whole by its own checksum; otherwise the bytes may be wrong.
    pub is_whole: bool,
}

/// What to do about damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// Say what would be lost, and change nothing.
    Shown,
    /// Lose it.
    Accepted,
}

/// Looks for damage in the log in `folder` and, if the loss is accepted, removes everything from it on. `None` if there is no
/// damage; a torn tail is none.
///
/// # Errors
/// [`OpenError`]: another writer has the log, or nothing of it is intact.
pub fn repair(folder: &Path, loss: Loss) -> Result<Option<Repair>, OpenError> {
    repair_on(&Disk::new(folder), loss)
}

/// Repairs the log in `storage`, as [`repair`] does.
///
/// # Errors
/// As of [`repair`].
pub fn repair_on(storage: &dyn Storage, loss: Loss) -> Result<Option<Repair>, OpenError> {
    let first = absent_unless_there(storage)?;
    let _lock = match loss {
        Loss::Shown => None,
        Loss::Accepted => Some(take_lock(storage)?),
    };
    let mut map = walk::start(storage, first)?;
    let ending = walk::walk(storage, &mut map, Depth::Roots, &mut Passed::default())?;
    let Ending::Damaged(damage) = ending else { return Ok(None) };
    let folder = storage.path();
    let after = later_segments(storage, &map).attempt("list", folder, "")?;
    let lost = salvage(storage, &map, &after).attempt("read", folder, "")?;
    let names = Kept::new(storage, &map, after).attempt("list", folder, "")?;
    if loss == Loss::Accepted {
        names.remove(storage, &map)?;
    }
    Ok(Some(Repair {
        last_kept: damage.first.previous(),
        damage,
        lost,
        kept_in: names.all().map(|name| folder.join(name)).collect(),
    }))
}

/// The names of the segments behind the one that the tail is in.
fn later_segments(storage: &dyn Storage, map: &Map) -> io::Result<Vec<String>> {
    let firsts = segment::firsts(storage)?;
    Ok(firsts.into_iter().filter(|&first| first > map.header.first).map(segment::name).collect())
}

/// The names under which the removed is kept.
struct Kept {
    /// The end of the segment that the tail is in.
    end: String,
    /// The later segments, each with its name so far.
    segments: Vec<(String, String)>,
}

impl Kept {
    fn new(storage: &dyn Storage, map: &Map, after: Vec<String>) -> io::Result<Kept> {
        let names = storage.names()?;
        let position = map.tail.position;
        let prefix = (1_u64..)
            .map(|number| format!("removed-{position}-{number}-"))
            .find(|prefix| !names.iter().any(|name| name.starts_with(prefix)))
            .expect("a folder holds fewer files than there are numbers");
        let segments = after.into_iter().map(|name| (format!("{prefix}{name}.bytes"), name)).collect();
        Ok(Kept { end: format!("{prefix}{}.from-{}.bytes", map.tail_name(), map.tail.offset), segments })
    }

    fn all(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.end).chain(self.segments.iter().map(|(kept, _)| kept))
    }

    /// Copies first, then moves whole segments from the last on, then cuts: interrupted anywhere, the log is still found
    /// damaged, or whole.
    fn remove(&self, storage: &dyn Storage, map: &Map) -> Result<(), OpenError> {
        let (folder, name) = (storage.path(), map.tail_name());
        let mut file = storage.open(&name, Access::Read).attempt("open", folder, &name)?;
        let mut head = vec![0; map.tail.offset as usize];
        file.read_exact_at(0, &mut head).attempt("read", folder, &name)?;
        let mut kept = storage.open(&self.end, Access::Create).attempt("create", folder, &self.end)?;
        let mut piece = vec![0; PIECE_BYTES];
        for at in (0_u64..).step_by(PIECE_BYTES) {
            let count = file.read_at(map.tail.offset + at, &mut piece).attempt("read", folder, &name)?;
            if count == 0 {
                break;
            }
            kept.write_at(at, &piece[..count]).attempt("write", folder, &self.end)?;
        }
        kept.sync().attempt("sync", folder, &self.end)?;
        storage.sync_folder().attempt("sync", folder, "")?;
        for (kept, name) in self.segments.iter().rev() {
            storage.rename(name, kept).attempt("rename", folder, name)?;
        }
        storage.sync_folder().attempt("sync", folder, "")?;
        segment::create_with(storage, &name, map.header.segment_bytes, head).attempt("cut", folder, &name)?;
        Ok(())
    }
}

/// What can be made out of the batches behind the tail.
fn salvage(storage: &dyn Storage, map: &Map, after: &[String]) -> io::Result<Vec<Lost>> {
    let mut lost = salvage_segment(storage, map, &map.tail_name(), map.tail)?;
    for name in after {
        let start = Place { segment: 0, offset: 0, position: map.tail.position, previous: [0; 32] };
        lost.extend(salvage_segment(storage, map, name, start)?);
    }
    lost.sort_by_key(|lost| (lost.position, !lost.is_whole));
    lost.dedup_by_key(|lost| lost.position);
    Ok(lost)
}

fn salvage_segment(storage: &dyn Storage, map: &Map, name: &str, from: Place) -> io::Result<Vec<Lost>> {
    let mut window = Window::new(storage.open(name, Access::Read)?, map.header.segment_bytes)?;
    let rest = window.rest(from.offset)?;
    let mut lost = Vec::new();
    for at in (0..rest.len()).step_by(ALIGNMENT) {
        let Some(header) = FrameHeader::parse(&rest[at..]) else { continue };
        let is_home = header.log_id == map.header.log_id && header.offset == from.offset + at as u64;
        let frame = rest[at..].get(..header.frame_bytes());
        let (Some(position), Some(frame), true) = (Position::new(header.first), frame, is_home) else {
            continue;
        };
        let is_whole = header.check_body(frame).is_ok();
        let mut body = header.body(frame);
        let mut position = position;
        while let Some(record) = take_record(&mut body) {
            if position >= map.tail.position {
                lost.push(Lost { position, record: record.to_vec(), is_whole });
            }
            position = position.next();
        }
    }
    Ok(lost)
}
