//! One writer thread, one thread that appends: group commit, and acknowledgement after durability.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;

use acquaint_audit::{Explanation, Viewer};
use acquaint_domain::{EventNumber, RequestId, Send as SendOrder, Timestamp};
use acquaint_log::EventLog;
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use parking_lot::{Mutex, RwLock};

use crate::error::{StartError, SubmitError};
use crate::read::inquiry::Inquiry;
use crate::start::checkpoints::{Checkpoints, SkippedCheckpoint};
use crate::start::follower::Follower;
use crate::start::replay::Rebuild;
use crate::state::receipt::{CommandOutcome, Receipt};
use crate::state::views::Views;
use crate::write::clock::{ClockGuard, ClockReading};
use crate::write::job::{Advance, Check, Job, Tick};
use crate::write::kernel::{Genesis, Input, Kernel, When};

mod beside;
mod durable;
mod queue;
mod threads;

pub use beside::{AttachedView, View};
use durable::Durable;
use queue::{Queue, Work};
use threads::{append, write};

/// How many inputs may wait; one more is `unavailable`.
const QUEUE_LEN_MAX: usize = 4_096;
/// How many inputs of [`Engine::submit_many`] are queued as one.
const GROUP_LEN_MAX: usize = 256;

/// The engine: commands in, durable events out, views to read.
///
/// ```
/// use std::hash::{BuildHasher, RandomState};
/// use std::sync::Arc;
/// use acquaint_domain::{Command, Handle, Profile, Tier, Timestamp};
/// use acquaint_engine::{Engine, Genesis, Input, When};
/// use acquaint_log::MemoryLog;
///
/// let at = Timestamp::from_millis(0);
/// // Random, so that nobody can tell from a request's id whose it is.
/// let id_key = u128::from(RandomState::new().hash_one(()));
/// let genesis = Genesis { id_key, policy: acquaint_policy::ARTICLE.to_owned(), at };
/// let engine = Engine::open(Arc::new(MemoryLog::new()), &genesis).expect("an empty log opens");
/// let handle = Handle::parse("alice").expect("a handle");
/// let command = Command::AddMember { handle, tier: Tier::Free, profile: Profile::default() };
/// engine.submit(Input { command, when: When::NotBefore(at), key: None }).expect("alice is new");
/// assert_eq!(engine.read(|views| views.members.iter().count()), Ok(1));
/// ```
pub struct Engine {
    inputs: Option<Sender<Work>>,
    /// How many inputs wait.
    waiting: Arc<AtomicUsize>,
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
    opened_from: EventNumber,
    passed_over: Vec<SkippedCheckpoint>,
    /// Writes checkpoints in the background.
    follower: Option<Follower>,
}

struct Shared {
    desk: RwLock<Kernel>,
    clock: Mutex<ClockGuard>,
    durable: Durable,
    log: Arc<dyn EventLog>,
}

/// Commands that the engine has accepted, in their order, and not answered yet.
#[must_use = "their answers hold the outcomes"]
pub struct PendingReceipts<'a> {
    engine: &'a Engine,
    answers: Receiver<Vec<Result<Receipt, SubmitError>>>,
    count: usize,
}

/// A job in the engine's queue.
#[must_use = "its answer is its output, or the error that it ended with"]
pub struct QueuedJob<'a, T> {
    engine: &'a Engine,
    answer: Receiver<Result<T, SubmitError>>,
}

impl Engine {
    /// Opens a log: rebuilds every view from its first event. An empty one is founded with the first command
    /// that does something.
    ///
    /// # Errors
    /// The log cannot be read, or it adopts a policy that does not read.
    pub fn open(log: Arc<dyn EventLog>, founding: &Genesis) -> Result<Self, StartError> {
        Self::open_from(log, founding, None)
    }

