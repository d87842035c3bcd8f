//! Appends batches: one write and one sync each, and nothing any more after the first failure.

use std::io;
use std::sync::Arc;

use acquaint_log::{AppendError, Position};

use crate::frame::{self, LogId, SEAL_BYTES};
use crate::map::{Map, Place};
use crate::segment::{self, SegmentHeader};
use crate::storage::{Storage, StoredFile};

/// The one writer of a log.
pub(crate) struct Writer {
    storage: Arc<dyn Storage>,
    log_id: LogId,
    segment_bytes: u64,
    tail: Place,
    /// The descriptor that writes to the tail's segment, and syncs what it wrote.
    file: Box<dyn StoredFile>,
    frame: Vec<u8>,
    stopped: Option<String>,
    /// Holds the lock as long as the writer lives.
    _lock: Box<dyn StoredFile>,
}

/// A batch that is durable now.
pub(crate) struct Appended {
    /// The segment that was begun for it.
    pub(crate) segment: Option<SegmentHeader>,
    /// The place after it.
    pub(crate) tail: Place,
}

impl Writer {
    /// A writer at the tail of `map`, which is in `file`.
    pub(crate) fn new(
        storage: Arc<dyn Storage>,
        map: &Map,
        file: Box<dyn StoredFile>,
        lock: Box<dyn StoredFile>,
    ) -> Writer {
        Writer {
            storage,
            log_id: map.log_id,
            segment_bytes: map.segment_bytes,
            tail: map.tail,
            file,
            frame: Vec::new(),
            stopped: None,
            _lock: lock,
        }
    }

    /// Appends `batch`, or says why not. After a failed write or sync this writer never touches the disk again.
    pub(crate) fn append(&mut self, expected: Position, batch: &[Vec<u8>]) -> Result<Appended, AppendError> {
        self.admit(expected, batch)?;
        self.write(batch).map_err(|reason| {
            self.stopped = Some(reason.clone());
            AppendError::Stopped { reason }
        })
    }

    /// Everything that can be refused without having touched the disk.
    fn admit(&self, expected: Position, batch: &[Vec<u8>]) -> Result<(), AppendError> {
        if let Some(reason) = &self.stopped {
            let reason = reason.clone();
            return Err(AppendError::Stopped { reason });
        }
        let actual = self.tail.position;
        if expected != actual {
            return Err(AppendError::WrongPosition { expected, actual });
        }
        let bytes = frame::body_bytes(batch) as u64;
        let bytes_max = segment::body_bytes_max(self.segment_bytes);
        if bytes > bytes_max {
            return Err(AppendError::TooLarge { bytes, bytes_max });
        }
        Ok(())
    }

    fn write(&mut self, batch: &[Vec<u8>]) -> Result<Appended, String> {
        let frame_bytes = frame::frame_bytes(frame::body_bytes(batch)) as u64;
        let segment = if self.tail.offset + frame_bytes + SEAL_BYTES as u64 > self.segment_bytes {
            Some(self.roll()?)
        } else {
            None
        };
        self.write_frame(batch, "a batch")?;
        let hash = frame::hash(&self.frame);
        self.tail = self.tail.after(batch.len() as u64, self.frame.len(), hash);
        Ok(Appended { segment, tail: self.tail })
    }

    /// Goes on in a new segment.
    ///
    /// INVARIANT (seal between): the successor exists before the seal is written, and is empty until the seal is durable.
    /// So a sealed segment without a successor has lost it, and an unsealed one has lost at most the seal.
    fn roll(&mut self) -> Result<SegmentHeader, String> {
        let header = SegmentHeader::after(&self.tail, self.log_id, self.segment_bytes);
        let file = segment::create(&*self.storage, &header)
            .map_err(|error| self.reason("make", "the next segment", &error))?;
        self.write_frame(&[], "a seal")?;
        self.file = file;
        self.tail = header.start();
        Ok(header)
    }

    /// INVARIANT (one unsynced batch): a frame is synced, through the descriptor that wrote it, before another is written.
    fn write_frame(&mut self, batch: &[Vec<u8>], what: &str) -> Result<(), String> {
        frame::encode(&self.tail, self.log_id, batch, &mut self.frame);
        self.file
            .write_at(self.tail.offset, &self.frame)
            .map_err(|error| self.reason("write", what, &error))?;
        self.file.sync().map_err(|error| self.reason("sync", what, &error))
    }

    fn reason(&self, action: &str, what: &str, error: &io::Error) -> String {
        let folder = self.storage.path().display();
        format!("cannot {action} {what} in `{folder}` ({error})")
    }
}
