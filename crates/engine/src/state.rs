//! What the engine knows: every view, folded from the events one after another, and what only the engine needs of them
//! (where a request's events are, which letters are in transit, the outcome of each command id).
//!
//! It reads events and nothing else. It never decides: every value here follows from the events alone, so that a rebuild
//! gives the same state.

pub(crate) mod decode;
pub(crate) mod identity;
pub(crate) mod index;
pub(crate) mod outbox;
pub(crate) mod outcomes;
pub(crate) mod receipt;
pub(crate) mod views;
