//! The two threads of the engine: one decides, one appends and answers.

use std::collections::VecDeque;

use acquaint_domain::EventNumber;
use acquaint_log::Position;
use crossbeam_channel::{Receiver, Sender};

use super::Shared;
use super::queue::{Carried, JobReply, Queue, Work};
use crate::error::SubmitError;
use crate::state::decode::decoded;
use crate::state::receipt::Receipt;
use crate::write::frames::{self, Atoms};
use crate::write::kernel::{Input, Kernel, When};

/// A batch holds no more events than this, so that one append stays well below a segment of the log.
const BATCH_EVENTS_MAX: usize = 4_096;

/// What has been decided together, and who waits for it.
pub(super) struct Batch {
    first: EventNumber,
    atoms: Atoms,
    up_to: EventNumber,
    /// In order, each with the last event that its answer speaks of.
    waiting: VecDeque<(EventNumber, AwaitingDurability)>,
}

/// A batch, and work that is to be taken up again before any other: much is due before it, which makes a batch of its own.
struct DecidedBatch {
    batch: Batch,
    again: Option<Work>,
}

/// The outcome of one piece of work.
enum WorkOutcome {
    /// Somebody waits for this.
    Waits(AwaitingDurability),
    /// More is due before it than goes into one batch.
    Again(Work),
}

enum AwaitingDurability {
    Receipts(Sender<Vec<Result<Receipt, SubmitError>>>, Vec<Result<Receipt, SubmitError>>),
    Job(JobReply),
}

/// Held by a thread that others wait for: when it panics, nobody waits for ever.
struct PanicGuard<'a> {
    shared: &'a Shared,
    whose: &'static str,
}

impl Drop for PanicGuard<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let reason =
                format!("the thread that {} has failed, which is a fault of this program", self.whose);
            self.shared.durable.stop(reason);
        }
    }
}

