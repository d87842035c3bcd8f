//! The view's bytes in a checkpoint.

use acquaint_checkpoint::image;

use super::{Blocked, Stopped, StoppedAt};

image!(struct Blocked { blocks, stopped, submitted, held });
image!(struct Stopped { request, sender, desk, code, at });
image!(enum StoppedAt { 0 => Sender(typed), 1 => Road, 2 => Recipient(member), 3 => Nobody });
