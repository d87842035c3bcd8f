//! The network as a whole: its beginning, its policy, refused commands, lookups and faults.

mod event;
mod lookup;

pub use event::Event;
pub use lookup::{Lookup, StaffLookup};
