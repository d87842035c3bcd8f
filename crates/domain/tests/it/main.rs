//! The two desks and what lies between two members, in tables: given, when, then.

mod account;
mod arrival;
mod connection;
mod export;
mod given;
mod incoming;
mod outgoing;
mod transitions;
