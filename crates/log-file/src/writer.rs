//! Appends batches, with one write and one sync each; after the first failure it appends nothing more.

use std::io;
use std::sync::Arc;

use acquaint_log::{AppendError, Position};
use crossbeam_channel::Receiver;

use crate::frame;
use crate::frame_map::{FramePlace, Map};
use crate::health::Health;
use crate::lock::Lock;
use crate::merkle::Tree;
use crate::merkle_rebuild::read_back;
use crate::preallocate::Preallocator;
use crate::seal::{self, Seal};
use crate::sealer::Sealer;
use crate::segment::{self, SegmentHeader};
use crate::storage::{Storage, StoredFile};

/// Frames of at least this size are hashed on the sealer's thread, bytes. For smaller ones, waiting for that thread could
/// take longer than hashing.
const THREADED_BYTES_MIN: usize = 12 << 10;
/// A writer preallocates the next segment once it has written one part in this many of a segment. Most writers write less
/// than that before they close.
const PREALLOCATE_SHARE: u64 = 8;

/// The one writer of a log. Dropping it marks the log as cleanly closed, unless it has stopped.
pub(crate) struct Writer {
    storage: Arc<dyn Storage>,
    /// The header of the segment that the tail is in.
    header: SegmentHeader,
    tail: FramePlace,
    /// The descriptor that writes to the tail's segment, and syncs what it wrote.
    file: Box<dyn StoredFile>,
    frame: Vec<u8>,
    /// Hashes frames, and builds the tree of the segment if this writer began the segment.
    sealer: Option<Sealer>,
    /// How much this writer has written, bytes.
    written: u64,
    /// The preallocated file of the next segment.
    next_file: Option<Preallocator>,
    /// Whether a mark after the last batch says that everything before it is durable.
    is_marked: bool,
    health: Arc<Health>,
    /// Held as long as the writer lives.
    lock: Lock,
}

/// The effect of an append, which is durable now.
pub(crate) struct Appended {
    /// The new segment, if the batch needed one.
    pub(crate) segment: Option<SegmentHeader>,
    /// The place after the batch.
    pub(crate) tail: FramePlace,
}

impl Writer {
    /// A writer at the tail of `map`, whose segment is `file`. `is_marked` says that a mark follows the last batch, or that
    /// there is no batch.
    pub(crate) fn new(
        storage: Arc<dyn Storage>,
        map: &Map,
        file: Box<dyn StoredFile>,
        lock: Lock,
        health: Arc<Health>,
        is_marked: bool,
    ) -> Writer {
        Writer {
            storage,
            header: map.header,
            tail: map.tail,
            file,
            frame: Vec::new(),
            sealer: None,
            written: 0,
            next_file: None,
            is_marked,
            health,
            lock,
        }
    }

    /// Appends `batch`, or returns why not. After a failed write or sync, this writer never touches the disk again.
    pub(crate) fn append(&mut self, expected: Position, batch: &[Vec<u8>]) -> Result<Appended, AppendError> {
        self.admit(expected, batch)?;
        self.check_lock()?;
        self.write(batch).map_err(|reason| self.stop(reason))
    }

    /// Makes the checks that do not touch the disk.
    fn admit(&self, expected: Position, batch: &[Vec<u8>]) -> Result<(), AppendError> {
        self.check_running()?;
        let actual = self.tail.position;
        if expected != actual {
            return Err(AppendError::WrongPosition { expected, actual });
        }
        let bytes = frame::body_bytes(batch) as u64;
        let bytes_max = segment::body_bytes_max(self.header.segment_bytes);
        if bytes > bytes_max {
            return Err(AppendError::TooLarge { bytes, bytes_max });
        }
        Ok(())
    }

    fn check_running(&self) -> Result<(), AppendError> {
        self.health.stopped().map_or(Ok(()), |reason| Err(AppendError::Stopped { reason }))
    }

    /// Stops this writer if another one may have the log, before anything is written.
    fn check_lock(&self) -> Result<(), AppendError> {
        self.lock.lost(&*self.storage).map_or(Ok(()), |reason| Err(self.stop(reason)))
    }

    fn stop(&self, reason: String) -> AppendError {
        self.health.stop(&reason);
        AppendError::Stopped { reason }
    }

    fn write(&mut self, batch: &[Vec<u8>]) -> Result<Appended, String> {
        let frame_bytes = frame::frame_bytes(frame::body_bytes(batch)) as u64;
        let end = self.tail.offset + frame_bytes + frame::EMPTY_FRAME_BYTES as u64;
        let rolls = end > seal::at(self.header.segment_bytes);
        let segment = if rolls { Some(self.roll()?) } else { None };
        self.is_marked = false;
        self.write_frame(batch, "a batch")?;
        self.written += frame_bytes;
        if self.next_file.is_none() && self.written >= self.header.segment_bytes / PREALLOCATE_SHARE {
            self.next_file = Some(Preallocator::start(&self.storage, self.header.segment_bytes));
        }
        Ok(Appended { segment, tail: self.tail })
    }

