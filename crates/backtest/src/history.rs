//! The log, as what-if replay reads it.

use std::ops::ControlFlow;

use acquaint_codec::{decode, event_types, peek};
use acquaint_domain::{Event, EventNumber, PolicyVersion, Recorded, Timestamp};
use acquaint_log::{EventLog, Position};
use acquaint_policy::Policy;

use crate::error::BacktestError;
use crate::plan::{Progress, Watch};

/// A policy and its document.
#[derive(Clone, Debug, PartialEq)]
pub struct Adopted {
    /// From which event on it judges; 0: from the first on.
    pub since: EventNumber,
    /// Its number in the log; 0 where it was never adopted.
    pub version: PolicyVersion,
    /// The document.
    pub text: String,
    /// What it says.
    pub policy: Policy,
}

impl Adopted {
    /// A policy that judges from the first send on, whatever was adopted.
    ///
    /// # Errors
    /// The document is no policy.
    pub fn read(text: &str) -> Result<Self, BacktestError> {
        let policy = Policy::parse(text).map_err(|error| BacktestError::Policy(error.to_string()))?;
        Ok(Self { since: EventNumber(0), version: PolicyVersion(0), text: text.to_owned(), policy })
    }

    /// The same, from the first send on.
    #[must_use]
    pub fn from_the_first(&self) -> Self {
        Self { since: EventNumber(0), ..self.clone() }
    }
}

/// A log up to a moment, with the policies that it adopted. It is read, and nothing is ever written to it.
pub struct History<'a> {
    log: &'a dyn EventLog,
    /// The last event that is read.
    last: u64,
    policies: Vec<Adopted>,
    observed: u64,
    idle: Vec<bool>,
}

/// Types of events that change nothing that a send is judged from, nor tell of an answer: they are not even decoded.
/// What became of a letter in the inbox is nothing of the sender's; that it has arrived is, since the spam filter counts
/// silence from then on, and so is a letter that was given up (`delivery-abandoned`), and every answer.
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
    /// Looks a log through, up to the last event recorded no later than `until`, and no further than `last`.
    ///
    /// # Errors
    /// It cannot be read, or has adopted no policy.
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
        let mut history = Self { log, last: 0, policies: Vec::new(), observed: 0, idle };
        let mut failed = None;
        log.visit(Position::FIRST, &mut |position, bytes| match history.look(
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
            None => Ok(history),
        }
    }

    fn look(
        &mut self,
        position: Position,
        bytes: &[u8],
        (until, last): (Option<Timestamp>, Option<u64>),
        (adopted, observed): (Option<u16>, Option<u16>),
    ) -> Result<ControlFlow<()>, BacktestError> {
        let envelope = peek(bytes).map_err(|error| unreadable(position, &error))?;
        let is_past = until.is_some_and(|until| envelope.at > until);
        if is_past || last.is_some_and(|last| position.get() > last) {
            return Ok(ControlFlow::Break(()));
        }
        self.last = position.get();
        if Some(envelope.type_id) == observed {
            self.observed += 1;
        } else if Some(envelope.type_id) == adopted {
            let recorded = decode(bytes).map_err(|error| unreadable(position, &error))?;
            if let Event::PolicyAdopted { version, text, .. } = recorded.event {
                let read = Adopted::read(&text)?;
                self.policies.push(Adopted { since: recorded.number, version, ..read });
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// The policies that it adopted, in order.
    pub fn policies(&self) -> &[Adopted] {
        &self.policies
    }

    /// The policy in force at its end.
    pub fn in_force(&self) -> Option<&Adopted> {
        self.policies.last()
    }

    /// How many requests another network carried.
    pub fn observed(&self) -> u64 {
        self.observed
    }

    /// The number of its last event.
    pub fn last(&self) -> u64 {
        self.last
    }

    /// The log itself.
    pub fn log(&self) -> &'a dyn EventLog {
        self.log
    }

    /// Shows every event that matters to what is judged, in order, until `take` breaks off.
    ///
    /// # Errors
    /// The log cannot be read; the first error of `take`; [`BacktestError::Interrupted`] when `watch` broke off.
    pub fn visit(
        &self,
        watch: &mut Watch<'_>,
        take: &mut dyn FnMut(Recorded) -> Result<ControlFlow<()>, BacktestError>,
    ) -> Result<(), BacktestError> {
        const EVERY: u64 = 1 << 14;
        if watch(Progress { done: 0, total: self.last }).is_break() {
            return Err(BacktestError::Interrupted);
        }
        let mut failed = None;
        self.log.visit(Position::FIRST, &mut |position, bytes| {
            if position.get() > self.last {
                return ControlFlow::Break(());
            }
            if position.get().is_multiple_of(EVERY)
                && watch(Progress { done: position.get(), total: self.last }).is_break()
            {
                failed = Some(BacktestError::Interrupted);
                return ControlFlow::Break(());
            }
            match self
                .event(position, bytes)
                .and_then(|event| event.map_or(Ok(ControlFlow::Continue(())), &mut *take))
            {
                Ok(flow) => flow,
                Err(error) => {
                    failed = Some(error);
                    ControlFlow::Break(())
                }
            }
        })?;
        failed.map_or(Ok(()), Err)
    }

    /// The event in a record; `None` for one of an idle type.
    fn event(&self, position: Position, bytes: &[u8]) -> Result<Option<Recorded>, BacktestError> {
        let envelope = peek(bytes).map_err(|error| unreadable(position, &error))?;
        if self.idle.get(usize::from(envelope.type_id)).copied().unwrap_or(false) {
            return Ok(None);
        }
        let recorded = acquaint_codec::decode_at(EventNumber(position.get()), bytes);
        recorded.map(Some).map_err(|error| unreadable(position, &error))
    }
}

fn unreadable(position: Position, error: &acquaint_codec::DecodeError) -> BacktestError {
    BacktestError::Unreadable { position: position.get(), reason: error.to_string() }
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
