//! Determines what is at one place in a segment: a frame that continues the log, or none.

use std::io;

use crate::error::FrameFault;
use crate::frame::{Chain, FrameHeader, HEADER_BYTES, LogId};
use crate::frame_map::FramePlace;
use crate::seal;
use crate::segment_window::SegmentWindow;

/// What is at a place.
pub(crate) enum Probed {
    /// A batch or a mark that continues the log; the whole frame has been verified.
    Frame(FrameHeader),
    /// No such frame.
    Stop(NonFrame),
}

/// What is at a place that has no frame of the log.
#[derive(Clone, Copy, Debug)]
pub(crate) enum NonFrame {
    /// Zeros where a header would be, or no room for one.
    Zeros,
    /// Any other bytes.
    Bad(FrameFault),
}

/// Looks at `place` in a segment of `segment_bytes`, and verifies the frame there against everything that `place` says.
pub(crate) fn probe(
    window: &mut SegmentWindow,
    place: &FramePlace,
    log_id: LogId,
    segment_bytes: u64,
    chain: Chain,
) -> io::Result<Probed> {
    let bad = |fault| Ok(Probed::Stop(NonFrame::Bad(fault)));
    let room = seal::at(segment_bytes).saturating_sub(place.offset);
    let Some(head) = window.get(place.offset, room.min(HEADER_BYTES as u64) as usize)? else {
        return bad(FrameFault::Broken("the segment ends within its header"));
    };
    let Some(header) = FrameHeader::parse(head) else {
        if is_blank(head) {
            return Ok(Probed::Stop(NonFrame::Zeros));
        }
        return bad(FrameFault::Broken("its header does not match its checksum"));
    };
    if let Err(fault) = header.check_place(log_id, place, chain) {
        return bad(fault);
    }
    let fits = header.frame_bytes() as u64 <= room;
    let Some(bytes) = window.get(place.offset, header.frame_bytes())?.filter(|_| fits) else {
        return bad(FrameFault::Misfit("it is longer than its segment"));
    };
    Ok(match header.check_body(bytes) {
        Err(fault) => Probed::Stop(NonFrame::Bad(fault)),
        Ok(()) => Probed::Frame(header),
    })
}

/// Whether all bytes are zero.
pub(crate) fn is_blank(bytes: &[u8]) -> bool {
    written_len(bytes) == 0
}

/// The number of bytes up to and including the last one that is not zero. Compares blocks from the end, because most of the
/// rest of a segment is zeros.
pub(crate) fn written_len(bytes: &[u8]) -> usize {
    const ZEROS: [u8; 4096] = [0; 4096];
    let is_written = |block: &&[u8]| *block != &ZEROS[..block.len()];
    let blank: usize =
        bytes.rchunks(ZEROS.len()).take_while(|block| !is_written(block)).map(<[u8]>::len).sum();
    let written = &bytes[..bytes.len() - blank];
    written.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1)
}
