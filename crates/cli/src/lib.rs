//! The one binary, `acquaint`: arguments, output, and the choice of parts.
//!
//! **What it is.** [`run`] reads a command line ([`grammar`]), opens the data folder with the log that this program
//! chooses, hands the order to the engine or to the audit, and writes the answer ([`render`]). A [`script`] is many
//! orders with moments between them.
//!
//! **Where to start reading.** [`run`], then `session.rs`.
//!
//! **This crate never** contains what a test cannot reach through the engine or a server.

mod failure;
mod maintain;
mod policies;
mod read;
mod run;
mod session;
mod what_if;
mod write;

pub mod grammar;
pub mod render;
pub mod script;
pub mod values;

pub use render::terminal::run_in_terminal;
pub use run::run;
pub use script::sandbox::{Said, Sandbox};
