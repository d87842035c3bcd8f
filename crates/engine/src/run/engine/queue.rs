//! The writer's queue: commands, and jobs of any type.
//!
//! A job is queued together with the channel that its caller waits on, as one value whose type the threads need not know.

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

/// How long the events of follow-ups wait for the next command, to be appended together with its events. A caller that waits
/// for each answer before the next command then waits for one sync instead of two.
const FOLLOWUP_WAIT: Duration = Duration::from_micros(200);

/// One entry of the queue.
pub(super) enum Work {
    /// Commands that are decided together, in order. They are not boxed, so a command costs no further allocation.
    Commands(Vec<Input>, Sender<Vec<Result<Receipt, SubmitError>>>),
    Job(Box<dyn AnyJob>),
}

impl Work {
    pub(super) fn job<J: Job>(job: J, reply: Sender<Result<J::Output, SubmitError>>) -> Self {
        Self::Job(Box::new(QueuedEntry { job, is_allowed: false, reply }))
    }

    /// How many inputs it counts as in the queue.
    pub(super) fn count(&self) -> usize {
        match self {
            Self::Commands(inputs, _) => inputs.len(),
            Self::Job(_) => 1,
        }
    }
}

/// Answers a job's caller: with the outcome, or with the reason given why the log has stopped. A caller that no longer waits
/// is not an error.
pub(super) type JobReply = Box<dyn FnOnce(Option<&str>) + Send>;

/// A job whose type the writer does not know.
pub(super) trait AnyJob: Send {
    /// Carries out the job, unless the work due before it fills more than `events_max` events.
    fn carry_out(
        self: Box<Self>,
        kernel: &mut Kernel,
        clock: &Mutex<ClockGuard>,
        events_max: usize,
    ) -> JobStep;
}

/// What one step of the writer did with a job.
pub(super) enum JobStep {
    /// The job was carried out or refused; its caller is answered once that is durable.
    Done(JobReply),
    /// More work is due before it: it continues with the next batch.
    NotYet(Box<dyn AnyJob>),
}

/// A job with the channel that its caller waits on.
struct QueuedEntry<J: Job> {
    job: J,
    /// Whether the clock guard has allowed it.
    is_allowed: bool,
    reply: Sender<Result<J::Output, SubmitError>>,
}

impl<J: Job> AnyJob for QueuedEntry<J> {
    fn carry_out(
        mut self: Box<Self>,
        kernel: &mut Kernel,
        clock: &Mutex<ClockGuard>,
        events_max: usize,
    ) -> JobStep {
        if !self.is_allowed {
            if let Err(jumped) = clock.lock().check(self.job.told()) {
                return JobStep::Done(answer(self.reply, Err(jumped)));
            }
            self.is_allowed = true;
        }
        if self.job.due_first(kernel).is_some_and(|until| !kernel.advance_some(until, events_max)) {
            return JobStep::NotYet(self);
        }
        let Self { job, reply, .. } = *self;
        JobStep::Done(answer(reply, job.carry_out(kernel)))
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
        let _no_longer_waiting = reply.send(outcome);
    })
}

/// The writer's end of the queue.
pub(super) struct Queue {
    pub(super) work: Receiver<Work>,
    /// How many inputs wait.
    pub(super) waiting: Arc<AtomicUsize>,
}

impl Queue {
    /// Waits for the next entry; `None` once there will be none.
    pub(super) fn take(&self) -> Option<Work> {
        self.work.recv().ok().map(|work| self.uncount(work))
    }

    /// Waits briefly for the next entry.
    pub(super) fn take_soon(&self) -> Option<Work> {
        self.work.recv_timeout(FOLLOWUP_WAIT).ok().map(|work| self.uncount(work))
    }

    /// The next entry, without waiting.
    pub(super) fn try_take(&self) -> Option<Work> {
        self.work.try_recv().ok().map(|work| self.uncount(work))
    }

    fn uncount(&self, work: Work) -> Work {
        self.waiting.fetch_sub(work.count(), Ordering::Relaxed);
        work
    }
}
