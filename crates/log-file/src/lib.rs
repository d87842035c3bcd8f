//! The event log in a folder of segment files.
//!
//! **What it is.** [`FileLog`] keeps [`EventLog`](acquaint_log::EventLog)'s contract on a disk that may lose power, tear
//! writes, flip bits, fail a sync or run full. Segments have a fixed size and are filled with zeros in advance; each batch
//! is one frame, one write and one sync. Opening distinguishes a torn tail (cut off, kept in a file, reported) from damage
//! to acknowledged events (refused and located; the intact prefix can still be read). `docs/FORMAT.md` is the byte map.
//!
//! **Where to start reading.** `file_log.rs` is the API; `frame.rs` and `segment.rs` are the bytes; `walk.rs` reads them
//! back and classifies the end of the log; `recovery.rs` acts on that; `writer.rs` appends; `group.rs` combines the records
//! of many callers into one batch.
//!
//! **This crate never** interprets a record, repeats a failed write or sync, removes bytes without keeping a copy, or
//! writes to a log that it found damaged.

mod backup;
mod convert_v1;
mod disk;
mod error;
mod file_log;
mod frame;
mod frame_map;
mod group;
mod hash_many;
mod health;
mod history;
pub mod hostile;
mod leaves;
mod lock;
mod merkle;
mod merkle_leaves;
mod merkle_rebuild;
mod preallocate;
mod probe;
mod proof;
mod prove;
mod reader;
mod recovery;
mod repair;
mod scrub;
mod seal;
mod sealer;
mod segment;
mod segment_window;
mod storage;
mod verify;
mod walk;
mod witness;
mod writer;

pub use backup::BackupError;
pub use convert_v1::{ConvertError, Converted, convert};
pub use disk::Disk;
pub use error::{Damage, FrameFault, OpenError};
pub use file_log::{FileLog, Options};
pub use frame::LogId;
pub use group::GroupCommit;
pub use leaves::{LeavesError, visit_leaves, visit_leaves_on};
pub use merkle::{Salt, SiblingHash};
pub use proof::{EventProof, LogHead, Proof, SegmentProof, Unproven};
pub use prove::{ProveError, SegmentFacts, prove, prove_on, segments};
pub use recovery::Recovery;
pub use repair::{Loss, Lost, Remedy, Repair, repair, repair_on};
pub use scrub::Scrub;
pub use storage::{Access, Identity, Storage, StoredFile};
pub use verify::{VerifyProgress, VerifyReport};
pub use walk::Depth;
pub use witness::Witness;
