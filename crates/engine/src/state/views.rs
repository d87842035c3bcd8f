//! All views together: the engine's only copy of its state in memory.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

use acquaint_domain::{CommandKey, EventNumber, FilePrefix, PolicyVersion, Recorded, Timestamp};
use acquaint_policy::{Ledger, Policy, Tally};
use acquaint_projection_blocked::Blocked;
use acquaint_projection_connected::Connected;
use acquaint_projection_exports::Exports;
use acquaint_projection_members::Members;
use acquaint_projection_pending::Pending;
use acquaint_projection_requests::Requests;

use crate::error::StartError;
use crate::state::index::Index;
use crate::state::outbox::Outbox;
use crate::state::outcomes::CommandIdState;
use crate::state::receipt::Receipt;

mod each;

pub(crate) use each::{Fold, Rest, VIEWS};

/// Every view, as of one event.
#[derive(Clone, Debug)]
pub struct Views {
    /// Accounts, profiles, settings.
    pub members: Members,
    /// Open requests, at both desks.
    pub pending: Pending,
    /// Who is connected.
    pub connected: Connected,
    /// Blocks, and requests that were stopped.
    pub blocked: Blocked,
    /// What members' exports from other networks show.
    pub exports: Exports,
    /// Every request, listed and counted by its properties.
    pub requests: Requests,
    /// The counters that the policy reads.
    pub ledger: Ledger,
    /// The answers that no feedback has reported yet.
    pub tally: Tally,
    /// Letters in transit.
    pub outbox: Outbox,
    pub(crate) index: Index,
    pub(crate) policies: BTreeMap<PolicyVersion, Policy>,
    /// The policies' documents, which checkpoints hold.
    pub(crate) documents: BTreeMap<PolicyVersion, String>,
    pub(crate) last: EventNumber,
    pub(crate) last_at: Timestamp,
}

/// A fingerprint of one view's whole state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// Name of the view.
    pub view: &'static str,
    /// BLAKE3 hash of its state. Comparable only between runs of the same build.
    pub hash: [u8; 32],
}

impl Default for Views {
    fn default() -> Self {
        Self {
            members: Members::default(),
            pending: Pending::default(),
            connected: Connected::default(),
            blocked: Blocked::default(),
            exports: Exports::default(),
            requests: Requests::default(),
            ledger: Ledger::default(),
            tally: Tally::default(),
            outbox: Outbox::default(),
            index: Index::default(),
            policies: BTreeMap::new(),
            documents: BTreeMap::new(),
            last: EventNumber(0),
            last_at: Timestamp::from_millis(i64::MIN),
        }
    }
}

impl Views {
    /// Applies the policy that an event adopts; any other event changes nothing.
    ///
    /// # Errors
    /// This version cannot read the policy.
    pub(crate) fn adopt(&mut self, recorded: &Recorded) -> Result<(), StartError> {
        self.split().1.adopt(recorded)
    }

    /// Applies the next event.
    ///
    /// # Errors
    /// The event adopts a policy that this version cannot read; then nothing has changed.
    pub fn apply(&mut self, recorded: &Recorded) -> Result<(), StartError> {
        let (each, mut rest) = self.split();
        rest.apply(recorded)?;
        each.into_iter().for_each(|view| view.apply(recorded));
        Ok(())
    }

    /// Fills the counters of a policy that was just adopted from earlier events, if they reach further back than the counters
    /// that were kept. `history` yields every event up to the last that was applied.
    ///
    /// # Errors
    /// The first error of `history`; then nothing has changed.
    pub fn backfill_counters<E>(
        &mut self,
        history: impl Iterator<Item = Result<Recorded, E>>,
    ) -> Result<(), E> {
        self.ledger = backfilled(&self.ledger, history, self.last)?;
        Ok(())
    }

    /// The last event applied; 0 before the first.
    pub fn last(&self) -> EventNumber {
        self.last
    }

    /// The time of the last event; `None` before the first.
    pub fn last_at(&self) -> Option<Timestamp> {
        (self.last.0 > 0).then_some(self.last_at)
    }

    /// The policy in force; `None` before the first event.
    pub fn policy(&self) -> Option<(PolicyVersion, &Policy)> {
        self.policies.last_key_value().map(|(version, policy)| (*version, policy))
    }

    /// Every policy that was adopted, by its version.
    pub fn policies(&self) -> impl Iterator<Item = (PolicyVersion, &Policy)> {
        self.policies.iter().map(|(version, policy)| (*version, policy))
    }

    /// The outcome of the command with this key; `None` if there was none in the last seven days.
    pub fn outcome(&self, key: CommandKey) -> Option<Receipt> {
        match self.index.command(key, self.last_at) {
            CommandIdState::Known(_, receipt) => Some(receipt),
            CommandIdState::New | CommandIdState::Expired => None,
        }
    }

    /// The imported prefixes of files of records, shortest first.
    pub fn stretches(&self) -> impl Iterator<Item = FilePrefix> {
        self.index.file_prefixes().iter().copied()
    }

    /// A fingerprint of each view.
    pub fn digests(&self) -> Vec<Digest> {
        self.each().map(|view| view.digest()).into()
    }
}

/// `ledger` with the counters of its policy filled from `history`, up to its event `last`.
fn backfilled<E>(
    ledger: &Ledger,
    history: impl Iterator<Item = Result<Recorded, E>>,
    last: EventNumber,
) -> Result<Ledger, E> {
    let mut filled = ledger.cleared();
    for recorded in history {
        let recorded = recorded?;
        if recorded.number > last {
            break;
        }
        filled.count(&recorded);
    }
    Ok(filled)
}

fn digest(view: &'static str, state: &impl Hash) -> Digest {
    let mut hasher =
        BufferedBlake3 { hasher: blake3::Hasher::new(), buffer: Vec::with_capacity(BUFFER_BYTES_MAX) };
    state.hash(&mut hasher);
    Digest { view, hash: hasher.finalize() }
}

/// Small writes are buffered up to this many bytes, because states are hashed number by number.
const BUFFER_BYTES_MAX: usize = 16 << 10;

struct BufferedBlake3 {
    hasher: blake3::Hasher,
    buffer: Vec<u8>,
}

impl BufferedBlake3 {
    fn finalize(mut self) -> [u8; 32] {
        self.hasher.update(&self.buffer);
        *self.hasher.finalize().as_bytes()
    }
}

impl Hasher for BufferedBlake3 {
    fn write(&mut self, bytes: &[u8]) {
        if self.buffer.len() + bytes.len() > BUFFER_BYTES_MAX {
            self.hasher.update(&self.buffer);
            self.buffer.clear();
        }
        if bytes.len() > BUFFER_BYTES_MAX {
            self.hasher.update(bytes);
        } else {
            self.buffer.extend_from_slice(bytes);
        }
    }

    fn finish(&self) -> u64 {
        let mut first = [0; 8];
        let mut whole = self.hasher.clone();
        whole.update(&self.buffer);
        first.copy_from_slice(&whole.finalize().as_bytes()[..8]);
        u64::from_le_bytes(first)
    }
}
