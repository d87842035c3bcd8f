//! A thread that follows the log and writes checkpoints.
//!
//! It never touches the views that commands are decided from: it has its own while it works, begins with the newest
//! checkpoint, and reads the log as any reader does. The writer shares processor and disk with it, and waits for nothing.

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

/// How often it looks whether there are events enough.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// The thread; ends with this.
pub(crate) struct Follower {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
    done: Arc<FollowerState>,
}

/// What it has come to.
#[derive(Debug, Default)]
struct FollowerState {
    /// The newest that it wrote, or that it began with.
    newest: AtomicU64,
    trouble: Mutex<Option<String>>,
}

impl Follower {
    /// Starts after the checkpoint of `newest`, 0 for none; `None` where none are to be written.
    pub(crate) fn start(log: Arc<dyn EventLog>, checkpoints: &Checkpoints, newest: u64) -> Option<Self> {
        let every = checkpoints.written_every()?;
        let done = Arc::new(FollowerState { newest: AtomicU64::new(newest), trouble: Mutex::default() });
        let (stop, stopped) = bounded(0);
        let (checkpoints, told) = (checkpoints.clone(), Arc::clone(&done));
        let thread = std::thread::spawn(move || follow(log.as_ref(), &checkpoints, every, &stopped, &told));
        Some(Self { stop: Some(stop), thread: Some(thread), done })
    }

    /// The newest that it wrote, or that it began with; 0 for none.
    pub(crate) fn newest(&self) -> EventNumber {
        EventNumber(self.done.newest.load(Ordering::Relaxed))
    }

    /// Why the last one could not be written.
    pub(crate) fn trouble(&self) -> Option<String> {
        self.done.trouble.lock().clone()
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so already.
            let _ended = thread.join();
        }
    }
}

fn follow(
    log: &dyn EventLog,
    checkpoints: &Checkpoints,
    every: u64,
    stopped: &Receiver<()>,
    told: &FollowerState,
) {
    let mut next = told.newest.load(Ordering::Relaxed).saturating_add(every);
    while stopped.recv_timeout(LOOK_EVERY) == Err(RecvTimeoutError::Timeout) {
        let end = log.next_position().get() - 1;
        if end < next {
            continue;
        }
        // Whatever the outcome of this one, the next is as many events later.
        next = end.saturating_add(every);
        let goes_on = |_| stopped.try_recv() == Err(TryRecvError::Empty);
        let rebuild = Rebuild::of(log).to(ReplayTo::Position(end)).checkpoints(checkpoints);
        let made = match rebuild.threads(NonZeroUsize::MIN).run_while(&goes_on) {
            Ok(Some(rebuilt)) => checkpoints.write(log, &rebuilt.views).map_err(|error| error.to_string()),
            // The engine ends.
            Ok(None) => return,
            Err(error) => Err(error.to_string()),
        };
        match made {
            Ok(written) => {
                told.newest.store(written.position, Ordering::Relaxed);
                *told.trouble.lock() = None;
            }
            Err(reason) => *told.trouble.lock() = Some(reason),
        }
    }
}
