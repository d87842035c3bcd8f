//! Walks the segments frame by frame and decides what the end of the intact part is: an end, a torn tail, or damage.
//!
//! Everything here only reads. A writer may be appending meanwhile, so damage is looked at twice.

use std::io;

use acquaint_log::Position;

use crate::error::{Attempt, Damage, Fault, OpenError};
use crate::frame::{self, ALIGNMENT, FrameHeader, HEADER_BYTES, LogId, SEAL_BYTES};
use crate::map::{Map, Place};
use crate::segment::{self, SEGMENT_HEADER_BYTES, SegmentHeader};
use crate::storage::{Access, Storage};
use crate::window::Window;

/// What the walk ended at.
#[derive(Clone, Debug)]
pub(crate) enum Ending {
    /// Zeros up to the end of the last segment.
    Clean,
    /// The last batch is not whole, and nothing proves that it ever was.
    Torn {
        /// From the tail to the last byte that is not zero.
        bytes: u64,
    },
    /// Something that was durable is not intact.
    Damaged(Damage),
}

/// What was walked over, and the end of it. The map has moved along.
#[derive(Clone, Debug)]
pub(crate) struct Walked {
    pub(crate) ending: Ending,
    /// Batches.
    pub(crate) frames: u64,
    /// Segment headers, frames and seals, bytes.
    pub(crate) bytes: u64,
    /// The last batch.
    pub(crate) last_batch: Option<(Place, FrameHeader)>,
    /// Where the seal of the last segment but one is, or goes if a loss of power came before it.
    pub(crate) last_seal: Option<Place>,
}

/// What is at a place.
pub(crate) enum Met {
    /// A batch that continues the log; all of it is verified.
    Batch(FrameHeader),
    /// No batch.
    Stop(Stop),
}

/// What is at a place that no batch is at.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stop {
    /// The seal of the segment, which has a successor.
    Seal,
    /// Zeros where a header would be.
    Zeros,
    /// Anything else.
    Bad(Fault),
}

/// Looks at `place`, and verifies what is there against everything that the place knows.
pub(crate) fn meet(window: &mut Window, place: &Place, log_id: LogId) -> io::Result<Met> {
    let bad = |fault| Ok(Met::Stop(Stop::Bad(fault)));
    let Some(head) = window.get(place.offset, HEADER_BYTES)? else {
        return bad(Fault::Broken("the segment ends within its header"));
    };
    let Some(header) = FrameHeader::parse(head) else {
        if is_blank(head) {
            return Ok(Met::Stop(Stop::Zeros));
        }
        return bad(Fault::Broken("its header does not match its checksum"));
    };
    if let Err(fault) = header.check_place(log_id, place) {
        return bad(fault);
    }
    let Some(bytes) = window.get(place.offset, header.frame_bytes())? else {
        return bad(Fault::Misfit("it is longer than its segment"));
    };
    Ok(match header.check_body(bytes) {
        Err(fault) => Met::Stop(Stop::Bad(fault)),
        Ok(()) if header.is_seal() => Met::Stop(Stop::Seal),
        Ok(()) => Met::Batch(header),
    })
}

/// Reads the header of the first segment, which begins at `first`, and starts a map with it.
pub(crate) fn start(storage: &dyn Storage, first: Position) -> Result<Map, OpenError> {
    let path = storage.path().join(segment::name(Position::FIRST));
    if first != Position::FIRST {
        return Err(OpenError::MissingSegment { segment: path, position: Position::FIRST });
    }
    let bytes = header_bytes(storage, first)?;
    let checked = SegmentHeader::parse(&bytes).and_then(|header| {
        let (log_id, segment_bytes) = (header.log_id, header.segment_bytes);
        let expected = SegmentHeader::after(&Place::BEFORE_ALL, log_id, segment_bytes);
        header.check_equal(&expected)
    });
    checked.map(|header| Map::new(&header)).map_err(|fault| {
        let damage = Damage { segment: path, offset: 0, first, last: None, fault };
        // Which log it should be is not known: the first segment alone says so, and it does not disagree with itself.
        OpenError::from_damage(damage, LogId::from_bytes([0; 16]))
    })
}

/// Walks from the tail of `map` to the end of what is intact, moving the tail along.
pub(crate) fn walk(storage: &dyn Storage, map: &mut Map) -> Result<Walked, OpenError> {
    let mut walked = Walked {
        ending: Ending::Clean,
        frames: 0,
        bytes: SEGMENT_HEADER_BYTES as u64,
        last_batch: None,
        last_seal: None,
    };
    let mut segment = Walker::open(storage, map)?;
    let mut suspected = None;
    loop {
        let stop = segment.pass_batches(map, &mut walked)?;
        match segment.judge(map, stop)? {
            Verdict::Enter { header, seal_bytes } => {
                walked.bytes += seal_bytes + SEGMENT_HEADER_BYTES as u64;
                walked.last_seal = Some(map.tail);
                map.enter(&header);
                segment = Walker::open(storage, map)?;
            }
            Verdict::End(ending) => {
                let suspect = matches!(ending, Ending::Damaged(_)).then_some(map.tail);
                if suspect == suspected {
                    walked.ending = ending;
                    return Ok(walked);
                }
                // A writer may have been in the middle of this. What it did before the bytes that prove damage is whole
                // by now, so only what is damaged when looked at after the proof is damaged.
                suspected = suspect;
                segment = Walker::open(storage, map)?;
            }
        }
    }
}

