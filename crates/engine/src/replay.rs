//! Views rebuilt from the log, whole or as of some moment.

use std::ops::ControlFlow;

use acquaint_codec::decode_at;
use acquaint_domain::{EventNumber, Recorded, Timestamp};
use acquaint_log::{EventLog, Position};
use crossbeam_channel::{Sender, bounded};

use crate::checkpoints::{Bounds, Checkpoints, PassedOver};
use crate::error::OpenError;
use crate::views::Views;

/// Events that are decoded together.
const CHUNK_LEN: usize = 512;
/// Chunks that wait to be taken.
const CHUNKS_AHEAD_MAX: usize = 8;

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
    let (position, at) = match upto {
        Upto::End => (u64::MAX, Timestamp::from_millis(i64::MAX)),
        Upto::Position(position) => (position, Timestamp::from_millis(i64::MAX)),
        Upto::Moment(at) => (u64::MAX, at),
    };
    let bounds = Bounds { position, at };
    let (begins, passed_over) = checkpoints.map(|those| those.newest(log, bounds)).unwrap_or_default();
    let mut replayed = Replayed::on(begins.unwrap_or_default());
    replayed.passed_over = passed_over;
    Ok(replayed.goes(log, bounds, goes_on)?.then_some(replayed))
}

/// Takes in, on top of `views`, every later event up to the one at `position`.
///
/// # Errors
/// An event cannot be read.
pub fn replay_on(views: Views, log: &dyn EventLog, position: u64) -> Result<Replayed, OpenError> {
    let mut replayed = Replayed::on(views);
    let bounds = Bounds { position, at: Timestamp::from_millis(i64::MAX) };
    replayed.goes(log, bounds, &|_| true)?;
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
        goes_on: &dyn Fn(EventNumber) -> bool,
    ) -> Result<bool, OpenError> {
        let Bounds { position, at } = bounds;
        let mut ended = false;
        if position > self.from {
            let first = Position::FIRST.plus(self.from);
            replay_each(log, first, &mut |recorded| {
                ended = recorded.number.0.is_multiple_of(CHUNK_LEN as u64) && !goes_on(recorded.number);
                if ended || recorded.at > at {
                    return Ok(ControlFlow::Break(()));
                }
                self.take(log, recorded)?;
                let is_last = recorded.number.0 >= position;
                Ok(if is_last { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
            })?;
        }
        Ok(!ended)
    }

    fn take(&mut self, log: &dyn EventLog, recorded: &Recorded) -> Result<(), OpenError> {
        self.views.apply(recorded)?;
        if self.views.ledger.wants_history() {
            self.views.fill_counters(log.read(Position::FIRST).map(decoded))?;
        }
        self.events += 1;
        Ok(())
    }
}

/// Shows every event from `first` on, until `take` breaks off.
fn replay_each(
    log: &dyn EventLog,
    first: Position,
    take: &mut dyn FnMut(&Recorded) -> Result<ControlFlow<()>, OpenError>,
) -> Result<(), OpenError> {
    let (decoded, chunks) = bounded(CHUNKS_AHEAD_MAX);
    std::thread::scope(|scope| {
        // One thread reads and decodes ahead of the one that takes. It ends when nobody receives any more.
        scope.spawn(move || decode_ahead(log, first, &decoded));
        for chunk in chunks {
            for recorded in chunk {
                if take(&recorded?)?.is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    })
}

/// Sends every event from `first` on, in chunks, until there are no more, one cannot be read, or nobody takes them any more.
fn decode_ahead(log: &dyn EventLog, first: Position, chunks: &Sender<Vec<Result<Recorded, OpenError>>>) {
    let mut chunk = Vec::with_capacity(CHUNK_LEN);
    let read = log.visit(first, &mut |position, bytes| {
        let event = decoded_at(position, bytes);
        let is_last = event.is_err();
        chunk.push(event);
        if is_last || chunk.len() == CHUNK_LEN {
            let full = std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK_LEN));
            if chunks.send(full).is_err() || is_last {
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    });
    chunk.extend(read.err().map(|error| Err(unreadable(error))));
    if !chunk.is_empty() {
        // Nobody is left to be told when nobody takes it.
        let _taken = chunks.send(chunk);
    }
}

/// The event in a record of the log.
pub(crate) fn decoded(
    record: Result<acquaint_log::Record, acquaint_log::ReadError>,
) -> Result<Recorded, OpenError> {
    let record = record.map_err(unreadable)?;
    decoded_at(record.position, &record.bytes)
}

fn decoded_at(position: Position, bytes: &[u8]) -> Result<Recorded, OpenError> {
    let number = EventNumber(position.get());
    decode_at(number, bytes)
        .map_err(|error| OpenError::Unreadable { position: number.0, reason: error.to_string() })
}

pub(crate) fn unreadable(error: acquaint_log::ReadError) -> OpenError {
    match &error {
        acquaint_log::ReadError::Damaged { position, .. } => {
            OpenError::Damaged { position: position.get(), reason: error.to_string() }
        }
        acquaint_log::ReadError::Io { position, .. } => {
            OpenError::Unreadable { position: position.get(), reason: error.to_string() }
        }
    }
}
