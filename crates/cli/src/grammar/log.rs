//! Orders about the log.

use std::path::PathBuf;

use acquaint_audit::Viewer;
use acquaint_domain::{Handle, RequestId};
use acquaint_log_file::{Depth, Loss};

use super::RequestSelector;

/// What to do with the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogCommand {
    /// Check every byte.
    Verify(Depth),
    /// Count what is in it.
    Stats,
    /// Give up what is damaged.
    Repair(Loss),
    /// Give up events that the log no longer has.
    AcceptTruncation,
    /// Seal the last segment now.
    Seal,
    /// Prove the events of a request.
    Prove {
        /// The request, by id or by its two members.
        subject: RequestSelector,
        /// As this viewer may see them.
        viewer: Viewer,
    },
    /// Check a proof, without a log.
    CheckProof {
        /// Path of the file.
        file: PathBuf,
        /// The roots that are trusted.
        roots: Vec<[u8; 32]>,
    },
    /// Copy the log.
    Backup {
        /// To this new data folder.
        to: PathBuf,
    },
    /// Write a log of an earlier format as one of today's.
    Convert,
}

/// Filter of the events to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// From this one on.
    pub from: Option<u64>,
    /// Up to this one.
    pub to: Option<u64>,
    /// Of this type, by its stored name.
    pub kind: Option<&'static str>,
    /// At the desk of this member, or by them.
    pub member: Option<Handle>,
    /// About this request.
    pub request: Option<RequestId>,
}

/// How events are written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportForm {
    /// CloudEvents 1.0 in JSON, one a line.
    CloudEvents,
    /// The project's own JSON, one a line.
    Ndjson,
}
