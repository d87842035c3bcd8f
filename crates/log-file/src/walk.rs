//! Walks the segments frame by frame and classifies the end of the intact part: a clean end, a torn tail, or damage.
//!
//! This module only reads. A writer may be appending meanwhile, so damage is confirmed by a second look.

use acquaint_log::Position;

use crate::error::{Attempt, Damage, FrameFault, OpenError};
use crate::frame::{ALIGNMENT, Chain, FrameHeader, LogId};
use crate::frame_map::{FramePlace, Map};
use crate::merkle::Tree;
use crate::probe::{NonFrame, Probed, is_blank, probe, written_len};
use crate::seal::{self, Seal, Sealed};
use crate::segment::{self, SEGMENT_HEADER_BYTES, SegmentHeader};
use crate::segment_window::SegmentWindow;
use crate::storage::{Access, Storage};

/// What the walk ended at.
#[derive(Clone, Debug)]
pub(crate) enum WalkEnd {
    /// Zeros up to the end of the last segment.
    Clean,
    /// The last batch is not whole, and nothing proves that it ever was.
    Torn {
        /// The length from the tail to the last byte that is not zero, bytes.
        bytes: u64,
    },
    /// Something that was durable is not intact.
    Damaged(Damage),
}

/// How thoroughly a log is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// The checksums of every frame, and the hash chain over the batches.
    Frames,
    /// The Merkle root of every sealed segment, too.
    Roots,
}

/// Totals of what a walk has passed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Passed {
    /// The number of batches.
    pub(crate) batches: u64,
    /// The size of the segment headers, frames and seals, bytes.
    pub(crate) bytes: u64,
    /// The last frame in the segment of the tail; `None` if that segment is empty.
    pub(crate) last_frame: Option<LastFrame>,
}

/// The frame before the tail.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LastFrame {
    pub(crate) place: FramePlace,
    pub(crate) bytes: usize,
    pub(crate) is_mark: bool,
}

/// Reads the header of the first segment, which begins at `first`, and starts a map with it.
pub(crate) fn start(storage: &dyn Storage, first: Position) -> Result<Map, OpenError> {
    let path = storage.path().join(segment::name(Position::FIRST));
    if first != Position::FIRST {
        return Err(OpenError::MissingSegment { segment: path, position: Position::FIRST });
    }
    let bytes = header_bytes(storage, first)?;
    let checked = SegmentHeader::parse(&bytes).and_then(|header| {
        let expected = SegmentHeader::first_of(header.log_id, header.salt, header.segment_bytes);
        header.check_equal(&expected)
    });
    let header = checked.map_err(|fault| {
        let damage = Damage { segment: path.clone(), offset: 0, first, last: None, fault };
        // Nothing else says which log it should be, and the first segment cannot contradict itself: the id is not used.
        OpenError::from_damage(damage, LogId::from_bytes([0; 16]))
    })?;
    match log_of_the_others(storage, &header)? {
        Some(expected) => Err(OpenError::OtherLog { segment: path, expected, found: header.log_id }),
        None => Ok(Map::new(&header)),
    }
}

/// The log of the segments after the first, if they agree on another log than the first names, and the first is the odd one
/// out: there are several others, or its seal does not lead to the only one. Otherwise `None`; walking finds what is wrong.
fn log_of_the_others(storage: &dyn Storage, first: &SegmentHeader) -> Result<Option<LogId>, OpenError> {
    let folder = storage.path();
    let firsts = segment::firsts(storage).attempt("list", folder, "")?;
    let mut others = Vec::new();
    for &position in firsts.iter().filter(|position| **position > first.first) {
        let Ok(header) = SegmentHeader::parse(&header_bytes(storage, position)?) else { continue };
        if header.log_id == first.log_id {
            // Nearly always the second segment is of the same log, and no other header is read.
            return Ok(None);
        }
        others.push(header);
    }
    let Some(other) = others.first().filter(|other| others.iter().all(|one| one.log_id == other.log_id))
    else {
        return Ok(None);
    };
    let name = first.name();
    let mut file = storage.open(&name, Access::Read).attempt("open", folder, &name)?;
    let sealed = seal::read(&mut *file, first.segment_bytes).attempt("read", folder, &name)?;
    let leads = matches!(sealed, Sealed::Yes(seal) if seal.end.position == other.first);
    Ok((others.len() > 1 || !leads).then_some(other.log_id))
}

