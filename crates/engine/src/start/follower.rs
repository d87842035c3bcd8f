//! A thread that follows the log and writes checkpoints.
//!
//! It never touches the views from which commands are decided: it rebuilds its own from the newest checkpoint and the log. It
//! competes with the writer for processor and disk, but the writer never waits for it.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use acquaint_domain::EventNumber;
use acquaint_log::EventLog;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TryRecvError, bounded};
use parking_lot::Mutex;

use crate::start::checkpoints::Checkpoints;
use crate::start::replay::{Rebuild, ReplayTo};

/// How often it checks whether enough events were added.
const CHECK_EVERY: Duration = Duration::from_millis(200);

/// The thread; dropping this ends it.
pub(crate) struct Follower {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
    state: Arc<FollowerState>,
}

/// What the thread reports.
#[derive(Debug, Default)]
struct FollowerState {
    /// Position of the newest checkpoint that it wrote, or that it began with.
    newest: AtomicU64,
    trouble: Mutex<Option<String>>,
}

impl Follower {
    /// Starts after the checkpoint at `newest`, 0 for none; `None` if no checkpoints are to be written.
    pub(crate) fn start(log: Arc<dyn EventLog>, checkpoints: &Checkpoints, newest: u64) -> Option<Self> {
        let every = checkpoints.written_every()?;
        let state = Arc::new(FollowerState { newest: AtomicU64::new(newest), trouble: Mutex::default() });
        let (stop, stopped) = bounded(0);
        let (checkpoints, shared) = (checkpoints.clone(), Arc::clone(&state));
        let thread = std::thread::spawn(move || follow(log.as_ref(), &checkpoints, every, &stopped, &shared));
        Some(Self { stop: Some(stop), thread: Some(thread), state })
    }

    /// The event of the newest checkpoint that it wrote, or that it began with; 0 for none.
    pub(crate) fn newest(&self) -> EventNumber {
        EventNumber(self.state.newest.load(Ordering::Relaxed))
    }

    /// Why the last checkpoint could not be written; `None` if it was.
    pub(crate) fn trouble(&self) -> Option<String> {
        self.state.trouble.lock().clone()
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // If the thread panicked, the panic hook has reported it.
            let _ended = thread.join();
        }
    }
}

fn follow(
    log: &dyn EventLog,
    checkpoints: &Checkpoints,
    every: u64,
    stopped: &Receiver<()>,
    state: &FollowerState,
) {
    let mut next = state.newest.load(Ordering::Relaxed).saturating_add(every);
    while stopped.recv_timeout(CHECK_EVERY) == Err(RecvTimeoutError::Timeout) {
        let end = log.next_position().get() - 1;
        if end < next {
            continue;
        }
        // The next checkpoint is `every` events later, whether this one succeeds or not.
        next = end.saturating_add(every);
        let keep_going = |_| stopped.try_recv() == Err(TryRecvError::Empty);
        let rebuild = Rebuild::of(log).to(ReplayTo::Position(end)).checkpoints(checkpoints);
        let written = match rebuild.threads(NonZeroUsize::MIN).run_while(&keep_going) {
            Ok(Some(rebuilt)) => checkpoints.write(log, &rebuilt.views).map_err(|error| error.to_string()),
            // The engine is stopping.
            Ok(None) => return,
            Err(error) => Err(error.to_string()),
        };
        match written {
            Ok(written) => {
                state.newest.store(written.position, Ordering::Relaxed);
                *state.trouble.lock() = None;
            }
            Err(reason) => *state.trouble.lock() = Some(reason),
        }
    }
}
