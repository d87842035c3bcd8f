//! The one binary, `acquaint`: arguments, output, and the choice of parts.
//!
//! **What it is.** [`run`] reads a command line ([`grammar`]), opens the data folder with the log that this program
//! chooses, hands the order to the engine or to the audit, and writes the answer ([`render`]). A [`script`] is many
//! orders with moments between them.
//!
//! **Where to start reading.** [`run`], then `session.rs`.
//!
//! **This crate never** contains what a test cannot reach through the engine or a server.

mod acts;
mod answers;
mod archive;
mod asks;
mod checkpoints;
mod evidence;
mod failure;
mod find;
mod interrupt;
mod lists;
mod logs;
mod messages;
mod network_file;
mod play;
mod policies;
mod progress;
mod requests;
mod reviews;
mod run;
mod sandbox;
mod session;
mod terminal;
mod text_file;
mod what_if;
mod whereabouts;

pub mod grammar;
pub mod render;
pub mod script;
pub mod values;

pub use run::run;
pub use sandbox::{Said, Sandbox};
pub use terminal::run_in_terminal;