/// Whether something begins at the tail, whole or not: a cheap look before a walk.
pub(crate) fn has_news(storage: &dyn Storage, map: &Map) -> Result<bool, OpenError> {
    let (folder, name) = (storage.path(), map.tail_name());
    let file = storage.open(&name, Access::Read);
    let mut window = Window::new(file.attempt("open", folder, &name)?, map.segment_bytes);
    let head = window.get(map.tail.offset, ALIGNMENT);
    let head = head.attempt("read", folder, &name)?;
    Ok(!head.is_some_and(is_blank))
}

/// What comes after the last batch that could be passed.
enum Verdict {
    /// The segment of this header; no seal leads there if the loss of power came before it.
    Enter {
        header: SegmentHeader,
        seal_bytes: u64,
    },
    End(Ending),
}

/// The segment that the tail of the map is in, as it and the folder are at one moment.
struct Walker<'s> {
    storage: &'s dyn Storage,
    name: String,
    /// The length of the file, bytes.
    length: u64,
    window: Window,
    /// The first position of the segment after it.
    next: Option<Position>,
}

impl<'s> Walker<'s> {
    fn open(storage: &'s dyn Storage, map: &Map) -> Result<Walker<'s>, OpenError> {
        let (folder, name) = (storage.path(), map.tail_name());
        let firsts = segment::firsts(storage).attempt("list", folder, "")?;
        let file = storage.open(&name, Access::Read).attempt("open", folder, &name)?;
        let length = file.length().attempt("measure", folder, &name)?;
        Ok(Walker {
            storage,
            name,
            length,
            window: Window::new(file, length.min(map.segment_bytes)),
            next: firsts.into_iter().find(|&first| first > map.tail_first()),
        })
    }

    /// Moves the tail past every batch; says what is there that is none.
    fn pass_batches(&mut self, map: &mut Map, walked: &mut Walked) -> Result<Stop, OpenError> {
        loop {
            let place = map.tail;
            let met = meet(&mut self.window, &place, map.log_id);
            let header = match met.attempt("read", self.storage.path(), &self.name)? {
                Met::Batch(header) => header,
                Met::Stop(stop) => return Ok(stop),
            };
            let length = header.frame_bytes();
            let bytes = self.window.get(place.offset, length);
            let bytes = bytes.attempt("read", self.storage.path(), &self.name)?;
            let hash = frame::hash(bytes.unwrap_or_default());
            map.extend(place.after(u64::from(header.count), length, hash));
            walked.frames += 1;
            walked.bytes += length as u64;
            walked.last_batch = Some((place, header));
        }
    }

    fn judge(&mut self, map: &Map, stop: Stop) -> Result<Verdict, OpenError> {
        let tail = map.tail;
        if self.length != map.segment_bytes {
            let fault = Fault::SegmentLength { bytes: self.length, expected: map.segment_bytes };
            return self.damaged(&tail, map, fault);
        }
        match (stop, self.next) {
            (Stop::Seal, next) => self.judge_sealed(map, next),
            (Stop::Bad(fault @ Fault::Broken(_)), Some(next)) => self.judge_unsealed(map, next, fault),
            (Stop::Zeros, Some(next)) => {
                let fault = Fault::Broken("its segment has a successor and it is all zeros");
                self.judge_unsealed(map, next, fault)
            }
            (Stop::Bad(fault @ Fault::Broken(_)), None) => self.judge_tail(map, fault),
            (Stop::Zeros, None) => {
                let fault = Fault::Broken("it begins with zeros and does not end with them");
                self.judge_tail(map, fault)
            }
            (Stop::Bad(fault), _) => self.damaged(&tail, map, fault),
        }
    }

    /// After a seal there are zeros, and there is another segment.
    fn judge_sealed(&mut self, map: &Map, next: Option<Position>) -> Result<Verdict, OpenError> {
        let tail = map.tail;
        if !self.is_blank_from(tail.offset + SEAL_BYTES as u64)? {
            return self.damaged(&tail, map, Fault::Broken("bytes follow the seal of its segment"));
        }
        if next != Some(tail.position) {
            return Ok(Verdict::End(Ending::Damaged(Damage {
                segment: self.storage.path().join(segment::name(tail.position)),
                offset: 0,
                first: tail.position,
                last: next.and_then(Position::previous),
                fault: Fault::Missing,
            })));
        }
        match self.read_successor(map)? {
            Successor::Intact(header) => Ok(Verdict::Enter { header, seal_bytes: SEAL_BYTES as u64 }),
            Successor::Damaged(damage) => Ok(Verdict::End(Ending::Damaged(damage))),
        }
    }

    /// A segment with a successor lacks its seal only if power was lost right before the seal, when the successor was empty.
    fn judge_unsealed(&mut self, map: &Map, next: Position, fault: Fault) -> Result<Verdict, OpenError> {
        let tail = map.tail;
        if next == tail.position && self.is_blank_from(tail.offset + SEAL_BYTES as u64)? {
            match self.read_successor(map)? {
                Successor::Damaged(damage) => return Ok(Verdict::End(Ending::Damaged(damage))),
                Successor::Intact(header) if self.is_empty(&header)? => {
                    return Ok(Verdict::Enter { header, seal_bytes: 0 });
                }
                Successor::Intact(_) => {}
            }
        }
        self.damaged(&tail, map, fault)
    }

    /// In the last segment, a bad frame was durable if a later header says so; otherwise it is a torn tail, or the end.
    fn judge_tail(&mut self, map: &Map, fault: Fault) -> Result<Verdict, OpenError> {
        let tail = map.tail;
        let later = self.find_later(map)?;
        if later.is_some_and(|header| header.durable_upto > tail.position.get()) {
            return self.damaged(&tail, map, fault);
        }
        let rest = self.window.rest(tail.offset);
        let rest = rest.attempt("read", self.storage.path(), &self.name)?;
        let ending = match written_len(rest) {
            0 => Ending::Clean,
            bytes => Ending::Torn { bytes: bytes as u64 },
        };
        Ok(Verdict::End(ending))
    }

    fn damaged(&mut self, at: &Place, map: &Map, fault: Fault) -> Result<Verdict, OpenError> {
        let later = self.find_later(map)?.and_then(|header| Position::new(header.first));
        let follows = later.or(self.next);
        Ok(Verdict::End(Ending::Damaged(Damage {
            segment: self.storage.path().join(&self.name),
            offset: at.offset,
            first: at.position,
            last: follows.and_then(Position::previous),
            fault,
        })))
    }

    /// The first header past the tail that was written where it is. Its checksum is proof enough: the frame itself may be torn.
    fn find_later(&mut self, map: &Map) -> Result<Option<FrameHeader>, OpenError> {
        let tail = map.tail;
        let rest = self.window.rest(tail.offset);
        let rest = rest.attempt("read", self.storage.path(), &self.name)?;
        let later = (ALIGNMENT..rest.len()).step_by(ALIGNMENT).find_map(|at| {
            FrameHeader::parse(&rest[at..])
                .filter(|header| header.is_at_home(map.log_id, tail.segment, tail.offset + at as u64))
        });
        Ok(later)
    }

    /// The header of the segment that begins at the tail's position.
    fn read_successor(&self, map: &Map) -> Result<Successor, OpenError> {
        let tail = map.tail;
        let bytes = header_bytes(self.storage, tail.position)?;
        let expected = SegmentHeader::after(&tail, map.log_id, map.segment_bytes);
        let checked = SegmentHeader::parse(&bytes).and_then(|header| header.check_equal(&expected));
        Ok(match checked {
            Ok(header) => Successor::Intact(header),
            Err(fault) => Successor::Damaged(Damage {
                segment: self.storage.path().join(expected.name()),
                offset: 0,
                first: tail.position,
                last: None,
                fault,
            }),
        })
    }

    /// Whether the segment of this header holds zeros only.
    fn is_empty(&self, header: &SegmentHeader) -> Result<bool, OpenError> {
        let (folder, name) = (self.storage.path(), header.name());
        let file = self.storage.open(&name, Access::Read);
        let file = file.attempt("open", folder, &name)?;
        let mut window = Window::new(file, header.segment_bytes);
        let rest = window.rest(SEGMENT_HEADER_BYTES as u64);
        Ok(is_blank(rest.attempt("read", folder, &name)?))
    }

    fn is_blank_from(&mut self, offset: u64) -> Result<bool, OpenError> {
        let rest = self.window.rest(offset);
        let rest = rest.attempt("read", self.storage.path(), &self.name)?;
        Ok(is_blank(rest))
    }
}

enum Successor {
    Intact(SegmentHeader),
    Damaged(Damage),
}

/// The bytes of the header of the segment that begins at `first`, fewer if the file is shorter.
fn header_bytes(storage: &dyn Storage, first: Position) -> Result<Vec<u8>, OpenError> {
    let (folder, name) = (storage.path(), segment::name(first));
    let mut bytes = vec![0; SEGMENT_HEADER_BYTES];
    let mut file = storage.open(&name, Access::Read).attempt("open", folder, &name)?;
    let read = file.read_at(0, &mut bytes);
    bytes.truncate(read.attempt("read", folder, &name)?);
    Ok(bytes)
}

/// Whether there are zeros only.
fn is_blank(bytes: &[u8]) -> bool {
    written_len(bytes) == 0
}

/// How many bytes there are up to the last one that is not zero; compared in blocks from the end, because most of a
/// segment's rest is zeros.
fn written_len(bytes: &[u8]) -> usize {
    const ZEROS: [u8; 4096] = [0; 4096];
    let is_written = |block: &&[u8]| *block != &ZEROS[..block.len()];
    let blank: usize =
        bytes.rchunks(ZEROS.len()).take_while(|block| !is_written(block)).map(<[u8]>::len).sum();
    let written = &bytes[..bytes.len() - blank];
    written.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1)
}
