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

/// [`Engine`](crate::Engine) for one caller, without threads: events are appended before the command is answered. For many
/// small networks, where passing every command to another thread would be most of the work.
pub struct Solo {
    state: Mutex<SoloState>,
    log: Arc<dyn EventLog>,
}

struct SoloState {
    kernel: Kernel,
    clock: ClockGuard,
    /// Why the log accepts no more events; nothing is acknowledged after that.
    stopped: Option<String>,
}

impl Solo {
    /// Opens a log, as [`Engine::open`](crate::Engine::open) does.
    ///
    /// # Errors
    /// The log cannot be read, or a policy in it or in `genesis` cannot be read.
    pub fn open(log: Arc<dyn EventLog>, genesis: &Genesis) -> Result<Self, StartError> {
        let rebuilt = Rebuild::of(log.as_ref()).run()?;
        let kernel = Kernel::for_log(rebuilt.views, log.as_ref(), genesis)?;
        Ok(Self { state: Mutex::new(SoloState { kernel, clock: ClockGuard::default(), stopped: None }), log })
    }

    /// Carries out a command, and returns its outcome once its events are appended.
    ///
    /// # Errors
    /// The command cannot be answered; the log has stopped.
    pub fn submit(&self, input: Input) -> Result<Receipt, SubmitError> {
        self.change(Told::Command(input.when), |kernel| kernel.handle(input))
    }

    /// Carries out a job, and returns its output once the events that it recorded are appended.
    ///
    /// # Errors
    /// Those of the job; the clock has jumped to the job's moment; the log has stopped.
    pub fn run<J: Job>(&self, job: J) -> Result<J::Output, SubmitError> {
        self.change(job.told(), |kernel| job.carry_out(kernel))
    }

    /// Does the work that is due at `now`: runs an [`Advance`].
    ///
    /// # Errors
    /// The log has stopped.
    pub fn advance(&self, now: Timestamp) -> Result<(), SubmitError> {
        self.run(Advance(now))
    }

    /// The operator confirms that the time is about `now`, as for [`Engine::trust_clock`](crate::Engine::trust_clock).
    pub fn trust_clock(&self, now: Timestamp) {
        self.state.lock().clock.trust(now);
    }

    /// Reads the views and the log as of a moment, with all work done that is due by then, as
    /// [`Engine::inquire`](crate::Engine::inquire) does.
    pub fn inquire<T>(&self, as_of: Timestamp, ask: impl FnOnce(Inquiry<'_>) -> T) -> T {
        let state = self.state.lock();
        match state.kernel.ahead(as_of) {
            Some(ahead) => {
                drop(state);
                ask(Inquiry::new(ahead.views(), self.log(), ahead.staged()))
            }
            None => ask(Inquiry::new(state.kernel.views(), self.log(), state.kernel.staged())),
        }
    }

    /// Reads the views as of the last recorded event, without work that has become due since.
    pub fn read<T>(&self, read: impl FnOnce(&Views) -> T) -> T {
        read(self.state.lock().kernel.views())
    }

    /// When the next work is due; `None` if there is none.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.state.lock().kernel.next_due()
    }

    /// The engine's log.
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
        state.clock.check(told)?;
        let changed = change(&mut state.kernel);
        if state.kernel.views().ledger.needs_backfill() {
            // As in the engine: if the log cannot be read, the counters stay unfilled until the next start.
            let _unfilled = state.kernel.backfill_counters(self.log.read(Position::FIRST).map(decoded));
        }
        if state.kernel.has_only_genesis() {
            return changed;
        }
        let atoms = state.kernel.take_atoms();
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
