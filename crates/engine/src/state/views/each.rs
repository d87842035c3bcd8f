//! The one list of the views, which live use, rebuilding and digests share.

use std::collections::BTreeMap;

use acquaint_domain::{Event, EventNumber, PolicyVersion, Recorded, Timestamp, network};
use acquaint_log::{EventLog, Position};
use acquaint_policy::{Ledger, Policy, Tally};
use acquaint_projection_blocked::Blocked;
use acquaint_projection_connected::Connected;
use acquaint_projection_exports::Exports;
use acquaint_projection_members::Members;
use acquaint_projection_pending::Pending;
use acquaint_projection_requests::Requests;

use super::{Digest, Views, backfilled, digest};
use crate::error::StartError;
use crate::state::decode::decoded;
use crate::state::index::Index;
use crate::state::outbox::Outbox;

/// How many views there are.
pub(crate) const VIEWS: usize = 10;

/// A view by itself: a fold over events that reads no other.
pub(crate) trait Fold: Send {
    /// Applies the next event.
    fn apply(&mut self, recorded: &Recorded);

    /// A fingerprint of its whole state.
    fn digest(&self) -> Digest;

    /// Cost of applying events, in percent of the processor time of all measured views on workload W. It only decides how
    /// threads divide the work.
    fn cost(&self) -> u32;

    /// Applies the next events, all of which are in `log`.
    ///
    /// # Errors
    /// The view needs earlier events, and they cannot be read.
    fn apply_all(&mut self, events: &[Recorded], log: &dyn EventLog) -> Result<(), StartError> {
        let _unused = log;
        events.iter().for_each(|recorded| self.apply(recorded));
        Ok(())
    }
}

/// The state of [`Views`] outside the views.
pub(crate) struct Rest<'v> {
    policies: &'v mut BTreeMap<PolicyVersion, Policy>,
    documents: &'v mut BTreeMap<PolicyVersion, String>,
    last: &'v mut EventNumber,
    last_at: &'v mut Timestamp,
}

impl Views {
    /// Every view, and the rest of the state. A view that is added to [`Views`] and not listed here does not compile.
    pub(crate) fn split(&mut self) -> ([&mut dyn Fold; VIEWS], Rest<'_>) {
        let Self {
            members,
            pending,
            connected,
            blocked,
            exports,
            requests,
            ledger,
            tally,
            outbox,
            index,
            policies,
            documents,
            last,
            last_at,
        } = self;
        let each: [&mut dyn Fold; VIEWS] =
            [members, pending, connected, blocked, exports, requests, ledger, tally, outbox, index];
        (each, Rest { policies, documents, last, last_at })
    }
}

impl Rest<'_> {
    /// Applies the next event.
    ///
    /// # Errors
    /// The event adopts a policy that this version cannot read; then nothing has changed.
    pub(crate) fn apply(&mut self, recorded: &Recorded) -> Result<(), StartError> {
        self.adopt(recorded)?;
        *self.last = recorded.number;
        *self.last_at = (*self.last_at).max(recorded.at);
        Ok(())
    }

    /// Applies the policy that an event adopts; any other event changes nothing.
    pub(super) fn adopt(&mut self, recorded: &Recorded) -> Result<(), StartError> {
        match &recorded.event {
            Event::Network(event) => match event {
                network::Event::PolicyAdopted { version, text, .. } => {
                    let policy = Policy::recorded(text).map_err(|error| StartError::Policy {
                        position: recorded.number.0,
                        reason: error.to_string(),
                    })?;
                    self.policies.insert(*version, policy);
                    self.documents.insert(*version, text.clone());
                }
                network::Event::Founded { .. }
                | network::Event::CommandRefused(_)
                | network::Event::RequestUnclaimed { .. }
                | network::Event::LookupRecorded(_)
                | network::Event::FaultStarted { .. }
                | network::Event::FaultStopped(_) => {}
            },
            Event::Account(_)
            | Event::Connection(_)
            | Event::Outgoing(_)
            | Event::Letter(_)
            | Event::Incoming(_)
            | Event::Oversight(_)
            | Event::Import(_) => {}
        }
        Ok(())
    }
}

impl Views {
    /// Every view, in the same order.
    pub(super) fn each(&self) -> [&dyn Fold; VIEWS] {
        let Self {
            members,
            pending,
            connected,
            blocked,
            exports,
            requests,
            ledger,
            tally,
            outbox,
            index,
            ..
        } = self;
        [members, pending, connected, blocked, exports, requests, ledger, tally, outbox, index]
    }
}

impl Fold for Members {
    fn apply(&mut self, recorded: &Recorded) {
        Members::apply(self, recorded);
    }

    fn digest(&self) -> Digest {
        digest("members", self)
    }

    fn cost(&self) -> u32 {
        1
    }
}

impl Fold for Pending {
    fn apply(&mut self, recorded: &Recorded) {
        Pending::apply(self, recorded);
    }

    fn digest(&self) -> Digest {
        digest("pending", self)
    }

    fn cost(&self) -> u32 {
        37
    }
}

impl Fold for Connected {
    fn apply(&mut self, recorded: &Recorded) {
        Connected::apply(self, recorded);
    }

    fn digest(&self) -> Digest {
        digest("connected", self)
    }

    fn cost(&self) -> u32 {
        7
    }
}

impl Fold for Blocked {
    fn apply(&mut self, recorded: &Recorded) {
        Blocked::apply(self, recorded);
    }

    fn digest(&self) -> Digest {
        digest("blocked", self)
    }

    fn cost(&self) -> u32 {
        2
    }
}

impl Fold for Exports {
    fn apply(&mut self, recorded: &Recorded) {
        Exports::apply(self, recorded);
    }

    fn digest(&self) -> Digest {
        digest("exports", self)
    }

    fn cost(&self) -> u32 {
        1
    }
}

impl Fold for Requests {
    fn apply(&mut self, recorded: &Recorded) {
        Requests::apply(self, recorded);
    }

    fn digest(&self) -> Digest {
        digest("requests", self)
    }

    fn cost(&self) -> u32 {
        // Estimated, not measured: it folds both halves of every request.
        9
    }
}

impl Fold for Ledger {
    fn apply(&mut self, recorded: &Recorded) {
        Ledger::apply(self, recorded);
    }

    fn digest(&self) -> Digest {
        digest("ledger", self)
    }

    fn cost(&self) -> u32 {
        15
    }

    fn apply_all(&mut self, events: &[Recorded], log: &dyn EventLog) -> Result<(), StartError> {
        for recorded in events {
            Ledger::apply(self, recorded);
            if self.needs_backfill() {
                *self = backfilled(self, log.read(Position::FIRST).map(decoded), recorded.number)?;
            }
        }
        Ok(())
    }
}

impl Fold for Tally {
    fn apply(&mut self, recorded: &Recorded) {
        Tally::apply(self, recorded);
    }

    fn digest(&self) -> Digest {
        digest("tally", self)
    }

    fn cost(&self) -> u32 {
        1
    }
}

impl Fold for Outbox {
    fn apply(&mut self, recorded: &Recorded) {
        Outbox::apply(self, recorded);
    }

    fn digest(&self) -> Digest {
        digest("outbox", self)
    }

    fn cost(&self) -> u32 {
        14
    }
}

impl Fold for Index {
    fn apply(&mut self, recorded: &Recorded) {
        Index::apply(self, recorded);
    }

    fn digest(&self) -> Digest {
        digest("index", self)
    }

    fn cost(&self) -> u32 {
        22
    }
}
