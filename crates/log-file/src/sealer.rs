//! Hashes what is being written, beside the thread that waits for the disk.

use std::collections::VecDeque;
use std::thread;

use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded, unbounded};

use crate::frame::{self, FrameHeader, Hash, take_record};
use crate::merkle::{Salt, Tree};

/// A writer that is this many frames ahead waits.
const AHEAD_MAX: usize = 16;
/// Frames whose hash nobody asks for are handed over when they are this many bytes: waking the thread for each would cost the
/// callers more than the tree does.
const HELD_BYTES_MAX: usize = 128 << 10;
/// After so many records of a tree it is seen whether somebody waits for the hash of a frame.
const RECORDS_AT_ONCE: usize = 256;

/// Hashes of frames, at once; and the tree of the segment that is being written, as far as this writer wrote it from its
/// start.
///
/// Hashing costs about as much as writing, and a writer mostly waits for the disk: so it is done meanwhile. The chain needs
/// the hash of a frame only in the next one, and the tree is needed when the segment is full.
pub(crate) struct Sealer {
    work: Sender<Work>,
    /// Frames that are not handed over yet, and their bytes.
    held: Vec<Vec<u8>>,
    held_bytes: usize,
    hashes: Receiver<Hash>,
    /// Frames whose records are hashed, to be filled again.
    spare: Receiver<Vec<u8>>,
}

enum Work {
    /// Begins a tree, of the segment with this salt.
    Begin(Salt),
    /// A frame whose hash is wanted.
    Hash(Vec<u8>),
    /// Frames for the tree only.
    Grow(Vec<Vec<u8>>),
    /// Asks for the tree.
    End(Sender<Tree>),
}

impl Sealer {
    /// Starts the thread; it ends when the sealer is dropped.
    pub(crate) fn start() -> std::io::Result<Sealer> {
        let (sender, work) = bounded(AHEAD_MAX);
        let (hashed, hashes) = unbounded();
        let (done, spare) = unbounded();
        let grower = Grower { hashed, done, tree: None, waiting: VecDeque::new() };
        thread::Builder::new().name("log-sealer".into()).spawn(move || grower.run(&work))?;
        Ok(Sealer { work: sender, held: Vec::new(), held_bytes: 0, hashes, spare })
    }

    /// Begins a tree, for a segment with this salt and without a frame.
    pub(crate) fn begin(&mut self, salt: Salt) {
        self.hand_over();
        self.send(Work::Begin(salt));
    }

    /// Takes a whole frame, and gives an empty buffer for the next one. If its hash is wanted, that is the next
    /// [`hash`](Self::hash).
    pub(crate) fn take(&mut self, frame: Vec<u8>, wants_hash: bool) -> Vec<u8> {
        if wants_hash {
            self.hand_over();
            self.send(Work::Hash(frame));
        } else {
            self.held_bytes += frame.len();
            self.held.push(frame);
            if self.held_bytes >= HELD_BYTES_MAX {
                self.hand_over();
            }
        }
        self.spare.try_recv().unwrap_or_default()
    }

    /// The hash of the last frame whose hash was wanted; `None` if the thread has ended, which it does not.
    pub(crate) fn hash(&self) -> Option<Hash> {
        self.hashes.recv().ok()
    }

    /// Asks for the tree over every frame taken since it was begun; if it was not, there is no answer.
    pub(crate) fn end(&mut self) -> Receiver<Tree> {
        self.hand_over();
        let (answer, tree) = bounded(1);
        self.send(Work::End(answer));
        tree
    }

    /// Hands over what is held.
    fn hand_over(&mut self) {
        if !self.held.is_empty() {
            self.held_bytes = 0;
            let held = std::mem::take(&mut self.held);
            self.send(Work::Grow(held));
        }
    }

    /// The thread lives as long as this sender does.
    fn send(&self, work: Work) {
        let _ended = self.work.send(work);
    }
}

/// What the thread does.
struct Grower {
    hashed: Sender<Hash>,
    done: Sender<Vec<u8>>,
    tree: Option<Tree>,
    /// Frames of which the tree does not have every record yet.
    waiting: VecDeque<Frame>,
}

struct Frame {
    bytes: Vec<u8>,
    header: FrameHeader,
    /// How much of its body is in the tree, bytes.
    grown: usize,
}

impl Grower {
    fn run(mut self, work: &Receiver<Work>) {
        loop {
            let next = match work.try_recv() {
                Ok(next) => next,
                Err(TryRecvError::Empty) if self.grow() => continue,
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => match work.recv() {
                    Ok(next) => next,
                    Err(_) => return,
                },
            };
            self.take(next);
        }
    }

    fn take(&mut self, work: Work) {
        match work {
            Work::Hash(bytes) => {
                let _nobody_waits = self.hashed.send(frame::hash(&bytes));
                self.wait_for(bytes);
                while self.waiting.len() >= AHEAD_MAX && self.grow() {}
            }
            Work::Grow(frames) => {
                frames.into_iter().for_each(|bytes| self.wait_for(bytes));
                while self.waiting.len() >= AHEAD_MAX && self.grow() {}
            }
            Work::Begin(salt) => {
                while self.grow() {}
                self.tree = Some(Tree::new(salt));
            }
            Work::End(answer) => {
                while self.grow() {}
                if let Some(tree) = self.tree.take() {
                    let _nobody_waits = answer.send(tree);
                }
            }
        }
    }

    /// Takes a frame for the tree, if there is one.
    fn wait_for(&mut self, bytes: Vec<u8>) {
        match FrameHeader::parse(&bytes).filter(|_| self.tree.is_some()) {
            Some(header) => self.waiting.push_back(Frame { bytes, header, grown: 0 }),
            None => self.spare(bytes),
        }
    }

    /// Goes on with the tree for a moment; false if there is nothing to do.
    fn grow(&mut self) -> bool {
        let (Some(tree), Some(frame)) = (&mut self.tree, self.waiting.front_mut()) else { return false };
        let body = frame.header.body(&frame.bytes);
        let mut rest = &body[frame.grown..];
        for _ in 0..RECORDS_AT_ONCE {
            let Some(record) = take_record(&mut rest) else { break };
            tree.push(record);
        }
        frame.grown = body.len() - rest.len();
        if rest.is_empty()
            && let Some(frame) = self.waiting.pop_front()
        {
            self.spare(frame.bytes);
        }
        true
    }

    fn spare(&self, frame: Vec<u8>) {
        let _nobody_writes = self.done.send(frame);
    }
}
