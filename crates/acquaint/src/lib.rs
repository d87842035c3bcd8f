//! An event-sourced engine for connection requests: member A asks to connect with member B. It records every event, and
//! answers the question that no network answers: **where did my connection request go?**
//!
//! ```
//! # use std::error::Error;
//! # fn main() -> Result<(), Box<dyn Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let dir = folder.path();
//! # {
//! #     let engine = acquaint::Engine::builder(dir).open()?;
//! #     engine.add_member("alice")?;
//! #     engine.add_member("bob")?;
//! # }
//! use acquaint::{Connect, Engine, SendOutcome, Viewer};
//! let engine = Engine::builder(dir).policy(acquaint::policies::ARTICLE).open()?;     // random key for request ids, timers run by themselves
//! let sent = engine.send(Connect::from("alice").to("bob").note("We met").command_id("8d1f"))?;
//! match sent.outcome {
//!     SendOutcome::InTransit | SendOutcome::Connected => {}
//!     SendOutcome::Held(code) | SendOutcome::Refused(code) => println!("{}", engine.why(sent.request).seen_by(Viewer::Sender)?),
//!     _ => {}
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Quick start
//!
//! [`Engine::builder`] opens a data folder and creates it if it does not exist. Members join, send requests and answer them.
//! Each method takes handles as text, waits until its events are on disk, and returns a typed reply.
//!
//! ```
//! use acquaint::{AcceptFrom, Code, Connect, Engine, ManualClock, SettingsUpdate, Viewer};
//!
//! # fn main() -> Result<(), acquaint::Error> {
//! let engine = Engine::in_memory().clock(ManualClock::default()).open()?;
//! for handle in ["alice", "bob", "carol"] {
//!     engine.add_member(handle)?;
//! }
//!
//! // Bob accepts requests only from his contacts. Alice does not learn this: her request is in transit, like any other.
//! engine.change_settings(SettingsUpdate::of("bob").accept_from(AcceptFrom::Contacts))?;
//! let to_bob = engine.send(Connect::from("alice").to("bob"))?;
//! let to_carol = engine.send(Connect::from("alice").to("carol"))?;
//! assert_eq!(to_bob.outcome, to_carol.outcome);
//!
//! // The network's staff sees what stopped the request. Alice gets the same advice, in the same words, about both requests.
//! assert_eq!(engine.why(to_bob.request).seen_by(Viewer::Agent)?.code, Code::RecipientSettingContacts);
//! let (bob, carol) = (engine.why(to_bob.request), engine.why(to_carol.request));
//! assert_eq!(bob.seen_by(Viewer::Sender)?.code, carol.seen_by(Viewer::Sender)?.code);
//!
//! // Carol accepts.
//! engine.accept(("carol", "alice"))?;
//! assert_eq!(engine.connections("alice")?[0].with, "carol");
//! # Ok(())
//! # }
//! ```
//!
//! # The parts
//!
//! | to | see |
//! |---|---|
//! | open a network | [`Engine::builder`], [`Engine::in_memory`], [`EngineBuilder`] |
//! | send, answer, block, change an account | the methods of [`Engine`], with [`Connect`], [`PairCommand`], [`NewMember`], [`SettingsUpdate`] |
//! | ask where a request went | [`Engine::why`], then [`Why::seen_by_member`] for the member who is logged in |
//! | list open requests, connections, blocks | [`Engine::pending_sent`], [`Engine::connections`], [`Engine::blocked`] and the methods next to them |
//! | add your own view | [`Engine::add_view`], [`events`] |
//! | look up a code | [`Code`], [`entry`] |
//! | handle an error | [`Error`], [`ErrorKind`], [`Hint`] |
//! | change the rules | [`policies`], [`Engine::adopt_policy`] |
//! | test a program that embeds the engine | [`ManualClock`], [`guide::testing`] |
//!
//! # Further reading
//!
//! - [`guide::concepts`]: the two desks, evidence, viewers.
//! - [`guide::guarantees`]: durability, idempotency, order, privacy, crashes.
//! - [`guide::errors`]: what is an error and what is a reply, and how errors map to HTTP.
//! - [`guide::testing`]: an engine in memory, a clock that the test moves, failing deliveries.
//!
//! **This crate never** mentions a command of the command line, returns a refused send as an error, or takes the id key of
//! a folder from its caller.

pub mod events;
pub mod folder;
pub mod guide;
pub mod policies;
pub mod serving;

mod builder;
mod clock;
mod command;
mod engine;
mod error;
mod log_facts;
mod log_tree;
mod read;
mod reply;
mod running;
mod staff;
mod timer;
mod why;

pub use acquaint_audit::{
    Candidates, CatalogueEntry, Companion, Disclosure, EventLine, FollowUp, Incident, Measurement,
    PolicyCitation, RuleFinding, Timer as NextStep, Viewer, entry,
};
pub use acquaint_domain::{
    AcceptFrom, AddressProblem, Channel, Code, Confirmation, Fault, FaultChannel, MalformedAddress,
    MalformedRequestId, MaxDegree, RequestId, RestrictionCause, Span, Standing, Tier, Timestamp,
};
pub use builder::{EngineBuilder, Folder, Memory};
pub use clock::ManualClock;
pub use command::{Connect, NewMember, OnMember, PairCommand, Restriction, SettingsUpdate};
pub use engine::Engine;
pub use error::{Error, ErrorKind, Hint};
pub use read::{Account, BlockedMember, ConnectionEntry, OpenEntry, Quota};
pub use reply::{Done, SendOutcome, Sent};
pub use why::{Answer, AnswerFields, RequestQuery, Why};
