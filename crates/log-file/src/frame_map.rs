//! Where batches are in the segments. The map is derived from the segments while walking or appending; it proves nothing.

use std::collections::BTreeMap;

use acquaint_log::Position;

use crate::frame::{self, Hash};
use crate::segment::SegmentHeader;

/// In a part of the log that was walked or read before, at most this much must be walked to reach a batch, bytes. The map
/// takes some 60 bytes of memory for each such step.
pub(crate) const STEP_BYTES: u64 = 32 << 10;

/// Where a frame is or will be written, and what it must continue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FramePlace {
    /// The id of the segment.
    pub(crate) segment: u64,
    /// The offset of the frame in the segment, bytes.
    pub(crate) offset: u64,
    /// The position of the first record in the frame.
    pub(crate) position: Position,
    /// The hash of the batch before it.
    pub(crate) previous: Hash,
}

impl FramePlace {
    /// The place before the first segment of a new log.
    pub(crate) const BEFORE_ALL: FramePlace =
        FramePlace { segment: 0, offset: 0, position: Position::FIRST, previous: [0; 32] };

    /// The place after the frame here, which has `count` records and these bytes. A frame without records is not part of the
    /// hash chain.
    pub(crate) fn after(&self, count: u64, frame: &[u8]) -> FramePlace {
        let previous = if count == 0 { self.previous } else { frame::hash(frame) };
        FramePlace { previous, ..self.past(count, frame.len()) }
    }

    /// The place after the frame here, but still with the hash of the batch before that frame: for a reader that does not
    /// check the chain, and for a writer that does not have the hash yet.
    pub(crate) fn past(&self, count: u64, frame_bytes: usize) -> FramePlace {
        FramePlace {
            segment: self.segment,
            offset: self.offset + frame_bytes as u64,
            position: self.position.plus(count),
            previous: self.previous,
        }
    }
}

/// The intact part of a log.
#[derive(Clone, Debug)]
pub(crate) struct Map {
    /// The first position of each segment; segment 1 is at index 0.
    firsts: Vec<Position>,
    /// The header of the segment that the tail is in.
    pub(crate) header: SegmentHeader,
    /// The header of the segment before that one.
    pub(crate) before: Option<SegmentHeader>,
    /// Places to start walking from, ascending: the first of every segment, then about one for each [`STEP_BYTES`].
    places: Vec<FramePlace>,
    /// Such places in segments that were read but not walked, so that the hash is unknown: segment id and offset.
    read: BTreeMap<Position, (u64, u64)>,
    /// The place after the last durable batch.
    pub(crate) tail: FramePlace,
}

impl Map {
    /// The map of a log when only the header of its first segment has been read.
    pub(crate) fn new(first_segment: &SegmentHeader) -> Map {
        let start = first_segment.start();
        Map {
            firsts: vec![first_segment.first],
            header: *first_segment,
            before: None,
            places: vec![start],
            read: BTreeMap::new(),
            tail: start,
        }
    }

    /// Moves the tail to the start of the next segment.
    pub(crate) fn enter(&mut self, segment: &SegmentHeader) {
        self.tail = segment.start();
        self.before = Some(self.header);
        self.header = *segment;
        self.firsts.push(segment.first);
        self.places.push(self.tail);
    }

    /// Moves the tail past a batch in its segment.
    pub(crate) fn extend(&mut self, tail: FramePlace) {
        self.tail = tail;
        let known = self.places.last().map_or(0, |place| place.offset);
        if tail.offset - known >= STEP_BYTES {
            self.places.push(tail);
        }
    }

    /// The first position of the segment `id`, if the map reaches it.
    pub(crate) fn first_of(&self, id: u64) -> Option<Position> {
        let index = usize::try_from(id).ok()?.checked_sub(1)?;
        self.firsts.get(index).copied()
    }

    /// The file name of the segment that the tail is in.
    pub(crate) fn tail_name(&self) -> String {
        self.header.name()
    }

    /// The last known place at or before `position`, for a reader that does not check the chain: the hash in it may be that of
    /// an earlier batch.
    pub(crate) fn place_before(&self, position: Position) -> FramePlace {
        let after = self.places.partition_point(|place| place.position <= position);
        let place = self.places[after.saturating_sub(1)];
        match self.read.range(..=position).next_back() {
            Some((read, (segment, offset))) if *read > place.position => {
                FramePlace { segment: *segment, offset: *offset, position: *read, ..place }
            }
            Some(_) | None => place,
        }
    }

    /// The last known place at or before `position` that has the hash of the batch before it.
    pub(crate) fn chained_before(&self, position: Position) -> FramePlace {
        let after = self.places.partition_point(|place| place.position <= position);
        self.places[after.saturating_sub(1)]
    }

    /// Remembers a place that a reader has reached, unless a known place is close before it.
    pub(crate) fn pass(&mut self, place: &FramePlace) {
        let known = self.place_before(place.position);
        if known.segment != place.segment || place.offset - known.offset >= STEP_BYTES {
            self.read.insert(place.position, (place.segment, place.offset));
        }
    }
}
