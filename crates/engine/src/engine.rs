//! One writer thread, one thread that appends: group commit, and acknowledgement after durability.

use std::sync::Arc;
use std::thread::JoinHandle;

use acquaint_codec::encode;
use acquaint_domain::{EventNumber, Send as SendOrder, Timestamp};
use acquaint_log::{EventLog, Position};
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use parking_lot::{Condvar, Mutex, RwLock};

use crate::desk::{Desk, Founding, Input, When};
use crate::error::{OpenError, SubmitError};
use crate::exports::{ExportReceipt, ExportRecords};
use crate::observed::Observations;
use crate::receipt::{Receipt, Verdicted};
use crate::replay::{decoded, replay};
use crate::views::Views;

/// How many inputs may wait; one more is `unavailable`.
const QUEUE_LEN_MAX: usize = 4_096;
/// A batch takes in no more events than this, so that one append stays well below a segment of the log.
const BATCH_EVENTS_MAX: usize = 4_096;
/// One append takes in no more bytes of events than this: half of a segment of the log.
const APPEND_BYTES_MAX: usize = 2 << 20;

/// The engine: commands in, durable events out, views to read.
///
/// ```
/// use std::sync::Arc;
/// use acquaint_domain::{Command, Handle, Profile, Tier, Timestamp};
/// use acquaint_engine::{Engine, Founding, Input, When};
/// use acquaint_log::MemoryLog;
///
/// let at = Timestamp::from_millis(0);
/// let founding = Founding { id_key: 1, policy: acquaint_policy::ARTICLE.to_owned(), at };
/// let engine = Engine::open(Arc::new(MemoryLog::new()), &founding).expect("an empty log opens");
/// let handle = Handle::parse("alice").expect("a handle");
/// let command = Command::AddMember { handle, tier: Tier::Free, profile: Profile::default() };
/// engine.submit(Input { command, when: When::NotBefore(at), key: None }).expect("alice is new");
/// assert_eq!(engine.read(|views| views.members.iter().count()), Ok(1));
/// ```
pub struct Engine {
    inputs: Option<Sender<Work>>,
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Shared {
    desk: RwLock<Desk>,
    durable: Mutex<Durable>,
    changed: Condvar,
    log: Arc<dyn EventLog>,
}

struct Durable {
    upto: EventNumber,
    stopped: Option<String>,
}

enum Work {
    Submit(Box<Input>, Sender<Result<Receipt, SubmitError>>),
    Check(Box<SendOrder>, When, Sender<Result<Verdicted, SubmitError>>),
    Observe(Box<Observations>, Sender<Result<(), SubmitError>>),
    ObserveExport(Box<ExportRecords>, Sender<Result<ExportReceipt, SubmitError>>),
    Advance(Timestamp, Sender<Result<(), SubmitError>>),
}

/// What has been decided together, and who waits for it.
struct Batch {
    first: Position,
    events: Vec<Vec<u8>>,
    upto: EventNumber,
    waiting: Vec<Waiting>,
}

enum Waiting {
    Receipt(Sender<Result<Receipt, SubmitError>>, Result<Receipt, SubmitError>),
    Verdict(Sender<Result<Verdicted, SubmitError>>, Result<Verdicted, SubmitError>),
    Word(Sender<Result<(), SubmitError>>, Result<(), SubmitError>),
    Export(Sender<Result<ExportReceipt, SubmitError>>, Result<ExportReceipt, SubmitError>),
}

impl Engine {
    /// Opens a log: rebuilds every view from its first event. An empty one is founded with the first command
    /// that does something.
    ///
    /// # Errors
    /// The log cannot be read, or it adopts a policy that does not read.
    pub fn open(log: Arc<dyn EventLog>, founding: &Founding) -> Result<Self, OpenError> {
        let mut desk = Desk::new(replay(log.as_ref())?.views);
        if desk.views().last().0 == 0 {
            let founded = desk.found(founding);
            founded.map_err(|error| OpenError::Policy { position: 2, reason: error.to_string() })?;
        }
        let upto = desk.views().last();
        let shared = Arc::new(Shared {
            desk: RwLock::new(desk),
            durable: Mutex::new(Durable { upto, stopped: None }),
            changed: Condvar::new(),
            log,
        });
        let (inputs, work) = bounded(QUEUE_LEN_MAX);
        // A rendezvous: the next batch is decided while this one syncs, and there is never a third.
        let (batches, appends) = bounded(0);
        let (writer, scribe) = (Arc::clone(&shared), Arc::clone(&shared));
        let threads = vec![
            std::thread::spawn(move || write(&writer, &work, &batches)),
            std::thread::spawn(move || append(&scribe, &appends)),
        ];
        Ok(Self { inputs: Some(inputs), shared, threads })
    }

