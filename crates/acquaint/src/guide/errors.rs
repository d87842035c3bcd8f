//! What is an error and what is a reply, and how errors map to HTTP.
//!
//! # A refusal is a reply
//!
//! A send that the rules refuse is recorded, has an id, and can be explained:
//! [`SendOutcome::Refused`](crate::SendOutcome::Refused). The same holds for a send to an unknown or malformed address. An
//! [`Error`](crate::Error) means that the operation could not be done at all: the sender does not exist, there is nothing to
//! accept, the disk fails.
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
//! Each kind maps to an HTTP status: [`NotFound`](crate::ErrorKind::NotFound) 404,
//! [`InvalidInput`](crate::ErrorKind::InvalidInput) 400, [`Conflict`](crate::ErrorKind::Conflict) 409,
//! [`Unavailable`](crate::ErrorKind::Unavailable) 503, [`Operator`](crate::ErrorKind::Operator) 500. `Display` is one
//! sentence in lower case without a period. It may contain text from the caller, so escape it for HTML. Hints have a text
//! too, which mentions no program's commands; match on a hint to word it yourself.
//!
//! # Errors of every command
//!
//! Besides the errors that its own page lists, every method that writes can return
//!
//! - [`Error::Stopped`](crate::Error::Stopped): the disk has failed; see [durability](super::guarantees#durability);
//! - [`Error::Busy`](crate::Error::Busy): the queue of 4,096 commands is full and this one was not queued; try again;
//! - [`Error::ClockJumped`](crate::Error::ClockJumped): see [order](super::guarantees#order);
//! - [`Error::CommandIdReused`](crate::Error::CommandIdReused) and
//!   [`Error::CommandIdExpired`](crate::Error::CommandIdExpired), if the command has an id;
//! - [`Error::InvalidInput`](crate::Error::InvalidInput) for a text or a list that is too long.
//!
//! # Panics
//!
//! No method panics because of its arguments. A panic in an engine thread is a bug in this crate; all callers get
//! [`Error::Stopped`](crate::Error::Stopped).
