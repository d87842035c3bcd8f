//! The thread that does due work when nobody calls.

use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use crate::error::Error;
use crate::running::Running;

/// The clock is read this often. Deliveries are retried after minutes and requests expire after months; what was due in
/// between is recorded at its own moment.
const TICK_EVERY: Duration = Duration::from_secs(1);

/// A thread that ticks until it is dropped.
pub(crate) struct Timer {
    stop: Arc<Stop>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Stop {
    is_asked_for: Mutex<bool>,
    changed: Condvar,
}

impl Timer {
    /// Starts it. It ends by itself when the engine's log has stopped.
    pub(crate) fn start(running: &Arc<Running>) -> Result<Self, Error> {
        let stop = Arc::<Stop>::default();
        let (running, seen) = (Arc::downgrade(running), Arc::clone(&stop));
        let thread = std::thread::Builder::new()
            .name("acquaint-timer".to_owned())
            .spawn(move || run(&running, &seen))
            .map_err(|error| Error::Storage { what: format!("the timer thread cannot start: {error}") })?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

fn run(running: &Weak<Running>, stop: &Stop) {
    loop {
        let mut is_asked_for = stop.is_asked_for.lock();
        if !*is_asked_for {
            stop.changed.wait_for(&mut is_asked_for, TICK_EVERY);
        }
        if *is_asked_for {
            return;
        }
        drop(is_asked_for);
        let Some(running) = running.upgrade() else { return };
        let ticked = running.tick();
        let has_stopped = matches!(ticked, Err(Error::Stopped { .. }));
        running.note_trouble(ticked.err());
        if has_stopped {
            return;
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        *self.stop.is_asked_for.lock() = true;
        self.stop.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so already.
            let _ended = thread.join();
        }
    }
}