/// The headers of the segments from that of `first` on, as far as seals lead from one to the next: each seal fits its header,
/// and the header of the successor fits the seal. The frames are not read.
pub(crate) fn sealed_headers(
    storage: &dyn Storage,
    first: &SegmentHeader,
) -> Result<Vec<SegmentHeader>, OpenError> {
    let folder = storage.path();
    let firsts = segment::firsts(storage).attempt("list", folder, "")?;
    let mut headers = vec![*first];
    let mut last = *first;
    for &next in firsts.iter().skip_while(|&&next| next <= first.first) {
        let name = last.name();
        let mut file = storage.open(&name, Access::Read).attempt("open", folder, &name)?;
        let length = file.length().attempt("measure", folder, &name)?;
        let sealed = seal::read(&mut *file, last.segment_bytes).attempt("read", folder, &name)?;
        let Sealed::Yes(seal) = sealed else { break };
        let fits =
            length == last.segment_bytes && seal.check_segment(&last).is_ok() && seal.end.position == next;
        let successor = SegmentHeader::parse(&header_bytes(storage, next)?);
        match successor.and_then(|header| header.check_equal(&last.next(&seal.end))) {
            Ok(header) if fits => last = header,
            Ok(_) | Err(_) => break,
        }
        headers.push(last);
    }
    Ok(headers)
}

/// Walks from the tail of `map` to the end of the intact part, moving the tail along.
pub(crate) fn walk(
    storage: &dyn Storage,
    map: &mut Map,
    depth: Depth,
    passed: &mut Passed,
) -> Result<WalkEnd, OpenError> {
    loop {
        if let Some(ending) = walk_segment(storage, map, depth, passed)? {
            return Ok(ending);
        }
    }
}

/// Walks from the tail of `map` to the start of the next segment, and returns `None`; or to the end of the intact part, which
/// it classifies.
pub(crate) fn walk_segment(
    storage: &dyn Storage,
    map: &mut Map,
    depth: Depth,
    passed: &mut Passed,
) -> Result<Option<WalkEnd>, OpenError> {
    let mut segment = Walker::open(storage, map, depth)?;
    let mut suspected = None;
    loop {
        match segment.step(map, passed)? {
            WalkStep::Enter(header) => {
                map.enter(&header);
                return Ok(None);
            }
            WalkStep::End(ending) => {
                let suspect = matches!(ending, WalkEnd::Damaged(_)).then_some(map.tail);
                if suspect == suspected {
                    return Ok(Some(ending));
                }
                // A writer may have been writing here. Whatever it wrote before the bytes that prove damage is whole by now,
                // so it is damage only if it is still damaged at this second look.
                suspected = suspect;
                segment.look_again(map)?;
            }
        }
    }
}

/// Whether anything has been written at the tail, or the segment of the tail has been sealed: a cheap check before a walk.
pub(crate) fn has_news(storage: &dyn Storage, map: &Map) -> Result<bool, OpenError> {
    let (folder, name) = (storage.path(), map.tail_name());
    let file = storage.open(&name, Access::Read).attempt("open", folder, &name)?;
    let window = SegmentWindow::new(file, map.header.segment_bytes);
    let mut window = window.attempt("measure", folder, &name)?;
    let head = window.get(map.tail.offset, ALIGNMENT).attempt("read", folder, &name)?;
    let is_news = !head.is_some_and(is_blank);
    // If no further frame fits, the seal follows the last frame directly, or after zeros.
    let seal = window.rest(seal::at(map.header.segment_bytes)).attempt("read", folder, &name)?;
    Ok(is_news || !is_blank(seal))
}

/// What comes after the last frame that could be passed.
enum WalkStep {
    /// The segment of this header. No seal leads to it if power was lost before the seal was written.
    Enter(SegmentHeader),
    End(WalkEnd),
}

/// The segment that the tail of the map is in, with the length and the successor that it had when it was opened.
struct Walker<'s> {
    storage: &'s dyn Storage,
    name: String,
    /// The length of the file, bytes.
    length: u64,
    window: SegmentWindow,
    /// The first position of the next segment; `None` for the last one.
    next: Option<Position>,
    /// The tree over the segment's events so far; `None` if roots are not checked, or the walk began after the first event.
    tree: Option<Tree>,
}

