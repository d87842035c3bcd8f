//! Readers of the data exports that members download from other networks: from a zip file or a folder to observed facts.
//!
//! **What it is.** [`read`] opens a container (zip, folder or single file) within limits, detects the network that wrote
//! it, and reads its rows into the records that the engine imports. An error in a file is a [`ExportProblem`] with file, line and
//! column; something odd but harmless is a [`Remark`]. Once the records are in the log, [`report`] summarises them from the
//! views.
//!
//! **Where to start reading.** [`read`], then `linkedin.rs`, which handles the most quirks.
//!
//! **This crate never** guesses what a file does not say, uses the network, or writes or extracts a file.

mod container;
mod dates;
mod facebook;
mod linkedin;
mod mastodon;
mod notes;
mod problem;
mod rates;
mod reading;
mod report;
mod table;
mod text;

pub use container::{Container, ContainerLimits};
pub use problem::ExportProblem;
pub use rates::{AgainstLimit, Rates};
pub use reading::{ExportDate, ParsedExport, ReadOptions, Remark, read, read_container};
pub use report::{Added, ExportReport, InvitationFilter, InvitationLine, RepeatedNote, report};
