//! What is an error and what is a reply, and how to answer a web request with it.
//!
//! # A refusal is a reply
//!
//! A send that the rules refuse is recorded, has an id, and can be asked about: [`SendOutcome::Refused`](crate::SendOutcome::Refused).
//! So is one to an address that nobody has or that is malformed. [`Error`](crate::Error) is for what could not be done at all: a
//! sender who does not exist, nothing to accept, a disk that fails.
//!
//! # Kind, data, hints
//!
//! ```
//! use acquaint::{Engine, Error, ErrorKind, Hint};
//!
//! # fn main() -> Result<(), Error> {
//! let engine = Engine::in_memory().open()?;
//! engine.add_member("alice")?;
//! let error = engine.account("alcie").expect_err("a slip");
//! assert_eq!(error.to_string(), "no member has the handle `alcie`");
//! assert_eq!(error.hints(), [Hint::DidYouMean("alice".to_owned())]);
//! assert_eq!(error.kind(), ErrorKind::NotFound);
//! # Ok(())
//! # }
//! ```
//!
//! The kinds go with the classes of HTTP: [`NotFound`](crate::ErrorKind::NotFound) 404, [`InvalidInput`](crate::ErrorKind::InvalidInput)
//! 400, [`Conflict`](crate::ErrorKind::Conflict) 409, [`Unavailable`](crate::ErrorKind::Unavailable) 503,
//! [`Operator`](crate::ErrorKind::Operator) 500. `Display` is one sentence in lower case without a period; it may contain text that the
//! caller gave, so escape it for HTML. Hints have texts too, which name no program's commands; match on them to use your own words.
//!
//! # Errors of every command
//!
//! Beside what its own page lists, every method that writes can give
//!
//! - [`Error::Stopped`](crate::Error::Stopped): the disk has failed; see [durability](super::guarantees#durability);
//! - [`Error::Busy`](crate::Error::Busy): 4,096 commands wait already; nothing was taken, try again;
//! - [`Error::ClockJumped`](crate::Error::ClockJumped): see [order](super::guarantees#order);
//! - [`Error::CommandIdReused`](crate::Error::CommandIdReused) and [`Error::CommandIdExpired`](crate::Error::CommandIdExpired), where it
//!   has an id;
//! - [`Error::InvalidInput`](crate::Error::InvalidInput) for a text or a list beyond its bound.
//!
//! # Panics
//!
//! No method panics on its arguments. A panic of a thread of the engine is a fault of this crate: it is reported to all callers as
//! [`Error::Stopped`](crate::Error::Stopped).
