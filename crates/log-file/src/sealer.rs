//! Grows the tree of the segment that is being written, beside the thread that waits for the disk.

use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use crate::frame::FrameHeader;
use crate::merkle::Tree;

/// A writer that is this many frames ahead waits.
const AHEAD_MAX: usize = 16;

/// The tree of the segment that is being written, as far as this writer wrote it from its start.
///
/// Hashing an event costs about as much as writing it, and a writer mostly waits for the disk: so it is done meanwhile.
pub(crate) struct Sealer {
    frames: Sender<Work>,
    /// Frames whose records are hashed, to be filled again.
    spare: Receiver<Vec<u8>>,
}

enum Work {
    Begin(Tree),
    Frame(Vec<u8>),
    /// Asks for the tree.
    End(Sender<Tree>),
}

impl Sealer {
    /// Starts the thread; it ends when the sealer is dropped.
    pub(crate) fn start() -> std::io::Result<Sealer> {
        let (frames, work) = bounded(AHEAD_MAX);
        let (done, spare) = unbounded();
        thread::Builder::new().name("log-sealer".into()).spawn(move || grow(&work, &done))?;
        Ok(Sealer { frames, spare })
    }

    /// Begins with an empty `tree`, for a segment without a frame.
    pub(crate) fn begin(&self, tree: Tree) {
        self.send(Work::Begin(tree));
    }

    /// Takes a whole frame, and gives an empty buffer for the next one.
    pub(crate) fn take(&self, frame: Vec<u8>) -> Vec<u8> {
        self.send(Work::Frame(frame));
        self.spare.try_recv().unwrap_or_default()
    }

    /// The tree over every frame taken since it was begun.
    pub(crate) fn end(&self) -> Option<Tree> {
        let (answer, tree) = bounded(1);
        self.send(Work::End(answer));
        tree.recv().ok()
    }

    /// The thread lives as long as this sender does.
    fn send(&self, work: Work) {
        let _ended = self.frames.send(work);
    }
}

fn grow(work: &Receiver<Work>, done: &Sender<Vec<u8>>) {
    let mut grown: Option<Tree> = None;
    for next in work {
        match next {
            Work::Begin(tree) => grown = Some(tree),
            Work::Frame(frame) => {
                if let (Some(tree), Some(header)) = (&mut grown, FrameHeader::parse(&frame)) {
                    header.records(&frame).for_each(|record| tree.push(record));
                }
                let _nobody_writes = done.send(frame);
            }
            Work::End(answer) => {
                if let Some(tree) = grown.take() {
                    let _nobody_waits = answer.send(tree);
                }
            }
        }
    }
}
