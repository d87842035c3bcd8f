//! The outgoing desk: a request on its sender's side.
//!
//! Nothing here depends on the recipient beyond what is public. INVARIANT (two desks): no state of this module changes
//! by an event of the recipient's desk before the letter `Accepted` has been taken.

mod crossing;
mod decide;
mod event;
mod state;

pub use crossing::{Crossing, Theirs, cross};
pub use decide::{Charge, Open, Submission, confirm, expire, remind, send, withdraw};
pub use event::{Event, Kind};
pub use state::{Outgoing, evolve};
