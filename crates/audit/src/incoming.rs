//! The recipient's half of a request: read from its events, then put into words.

pub(crate) mod half;
pub(crate) mod words;
