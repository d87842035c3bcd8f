//! The kernel's operations other than commands, one type each: a job holds its input, names its output, and carries itself
//! out.
//!
//! Every runner of the kernel treats all jobs alike, so a new job is added here, or next to its input, and nowhere else.

use acquaint_domain::{Send as SendOrder, Timestamp};

use crate::error::SubmitError;
use crate::state::receipt::CommandOutcome;
use crate::write::clock::{ClockReading, Told};
use crate::write::kernel::{Kernel, When};

/// One operation on the kernel, with its input: [`Check`], [`Advance`], [`Tick`],
/// [`Observations`](crate::Observations), [`ExportRecords`](crate::ExportRecords) and
/// [`ImportBatch`](crate::ImportBatch). [`Engine::run`](crate::Engine::run) and [`Solo::run`](crate::Solo::run) take any.
///
/// Commands go through [`Engine::submit`](crate::Engine::submit) instead, which answers many together. The trait is sealed: a
/// job may change everything that the engine holds.
pub trait Job: SealedJob + Send + 'static {
    /// The result, returned once everything that the job recorded is durable.
    type Output: Send + 'static;

    /// What the job says about the present time. If the clock has jumped, the job is refused.
    fn told(&self) -> Told {
        Told::Nothing
    }

    /// The moment up to which due work is done before the job, in batches of bounded size; `None` if the job does that itself
    /// or needs none.
    fn due_first(&self, _kernel: &Kernel) -> Option<Timestamp> {
        None
    }

    /// Does the job.
    ///
    /// # Errors
    /// The job cannot be done. Due work may have been done nevertheless.
    fn carry_out(self, kernel: &mut Kernel) -> Result<Self::Output, SubmitError>;
}

/// Keeps [`Job`] to this crate.
pub trait SealedJob {}

/// Returns the outcome that a send would have at a moment. Under a policy that limits attempts, the check itself is recorded,
/// and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The send, which is not made.
    pub send: SendOrder,
    /// When it would be made.
    pub when: When,
}

/// Does everything that is due by a moment that the caller chooses, to simulate time. For a real clock use [`Tick`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advance(pub Timestamp);

/// Gives the engine a reading of the machine's clocks, and does everything that is due by then. A long-running program ticks
/// at least every few hours.
///
/// After the first tick, a clock that jumps ahead of the time that has passed by more than a day is an error, here and for
/// [`NotBefore`](When::NotBefore) commands. A clock that goes back is no error: recorded time waits for it. Until then
/// commands are recorded at the moment of the log's last event, which may be another member's action. A program that must
/// not reveal that moment takes its readings and its commands' moments from a clock that never goes back (the crate
/// `acquaint-clock`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tick(pub ClockReading);

impl SealedJob for Check {}
impl SealedJob for Advance {}
impl SealedJob for Tick {}

impl Job for Check {
    type Output = CommandOutcome;

    fn told(&self) -> Told {
        Told::Command(self.when)
    }

    fn carry_out(self, kernel: &mut Kernel) -> Result<CommandOutcome, SubmitError> {
        kernel.check(&self.send, self.when)
    }
}

impl Job for Advance {
    type Output = ();

    fn due_first(&self, _kernel: &Kernel) -> Option<Timestamp> {
        Some(self.0)
    }

    fn carry_out(self, kernel: &mut Kernel) -> Result<(), SubmitError> {
        kernel.advance(self.0);
        Ok(())
    }
}

impl Job for Tick {
    type Output = ();

    fn told(&self) -> Told {
        Told::Tick(self.0)
    }

    /// If the clock went back, recorded time does not follow it.
    fn due_first(&self, kernel: &Kernel) -> Option<Timestamp> {
        kernel.moment(When::NotBefore(self.0.now)).ok()
    }

    fn carry_out(self, kernel: &mut Kernel) -> Result<(), SubmitError> {
        let now = kernel.moment(When::NotBefore(self.0.now))?;
        kernel.advance(now);
        Ok(())
    }
}
