//! How a desk is used: how much its log takes at once, and when what follows from a decision happens.

use acquaint_domain::Timestamp;
use acquaint_log::EventLog;

use crate::error::StartError;
use crate::state::views::Views;
use crate::write::frames::APPEND_BYTES_MAX;
use crate::write::kernel::{Genesis, Kernel};

/// What a program that uses a desk asks of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KernelOptions {
    /// What the events of one command may take in the log, bytes.
    atom_bytes_max: usize,
    pace: Pace,
}

/// When what follows from a decision about a whole account happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// Before the next command.
    AtOnce,
    /// In slices, and other commands go in between.
    InSlices,
}

impl Default for KernelOptions {
    fn default() -> Self {
        Self { atom_bytes_max: APPEND_BYTES_MAX, pace: Pace::AtOnce }
    }
}

impl Kernel {
    /// A desk for a log, with the views that were rebuilt from it. For an empty log the founding is staged.
    ///
    /// # Errors
    /// The founding's policy does not read, or is larger than the log takes at once.
    pub(crate) fn for_log(views: Views, log: &dyn EventLog, founding: &Genesis) -> Result<Self, StartError> {
        let most = usize::try_from(log.batch_bytes_max()).unwrap_or(usize::MAX).min(APPEND_BYTES_MAX);
        let bounds = KernelOptions { atom_bytes_max: most, ..KernelOptions::default() };
        let mut desk = Self::new(views).bounded(bounds);
        if desk.views().last().0 == 0 {
            let founded = desk.init(founding);
            founded.map_err(|error| StartError::Policy { position: 2, reason: error.to_string() })?;
            desk.check_founding()?;
        }
        Ok(desk)
    }

    /// The same, for a program that has other commands go in between the slices of what follows from a decision.
    pub(crate) fn in_slices(self) -> Self {
        let bounds = KernelOptions { pace: Pace::InSlices, ..self.bounds() };
        self.bounded(bounds)
    }

    /// What events that are recorded together may take in the log, bytes.
    pub(crate) fn atom_bytes_max(&self) -> usize {
        self.bounds().atom_bytes_max
    }

    /// Does what follows from the last answer, at its moment: letters are carried, and a ban or a closed account has its
    /// consequences.
    pub fn run_followups(&mut self) {
        if let Some(at) = self.take_unsettled() {
            self.run_due(at);
        }
        if self.bounds().pace == Pace::AtOnce {
            self.carry_out_departures();
        }
    }

    /// Does all that follows from what was decided.
    pub(crate) fn settle_all(&mut self) {
        self.run_followups();
        self.carry_out_departures();
    }

    /// Does one slice of what follows from what was decided.
    pub(crate) fn settle_slice(&mut self) {
        self.run_followups();
        let _was_there_any = self.carry_out_slice();
    }

    /// Does what is due at `now` until at least `events_max` events are staged. Whether that was all of it.
    pub(crate) fn advance_some(&mut self, now: Timestamp, events_max: usize) -> bool {
        self.run_followups();
        self.run_some_due(now, events_max)
    }

    /// When what is left of a ban or a closed account is due, for a desk that does not do that in slices.
    pub(crate) fn next_departure_due(&self) -> Option<Timestamp> {
        match self.bounds().pace {
            Pace::AtOnce => self.views().departure_due(),
            Pace::InSlices => None,
        }
    }

    /// The same desk with nothing left for later.
    pub(crate) fn at_once(self) -> Self {
        let bounds = KernelOptions { pace: Pace::AtOnce, ..self.bounds() };
        self.bounded(bounds)
    }
}
