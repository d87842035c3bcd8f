//! The outgoing desk: a request on its sender's side.
//!
//! Nothing here depends on the recipient beyond what is public. INVARIANT (two desks): before the letter `Accepted` has
//! been taken, no event of the recipient's desk changes a state of this module.

mod crossing;
mod decide;
mod event;
mod state;

pub use crossing::{Crossing, Theirs, cross};
pub use decide::{Charge, Open, Submission, confirm, expire, remind, send, withdraw};
pub use event::{Event, Kind};
pub use state::{Outgoing, evolve};
