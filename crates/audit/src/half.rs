//! What the two halves of a request have in common: how their events, their judgements and their limits are read and worded.

pub(crate) mod limit_words;
pub(crate) mod now;
pub(crate) mod spam_words;
