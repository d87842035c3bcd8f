//! The bytes of what is remembered, in a checkpoint.

use acquaint_checkpoint::{Image, Reader, Torn, image};

use super::{Acquaintance, Came, Held, Histories, History, Sent, Submitted};
use crate::spam::remembered::Remembered;

image!(struct Histories { members, names, submitted, held, keep });
image!(struct Held { sender, submitted });
image!(struct History { joined, good_since, feedback, sent });
image!(struct Sent { request, at, sketch, to, acquaintance, came });
image!(struct Submitted { request, sketch, to, has_mutuals });
image!(enum Acquaintance { 0 => Contact, 1 => Acquainted, 2 => Stranger, 3 => Unknown });
image!(enum Came { 0 => Waits, 1 => Arrived(at), 2 => Accepted });

/// What was sent; the sums follow from it.
impl Image for Remembered {
    fn save(&self, out: &mut Vec<u8>) {
        self.sent().collect::<Vec<_>>().save(out);
    }

    fn load(bytes: &mut Reader<'_>) -> Result<Self, Torn> {
        Ok(Vec::<Sent>::load(bytes)?.into_iter().collect())
    }
}
