//! Converts views to and from the sections of a checkpoint.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::thread::{self, ScopedJoinHandle};

use acquaint_checkpoint::{CheckpointHead, HeadProblem, Section, Snapshot, loaded, saved};
use acquaint_domain::{EventNumber, PolicyVersion, Timestamp};
use acquaint_policy::Policy;

use crate::state::views::Views;

/// Returns the bytes of one part of the views.
type PartWriter = fn(&Views) -> Vec<u8>;

/// The parts of the views, in the order of their sections.
pub(super) const PARTS: [PartWriter; 11] = [
    |views| saved(&views.members),
    |views| saved(&views.pending),
    |views| saved(&views.connected),
    |views| saved(&views.blocked),
    |views| saved(&views.exports),
    |views| saved(&views.requests),
    |views| saved(&views.ledger),
    |views| saved(&views.tally),
    |views| saved(&views.outbox),
    |views| saved(&views.index),
    |views| saved(&SavedRest::of(views)),
];

/// The state of [`Views`] outside the views.
struct SavedRest {
    /// Policies as they were adopted. They are parsed again at every start, so that this version's parser decides.
    documents: BTreeMap<PolicyVersion, String>,
    last: EventNumber,
    last_at: Timestamp,
}

acquaint_checkpoint::snapshot!(struct SavedRest { documents, last, last_at });

impl SavedRest {
    fn of(views: &Views) -> Self {
        let Views {
            members: _,
            pending: _,
            connected: _,
            blocked: _,
            exports: _,
            requests: _,
            ledger: _,
            tally: _,
            outbox: _,
            index: _,
            policies: _,
            documents,
            last,
            last_at,
        } = views;
        Self { documents: documents.clone(), last: *last, last_at: *last_at }
    }
}

/// One section of a checkpoint file.
#[derive(Clone, Copy)]
struct SectionFile<'f> {
    path: &'f Path,
    offset: u64,
    section: Section,
}

impl SectionFile<'_> {
    /// Loads the part. The caller has checked that the file is as long as its head says.
    fn load<T: Snapshot>(self) -> Result<T, String> {
        let unread = |error: std::io::Error| format!("it cannot be read: {error}");
        let mut file = fs::File::open(self.path).map_err(unread)?;
        file.seek(SeekFrom::Start(self.offset)).map_err(unread)?;
        let mut bytes = Vec::new();
        file.take(self.section.length).read_to_end(&mut bytes).map_err(unread)?;
        if Section::of(&bytes) != self.section {
            return Err(HeadProblem::Checksum.to_string());
        }
        loaded(&bytes).map_err(|malformed| malformed.to_string())
    }
}

/// Loads the views from the file at `path`, which begins with `head`; or returns why it cannot. The parts are loaded in
/// parallel.
pub(super) fn load(path: &Path, head: &CheckpointHead) -> Result<Views, String> {
    let mut offset = CheckpointHead::len_with(PARTS.len()) as u64;
    let sections = PARTS.iter().zip(&head.sections).map(|(_, section)| {
        let file = SectionFile { path, offset, section: *section };
        offset += section.length;
        file
    });
    let sections: Vec<SectionFile<'_>> = sections.collect();
    let Ok([members, pending, connected, blocked, exports, requests, ledger, tally, outbox, index, rest]) =
        <[SectionFile<'_>; PARTS.len()]>::try_from(sections)
    else {
        return Err(HeadProblem::Checksum.to_string());
    };
    let rest: SavedRest = rest.load()?;
    if rest.last.0 != head.position || rest.last_at.as_millis() != head.at {
        return Err("its content is of another event than its head says".to_owned());
    }
    let policies = parse_policies(&rest.documents)?;
    thread::scope(|scope| {
        let members = scope.spawn(|| members.load());
        let pending = scope.spawn(|| pending.load());
        let connected = scope.spawn(|| connected.load());
        let blocked = scope.spawn(|| blocked.load());
        let exports = scope.spawn(|| exports.load());
        let requests = scope.spawn(|| requests.load());
        let ledger = scope.spawn(|| ledger.load());
        let tally = scope.spawn(|| tally.load());
        let outbox = scope.spawn(|| outbox.load());
        let index = scope.spawn(|| index.load());
        Ok(Views {
            members: join(members)?,
            pending: join(pending)?,
            connected: join(connected)?,
            blocked: join(blocked)?,
            exports: join(exports)?,
            requests: join(requests)?,
            ledger: join(ledger)?,
            tally: join(tally)?,
            outbox: join(outbox)?,
            index: join(index)?,
            policies,
            documents: rest.documents,
            last: rest.last,
            last_at: rest.last_at,
        })
    })
}

fn parse_policies(
    documents: &BTreeMap<PolicyVersion, String>,
) -> Result<BTreeMap<PolicyVersion, Policy>, String> {
    let read = documents.iter().map(|(version, text)| match Policy::recorded(text) {
        Ok(policy) => Ok((*version, policy)),
        Err(error) => Err(format!("this version cannot read one of its policies: {error}")),
    });
    read.collect()
}

fn join<T>(thread: ScopedJoinHandle<'_, Result<T, String>>) -> Result<T, String> {
    thread.join().unwrap_or_else(|_| Err("loading it failed, which is a bug in this program".to_owned()))
}
