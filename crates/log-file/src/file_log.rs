//! The log as its users see it.

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
use crate::history::Lookup;
use crate::merkle::Salt;
use crate::reader::{Frames, Records, visit};
use crate::recovery::{self, Recovery, segments_in, sync_end};
use crate::scrub::{Scrub, Scrubber};
use crate::segment::{self, SEGMENT_BYTES_MAX, SEGMENT_BYTES_MIN};
use crate::storage::{Access, Storage};
use crate::walk::{self, Depth, Ending, Passed};
use crate::witness::{self, Witness};
use crate::writer::Writer;

/// How often a log open for reading looks for what another process has appended.
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// How to open a log for writing.
#[derive(Clone, Debug)]
pub struct Options {
    /// The size of every segment of a log that is made, bytes, from 1 KiB to 64 MiB. An existing log keeps its size.
    ///
    /// A batch has to fit into one segment, with 536 bytes around it. The default is 4 MiB: zero-filling that much delays
    /// the first command of a small log by some milliseconds, and the making of a segment, three syncs, is still rare.
    pub segment_bytes: u64,
    /// The id of the log, and the salt of its first segment, from which the others follow: given to a log that is made; the
    /// id is demanded of one that exists. `None`: random ones, and any.
    pub origin: Option<(LogId, Salt)>,
    /// Whether sealed segments, which opening does not read, are read in the background; `None`: they are not.
    pub scrub: Option<Scrub>,
    /// What shows how far the log was. A log that does not agree with all of it is not opened, and none is made in its place.
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

    /// Checks that the log of `map` in `folder` is the one that is demanded.
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
/// One `FileLog` writes at a time, over all processes; any number read beside it. Dropping the writer releases the log.
pub struct FileLog {
    storage: Arc<dyn Storage>,
    role: Role,
    map: Mutex<Map>,
    tail_moved: Condvar,
    recovery: Recovery,
    log_id: LogId,
    health: Arc<Health>,
    /// Ends before the writer does.
    _scrubber: Option<Scrubber>,
}

enum Role {
    Writer(Box<Mutex<Writer>>),
    /// Damage once found stays: the log is not walked again.
    Reader(OnceLock<Damage>),
}

impl FileLog {
    /// Opens the log in `folder` for writing, and makes folder and log if there is none.
    ///
    /// Walks the last segment; of those before it, header and seal are read. A torn last batch is cut off and kept beside the
    /// log, which [`recovery`](Self::recovery) tells.
    ///
    /// # Errors
    /// [`OpenError`]; then no whole batch was changed, and of a damaged log nothing at all.
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
        let role = Role::Writer(Box::new(Mutex::new(writer)));
        Ok(FileLog::new(storage, role, map, recovery, health, scrubber))
    }

    /// Opens the log in `folder` for reading, beside a writer or without one: takes no lock, makes and changes nothing.
    ///
    /// A damaged log opens too; reading gives everything before the damage, then one [`ReadError::Damaged`]. A last batch
    /// that is not whole is not there yet. What the log shows it has synced first, so it never shows more than is durable.
    ///
    /// # Errors
    /// [`OpenError`] if there is no log, not enough of one to tell which, or one of a newer format.
    pub fn open_read_only(folder: &Path) -> Result<FileLog, OpenError> {
        FileLog::open_read_only_on(Arc::new(Disk::new(folder)))
    }

    /// Opens the log in `storage` for reading, as [`open_read_only`](Self::open_read_only) does.
    ///
    /// # Errors
    /// As [`open_read_only`](Self::open_read_only).
    pub fn open_read_only_on(storage: Arc<dyn Storage>) -> Result<FileLog, OpenError> {
        let mut map = walk::start(&*storage, absent_unless_there(&*storage)?)?;
        recovery::pass_sealed(&*storage, &mut map)?;
        let ending = walk::walk(&*storage, &mut map, Depth::Frames, &mut Passed::default())?;
        sync_end(&*storage, Access::Read)?;
        let (known, recovery) = match ending {
            Ending::Damaged(damage) => (damage.clone().into(), Recovery::Damaged(damage)),
            Ending::Clean | Ending::Torn { .. } => (OnceLock::new(), Recovery::Clean),
        };
        Ok(FileLog::new(storage, Role::Reader(known), map, recovery, Arc::default(), None))
    }

