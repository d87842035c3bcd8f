//! Rebuilds views from the log, as of its end or an earlier moment.

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::thread;

use acquaint_domain::{EventNumber, Recorded, Timestamp};
use acquaint_log::{EventLog, Position};

use crate::error::StartError;
use crate::start::checkpoints::{Checkpoints, ReplayBounds, SkippedCheckpoint};
use crate::state::decode::decoded_at;
use crate::state::views::{Rest, Views};

mod groups;

use groups::ChunkSink;

/// How many events are passed on together. Applying this many takes less time than starting threads.
pub(crate) const CHUNK_LEN: usize = 512;

/// Views rebuilt from a log.
#[derive(Clone, Debug, Default)]
pub struct Replayed {
    /// The rebuilt views.
    pub views: Views,
    /// How many events were applied after the checkpoint.
    pub events: u64,
    /// The event of the checkpoint that the rebuild began with; 0 for none.
    pub from: u64,
    /// Newer checkpoints that could not be used.
    pub passed_over: Vec<SkippedCheckpoint>,
}

/// How far views are rebuilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplayTo {
    /// To the last event.
    End,
    /// To the event at this position, or to the last if the log is shorter. Later events are not read.
    Position(u64),
    /// To the last event recorded at this moment or earlier.
    Moment(Timestamp),
}

/// A rebuild of every view from a log: which events to read, what to begin with, and how many threads to use.
///
/// ```
/// use acquaint_engine::{Rebuild, ReplayTo};
/// use acquaint_log::MemoryLog;
///
/// let log = MemoryLog::new();
/// let rebuilt = Rebuild::of(&log).to(ReplayTo::Position(100)).run().expect("an empty log reads");
/// assert_eq!((rebuilt.from, rebuilt.events), (0, 0));
/// ```
#[derive(Clone)]
#[must_use = "nothing is read before it runs"]
pub struct Rebuild<'a> {
    log: &'a dyn EventLog,
    bounds: ReplayBounds,
    checkpoints: Option<&'a Checkpoints>,
    views: Option<Views>,
    threads: Option<NonZeroUsize>,
}

impl<'a> Rebuild<'a> {
    /// From the first event of the log to the last, on as many threads as the machine has.
    pub fn of(log: &'a dyn EventLog) -> Self {
        let bounds = ReplayBounds { position: u64::MAX, at: Timestamp::from_millis(i64::MAX) };
        Self { log, bounds, checkpoints: None, views: None, threads: None }
    }

    /// Ends at `up_to`; later events are not applied.
    pub fn to(self, up_to: ReplayTo) -> Self {
        let bounds = match up_to {
            ReplayTo::End => Self::of(self.log).bounds,
            ReplayTo::Position(position) => ReplayBounds { position, ..Self::of(self.log).bounds },
            ReplayTo::Moment(at) => ReplayBounds { at, ..Self::of(self.log).bounds },
        };
        Self { bounds, ..self }
    }

    /// Begins with the newest of these checkpoints that can be used and is within the bounds, if there is one.
    ///
    /// Events before the checkpoint are not read: damage to them is found when something needs them, by the scrub, or by a
    /// verification.
    pub fn checkpoints(self, checkpoints: impl Into<Option<&'a Checkpoints>>) -> Self {
        Self { checkpoints: checkpoints.into(), ..self }
    }

    /// Begins with these views instead of a checkpoint: only events after their last one are read.
    pub fn on(self, views: Views) -> Self {
        Self { views: Some(views), ..self }
    }

    /// Uses at most this many threads in addition to the caller's, which reads; with 1, only the caller's. The result does not
    /// depend on the number: no view reads another, and each gets every event in order.
    pub fn threads(self, threads: NonZeroUsize) -> Self {
        Self { threads: Some(threads), ..self }
    }

    /// Reads the events and returns the views.
    ///
    /// # Errors
    /// An event cannot be read, or adopts a policy that this version cannot read.
    pub fn run(self) -> Result<Replayed, StartError> {
        Ok(self.run_while(&|_| true)?.unwrap_or_default())
    }

