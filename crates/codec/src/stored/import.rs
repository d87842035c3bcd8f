//! Events of imports: other networks' records, members' own exports, and what a network had before its log.

pub(crate) mod export;
pub(crate) mod inherited;
pub(crate) mod observed;
