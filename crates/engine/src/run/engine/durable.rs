//! Tracks how far the log is durable, for threads to wait on.

use acquaint_domain::EventNumber;
use parking_lot::{Condvar, Mutex};

use crate::error::SubmitError;

/// How far the log is durable, for threads to wait on. Every change wakes all of them.
pub(super) struct Durable {
    now: Mutex<Progress>,
    changed: Condvar,
}

/// How far the log is durable at one moment.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Progress {
    /// The last event that is in the log.
    up_to: EventNumber,
    /// Why no more events will be durable; `None` while the log works.
    stopped: Option<String>,
}

impl Durable {
    pub(super) fn new(up_to: EventNumber) -> Self {
        Self { now: Mutex::new(Progress { up_to, stopped: None }), changed: Condvar::new() }
    }

    pub(super) fn now(&self) -> Progress {
        self.now.lock().clone()
    }

    /// The last event that is in the log.
    pub(super) fn up_to(&self) -> EventNumber {
        self.now.lock().up_to
    }

    /// Why no more events will be durable; `None` while the log works.
    pub(super) fn stopped(&self) -> Option<String> {
        self.now.lock().stopped.clone()
    }

    /// Records that everything up to this event is in the log.
    ///
    /// INVARIANT (durable never goes back): two threads append. Before one reports for the last time that its batch is durable,
    /// the other may have reported the next batch. If the number went back then, a reader of that batch would wait for ever.
    pub(super) fn reach(&self, up_to: EventNumber) {
        let mut now = self.now.lock();
        now.up_to = now.up_to.max(up_to);
        drop(now);
        self.changed.notify_all();
    }

    /// Records that no more events will be durable. The first reason is kept.
    pub(super) fn stop(&self, reason: String) {
        self.now.lock().stopped.get_or_insert(reason);
        self.changed.notify_all();
    }

    /// Wakes all waiting threads, because of a change outside this struct.
    pub(super) fn wake(&self) {
        // Under the lock that they wait with, so that none misses the change.
        let _now = self.now.lock();
        self.changed.notify_all();
    }

    /// Waits until this event is in the log.
    ///
    /// # Errors
    /// The log stopped before that.
    pub(super) fn wait_for(&self, up_to: EventNumber) -> Result<(), SubmitError> {
        let mut now = self.now.lock();
        while now.up_to < up_to {
            now.check()?;
            self.changed.wait(&mut now);
        }
        Ok(())
    }

    /// Waits for the next change, if `is_needed` is still true under the lock.
    ///
    /// # Errors
    /// The log has stopped.
    pub(super) fn wait_once_if(&self, is_needed: impl FnOnce() -> bool) -> Result<(), SubmitError> {
        let mut now = self.now.lock();
        now.check()?;
        if is_needed() {
            self.changed.wait(&mut now);
        }
        Ok(())
    }

    /// Waits until the progress differs from `before`, or `is_to_stop`.
    pub(super) fn wait_for_change(&self, before: &Progress, is_to_stop: impl Fn() -> bool) {
        let mut now = self.now.lock();
        while *now == *before && !is_to_stop() {
            self.changed.wait(&mut now);
        }
    }
}

impl Progress {
    fn check(&self) -> Result<(), SubmitError> {
        match &self.stopped {
            Some(reason) => Err(SubmitError::Stopped { reason: reason.clone() }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_never_goes_back_when_an_earlier_batch_reports_last() {
        let durable = Durable::new(EventNumber(2));
        for (reached, up_to) in [(5, 5), (7, 7), (5, 7)] {
            durable.reach(EventNumber(reached));
            assert_eq!(durable.up_to(), EventNumber(up_to));
        }
    }
}