/// The writer: drains the queue, decides, hands batches on. What follows from a ban or a closed account is carried out in
/// slices, also what an earlier process left to be done; a command that is there already goes in between.
pub(super) fn write(shared: &Shared, queue: &Queue, batches: &Sender<Batch>) {
    let _last_word = PanicGuard { shared, whose: "decides" };
    let mut next = if shared.desk.read().has_followups() { None } else { queue.take() };
    loop {
        if let Some(first) = next.take() {
            // INVARIANT (answer before arrival): the answers are on their way before the last letter is carried.
            let DecidedBatch { batch, again } = decide(shared, first, queue);
            if is_alone(shared, &batch, queue) {
                complete(shared, batch);
            } else if !hand_on(batch, batches) {
                return;
            }
            run_followups(shared);
            next = again.or_else(|| if has_followups(shared) { queue.try_take() } else { queue.take_soon() });
        }
        if next.is_none() {
            let following = batch(&mut shared.desk.write(), Vec::new());
            if !following.atoms.events.is_empty() && !hand_on(following, batches) {
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
    shared.desk.read().has_followups()
}

/// Whether nothing is gained by another thread's appending it: one caller waits for it, nothing else waits to be decided
/// meanwhile, and everything before it is durable. To wake the other thread would only make the caller wait longer.
fn is_alone(shared: &Shared, batch: &Batch, queue: &Queue) -> bool {
    batch.waiting.len() == 1 && queue.work.is_empty() && shared.durable.up_to().0 + 1 == batch.first.0
}

/// Whether the thread that appends has taken the batch; if not, those who wait are told.
fn hand_on(batch: Batch, batches: &Sender<Batch>) -> bool {
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

/// Works out what follows from the last answer, for which nobody waits, and one slice of what follows from a decision about
/// a whole account.
fn run_followups(shared: &Shared) {
    shared.desk.write().run_followup_slice();
    shared.durable.wake();
}

fn decide(shared: &Shared, first: Work, queue: &Queue) -> DecidedBatch {
    let (mut waiting, mut again) = (Vec::new(), None);
    let mut desk = shared.desk.write();
    let mut next = Some(first);
    while let Some(work_item) = next {
        match done(shared, &mut desk, work_item) {
            WorkOutcome::Waits(waits) => waiting.push((desk.views().last(), waits)),
            WorkOutcome::Again(work) => {
                again = Some(work);
                break;
            }
        }
        next = if desk.staged().len() < BATCH_EVENTS_MAX { queue.try_take() } else { None };
    }
    if !queue.work.is_empty() {
        // Readers wait for what follows: they must not wait for as long as there is always more to do.
        desk.run_followups();
    }
    let batch = batch(&mut desk, waiting);
    drop(desk);
    DecidedBatch { batch, again }
}

/// Takes what has happened since the last one.
fn batch(desk: &mut Kernel, waiting: Vec<(EventNumber, AwaitingDurability)>) -> Batch {
    // A fresh log is founded together with the first event that somebody caused: a refused beginning leaves nothing.
    let atoms = if desk.has_only_genesis() { Atoms::default() } else { desk.take_atoms() };
    let up_to = desk.views().last();
    let first = atoms.events.first().map_or(EventNumber(up_to.0 + 1), |recorded| recorded.number);
    Batch { first, atoms, up_to, waiting: waiting.into() }
}

/// Reads the log for the counters of a policy that was just adopted, once everything but what is staged is in it. Where
/// that cannot be, they stay uncounted until the next start.
fn backfill_counters(shared: &Shared, desk: &mut Kernel) {
    let _stopped = shared.durable.wait_for(desk.last_unstaged());
    let _uncounted = desk.backfill_counters(shared.log.read(Position::FIRST).map(decoded));
}

fn done(shared: &Shared, desk: &mut Kernel, work: Work) -> WorkOutcome {
    let waits = match work {
        Work::Commands(inputs, reply) => {
            let first = inputs.first().filter(|input| is_read(shared, input.when));
            if let Some(at) = first.and_then(|input| desk.due_before(input))
                && !desk.advance_some(at, BATCH_EVENTS_MAX)
            {
                return WorkOutcome::Again(Work::Commands(inputs, reply));
            }
            let answers = inputs.into_iter().map(|input| submitted(shared, desk, input));
            AwaitingDurability::Receipts(reply, answers.collect())
        }
        Work::Job(job) => match job.carry_out(desk, &shared.clock, BATCH_EVENTS_MAX) {
            Carried::Out(answer) => AwaitingDurability::Job(answer),
            Carried::On(job) => return WorkOutcome::Again(Work::Job(job)),
        },
    };
    WorkOutcome::Waits(waits)
}

/// Whether the clock that a command comes with is believed.
fn is_read(shared: &Shared, when: When) -> bool {
    shared.clock.lock().command(when).is_ok()
}

fn submitted(shared: &Shared, desk: &mut Kernel, input: Input) -> Result<Receipt, SubmitError> {
    shared.clock.lock().command(input.when)?;
    let answer = desk.reply(input);
    if desk.views().ledger.needs_backfill() {
        backfill_counters(shared, desk);
    }
    answer
}

/// The scribe: appends what the writer decides next meanwhile.
pub(super) fn append(shared: &Shared, batches: &Receiver<Batch>) {
    let _last_word = PanicGuard { shared, whose: "appends" };
    while let Ok(batch) = batches.recv() {
        complete(shared, batch);
    }
}

/// Appends, and answers what is durable as soon as it is. After a failed append nothing is acknowledged any more.
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

/// Answers the callers; one that no longer waits is not an error.
fn answer(waiting: impl Iterator<Item = AwaitingDurability>, stopped: Option<&str>) {
    for waits in waiting {
        match waits {
            AwaitingDurability::Receipts(reply, outcomes) => {
                let told = stopped.map(|reason| SubmitError::Stopped { reason: reason.to_owned() });
                let outcomes = match told {
                    Some(error) => vec![Err(error); outcomes.len()],
                    None => outcomes,
                };
                let _gone = reply.send(outcomes);
            }
            AwaitingDurability::Job(answer) => answer(stopped),
        }
    }
}
