//! The kernel behind a log: commands are queued, decided, appended together and answered once durable.
//!
//! [`engine`] does this with two threads, [`solo`] on the caller's own. Both take commands, and any
//! [`Job`](crate::Job): neither knows what one means. A reading is a closure that runs on the
//! reader's thread and returns once what it saw is durable. The locks, the queue and the threads are here and nowhere else.
//! Nothing is answered before it is durable.

pub(crate) mod engine;
pub(crate) mod solo;
