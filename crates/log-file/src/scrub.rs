//! Reads sealed segments again in the background, as long as the log is open for writing.

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use crate::error::{Damage, OpenError};
use crate::file_log::absent_unless_there;
use crate::health::Health;
use crate::storage::Storage;
use crate::walk::{self, Depth, Ending, Passed};

/// How a log that is open for writing reads again what opening did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scrub {
    /// How long after opening it begins: a program that soon ends is not burdened.
    pub delay: Duration,
    /// The pause after each segment. With segments of 4 MiB and 50 ms, at most 84 MB are read a second.
    pub pause: Duration,
    /// How long after the last segment it begins anew.
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

/// The thread that scrubs; dropping it ends the thread, after the segment that it is in.
pub(crate) struct Scrubber {
    ending: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Scrubber {
    /// Starts to scrub `storage`. Damage stops the log of `health`.
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
            // What cannot be read now is no damage yet; it is read again the next time.
            Ok(None) | Err(_) => {}
            Ok(Some(damage)) => return health.stop(&format!("damage was found, {damage}")),
        }
    }
}

/// Reads every sealed segment once; gives the first damage.
fn pass(storage: &dyn Storage, pause: Duration, ended: &Receiver<()>) -> Result<Option<Damage>, OpenError> {
    let mut map = walk::start(storage, absent_unless_there(storage)?)?;
    loop {
        match walk::walk_segment(storage, &mut map, Depth::Roots, &mut Passed::default())? {
            Some(Ending::Damaged(damage)) => return Ok(Some(damage)),
            Some(Ending::Clean | Ending::Torn { .. }) => return Ok(None),
            None => {}
        }
        if ended.recv_timeout(pause) != Err(RecvTimeoutError::Timeout) {
            return Ok(None);
        }
    }
}
