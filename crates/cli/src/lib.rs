//! The program `acquaint`: its command line, its scripts and its output.
//!
//! **What it is.** [`run`] parses a command line into one command ([`grammar`]) and dispatches it to `write`, `read` or
//! `maintain`, which run it on a session: the data folder, or the writer of a script. [`render`] writes the answer. A
//! [`script`] is many commands with moments between them; they take the same path.
//!
//! **Where to start reading.** `run.rs`, then `session.rs`.
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
pub use script::sandbox::{Sandbox, SandboxOutput};
