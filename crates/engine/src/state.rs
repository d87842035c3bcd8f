//! The engine's state: every view, folded from the events in order, and indexes that only the engine needs (where a
//! request's events are, which letters are in transit, the outcome of each command id).
//!
//! It reads events and nothing else. It never decides: every value here follows from the events alone, so a rebuild gives
//! the same state.

pub(crate) mod decode;
pub(crate) mod identity;
pub(crate) mod index;
pub(crate) mod outbox;
pub(crate) mod outcomes;
pub(crate) mod receipt;
pub(crate) mod views;
