//! The public interface of the log: open, append, read.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use acquaint_log::{AppendError, EventLog, Position, ReadError, Record, Visitor};
use parking_lot::{Condvar, Mutex};

use crate::disk::Disk;
use crate::error::{Attempt, Damage, OpenError};
use crate::frame::LogId;
use crate::frame_map::Map;
use crate::health::Health;
use crate::history::HashSource;
use crate::merkle::Salt;
use crate::reader::{Frames, Records, visit};
use crate::recovery::{self, Recovery, segments_in, sync_end};
use crate::scrub::{Scrub, Scrubber};
use crate::segment::{self, SEGMENT_BYTES_MAX, SEGMENT_BYTES_MIN};
use crate::storage::{Access, Storage};
use crate::walk::{self, Depth, Passed, WalkEnd};
use crate::witness::{self, Witness};
use crate::writer::Writer;

/// How often a log that is open for reading checks whether another process has appended.
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// How to open a log for writing.
#[derive(Clone, Debug)]
pub struct Options {
    /// The size of every segment of a new log, bytes, from 1 KiB to 64 MiB. An existing log keeps its size.
    ///
    /// A batch must fit into one segment together with 536 bytes of overhead. The default is 4 MiB: filling that much with
    /// zeros delays the first command of a small log by a few milliseconds, and creating a segment, which takes three
    /// syncs, is still rare.
    pub segment_bytes: u64,
    /// The id of the log and the salt of its first segment, from which the later salts are derived. A new log gets both; an
    /// existing log must have the id. `None`: a new log gets random ones, and an existing log may have any id.
    pub origin: Option<(LogId, Salt)>,
    /// How to read sealed segments in the background, which opening does not read; `None`: they are not read.
    pub scrub: Option<Scrub>,
    /// Evidence of how far the log once reached. A log that disagrees with any of it is not opened, and none is created in
    /// its place.
    pub witnesses: Vec<Witness>,
}

impl Default for Options {
    fn default() -> Options {
        Options { segment_bytes: 4 << 20, origin: None, scrub: Some(Scrub::default()), witnesses: Vec::new() }
    }
}

impl Options {
    pub(crate) fn check(&self) -> Result<(), OpenError> {
        if (SEGMENT_BYTES_MIN..=SEGMENT_BYTES_MAX).contains(&self.segment_bytes) {
            return Ok(());
        }
        Err(OpenError::SegmentBytes {
            bytes: self.segment_bytes,
            min: SEGMENT_BYTES_MIN,
            max: SEGMENT_BYTES_MAX,
        })
    }

    /// Checks that the log of `map` in `folder` has the id that [`origin`](Self::origin) asks for.
    pub(crate) fn check_log(&self, map: &Map, folder: &Path) -> Result<(), OpenError> {
        let found = map.header.log_id;
        match self.origin {
            Some((expected, _)) if expected != found => Err(OpenError::OtherLog {
                segment: folder.join(segment::name(Position::FIRST)),
                expected,
                found,
            }),
            Some(_) | None => Ok(()),
        }
    }
}

/// An event log in a folder of segment files.
///
/// Over all processes, one `FileLog` writes at a time; any number may read meanwhile. Dropping the writer releases the log.
pub struct FileLog {
    storage: Arc<dyn Storage>,
    role: LogRole,
    map: Mutex<Map>,
    tail_moved: Condvar,
    recovery: Recovery,
    log_id: LogId,
    health: Arc<Health>,
    /// Joined when the log is dropped, after the writer.
    _scrubber: Option<Scrubber>,
}

enum LogRole {
    Writer(Box<Mutex<Writer>>),
    /// The damage, once found: the log is not walked again after that.
    Reader(OnceLock<Damage>),
}

impl FileLog {
    /// Opens the log in `folder` for writing, and creates folder and log if they do not exist.
    ///
    /// Reads the whole last segment, but only the header and the seal of each earlier one. A torn last batch is cut off and
    /// kept in a file in the folder; [`recovery`](Self::recovery) reports it.
    ///
    /// # Errors
    /// [`OpenError`]. No whole batch was changed then, and nothing at all in a damaged log.
    pub fn open(folder: &Path, options: &Options) -> Result<FileLog, OpenError> {
        FileLog::open_on(Arc::new(Disk::new(folder)), options)
    }

