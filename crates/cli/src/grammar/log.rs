//! Commands about the log.

use std::path::PathBuf;

use acquaint_audit::Viewer;
use acquaint_domain::{Handle, RequestId};
use acquaint_log_file::{Depth, Loss};
use acquaint_tree_head::VerifyingKey;

use super::RequestSelector;

/// A command about the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogCommand {
    /// Verify every byte.
    Verify {
        /// Whether to verify the roots too.
        depth: Depth,
        /// A head that the log must contain and continue.
        against: Option<HeadFile>,
    },
    /// Show where the log ends, as a text to publish.
    Head {
        /// File with the secret key that signs it; `None` for no signature.
        sign: Option<PathBuf>,
    },
    /// Make a key that signs heads.
    NewHeadKey {
        /// File for the secret key; it must not exist.
        file: PathBuf,
        /// The name that it signs under; `None` for one made from the log's id.
        name: Option<String>,
    },
    /// Prove that a later head continues an earlier one.
    Consistency {
        /// The earlier head.
        old: PathBuf,
        /// The later head.
        new: PathBuf,
    },
    /// Check such a proof, without a log.
    CheckConsistency {
        /// The earlier head.
        old: PathBuf,
        /// The later head.
        new: PathBuf,
        /// The file that `log consistency` wrote.
        proof: PathBuf,
        /// The public key that both heads must be signed with; `None` to check no signature.
        key: Option<Box<VerifyingKey>>,
    },
    /// Count segments, and events by type.
    Stats,
    /// Show damage, or cut it off if the loss is accepted.
    Repair(Loss),
    /// Give up events that the log no longer has.
    AcceptTruncation,
    /// Seal the last segment now.
    Seal,
    /// Prove the events of a request.
    Prove {
        /// The request, by id or by its two members.
        subject: RequestSelector,
        /// Only events that this viewer may see.
        viewer: Viewer,
    },
    /// Check a proof, without a log.
    CheckProof {
        /// Path of the proof.
        file: PathBuf,
        /// The trusted roots of segments.
        roots: Vec<[u8; 32]>,
    },
    /// Copy the log.
    Backup {
        /// The new data folder.
        to: PathBuf,
    },
    /// Convert a log of an earlier format to the current one.
    Convert,
}

/// A head that was published earlier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadFile {
    /// The path of the file.
    pub file: PathBuf,
    /// The public key that it must be signed with; `None` to check no signature.
    pub key: Option<Box<VerifyingKey>>,
}

/// Which events to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// The first position, from 1.
    pub from: Option<u64>,
    /// The last position.
    pub to: Option<u64>,
    /// Stored name of the events' type.
    pub kind: Option<&'static str>,
    /// Only events at this member's desk, or caused by this member.
    pub member: Option<Handle>,
    /// Only events of this request.
    pub request: Option<RequestId>,
}

/// Form in which events are exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportForm {
    /// CloudEvents 1.0 in JSON, one a line.
    CloudEvents,
    /// The project's own JSON, one a line.
    Ndjson,
}
