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
mod tally;
mod window;
mod words;

pub use document::{
    ARTICLE, Answers, Cap, Chance, Cooldown, Counted, CounterId, Delivery, Diagnostic, DisclosureRule,
    EmailRule, Expiry, FailMode, FeedbackRule, Incidents, LINKEDIN_OBSERVED, LateAnswers, Limit, Notes,
    OwnSettings, PerTier, Policy, PolicyError, RestrictionRule, Review, SHIPPED, Shadow, TEMPLATE, Told,
    Unevaluated, schema,
};
pub use facts::{Facts, Reading, Usage};
pub use judge::{
    judge, judge_again, judge_confirmation, judge_filtered_confirmation, judge_release, judge_waived_release,
    passes_from,
};
pub use ledger::{Flood, Ledger};
pub use spam::{Odds, REMEMBERED_MAX, Sending, Share, Spam, SpamFacts, SymbolWeight, spam_evidence};
pub use tally::Tally;
pub use window::{Window, Zone, tzdata_version};
pub use words::{Statement, differences, in_words, unit};