    /// The same, for a caller that shows progress or may stop the rebuild: calls `keep_going` every 512 events, with the number
    /// of the event that was reached. Returns `None` once it returns false.
    ///
    /// # Errors
    /// As for [`run`](Self::run).
    pub fn run_while(self, keep_going: &dyn Fn(EventNumber) -> bool) -> Result<Option<Replayed>, StartError> {
        let Self { log, bounds, checkpoints, views, threads } = self;
        let (start, passed_over) = match (views, checkpoints) {
            (Some(views), _) => (Some(views), Vec::new()),
            (None, Some(checkpoints)) => checkpoints.newest(log, bounds),
            (None, None) => (None, Vec::new()),
        };
        let mut replayed = Replayed { passed_over, ..Replayed::on(start.unwrap_or_default()) };
        let threads = threads.unwrap_or_else(available_threads);
        Ok(replayed.apply_rest(log, bounds, threads, keep_going)?.then_some(replayed))
    }
}

impl Replayed {
    fn on(views: Views) -> Self {
        Self { from: views.last().0, views, events: 0, passed_over: Vec::new() }
    }

    /// Applies every later event within bounds. Returns false if `keep_going` stopped it.
    fn apply_rest(
        &mut self,
        log: &dyn EventLog,
        bounds: ReplayBounds,
        threads: NonZeroUsize,
        keep_going: &dyn Fn(EventNumber) -> bool,
    ) -> Result<bool, StartError> {
        let first = Position::FIRST.plus(self.from);
        if bounds.position < first.get() {
            return Ok(true);
        }
        // A damaged log may end earlier: then `visit` returns an error.
        let last = bounds.position.min(log.next_position().get() - 1);
        let is_short = last.saturating_sub(self.from) <= CHUNK_LEN as u64;
        let count_max = if is_short { 1 } else { threads.get() };
        let (views, rest) = self.views.split();
        thread::scope(|scope| {
            let groups = ChunkSink::start(scope, views, log, count_max);
            let mut reader =
                EventFeed { rest, groups, bounds, keep_going, chunk: Vec::new(), stopped: false, events: 0 };
            let mut unread = None;
            let read = log.visit(first, &mut |position, bytes| {
                let taken = decoded_at(position, bytes).and_then(|recorded| reader.take(recorded));
                taken.unwrap_or_else(|error| {
                    unread = Some(error);
                    ControlFlow::Break(())
                })
            });
            let (stopped, events) = (reader.stopped, reader.events);
            // Errors are reported in log order: a group's error is about an earlier event than the reader's.
            reader.end()?;
            unread.map_or(Ok(()), Err)?;
            read.map_err(StartError::from)?;
            self.events += events;
            Ok(!stopped)
        })
    }
}

/// How many threads can apply events.
fn available_threads() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// Takes decoded events in order, checks the bounds, and passes them on in chunks.
struct EventFeed<'r, 's> {
    rest: Rest<'r>,
    groups: ChunkSink<'s, 'r>,
    bounds: ReplayBounds,
    keep_going: &'r dyn Fn(EventNumber) -> bool,
    chunk: Vec<Recorded>,
    /// Whether `keep_going` stopped it.
    stopped: bool,
    events: u64,
}

impl<'r: 's, 's> EventFeed<'r, 's> {
    fn take(&mut self, recorded: Recorded) -> Result<ControlFlow<()>, StartError> {
        let number = recorded.number;
        self.stopped = number.0.is_multiple_of(CHUNK_LEN as u64) && !(self.keep_going)(number);
        if self.stopped || recorded.at > self.bounds.at {
            return Ok(ControlFlow::Break(()));
        }
        self.rest.apply(&recorded)?;
        self.chunk.push(recorded);
        self.events += 1;
        let is_last = number.0 >= self.bounds.position;
        if self.chunk.len() < CHUNK_LEN && !is_last {
            return Ok(ControlFlow::Continue(()));
        }
        let next = Vec::with_capacity(CHUNK_LEN);
        let taken = self.groups.take(std::mem::replace(&mut self.chunk, next));
        Ok(if is_last { ControlFlow::Break(()) } else { taken })
    }

    /// Passes on the remaining events, and waits until all are applied.
    fn end(mut self) -> Result<(), StartError> {
        if !self.chunk.is_empty() {
            // If a group accepts no more, `end` returns its error.
            let _taken = self.groups.take(self.chunk);
        }
        self.groups.end()
    }
}
