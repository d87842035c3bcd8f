//! Opening an engine: on a data folder or in memory.

use std::path::PathBuf;
use std::sync::Arc;

use acquaint_clock::{Clock, Doubt, doubt};
use acquaint_domain::Timestamp;
use acquaint_engine::{Checkpoints, Genesis, Views};
use acquaint_log::{EventLog, MemoryLog};
use acquaint_log_file::FileLog;
use acquaint_policy::Policy;
use parking_lot::Mutex;

use crate::clock::{MachineClock, ManualClock, TimeSource};
use crate::engine::Engine;
use crate::error::Error;
use crate::folder::DataFolder;
use crate::policies;
use crate::running::Running;
use crate::timer::TimerThread;

/// Events between two checkpoints. A start therefore reads fewer events than this, which takes about half a second.
const CHECKPOINT_EVERY: u64 = 100_000;

/// Options for opening an engine; created by [`Engine::builder`] or [`Engine::in_memory`].
#[derive(Clone, Debug)]
#[must_use = "nothing is opened until `open` is called"]
pub struct EngineBuilder<Store> {
    store: Store,
    policy: String,
    clock: Option<ManualClock>,
}

/// A network in a data folder.
#[derive(Clone, Debug)]
pub struct Folder {
    folder: DataFolder,
    checkpoint_every: u64,
    is_clock_confirmed: bool,
}

/// A network in memory, which is lost when its engine is dropped.
#[derive(Clone, Debug)]
pub struct Memory {
    id_key: Option<u128>,
}

impl<Store> EngineBuilder<Store> {
    fn of(store: Store) -> Self {
        Self { store, policy: policies::ARTICLE.to_owned(), clock: None }
    }

    /// The policy that a new network starts with, as a TOML document; by default [`policies::ARTICLE`]. An existing network
    /// keeps the policy that it adopted last and ignores this one: see [`Engine::adopt_policy`].
    pub fn policy(self, document: impl Into<String>) -> Self {
        Self { policy: document.into(), ..self }
    }

    /// Uses a clock that the caller moves, and starts no timer thread. For tests.
    pub fn clock(self, clock: ManualClock) -> Self {
        Self { clock: Some(clock), ..self }
    }

    /// Checks the policy, and returns what a new network starts with.
    fn genesis(&self, id_key: Option<u128>, at: Timestamp) -> Result<Genesis, Error> {
        Policy::parse(&self.policy).map_err(|error| Error::InvalidPolicy { problem: error.to_string() })?;
        let id_key = id_key.map_or_else(random_key, Ok)?;
        Ok(Genesis { id_key, policy: self.policy.clone(), at })
    }
}

impl EngineBuilder<Folder> {
    pub(crate) fn in_folder(path: impl Into<PathBuf>) -> Self {
        let folder = DataFolder::at(path);
        Self::of(Folder { folder, checkpoint_every: CHECKPOINT_EVERY, is_clock_confirmed: false })
    }

    /// Writes a checkpoint in the background after this many events, at least 1; by default 100,000. A start reads only the
    /// events after the newest checkpoint.
    pub fn checkpoint_every(mut self, events: u64) -> Self {
        self.store.checkpoint_every = events;
        self
    }

    /// Confirms that the machine's clock is right although it is behind the last recorded time ([`Error::ClockBehind`]).
    /// Commands are recorded at that last time until the clock has passed it.
    pub fn confirm_clock(mut self) -> Self {
        self.store.is_clock_confirmed = true;
        self
    }

    /// Opens the folder, and creates it if it does not exist. The first command initialises the network.
    ///
    /// # Errors
    /// [`Error::InvalidPolicy`]; [`Error::InUse`] if another engine writes to the folder; [`Error::ClockBehind`];
    /// [`Error::LostEvents`], [`Error::OlderFormat`], [`Error::NewerFormat`] or [`Error::Storage`] if the log cannot be used.
    pub fn open(self) -> Result<Engine, Error> {
        let Folder { folder, checkpoint_every, is_clock_confirmed } = &self.store;
        let time = match &self.clock {
            Some(clock) => TimeSource::Manual(clock.clone()),
            None => TimeSource::Kept(Clock::in_folder(folder.path()).map_err(|error| Error::Storage {
                what: format!("the clock's last reading cannot be used: {error}"),
            })?),
        };
        let founding = self.genesis(None, time.now())?;
        let log = FileLog::open(&folder.log(), &folder.writer_options())?;
        let checkpoints = Checkpoints::new(folder.checkpoints(), log.log_id().bytes());
        let checkpoints = checkpoints.every(*checkpoint_every);
        let engine = acquaint_engine::Engine::open_from(Arc::new(log), &founding, Some(&checkpoints))?;
        if let TimeSource::Kept(clock) = &time
            && !is_clock_confirmed
            && let Some(Doubt::Behind { machine, last }) = doubt(clock, None, engine.read(Views::last_at)?)
        {
            return Err(Error::ClockBehind { machine, last });
        }
        started(Running {
            engine: Arc::new(engine),
            time,
            folder: Some(folder.clone()),
            trouble: Mutex::default(),
            tree: Mutex::default(),
        })
    }
}

impl EngineBuilder<Memory> {
    pub(crate) fn in_memory() -> Self {
        Self::of(Memory { id_key: None })
    }

    /// Derives request ids from this number, so that two runs give the same ids. Only for an engine in memory: anybody who
    /// knows the number can find out from an id who sent the request.
    pub fn request_ids_from(mut self, key: u128) -> Self {
        self.store.id_key = Some(key);
        self
    }

    /// Opens an empty network.
    ///
    /// # Errors
    /// [`Error::InvalidPolicy`].
    pub fn open(self) -> Result<Engine, Error> {
        let time = match &self.clock {
            Some(clock) => TimeSource::Manual(clock.clone()),
            None => TimeSource::Machine(MachineClock::start()),
        };
        let founding = self.genesis(self.store.id_key, time.now())?;
        let log: Arc<dyn EventLog> = Arc::new(MemoryLog::new());
        let engine = acquaint_engine::Engine::open(log, &founding)?;
        started(Running {
            engine: Arc::new(engine),
            time,
            folder: None,
            trouble: Mutex::default(),
            tree: Mutex::default(),
        })
    }
}

/// Starts the timer thread, unless the caller moves the clock.
fn started(running: Running) -> Result<Engine, Error> {
    let running = Arc::new(running);
    let timer = match running.time {
        TimeSource::Kept(_) | TimeSource::Machine(_) => Some(TimerThread::start(&running)?),
        TimeSource::Manual(_) => None,
    };
    Ok(Engine::of(running, timer))
}

fn random_key() -> Result<u128, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::Storage { what: format!("the system gives no random bytes: {error}") })?;
    Ok(u128::from_le_bytes(bytes))
}
