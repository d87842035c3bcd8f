//! The network as a whole: its beginning, its policy, what was refused, look-ups, and faults.

mod event;
mod lookup;

pub use event::Event;
pub use lookup::{Lookup, StaffLookup};
