//! Time sources: the machine's clock by default, or a clock that a test moves.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use acquaint_clock::machine;
use acquaint_domain::{Span, Timestamp};
use acquaint_engine::ClockReading;
use parking_lot::Mutex;

/// Time at which a manual clock starts: Monday, 2026-01-05T09:00:00Z.
const MANUAL_START: Timestamp = Timestamp::from_millis(1_767_603_600_000);

/// A clock for tests: it stands still until the test moves it. Clones show the same time.
///
/// An engine with this clock starts no timer thread. Everything that is due by the clock's time happens before the next
/// command or read, each piece of work at the time at which it was due, so a test never waits.
///
/// ```
/// use acquaint::{Connect, Engine, ManualClock, Span, Viewer};
///
/// # fn main() -> Result<(), acquaint::Error> {
/// let clock = ManualClock::default();
/// let engine = Engine::in_memory().clock(clock.clone()).open()?;
/// engine.add_member("alice")?;
/// engine.add_member("bob")?;
/// let sent = engine.send(Connect::from("alice").to("bob"))?;
/// clock.advance(Span::days(200));
/// assert_eq!(engine.why(sent.request).seen_by(Viewer::Sender)?.code, acquaint::Code::Expired);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ManualClock {
    /// Milliseconds since the epoch.
    now: Arc<AtomicI64>,
}

impl ManualClock {
    /// A clock that shows `at`.
    pub fn at(at: Timestamp) -> Self {
        Self { now: Arc::new(AtomicI64::new(at.as_millis())) }
    }

    /// The time that the clock shows.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.now.load(Ordering::SeqCst))
    }

    /// Moves the clock forward by `by` and returns the new time; a negative span changes nothing.
    pub fn advance(&self, by: impl Into<Span>) -> Timestamp {
        let by = by.into();
        self.set(self.now().plus(by))
    }

    /// Moves the clock to `at` and returns the new time. The clock never goes back: an earlier `at` changes nothing.
    pub fn set(&self, at: Timestamp) -> Timestamp {
        self.now.fetch_max(at.as_millis(), Ordering::SeqCst);
        self.now()
    }
}

impl Default for ManualClock {
    /// A clock that shows 2026-01-05T09:00:00Z, a Monday.
    fn default() -> Self {
        Self::at(MANUAL_START)
    }
}

impl fmt::Debug for ManualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ManualClock").field(&self.now()).finish()
    }
}

/// The clock of an engine.
#[derive(Debug)]
pub(crate) enum TimeSource {
    /// The machine's clock, whose highest reading is kept in the data folder.
    Kept(acquaint_clock::Clock),
    /// The machine's clock, for an engine in memory: it never goes back in this process.
    Machine(MachineClock),
    /// A clock that the caller moves.
    Manual(ManualClock),
}

impl TimeSource {
    pub(crate) fn now(&self) -> Timestamp {
        match self {
            Self::Kept(clock) => clock.now(),
            Self::Machine(clock) => clock.now(),
            Self::Manual(clock) => clock.now(),
        }
    }

    /// A reading of both of the machine's clocks; `None` for a manual clock.
    pub(crate) fn reading(&self) -> Option<ClockReading> {
        let running = match self {
            Self::Kept(clock) => clock.running(),
            Self::Machine(clock) => clock.started.elapsed().into(),
            Self::Manual(_) => return None,
        };
        Some(ClockReading { now: self.now(), running })
    }
}

#[derive(Debug)]
pub(crate) struct MachineClock {
    started: Instant,
    highest: Mutex<Timestamp>,
}

impl MachineClock {
    pub(crate) fn start() -> Self {
        Self { started: Instant::now(), highest: Mutex::new(machine()) }
    }

    fn now(&self) -> Timestamp {
        let mut highest = self.highest.lock();
        *highest = machine().max(*highest);
        *highest
    }
}
