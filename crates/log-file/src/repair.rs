//! Removes what is damaged, so that the log can be written to again. A copy of every removed byte is kept.

use std::io;
use std::path::{Path, PathBuf};

use acquaint_log::Position;

use crate::disk::Disk;
use crate::error::{Attempt, Damage, FrameFault, OpenError};
use crate::file_log::first_position;
use crate::frame::{self, ALIGNMENT, Chain, EMPTY_FRAME_BYTES, FrameHeader, take_record};
use crate::frame_map::{FramePlace, Map};
use crate::lock::Lock;
use crate::probe::{NonFrame, Probed, probe};
use crate::seal::{self, Sealed};
use crate::segment;
use crate::segment_window::SegmentWindow;
use crate::storage::{Access, Storage};
use crate::walk::{self, Depth, Passed, WalkEnd};

/// The size of the chunks in which bytes are copied.
const PIECE_BYTES: usize = 1 << 20;

/// The effect of a repair, done or only shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// The first damage. Everything before it stays.
    pub damage: Damage,
    /// How the damage is removed.
    pub remedy: Remedy,
    /// The last event before the damage; `None` if there is none.
    pub last_kept: Option<Position>,
    /// The removed events that can still be read, by ascending position.
    pub lost: Vec<Lost>,
    /// The files that keep the removed bytes.
    pub kept_in: Vec<PathBuf>,
}

/// How a repair removes damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Everything from the damage on is removed.
    Cut,
    /// The damage is in the mark of a clean close. Every byte of a mark is known, so it is written again and no event is lost.
    MarkWrittenAgain,
}

/// An event that a repair removes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The position of the event in the log.
    pub position: Position,
    /// The bytes of the event, as found.
    pub record: Vec<u8>,
    /// Whether the checksum of the event's batch is right; if not, the bytes may be wrong.
    pub is_whole: bool,
}

/// Whether the caller accepts what a repair loses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// Report what would be lost, and change nothing.
    Shown,
    /// Repair the log and lose it.
    Accepted,
}

/// Looks for damage in the log in `folder` and, if the loss is accepted, removes everything from the damage on, or writes a
/// damaged mark again. `None` if there is no damage; a torn tail is not damage. A log may have further damage after the first.
///
/// # Errors
/// [`OpenError`]: another writer has the log, or the beginning of the log is not readable.
pub fn repair(folder: &Path, loss: Loss) -> Result<Option<Repair>, OpenError> {
    repair_on(&Disk::new(folder), loss)
}

/// Repairs the log in `storage`, as [`repair`] does.
///
/// # Errors
/// As for [`repair`].
pub fn repair_on(storage: &dyn Storage, loss: Loss) -> Result<Option<Repair>, OpenError> {
    let first = first_position(storage)?;
    let _lock = match loss {
        Loss::Shown => None,
        Loss::Accepted => Some(Lock::take(storage)?),
    };
    let mut map = walk::start(storage, first)?;
    let ending = walk::walk(storage, &mut map, Depth::Roots, &mut Passed::default())?;
    let WalkEnd::Damaged(damage) = ending else { return Ok(None) };
    let folder = storage.path();
    let is_mark = is_damaged_mark(storage, &map, &damage).attempt("read", folder, &map.tail_name())?;
    if is_mark {
        return write_mark_again(storage, &map, damage, loss).map(Some);
    }
    let after = later_segments(storage, &map).attempt("list", folder, "")?;
    let lost = salvage(storage, &map, &after).attempt("read", folder, "")?;
    let names = BackupNames::new(storage, &map, after).attempt("list", folder, "")?;
    if loss == Loss::Accepted {
        names.remove(storage, &map)?;
    }
    Ok(Some(Repair {
        last_kept: damage.first.previous(),
        damage,
        remedy: Remedy::Cut,
        lost,
        kept_in: names.all().map(|name| folder.join(name)).collect(),
    }))
}

