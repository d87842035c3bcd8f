//! Whether the server can do its work, and the details of that, which are for the operator.

use acquaint::Error;
use schemars::JsonSchema;
use serde::Serialize;

use crate::state::State;

/// The details of `/readyz`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Readiness {
    /// `ok` or `not-ready`.
    pub(crate) status: &'static str,
    /// Whether commands can be recorded.
    pub(crate) log_writable: bool,
    /// How many events the log has.
    pub(crate) log_events: u64,
    /// For how long work that is due has been waiting, milliseconds.
    pub(crate) lag_milliseconds: u64,
    /// Room on the disk of the data folder, bytes; null where it is not known.
    pub(crate) disk_free_bytes: Option<u64>,
    /// Why the timers do not run, or the log has stopped.
    pub(crate) trouble: Option<String>,
    /// Why the last checkpoint could not be written: the next start takes longer.
    pub(crate) checkpoint_trouble: Option<String>,
}

impl Readiness {
    /// How things are now. It may block.
    pub(crate) fn of(state: &State) -> Self {
        let engine = &state.engine;
        let now = engine.now();
        // Before the log is read, which does what is due.
        let due = engine.next_due().ok().flatten();
        let lag = due.map_or(0, |due| now.as_millis().saturating_sub(due.as_millis()).max(0));
        let read = engine.inquire(None, |inquiry, _| inquiry.views().last().0);
        let trouble: Option<Error> = read.as_ref().err().cloned().or_else(|| engine.timer_trouble());
        let is_ready = trouble.is_none();
        Self {
            status: if is_ready { "ok" } else { "not-ready" },
            log_writable: is_ready,
            log_events: read.unwrap_or_default(),
            lag_milliseconds: lag.unsigned_abs(),
            disk_free_bytes: state.data.as_deref().and_then(disk_free),
            trouble: trouble.map(|error| error.to_string()),
            checkpoint_trouble: engine.checkpoint_trouble(),
        }
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.trouble.is_none()
    }
}

#[cfg(unix)]
fn disk_free(path: &std::path::Path) -> Option<u64> {
    let found = rustix::fs::statvfs(path).ok()?;
    found.f_bavail.checked_mul(found.f_frsize)
}

#[cfg(not(unix))]
fn disk_free(_: &std::path::Path) -> Option<u64> {
    None
}
