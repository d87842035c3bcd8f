//! An event-sourced engine for connection requests: member A asks to connect with member B. It keeps every event, and it answers
//! what no network answers: **where did my connection request go?**
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
//! [`Engine::builder`] opens a data folder, and makes it where there is none. Members join, ask, and answer; each method takes
//! handles as text, waits until what it did is on disk, and gives a typed reply.
//!
//! ```
//! use acquaint::{AcceptFrom, Code, Connect, Engine, ManualClock, Settings, Viewer};
//!
//! # fn main() -> Result<(), acquaint::Error> {
//! let engine = Engine::in_memory().clock(ManualClock::default()).open()?;
//! for handle in ["alice", "bob", "carol"] {
//!     engine.add_member(handle)?;
//! }
//!
//! // Bob's inbox takes requests of his contacts alone. Alice is not told: her request is in transit, as any other.
//! engine.change_settings(Settings::of("bob").accept_from(AcceptFrom::Contacts))?;
//! let to_bob = engine.send(Connect::from("alice").to("bob"))?;
//! let to_carol = engine.send(Connect::from("alice").to("carol"))?;
//! assert_eq!(to_bob.outcome, to_carol.outcome);
//!
//! // The network's staff sees what stopped it; alice is told what she can do, in the same words for both requests.
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
//! | to | look at |
//! |---|---|
//! | open a network | [`Engine::builder`], [`Engine::in_memory`], [`Builder`] |
//! | send, answer, block, change an account | the methods of [`Engine`], with [`Connect`], [`Act`], [`Member`], [`Settings`] |
//! | ask where a request went | [`Engine::why`], then [`Why::seen_by_member`] for the member who is logged in |
//! | list what is open, connected, blocked | [`Engine::pending_sent`], [`Engine::connections`], [`Engine::blocked`] and their neighbours |
//! | keep a view of one's own | [`Engine::add_view`], [`events`] |
//! | know what a code means | [`Code`], [`entry`] |
//! | handle an error | [`Error`], [`ErrorKind`], [`Hint`] |
//! | decide by other rules | [`policies`], [`Engine::adopt_policy`] |
//! | test a program that embeds it | [`ManualClock`], [`guide::testing`] |
//!
//! # Further reading
//!
//! - [`guide::concepts`]: the two desks, evidence, viewers.
//! - [`guide::guarantees`]: durability, idempotency, order, privacy, what happens at a crash.
//! - [`guide::errors`]: what is an error and what is a reply, and how to answer a web request with it.
//! - [`guide::testing`]: an engine in memory, time that is moved by hand, failing deliveries.
//!
//! **This crate never** names a word of the command line, makes an error of a refused send, or takes an id key from its caller for a
//! folder.

pub mod events;
pub mod folder;
pub mod guide;
pub mod policies;

mod builder;
mod clock;
mod command;
mod engine;
mod error;
mod read;
mod reply;
mod running;
mod staff;
mod timer;
mod why;

pub use acquaint_audit::{
    Candidates, Companion, Disclosure, Entry, EventLine, FollowUp, Incident, Measure, PolicyCitation, Rung,
    Timer as NextStep, Viewer, entry,
};
pub use acquaint_domain::{
    AcceptFrom, Channel, Code, Confirmation, Fault, FaultChannel, Malformed, MalformedRequestId, MaxDegree,
    Problem, RequestId, RestrictionCause, Span, Standing, Tier, Timestamp,
};
pub use builder::{Builder, Folder, Memory};
pub use clock::ManualClock;
pub use command::{Act, Connect, Member, OnMember, Restriction, Settings};
pub use engine::Engine;
pub use error::{Error, ErrorKind, Hint};
pub use read::{Account, BlockedMember, Connection, OpenEntry, Quota};
pub use reply::{Done, SendOutcome, Sent};
pub use why::{Answer, AnswerFields, RequestRef, Why};
