//! Answers: what became of a request and why, as far as each viewer may know.
//!
//! **What it is.** The [`catalogue`](entry) of reason codes: the text of each, what each viewer is told, what helps and
//! what does not. [`explain`] builds an [`Explanation`] from a [`Dossier`], that is, from the recorded events of one
//! request and nothing else. [`incidents`] finds site-wide delivery failures, [`follow_up`] says what to do about
//! requests that wait, and [`suspects`] ranks senders by the answers of all recipients, for agents.
//!
//! **Where to start reading.** [`Explanation`], then `dossier.rs` (what the answer to each viewer may use), then
//! `explain.rs`, `explain/sender.rs` and `explain/staff.rs`.
//!
//! **This crate never** presents a verdict of today's rules as the recorded reason; never reads a clock; never writes.

mod answer;
mod catalogue;
mod delivery;
mod dossier;
mod explain;
mod exported;
mod follow_up;
mod half;
mod incoming;
mod outgoing;
mod oversight;
mod statement;
mod wording;

pub use answer::action::{Act, Action, Advice, Help};
pub use answer::candidates::Candidates;
pub use answer::rehearsal::{AddressOwner, CauseEnd, CompanyComparison, Rehearsal, Sibling};
pub use answer::timers::Timer;
pub use answer::{
    Companion, EventLine, Explanation, Measurement, PolicyCitation, RuleFinding, SideAnswer, Today, Viewer,
};
pub use catalogue::{CatalogueEntry, Disclosure, entry, reasons_page};
pub use delivery::incident::{Hit, Incident, RoundedIncident, hits, incidents};
pub use delivery::outage::{Outage, outages};
pub use delivery::{Delivery, DeliveryState, deliveries};
pub use dossier::{Case, Dossier, Numbering, OwnDesk, RecipientDossier, SenderDossier, StaffDossier};
pub use explain::event_names::name as event_name;
pub use explain::explain;
pub use explain::rule_findings::findings;
pub use explain::staff::sayable;
pub use exported::chance::{Chance, chance_still};
pub use exported::{
    ExportedState, FOLLOW_UP_AFTER_DAYS, Sureness, WITHDRAW_AFTER_DAYS, Whereabouts, standing,
};
pub use follow_up::lookalike::lookalike;
pub use follow_up::practice::{OpenCounts, Practice, PracticeFinding, PracticeTool, practices};
pub use follow_up::{FollowUp, follow_up};
pub use oversight::{Answered, Response, RuleRecord, RuleReport, Suspect, responses, suspects};
pub use statement::{By, Ground, StatedDecision, Statement, statement};
