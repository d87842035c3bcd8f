//! The kernel behind a log: commands are queued, decided, appended together and answered once durable.
//!
//! [`engine`] does this with two threads, [`solo`] on the caller's own. The folder holds the locks, the queue and the
//! check of the machine's clock. It knows nothing of what a command means, and never answers before the append is durable.

pub(crate) mod engine;
pub(crate) mod solo;
