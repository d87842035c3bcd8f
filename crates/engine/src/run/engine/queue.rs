//! What waits for the writer: commands, and jobs of any kind.
//!
//! A job is queued with the channel that its caller waits on, as one value whose type the two threads need not know.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender};
use parking_lot::Mutex;

use crate::error::SubmitError;
use crate::state::receipt::Receipt;
use crate::write::clock::ClockGuard;
use crate::write::job::Job;
use crate::write::kernel::{Input, Kernel};

/// What follows from the last answer waits this long for the next command, to be appended together with that command's
/// events: one sync for both. A caller who waits for each answer before the next command then waits for one sync, not two.
const FOLLOWING_WAIT: Duration = Duration::from_micros(200);

/// One entry of the queue.
pub(super) enum Work {
    /// Commands that are decided together, in their order. Nothing is allocated for one but what its caller gave.
    Commands(Vec<Input>, Sender<Vec<Result<Receipt, SubmitError>>>),
    Job(Box<dyn Errand>),
}

impl Work {
    pub(super) fn job<J: Job>(job: J, reply: Sender<Result<J::Output, SubmitError>>) -> Self {
        Self::Job(Box::new(Entry { job, is_allowed: false, reply }))
    }

    /// How many inputs it counts as.
    pub(super) fn count(&self) -> usize {
        match self {
            Self::Commands(inputs, _) => inputs.len(),
            Self::Job(_) => 1,
        }
    }
}

/// Answers a job's caller; with a reason that the log has stopped. A caller that no longer waits is not an error.
pub(super) type JobReply = Box<dyn FnOnce(Option<&str>) + Send>;

/// A job whose type the writer does not know.
pub(super) trait Errand: Send {
    /// Carries the job out, unless more is due before it than `events_max` events.
    fn carry_out(self: Box<Self>, desk: &mut Kernel, clock: &Mutex<ClockGuard>, events_max: usize)
    -> Carried;
}

/// What became of a job that the writer took up.
pub(super) enum Carried {
    /// It is carried out, or refused; its caller is answered once that is durable.
    Out(JobReply),
    /// More is due before it: it is taken up again with the next batch.
    On(Box<dyn Errand>),
}

/// A job with the channel that its caller waits on.
struct Entry<J: Job> {
    job: J,
    /// Whether the clock was asked, and allows it.
    is_allowed: bool,
    reply: Sender<Result<J::Output, SubmitError>>,
}

impl<J: Job> Errand for Entry<J> {
    fn carry_out(
        mut self: Box<Self>,
        desk: &mut Kernel,
        clock: &Mutex<ClockGuard>,
        events_max: usize,
    ) -> Carried {
        if !self.is_allowed {
            if let Err(jumped) = clock.lock().told(self.job.told()) {
                return Carried::Out(answer(self.reply, Err(jumped)));
            }
            self.is_allowed = true;
        }
        if self.job.due_first(desk).is_some_and(|until| !desk.advance_some(until, events_max)) {
            return Carried::On(self);
        }
        let Self { job, reply, .. } = *self;
        Carried::Out(answer(reply, job.carry_out(desk)))
    }
}

fn answer<T: Send + 'static>(
    reply: Sender<Result<T, SubmitError>>,
    outcome: Result<T, SubmitError>,
) -> JobReply {
    Box::new(move |stopped| {
        let outcome = match stopped {
            Some(reason) => Err(SubmitError::Stopped { reason: reason.to_owned() }),
            None => outcome,
        };
        let _gone = reply.send(outcome);
    })
}

/// The writer's end of the queue.
pub(super) struct Queue {
    pub(super) work: Receiver<Work>,
    /// How many inputs wait.
    pub(super) waiting: Arc<AtomicUsize>,
}

impl Queue {
    /// Waits for the next; `None` when there will be none.
    pub(super) fn take(&self) -> Option<Work> {
        self.work.recv().ok().map(|work| self.taken(work))
    }

    /// Waits for the next, and not for long.
    pub(super) fn take_soon(&self) -> Option<Work> {
        self.work.recv_timeout(FOLLOWING_WAIT).ok().map(|work| self.taken(work))
    }

    /// The next that is there already.
    pub(super) fn try_take(&self) -> Option<Work> {
        self.work.try_recv().ok().map(|work| self.taken(work))
    }

    fn taken(&self, work: Work) -> Work {
        self.waiting.fetch_sub(work.count(), Ordering::Relaxed);
        work
    }
}
