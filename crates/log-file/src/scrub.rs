//! Reads sealed segments in the background while the log is open for writing, to find damage early.

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use crate::error::{Damage, OpenError};
use crate::file_log::first_position;
use crate::health::Health;
use crate::storage::Storage;
use crate::walk::{self, Depth, Passed, WalkEnd};

/// When and how fast a log that is open for writing reads the segments that opening did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scrub {
    /// The time from opening to the first pass, so that a program that soon ends does not pay for one.
    pub delay: Duration,
    /// The pause after each segment. With segments of 4 MiB and 50 ms, at most 84 MB are read per second.
    pub pause: Duration,
    /// The time from the end of one pass to the beginning of the next.
    pub interval: Duration,
}

impl Default for Scrub {
    fn default() -> Scrub {
        Scrub {
            delay: Duration::from_secs(2),
            pause: Duration::from_millis(50),
            interval: Duration::from_secs(24 * 60 * 60),
        }
    }
}

/// The thread that scrubs. Dropping this waits until the thread has ended, after its current segment.
pub(crate) struct Scrubber {
    ending: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Scrubber {
    /// Starts to scrub `storage`. Damage stops the log through `health`.
    pub(crate) fn start(
        storage: Arc<dyn Storage>,
        health: Arc<Health>,
        scrub: Scrub,
    ) -> std::io::Result<Scrubber> {
        let (ending, ended) = bounded(0);
        let thread = thread::Builder::new()
            .name("log-scrub".into())
            .spawn(move || run(&*storage, &health, scrub, &ended))?;
        Ok(Scrubber { ending: Some(ending), thread: Some(thread) })
    }
}

impl Drop for Scrubber {
    fn drop(&mut self) {
        self.ending = None;
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}

fn run(storage: &dyn Storage, health: &Health, scrub: Scrub, ended: &Receiver<()>) {
    let mut wait = scrub.delay;
    while ended.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
        wait = scrub.interval;
        match pass(storage, scrub.pause, ended) {
            // An unreadable segment is not damage yet; the next pass reads it again.
            Ok(None) | Err(_) => {}
            Ok(Some(damage)) => return health.stop(&format!("damage was found, {damage}")),
        }
    }
}

/// Reads every sealed segment once; returns the first damage.
fn pass(storage: &dyn Storage, pause: Duration, ended: &Receiver<()>) -> Result<Option<Damage>, OpenError> {
    let mut map = walk::start(storage, first_position(storage)?)?;
    loop {
        match walk::walk_segment(storage, &mut map, Depth::Roots, &mut Passed::default())? {
            Some(WalkEnd::Damaged(damage)) => return Ok(Some(damage)),
            Some(WalkEnd::Clean | WalkEnd::Torn { .. }) => return Ok(None),
            None => {}
        }
        if ended.recv_timeout(pause) != Err(RecvTimeoutError::Timeout) {
            return Ok(None);
        }
    }
}