    fn new(
        storage: Arc<dyn Storage>,
        role: Role,
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

    /// The hash at the end of the chain of hashes: it names everything that the log holds by now.
    #[must_use]
    pub fn head(&self) -> [u8; 32] {
        self.map.lock().tail.previous
    }

    /// Why this log appends nothing any more: a failed write or sync, or damage that was found since it was opened. `None`
    /// while it is well, and always of one that is open for reading.
    #[must_use]
    pub fn stopped(&self) -> Option<String> {
        self.health.stopped()
    }

    /// Checks that the log is as long, now, as each of `witnesses` says, and has the history that it says.
    ///
    /// # Errors
    /// [`OpenError::Truncated`] or [`OpenError::OtherHistory`]; of a damaged log, the damage; else what reading it ends with.
    pub fn check_witnesses(&self, witnesses: &[Witness]) -> Result<(), OpenError> {
        if let Role::Reader(known) = &self.role {
            let _told_by_read = self.refresh(known);
            if let Some(damage) = known.get() {
                return Err(OpenError::from_damage(damage.clone(), self.log_id));
            }
        }
        witness::check(&*self.storage, &self.map_as_it_is(), witnesses)
    }

    /// Seals the last segment, if it holds an event, so that its events can be proven; appends go on in a new one.
    ///
    /// # Errors
    /// As of [`append`](EventLog::append), `ReadOnly` and `Stopped`.
    pub fn seal(&self) -> Result<(), AppendError> {
        let Role::Writer(writer) = &self.role else {
            return Err(AppendError::ReadOnly);
        };
        let mut writer = writer.lock();
        if let Some(segment) = writer.seal()? {
            self.map.lock().enter(&segment);
        }
        Ok(())
    }

    /// Where everything is at this moment.
    pub(crate) fn map_as_it_is(&self) -> Map {
        self.map.lock().clone()
    }

    fn frames(&self, from: Position) -> Frames<'_> {
        Frames::new(&*self.storage, &self.map, &self.health, from)
    }

    /// What a read has to end with, if it cannot end well.
    fn last_of_read(&self) -> Option<ReadError> {
        match &self.role {
            Role::Writer(_) => None,
            Role::Reader(known) => self.refresh(known),
        }
    }

    /// Follows another process's appends; gives what a read has to end with, if it cannot end well.
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
            Ending::Damaged(damage) => {
                known.get_or_init(|| damage);
            }
            Ending::Clean | Ending::Torn { .. } => {}
        }
        Ok(())
    }
}

/// The first position of the first segment in `storage`; an error if there is none.
pub(crate) fn absent_unless_there(storage: &dyn Storage) -> Result<Position, OpenError> {
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
        let Role::Writer(writer) = &self.role else {
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

    /// Of a log that is open for reading: as far as it could be read now; what stopped it is told by [`read`](Self::read).
    fn next_position(&self) -> Position {
        if let Role::Reader(known) = &self.role {
            let _told_by_read = self.refresh(known);
        }
        self.map.lock().tail.position
    }

    fn read(&self, from: Position) -> Box<dyn Iterator<Item = Result<Record, ReadError>> + Send + '_> {
        let last = self.last_of_read();
        Box::new(Records::new(self.frames(from), from, last))
    }

    fn visit(&self, from: Position, visitor: &mut Visitor<'_>) -> Result<(), ReadError> {
        let last = self.last_of_read();
        visit(self.frames(from), from, last, visitor)
    }

    fn history(&self, position: Position) -> Result<Option<[u8; 32]>, ReadError> {
        let Some(lookup) = Lookup::new(&self.map.lock(), position) else { return Ok(None) };
        lookup.find(&*self.storage, position).map(Some).map_err(|unfound| {
            let error = unfound.of_read(position);
            if let ReadError::Damaged { detail, .. } = &error {
                self.health.stop(&format!("damage was found, {detail}"));
            }
            error
        })
    }

    fn wait_past(&self, position: Position, timeout: Duration) -> Position {
        match self.role {
            Role::Writer(_) => {
                let mut map = self.map.lock();
                let waits = |map: &mut Map| map.tail.position <= position;
                self.tail_moved.wait_while_for(&mut map, waits, timeout);
                map.tail.position
            }
            Role::Reader(_) => {
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
