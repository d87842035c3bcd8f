//! Gives the records from a position on, verifying every frame again.

use std::io;

use acquaint_log::{Position, ReadError, Record};
use parking_lot::Mutex;

use crate::frame::{self, LogId, take_record};
use crate::map::{Map, Place};
use crate::segment::{self, SEGMENT_HEADER_BYTES};
use crate::storage::{Access, Storage};
use crate::walk::{Met, Stop, meet};
use crate::window::Window;

/// An iterator over durable records; it ends at the tail as it was when made, or after the first error.
pub(crate) struct Records<'l> {
    storage: &'l dyn Storage,
    map: &'l Mutex<Map>,
    log_id: LogId,
    segment_bytes: u64,
    from: Position,
    /// The next frame.
    place: Place,
    /// Where to end.
    tail: Place,
    /// The segment of `place`, once opened.
    window: Option<Window>,
    /// The body of the frame before `place`, from the next record on.
    body: Vec<u8>,
    taken: usize,
    next: Position,
    /// What to end with.
    last: Option<ReadError>,
}

impl<'l> Records<'l> {
    /// The records from `from` on, up to the tail of `map` as it is now; then `last`, if there is such an error.
    pub(crate) fn new(
        storage: &'l dyn Storage,
        map: &'l Mutex<Map>,
        from: Position,
        last: Option<ReadError>,
    ) -> Records<'l> {
        let known = map.lock();
        let place = if from < known.tail.position { known.place_before(from) } else { known.tail };
        Records {
            storage,
            map,
            log_id: known.log_id,
            segment_bytes: known.segment_bytes,
            from,
            place,
            tail: known.tail,
            window: None,
            body: Vec::new(),
            taken: 0,
            next: place.position,
            last,
        }
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

    /// Reads the frame at `place`, or moves to the next segment.
    fn advance(&mut self) -> Result<(), ReadError> {
        match self.look() {
            Err(source) => Err(ReadError::Io { position: self.next, source }),
            Ok(None) => Ok(()),
            Ok(Some(stop)) => self.leave_segment(stop),
        }
    }

    fn look(&mut self) -> io::Result<Option<Stop>> {
        let mut window = match self.window.take() {
            Some(window) => window,
            None => self.open()?,
        };
        let place = self.place;
        let met = meet(&mut window, &place, self.log_id)?;
        let stop = match met {
            Met::Stop(stop) => Some(stop),
            Met::Batch(header) => {
                let length = header.frame_bytes();
                let frame = window.get(place.offset, length)?.unwrap_or_default();
                self.body.clear();
                self.body.extend_from_slice(header.body(frame));
                self.taken = 0;
                let hash = frame::hash(frame);
                self.place = place.after(u64::from(header.count), length, hash);
                None
            }
        };
        self.window = Some(window);
        Ok(stop)
    }

    fn open(&self) -> io::Result<Window> {
        let file = self.storage.open(&self.name(), Access::Read)?;
        let end = if self.place.segment == self.tail.segment { self.tail.offset } else { self.segment_bytes };
        Ok(Window::new(file, end))
    }

    fn name(&self) -> String {
        let first = self.map.lock().first_of(self.place.segment);
        segment::name(first.expect("reading stays within the map"))
    }

    fn leave_segment(&mut self, stop: Stop) -> Result<(), ReadError> {
        let next = self.map.lock().first_of(self.place.segment + 1);
        let fault = match stop {
            Stop::Seal | Stop::Zeros if next == Some(self.place.position) => {
                self.place.segment += 1;
                self.place.offset = SEGMENT_HEADER_BYTES as u64;
                self.window = None;
                return Ok(());
            }
            Stop::Seal => String::from("the segment ends too early"),
            Stop::Zeros => String::from("there are zeros instead of a frame"),
            Stop::Bad(fault) => fault.to_string(),
        };
        let path = self.storage.path().join(self.name());
        Err(ReadError::Damaged {
            position: self.next,
            detail: format!("`{}` at byte {}: {fault}", path.display(), self.place.offset),
        })
    }
}

impl Iterator for Records<'_> {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(record) = self.take_next() {
                return Some(Ok(record));
            }
            if self.place.position >= self.tail.position {
                return self.last.take().map(Err);
            }
            if let Err(error) = self.advance() {
                self.place = self.tail;
                self.last = None;
                return Some(Err(error));
            }
        }
    }
}
