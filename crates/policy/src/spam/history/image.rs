//! The bytes of what is remembered, in a checkpoint.

use acquaint_checkpoint::image;

use super::{Acquaintance, Came, Histories, History, Sent, Submitted};

image!(struct Histories { members, submitted, keep });
image!(struct History { joined, good_since, feedback, sent });
image!(struct Sent { request, at, sketch, to, acquaintance, came });
image!(struct Submitted { request, sketch, to, has_mutuals });
image!(enum Acquaintance { 0 => Contact, 1 => Acquainted, 2 => Stranger, 3 => Unknown });
image!(enum Came { 0 => Waits, 1 => Arrived(at), 2 => Accepted });
