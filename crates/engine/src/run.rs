//! The kernel connected to a log: commands are queued, decided, appended together and answered once durable.
//!
//! [`engine`] does this with two threads, [`solo`] on the caller's own. Both take commands and any [`Job`](crate::Job),
//! without knowing what it means. A read is a closure that runs on the reader's thread and returns once everything it saw is
//! durable. The locks, the queue and the threads are here and nowhere else. Nothing is answered before it is durable.

pub(crate) mod engine;
pub(crate) mod solo;
