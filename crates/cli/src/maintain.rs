//! Orders about the data folder itself: its log, its checkpoints, and what is taken over from files.

pub(crate) mod archive;
pub(crate) mod checkpoints;
pub(crate) mod evidence;
pub(crate) mod logs;
pub(crate) mod messages;
pub(crate) mod network_file;
