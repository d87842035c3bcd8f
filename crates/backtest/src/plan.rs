//! The parameters of a replay.

use std::ops::ControlFlow;

use acquaint_domain::Timestamp;

use crate::history::Adopted;

/// The state in which a send is judged again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// In the state that history really had.
    #[default]
    Open,
    /// In the state that would have followed from the policy's own verdicts.
    Closed,
}

/// The policy that is tried.
#[derive(Clone, Debug, PartialEq)]
pub enum Candidate {
    /// This policy, from the first send on.
    Policy(Box<Adopted>),
    /// The policies that the log adopted, each from its adoption on: history itself.
    AsAdopted,
}

/// What the candidate's verdicts are compared with.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Against {
    /// The recorded verdicts. Requests observed on another network have none, so the policies that the log adopted judge
    /// them.
    #[default]
    Recorded,
    /// The verdicts of this policy.
    Policy(Box<Adopted>),
}

/// The parameters of a replay.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The policy that is tried.
    pub candidate: Candidate,
    /// What it is compared with.
    pub against: Against,
    /// The state in which sends are judged.
    pub mode: Mode,
    /// Sends before this time are not judged again, but they still affect the state. `None` judges from the first send on.
    pub from: Option<Timestamp>,
    /// Sends at or after this time are not judged again, but later answers still count. `None` judges up to the last send.
    pub to: Option<Timestamp>,
    /// Seed for choosing the samples.
    pub seed: u64,
}

/// The progress of a replay. The [`Watch`] function decides whether the replay continues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplayProgress {
    /// The number of events read.
    pub done: u64,
    /// The number of events to read.
    pub total: u64,
}

/// A function that receives the progress of a replay and may stop it.
pub type Watch<'w> = dyn FnMut(ReplayProgress) -> ControlFlow<()> + 'w;

impl Plan {
    /// Judges every send of a log under `policy`, in open mode, and compares with the recorded verdicts.
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

    /// Whether only a time window is judged instead of every send.
    pub(crate) fn has_window(&self) -> bool {
        self.from.is_some() || self.to.is_some()
    }

    /// Whether the time window is empty.
    pub(crate) fn is_window_empty(&self) -> bool {
        self.from.zip(self.to).is_some_and(|(from, to)| from >= to)
    }

    pub(crate) fn covers(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| at >= from) && self.to.is_none_or(|to| at < to)
    }
}
