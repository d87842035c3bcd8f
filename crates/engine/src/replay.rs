//! Views rebuilt from the log, whole or as of some moment.

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::thread;

use acquaint_codec::decode_at;
use acquaint_domain::{EventNumber, Recorded, Timestamp};
use acquaint_log::{EventLog, Position};

use crate::checkpoints::{Bounds, Checkpoints, PassedOver};
use crate::error::OpenError;
use crate::views::{Rest, Views};

mod groups;

use groups::Groups;

/// Events that are handed on together. So few are taken in sooner than threads are started.
pub(crate) const CHUNK_LEN: usize = 512;

/// Views rebuilt from a log.
#[derive(Clone, Debug, Default)]
pub struct Replayed {
    /// The views.
    pub views: Views,
    /// How many events they were rebuilt from, behind the checkpoint that they began with.
    pub events: u64,
    /// The event of that checkpoint; 0 where they were rebuilt from the first event on.
    pub from: u64,
    /// Newer checkpoints that cannot be used.
    pub passed_over: Vec<PassedOver>,
}

/// How far views are rebuilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upto {
    /// To the last event.
    End,
    /// To the event at this position, or to the last where the log is shorter. What comes behind is not read.
    Position(u64),
    /// To the last event recorded no later.
    Moment(Timestamp),
}

/// Rebuilds every view from the first event to the last.
///
/// # Errors
/// An event cannot be read.
pub fn replay(log: &dyn EventLog) -> Result<Replayed, OpenError> {
    rebuild(log, Upto::End, None)
}

/// Rebuilds every view as it was at `at`: from the first event to the last one recorded no later.
///
/// # Errors
/// An event cannot be read.
pub fn replay_until(log: &dyn EventLog, at: Timestamp) -> Result<Replayed, OpenError> {
    rebuild(log, Upto::Moment(at), None)
}

/// Rebuilds every view from the first event to the one at `position`, or to the last where the log is shorter. What comes
/// behind is not read.
///
/// # Errors
/// An event cannot be read.
pub fn replay_to(log: &dyn EventLog, position: u64) -> Result<Replayed, OpenError> {
    rebuild(log, Upto::Position(position), None)
}

/// Rebuilds every view as far as `upto`: from the newest checkpoint that can be used and is not behind that, else from the
/// first event.
///
/// With a checkpoint the events before it are not read: damage to them is found when they are asked for, by the scrub, or by
/// a verification.
///
/// # Errors
/// An event cannot be read.
pub fn rebuild(
    log: &dyn EventLog,
    upto: Upto,
    checkpoints: Option<&Checkpoints>,
) -> Result<Replayed, OpenError> {
    Ok(rebuild_while(log, upto, checkpoints, &|_| true)?.unwrap_or_default())
}

/// The same, for who wants to see how far it is: `goes_on` is asked now and then with the number of the event that was reached.
/// `None` as soon as it says no.
///
/// # Errors
/// An event cannot be read.
pub fn rebuild_while(
    log: &dyn EventLog,
    upto: Upto,
    checkpoints: Option<&Checkpoints>,
    goes_on: &dyn Fn(EventNumber) -> bool,
) -> Result<Option<Replayed>, OpenError> {
    rebuild_on(threads_here(), log, upto, checkpoints, goes_on)
}

/// The same, on so many threads besides the one that reads, which is the caller's; with 1 on the caller's alone. The views
/// are the same whatever the number: none reads another, and each takes in every event in order.
///
/// # Errors
/// An event cannot be read.
pub fn rebuild_on(
    threads: NonZeroUsize,
    log: &dyn EventLog,
    upto: Upto,
    checkpoints: Option<&Checkpoints>,
    goes_on: &dyn Fn(EventNumber) -> bool,
) -> Result<Option<Replayed>, OpenError> {
    let (position, at) = match upto {
        Upto::End => (u64::MAX, Timestamp::from_millis(i64::MAX)),
        Upto::Position(position) => (position, Timestamp::from_millis(i64::MAX)),
        Upto::Moment(at) => (u64::MAX, at),
    };
    let bounds = Bounds { position, at };
    let (begins, passed_over) = checkpoints.map(|those| those.newest(log, bounds)).unwrap_or_default();
    let mut replayed = Replayed::on(begins.unwrap_or_default());
    replayed.passed_over = passed_over;
    Ok(replayed.goes(log, bounds, threads, goes_on)?.then_some(replayed))
}

/// Takes in, on top of `views`, every later event up to the one at `position`.
///
/// # Errors
/// An event cannot be read.
pub fn replay_on(views: Views, log: &dyn EventLog, position: u64) -> Result<Replayed, OpenError> {
    let mut replayed = Replayed::on(views);
    let bounds = Bounds { position, at: Timestamp::from_millis(i64::MAX) };
    replayed.goes(log, bounds, threads_here(), &|_| true)?;
    Ok(replayed)
}

impl Replayed {
    fn on(views: Views) -> Self {
        Self { from: views.last().0, views, events: 0, passed_over: Vec::new() }
    }

    /// Takes in every later event within bounds; false as soon as it does not go on.
    fn goes(
        &mut self,
        log: &dyn EventLog,
        bounds: Bounds,
        threads: NonZeroUsize,
        goes_on: &dyn Fn(EventNumber) -> bool,
    ) -> Result<bool, OpenError> {
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
            let groups = Groups::start(scope, views, log, count_max);
            let mut reader =
                Reader { rest, groups, bounds, goes_on, chunk: Vec::new(), ended: false, events: 0 };
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
            read.map_err(unreadable)?;
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
struct Reader<'r, 's> {
    rest: Rest<'r>,
    groups: Groups<'s, 'r>,
    bounds: Bounds,
    goes_on: &'r dyn Fn(EventNumber) -> bool,
    chunk: Vec<Recorded>,
    /// Whether it was told not to go on.
    ended: bool,
    events: u64,
}

impl<'r: 's, 's> Reader<'r, 's> {
    fn take(&mut self, recorded: Recorded) -> Result<ControlFlow<()>, OpenError> {
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

    /// Hands on what is left, and waits until everything is taken in.
    fn end(mut self) -> Result<(), OpenError> {
        if !self.chunk.is_empty() {
            // A group that takes no more says why below.
            let _taken = self.groups.take(self.chunk);
        }
        self.groups.end()
    }
}

/// The event in a record of the log.
pub(crate) fn decoded(
    record: Result<acquaint_log::Record, acquaint_log::ReadError>,
) -> Result<Recorded, OpenError> {
    let record = record.map_err(unreadable)?;
    decoded_at(record.position, &record.bytes)
}

pub(crate) fn decoded_at(position: Position, bytes: &[u8]) -> Result<Recorded, OpenError> {
    let number = EventNumber(position.get());
    decode_at(number, bytes)
        .map_err(|error| OpenError::Unreadable { position: number.0, reason: error.to_string() })
}

pub(crate) fn unreadable(error: acquaint_log::ReadError) -> OpenError {
    error.into()
}
