//! The single writer: for each command policy judges, domain decides, the views apply the events and the log appends them.
//!
//! **What it is.** [`Kernel`] is the engine without threads: views, decisions, courier and timers, with events staged for
//! a log. [`Engine`] runs it on one writer thread; a second thread appends, acknowledges once the append is durable, and
//! answers a read once everything it saw is durable. [`Solo`] does the same on the caller's thread. [`Inquiry`] answers "why"
//! from the log. With [`Checkpoints`] a start need not read the log from its first event. A [`View`] of the embedding program
//! is built in the background while the engine keeps serving: [`Engine::add_view`].
//!
//! **Where to start reading.** [`Kernel::handle`], which fits on a screen; then `write/courier.rs` for what happens next.
//! The folders, in the order of a request's path; each uses only folders earlier in this list:
//!
//! 1. `state` holds the views and all other state that is folded from events.
//! 2. `start` rebuilds that state from the newest checkpoint and the log.
//! 3. `write` takes a command, decides, applies and stages its events: the kernel.
//! 4. `read` answers from the views and the log, and records nothing.
//! 5. `import` records data from other networks, through the kernel.
//! 6. `run` connects the kernel to a log, with threads or without, and answers once the events are durable.
//!
//! **This crate never** uses async, acknowledges before the append is durable, reads a clock, or holds a rule of the
//! domain.

mod error;
mod import;
mod read;
mod run;
mod start;
mod state;
mod write;

pub use acquaint_projection_pending::Retention;
pub use acquaint_projection_requests::{IllegalStep, IllegalTransitions};
pub use error::{StartError, SubmitError, ViewError};
pub use import::exports::{Direction, ExportReceipt, ExportRecords, ExportRow, InvitationRow, NamedBy};
pub use import::messages::{Observation, Observations, Observed};
pub use import::network::{
    ImportBatch, ImportCounts, ImportRecord, ImportedMember, ImportedRequest, RequestPlace,
};
pub use read::again::{Hypothetical, RecordedSend};
pub use read::inquiry::{
    CountBy, CountKey, Inquiry, InquiryCache, MatchingRequest, OwnEnd, RequestScope, RequestSelector,
    no_such_request,
};
pub use read::parties::between;
pub use run::engine::{AttachedView, Engine, PendingReceipts, QueuedJob, View};
pub use run::solo::Solo;
pub use start::checkpoints::{CheckpointError, Checkpoints, SkippedCheckpoint, WrittenCheckpoint};
pub use start::replay::{Rebuild, ReplayTo, Replayed};
pub use start::transitions::illegal_transitions;
pub use state::identity::command_key;
pub use state::outbox::Outbox;
pub use state::receipt::{CommandOutcome, Receipt, Recording};
pub use state::views::{Digest, Views};
pub use write::clock::{ClockReading, Told};
pub use write::job::{Advance, Check, Job, Tick};
pub use write::kernel::{Genesis, Input, Kernel, When};
pub use write::oversight::imposed;
