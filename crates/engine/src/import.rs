//! Records data from other networks: their messages, a whole network's records, a member's own export.
//!
//! Each import takes records that the caller parsed, compares them with the views, and records what is new through the
//! kernel. It never judges an imported request by this network's policy: a decision made elsewhere stays as it was.

pub(crate) mod exports;
pub(crate) mod messages;
pub(crate) mod network;

use acquaint_domain::{Actor, Event, Timestamp};

use crate::write::kernel::{Kernel, Provenance};

impl Kernel {
    /// Records an event at the time of the imported record, or at the log's last moment if that is later.
    fn record_imported(&mut self, event: Event, at: Timestamp) {
        let at = self.views().last_at().map_or(at, |last| last.max(at));
        self.record(vec![event], Provenance { at, actor: Actor::Archive, tag: None, cause: None });
    }
}
