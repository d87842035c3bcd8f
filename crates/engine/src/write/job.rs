//! What the kernel can be asked besides commands, one type for each: a job holds its input, names its output, and knows
//! how it is carried out.
//!
//! Every runner of the kernel runs all jobs the same way, so a new one is written here, or next to its input, and nowhere else.

use acquaint_domain::{Send as SendOrder, Timestamp};

use crate::error::SubmitError;
use crate::state::receipt::CommandOutcome;
use crate::write::clock::{ClockReading, Told};
use crate::write::kernel::{Kernel, When};

/// One operation on the kernel, with its input: [`Check`], [`Advance`], [`Tick`],
/// [`Observations`](crate::Observations), [`ExportRecords`](crate::ExportRecords) and
/// [`ImportBatch`](crate::ImportBatch). [`Engine::run`](crate::Engine::run) and [`Solo::run`](crate::Solo::run) take any.
///
/// Commands have a way of their own, [`Engine::submit`](crate::Engine::submit), because many are answered together.
/// The trait is implemented in this crate only: a job may change everything that the engine holds.
pub trait Job: SealedJob + Send + 'static {
    /// What it gives once everything that it recorded is durable.
    type Output: Send + 'static;

    /// The moment that it comes with. If the clock has jumped to it, the job is refused.
    fn told(&self) -> Told {
        Told::Nothing
    }

    /// The moment up to which due work is done first, in batches of bounded size; `None` where the job does that itself
    /// or needs none.
    fn due_first(&self, _desk: &Kernel) -> Option<Timestamp> {
        None
    }

    /// Records the outcome of the job.
    ///
    /// # Errors
    /// The job cannot be done; what was due has happened all the same.
    fn carry_out(self, desk: &mut Kernel) -> Result<Self::Output, SubmitError>;
}

/// Keeps [`Job`] to this crate.
pub trait SealedJob {}

/// Gives what a send would come to at a moment. Under a policy that bounds attempts the log records that somebody asked,
/// and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The send that is not made.
    pub send: SendOrder,
    /// When it would be made.
    pub when: When,
}

/// Does everything that is due at a moment that the caller chooses: time is played forward. For a clock there is [`Tick`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advance(pub Timestamp);

/// Gives the engine a reading of the machine's clocks, and does everything that is due then. A program that runs for
/// long does so at least every few hours.
///
/// From the first tick on, a clock that leaps forward by more than a day against the time that has passed is an error,
/// here and for commands that come [`NotBefore`](When::NotBefore) a moment. A clock that goes back is no error: recorded
/// time waits for it. But then commands are recorded at the log's last moment, which is the moment of somebody else's
/// act; a program that keeps members apart takes its readings, and its commands' moments, from a clock that never goes
/// back (the crate `acquaint-clock`).
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

    fn carry_out(self, desk: &mut Kernel) -> Result<CommandOutcome, SubmitError> {
        desk.check(&self.send, self.when)
    }
}

impl Job for Advance {
    type Output = ();

    fn due_first(&self, _desk: &Kernel) -> Option<Timestamp> {
        Some(self.0)
    }

    fn carry_out(self, desk: &mut Kernel) -> Result<(), SubmitError> {
        desk.advance(self.0);
        Ok(())
    }
}

impl Job for Tick {
    type Output = ();

    fn told(&self) -> Told {
        Told::Tick(self.0)
    }

    /// A clock that went back is not followed.
    fn due_first(&self, desk: &Kernel) -> Option<Timestamp> {
        desk.moment(When::NotBefore(self.0.now)).ok()
    }

    fn carry_out(self, desk: &mut Kernel) -> Result<(), SubmitError> {
        let now = desk.moment(When::NotBefore(self.0.now))?;
        desk.advance(now);
        Ok(())
    }
}
