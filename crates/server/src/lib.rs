//! The engine over HTTP: `acquaint serve`.
//!
//! **What it is.** [`Server::bind`] opens a port, [`Server::run`] answers on it until it is told to stop. A request passes
//! these steps, each in a file of its own: `connections.rs` (bytes, limits), `guard.rs` (loopback rules), `auth.rs` (who
//! asks), `table.rs` (may that role, and as which viewer), `call.rs` (body, ids), `routes/` (one file a resource).
//!
//! **Where to start reading.** `table.rs`: every route is one entry of it. The router, the OpenAPI document and the table
//! in docs/api.md are made from it.
//!
//! **This crate never** holds a rule of the domain, blocks an async task on the engine, or answers a member from anything
//! but that member's own side.

mod admin;
mod auth;
mod call;
mod connections;
mod docs;
mod guard;
mod keys;
mod metrics;
mod openapi;
mod pages;
mod private_file;
mod problem;
mod readiness;
mod request_log;
mod routes;
mod state;
mod streams;
mod table;
mod tokens;

pub use connections::{Limits, Server, Stop};
pub use docs::routes_markdown;
pub use keys::{ApiKey, KeyError, KeyFile, KeyRole, NewKey};
pub use openapi::document as openapi_document;
pub use request_log::{LogFormat, log_requests};
pub use state::{ServerSettings, ServerStartError};
