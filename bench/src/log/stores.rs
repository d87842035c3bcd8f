//! The systems that are compared.

use std::ops::Range;
use std::path::Path;

use crate::Problem;

mod fjall;
mod ours;
mod raft_engine;
mod raw;
mod redb;

pub(super) use ours::{FrameSize, verify};

/// A log, or what can be used as one.
pub(super) trait Store: Sync {
    /// Appends the caller's records with these indices as one batch, and returns when they are durable.
    ///
    /// Callers are numbered from 0; all of them have the same records.
    fn append(&self, caller: u64, batch: Range<usize>) -> Result<(), Problem>;

    /// Reads the first caller's records back, all of them and in order.
    fn read_back(&self) -> Result<ReadBack, Problem>;
}

/// The number of records and bytes read back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ReadBack {
    pub(super) records: u64,
    pub(super) bytes: u64,
}

impl ReadBack {
    fn count(&mut self, record: &[u8]) {
        self.records += 1;
        self.bytes += std::hint::black_box(record).len() as u64;
    }
}

/// One of the systems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum System {
    Raw,
    Ours,
    RaftEngine,
    Fjall,
    Redb,
}

/// The parameters of a store.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan<'r> {
    /// Each caller's records.
    pub(super) records: &'r [Vec<u8>],
    pub(super) callers: usize,
    /// The number of records in one append.
    pub(super) batch: usize,
    /// The frame size of our log.
    pub(super) frame: FrameSize,
}

impl System {
    pub(super) const ALL: [System; 5] =
        [System::Raw, System::Ours, System::RaftEngine, System::Fjall, System::Redb];

    /// The name, and for a peer its version in `Cargo.lock`.
    pub(super) fn name(self) -> String {
        let peer = match self {
            System::Raw => return String::from("raw"),
            System::Ours => return String::from("acquaint"),
            System::RaftEngine => "raft-engine",
            System::Fjall => "fjall",
            System::Redb => "redb",
        };
        format!("{peer} {}", locked_version(peer).unwrap_or_default())
    }

    /// Opens an empty store in the empty folder `folder`. Everything that the store prepares in advance is done when this
    /// returns.
    pub(super) fn open<'r>(self, folder: &Path, plan: Plan<'r>) -> Result<Box<dyn Store + 'r>, Problem> {
        Ok(match self {
            System::Raw => Box::new(raw::Raw::open(folder, plan)?),
            System::Ours => Box::new(ours::Ours::open(folder, plan)?),
            System::RaftEngine => Box::new(raft_engine::RaftEngine::open(folder, plan)?),
            System::Fjall => Box::new(fjall::Fjall::open(folder, plan)?),
            System::Redb => Box::new(redb::Redb::open(folder, plan)?),
        })
    }
}

fn locked_version(package: &str) -> Option<String> {
    let lock: toml::Table = include_str!("../../Cargo.lock").parse().ok()?;
    let packages = lock.get("package")?.as_array()?;
    let found =
        packages.iter().find(|entry| entry.get("name").and_then(toml::Value::as_str) == Some(package))?;
    found.get("version")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::records::{RECORD_BYTES, records};

    #[test]
    fn every_system_reads_back_what_was_appended() {
        let records = records(96);
        for system in System::ALL {
            let folder = tempfile::tempdir().expect("a folder");
            std::fs::create_dir(folder.path().join("size")).expect("a folder");
            let frame = FrameSize::measure(&folder.path().join("size")).expect("a size");
            let store = folder.path().join("store");
            std::fs::create_dir(&store).expect("a folder");
            let plan = Plan { records: &records, callers: 1, batch: 32, frame };
            let store = system.open(&store, plan).expect("an empty store");
            for first in [0, 32, 64] {
                store.append(0, first..first + 32).expect("a batch");
            }
            let read = store.read_back().expect("what was appended");
            let expected = match system {
                System::Raw => ReadBack { records: 1, bytes: 3 * frame.of(32) as u64 },
                System::Ours | System::RaftEngine | System::Fjall | System::Redb => {
                    ReadBack { records: 96, bytes: 96 * RECORD_BYTES as u64 }
                }
            };
            assert_eq!(read, expected, "{}", system.name());
        }
    }

    #[test]
    fn peers_are_named_with_their_versions() {
        for system in [System::RaftEngine, System::Fjall, System::Redb] {
            let name = system.name();
            assert!(name.ends_with(|end: char| end.is_ascii_digit()), "{name}");
        }
    }
}
