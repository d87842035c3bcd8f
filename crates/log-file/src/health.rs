//! Whether a log may go on writing.

use std::sync::OnceLock;

/// Why a log has stopped, once it has: for good, whoever found the reason.
#[derive(Debug, Default)]
pub(crate) struct Health(OnceLock<String>);

impl Health {
    /// Stops the log; only the first reason is kept.
    pub(crate) fn stop(&self, reason: &str) {
        self.0.get_or_init(|| reason.to_owned());
    }

    /// The reason, if it has stopped.
    pub(crate) fn stopped(&self) -> Option<String> {
        self.0.get().cloned()
    }
}
