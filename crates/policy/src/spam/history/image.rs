//! The bytes of what is remembered, in a checkpoint.

use acquaint_checkpoint::{MalformedSnapshot, Snapshot, SnapshotReader, snapshot};

use super::{Acquaintance, Came, CountedSend, HeldSend, Histories, MemberHistory, SubmittedSend};
use crate::spam::remembered::Remembered;

snapshot!(struct Histories { members, names, submitted, held, keep });
snapshot!(struct HeldSend { sender, submitted });
snapshot!(struct MemberHistory { joined, good_since, feedback, sent });
snapshot!(struct CountedSend { request, at, sketch, to, acquaintance, came });
snapshot!(struct SubmittedSend { request, sketch, to, has_mutuals });
snapshot!(enum Acquaintance { 0 => Contact, 1 => Acquainted, 2 => Stranger, 3 => Unknown });
snapshot!(enum Came { 0 => Waits, 1 => Arrived(at), 2 => Accepted });

/// What was sent; the sums follow from it.
impl Snapshot for Remembered {
    fn save(&self, out: &mut Vec<u8>) {
        self.sent().collect::<Vec<_>>().save(out);
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        Ok(Vec::<CountedSend>::load(bytes)?.into_iter().collect())
    }
}
