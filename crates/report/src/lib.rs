//! Documents: reports and lists as text in 80 columns, as JSON, as tables for spreadsheets, and as pages for a browser.
//!
//! **What it is.** [`listing()`], [`wrap`] and [`DocumentWriter`] lay out rows, paragraphs and JSON. [`whereabouts`] writes what
//! became of a member's invitations, [`what_if`] the report of a replay; both have charts ([`charts`]) on pages that
//! load nothing and run no script.
//!
//! **Where to start reading.** `what_if.rs`, then `what_if/page.rs`.
//!
//! **This crate never** reads a command line, opens a log or a file, reads a clock, or decides anything.

mod action;
mod answer;
mod columns;
mod document;
mod format;
mod gates;
mod listing;
mod requests;

pub mod charts;
pub mod found;
pub mod moments;
pub mod what_if;
pub mod whereabouts;
pub mod wrap;

pub use action::{advice_json, command};
pub use answer::{answer_json, event_json, trace_json};
pub use document::{DocumentWriter, Lines};
pub use format::{Format, Width, json_text, object, sentence};
pub use gates::rung_text;
pub use listing::{Listing, ListingRow, listing, with_width};
pub use requests::{channel_text, request_json};
