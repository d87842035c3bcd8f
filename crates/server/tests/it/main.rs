//! The server over loopback: every test starts one of its own, on a free port.

mod bad_input;
mod documents;
mod guard;
mod harness;
mod idempotency;
mod log;
mod operating;
mod page;
mod policies;
mod roles;
mod staff;
mod stopping;
mod stream;
mod walk;
