//! The histories' snapshots in a checkpoint.

use acquaint_checkpoint::{MalformedSnapshot, Snapshot, SnapshotReader, snapshot};

use super::{Acquaintance, CountedSend, HeldSend, Histories, KnownOutcome, MemberHistory, SubmittedSend};
use crate::spam::remembered::Remembered;

snapshot!(struct Histories { members, names, submitted, held, keep });
snapshot!(struct HeldSend { sender, submitted });
snapshot!(struct MemberHistory { joined, good_since, feedback, sent });
snapshot!(struct CountedSend { request, at, sketch, to, acquaintance, outcome });
snapshot!(struct SubmittedSend { request, sketch, to, has_mutuals });
snapshot!(enum Acquaintance { 0 => Contact, 1 => Acquainted, 2 => Stranger, 3 => Unknown });
snapshot!(enum KnownOutcome { 0 => Waits, 1 => Arrived(at), 2 => Accepted });

/// Saves the requests only: the sums follow from them.
impl Snapshot for Remembered {
    fn save(&self, out: &mut Vec<u8>) {
        self.sent().collect::<Vec<_>>().save(out);
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        Ok(Vec::<CountedSend>::load(bytes)?.into_iter().collect())
    }
}
