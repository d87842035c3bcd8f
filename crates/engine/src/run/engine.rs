//! One writer thread and one appending thread: group commit, and acknowledgement after durability.

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

mod attached;
mod durable;
mod queue;
mod threads;

pub use attached::{AttachedView, View};
use durable::Durable;
use queue::{Queue, Work};
use threads::{append, write};

/// How many inputs may wait; one more gets [`SubmitError::Unavailable`].
const QUEUE_LEN_MAX: usize = 4_096;
/// How many inputs of [`Engine::submit_many`] are queued as one entry.
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
/// // Random, so that a request's id does not reveal its sender.
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
    /// How many inputs wait in the queue.
    waiting: Arc<AtomicUsize>,
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
    opened_from: EventNumber,
    passed_over: Vec<SkippedCheckpoint>,
    /// Writes checkpoints in the background.
    follower: Option<Follower>,
}

struct Shared {
    kernel: RwLock<Kernel>,
    clock: Mutex<ClockGuard>,
    durable: Durable,
    log: Arc<dyn EventLog>,
}

/// Commands that the engine has accepted and not answered yet, in order.
#[must_use = "the answers hold the outcomes"]
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
    /// Opens a log, and rebuilds every view from its first event. An empty log gets the events of `genesis` together with the
    /// first command that records something.
    ///
    /// # Errors
    /// The log cannot be read, or a policy in it or in `genesis` cannot be read.
    pub fn open(log: Arc<dyn EventLog>, genesis: &Genesis) -> Result<Self, StartError> {
        Self::open_from(log, genesis, None)
    }

    /// Opens a log, and rebuilds the views from the newest checkpoint that can be used and the events after it. If the
    /// checkpoints say [how often](Checkpoints::every), more are written in the background.
    ///
    /// # Errors
    /// As for [`open`](Self::open), and [`StartError::LostEvents`] if a checkpoint shows that the log has lost events, until
    /// [`Checkpoints::accept_loss`]. Other problems of checkpoints are in [`passed_over`](Self::passed_over).
    pub fn open_from(
        log: Arc<dyn EventLog>,
        genesis: &Genesis,
        checkpoints: Option<&Checkpoints>,
    ) -> Result<Self, StartError> {
        let rebuilt = Rebuild::of(log.as_ref()).checkpoints(checkpoints).run()?;
        let (opened_from, passed_over) = (EventNumber(rebuilt.from), rebuilt.passed_over);
        if let Some(checkpoints) = checkpoints.filter(|_| !passed_over.is_empty()) {
            checkpoints.check_nothing_lost(log.as_ref())?;
        }
        let kernel = Kernel::for_log(rebuilt.views, log.as_ref(), genesis)?.in_slices();
        let durable = Durable::new(kernel.views().last());
        let follow = |checkpoints| Follower::start(Arc::clone(&log), checkpoints, opened_from.0);
        let follower = checkpoints.and_then(follow);
        let shared = Arc::new(Shared { kernel: RwLock::new(kernel), clock: Mutex::default(), durable, log });
        let (inputs, work) = bounded(QUEUE_LEN_MAX);
        let waiting = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&waiting);
        // A rendezvous channel: one batch is decided while another syncs, and there is never a third.
        let (batches, appends) = bounded(0);
        let (writer, scribe) = (Arc::clone(&shared), Arc::clone(&shared));
        let threads = vec![
            std::thread::spawn(move || write(&writer, &Queue { work, waiting: counted }, &batches)),
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

    /// Submits commands in order without waiting: a caller may have many outstanding.
    ///
    /// # Errors
    /// The queue is full, and none of the commands was accepted; the log has stopped.
    pub fn start(&self, inputs: Vec<Input>) -> Result<PendingReceipts<'_>, SubmitError> {
        let (count, (reply, answers)) = (inputs.len(), bounded(1));
        self.enqueue(Work::Commands(inputs, reply))?;
        Ok(PendingReceipts { engine: self, answers, count })
    }

    /// Carries out a job, and waits until the events that it recorded are durable.
    ///
    /// # Errors
    /// Those of the job; the clock has jumped to the job's moment; the queue is full; the log has stopped.
    pub fn run<J: Job>(&self, job: J) -> Result<J::Output, SubmitError> {
        self.queue(job)?.wait()
    }

    /// Queues a job without waiting. It runs after everything that is queued already. For example, a caller can read the next
    /// part of a file while the last one is recorded.
    ///
    /// # Errors
    /// The queue is full, and the job was not accepted; the log has stopped.
    pub fn queue<J: Job>(&self, job: J) -> Result<QueuedJob<'_, J::Output>, SubmitError> {
        let (reply, answer) = bounded(1);
        self.enqueue(Work::job(job, reply))?;
        Ok(QueuedJob { engine: self, answer })
    }

    /// The outcome that a send would have at this moment: runs a [`Check`].
    ///
    /// # Errors
    /// As for the send itself.
    pub fn check(&self, send: SendOrder, when: When) -> Result<CommandOutcome, SubmitError> {
        self.run(Check { send, when })
    }

    /// Gives the engine a reading of the machine's clocks, and does the work that is due: runs a [`Tick`].
    ///
    /// # Errors
    /// The clock has jumped, and nothing was done; the log has stopped.
    pub fn tick(&self, reading: ClockReading) -> Result<(), SubmitError> {
        self.run(Tick(reading))
    }

    /// Does the work that is due at `now`, a moment that the caller chooses: runs an [`Advance`].
    ///
    /// # Errors
    /// The log has stopped.
    pub fn advance(&self, now: Timestamp) -> Result<(), SubmitError> {
        self.run(Advance(now))
    }

    /// The operator confirms that the time is about `now`, whatever the clock said before. Later readings are compared with it.
    pub fn trust_clock(&self, now: Timestamp) {
        self.shared.clock.lock().trust(now);
    }

    /// Reads the views as of the last recorded event, without work that has become due since. Returns once everything that
    /// `read` saw is durable.
    ///
    /// # Errors
    /// The log stopped before that.
    pub fn read<T>(&self, read: impl FnOnce(&Views) -> T) -> Result<T, SubmitError> {
        self.read_kernel(|kernel| read(kernel.views()))
    }

    /// Reads the views and the log as of a moment: like [`read`](Self::read), but with all work done that is due by `as_of`, in
    /// the reader's memory and never in the log. The answer is the same as after a writer has recorded that work.
    ///
    /// If nothing is due by `as_of`, as at the moment of the last [`tick`](Self::tick), the views are read in place. Otherwise
    /// they are copied, which takes time and memory in proportion to the whole network: a program that reads often should tick
    /// often, or read as of its last tick.
    ///
    /// # Errors
    /// The log stopped before that.
    pub fn inquire<T>(&self, as_of: Timestamp, ask: impl FnOnce(Inquiry<'_>) -> T) -> Result<T, SubmitError> {
        let read = self.read_kernel(|kernel| {
            if kernel.next_due().is_some_and(|due| due <= as_of) {
                // The writer waits only while the copy is made, not while it is read.
                return Err((Box::new(kernel.clone().at_once()), ask));
            }
            // Events that the kernel no longer stages are with the appending thread, which does not need the kernel's lock.
            let before = kernel.last_unstaged();
            // If the log has stopped earlier, `read_kernel` returns that error.
            let _stopped = self.shared.durable.wait_for(before);
            Ok(ask(Inquiry::new(kernel.views(), self.log(), kernel.staged())))
        })?;
        Ok(read.unwrap_or_else(|(mut ahead, ask)| {
            ahead.advance(as_of);
            ask(Inquiry::new(ahead.views(), self.log(), ahead.staged()))
        }))
    }

    /// What became of a request and why, for a viewer, as of a moment (see [`inquire`](Self::inquire)); `None` if the viewer
    /// may see nothing of it.
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

    /// When the next work is due; `None` if there is none.
    ///
    /// # Errors
    /// The log has stopped.
    pub fn next_due(&self) -> Result<Option<Timestamp>, SubmitError> {
        self.read_kernel(Kernel::next_due)
    }

    /// The event of the checkpoint from which this engine was opened; 0 if there was none.
    pub fn opened_from(&self) -> EventNumber {
        self.opened_from
    }

    /// The checkpoints that could not be used when this engine was opened.
    pub fn passed_over(&self) -> &[SkippedCheckpoint] {
        &self.passed_over
    }

    /// The event of the newest checkpoint that was written in the background, or from which this engine was opened.
    pub fn checkpointed(&self) -> EventNumber {
        self.follower.as_ref().map_or(self.opened_from, Follower::newest)
    }

    /// Why the last checkpoint in the background could not be written; `None` if it was. Commands are not affected.
    pub fn checkpoint_trouble(&self) -> Option<String> {
        self.follower.as_ref()?.trouble()
    }

    /// The engine's log.
    pub fn log(&self) -> &dyn EventLog {
        self.shared.log.as_ref()
    }

    /// Ends the engine as dropping it does, but leaks the views until the process ends: freeing those of a large log takes a
    /// tenth of the time that it took to build them.
    pub fn leave(mut self) {
        self.end();
        std::mem::forget(std::mem::take(&mut *self.shared.kernel.write()));
    }

    /// Answers everything in the queue, then ends both threads.
    fn end(&mut self) {
        self.inputs = None;
        for thread in self.threads.drain(..) {
            // If the thread panicked, the panic hook has reported it.
            let _ended = thread.join();
        }
    }

    fn read_kernel<T>(&self, read: impl FnOnce(&Kernel) -> T) -> Result<T, SubmitError> {
        let (value, seen) = loop {
            let kernel = self.shared.kernel.read();
            if !kernel.has_followups() {
                break (read(&kernel), kernel.views().last());
            }
            drop(kernel);
            // Follow-ups of the last answer are about to run: a reader sees an answer together with its follow-ups.
            self.shared.durable.wait_once_if(|| self.shared.kernel.read().has_followups())?;
        };
        self.shared.durable.wait_for(seen)?;
        Ok(value)
    }

    /// Queues an entry. One with more inputs than the queue's limit is accepted only when nothing waits.
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
    /// Waits until all their events are durable; the answers are in the commands' order.
    pub fn wait(self) -> Vec<Result<Receipt, SubmitError>> {
        let Self { engine, answers, count } = self;
        answers.recv().unwrap_or_else(|_| vec![Err(engine.stopped()); count])
    }
}

impl<T> QueuedJob<'_, T> {
    /// Waits until the events that the job recorded are durable.
    ///
    /// # Errors
    /// Those of the job; the log has stopped.
    pub fn wait(self) -> Result<T, SubmitError> {
        self.answer.recv().unwrap_or_else(|_| Err(self.engine.stopped()))
    }
}

impl Drop for Engine {
    /// Answers everything in the queue, then ends both threads.
    fn drop(&mut self) {
        self.end();
    }
}
