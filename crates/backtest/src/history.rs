//! The log as what-if replay reads it.

use std::ops::ControlFlow;

use acquaint_codec::{DecodeError, decode, decode_peeked, event_types, peek};
use acquaint_domain::{Event, EventNumber, PolicyVersion, Recorded, Timestamp, network};
use acquaint_engine::StartError;
use acquaint_log::{EventLog, Position};
use acquaint_policy::Policy;
use crossbeam_channel::{Sender, bounded};

use crate::error::BacktestError;
use crate::plan::{ReplayProgress, Watch};

/// A policy and its document.
#[derive(Clone, Debug, PartialEq)]
pub struct Adopted {
    /// The event of its adoption; it judges later sends. 0 means from the first event on.
    pub since: EventNumber,
    /// Its version in the log; 0 if it was never adopted.
    pub version: PolicyVersion,
    /// The TOML document.
    pub text: String,
    /// The parsed policy.
    pub policy: Policy,
}

impl Adopted {
    /// A policy that judges from the first send on, whatever was adopted. Its bounds are not checked, because a log may
    /// contain a policy beyond today's bounds.
    ///
    /// # Errors
    /// The document is not a valid policy.
    pub fn read(text: &str) -> Result<Self, BacktestError> {
        let policy = Policy::recorded(text).map_err(|error| BacktestError::Policy(error.to_string()))?;
        Ok(Self { since: EventNumber(0), version: PolicyVersion(0), text: text.to_owned(), policy })
    }

    /// The same policy, judging from the first send on.
    #[must_use]
    pub fn from_the_first(&self) -> Self {
        Self { since: EventNumber(0), ..self.clone() }
    }
}

/// A log up to some time, with the policies that it adopted. The log is only read, never written.
pub struct History<'a> {
    log: &'a dyn EventLog,
    /// The number of the last event that is read.
    last: u64,
    /// The time of the last event.
    last_at: Option<Timestamp>,
    policies: Vec<Adopted>,
    observed: u64,
    idle: Vec<bool>,
    reading: ReadMode,
}

/// Which thread reads and decodes events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadMode {
    /// The thread that judges.
    Alone,
    /// Another thread, ahead of the one that judges.
    Ahead,
}

impl ReadMode {
    /// The fewest events for which a second thread is worth starting.
    const WORTH_IT: u64 = 10_000;

    /// The faster mode on this machine for this many events.
    fn of(events: u64) -> Self {
        let has_two = std::thread::available_parallelism().is_ok_and(|threads| threads.get() > 1);
        if has_two && events >= Self::WORTH_IT { Self::Ahead } else { Self::Alone }
    }
}

/// Reports progress to the watcher from time to time.
struct Watched<'a, 'w> {
    watch: &'a mut Watch<'w>,
    /// The number of events at which to report next.
    next: u64,
    total: u64,
}

impl Watched<'_, '_> {
    fn reach(&mut self, done: u64) -> Result<(), BacktestError> {
        const EVERY: u64 = 1 << 14;
        if done < self.next {
            return Ok(());
        }
        self.next = done + EVERY;
        let total = self.total;
        match (self.watch)(ReplayProgress { done, total }) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(BacktestError::Interrupted { done, total }),
        }
    }
}

/// Events that are decoded together.
const CHUNK_LEN: usize = 512;
/// The most chunks that are decoded ahead.
const CHUNKS_AHEAD_MAX: usize = 8;

/// Types of events that affect no judgement of a send and give no answer; they are not decoded. What happens to a letter in
/// the inbox does not affect the sender. Its arrival does, because the spam filter counts silence from then on, and so do a
/// letter that was given up (`delivery-abandoned`) and every answer, so those types are not in the list.
const IDLE: [&str; 12] = [
    "command-refused",
    "fault-started",
    "fault-stopped",
    "request-reminded",
    "reminder-taken",
    "lookup-recorded",
    "delivery-failed",
    "request-delivered",
    "request-held-by-recipient",
    "request-filed",
    "request-unclaimed",
    "request-shown",
];

