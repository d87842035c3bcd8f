//! The engine's two threads: one decides, one appends and answers.

use std::collections::VecDeque;

use acquaint_domain::EventNumber;
use acquaint_log::Position;
use crossbeam_channel::{Receiver, Sender};

use super::Shared;
use super::queue::{JobReply, JobStep, Queue, Work};
use crate::error::SubmitError;
use crate::state::decode::decoded;
use crate::state::receipt::Receipt;
use crate::write::frames::{self, Atoms};
use crate::write::kernel::{Input, Kernel, When};

/// Once this many events are staged, a batch takes no further work: an append stays well below a segment of the log.
const BATCH_EVENTS_MAX: usize = 4_096;

/// Events that were decided together, and the callers that wait for them.
pub(super) struct Batch {
    first: EventNumber,
    atoms: Atoms,
    up_to: EventNumber,
    /// In order, each with the last event that must be durable before its answer.
    waiting: VecDeque<(EventNumber, AwaitingDurability)>,
}

/// A batch, and the work that must continue before any other, because the work due before it fills whole batches.
struct DecidedBatch {
    batch: Batch,
    again: Option<Work>,
}

/// The outcome of one piece of work.
enum WorkOutcome {
    /// It is done, and its caller waits for durability.
    Waits(AwaitingDurability),
    /// More work is due before it than fits into one batch.
    Again(Work),
}

enum AwaitingDurability {
    Receipts(Sender<Vec<Result<Receipt, SubmitError>>>, Vec<Result<Receipt, SubmitError>>),
    Job(JobReply),
}

/// Held by a thread that others wait for: if it panics, they get an error instead of waiting for ever.
struct PanicGuard<'a> {
    shared: &'a Shared,
    role: &'static str,
}

impl Drop for PanicGuard<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let reason = format!("the thread that {} has failed, which is a bug in this program", self.role);
            self.shared.durable.stop(reason);
        }
    }
}

/// The writer: drains the queue, decides, and passes on batches. Departures, including those that an earlier process left
/// unfinished, are carried out in slices; a command that is already queued goes in between.
pub(super) fn write(shared: &Shared, queue: &Queue, batches: &Sender<Batch>) {
    let _guard = PanicGuard { shared, role: "decides" };
    let mut next = if shared.kernel.read().has_followups() { None } else { queue.take() };
    loop {
        if let Some(first) = next.take() {
            // INVARIANT (answer before arrival): the answers are passed on before the last letter is carried.
            let DecidedBatch { batch, again } = decide(shared, first, queue);
            if is_alone(shared, &batch, queue) {
                complete(shared, batch);
            } else if !pass_on(batch, batches) {
                return;
            }
            run_followups(shared);
            next = again.or_else(|| if has_followups(shared) { queue.try_take() } else { queue.take_soon() });
        }
        if next.is_none() {
            let following = batch(&mut shared.kernel.write(), Vec::new());
            if !following.atoms.events.is_empty() && !pass_on(following, batches) {
                return;
            }
            if has_followups(shared) {
                run_followups(shared);
                next = queue.try_take();
                continue;
            }
            next = queue.take();
            if next.is_none() {
                return;
            }
        }
    }
}

fn has_followups(shared: &Shared) -> bool {
    shared.kernel.read().has_followups()
}

/// Whether the writer should append the batch itself: one caller waits for it, nothing else waits to be decided, and
/// everything before it is durable. Waking the other thread would only make the caller wait longer.
fn is_alone(shared: &Shared, batch: &Batch, queue: &Queue) -> bool {
    batch.waiting.len() == 1 && queue.work.is_empty() && shared.durable.up_to().0 + 1 == batch.first.0
}

/// Passes a batch to the appending thread. If that has ended, answers the callers with an error and returns false.
fn pass_on(batch: Batch, batches: &Sender<Batch>) -> bool {
    let unsent = batches.send(batch).err();
    if let Some(unsent) = unsent {
        answer(
            unsent.into_inner().waiting.into_iter().map(|(_, waits)| waits),
            Some("the thread that appends has ended"),
        );
        return false;
    }
    true
}

/// Runs the follow-ups of the last answer, for which nobody waits, and one slice of departures.
fn run_followups(shared: &Shared) {
    shared.kernel.write().run_followup_slice();
    shared.durable.wake();
}

