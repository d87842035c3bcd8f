//! What every request is answered from: the engine, the keys, the limits.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use acquaint::{Engine, Timestamp};
use parking_lot::{Mutex, MutexGuard};
use tokio::sync::{Semaphore, watch};

use crate::connections::Limits;
use crate::keys::{ApiKey, KeyError, KeyFile};
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::routes::log::read_head_key;
use crate::streams::Hub;
use crate::tokens::TokenSealer;

/// How often the file with the keys is looked at: a key that was revoked is good for at most this long.
const KEYS_READ_EVERY: Duration = Duration::from_secs(1);

/// How often it is written down when keys were used.
const USES_WRITTEN_EVERY: Duration = Duration::from_secs(60);

/// How a network is served.
#[derive(Clone, Debug)]
pub struct ServerSettings {
    /// The data folder, which holds the keys; `None` for a network in memory, which has none.
    pub data: Option<PathBuf>,
    /// The address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The address of the second listener, with figures and the details of `/readyz`; `None` for none. It asks for no key.
    pub admin_listen: Option<SocketAddr>,
    /// The bounds of connections and requests.
    pub limits: Limits,
}

/// Why a server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ServerStartError {
    /// Anybody who reaches the address would be the operator.
    #[error("`{0}` is not a loopback address, and there are no keys; add one first with `acquaint keys add`")]
    NoKeys(SocketAddr),
    /// The keys cannot be read.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The key that signs heads is there, and cannot be used.
    #[error("{0}")]
    HeadKey(String),
    /// The address cannot be listened on, or the server's own key cannot be used.
    #[error("{what}: {error}")]
    Io {
        /// What was tried.
        what: String,
        /// Why it failed.
        error: io::Error,
    },
}

/// The parts that all requests share.
pub(crate) struct State {
    pub(crate) engine: Engine,
    pub(crate) sealer: TokenSealer,
    pub(crate) keys: KeyRing,
    pub(crate) limits: Limits,
    /// The address that is listened on.
    pub(crate) address: SocketAddr,
    /// One permit for each request that is with the engine or waits for it.
    pub(crate) queue: Arc<Semaphore>,
    /// Held by an answer that reads the whole log, see [`replay_alone`](Self::replay_alone): one at a time, because one as of the
    /// past holds all views once more.
    replaying: Mutex<()>,
    /// One permit for each event stream.
    pub(crate) streams: Arc<Semaphore>,
    pub(crate) hub: Hub,
    pub(crate) metrics: Metrics,
    /// The data folder, whose disk is looked at.
    pub(crate) data: Option<PathBuf>,
    /// Whether the server is to stop.
    pub(crate) stopped: watch::Receiver<bool>,
}

impl State {
    pub(crate) fn new(
        engine: Engine,
        settings: &ServerSettings,
        address: SocketAddr,
        stopped: watch::Receiver<bool>,
    ) -> Result<Self, ServerStartError> {
        let keys = KeyRing::new(settings.data.as_deref().map(KeyFile::of))?;
        if keys.is_empty() && !address.ip().is_loopback() {
            return Err(ServerStartError::NoKeys(address));
        }
        let sealer = TokenSealer::open(settings.data.as_deref()).map_err(|error| ServerStartError::Io {
            what: "the key of the server cannot be used".to_owned(),
            error,
        })?;
        if let Some(data) = &settings.data {
            read_head_key(data).map_err(ServerStartError::HeadKey)?;
        }
        let limits = settings.limits.clone();
        let queue = Arc::new(Semaphore::new(limits.at_once + limits.queue));
        let streams = Arc::new(Semaphore::new(limits.streams));
        let (hub, metrics, data) = (Hub::default(), Metrics::new(), settings.data.clone());
        let replaying = Mutex::default();
        Ok(Self {
            engine,
            sealer,
            keys,
            limits,
            address,
            queue,
            replaying,
            streams,
            hub,
            metrics,
            data,
            stopped,
        })
    }

    /// Whether a caller without a key is the operator: on loopback, while there are no keys.
    pub(crate) fn is_open(&self) -> bool {
        self.address.ip().is_loopback() && self.keys.is_empty()
    }

    /// Allows the caller to read the whole log until the guard is dropped. It does not wait.
    ///
    /// # Errors
    /// 503 while another answer has it.
    pub(crate) fn replay_alone(&self) -> Result<MutexGuard<'_, ()>, Problem> {
        self.replaying
            .try_lock()
            .ok_or_else(|| Problem::busy("another answer that reads the whole log is being made; ask again"))
    }
}

/// The keys, read again when their file changes.
pub(crate) struct KeyRing {
    file: Option<KeyFile>,
    read: Mutex<ReadKeys>,
    used: Mutex<KeyUses>,
}

struct KeyUses {
    last: BTreeMap<String, Timestamp>,
    written: Instant,
}

struct ReadKeys {
    /// `None` while the file cannot be read: then no key is good.
    keys: Option<Arc<Vec<ApiKey>>>,
    version: Option<(SystemTime, u64)>,
    looked: Instant,
}

impl KeyRing {
    fn new(file: Option<KeyFile>) -> Result<Self, KeyError> {
        let version = file.as_ref().and_then(version);
        let keys = file.as_ref().map(KeyFile::read).transpose()?.unwrap_or_default();
        let read = ReadKeys { keys: Some(Arc::new(keys)), version, looked: Instant::now() };
        let last = file.as_ref().map(KeyFile::last_used).unwrap_or_default();
        let used = KeyUses { last, written: Instant::now() };
        Ok(Self { file, read: Mutex::new(read), used: Mutex::new(used) })
    }

    /// All keys; `None` while they cannot be read.
    pub(crate) fn current(&self) -> Option<Arc<Vec<ApiKey>>> {
        let mut read = self.read.lock();
        if let Some(file) = &self.file
            && read.looked.elapsed() >= KEYS_READ_EVERY
        {
            let now = version(file);
            if now != read.version || read.keys.is_none() {
                read.keys = file.read().ok().map(Arc::new);
                read.version = now;
            }
            read.looked = Instant::now();
        }
        read.keys.clone()
    }

    /// Notes that a key was used, for `acquaint keys list`.
    pub(crate) fn note_use(&self, id: &str, at: Timestamp) {
        let mut used = self.used.lock();
        match used.last.get_mut(id) {
            Some(last) => *last = at,
            None => {
                used.last.insert(id.to_owned(), at);
            }
        }
        if used.written.elapsed() >= USES_WRITTEN_EVERY {
            used.written = Instant::now();
            let last = used.last.clone();
            drop(used);
            self.write_uses(&last);
        }
    }

    fn write_uses(&self, last: &BTreeMap<String, Timestamp>) {
        if let Some(file) = &self.file
            && !last.is_empty()
        {
            // No request depends on it.
            let _unwritten = file.write_uses(last);
        }
    }

    fn is_empty(&self) -> bool {
        self.current().is_some_and(|keys| keys.is_empty())
    }
}

impl Drop for KeyRing {
    fn drop(&mut self) {
        let last = std::mem::take(&mut self.used.lock().last);
        self.write_uses(&last);
    }
}

fn version(file: &KeyFile) -> Option<(SystemTime, u64)> {
    let found = std::fs::metadata(file.path()).ok()?;
    Some((found.modified().ok()?, found.len()))
}
