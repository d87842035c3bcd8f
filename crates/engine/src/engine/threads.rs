//! The two threads of the engine: one decides, one appends and answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use acquaint_codec::encode;
use acquaint_domain::{EventNumber, Recorded};
use acquaint_log::{EventLog, Position};
use crossbeam_channel::{Receiver, Sender};

use super::{Shared, Work};
use crate::desk::{Desk, Input, When};
use crate::error::SubmitError;
use crate::exports::ExportReceipt;
use crate::inherit::Taken;
use crate::receipt::{Receipt, Verdicted};
use crate::replay::decoded;

/// A batch takes in no more events than this, so that one append stays well below a segment of the log.
const BATCH_EVENTS_MAX: usize = 4_096;
/// One append takes in no more bytes of events than this: half of a segment of the log.
const APPEND_BYTES_MAX: usize = 2 << 20;

/// What has been decided together, and who waits for it.
pub(super) struct Batch {
    first: Position,
    events: Vec<Recorded>,
    upto: EventNumber,
    waiting: Vec<Waiting>,
}

enum Waiting {
    Receipts(Sender<Vec<Result<Receipt, SubmitError>>>, Vec<Result<Receipt, SubmitError>>),
    Verdict(Sender<Result<Verdicted, SubmitError>>, Result<Verdicted, SubmitError>),
    Word(Sender<Result<(), SubmitError>>, Result<(), SubmitError>),
    Taken(Sender<Result<Taken, SubmitError>>, Result<Taken, SubmitError>),
    Export(Sender<Result<ExportReceipt, SubmitError>>, Result<ExportReceipt, SubmitError>),
}

/// Held by a thread that others wait for: when it panics, nobody waits for ever.
struct LastWord<'a> {
    shared: &'a Shared,
    whose: &'static str,
}

impl Drop for LastWord<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let reason =
                format!("the thread that {} has failed, which is a fault of this program", self.whose);
            self.shared.durable.lock().stopped.get_or_insert(reason);
            self.shared.changed.notify_all();
        }
    }
}

/// What waits for the writer.
pub(super) struct Queue {
    pub(super) work: Receiver<Work>,
    pub(super) waiting: Arc<AtomicUsize>,
}

impl Queue {
    /// Waits for the next; `None` when there will be none.
    fn take(&self) -> Option<Work> {
        self.work.recv().ok().map(|work| self.taken(work))
    }

    /// Waits for the next, and not for long.
    fn take_soon(&self) -> Option<Work> {
        self.work.recv_timeout(FOLLOWING_WAIT).ok().map(|work| self.taken(work))
    }

    /// The next that is there already.
    fn try_take(&self) -> Option<Work> {
        self.work.try_recv().ok().map(|work| self.taken(work))
    }

    fn taken(&self, work: Work) -> Work {
        let count = if let Work::Submit(inputs, _) = &work { inputs.len() } else { 1 };
        self.waiting.fetch_sub(count, Ordering::Relaxed);
        work
    }
}

/// What follows from the last answer waits so long for the next command, to be appended together with what that comes
/// to: one sync for both. A caller who waits for each answer before the next command then waits for one sync, not two.
const FOLLOWING_WAIT: Duration = Duration::from_micros(200);

/// The writer: drains the queue, decides, hands batches on.
pub(super) fn write(shared: &Shared, queue: &Queue, batches: &Sender<Batch>) {
    let _last_word = LastWord { shared, whose: "decides" };
    let mut next = queue.take();
    while let Some(first) = next {
        // INVARIANT (answer before arrival): the answers are on their way before the last letter is carried.
        let decided = decide(shared, first, queue);
        if is_alone(shared, &decided, queue) {
            complete(shared, decided);
        } else if !hand_on(decided, batches) {
            return;
        }
        settle(shared);
        next = queue.take_soon();
        if next.is_none() {
            let following = batch(&mut shared.desk.write(), Vec::new());
            if !following.events.is_empty() && !hand_on(following, batches) {
                return;
            }
            next = queue.take();
        }
    }
}

/// Whether nothing is gained by another thread's appending it: one caller waits for it, nothing else waits to be decided
/// meanwhile, and everything before it is durable. To wake the other thread would only make the caller wait longer.
fn is_alone(shared: &Shared, batch: &Batch, queue: &Queue) -> bool {
    batch.waiting.len() == 1 && queue.work.is_empty() && shared.durable.lock().upto.0 + 1 == batch.first.get()
}

/// Whether the thread that appends has taken the batch; if not, those who wait are told.
fn hand_on(batch: Batch, batches: &Sender<Batch>) -> bool {
    let unsent = batches.send(batch).err();
    if let Some(unsent) = unsent {
        answer(unsent.into_inner().waiting, Some("the thread that appends has ended"));
        return false;
    }
    true
}

/// Works out what follows from the last answer, for which nobody waits.
fn settle(shared: &Shared) {
    shared.desk.write().settle();
    // Under the lock that readers wait with, so that none misses it.
    let _durable = shared.durable.lock();
    shared.changed.notify_all();
}

fn decide(shared: &Shared, first: Work, queue: &Queue) -> Batch {
    let mut waiting = Vec::new();
    let mut desk = shared.desk.write();
    let mut next = Some(first);
    while let Some(work_item) = next {
        waiting.push(done(shared, &mut desk, work_item));
        next = if desk.staged().len() < BATCH_EVENTS_MAX { queue.try_take() } else { None };
    }
    if !queue.work.is_empty() {
        // Readers wait for what follows: they must not wait for as long as there is always more to do.
        desk.settle();
    }
    let batch = batch(&mut desk, waiting);
    drop(desk);
    batch
}