fn decide(shared: &Shared, first: Work, queue: &Queue) -> DecidedBatch {
    let (mut waiting, mut again) = (Vec::new(), None);
    let mut kernel = shared.kernel.write();
    let mut next = Some(first);
    while let Some(work) = next {
        match do_work(shared, &mut kernel, work) {
            WorkOutcome::Waits(waits) => waiting.push((kernel.views().last(), waits)),
            WorkOutcome::Again(work) => {
                again = Some(work);
                break;
            }
        }
        next = if kernel.staged().len() < BATCH_EVENTS_MAX { queue.try_take() } else { None };
    }
    if !queue.work.is_empty() {
        // Readers wait for follow-ups: they must not wait for as long as the queue is never empty.
        kernel.run_followups();
    }
    let batch = batch(&mut kernel, waiting);
    drop(kernel);
    DecidedBatch { batch, again }
}

/// Takes the events that were staged since the last batch.
fn batch(kernel: &mut Kernel, waiting: Vec<(EventNumber, AwaitingDurability)>) -> Batch {
    // The genesis is appended together with the first command's events: if that is refused, the log stays empty.
    let atoms = if kernel.has_only_genesis() { Atoms::default() } else { kernel.take_atoms() };
    let up_to = kernel.views().last();
    let first = atoms.events.first().map_or(EventNumber(up_to.0 + 1), |recorded| recorded.number);
    Batch { first, atoms, up_to, waiting: waiting.into() }
}

/// Fills the counters of a policy that was just adopted from the log, once all events that are not staged are in it. If that
/// fails, they stay unfilled until the next start.
fn backfill_counters(shared: &Shared, kernel: &mut Kernel) {
    let _ignored = shared.durable.wait_for(kernel.last_unstaged());
    let _unfilled = kernel.backfill_counters(shared.log.read(Position::FIRST).map(decoded));
}

fn do_work(shared: &Shared, kernel: &mut Kernel, work: Work) -> WorkOutcome {
    let waits = match work {
        Work::Commands(inputs, reply) => {
            let first = inputs.first().filter(|input| is_clock_believed(shared, input.when));
            if let Some(at) = first.and_then(|input| kernel.due_before(input))
                && !kernel.advance_some(at, BATCH_EVENTS_MAX)
            {
                return WorkOutcome::Again(Work::Commands(inputs, reply));
            }
            let answers = inputs.into_iter().map(|input| submit(shared, kernel, input));
            AwaitingDurability::Receipts(reply, answers.collect())
        }
        Work::Job(job) => match job.carry_out(kernel, &shared.clock, BATCH_EVENTS_MAX) {
            JobStep::Done(answer) => AwaitingDurability::Job(answer),
            JobStep::NotYet(job) => return WorkOutcome::Again(Work::Job(job)),
        },
    };
    WorkOutcome::Waits(waits)
}

/// Whether the clock guard accepts a command's moment.
fn is_clock_believed(shared: &Shared, when: When) -> bool {
    shared.clock.lock().command(when).is_ok()
}

fn submit(shared: &Shared, kernel: &mut Kernel, input: Input) -> Result<Receipt, SubmitError> {
    shared.clock.lock().command(input.when)?;
    let answer = kernel.reply(input);
    if kernel.views().ledger.needs_backfill() {
        backfill_counters(shared, kernel);
    }
    answer
}

/// The appending thread: appends one batch while the writer decides the next.
pub(super) fn append(shared: &Shared, batches: &Receiver<Batch>) {
    let _guard = PanicGuard { shared, role: "appends" };
    while let Ok(batch) = batches.recv() {
        complete(shared, batch);
    }
}

/// Appends a batch, and answers each caller as soon as its events are durable. After a failed append nothing is acknowledged.
fn complete(shared: &Shared, batch: Batch) {
    let Batch { atoms, up_to, mut waiting, .. } = batch;
    let mut durable = |reached: EventNumber| {
        shared.durable.reach(reached);
        let count = waiting.partition_point(|(last, _)| *last <= reached);
        answer(waiting.drain(..count).map(|(_, waits)| waits), None);
    };
    let stopped = match shared.durable.stopped() {
        Some(reason) => Some(reason),
        None => {
            frames::append(shared.log.as_ref(), &atoms, &mut durable).err().map(|error| error.to_string())
        }
    };
    match stopped {
        None => durable(up_to),
        Some(reason) => {
            shared.durable.stop(reason.clone());
            answer(waiting.into_iter().map(|(_, waits)| waits), Some(&reason));
        }
    }
}

/// Answers the callers. A caller that no longer waits is not an error.
fn answer(waiting: impl Iterator<Item = AwaitingDurability>, stopped: Option<&str>) {
    for waits in waiting {
        match waits {
            AwaitingDurability::Receipts(reply, outcomes) => {
                let error = stopped.map(|reason| SubmitError::Stopped { reason: reason.to_owned() });
                let outcomes = match error {
                    Some(error) => vec![Err(error); outcomes.len()],
                    None => outcomes,
                };
                let _no_longer_waiting = reply.send(outcomes);
            }
            AwaitingDurability::Job(answer) => answer(stopped),
        }
    }
}
