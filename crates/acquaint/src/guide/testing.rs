//! An engine in memory, a clock that the test moves, failing deliveries.
//!
//! # In memory
//!
//! [`Engine::in_memory`](crate::Engine::in_memory) is the same engine without files: same rules, same threads, same replies.
//! Tests need no folder, and can run in parallel.
//!
//! # Time
//!
//! With a [`ManualClock`](crate::ManualClock), time stands still until the test moves it. No timer thread runs: due work
//! happens before the next command or read, each piece at the time at which it was due. A test never sleeps, and gives the
//! same result in every run.
//!
//! ```
//! use acquaint::{Connect, Engine, Fault, FaultChannel, ManualClock, Code, Span, Viewer};
//!
//! # fn main() -> Result<(), acquaint::Error> {
//! let clock = ManualClock::default();
//! let engine = Engine::in_memory().clock(clock.clone()).open()?;
//! engine.add_member("alice")?;
//! engine.add_member("bob")?;
//!
//! // Deliveries fail for an hour.
//! engine.start_fault(FaultChannel::All, Fault::ServerError)?;
//! let sent = engine.send(Connect::from("alice").to("bob"))?;
//! assert_eq!(engine.why(sent.request).seen_by(Viewer::Sender)?.code, Code::DeliveryRetrying);
//! clock.advance(Span::hours(1));
//! engine.stop_fault(FaultChannel::All)?;
//! clock.advance(Span::hours(12));
//! assert_eq!(engine.pending_received("bob")?[0].with, "alice");
//! # Ok(())
//! # }
//! ```
//!
//! # The same ids in every run
//!
//! Request ids are random, so that an id does not reveal its sender. A test that compares whole outputs derives the ids from
//! a number with [`EngineBuilder::request_ids_from`](crate::EngineBuilder::request_ids_from), which only an engine in memory has.
//!
//! ```
//! use acquaint::{Connect, Engine};
//!
//! # fn main() -> Result<(), acquaint::Error> {
//! let id = || {
//!     let engine = Engine::in_memory().request_ids_from(7).open()?;
//!     engine.add_member("alice")?;
//!     Ok::<_, acquaint::Error>(engine.send(Connect::from("alice").to("bob"))?.request)
//! };
//! assert_eq!(id()?, id()?);
//! # Ok(())
//! # }
//! ```