/// Takes what has happened since the last one.
fn batch(desk: &mut Desk, waiting: Vec<Waiting>) -> Batch {
    // A fresh log is founded together with the first event that somebody caused: a refused beginning leaves nothing.
    let staged = if desk.has_only_founded() { Vec::new() } else { desk.take_staged() };
    let upto = desk.views().last();
    let first = staged.first().map_or(upto.0 + 1, |recorded| recorded.number.0);
    let first = Position::new(first).unwrap_or(Position::FIRST);
    Batch { first, events: staged, upto, waiting }
}

/// Reads the log for the counters of a policy that was just adopted, once everything but what is staged is in it. Where
/// that cannot be, they stay uncounted until the next start.
fn fill_counters(shared: &Shared, desk: &mut Desk) {
    let before = desk.staged().first().map_or(desk.views().last().0, |recorded| recorded.number.0 - 1);
    let mut durable = shared.durable.lock();
    while durable.upto.0 < before && durable.stopped.is_none() {
        shared.changed.wait(&mut durable);
    }
    drop(durable);
    let _uncounted = desk.fill_counters(shared.log.read(Position::FIRST).map(decoded));
}

fn done(shared: &Shared, desk: &mut Desk, work: Work) -> Waiting {
    match work {
        Work::Submit(inputs, reply) => {
            let answers = inputs.into_iter().map(|input| submitted(shared, desk, input));
            Waiting::Receipts(reply, answers.collect())
        }
        Work::Check(send, when, reply) => {
            let read = shared.clock.lock().command(when);
            Waiting::Verdict(reply, read.and_then(|()| desk.check(&send, when)))
        }
        Work::Observe(observations, reply) => Waiting::Word(reply, desk.observe(&observations)),
        Work::Inherit(inheritance, reply) => Waiting::Taken(reply, desk.inherit(*inheritance)),
        Work::ObserveExport(records, reply) => Waiting::Export(reply, desk.observe_export(&records)),
        Work::Advance(now, reply) => {
            desk.advance(now);
            Waiting::Word(reply, Ok(()))
        }
        Work::Tick(reading, reply) => {
            let read = shared.clock.lock().tick(reading);
            // A clock that went back is not followed.
            let moment = read.and_then(|()| desk.moment(When::NotBefore(reading.now)));
            Waiting::Word(reply, moment.map(|moment| desk.advance(moment)))
        }
    }
}

fn submitted(shared: &Shared, desk: &mut Desk, input: Input) -> Result<Receipt, SubmitError> {
    shared.clock.lock().command(input.when)?;
    let answer = desk.reply(input);
    if desk.views().ledger.wants_history() {
        fill_counters(shared, desk);
    }
    answer
}

/// The scribe: appends what the writer decides next meanwhile.
pub(super) fn append(shared: &Shared, batches: &Receiver<Batch>) {
    let _last_word = LastWord { shared, whose: "appends" };
    while let Ok(batch) = batches.recv() {
        complete(shared, batch);
    }
}

/// Appends, and answers once that is durable. After a failed append nothing is acknowledged any more.
fn complete(shared: &Shared, batch: Batch) {
    let stopped = shared.durable.lock().stopped.clone();
    let stopped = stopped.or_else(|| appended(shared.log.as_ref(), batch.first, &batch.events).err());
    let mut durable = shared.durable.lock();
    match &stopped {
        None => durable.upto = batch.upto,
        Some(reason) => durable.stopped = Some(reason.clone()),
    }
    drop(durable);
    shared.changed.notify_all();
    answer(batch.waiting, stopped.as_deref());
}

/// Appends a batch; a large one, as an import makes, in several pieces, because a frame has to fit into a segment.
fn appended(log: &dyn EventLog, mut first: Position, events: &[Recorded]) -> Result<(), String> {
    let (mut piece, mut bytes) = (Vec::with_capacity(events.len()), 0);
    for event in events {
        let event = encode(event);
        if bytes + event.len() > APPEND_BYTES_MAX && !piece.is_empty() {
            first = log.append(first, &piece).map_err(|error| error.to_string())?;
            piece.clear();
            bytes = 0;
        }
        bytes += event.len();
        piece.push(event);
    }
    if !piece.is_empty() {
        log.append(first, &piece).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Answers the callers; one that no longer waits is not an error.
fn answer(waiting: Vec<Waiting>, stopped: Option<&str>) {
    fn send<T>(
        reply: &Sender<Result<T, SubmitError>>,
        outcome: Result<T, SubmitError>,
        stopped: Option<&str>,
    ) {
        let outcome = match stopped {
            Some(reason) => Err(SubmitError::Stopped { reason: reason.to_owned() }),
            None => outcome,
        };
        let _gone = reply.send(outcome);
    }
    for waits in waiting {
        match waits {
            Waiting::Receipts(reply, outcomes) => {
                let told = stopped.map(|reason| SubmitError::Stopped { reason: reason.to_owned() });
                let outcomes = match told {
                    Some(error) => vec![Err(error); outcomes.len()],
                    None => outcomes,
                };
                let _gone = reply.send(outcomes);
            }
            Waiting::Verdict(reply, outcome) => send(&reply, outcome, stopped),
            Waiting::Word(reply, outcome) => send(&reply, outcome, stopped),
            Waiting::Taken(reply, outcome) => send(&reply, outcome, stopped),
            Waiting::Export(reply, outcome) => send(&reply, outcome, stopped),
        }
    }
}