impl<'a> History<'a> {
    /// Scans a log up to the last event recorded no later than `until`, and no further than event `last`.
    ///
    /// # Errors
    /// The log cannot be read, or has adopted no policy.
    pub fn of(
        log: &'a dyn EventLog,
        until: Option<Timestamp>,
        last: Option<u64>,
    ) -> Result<Self, BacktestError> {
        let types: Vec<_> = event_types().collect();
        let id = |name: &str| types.iter().find(|kind| kind.name == name).map(|kind| kind.id);
        let (adopted, observed) = (id("policy-adopted"), id("request-observed"));
        let mut idle = vec![false; types.iter().map(|kind| usize::from(kind.id) + 1).max().unwrap_or(0)];
        for place in IDLE.iter().filter_map(|name| id(name)) {
            if let Some(idle) = idle.get_mut(usize::from(place)) {
                *idle = true;
            }
        }
        let (policies, reading) = (Vec::new(), ReadMode::Alone);
        let mut history = Self { log, last: 0, last_at: None, policies, observed: 0, idle, reading };
        let mut failed = None;
        log.visit(Position::FIRST, &mut |position, bytes| match history.scan(
            position,
            bytes,
            (until, last),
            (adopted, observed),
        ) {
            Ok(flow) => flow,
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        })?;
        match failed {
            Some(error) => Err(error),
            None if history.policies.is_empty() => Err(BacktestError::NoPolicy),
            None => {
                let reading = ReadMode::of(history.last);
                Ok(history.reading(reading))
            }
        }
    }

