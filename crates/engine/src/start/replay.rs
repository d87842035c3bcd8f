//! Views rebuilt from the log, whole or as of some moment.

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

/// Events that are handed on together. So few are applied sooner than threads are started.
pub(crate) const CHUNK_LEN: usize = 512;

/// Views rebuilt from a log.
#[derive(Clone, Debug, Default)]
pub struct Replayed {
    /// The rebuilt views.
    pub views: Views,
    /// How many events were applied after the checkpoint that they began with.
    pub events: u64,
    /// The event of that checkpoint; 0 where they were rebuilt from the first event on.
    pub from: u64,
    /// Newer checkpoints that cannot be used.
    pub passed_over: Vec<SkippedCheckpoint>,
}

/// How far views are rebuilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplayTo {
    /// To the last event.
    End,
    /// To the event at this position, or to the last where the log is shorter. Later events are not read.
    Position(u64),
    /// To the last event recorded no later.
    Moment(Timestamp),
}

/// A rebuild of every view from a log: which events it reads, what it begins with, and on how many threads.
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

    /// As far as `up_to`; later events are not read.
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
    /// The events before it are not read: damage to them is found when they are asked for, by the scrub, or by a
    /// verification.
    pub fn checkpoints(self, checkpoints: impl Into<Option<&'a Checkpoints>>) -> Self {
        Self { checkpoints: checkpoints.into(), ..self }
    }

    /// Begins with these views, and with no checkpoint: only events after the last that they have are read.
    pub fn on(self, views: Views) -> Self {
        Self { views: Some(views), ..self }
    }

    /// On at most this many threads in addition to the caller's, which reads; with 1 on the caller's alone. The views
    /// are the same for every number: none reads another, and each is given every event in order.
    pub fn threads(self, threads: NonZeroUsize) -> Self {
        Self { threads: Some(threads), ..self }
    }

    /// Reads the events and gives the views.
    ///
    /// # Errors
    /// An event cannot be read, or adopts a policy that this version cannot read.
    pub fn run(self) -> Result<Replayed, StartError> {
        Ok(self.run_while(&|_| true)?.unwrap_or_default())
    }

    /// The same, for a caller who shows progress or may stop it: `goes_on` is asked every 512 events, with the number of
    /// the event that was reached. `None` as soon as it says no.
    ///
    /// # Errors
    /// As for [`run`](Self::run).
    pub fn run_while(self, goes_on: &dyn Fn(EventNumber) -> bool) -> Result<Option<Replayed>, StartError> {
        let Self { log, bounds, checkpoints, views, threads } = self;
        let (begins, passed_over) = match (views, checkpoints) {
            (Some(views), _) => (Some(views), Vec::new()),
            (None, Some(checkpoints)) => checkpoints.newest(log, bounds),
            (None, None) => (None, Vec::new()),
        };
        let mut replayed = Replayed { passed_over, ..Replayed::on(begins.unwrap_or_default()) };
        let threads = threads.unwrap_or_else(threads_here);
        Ok(replayed.goes(log, bounds, threads, goes_on)?.then_some(replayed))
    }
}

impl Replayed {
    fn on(views: Views) -> Self {
        Self { from: views.last().0, views, events: 0, passed_over: Vec::new() }
    }

    /// Applies every later event within bounds; false once it should stop.
    fn goes(
        &mut self,
        log: &dyn EventLog,
        bounds: ReplayBounds,
        threads: NonZeroUsize,
        goes_on: &dyn Fn(EventNumber) -> bool,
    ) -> Result<bool, StartError> {
        let first = Position::FIRST.plus(self.from);
        if bounds.position < first.get() {
            return Ok(true);
        }
        // A damaged log may end before it: the visit says so.
        let last = bounds.position.min(log.next_position().get() - 1);
        let is_short = last.saturating_sub(self.from) <= CHUNK_LEN as u64;
        let count_max = if is_short { 1 } else { threads.get() };
        let (views, rest) = self.views.parted();
        thread::scope(|scope| {
            let groups = ChunkSink::start(scope, views, log, count_max);
            let mut reader =
                EventFeed { rest, groups, bounds, goes_on, chunk: Vec::new(), ended: false, events: 0 };
            let mut unread = None;
            let read = log.visit(first, &mut |position, bytes| {
                let taken = decoded_at(position, bytes).and_then(|recorded| reader.take(recorded));
                taken.unwrap_or_else(|error| {
                    unread = Some(error);
                    ControlFlow::Break(())
                })
            });
            let (ended, events) = (reader.ended, reader.events);
            // What comes first in the log comes first: what went wrong in a group is of an event before this one.
            reader.end()?;
            unread.map_or(Ok(()), Err)?;
            read.map_err(StartError::from)?;
            self.events += events;
            Ok(!ended)
        })
    }
}

/// How many threads there are to take events in.
fn threads_here() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// Takes decoded events in their order, checks bounds, and hands them on in chunks.
struct EventFeed<'r, 's> {
    rest: Rest<'r>,
    groups: ChunkSink<'s, 'r>,
    bounds: ReplayBounds,
    goes_on: &'r dyn Fn(EventNumber) -> bool,
    chunk: Vec<Recorded>,
    /// Whether it was told not to go on.
    ended: bool,
    events: u64,
}

impl<'r: 's, 's> EventFeed<'r, 's> {
    fn take(&mut self, recorded: Recorded) -> Result<ControlFlow<()>, StartError> {
        let number = recorded.number;
        self.ended = number.0.is_multiple_of(CHUNK_LEN as u64) && !(self.goes_on)(number);
        if self.ended || recorded.at > self.bounds.at {
            return Ok(ControlFlow::Break(()));
        }
        self.rest.take_in(&recorded)?;
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

    /// Hands on what is left, and waits until everything is applied.
    fn end(mut self) -> Result<(), StartError> {
        if !self.chunk.is_empty() {
            // A group that takes no more says why below.
            let _taken = self.groups.take(self.chunk);
        }
        self.groups.end()
    }
}
