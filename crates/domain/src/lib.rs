//! What a connection request is, and what may become of it.
//!
//! **What it is.** Identifiers, time, addresses, members and their settings; commands (imperatives) and events (past
//! tense); letters, which one desk sends to another; the two desks ([`outgoing`], [`incoming`]) and the connections and
//! blocks between members ([`connection`]), each with free functions that decide and one `evolve` that is the only
//! writer of its state; reason [`Code`]s and the [`Verdict`] that a judgement produces.
//!
//! **Where to start reading.** [`Event`], then [`outgoing`] and [`incoming`], which read in the order of a request's life.
//!
//! **This crate never** depends on anything but std and Unicode's tables, serialises a value, reads a clock, makes up an
//! identifier, or panics on a command.

mod address;
mod command;
mod compact;
mod decision;
mod event;
mod ids;
mod member;
mod note;
mod personal;
mod reason;
mod recorded;
mod request;
mod shown;
mod symbol;
mod time;
mod transition;
mod verdict;

pub mod account;
pub mod bounds;
pub mod connection;
pub mod import;
pub mod incoming;
pub mod letter;
pub mod network;
pub mod outgoing;
pub mod oversight;

pub use account::Departure;
pub use address::{
    Address, AddressProblem, EmailAddress, EnteredHandle, Handle, MalformedAddress, ProfileUrl, correction,
};
pub use command::{AppealDecision, Command, MemberDraft, Pair, Send, SettingsChange};
pub use connection::{Connection, ConnectionName};
pub use decision::Decision;
pub use event::{Event, Owner};
pub use ids::{
    CommandKey, EventNumber, LetterNumber, MalformedRequestId, MemberId, PolicyVersion, RequestId,
};
pub use import::{FilePrefix, ImportedPlace, ImportedRecord, export};
pub use letter::{
    Addressee, Channel, Fault, FaultChannel, Lane, Letter, LetterId, PostedLetter, WithdrawalCause,
};
pub use member::{
    AcceptFrom, Audience, Confirmation, MaxDegree, Profile, RestrictionCause, Settings, Standing, Tier,
    folded,
};
pub use network::{Lookup, StaffLookup};
pub use note::fingerprint;
pub use oversight::{Appealed, Feedback, FeedbackBasis};
pub use personal::Personal;
pub use reason::Code;
pub use recorded::{Actor, CommandKind, CommandTag, Recorded, RefusedCommand, WithdrawnBy};
pub use request::{Entered, RequestRef};
pub use shown::{SHOWN_CHARS_MAX, is_unseen_after, shown, shown_within, visible};
pub use symbol::{Symbol, SymbolKind};
pub use time::{Span, Timestamp};
pub use transition::IllegalTransition;
pub use verdict::{BucketKind, Distance, Evidence, Finding, Gate, NetworkSize, Outcome, Rule, Verdict};
