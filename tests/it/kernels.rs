//! Members, kernels and engines' inputs that several tests begin with.

use acquaint_domain::{Command, Handle, Profile, Recorded, Tier};
use acquaint_engine::{Input, Inquiry, Kernel, Rebuild, When};
use acquaint_log::EventLog;
use acquaint_ndjson::write;

use crate::random_worlds::{START, log_of};

pub(crate) fn named(name: &str) -> Handle {
    Handle::parse(name).expect("a handle")
}

/// Adds a member with a free account and an empty profile.
pub(crate) fn adds(name: &str) -> Command {
    Command::AddMember { handle: named(name), tier: Tier::Free, profile: Profile::default() }
}

/// The member `m{number}` joins.
pub(crate) fn joins(number: usize) -> Input {
    Input { command: adds(&format!("m{number}")), when: When::NotBefore(START), key: None }
}

/// A kernel that continues where these events end.
pub(crate) fn restarted(events: &[Recorded]) -> Kernel {
    Kernel::new(Rebuild::of(&log_of(events)).run().expect("the events read").views)
}

/// The network as a file of records: members, standings, connections, open requests, blocks. `log` holds the events that
/// the kernel no longer has.
pub(crate) fn exported(kernel: &Kernel, log: &dyn EventLog) -> Vec<u8> {
    let (views, mut bytes) = (kernel.views(), Vec::new());
    write(views, &Inquiry::new(views, log, kernel.staged()), &mut bytes).expect("memory takes it");
    bytes
}