impl<'s> Walker<'s> {
    fn open(storage: &'s dyn Storage, map: &Map, depth: Depth) -> Result<Walker<'s>, OpenError> {
        let (folder, name) = (storage.path(), map.tail_name());
        let firsts = segment::firsts(storage).attempt("list", folder, "")?;
        let file = storage.open(&name, Access::Read).attempt("open", folder, &name)?;
        let length = file.length().attempt("measure", folder, &name)?;
        let window = SegmentWindow::new(file, map.header.segment_bytes).attempt("measure", folder, &name)?;
        let is_at_start = map.tail == map.header.start();
        Ok(Walker {
            storage,
            name,
            length,
            window,
            next: firsts.into_iter().find(|&first| first > map.header.first),
            tree: (depth == Depth::Roots && is_at_start).then(|| Tree::new(map.header.salt)),
        })
    }

    /// Opens the file and lists the folder again, to continue from the tail.
    fn look_again(&mut self, map: &Map) -> Result<(), OpenError> {
        let tree = self.tree.take();
        *self = Walker { tree, ..Walker::open(self.storage, map, Depth::Frames)? };
        Ok(())
    }

    /// Moves the tail past all frames of the segment, and classifies what follows.
    fn step(&mut self, map: &mut Map, passed: &mut Passed) -> Result<WalkStep, OpenError> {
        let stop = self.pass_frames(map, passed)?;
        let verdict = self.judge(map, stop)?;
        if let WalkStep::Enter(_) = verdict {
            passed.bytes += (SEGMENT_HEADER_BYTES + seal::SEAL_BYTES) as u64;
            passed.last_frame = None;
        }
        Ok(verdict)
    }

    fn pass_frames(&mut self, map: &mut Map, passed: &mut Passed) -> Result<NonFrame, OpenError> {
        loop {
            let place = map.tail;
            let (log_id, segment_bytes) = (map.header.log_id, map.header.segment_bytes);
            let probed = probe(&mut self.window, &place, log_id, segment_bytes, Chain::Checked);
            let header = match probed.attempt("read", self.storage.path(), &self.name)? {
                Probed::Frame(header) => header,
                Probed::Stop(stop) => return Ok(stop),
            };
            let length = header.frame_bytes();
            let bytes = self.window.get(place.offset, length);
            let bytes = bytes.attempt("read", self.storage.path(), &self.name)?.unwrap_or_default();
            if let Some(tree) = &mut self.tree {
                header.records(bytes).for_each(|record| tree.push(record));
            }
            map.extend(place.after(u64::from(header.count), bytes));
            passed.batches += u64::from(!header.is_mark());
            passed.bytes += length as u64;
            passed.last_frame = Some(LastFrame { place, bytes: length, is_mark: header.is_mark() });
        }
    }

    fn judge(&mut self, map: &Map, stop: NonFrame) -> Result<WalkStep, OpenError> {
        let tail = map.tail;
        let segment_bytes = map.header.segment_bytes;
        if self.length != segment_bytes {
            let fault = FrameFault::SegmentLength { bytes: self.length, expected: segment_bytes };
            return self.damaged(tail.offset, map, fault);
        }
        let seal = self.window.rest(seal::at(segment_bytes));
        let sealed = Seal::parse(seal.attempt("read", self.storage.path(), &self.name)?);
        match (stop, self.next, sealed) {
            (NonFrame::Bad(fault @ FrameFault::Broken(_)), None, Sealed::No | Sealed::Broken) => {
                self.judge_tail(map, fault)
            }
            (NonFrame::Zeros, None, Sealed::No | Sealed::Broken) => {
                self.judge_tail(map, FrameFault::Broken("it begins with zeros and does not end with them"))
            }
            (NonFrame::Zeros, Some(next), Sealed::No | Sealed::Broken) => self.judge_unsealed(map, next),
            (NonFrame::Zeros, next, Sealed::Yes(seal)) => self.judge_sealed(map, next, &seal),
            (NonFrame::Bad(fault), _, _) => self.damaged(tail.offset, map, fault),
        }
    }

    /// Checks that there are only zeros between the last frame and the seal, and that the next segment continues the log.
    fn judge_sealed(
        &mut self,
        map: &Map,
        next: Option<Position>,
        seal: &Seal,
    ) -> Result<WalkStep, OpenError> {
        let tail = map.tail;
        let header = &map.header;
        let at = seal::at(header.segment_bytes);
        if seal.check_segment(header).is_ok() && seal.end.offset > tail.offset {
            let fault = FrameFault::Broken("it is all zeros, and the seal of its segment counts it");
            return self.damaged(tail.offset, map, fault);
        }
        if let Err(fault) = seal.check(header, &tail) {
            return self.damaged(at, map, fault);
        }
        if !self.is_blank_from(tail.offset, map)? {
            let fault = FrameFault::Broken("there are bytes before the seal that are no batch");
            return self.damaged(tail.offset, map, fault);
        }
        let root = self.tree.as_mut().map(|tree| tree.root(header.log_id, header.id, header.first));
        if root.is_some_and(|root| root != seal.root) {
            return self.damaged(at, map, FrameFault::Seal("its root is not that of the events before it"));
        }
        if next != Some(tail.position) {
            return Ok(WalkStep::End(WalkEnd::Damaged(Damage {
                segment: self.storage.path().join(segment::name(tail.position)),
                offset: 0,
                first: tail.position,
                last: next.and_then(Position::previous),
                fault: FrameFault::Missing,
            })));
        }
        self.enter(map)
    }

    /// A segment with a successor lacks its seal only if power was lost just before the seal was written, when the successor
    /// was still empty.
    fn judge_unsealed(&mut self, map: &Map, next: Position) -> Result<WalkStep, OpenError> {
        let tail = map.tail;
        if next == tail.position && self.is_blank_from(tail.offset, map)? {
            match self.enter(map)? {
                WalkStep::Enter(header) if !self.is_empty(&header)? => {}
                verdict @ (WalkStep::Enter(_) | WalkStep::End(_)) => return Ok(verdict),
            }
        }
        let fault = FrameFault::Broken("its segment has a successor and it is all zeros");
        self.damaged(tail.offset, map, fault)
    }

    /// In the last segment, a bad frame is a torn tail, and zeros are the end, unless a later header exists.
    ///
    /// INVARIANT (one unsynced batch): a header is written only after everything before it is synced. So any later header,
    /// even the first after a broken mark, proves that the bytes at the tail were durable.
    fn judge_tail(&mut self, map: &Map, fault: FrameFault) -> Result<WalkStep, OpenError> {
        let tail = map.tail;
        if self.find_later(map)?.is_some() {
            return self.damaged(tail.offset, map, fault);
        }
        let rest = self.window.rest(tail.offset);
        let rest = rest.attempt("read", self.storage.path(), &self.name)?;
        let ending = match written_len(rest) {
            0 => WalkEnd::Clean,
            bytes => WalkEnd::Torn { bytes: bytes as u64 },
        };
        Ok(WalkStep::End(ending))
    }

    fn damaged(&mut self, offset: u64, map: &Map, fault: FrameFault) -> Result<WalkStep, OpenError> {
        let later = self.find_later(map)?.and_then(|header| Position::new(header.first));
        let follows = later.or(self.next);
        Ok(WalkStep::End(WalkEnd::Damaged(Damage {
            segment: self.storage.path().join(&self.name),
            offset,
            first: map.tail.position,
            last: follows.and_then(Position::previous),
            fault,
        })))
    }

    /// The first header past the tail that was written for the place where it is. Its checksum is proof enough; the rest of the
    /// frame may be torn.
    fn find_later(&mut self, map: &Map) -> Result<Option<FrameHeader>, OpenError> {
        let tail = map.tail;
        let rest = self.window.rest(tail.offset);
        let rest = rest.attempt("read", self.storage.path(), &self.name)?;
        let later = (ALIGNMENT..rest.len()).step_by(ALIGNMENT).find_map(|at| {
            FrameHeader::parse(&rest[at..])
                .filter(|header| header.is_at_home(map.header.log_id, tail.segment, tail.offset + at as u64))
        });
        Ok(later)
    }

    /// Continues in the segment that begins at the tail's position, if its header is the expected one.
    fn enter(&self, map: &Map) -> Result<WalkStep, OpenError> {
        let tail = map.tail;
        let bytes = header_bytes(self.storage, tail.position)?;
        let expected = map.header.next(&tail);
        let checked = SegmentHeader::parse(&bytes).and_then(|header| header.check_equal(&expected));
        Ok(match checked {
            Ok(header) => WalkStep::Enter(header),
            Err(fault) => WalkStep::End(WalkEnd::Damaged(Damage {
                segment: self.storage.path().join(expected.name()),
                offset: 0,
                first: tail.position,
                last: None,
                fault,
            })),
        })
    }

    /// Whether the segment of this header holds only zeros.
    fn is_empty(&self, header: &SegmentHeader) -> Result<bool, OpenError> {
        let (folder, name) = (self.storage.path(), header.name());
        let file = self.storage.open(&name, Access::Read);
        let file = file.attempt("open", folder, &name)?;
        let window = SegmentWindow::new(file, header.segment_bytes);
        let mut window = window.attempt("measure", folder, &name)?;
        let rest = window.rest(SEGMENT_HEADER_BYTES as u64);
        Ok(is_blank(rest.attempt("read", folder, &name)?))
    }

    /// Whether there are only zeros from `offset` to the seal.
    fn is_blank_from(&mut self, offset: u64, map: &Map) -> Result<bool, OpenError> {
        let rest = self.window.rest(offset);
        let rest = rest.attempt("read", self.storage.path(), &self.name)?;
        Ok(is_blank(&rest[..(seal::at(map.header.segment_bytes) - offset) as usize]))
    }
}

/// The bytes of the header of the segment that begins at `first`, fewer if the file is shorter.
pub(crate) fn header_bytes(storage: &dyn Storage, first: Position) -> Result<Vec<u8>, OpenError> {
    let (folder, name) = (storage.path(), segment::name(first));
    let mut bytes = vec![0; SEGMENT_HEADER_BYTES];
    let mut file = storage.open(&name, Access::Read).attempt("open", folder, &name)?;
    let read = file.read_at(0, &mut bytes);
    bytes.truncate(read.attempt("read", folder, &name)?);
    Ok(bytes)
}
