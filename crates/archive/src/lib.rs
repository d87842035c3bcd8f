//! Readers of members' own exports of other networks: from a zip file or a folder to plain observed facts.
//!
//! **What it is.** [`read`] opens a container (zip, folder or single file) within bounds, finds out of which network it
//! is, and reads its rows into the records that the engine takes in. What is wrong in a file is a [`Problem`] with file,
//! line and column; what is odd and harmless is a [`Remark`]. [`report`] draws the whole picture from the views once the
//! records are in the log.
//!
//! **Where to start reading.** [`read`], then `linkedin.rs`, which knows the most quirks.
//!
//! **This crate never** guesses what a file does not say; touches the network; writes or extracts a file.

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

pub use container::{Container, Limits};
pub use problem::Problem;
pub use rates::{AgainstLimit, Rates};
pub use reading::{AsOf, Asked, Reading, Remark, read, read_container};
pub use report::{Added, Filter, Line, RepeatedNote, Report, report};