    /// Opens the log in `storage` for writing, as [`open`](Self::open) does.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_on(storage: Arc<dyn Storage>, options: &Options) -> Result<FileLog, OpenError> {
        let health = Arc::new(Health::default());
        let (writer, map, recovery) =
            recovery::open_writer(Arc::clone(&storage), options, Arc::clone(&health))?;
        let start = |scrub| Scrubber::start(Arc::clone(&storage), Arc::clone(&health), scrub);
        let scrubber = options.scrub.map(start).transpose();
        let scrubber = scrubber.attempt("start the scrub of", storage.path(), "")?;
        let role = LogRole::Writer(Box::new(Mutex::new(writer)));
        Ok(FileLog::new(storage, role, map, recovery, health, scrubber))
    }

    /// Opens the log in `folder` for reading, with or without a writer: takes no lock, creates and changes nothing.
    ///
    /// A damaged log opens too; reading gives everything before the damage, then one [`ReadError::Damaged`]. A last batch
    /// that is not whole counts as not written yet. The log syncs before it shows anything, so it shows only durable events.
    ///
    /// # Errors
    /// [`OpenError`] if there is no log, too little of one to identify it, or one of another format.
    pub fn open_read_only(folder: &Path) -> Result<FileLog, OpenError> {
        FileLog::open_read_only_on(Arc::new(Disk::new(folder)))
    }

    /// Opens the log in `storage` for reading, as [`open_read_only`](Self::open_read_only) does.
    ///
    /// # Errors
    /// As [`open_read_only`](Self::open_read_only).
    pub fn open_read_only_on(storage: Arc<dyn Storage>) -> Result<FileLog, OpenError> {
        let mut map = walk::start(&*storage, first_position(&*storage)?)?;
        recovery::pass_sealed(&*storage, &mut map)?;
        let ending = walk::walk(&*storage, &mut map, Depth::Frames, &mut Passed::default())?;
        sync_end(&*storage, Access::Read)?;
        let (known, recovery) = match ending {
            WalkEnd::Damaged(damage) => (damage.clone().into(), Recovery::Damaged(damage)),
            WalkEnd::Clean | WalkEnd::Torn { .. } => (OnceLock::new(), Recovery::Clean),
        };
        Ok(FileLog::new(storage, LogRole::Reader(known), map, recovery, Arc::default(), None))
    }

    fn new(
        storage: Arc<dyn Storage>,
        role: LogRole,
        map: Map,
        recovery: Recovery,
        health: Arc<Health>,
        scrubber: Option<Scrubber>,
    ) -> FileLog {
        FileLog {
            storage,
            role,
            log_id: map.header.log_id,
            map: Mutex::new(map),
            tail_moved: Condvar::new(),
            recovery,
            health,
            _scrubber: scrubber,
        }
    }

    /// What opening found at the end of the log.
    #[must_use]
    pub fn recovery(&self) -> &Recovery {
        &self.recovery
    }

    /// Which log this is.
    #[must_use]
    pub fn log_id(&self) -> LogId {
        self.log_id
    }

    /// The hash of the last batch. Batches are chained by hash, so it identifies everything that the log holds now.
    #[must_use]
    pub fn head(&self) -> [u8; 32] {
        self.map.lock().tail.previous
    }

    /// Why this log no longer appends: a failed write or sync, or damage found since it was opened. `None` while it can
    /// append, and always `None` for a log open for reading.
    #[must_use]
    pub fn stopped(&self) -> Option<String> {
        self.health.stopped()
    }

    /// Checks that the log is now as long as each of `witnesses` shows, and has the history that it shows.
    ///
    /// # Errors
    /// [`OpenError::Truncated`] or [`OpenError::OtherHistory`]; the damage, if the log is damaged; any I/O error.
    pub fn check_witnesses(&self, witnesses: &[Witness]) -> Result<(), OpenError> {
        if let LogRole::Reader(known) = &self.role {
            let _reported_by_read = self.refresh(known);
            if let Some(damage) = known.get() {
                return Err(OpenError::from_damage(damage.clone(), self.log_id));
            }
        }
        witness::check(&*self.storage, &self.current_map(), witnesses)
    }

    /// Seals the last segment, if it holds an event, so that its events can be proven; later appends go to a new segment.
    ///
    /// # Errors
    /// `ReadOnly` and `Stopped`, as for [`append`](EventLog::append).
    pub fn seal(&self) -> Result<(), AppendError> {
        let LogRole::Writer(writer) = &self.role else {
            return Err(AppendError::ReadOnly);
        };
        let mut writer = writer.lock();
        if let Some(segment) = writer.seal()? {
            self.map.lock().enter(&segment);
        }
        Ok(())
    }

    /// A copy of the map as it is now.
    pub(crate) fn current_map(&self) -> Map {
        self.map.lock().clone()
    }

    fn frames(&self, from: Position) -> Frames<'_> {
        Frames::new(&*self.storage, &self.map, &self.health, from)
    }

    /// The error that a read must end with, if any.
    fn final_read_error(&self) -> Option<ReadError> {
        match &self.role {
            LogRole::Writer(_) => None,
            LogRole::Reader(known) => self.refresh(known),
        }
    }

    /// Follows another process's appends; returns the error that a read must end with, if any.
    fn refresh(&self, known: &OnceLock<Damage>) -> Option<ReadError> {
        let mut map = self.map.lock();
        let position = map.tail.position;
        if known.get().is_none()
            && let Err(error) = self.follow(&mut map, known)
        {
            let source = io::Error::other(error);
            return Some(ReadError::Io { position, source });
        }
        known.get().map(|damage| ReadError::Damaged { position: damage.first, detail: damage.to_string() })
    }

    fn follow(&self, map: &mut Map, known: &OnceLock<Damage>) -> Result<(), OpenError> {
        let storage = &*self.storage;
        if !walk::has_news(storage, map)? {
            return Ok(());
        }
        let mut ahead = map.clone();
        let ending = walk::walk(storage, &mut ahead, Depth::Frames, &mut Passed::default())?;
        sync_end(storage, Access::Read)?;
        *map = ahead;
        match ending {
            WalkEnd::Damaged(damage) => {
                known.get_or_init(|| damage);
            }
            WalkEnd::Clean | WalkEnd::Torn { .. } => {}
        }
        Ok(())
    }
}

