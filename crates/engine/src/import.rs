//! Records data from other networks: their messages, a whole network's records, a member's own export.
//!
//! Each import takes records that the caller parsed, compares them with the views, and records what is new through the
//! kernel. It never judges an imported request by this network's policy: a decision made elsewhere stays as it was.

pub(crate) mod exports;
pub(crate) mod messages;
pub(crate) mod network;
