//! The recipient's half of a request: read from its events, then put into words and advice.

pub(crate) mod advice;
pub(crate) mod half;
pub(crate) mod now;
pub(crate) mod timers;
pub(crate) mod words;
