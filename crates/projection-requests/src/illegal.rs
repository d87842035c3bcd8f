//! Illegal transitions of requests, which a check of a log counts.

use std::fmt;

use acquaint_domain::incoming::Incoming;
use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{Code, EventNumber, IllegalTransition, RequestId};

/// How many are listed; the others are only counted.
const NAMED_MAX: usize = 5;

/// The illegal transitions in a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IllegalTransitions {
    count: u64,
    first: Vec<IllegalStep>,
}

/// One illegal transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IllegalStep {
    /// The number of the event.
    pub number: EventNumber,
    /// The request that the event is about.
    pub request: RequestId,
    /// The transition that its state does not allow.
    pub step: Step,
}

/// A transition on one of the two sides of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// On the sender's side.
    Sender(IllegalTransition<Outgoing>),
    /// On the recipient's side; `None` before the request has arrived.
    Recipient(IllegalTransition<Option<Incoming>>),
}

impl IllegalTransitions {
    /// How many there are.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The first of them, at most five.
    pub fn first(&self) -> &[IllegalStep] {
        &self.first
    }

    pub(crate) fn add(&mut self, illegal: IllegalStep) {
        self.count += 1;
        if self.first.len() < NAMED_MAX {
            self.first.push(illegal);
        }
    }
}

impl fmt::Display for IllegalStep {
    /// In words, such as "event 7: request R on the sender's side, from CR0903 (undisclosed) to CR0601 (in-transit)".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, request, step } = self;
        write!(f, "event {}: request {request} on the ", number.0)?;
        match step {
            Step::Sender(IllegalTransition { from, to }) => {
                write!(f, "sender's side, from {} to {}", state(Some(from.code())), state(Some(to.code())))
            }
            Step::Recipient(IllegalTransition { from, to }) => {
                let (from, to) = (from.map(Incoming::code), to.map(Incoming::code));
                write!(f, "recipient's side, from {} to {}", state(from), state(to))
            }
        }
    }
}

fn state(code: Option<Code>) -> String {
    code.map_or_else(|| "not arrived".to_owned(), |code| format!("{code} ({})", code.name()))
}
