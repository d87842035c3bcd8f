//! One command in, its events out: looks up names, gathers the facts, has `policy` judge and `domain` decide, then
//! applies the events to the views and stages them for the log.
//!
//! It reads the views in `state` and nothing else. It never waits, never appends to the log, reads no clock, and holds
//! no rule of the domain. [`Kernel::handle`](kernel::Kernel::handle) fits on a screen: start there.

pub(crate) mod account;
pub(crate) mod clock;
pub(crate) mod connection;
pub(crate) mod courier;
pub(crate) mod decision;
pub(crate) mod due;
pub(crate) mod followups;
pub(crate) mod frames;
pub(crate) mod gather;
pub(crate) mod incoming;
pub(crate) mod job;
pub(crate) mod kernel;
pub(crate) mod lookups;
pub(crate) mod outgoing;
pub(crate) mod oversight;
pub(crate) mod pace;
pub(crate) mod resolve;
pub(crate) mod sender_side;
