//! Documents: reports and lists as text in 80 columns, as JSON, as spreadsheet tables and as pages for a browser.
//!
//! **What it is.** [`listing()`], [`wrap`] and [`DocumentWriter`] lay out rows, paragraphs and JSON. [`whereabouts`]
//! reports what became of a member's invitations, and [`what_if`] the result of a replay; both have pages with charts
//! ([`charts`]) that load nothing and run no script.
//!
//! **Where to start reading.** `what_if.rs`, then `what_if/page.rs`.
//!
//! **This crate never** reads a command line, opens a log or a file, reads a clock, or decides anything.

mod action;
mod answer;
mod columns;
mod document;
mod format;
mod listing;
mod requests;
mod rule_text;

pub mod charts;
pub mod found;
pub mod log_head;
pub mod moments;
pub mod proof;
pub mod what_if;
pub mod whereabouts;
pub mod wrap;

pub use action::{advice_json, command};
pub use answer::{answer_json, event_json, trace_json};
pub use document::{DocumentWriter, Lines};
pub use format::{Format, Width, json_text, object, sentence};
pub use listing::{Listing, ListingRow, listing, with_width};
pub use requests::{channel_text, request_json};
pub use rule_text::finding_text;
