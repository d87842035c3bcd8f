//! The server over loopback: every test starts one of its own, on a free port.

mod documents;
mod guard;
mod harness;
mod idempotency;
mod roles;
mod walk;