/// The first position of the first segment in `storage`; [`OpenError::Absent`] if there is no log.
pub(crate) fn first_position(storage: &dyn Storage) -> Result<Position, OpenError> {
    let folder = storage.path();
    let absent = || OpenError::Absent { folder: folder.to_owned() };
    match storage.names() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(absent()),
        other => other.attempt("list", folder, "")?,
    };
    segments_in(storage)?.first().copied().ok_or_else(absent)
}

impl EventLog for FileLog {
    fn append(&self, expected: Position, batch: &[Vec<u8>]) -> Result<Position, AppendError> {
        if batch.is_empty() {
            return Err(AppendError::Empty);
        }
        let LogRole::Writer(writer) = &self.role else {
            return Err(AppendError::ReadOnly);
        };
        let mut writer = writer.lock();
        let appended = writer.append(expected, batch)?;
        // Still under the writer's lock, so that tails are published in order.
        let mut map = self.map.lock();
        if let Some(segment) = &appended.segment {
            map.enter(segment);
        }
        map.extend(appended.tail);
        self.tail_moved.notify_all();
        Ok(appended.tail.position)
    }

    fn batch_bytes_max(&self) -> u64 {
        segment::body_bytes_max(self.map.lock().header.segment_bytes)
    }

    /// For a log open for reading, this is as far as it can be read now; [`read`](Self::read) reports what stops it there.
    fn next_position(&self) -> Position {
        if let LogRole::Reader(known) = &self.role {
            let _reported_by_read = self.refresh(known);
        }
        self.map.lock().tail.position
    }

    fn read(&self, from: Position) -> Box<dyn Iterator<Item = Result<Record, ReadError>> + Send + '_> {
        let last = self.final_read_error();
        Box::new(Records::new(self.frames(from), from, last))
    }

    fn visit(&self, from: Position, visitor: &mut Visitor<'_>) -> Result<(), ReadError> {
        let last = self.final_read_error();
        visit(self.frames(from), from, last, visitor)
    }

    fn history(&self, position: Position) -> Result<Option<[u8; 32]>, ReadError> {
        let Some(lookup) = HashSource::new(&self.map.lock(), position) else { return Ok(None) };
        lookup.find(&*self.storage, position).map(Some).map_err(|unfound| {
            let error = unfound.into_read_error(position);
            if let ReadError::Damaged { detail, .. } = &error {
                self.health.stop(&format!("damage was found, {detail}"));
            }
            error
        })
    }

    fn wait_past(&self, position: Position, timeout: Duration) -> Position {
        match self.role {
            LogRole::Writer(_) => {
                let mut map = self.map.lock();
                let waits = |map: &mut Map| map.tail.position <= position;
                self.tail_moved.wait_while_for(&mut map, waits, timeout);
                map.tail.position
            }
            LogRole::Reader(_) => {
                let started = Instant::now();
                loop {
                    let tail = self.next_position();
                    let left = timeout.saturating_sub(started.elapsed());
                    if tail > position || left.is_zero() {
                        return tail;
                    }
                    thread::sleep(left.min(POLL_INTERVAL));
                }
            }
        }
    }
}
