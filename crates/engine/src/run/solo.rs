//! The engine on the caller's own thread.

use std::sync::Arc;

use acquaint_domain::Timestamp;
use acquaint_log::{EventLog, Position};
use parking_lot::Mutex;

use crate::error::{StartError, SubmitError};
use crate::read::inquiry::Inquiry;
use crate::start::replay::Rebuild;
use crate::state::decode::decoded;
use crate::state::receipt::Receipt;
use crate::state::views::Views;
use crate::write::clock::{ClockGuard, Told};
use crate::write::frames;
use crate::write::job::{Advance, Job};
use crate::write::kernel::{Genesis, Input, Kernel};

/// [`Engine`](crate::Engine) for one caller, without its threads: what is decided is appended before it is answered.
/// For worlds that are small and many, where handing every command to another thread would be most of the work.
pub struct Solo {
    state: Mutex<SoloState>,
    log: Arc<dyn EventLog>,
}

struct SoloState {
    desk: Kernel,
    clock: ClockGuard,
    /// Why the log takes no more; nothing is acknowledged after that.
    stopped: Option<String>,
}

impl Solo {
    /// Opens a log, as [`Engine::open`](crate::Engine::open) does.
    ///
    /// # Errors
    /// The log cannot be read, or it adopts a policy that does not read.
    pub fn open(log: Arc<dyn EventLog>, founding: &Genesis) -> Result<Self, StartError> {
        let rebuilt = Rebuild::of(log.as_ref()).run()?;
        let desk = Kernel::for_log(rebuilt.views, log.as_ref(), founding)?;
        Ok(Self { state: Mutex::new(SoloState { desk, clock: ClockGuard::default(), stopped: None }), log })
    }

    /// Carries out a command, and returns its outcome once its events are appended.
    ///
    /// # Errors
    /// The command cannot be answered; the log has stopped.
    pub fn submit(&self, input: Input) -> Result<Receipt, SubmitError> {
        self.change(Told::Command(input.when), |desk| desk.handle(input))
    }

    /// Carries a job out, and gives its output once what it recorded is appended.
    ///
    /// # Errors
    /// Those of the job; the clock has jumped to the job's moment; the log has stopped.
    pub fn run<J: Job>(&self, job: J) -> Result<J::Output, SubmitError> {
        self.change(job.told(), |desk| job.carry_out(desk))
    }

    /// Does what is due at `now`: runs an [`Advance`].
    ///
    /// # Errors
    /// The log has stopped.
    pub fn advance(&self, now: Timestamp) -> Result<(), SubmitError> {
        self.run(Advance(now))
    }

    /// The operator confirms that it is about `now`, as [`Engine::trust_clock`](crate::Engine::trust_clock).
    pub fn trust_clock(&self, now: Timestamp) {
        self.state.lock().clock.trust(now);
    }

    /// Asks the log as of a moment, with everything done that is due by then, as
    /// [`Engine::inquire`](crate::Engine::inquire) does.
    pub fn inquire<T>(&self, as_of: Timestamp, ask: impl FnOnce(Inquiry<'_>) -> T) -> T {
        let state = self.state.lock();
        match state.desk.ahead(as_of) {
            Some(ahead) => {
                drop(state);
                ask(Inquiry::new(ahead.views(), self.log(), ahead.staged()))
            }
            None => ask(Inquiry::new(state.desk.views(), self.log(), state.desk.staged())),
        }
    }

    /// Reads the views as the log has them, without what has become due since.
    pub fn read<T>(&self, read: impl FnOnce(&Views) -> T) -> T {
        read(self.state.lock().desk.views())
    }

    /// When something is due next; `None` when nothing is.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.state.lock().desk.next_due()
    }

    /// The log behind it.
    pub fn log(&self) -> &dyn EventLog {
        self.log.as_ref()
    }

    fn change<T>(
        &self,
        told: Told,
        change: impl FnOnce(&mut Kernel) -> Result<T, SubmitError>,
    ) -> Result<T, SubmitError> {
        let mut state = self.state.lock();
        if let Some(reason) = state.stopped.clone() {
            return Err(SubmitError::Stopped { reason });
        }
        state.clock.told(told)?;
        let changed = change(&mut state.desk);
        if state.desk.views().ledger.needs_backfill() {
            // As in the engine: what cannot be read stays uncounted until the next start.
            let _uncounted = state.desk.backfill_counters(self.log.read(Position::FIRST).map(decoded));
        }
        if state.desk.has_only_genesis() {
            return changed;
        }
        let atoms = state.desk.take_atoms();
        match frames::append(self.log.as_ref(), &atoms, |_| {}) {
            Err(error) => {
                let reason = error.to_string();
                state.stopped = Some(reason.clone());
                Err(SubmitError::Stopped { reason })
            }
            Ok(()) => changed,
        }
    }
}
