//! The ledger's snapshot in a checkpoint.

use acquaint_checkpoint::{MalformedSnapshot, Snapshot, SnapshotReader, snapshot};
use acquaint_domain::Timestamp;

use super::charges::Charges;
use super::{Flood, Ledger};
use crate::document::{CounterId, LimitBasis};
use crate::window::{Window, Zone};

snapshot!(struct Ledger {
    charges, attempts, from_first, floods, histories, submitted_with_note, policy, keep, keep_attempts, begun, unfilled,
    needs_backfill,
});
snapshot!(struct Flood { event, request, until, policy });
snapshot!(enum LimitBasis { 0 => Requests, 1 => Notes, 2 => Attempts });
snapshot!(struct CounterId { counts, window });
snapshot!(enum Window { 0 => Rolling(length), 1 => FromFirst(length), 2 => Day(zone), 3 => Week(zone) });

impl Snapshot for Zone {
    fn save(&self, out: &mut Vec<u8>) {
        self.name().to_owned().save(out);
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        Self::parse(&String::load(bytes)?).map_err(|_| MalformedSnapshot)
    }
}

/// Saves the charges only: the running counts follow from them.
impl Snapshot for Charges {
    fn save(&self, out: &mut Vec<u8>) {
        self.with_notes().collect::<Vec<_>>().save(out);
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        Ok(Vec::<(Timestamp, bool)>::load(bytes)?.into_iter().collect())
    }
}
