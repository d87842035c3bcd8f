//! What is asked.

use std::ops::ControlFlow;

use acquaint_domain::Timestamp;

use crate::history::Adopted;

/// In which state a send is judged again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// In the state that history really had.
    #[default]
    Open,
    /// In the state that would have followed from the policy's own verdicts.
    Closed,
}

/// Which policy is tried.
#[derive(Clone, Debug, PartialEq)]
pub enum Candidate {
    /// This one, from the first send on.
    Policy(Box<Adopted>),
    /// Those that the log adopted, each from its adoption on: history itself.
    AsAdopted,
}

/// With what its verdicts are compared.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Against {
    /// With those that were recorded. Requests that another network carried have none: for them the policies that the
    /// log adopted judge.
    #[default]
    Recorded,
    /// With those of this policy.
    Policy(Box<Adopted>),
}

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The policy that is tried.
    pub candidate: Candidate,
    /// What it is compared with.
    pub against: Against,
    /// In which state.
    pub mode: Mode,
    /// Sends before this moment are not judged again; what they left behind is there. `None`: from the first on.
    pub from: Option<Timestamp>,
    /// Sends from this moment on are not judged again; answers that come later still count. `None`: to the last.
    pub to: Option<Timestamp>,
    /// Chooses the samples.
    pub seed: u64,
}

/// How far a replay is; it goes on as long as whoever is shown it says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Events read.
    pub done: u64,
    /// Of so many.
    pub total: u64,
}

/// Whoever watches a replay.
pub type Watch<'w> = dyn FnMut(Progress) -> ControlFlow<()> + 'w;

impl Plan {
    /// Every send of a log under `policy`, in the state that history had, beside the recorded verdicts.
    pub fn of(policy: Adopted) -> Self {
        Self {
            candidate: Candidate::Policy(Box::new(policy)),
            against: Against::Recorded,
            mode: Mode::Open,
            from: None,
            to: None,
            seed: 1,
        }
    }

    /// Whether a window of time is asked about, and not every send.
    pub(crate) fn has_window(&self) -> bool {
        self.from.is_some() || self.to.is_some()
    }

    /// Whether no moment is in the window of time.
    pub(crate) fn is_window_empty(&self) -> bool {
        self.from.zip(self.to).is_some_and(|(from, to)| from >= to)
    }

    pub(crate) fn asks_about(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| at >= from) && self.to.is_none_or(|to| at < to)
    }
}
