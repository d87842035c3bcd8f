//! Rebuilds the tree of a segment from its frames.

use std::io;

use acquaint_log::Position;

use crate::frame::Chain;
use crate::frame_map::FramePlace;
use crate::merkle::Tree;
use crate::probe::{NonFrame, Probed, probe};
use crate::segment::SegmentHeader;
use crate::segment_window::SegmentWindow;
use crate::storage::{Access, Storage};

/// Pushes every record of the segment of `header` into `tree`, and passes it to `visit`. Returns the place after the last
/// frame.
pub(crate) fn read_back(
    storage: &dyn Storage,
    header: &SegmentHeader,
    tree: &mut Tree,
    visit: &mut dyn FnMut(Position, &[u8]),
) -> io::Result<FramePlace> {
    let mut window = SegmentWindow::new(storage.open(&header.name(), Access::Read)?, header.segment_bytes)?;
    let mut place = header.start();
    loop {
        let frame = match probe(&mut window, &place, header.log_id, header.segment_bytes, Chain::Checked)? {
            Probed::Frame(frame) => frame,
            Probed::Stop(NonFrame::Zeros) => return Ok(place),
            Probed::Stop(NonFrame::Bad(fault)) => {
                let found = format!("at byte {}: {fault}", place.offset);
                return Err(io::Error::new(io::ErrorKind::InvalidData, found));
            }
        };
        let bytes = window.get(place.offset, frame.frame_bytes())?.unwrap_or_default();
        let mut position = place.position;
        for record in frame.records(bytes) {
            tree.push(record);
            visit(position, record);
            position = position.next();
        }
        place = place.after(u64::from(frame.count), bytes);
    }
}