    /// Opens a log: the views begin with the newest checkpoint that can be used, and are rebuilt from the events after it.
    /// If the checkpoints say [how often](Checkpoints::every), further ones are written in the background.
    ///
    /// # Errors
    /// As for [`open`](Self::open), and [`StartError::LostEvents`] if a checkpoint shows that the log has lost events, until
    /// [`Checkpoints::accept_loss`]. What else is wrong with a checkpoint is in [`passed_over`](Self::passed_over).
    pub fn open_from(
        log: Arc<dyn EventLog>,
        founding: &Genesis,
        checkpoints: Option<&Checkpoints>,
    ) -> Result<Self, StartError> {
        let rebuilt = Rebuild::of(log.as_ref()).checkpoints(checkpoints).run()?;
        let (opened_from, passed_over) = (EventNumber(rebuilt.from), rebuilt.passed_over);
        if let Some(checkpoints) = checkpoints.filter(|_| !passed_over.is_empty()) {
            checkpoints.check_nothing_lost(log.as_ref())?;
        }
        let desk = Kernel::for_log(rebuilt.views, log.as_ref(), founding)?.in_slices();
        let durable = Durable::new(desk.views().last());
        let follow = |checkpoints| Follower::start(Arc::clone(&log), checkpoints, opened_from.0);
        let follower = checkpoints.and_then(follow);
        let shared = Arc::new(Shared { desk: RwLock::new(desk), clock: Mutex::default(), durable, log });
        let (inputs, work) = bounded(QUEUE_LEN_MAX);
        let waiting = Arc::new(AtomicUsize::new(0));
        let taken = Arc::clone(&waiting);
        // A rendezvous: the next batch is decided while this one syncs, and there is never a third.
        let (batches, appends) = bounded(0);
        let (writer, scribe) = (Arc::clone(&shared), Arc::clone(&shared));
        let threads = vec![
            std::thread::spawn(move || write(&writer, &Queue { work, waiting: taken }, &batches)),
            std::thread::spawn(move || append(&scribe, &appends)),
        ];
        Ok(Self { inputs: Some(inputs), waiting, shared, threads, opened_from, passed_over, follower })
    }

    /// Submits a command and waits until its events are durable.
    ///
    /// # Errors
    /// The command cannot be answered; the queue is full; the log has stopped.
    pub fn submit(&self, input: Input) -> Result<Receipt, SubmitError> {
        let only = self.start(vec![input])?.wait().pop();
        only.unwrap_or_else(|| Err(self.stopped()))
    }

    /// Submits commands together, and waits for all of them: one sync for many.
    pub fn submit_many(&self, inputs: Vec<Input>) -> Vec<Result<Receipt, SubmitError>> {
        let mut inputs = inputs.into_iter();
        let mut started = Vec::new();
        while !inputs.as_slice().is_empty() {
            let group: Vec<Input> = inputs.by_ref().take(GROUP_LEN_MAX).collect();
            started.push((group.len(), self.start(group)));
        }
        let answers = started.into_iter().flat_map(|(count, started)| match started {
            Ok(answers) => answers.wait(),
            Err(error) => vec![Err(error); count],
        });
        answers.collect()
    }