    fn scan(
        &mut self,
        position: Position,
        bytes: &[u8],
        (until, last): (Option<Timestamp>, Option<u64>),
        (adopted, observed): (Option<u16>, Option<u16>),
    ) -> Result<ControlFlow<()>, BacktestError> {
        let envelope = peek(bytes).map_err(|error| unreadable(position, &error))?;
        if until.is_some_and(|until| envelope.at > until) {
            return Ok(ControlFlow::Break(()));
        }
        self.last = position.get();
        self.last_at = Some(envelope.at);
        let is_last = last == Some(self.last);
        if Some(envelope.type_id) == observed {
            self.observed += 1;
        } else if Some(envelope.type_id) == adopted {
            let recorded = decode(bytes).map_err(|error| unreadable(position, &error))?;
            if let Event::Network(network::Event::PolicyAdopted { version, text, .. }) = recorded.event {
                let read = Adopted::read(&text)?;
                self.policies.push(Adopted { since: recorded.number, version, ..read });
            }
        }
        // Do not read past the last event: what follows may be damaged.
        Ok(if is_last { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    }

    /// The policies that the log adopted, in order.
    pub fn policies(&self) -> &[Adopted] {
        &self.policies
    }

    /// The policy in force at the end.
    pub fn in_force(&self) -> Option<&Adopted> {
        self.policies.last()
    }

    /// The number of requests observed on other networks.
    pub fn observed(&self) -> u64 {
        self.observed
    }

    /// The number of the last event; 0 for an empty log.
    pub fn last(&self) -> u64 {
        self.last
    }

    /// The time of the last event; `None` for an empty log.
    pub fn last_at(&self) -> Option<Timestamp> {
        self.last_at
    }

    /// The same history, read by another thread mode.
    #[must_use]
    pub fn reading(self, reading: ReadMode) -> Self {
        Self { reading, ..self }
    }

    /// Passes every event that matters for a judgement to `take`, in order, until `take` breaks.
    ///
    /// # Errors
    /// The log cannot be read; the first error of `take`; [`BacktestError::Interrupted`] if `watch` broke off.
    pub fn visit(
        &self,
        watch: &mut Watch<'_>,
        take: &mut dyn FnMut(Recorded) -> Result<ControlFlow<()>, BacktestError>,
    ) -> Result<(), BacktestError> {
        let mut watched = Watched { watch, next: 0, total: self.last };
        watched.reach(0)?;
        match self.reading {
            ReadMode::Alone => self.visit_alone(&mut watched, take),
            ReadMode::Ahead => self.visit_ahead(&mut watched, take),
        }
    }

    fn visit_alone(
        &self,
        watched: &mut Watched<'_, '_>,
        take: &mut dyn FnMut(Recorded) -> Result<ControlFlow<()>, BacktestError>,
    ) -> Result<(), BacktestError> {
        let mut failed = None;
        self.each_record(&mut |position, bytes| {
            let taken = watched
                .reach(position.get() - 1)
                .and_then(|()| self.event(position, bytes))
                .and_then(|event| event.map_or(Ok(ControlFlow::Continue(())), &mut *take));
            taken.unwrap_or_else(|error| {
                failed = Some(error);
                ControlFlow::Break(())
            })
        })?;
        failed.map_or(Ok(()), Err)
    }

    /// Visits with a second thread that reads and decodes ahead. It ends when the receiver is dropped.
    fn visit_ahead(
        &self,
        watched: &mut Watched<'_, '_>,
        take: &mut dyn FnMut(Recorded) -> Result<ControlFlow<()>, BacktestError>,
    ) -> Result<(), BacktestError> {
        let (decoded, chunks) = bounded(CHUNKS_AHEAD_MAX);
        std::thread::scope(|scope| {
            scope.spawn(move || self.decode_ahead(&decoded));
            for chunk in chunks {
                for recorded in chunk {
                    let recorded: Recorded = recorded?;
                    watched.reach(recorded.number.0 - 1)?;
                    if take(recorded)?.is_break() {
                        return Ok(());
                    }
                }
            }
            Ok(())
        })
    }

    /// Sends every event, in chunks, until the end, an error, or the receiver is dropped.
    fn decode_ahead(&self, chunks: &Sender<Vec<Result<Recorded, BacktestError>>>) {
        let mut chunk = Vec::with_capacity(CHUNK_LEN);
        let read = self.each_record(&mut |position, bytes| {
            let event = self.event(position, bytes);
            let is_last = event.is_err();
            chunk.extend(event.transpose());
            if is_last || chunk.len() == CHUNK_LEN {
                let full = std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK_LEN));
                if chunks.send(full).is_err() || is_last {
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        });
        chunk.extend(read.err().map(Err));
        if !chunk.is_empty() {
            // If the receiver is gone, nobody needs the error.
            let _taken = chunks.send(chunk);
        }
    }

    /// Passes every record up to the last one to `take`, and reads no further.
    pub(crate) fn each_record(
        &self,
        take: &mut dyn FnMut(Position, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), BacktestError> {
        if self.last == 0 {
            return Ok(());
        }
        Ok(self.log.visit(Position::FIRST, &mut |position, bytes| {
            let taken = take(position, bytes);
            if position.get() >= self.last { ControlFlow::Break(()) } else { taken }
        })?)
    }

    /// The event in a record; `None` for one of an idle type.
    fn event(&self, position: Position, bytes: &[u8]) -> Result<Option<Recorded>, BacktestError> {
        let envelope = peek(bytes).map_err(|error| unreadable(position, &error))?;
        if self.idle.get(usize::from(envelope.type_id)).copied().unwrap_or(false) {
            return Ok(None);
        }
        let (expected, found) = (EventNumber(position.get()), envelope.number);
        if found != expected {
            return Err(unreadable(position, &DecodeError::Misplaced { expected, found }));
        }
        decode_peeked(&envelope, bytes).map(Some).map_err(|error| unreadable(position, &error))
    }
}

fn unreadable(position: Position, error: &DecodeError) -> BacktestError {
    StartError::Unreadable { position: position.get(), reason: error.to_string() }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_idle_type_is_a_type() {
        for name in IDLE {
            assert!(event_types().any(|kind| kind.name == name), "{name}");
        }
    }
}
