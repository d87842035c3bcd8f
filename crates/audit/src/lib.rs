//! Why: what became of a request, as each viewer may know it.
//!
//! **What it is.** The [`catalogue`](entry) of every reason: its text, what each viewer is told, what helps and what
//! does not. [`explain`], which reads an [`Answer`] from a [`Dossier`], that is, from the recorded events of one
//! request and from nothing else. [`incidents`], which tells one member's failed deliveries from everybody's, and
//! [`follow_up`], which says what to do about requests that wait. [`suspects`], which ranks senders by everybody's
//! answers, for agents.
//!
//! **Where to start reading.** [`Answer`], then `dossier.rs` (what an answer for each viewer may be read from), then
//! `explain.rs`, `to_sender.rs` and `to_staff.rs`.
//!
//! **This crate never** recomputes a verdict with today's rules and calls it the reason; never reads a clock; never
//! writes.

mod action;
mod advice;
mod answer;
mod appeal_words;
mod candidates;
mod catalogue;
mod chance;
mod delivery;
mod delivery_words;
mod dossier;
mod event_names;
mod explain;
mod exported;
mod follow_up;
mod incident;
mod incoming_half;
mod incoming_words;
mod ladder;
mod limit_words;
mod lines;
mod lookalike;
mod now;
mod outage;
mod outgoing_half;
mod outgoing_pass;
mod outgoing_words;
mod practice;
mod ranking;
mod rehearsal;
mod reminder_words;
mod rule_report;
mod spam_words;
mod statement;
mod timers;
mod to_sender;
mod to_staff;
mod wording;

pub use action::{Act, Action, Advice, Help};
pub use answer::{Answer, Companion, EventLine, Measure, PolicyCitation, Rung, Side, Today, Viewer};
pub use candidates::Candidates;
pub use catalogue::{Disclosure, Entry, entry, reasons_page};
pub use chance::{Chance, chance_still};
pub use delivery::{Delivery, Fate, deliveries};
pub use dossier::{Case, Dossier, Numbering, OwnDesk, RecipientDossier, SenderDossier, StaffDossier};
pub use explain::explain;
pub use exported::{FOLLOW_UP_AFTER_DAYS, Standing, Sureness, WITHDRAW_AFTER_DAYS, Whereabouts, standing};
pub use follow_up::{FollowUp, follow_up};
pub use incident::{Hit, Incident, RoundedIncident, hits, incidents};
pub use ladder::rungs;
pub use lookalike::lookalike;
pub use outage::{Outage, outages};
pub use practice::{Mind, Practice, Waiting, practices};
pub use ranking::{Answered, Response, Suspect, responses, suspects};
pub use rehearsal::{Compared, Ending, Owner, Rehearsal, Sibling};
pub use rule_report::{RuleRecord, RuleReport};
pub use statement::{By, Decision, Ground, Statement, statement};
pub use timers::Timer;
pub use to_staff::sayable;
