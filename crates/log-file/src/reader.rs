//! Reads the records from a position on, verifying the checksums of every frame again.

use std::io;
use std::ops::ControlFlow;

use acquaint_log::{Position, ReadError, Record, Visitor};
use parking_lot::Mutex;

use crate::frame::{Chain, FrameHeader, take_record};
use crate::frame_map::{FramePlace, Map, STEP_BYTES};
use crate::health::Health;
use crate::probe::{NonFrame, Probed, probe};
use crate::segment::{self, SEGMENT_HEADER_BYTES, SegmentHeader};
use crate::segment_window::SegmentWindow;
use crate::storage::{Access, Storage};

/// The durable frames from a place on, up to the tail that the log had when this was created.
pub(crate) struct Frames<'l> {
    storage: &'l dyn Storage,
    map: &'l Mutex<Map>,
    health: &'l Health,
    /// Some header of the log, for the fields that all headers share.
    header: SegmentHeader,
    /// The place of the next frame.
    place: FramePlace,
    /// The place where reading ends.
    tail: FramePlace,
    /// The segment of `place`, once opened.
    window: Option<SegmentWindow>,
    /// The offset in that segment of the last place offered to the map, bytes.
    offered_offset: u64,
}

/// A verified batch and its place.
struct FoundFrame {
    header: FrameHeader,
    place: FramePlace,
}

impl<'l> Frames<'l> {
    /// The frames from the one that holds `from` on, or from an earlier one; none if `from` is not durable yet.
    pub(crate) fn new(
        storage: &'l dyn Storage,
        map: &'l Mutex<Map>,
        health: &'l Health,
        from: Position,
    ) -> Frames<'l> {
        let known = map.lock();
        let place = if from < known.tail.position { known.place_before(from) } else { known.tail };
        Frames {
            storage,
            map,
            health,
            header: known.header,
            place,
            tail: known.tail,
            window: None,
            offered_offset: place.offset,
        }
    }

    /// Moves past the next batch and returns it; `None` at the tail.
    fn pass(&mut self) -> Result<Option<FoundFrame>, ReadError> {
        while self.place.position < self.tail.position {
            let place = self.place;
            match self.look().map_err(|source| ReadError::Io { position: place.position, source })? {
                Probed::Frame(header) => {
                    self.place = place.past(u64::from(header.count), header.frame_bytes());
                    if place.offset - self.offered_offset >= STEP_BYTES {
                        self.offered_offset = place.offset;
                        self.map.lock().pass(&place);
                    }
                    if !header.is_mark() {
                        return Ok(Some(FoundFrame { header, place }));
                    }
                }
                Probed::Stop(stop) => self.leave_segment(stop)?,
            }
        }
        Ok(None)
    }

    fn look(&mut self) -> io::Result<Probed> {
        let window = match &mut self.window {
            Some(window) => window,
            closed @ None => {
                let file = self.storage.open(&name(self.map, self.place.segment), Access::Read)?;
                let ends_here = self.place.segment == self.tail.segment;
                let end = if ends_here { self.tail.offset } else { self.header.segment_bytes };
                closed.insert(SegmentWindow::new(file, end)?)
            }
        };
        probe(window, &self.place, self.header.log_id, self.header.segment_bytes, Chain::Unchecked)
    }

    /// The body of a frame that was just passed.
    fn body(&mut self, found: &FoundFrame) -> Result<&[u8], ReadError> {
        let window =
            self.window.as_mut().map(|window| window.get(found.place.offset, found.header.frame_bytes()));
        match window {
            Some(Ok(Some(bytes))) => Ok(found.header.body(bytes)),
            Some(Err(source)) => Err(ReadError::Io { position: found.place.position, source }),
            None | Some(Ok(None)) => Ok(&[]),
        }
    }

    /// Continues in the next segment, or returns what is wrong. Damage found by a reader of the writer's log stops the writer.
    fn leave_segment(&mut self, stop: NonFrame) -> Result<(), ReadError> {
        let next = self.map.lock().first_of(self.place.segment + 1);
        let fault = match stop {
            NonFrame::Zeros if next == Some(self.place.position) => {
                self.place.segment += 1;
                self.place.offset = SEGMENT_HEADER_BYTES as u64;
                self.offered_offset = self.place.offset;
                self.window = None;
                return Ok(());
            }
            NonFrame::Zeros => String::from("there are zeros instead of a frame"),
            NonFrame::Bad(fault) => fault.to_string(),
        };
        let path = self.storage.path().join(name(self.map, self.place.segment));
        let detail = format!("`{}` at byte {}: {fault}", path.display(), self.place.offset);
        self.health.stop(&format!("damage was found, {detail}"));
        Err(ReadError::Damaged { position: self.place.position, detail })
    }
}

fn name(map: &Mutex<Map>, id: u64) -> String {
    let first = map.lock().first_of(id);
    segment::name(first.expect("reading stays within the map"))
}

/// An iterator over durable records. It ends at the tail that the log had when this was created, or after the first error.
pub(crate) struct Records<'l> {
    frames: Frames<'l>,
    from: Position,
    /// The body of the last frame passed.
    body: Vec<u8>,
    /// How much of the body has been returned or skipped, bytes.
    taken: usize,
    /// The position of the next record in the body.
    next: Position,
    /// The error to end with, if any.
    last: Option<ReadError>,
}

impl<'l> Records<'l> {
    /// The records of `frames` from `from` on, then the error `last`, if any.
    pub(crate) fn new(frames: Frames<'l>, from: Position, last: Option<ReadError>) -> Records<'l> {
        let next = frames.place.position;
        Records { frames, from, body: Vec::new(), taken: 0, next, last }
    }

    fn take_next(&mut self) -> Option<Record> {
        loop {
            let mut rest = &self.body[self.taken..];
            let bytes = take_record(&mut rest)?;
            self.taken = self.body.len() - rest.len();
            let position = self.next;
            self.next = position.next();
            if position >= self.from {
                let bytes = bytes.to_vec();
                return Some(Record { position, bytes });
            }
        }
    }

    /// Copies the body of the next frame; false at the tail.
    fn advance(&mut self) -> Result<bool, ReadError> {
        let Some(found) = self.frames.pass()? else { return Ok(false) };
        let body = self.frames.body(&found)?;
        self.body.clear();
        self.body.extend_from_slice(body);
        self.taken = 0;
        self.next = found.place.position;
        Ok(true)
    }
}

impl Iterator for Records<'_> {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(record) = self.take_next() {
                return Some(Ok(record));
            }
            match self.advance() {
                Ok(true) => {}
                Ok(false) => return self.last.take().map(Err),
                Err(error) => {
                    self.frames.place = self.frames.tail;
                    self.last = None;
                    return Some(Err(error));
                }
            }
        }
    }
}

/// Passes the records of `frames` from `from` on to `visitor` without copying them; then returns the error `last`, if any,
/// unless the visitor has stopped before.
pub(crate) fn visit(
    mut frames: Frames<'_>,
    from: Position,
    last: Option<ReadError>,
    visitor: &mut Visitor<'_>,
) -> Result<(), ReadError> {
    while let Some(found) = frames.pass()? {
        let mut body = frames.body(&found)?;
        let mut position = found.place.position;
        while let Some(record) = take_record(&mut body) {
            if position >= from && visitor(position, record) == ControlFlow::Break(()) {
                return Ok(());
            }
            position = position.next();
        }
    }
    last.map_or(Ok(()), Err)
}