    /// Submits a command and waits until its events are durable.
    ///
    /// # Errors
    /// The command cannot be answered; the queue is full; the log has stopped.
    pub fn submit(&self, input: Input) -> Result<Receipt, SubmitError> {
        self.ask(|reply| Work::Submit(Box::new(input), reply))
    }

    /// Submits commands together, and waits for all of them: one sync for many.
    pub fn submit_many(&self, inputs: Vec<Input>) -> Vec<Result<Receipt, SubmitError>> {
        let ask = |input| {
            let (reply, answer) = bounded(1);
            self.enqueue(Work::Submit(Box::new(input), reply)).map(|()| answer)
        };
        let asked: Vec<_> = inputs.into_iter().map(ask).collect();
        asked.into_iter().map(|answer| answer.and_then(|answer| self.received(&answer))).collect()
    }

    /// What a send would come to at this moment. Writes nothing of its own.
    ///
    /// # Errors
    /// As for the send itself.
    pub fn check(&self, send: SendOrder, when: When) -> Result<Verdicted, SubmitError> {
        self.ask(|reply| Work::Check(Box::new(send), when, reply))
    }

    /// Takes in another network's records.
    ///
    /// # Errors
    /// They were taken in before; the log has stopped.
    pub fn observe(&self, observations: Observations) -> Result<(), SubmitError> {
        self.ask(|reply| Work::Observe(Box::new(observations), reply))
    }

    /// Takes in a member's own export of another network, or what is new in it.
    ///
    /// # Errors
    /// It does not go with the exports that are here; the log has stopped.
    pub fn observe_export(&self, records: ExportRecords) -> Result<ExportReceipt, SubmitError> {
        self.ask(|reply| Work::ObserveExport(Box::new(records), reply))
    }

    /// Does what is due at `now`.
    ///
    /// # Errors
    /// The log has stopped.
    pub fn advance(&self, now: Timestamp) -> Result<(), SubmitError> {
        self.ask(|reply| Work::Advance(now, reply))
    }

    /// Reads the views; returns once everything that was seen is durable.
    ///
    /// # Errors
    /// The log stopped before that.
    pub fn read<T>(&self, read: impl FnOnce(&Views) -> T) -> Result<T, SubmitError> {
        self.read_desk(|desk| read(desk.views()))
    }

    /// When something is due next; `None` when nothing is.
    ///
    /// # Errors
    /// The log has stopped.
    pub fn next_due(&self) -> Result<Option<Timestamp>, SubmitError> {
        self.read_desk(Desk::next_due)
    }

    /// The log behind it.
    pub fn log(&self) -> &dyn EventLog {
        self.shared.log.as_ref()
    }

    fn read_desk<T>(&self, read: impl FnOnce(&Desk) -> T) -> Result<T, SubmitError> {
        let (value, seen) = loop {
            let desk = self.shared.desk.read();
            if !desk.is_unsettled() {
                break (read(&desk), desk.views().last());
            }
            drop(desk);
            // What follows from the last answer is being worked out: a reader sees both.
            let mut durable = self.shared.durable.lock();
            if let Some(reason) = &durable.stopped {
                return Err(SubmitError::Stopped { reason: reason.clone() });
            }
            if self.shared.desk.read().is_unsettled() {
                self.shared.changed.wait(&mut durable);
            }
        };
        let mut durable = self.shared.durable.lock();
        while durable.upto < seen {
            if let Some(reason) = &durable.stopped {
                return Err(SubmitError::Stopped { reason: reason.clone() });
            }
            self.shared.changed.wait(&mut durable);
        }
        Ok(value)
    }

    fn ask<T>(&self, work: impl FnOnce(Sender<Result<T, SubmitError>>) -> Work) -> Result<T, SubmitError> {
        let (reply, answer) = bounded(1);
        self.enqueue(work(reply))?;
        self.received(&answer)
    }

    fn enqueue(&self, work: Work) -> Result<(), SubmitError> {
        let Some(inputs) = &self.inputs else { return Err(self.stopped()) };
        match inputs.try_send(work) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_)) => Err(SubmitError::Unavailable),
            Err(TrySendError::Disconnected(_)) => Err(self.stopped()),
        }
    }

    fn received<T>(&self, answer: &Receiver<Result<T, SubmitError>>) -> Result<T, SubmitError> {
        answer.recv().unwrap_or_else(|_| Err(self.stopped()))
    }

    fn stopped(&self) -> SubmitError {
        let reason = self.shared.durable.lock().stopped.clone();
        SubmitError::Stopped { reason: reason.unwrap_or_else(|| "the engine has ended".to_owned()) }
    }
}