    /// Seals the segment, if it holds an event, and continues in a new one.
    pub(crate) fn seal(&mut self) -> Result<Option<SegmentHeader>, AppendError> {
        self.check_running()?;
        self.check_lock()?;
        if self.tail.position == self.header.first {
            return Ok(None);
        }
        self.roll().map(Some).map_err(|reason| self.stop(reason))
    }

    /// Seals the segment and continues in a new one.
    ///
    /// INVARIANT (seal between): the successor exists before the seal is written, and is empty until the seal is durable.
    /// So a sealed segment without a successor has lost it, and an unsealed one has lost at most the seal.
    fn roll(&mut self) -> Result<SegmentHeader, String> {
        let next = self.header.next(&self.tail);
        let grown = self.sealer.as_mut().map(Sealer::end);
        let file = match self.next_file.take() {
            Some(next_file) => next_file.finish(&next),
            None => segment::create(&*self.storage, &next),
        };
        let file = file.map_err(|error| self.reason("make", "the next segment", &error))?;
        let mut tree =
            self.tree(grown).map_err(|error| self.reason("read back", "the segment to seal", &error))?;
        let root = tree.root(self.header.log_id, self.header.id, self.header.first);
        let seal = Seal { log_id: self.header.log_id, end: self.tail, first: self.header.first, root };
        seal::write_to(&mut *self.file, &self.header, &seal)
            .map_err(|error| self.reason("write", "a seal", &error))?;
        self.file = file;
        self.header = next;
        self.tail = next.start();
        self.is_marked = true;
        match &mut self.sealer {
            Some(sealer) => sealer.begin(next.salt),
            None => self.start_sealer()?,
        }
        Ok(next)
    }

    /// Starts the sealer; if the segment is empty, the sealer begins its tree.
    fn start_sealer(&mut self) -> Result<(), String> {
        let mut sealer = Sealer::start().map_err(|error| self.reason("start", "the sealer", &error))?;
        if self.tail == self.header.start() {
            sealer.begin(self.header.salt);
        }
        self.sealer = Some(sealer);
        Ok(())
    }

    /// The tree of the segment: the sealer's, or one rebuilt from the file if an earlier writer began the segment.
    fn tree(&self, grown: Option<Receiver<Tree>>) -> io::Result<Tree> {
        if let Some(tree) = grown.and_then(|grown| grown.recv().ok()) {
            return Ok(tree);
        }
        let mut tree = Tree::new(self.header.salt);
        let end = read_back(&*self.storage, &self.header, &mut tree, &mut |_, _| {})?;
        if end == self.tail { Ok(tree) } else { Err(io::Error::other("it is not what was written")) }
    }

    /// INVARIANT (one unsynced batch): a frame is synced, through the descriptor that wrote it, before another is written.
    fn write_frame(&mut self, batch: &[Vec<u8>], what: &str) -> Result<(), String> {
        frame::encode(&self.tail, self.header.log_id, batch, &mut self.frame);
        self.file
            .write_at(self.tail.offset, &self.frame)
            .map_err(|error| self.reason("write", what, &error))?;
        let count = batch.len() as u64;
        let is_threaded = count > 0 && self.frame.len() >= THREADED_BYTES_MIN;
        if is_threaded && self.sealer.is_none() {
            self.start_sealer()?;
        }
        let place = &self.tail;
        let mut after =
            if is_threaded { place.past(count, self.frame.len()) } else { place.after(count, &self.frame) };
        if let Some(sealer) = &mut self.sealer {
            self.frame = sealer.take(std::mem::take(&mut self.frame), is_threaded);
        }
        self.file.sync().map_err(|error| self.reason("sync", what, &error))?;
        if let Some(sealer) = self.sealer.as_ref().filter(|_| is_threaded) {
            after.previous = sealer.hash().ok_or_else(|| format!("cannot hash {what}"))?;
        }
        self.tail = after;
        Ok(())
    }

    fn reason(&self, action: &str, what: &str, error: &io::Error) -> String {
        let folder = self.storage.path().display();
        format!("cannot {action} {what} in `{folder}` ({error})")
    }
}

impl Drop for Writer {
    /// Writes a mark after the last batch; [`write`](Writer::write) has left room for it. If that fails, the log counts as
    /// not cleanly closed.
    fn drop(&mut self) {
        if !self.is_marked && self.health.stopped().is_none() && self.check_lock().is_ok() {
            let _unmarked = self.write_frame(&[], "a mark");
        }
        // Nothing outlives the lock.
        match (self.next_file.take(), self.health.stopped()) {
            (Some(next_file), None) => next_file.discard(),
            (Some(next_file), Some(_)) => next_file.abandon(),
            (None, _) => {}
        }
    }
}
