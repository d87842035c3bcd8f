//! What was imported: other networks' records, members' own exports, and what was there before the log.

pub(crate) mod export;
pub(crate) mod inherited;
pub(crate) mod observed;
