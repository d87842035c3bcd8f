//! The options of a kernel: how many bytes fit one append to its log, and when follow-ups run.

use acquaint_domain::Timestamp;
use acquaint_log::EventLog;

use crate::error::StartError;
use crate::state::views::Views;
use crate::write::frames::{APPEND_BYTES_MAX, append_bytes_max};
use crate::write::kernel::{Genesis, Kernel};

/// The options of a kernel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KernelOptions {
    /// Largest size of the events of one command in the log, bytes.
    atom_bytes_max: usize,
    pace: Pace,
}

/// When the consequences of a ban or a closed account are recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// Before the next command.
    AtOnce,
    /// In slices, with other commands in between.
    InSlices,
}

impl Default for KernelOptions {
    fn default() -> Self {
        Self { atom_bytes_max: APPEND_BYTES_MAX, pace: Pace::AtOnce }
    }
}

impl Kernel {
    /// A kernel for a log, with the views that were rebuilt from it. For an empty log it stages the genesis.
    ///
    /// # Errors
    /// The policy of the genesis cannot be read, or does not fit one append to the log.
    pub(crate) fn for_log(views: Views, log: &dyn EventLog, genesis: &Genesis) -> Result<Self, StartError> {
        let options = KernelOptions { atom_bytes_max: append_bytes_max(log), ..KernelOptions::default() };
        let mut kernel = Self::new(views).with_options(options);
        if kernel.views().last().0 == 0 {
            let founded = kernel.init(genesis);
            founded.map_err(|error| StartError::Policy { position: 2, reason: error.to_string() })?;
            kernel.check_genesis()?;
        }
        Ok(kernel)
    }

    /// The same, for a program that runs other commands between the slices of a departure.
    pub(crate) fn in_slices(self) -> Self {
        let options = KernelOptions { pace: Pace::InSlices, ..self.options() };
        self.with_options(options)
    }

    /// Largest size of events that are recorded together, in the log, bytes.
    pub(crate) fn atom_bytes_max(&self) -> usize {
        self.options().atom_bytes_max
    }

    /// Runs the follow-ups of the last answer, at its moment: carries letters, and records the consequences of a ban or a closed
    /// account unless they are recorded in slices.
    pub fn run_followups(&mut self) {
        if let Some(at) = self.take_followup_at() {
            self.run_due(at);
        }
        if self.options().pace == Pace::AtOnce {
            self.carry_out_departures();
        }
    }

    /// Runs all follow-ups, departures included.
    pub(crate) fn run_all_followups(&mut self) {
        self.run_followups();
        self.carry_out_departures();
    }

    /// Runs the follow-ups of the last answer, and one slice of departures.
    pub(crate) fn run_followup_slice(&mut self) {
        self.run_followups();
        let _was_there_any = self.carry_out_slice();
    }

    /// Does the work that is due at `now`, until at least `events_max` events are staged. Returns whether all of it is done.
    pub(crate) fn advance_some(&mut self, now: Timestamp, events_max: usize) -> bool {
        self.run_followups();
        self.run_some_due(now, events_max)
    }

    /// When the rest of the departures is due; `None` for a kernel that records them in slices.
    pub(crate) fn next_departure_due(&self) -> Option<Timestamp> {
        match self.options().pace {
            Pace::AtOnce => self.views().departure_due(),
            Pace::InSlices => None,
        }
    }

    /// The same kernel, but it records the consequences of departures at once.
    pub(crate) fn at_once(self) -> Self {
        let options = KernelOptions { pace: Pace::AtOnce, ..self.options() };
        self.with_options(options)
    }
}
