//! Finds the hash of a batch, which covers everything up to that batch and which the next batch names as its previous hash.

use std::io;

use acquaint_log::{Position, ReadError};

use crate::error::{Damage, FrameFault, OpenError};
use crate::frame::{Chain, Hash};
use crate::frame_map::{FramePlace, Map};
use crate::probe::{NonFrame, Probed, probe};
use crate::segment::{self, SegmentHeader};
use crate::segment_window::SegmentWindow;
use crate::storage::{Access, Storage};

/// Where the hash of a batch comes from.
pub(crate) enum HashSource {
    /// The map has it.
    Known(Hash),
    /// It is computed by walking the segment `name` from `place` on, whose previous hash is known.
    From { name: String, place: FramePlace, header: SegmentHeader },
}

impl HashSource {
    /// Where to look for the hash of the batch that holds `position`; `None` if it is not durable.
    pub(crate) fn new(map: &Map, position: Position) -> Option<HashSource> {
        if position >= map.tail.position {
            return None;
        }
        // Opening walked only the segment of the tail, so the batches before it are not known from that.
        if position.next() == map.tail.position && position >= map.header.first {
            return Some(HashSource::Known(map.tail.previous));
        }
        let place = map.chained_before(position);
        let name = segment::name(map.first_of(place.segment)?);
        Some(HashSource::From { name, place, header: map.header })
    }

    /// Walks to the batch that holds `position`, within its segment at most.
    pub(crate) fn find(self, storage: &dyn Storage, position: Position) -> Result<Hash, Unfound> {
        let (name, mut place, header) = match self {
            HashSource::Known(hash) => return Ok(hash),
            HashSource::From { name, place, header } => (name, place, header),
        };
        let file = storage.open(&name, Access::Read)?;
        let mut window = SegmentWindow::new(file, header.segment_bytes)?;
        loop {
            let probed = probe(&mut window, &place, header.log_id, header.segment_bytes, Chain::Checked)?;
            let fault = match probed {
                Probed::Frame(frame) => {
                    let bytes = window.get(place.offset, frame.frame_bytes())?.unwrap_or_default();
                    place = place.after(u64::from(frame.count), bytes);
                    if place.position > position {
                        return Ok(place.previous);
                    }
                    continue;
                }
                Probed::Stop(NonFrame::Zeros) => FrameFault::Broken("there are zeros instead of it"),
                Probed::Stop(NonFrame::Bad(fault)) => fault,
            };
            let (segment, offset) = (storage.path().join(name), place.offset);
            return Err(Unfound::Damaged(Damage {
                segment,
                offset,
                first: place.position,
                last: None,
                fault,
            }));
        }
    }
}

/// Why a hash could not be found.
#[derive(Debug)]
pub(crate) enum Unfound {
    Damaged(Damage),
    Io(io::Error),
}

impl From<io::Error> for Unfound {
    fn from(error: io::Error) -> Unfound {
        Unfound::Io(error)
    }
}

impl Unfound {
    /// The error for a read at `position`.
    pub(crate) fn into_read_error(self, position: Position) -> ReadError {
        match self {
            Unfound::Damaged(damage) => {
                ReadError::Damaged { position: damage.first, detail: damage.to_string() }
            }
            Unfound::Io(source) => ReadError::Io { position, source },
        }
    }

    /// The error for opening the log of `header`.
    pub(crate) fn into_open_error(self, storage: &dyn Storage, header: &SegmentHeader) -> OpenError {
        match self {
            Unfound::Damaged(damage) => OpenError::from_damage(damage, header.log_id),
            Unfound::Io(source) => OpenError::io("read", storage.path().to_owned(), source),
        }
    }
}
