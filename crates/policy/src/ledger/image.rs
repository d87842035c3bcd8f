//! The counters' bytes in a checkpoint.

use acquaint_checkpoint::{Image, Reader, Torn, image};
use acquaint_domain::Timestamp;

use super::charges::Charges;
use super::{Flood, Ledger};
use crate::document::{Counted, CounterId};
use crate::window::{Window, Zone};

image!(struct Ledger {
    charges, attempts, from_first, floods, histories, submitted_with_note, policy, keep, keep_attempts, begun, unfilled,
    wants_history,
});
image!(struct Flood { event, request, until, policy });
image!(enum Counted { 0 => Requests, 1 => Notes, 2 => Attempts });
image!(struct CounterId { counts, window });
image!(enum Window { 0 => Rolling(length), 1 => FromFirst(length), 2 => Day(zone), 3 => Week(zone) });

impl Image for Zone {
    fn save(&self, out: &mut Vec<u8>) {
        self.name().to_owned().save(out);
    }

    fn load(bytes: &mut Reader<'_>) -> Result<Self, Torn> {
        Self::parse(&String::load(bytes)?).map_err(|_| Torn)
    }
}

/// What was charged; the sums follow from it.
impl Image for Charges {
    fn save(&self, out: &mut Vec<u8>) {
        self.with_notes().collect::<Vec<_>>().save(out);
    }

    fn load(bytes: &mut Reader<'_>) -> Result<Self, Torn> {
        Ok(Vec::<(Timestamp, bool)>::load(bytes)?.into_iter().collect())
    }
}
