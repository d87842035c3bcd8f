//! Whether a log may still write.

use std::sync::OnceLock;

/// The reason why a log has stopped, shared by everything that can find one. A stopped log stays stopped.
#[derive(Debug, Default)]
pub(crate) struct Health(OnceLock<String>);

impl Health {
    /// Stops the log; the first reason wins.
    pub(crate) fn stop(&self, reason: &str) {
        self.0.get_or_init(|| reason.to_owned());
    }

    /// The reason; `None` if the log has not stopped.
    pub(crate) fn stopped(&self) -> Option<String> {
        self.0.get().cloned()
    }
}
