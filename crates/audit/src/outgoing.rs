//! The sender's half of a request: read from its events, then put into words and advice.

pub(crate) mod advice;
pub(crate) mod candidates;
pub(crate) mod half;
pub(crate) mod pass;
pub(crate) mod reminder_words;
pub(crate) mod words;
