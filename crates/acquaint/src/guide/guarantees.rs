//! Durability, idempotency, order, privacy, what happens at a crash.
//!
//! # Durability
//!
//! A reply is given after the events that it speaks of were written and synced. A read is answered after everything that it saw is
//! durable. Commands of several threads share one sync; [`Engine::send_many`](crate::Engine::send_many) does the same for one thread.
//! An engine [in memory](crate::Engine::in_memory) keeps nothing.
//!
//! When the disk fails a write or a sync, the engine stops: this command and every later one get
//! [`Error::Stopped`](crate::Error::Stopped), and nothing more is acknowledged. A failed sync is never repeated, because its data may
//! be lost although the second one succeeds. Look at the disk, then open the folder again.
//!
//! # Idempotency
//!
//! Give a command an id (`.command_id("8d1f")`), and it can be repeated after a timeout or a restart: the same id with the same
//! content gives the reply of the first time, marked `repeated`, and does nothing. The same id with other content is
//! [`Error::CommandIdReused`](crate::Error::CommandIdReused). After seven days the reply is no longer kept and a repetition is
//! [`Error::CommandIdExpired`](crate::Error::CommandIdExpired); it is never done a second time.
//!
//! Ids belong to the member who acts: the engine derives its key from the handle and the id, so that two members may use the same one.
//! Commands of the network's staff share one space of ids, and so do new members.
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
//! A command without an id is a new one each time.
//!
//! # Order
//!
//! One thread decides, one command after the other. What one caller got a reply to is seen by everything that any caller submits or
//! reads afterwards. Recorded time never goes back. Work that is due by itself, such as a request that expires, is recorded at its own
//! moment, before any command of a later one.
//!
//! Time comes from one clock for each engine, which does not go back, not even over a restart: its highest reading is kept in the data
//! folder. A machine's clock that is behind that is refused at the start ([`Error::ClockBehind`](crate::Error::ClockBehind)), and one
//! that jumps forward by more than a day is refused while the engine runs ([`Error::ClockJumped`](crate::Error::ClockJumped)), because
//! nothing could be recorded at an earlier time afterwards.
//!
//! # Privacy
//!
//! What a sender can learn depends on the sender's own side until the recipient accepts: replies, answers, lists, quotas and codes.
//! Request ids tell nothing about anybody else: they derive from the sender and the sender's own count under a random key, which the
//! engine makes for each folder. Whether an e-mail address belongs to a member is told to nobody but that member's connections.
//!
//! # What happens at a crash
//!
//! Everything that was acknowledged is there after the next open. What was submitted and not acknowledged is there whole or not at all;
//! a command id tells which, by repeating the command. The end of the log that a crash has torn is cut, kept beside it, and never takes
//! an acknowledged event with it. Damage to acknowledged events is found by checksums and refused, as is a log that ends before what
//! other files of the folder show ([`Error::LostEvents`](crate::Error::LostEvents)).
//!
//! One engine writes to a folder at a time ([`Error::InUse`](crate::Error::InUse)); the lock ends with the process.
