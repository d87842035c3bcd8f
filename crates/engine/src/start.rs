//! How an engine rebuilds its state when it starts: from the newest usable checkpoint and the events after it, or from all
//! events of the log. Also writes the checkpoints.
//!
//! It reads the log and the checkpoints' folder, and fills the views of `state`. It never appends to the log, and a
//! checkpoint never holds anything that the log does not.

pub(crate) mod checkpoints;
pub(crate) mod follower;
pub(crate) mod replay;
pub(crate) mod transitions;
