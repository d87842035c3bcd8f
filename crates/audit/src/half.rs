//! What the two halves of a request have in common: how their events and judgements are read, and how limits and the
//! spam filter are worded.

pub(crate) mod events;
pub(crate) mod limit_words;
pub(crate) mod over;
pub(crate) mod spam_words;
pub(crate) mod verdicts;
pub(crate) mod words;