impl Drop for Engine {
    /// Answers what is in the queue, then ends both threads.
    fn drop(&mut self) {
        self.inputs = None;
        for thread in self.threads.drain(..) {
            // A thread that panicked has said so already.
            let _ended = thread.join();
        }
    }
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

/// The writer: drains the queue, decides, hands batches on.
fn write(shared: &Shared, work: &Receiver<Work>, batches: &Sender<Batch>) {
    let _last_word = LastWord { shared, whose: "decides" };
    while let Ok(first) = work.recv() {
        // INVARIANT (answer before arrival): the answers are on their way before the last letter is carried.
        let is_handed_on = hand_on(decide(shared, first, work), batches);
        let follows = settle(shared);
        if !is_handed_on || follows.is_some_and(|batch| !hand_on(batch, batches)) {
            return;
        }
    }
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

/// What follows from the last answer, for which nobody waits; `None` where nothing does.
fn settle(shared: &Shared) -> Option<Batch> {
    let mut desk = shared.desk.write();
    desk.settle();
    let batch = batch(&mut desk, Vec::new());
    drop(desk);
    // Under the lock that readers wait with, so that none misses it.
    let _durable = shared.durable.lock();
    shared.changed.notify_all();
    (!batch.events.is_empty()).then_some(batch)
}

fn decide(shared: &Shared, first: Work, work: &Receiver<Work>) -> Batch {
    let mut waiting = Vec::new();
    let mut desk = shared.desk.write();
    let mut next = Some(first);
    while let Some(work_item) = next {
        waiting.push(done(&mut desk, work_item));
        if desk.views().ledger.wants_history() {
            fill_counters(shared, &mut desk);
        }
        next = if desk.staged().len() < BATCH_EVENTS_MAX { work.try_recv().ok() } else { None };
    }
    if !work.is_empty() {
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
    Batch { first, events: staged.iter().map(encode).collect(), upto, waiting }
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

fn done(desk: &mut Desk, work: Work) -> Waiting {
    match work {
        Work::Submit(input, reply) => Waiting::Receipt(reply, desk.reply(*input)),
        Work::Check(send, when, reply) => Waiting::Verdict(reply, desk.check(&send, when)),
        Work::Observe(observations, reply) => Waiting::Word(reply, desk.observe(&observations)),
        Work::ObserveExport(records, reply) => Waiting::Export(reply, desk.observe_export(&records)),
        Work::Advance(now, reply) => {
            desk.advance(now);
            Waiting::Word(reply, Ok(()))
        }
    }
}

/// The scribe: appends, and answers once that is durable. After a failed append nothing is acknowledged any more.
fn append(shared: &Shared, batches: &Receiver<Batch>) {
    let _last_word = LastWord { shared, whose: "appends" };
    while let Ok(batch) = batches.recv() {
        let stopped = shared.durable.lock().stopped.clone();
        let stopped = stopped.or_else(|| appended(shared.log.as_ref(), &batch).err());
        let mut durable = shared.durable.lock();
        match &stopped {
            None => durable.upto = batch.upto,
            Some(reason) => durable.stopped = Some(reason.clone()),
        }
        drop(durable);
        shared.changed.notify_all();
        answer(batch.waiting, stopped.as_deref());
    }
}

/// Appends a batch; a large one, as an import makes, in several pieces, because a frame has to fit into a segment.
fn appended(log: &dyn EventLog, batch: &Batch) -> Result<(), String> {
    let (mut first, mut rest) = (batch.first, &batch.events[..]);
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = rest.iter().take_while(|event| {
            bytes += event.len();
            bytes <= APPEND_BYTES_MAX
        });
        let (piece, after) = rest.split_at(fits.count().max(1));
        log.append(first, piece).map_err(|error| error.to_string())?;
        first = Position::new(first.get() + piece.len() as u64).unwrap_or(first);
        rest = after;
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
            Waiting::Receipt(reply, outcome) => send(&reply, outcome, stopped),
            Waiting::Verdict(reply, outcome) => send(&reply, outcome, stopped),
            Waiting::Word(reply, outcome) => send(&reply, outcome, stopped),
            Waiting::Export(reply, outcome) => send(&reply, outcome, stopped),
        }
    }
}
