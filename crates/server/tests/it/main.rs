//! The server over loopback: every test starts one of its own, on a free port.

mod documents;
mod harness;
mod walk;
