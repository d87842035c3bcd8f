//! The rules of the sender's side, and how they judge.
//!
//! **What it is.** A [`Policy`] is one TOML document. [`judge`] asks its rules, in order, about the [`Facts`] of a send,
//! and answers with a verdict that holds every rule's finding and the numbers it was found in. The [`Ledger`] keeps the
//! counters that the rules read; it is rebuilt from events.
//!
//! **Where to start reading.** `article.toml`, the policy that is built in, then [`judge`].
//!
//! **This crate never** reads a clock or the log, and never answers without reasons.

mod document;
mod facts;
mod judge;
mod ledger;
mod spam;

pub use document::{ARTICLE, Delivery, Incidents, Limit, Policy, PolicyError, RequestsPerTier, WindowKind};
pub use facts::{Facts, Reading, Usage};
pub use judge::{judge, judge_again, judge_confirmation};
pub use ledger::Ledger;
pub use spam::{Feedback, REMEMBERED_MAX, Sending, Share, Spam, SpamFacts, SymbolWeight};
