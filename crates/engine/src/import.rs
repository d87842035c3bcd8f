//! What other networks know, recorded here: their messages, a whole network's records, a member's own export.
//!
//! Each reads records that a caller parsed, compares them with the views, and records through the kernel what is new.
//! It never judges an imported request by this network's policy: what was decided elsewhere stays as it was.

pub(crate) mod exports;
pub(crate) mod messages;
pub(crate) mod network;
