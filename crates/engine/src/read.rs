//! Answers read from the log: why a request is where it is, which requests there are, and what would happen now.
//!
//! It reads the views, the log, and the events that are staged but not yet appended. To answer "what if" it gathers
//! facts exactly as `write` does. It never records an event or changes a view.

pub(crate) mod again;
pub(crate) mod inquiry;
pub(crate) mod notes;
pub(crate) mod parties;
pub(crate) mod public_ids;
