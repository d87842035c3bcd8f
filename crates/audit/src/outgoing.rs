//! The sender's half of a request: read from its events, then put into words and advice.

pub(crate) mod advice;
pub(crate) mod appeal_words;
pub(crate) mod candidates;
mod facts;
pub(crate) mod half;
pub(crate) mod now;
pub(crate) mod pass;
pub(crate) mod reminder_words;
pub(crate) mod timers;
pub(crate) mod words;
