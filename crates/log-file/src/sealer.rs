//! Hashes frames on a thread of its own, while the writer waits for the disk.

use std::collections::VecDeque;
use std::thread;

use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded, unbounded};

use crate::frame::{self, FrameHeader, Hash, take_record};
use crate::merkle::{Salt, Tree};

/// A writer that is this many frames ahead of the sealer waits.
const BACKLOG_MAX: usize = 16;
/// Frames whose hash the writer does not need are handed over in groups of this many bytes: waking the thread for each one
/// would cost the caller more than the tree does.
const HELD_BYTES_MAX: usize = 128 << 10;
/// After adding this many records to the tree, the thread checks whether the writer waits for the hash of a frame.
const RECORDS_PER_STEP: usize = 256;

/// Hashes frames for the writer as soon as it asks, and builds the tree of the current segment if this writer began it.
///
/// Hashing costs about as much as writing, and a writer mostly waits for the disk, so the two run in parallel. The chain
/// needs the hash of a frame only for the next frame, and the tree is needed only when the segment is full.
pub(crate) struct Sealer {
    work: Sender<SealWork>,
    /// Frames that are not handed over yet.
    held: Vec<Vec<u8>>,
    /// The length of all held frames, bytes.
    held_bytes: usize,
    hashes: Receiver<Hash>,
    /// Buffers of frames that are in the tree, to be reused.
    spare: Receiver<Vec<u8>>,
}

enum SealWork {
    /// Begin the tree of a segment with this salt.
    Begin(Salt),
    /// Hash a frame and return the hash; then add the frame to the tree.
    Hash(Vec<u8>),
    /// Add frames to the tree only.
    Grow(Vec<Vec<u8>>),
    /// Finish the tree and return it.
    End(Sender<Tree>),
}

impl Sealer {
    /// Starts the thread; it ends when the sealer is dropped.
    pub(crate) fn start() -> std::io::Result<Sealer> {
        let (sender, work) = bounded(BACKLOG_MAX);
        let (hashed, hashes) = unbounded();
        let (done, spare) = unbounded();
        let grower = Grower { hashed, done, tree: None, waiting: VecDeque::new() };
        thread::Builder::new().name("log-sealer".into()).spawn(move || grower.run(&work))?;
        Ok(Sealer { work: sender, held: Vec::new(), held_bytes: 0, hashes, spare })
    }

    /// Begins the tree of an empty segment with this salt.
    pub(crate) fn begin(&mut self, salt: Salt) {
        self.hand_over();
        self.send(SealWork::Begin(salt));
    }

    /// Takes a whole frame and returns a buffer for the next one. With `wants_hash`, the next [`hash`](Self::hash) is that of
    /// this frame.
    pub(crate) fn take(&mut self, frame: Vec<u8>, wants_hash: bool) -> Vec<u8> {
        if wants_hash {
            self.hand_over();
            self.send(SealWork::Hash(frame));
        } else {
            self.held_bytes += frame.len();
            self.held.push(frame);
            if self.held_bytes >= HELD_BYTES_MAX {
                self.hand_over();
            }
        }
        self.spare.try_recv().unwrap_or_default()
    }

    /// Waits for the hash of the last frame taken with `wants_hash`; `None` if the thread has panicked.
    pub(crate) fn hash(&self) -> Option<Hash> {
        self.hashes.recv().ok()
    }

    /// Asks for the tree over every frame taken since [`begin`](Self::begin). Nothing is received if no tree was begun.
    pub(crate) fn end(&mut self) -> Receiver<Tree> {
        self.hand_over();
        let (answer, tree) = bounded(1);
        self.send(SealWork::End(answer));
        tree
    }

    /// Hands the held frames over to the thread.
    fn hand_over(&mut self) {
        if !self.held.is_empty() {
            self.held_bytes = 0;
            let held = std::mem::take(&mut self.held);
            self.send(SealWork::Grow(held));
        }
    }

    /// The thread lives as long as this sender does.
    fn send(&self, work: SealWork) {
        let _ended = self.work.send(work);
    }
}

/// The thread's half.
struct Grower {
    hashed: Sender<Hash>,
    done: Sender<Vec<u8>>,
    tree: Option<Tree>,
    /// Frames with records that are not in the tree yet.
    waiting: VecDeque<FrameBytes>,
}

struct FrameBytes {
    bytes: Vec<u8>,
    header: FrameHeader,
    /// How much of the body is in the tree, bytes.
    grown: usize,
}

impl Grower {
    fn run(mut self, work: &Receiver<SealWork>) {
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

    fn take(&mut self, work: SealWork) {
        match work {
            SealWork::Hash(bytes) => {
                let _nobody_waits = self.hashed.send(frame::hash(&bytes));
                self.enqueue(bytes);
                while self.waiting.len() >= BACKLOG_MAX && self.grow() {}
            }
            SealWork::Grow(frames) => {
                frames.into_iter().for_each(|bytes| self.enqueue(bytes));
                while self.waiting.len() >= BACKLOG_MAX && self.grow() {}
            }
            SealWork::Begin(salt) => {
                while self.grow() {}
                self.tree = Some(Tree::new(salt));
            }
            SealWork::End(answer) => {
                while self.grow() {}
                if let Some(tree) = self.tree.take() {
                    let _nobody_waits = answer.send(tree);
                }
            }
        }
    }

    /// Queues a frame for the tree, if there is a tree.
    fn enqueue(&mut self, bytes: Vec<u8>) {
        match FrameHeader::parse(&bytes).filter(|_| self.tree.is_some()) {
            Some(header) => self.waiting.push_back(FrameBytes { bytes, header, grown: 0 }),
            None => self.spare(bytes),
        }
    }

    /// Adds up to [`RECORDS_PER_STEP`] records to the tree; false if there is nothing to do.
    fn grow(&mut self) -> bool {
        let (Some(tree), Some(frame)) = (&mut self.tree, self.waiting.front_mut()) else { return false };
        let body = frame.header.body(&frame.bytes);
        let mut rest = &body[frame.grown..];
        for _ in 0..RECORDS_PER_STEP {
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
