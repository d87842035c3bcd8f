//! The view's snapshot in a checkpoint.

use acquaint_checkpoint::snapshot;

use super::{Blocked, BlockedRequest, StoppedAt};

snapshot!(struct Blocked { blocks, stopped, submitted, held });
snapshot!(struct BlockedRequest { request, sender, desk, code, at });
snapshot!(enum StoppedAt { 0 => Sender(entered), 1 => Road, 2 => Recipient(member), 3 => Nobody });
