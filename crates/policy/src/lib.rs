//! The rules of both sides, and their evaluation.
//!
//! **What it is.** A [`Policy`] is one TOML document. [`judge`] evaluates its rules, in order, on the [`Facts`] of a send;
//! [`recipient::judge`] evaluates the recipient's rules on an arrival. Both return a verdict with every rule's finding and the
//! numbers behind it, and [`judge_again`] recomputes a verdict of either side from those numbers. The [`Ledger`] keeps the
//! counters that the sender's rules read; it is rebuilt from events.
//!
//! **Where to start reading.** `article.toml`, the built-in policy, then [`judge`] and `evaluation.rs`.
//!
//! **This crate never** reads a clock or the log, and never returns a verdict without its reasons.

mod document;
mod evaluation;
mod ledger;
pub mod recipient;
mod sender;
mod settings;
mod spam;
mod tally;
mod window;
mod words;

pub use document::{
    ARTICLE, AnswerTimes, AppealBar, Cap, Cooldown, CounterId, CurvePoint, DeliveryRules, Diagnostic,
    DisclosureLevel, DisclosureRule, EmailRule, Expiry, FailMode, FeedbackRule, Incidents, LINKEDIN_OBSERVED,
    LateAnswers, Limit, LimitBasis, NoteRules, OwnSettings, PerTier, Policy, PolicyError, RestrictionRule,
    Review, SHIPPED, Shadow, TEMPLATE, Unevaluated, schema,
};
pub use evaluation::judge_again;
pub use ledger::{Flood, Ledger};
pub use sender::{
    AddressLookup, Facts, ReminderFacts, Usage, judge, judge_confirmation, judge_filtered_confirmation,
    judge_release, judge_reminder, judge_waived_release, passes_from,
};
pub use spam::{Odds, REMEMBERED_MAX, Sending, Share, Spam, SpamFacts, SymbolWeight, spam_evidence};
pub use tally::Tally;
pub use window::{Window, Zone, tzdata_version};
pub use words::{PolicyStatement, differences, in_words, unit};
