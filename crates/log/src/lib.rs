//! The contract of an append-only event log: positions, batches, and what every log must do with them.
//!
//! **What it is.** [`EventLog`] is one sequence of opaque records, numbered from 1 without gaps. Records enter in batches
//! that are durable whole or not at all; the batch names the position that it expects, so a stale writer is refused rather
//! than interleaved. [`MemoryLog`] lives only as long as the process, for tests and for scratch overlays.
//!
//! **Where to start reading.** `event_log.rs` holds the trait and its errors; `contract.rs` says the same as running checks.
//!
//! **This crate never** opens a file, reads a clock to decide anything, or knows what a record means.

pub mod contract;
mod error;
mod event_log;
mod memory;
mod position;

pub use error::{AppendError, ReadError};
pub use event_log::{EventLog, RECORD_PREFIX_BYTES, Record, Visitor};
pub use memory::MemoryLog;
pub use position::Position;
