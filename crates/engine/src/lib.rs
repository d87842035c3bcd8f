//! The single writer: the order of the words *policy judges, domain decides, the log appends, projections apply*.
//!
//! **What it is.** [`Desk`] is the engine without threads: views, decisions, courier and timers, with events staged for
//! a log. [`Engine`] puts it behind one writer thread and one thread that appends, acknowledges after the append is
//! durable, and answers reads when what they saw is durable; [`Solo`] is the same on the caller's thread. [`Inquiry`] reads
//! the answer to "why" from the log. [`Checkpoints`] spare a start from reading it from its first event. A [`View`] of the
//! embedding program's own is built beside an engine that goes on: [`Engine::add_view`].
//!
//! **Where to start reading.** [`Desk::handle`], which fits on a screen; then `courier.rs` for what happens next.
//!
//! **This crate never** uses async, acknowledges before the append is durable, reads a clock, or holds a rule of the
//! domain.

mod accounts;
mod again;
mod checkpoints;
mod clock;
mod courier;
mod desk;
mod due;
mod engine;
mod error;
mod exports;
mod followups;
mod frames;
mod gather;
mod identity;
mod index;
mod inherit;
mod inquiry;
mod lookups;
mod observed;
mod outbox;
mod outcomes;
mod oversight;
mod pace;
mod pairs;
mod parties;
mod receipt;
mod replay;
mod resolve;
mod sender_side;
mod solo;
mod transitions;
mod typed;
mod views;

pub use acquaint_projection_pending::Kept;
pub use acquaint_projection_requests::{Illegal, IllegalTransitions};
pub use again::{Asked, Imagined};
pub use checkpoints::{CheckpointError, Checkpoints, PassedOver, Written};
pub use clock::Reading;
pub use desk::{Desk, Founding, Input, When};
pub use engine::{Answers, Beside, Engine, Inheriting, View};
pub use error::{OpenError, SubmitError, ViewError};
pub use exports::{Direction, ExportReceipt, ExportRecords, ExportRow, InvitationRow, NamedBy};
pub use identity::command_key;
pub use inherit::{Bequest, Inheritance, MemberBequest, Place, RequestBequest, Taken};
pub use inquiry::{CountBy, Counted, Inquiry, Known, Meant, Subject, Whose, no_such_request};
pub use observed::{Observation, Observations, Observed};
pub use outbox::Outbox;
pub use oversight::imposed;
pub use parties::between;
pub use receipt::{Receipt, Verdicted};
pub use replay::{
    Replayed, Upto, rebuild, rebuild_on, rebuild_while, replay, replay_on, replay_to, replay_until,
};
pub use solo::Solo;
pub use transitions::illegal_transitions;
pub use views::{Digest, Views};
