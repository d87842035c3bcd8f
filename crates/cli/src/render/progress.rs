//! A progress bar on stderr, shown only on a terminal and after half a second.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long to wait before the bar is shown.
const PATIENCE: Duration = Duration::from_millis(500);

/// A bar that appears only when it is needed, and is erased at the end.
pub(crate) struct LazyProgressBar {
    bar: ProgressBar,
    begun: Instant,
}

impl LazyProgressBar {
    /// A bar for `what`, such as "verifying segments".
    pub(crate) fn new(what: &'static str) -> LazyProgressBar {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len}, {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(what);
        LazyProgressBar { bar, begun: Instant::now() }
    }

    /// Shows the progress: `done` of `total`.
    pub(crate) fn show(&self, done: u64, total: u64) {
        if self.begun.elapsed() < PATIENCE || !std::io::stderr().is_terminal() {
            return;
        }
        if self.bar.is_hidden() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.set_length(total);
        self.bar.set_position(done);
    }
}

impl Drop for LazyProgressBar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
