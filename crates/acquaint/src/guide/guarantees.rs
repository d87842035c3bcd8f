//! Durability, idempotency, order, privacy, crashes.
//!
//! # Durability
//!
//! A command returns after its events are written and synced. A read returns after everything that it saw is durable.
//! Commands from several threads share one sync; [`Engine::send_many`](crate::Engine::send_many) does the same for one
//! thread. An engine [in memory](crate::Engine::in_memory) keeps nothing.
//!
//! When a write or a sync fails, the engine stops: this command and every later one return
//! [`Error::Stopped`](crate::Error::Stopped), and nothing more is acknowledged. A failed sync is never retried, because a
//! second sync may succeed although the data is lost. Check the disk, then open the folder again.
//!
//! # Idempotency
//!
//! A command with an id (`.command_id("8d1f")`) can be retried after a timeout or a restart: the same id with the same
//! content returns the first reply, marked `repeated`, and does nothing. The same id with different content is
//! [`Error::CommandIdReused`](crate::Error::CommandIdReused). The reply is kept for seven days; after that a retry is
//! [`Error::CommandIdExpired`](crate::Error::CommandIdExpired). The command is never executed a second time.
//!
//! Ids belong to the acting member: the engine derives its key from the handle and the id, so two members may use the same
//! id. All staff commands share one id space, and so do all commands that add a member.
//!
//! ```
//! use acquaint::{Connect, Engine, Error};
//!
//! # fn main() -> Result<(), Error> {
//! # let engine = Engine::in_memory().open()?;
//! # engine.add_member("alice")?;
//! # engine.add_member("bob")?;
//! let connect = Connect::from("alice").to("bob").command_id("8d1f");
//! let first = engine.send(connect.clone())?;
//! let again = engine.send(connect.clone())?;
//! assert_eq!((again.request, again.repeated), (first.request, true));
//! assert_eq!(engine.send(connect.note("Hello")), Err(Error::CommandIdReused));
//! # Ok(())
//! # }
//! ```
//!
//! A command without an id is a new command each time.
//!
//! # Order
//!
//! One thread decides commands, one after the other. Once a command has returned, its effects are visible to every command
//! and read that any caller starts afterwards. Recorded time never goes back. Due work, such as the expiry of a request, is
//! recorded at the time at which it was due, before any command with a later time.
//!
//! Each engine has one clock, which never goes back, not even across a restart: its highest reading is kept in the data
//! folder. At the start, the engine refuses a machine clock that is behind that reading
//! ([`Error::ClockBehind`](crate::Error::ClockBehind)). While it runs, it refuses a clock that jumps forward by more than a
//! day ([`Error::ClockJumped`](crate::Error::ClockJumped)), because nothing could be recorded at an earlier time afterwards.
//!
//! # Privacy
//!
//! Until the recipient accepts, everything that a sender can learn (replies, answers, lists, quotas, codes) depends only on
//! the sender's own side. Request ids reveal nothing about anybody else: they are derived from the sender and the sender's
//! own request count under a random key, one per folder, which the engine generates. Only a member's connections can learn
//! that an e-mail address belongs to that member.
//!
//! # Crashes
//!
//! Every acknowledged command survives. A command that was submitted and not acknowledged is recorded whole or not at all; to
//! find out which, retry it with the same command id. The next open cuts the incomplete end that a crash left and keeps those
//! bytes in a file next to the log; no acknowledged event is ever among them. Checksums find damage to acknowledged events,
//! and the engine refuses to open such a log. It also refuses a log that ends before the last event that other files in the
//! folder prove ([`Error::LostEvents`](crate::Error::LostEvents)).
//!
//! One engine writes to a folder at a time ([`Error::InUse`](crate::Error::InUse)); the lock ends with the process.
