//! The thread that runs due work between calls.

use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use crate::error::Error;
use crate::running::Running;

/// How often the clock is read. Once a second is enough: delivery retries take minutes and expiries months, and work that was
/// due between two ticks is recorded at the time at which it was due.
const TICK_EVERY: Duration = Duration::from_secs(1);

/// A thread that ticks until it is dropped.
pub(crate) struct TimerThread {
    stop: Arc<StopSignal>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct StopSignal {
    is_requested: Mutex<bool>,
    changed: Condvar,
}

impl TimerThread {
    /// Starts the thread. It ends automatically when the engine's log has stopped.
    pub(crate) fn start(running: &Arc<Running>) -> Result<Self, Error> {
        let stop = Arc::<StopSignal>::default();
        let (running, seen) = (Arc::downgrade(running), Arc::clone(&stop));
        let thread = std::thread::Builder::new()
            .name("acquaint-timer".to_owned())
            .spawn(move || run(&running, &seen))
            .map_err(|error| Error::Storage { what: format!("the timer thread cannot start: {error}") })?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

fn run(running: &Weak<Running>, stop: &StopSignal) {
    loop {
        let mut is_requested = stop.is_requested.lock();
        if !*is_requested {
            stop.changed.wait_for(&mut is_requested, TICK_EVERY);
        }
        if *is_requested {
            return;
        }
        drop(is_requested);
        let Some(running) = running.upgrade() else { return };
        let ticked = running.tick();
        let has_stopped = matches!(ticked, Err(Error::Stopped { .. }));
        running.note_trouble(ticked.err());
        if has_stopped {
            return;
        }
    }
}

impl Drop for TimerThread {
    fn drop(&mut self) {
        *self.stop.is_requested.lock() = true;
        self.stop.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has already printed its message.
            let _ended = thread.join();
        }
    }
}
