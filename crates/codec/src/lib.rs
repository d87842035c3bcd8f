//! How an event is stored, for ever.
//!
//! **What it is.** [`encode`] writes one event with its place in the log, [`decode`] reads it back, and [`peek`] reads the
//! fields before the event itself: position, time, actor, request. A record is an [`Envelope`] of little-endian fields, a
//! body, and, for an event with personal fields, a section of its own for those. Every type of event has a number that
//! is never given to another type, and a stored form separate from the domain's type.
//!
//! **Where to start reading.** `kind` has the numbers, `registry` the stored form of each number and version, and
//! `envelope` the layout. `stored` has the stored forms, in a module for each of the domain's streams, and the parts that
//! they are made of. `compact` writes their fields, and `binary` those of rare types.
//!
//! **This crate never** changes an existing stored form, gives a number twice, makes up a value for a missing field, or
//! derives a stored form from the shape of a domain type.
//!
//! # A new version of a stored form
//!
//! A stored form is never edited, because bytes in that form are in logs. To change what `founded` holds:
//!
//! 1. rename its struct to `FoundedV1`, remove its `of`, and leave its fields as they are;
//! 2. write the new `Founded`, with `StoredForm` as before, and `impl From<FoundedV1> for Founded`: total, and without
//!    values that the old form does not hold (what it does not say becomes an explicit "not known");
//! 3. in `registry`, put a reader of version 1 before the newest one, `|s| Ok(Founded::from(s.body::<FoundedV1>()?).event())`;
//! 4. keep the golden bytes of version 1, and add those of version 2.
//!
//! A type's versions are the readers in its row, so none can be left out, and conversions that the compiler checks turn each
//! older form into the newest. Forms that are parts of several events, such as a verdict, follow the same steps.

mod binary;
mod compact;
mod envelope;
mod error;
mod kind;
mod record;
mod registry;
mod section;
mod stored;

pub use envelope::{Contents, ENVELOPE_LEN_MAX, Envelope, PersonalSection};
pub use error::{DecodeError, DecodeProblem, RegistryError, StoredPart};
pub use record::{decode, decode_at, decode_peeked, encode, peek, show};
pub use registry::{EventType, check_registry, event_types};
pub use section::{SECTION_LEN_MAX, ShownFields};
