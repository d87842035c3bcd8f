//! The two desks, connections and blocks, in tables: given, when, then.

mod account;
mod arrival;
mod connection;
mod export;
mod given;
mod incoming;
mod outgoing;
mod transitions;