/// Whether the damage is in a mark: if a mark were at the tail, the segment would continue after it with an intact frame that
/// follows the same batch, or with zeros up to a seal that fits.
fn is_damaged_mark(storage: &dyn Storage, map: &Map, damage: &Damage) -> io::Result<bool> {
    let name = map.tail_name();
    let is_frame = matches!(damage.fault, FrameFault::Broken(_) | FrameFault::Misfit(_));
    if !is_frame || damage.offset != map.tail.offset || !damage.segment.ends_with(&name) {
        return Ok(false);
    }
    let mut file = storage.open(&name, Access::Read)?;
    let sealed = seal::read(&mut *file, map.header.segment_bytes)?;
    let mut window = SegmentWindow::new(file, map.header.segment_bytes)?;
    let after = map.tail.past(0, EMPTY_FRAME_BYTES);
    let probed = probe(&mut window, &after, map.header.log_id, map.header.segment_bytes, Chain::Checked)?;
    Ok(match (probed, sealed) {
        (Probed::Frame(_), _) => true,
        (Probed::Stop(NonFrame::Zeros), Sealed::Yes(seal)) => seal.check(&map.header, &after).is_ok(),
        (Probed::Stop(_), _) => false,
    })
}

/// Writes the mark at the tail, once a copy of the bytes there is durable.
fn write_mark_again(
    storage: &dyn Storage,
    map: &Map,
    damage: Damage,
    loss: Loss,
) -> Result<Repair, OpenError> {
    let (folder, name) = (storage.path(), map.tail_name());
    let kept = BackupNames::new(storage, map, Vec::new()).attempt("list", folder, "")?.end;
    if loss == Loss::Accepted {
        let mut file = storage.open(&name, Access::Write).attempt("open", folder, &name)?;
        let mut found = vec![0; EMPTY_FRAME_BYTES];
        file.read_exact_at(map.tail.offset, &mut found).attempt("read", folder, &name)?;
        let mut copy = storage.open(&kept, Access::Create).attempt("create", folder, &kept)?;
        copy.write_at(0, &found).attempt("write", folder, &kept)?;
        copy.sync().attempt("sync", folder, &kept)?;
        storage.sync_folder().attempt("sync", folder, "")?;
        let mut mark = Vec::new();
        frame::encode(&map.tail, map.header.log_id, &[], &mut mark);
        file.write_at(map.tail.offset, &mark).attempt("write", folder, &name)?;
        file.sync().attempt("sync", folder, &name)?;
    }
    Ok(Repair {
        last_kept: damage.first.previous(),
        damage,
        remedy: Remedy::MarkWrittenAgain,
        lost: Vec::new(),
        kept_in: vec![folder.join(kept)],
    })
}

/// The names of the segments after the one that the tail is in.
fn later_segments(storage: &dyn Storage, map: &Map) -> io::Result<Vec<String>> {
    let firsts = segment::firsts(storage)?;
    Ok(firsts.into_iter().filter(|&first| first > map.header.first).map(segment::name).collect())
}

/// The names of the files that keep the removed bytes.
struct BackupNames {
    /// The file for the end of the segment that the tail is in.
    end: String,
    /// The file for each later segment, and the name of that segment.
    segments: Vec<(String, String)>,
}

impl BackupNames {
    fn new(storage: &dyn Storage, map: &Map, after: Vec<String>) -> io::Result<BackupNames> {
        let names = storage.names()?;
        let position = map.tail.position;
        let prefix = (1_u64..)
            .map(|number| format!("removed-{position}-{number}-"))
            .find(|prefix| !names.iter().any(|name| name.starts_with(prefix)))
            .expect("a folder holds fewer files than there are numbers");
        let segments = after.into_iter().map(|name| (format!("{prefix}{name}.bytes"), name)).collect();
        Ok(BackupNames {
            end: format!("{prefix}{}.from-{}.bytes", map.tail_name(), map.tail.offset),
            segments,
        })
    }

    fn all(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.end).chain(self.segments.iter().map(|(kept, _)| kept))
    }

    /// Copies first, then renames whole segments from the last one backwards, then cuts. If this is interrupted anywhere, the
    /// log is either still found damaged, or repaired.
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

/// The events after the tail that can still be read.
fn salvage(storage: &dyn Storage, map: &Map, after: &[String]) -> io::Result<Vec<Lost>> {
    let mut lost = salvage_segment(storage, map, &map.tail_name(), map.tail)?;
    for name in after {
        let start = FramePlace { segment: 0, offset: 0, position: map.tail.position, previous: [0; 32] };
        lost.extend(salvage_segment(storage, map, name, start)?);
    }
    lost.sort_by_key(|lost| (lost.position, !lost.is_whole));
    lost.dedup_by_key(|lost| lost.position);
    Ok(lost)
}

fn salvage_segment(storage: &dyn Storage, map: &Map, name: &str, from: FramePlace) -> io::Result<Vec<Lost>> {
    let mut window = SegmentWindow::new(storage.open(name, Access::Read)?, map.header.segment_bytes)?;
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