    /// Submits commands in their order and does not wait: a caller may have many of them outstanding.
    ///
    /// # Errors
    /// The queue is full, and none of them was taken; the log has stopped.
    pub fn start(&self, inputs: Vec<Input>) -> Result<PendingReceipts<'_>, SubmitError> {
        let (count, (reply, answers)) = (inputs.len(), bounded(1));
        self.enqueue(Work::Commands(inputs, reply))?;
        Ok(PendingReceipts { engine: self, answers, count })
    }

    /// Carries a job out, and waits until what it recorded is durable.
    ///
    /// # Errors
    /// Those of the job; the clock has jumped to the job's moment; the queue is full; the log has stopped.
    pub fn run<J: Job>(&self, job: J) -> Result<J::Output, SubmitError> {
        self.queue(job)?.wait()
    }

    /// Queues a job after everything that is queued already, and does not wait: a caller reads the next part of a file
    /// while the last one is recorded.
    ///
    /// # Errors
    /// The queue is full, and the job was not taken; the log has stopped.
    pub fn queue<J: Job>(&self, job: J) -> Result<QueuedJob<'_, J::Output>, SubmitError> {
        let (reply, answer) = bounded(1);
        self.enqueue(Work::job(job, reply))?;
        Ok(QueuedJob { engine: self, answer })
    }

    /// What a send would come to at this moment: runs a [`Check`].
    ///
    /// # Errors
    /// As for the send itself.
    pub fn check(&self, send: SendOrder, when: When) -> Result<CommandOutcome, SubmitError> {
        self.run(Check { send, when })
    }

    /// Gives the engine a reading of the machine's clocks, and does what is due then: runs a [`Tick`].
    ///
    /// # Errors
    /// The clock has jumped, and nothing was done; the log has stopped.
    pub fn tick(&self, reading: ClockReading) -> Result<(), SubmitError> {
        self.run(Tick(reading))
    }

    /// Does what is due at `now`, a moment that the caller chooses: runs an [`Advance`].
    ///
    /// # Errors
    /// The log has stopped.
    pub fn advance(&self, now: Timestamp) -> Result<(), SubmitError> {
        self.run(Advance(now))
    }

    /// The operator's word that it is about `now`, whatever the clock said before: what comes is compared with that.
    pub fn trust_clock(&self, now: Timestamp) {
        self.shared.clock.lock().trust(now);
    }

    /// Reads the views as the log has them, without what has become due since; returns once everything that was seen is
    /// durable.
    ///
    /// # Errors
    /// The log stopped before that.
    pub fn read<T>(&self, read: impl FnOnce(&Views) -> T) -> Result<T, SubmitError> {
        self.read_desk(|desk| read(desk.views()))
    }

    /// Asks the log as of a moment: as [`read`](Self::read), with everything done that is due by `as_of`, in the reader's
    /// memory and never in the log. The answer is the one that a reader gets once a writer has recorded it.
    ///
    /// Where nothing is due by `as_of`, which is so for the moment of the last [`tick`](Self::tick), the views are read where
    /// they are. Else they are copied: that takes time and memory in proportion to the whole network, and a program that asks
    /// often should tick often, or ask as of its last tick.
    ///
    /// # Errors
    /// The log stopped before that.
    pub fn inquire<T>(&self, as_of: Timestamp, ask: impl FnOnce(Inquiry<'_>) -> T) -> Result<T, SubmitError> {
        let read = self.read_desk(|desk| {
            if desk.next_due().is_some_and(|due| due <= as_of) {
                // The writer waits for the copy only, and not for what is asked of it.
                return Err((Box::new(desk.clone().at_once()), ask));
            }
            // What the desk no longer has is with the thread that appends, which needs nothing of the desk.
            let before = desk.last_unstaged();
            // Where the log has stopped before that, the reader is told below.
            let _stopped = self.shared.durable.wait_for(before);
            Ok(ask(Inquiry::new(desk.views(), self.log(), desk.staged())))
        })?;
        Ok(read.unwrap_or_else(|(mut ahead, ask)| {
            ahead.advance(as_of);
            ask(Inquiry::new(ahead.views(), self.log(), ahead.staged()))
        }))
    }

    /// Where a request went, for a viewer, as of a moment (see [`inquire`](Self::inquire)); `None` where the viewer may see
    /// nothing of it.
    ///
    /// # Errors
    /// The log cannot be read, or has stopped.
    pub fn why(
        &self,
        request: RequestId,
        viewer: Viewer,
        as_of: Timestamp,
    ) -> Result<Option<Explanation>, SubmitError> {
        let answer = self.inquire(as_of, |inquiry| inquiry.explain(request, viewer, as_of))?;
        answer.map_err(SubmitError::Unreadable)
    }

    /// When something is due next; `None` when nothing is.
    ///
    /// # Errors
    /// The log has stopped.
    pub fn next_due(&self) -> Result<Option<Timestamp>, SubmitError> {
        self.read_desk(Kernel::next_due)
    }

    /// The event of the checkpoint that the views began with when this was opened; 0 where there was none.
    pub fn opened_from(&self) -> EventNumber {
        self.opened_from
    }

    /// The checkpoints that could not be used when this was opened.
    pub fn passed_over(&self) -> &[SkippedCheckpoint] {
        &self.passed_over
    }

    /// The event of the newest checkpoint that was written in the background, or that this was opened from.
    pub fn checkpointed(&self) -> EventNumber {
        self.follower.as_ref().map_or(self.opened_from, Follower::newest)
    }

    /// Why the last checkpoint in the background could not be written. Commands do not need one.
    pub fn checkpoint_trouble(&self) -> Option<String> {
        self.follower.as_ref()?.trouble()
    }

    /// The log behind it.
    pub fn log(&self) -> &dyn EventLog {
        self.shared.log.as_ref()
    }

    /// Ends it as dropping it does, but leaves the views to the end of the process: giving those of a large log back piece
    /// by piece would take a tenth of the time that it took to make them.
    pub fn leave(mut self) {
        self.end();
        std::mem::forget(std::mem::take(&mut *self.shared.desk.write()));
    }

    /// Answers what is in the queue, then ends both threads.
    fn end(&mut self) {
        self.inputs = None;
        for thread in self.threads.drain(..) {
            // A thread that panicked has said so already.
            let _ended = thread.join();
        }
    }

    fn read_desk<T>(&self, read: impl FnOnce(&Kernel) -> T) -> Result<T, SubmitError> {
        let (value, seen) = loop {
            let desk = self.shared.desk.read();
            if !desk.has_followups() {
                break (read(&desk), desk.views().last());
            }
            drop(desk);
            // What follows from the last answer is being worked out: a reader sees both.
            self.shared.durable.wait_once_if(|| self.shared.desk.read().has_followups())?;
        };
        self.shared.durable.wait_for(seen)?;
        Ok(value)
    }

    /// More inputs at once than may ever wait go in when none waits.
    fn enqueue(&self, work: Work) -> Result<(), SubmitError> {
        let Some(inputs) = &self.inputs else { return Err(self.stopped()) };
        let count = work.count();
        let fits =
            |waiting: usize| (waiting == 0 || waiting + count <= QUEUE_LEN_MAX).then_some(waiting + count);
        if self.waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits).is_err() {
            return Err(SubmitError::Unavailable);
        }
        let refused = match inputs.try_send(work) {
            Ok(()) => return Ok(()),
            Err(TrySendError::Full(_)) => SubmitError::Unavailable,
            Err(TrySendError::Disconnected(_)) => self.stopped(),
        };
        self.waiting.fetch_sub(count, Ordering::Relaxed);
        Err(refused)
    }

    fn stopped(&self) -> SubmitError {
        let reason = self.shared.durable.stopped();
        SubmitError::Stopped { reason: reason.unwrap_or_else(|| "the engine has ended".to_owned()) }
    }
}

impl PendingReceipts<'_> {
    /// Waits until all of them are durable; the answers are in the commands' order.
    pub fn wait(self) -> Vec<Result<Receipt, SubmitError>> {
        let Self { engine, answers, count } = self;
        answers.recv().unwrap_or_else(|_| vec![Err(engine.stopped()); count])
    }
}

impl<T> QueuedJob<'_, T> {
    /// Waits until what the job recorded is durable.
    ///
    /// # Errors
    /// Those of the job; the log has stopped.
    pub fn wait(self) -> Result<T, SubmitError> {
        self.answer.recv().unwrap_or_else(|_| Err(self.engine.stopped()))
    }
}

impl Drop for Engine {
    /// Answers what is in the queue, then ends both threads.
    fn drop(&mut self) {
        self.end();
    }
}
