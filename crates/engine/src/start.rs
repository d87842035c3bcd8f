//! How an engine gets its state when it starts: from the newest usable checkpoint and the events after it, else from
//! every event of the log. Writes those checkpoints too.
//!
//! It reads the log and the checkpoints' folder, and fills the views of `state`. It never appends to the log, and a
//! checkpoint never holds anything that the log does not.

pub(crate) mod checkpoints;
pub(crate) mod follower;
pub(crate) mod replay;
pub(crate) mod transitions;
