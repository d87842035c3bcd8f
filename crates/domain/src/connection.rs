//! What lies between two members: connections, whose two ends each know their own half, and blocks.

mod decide;
mod event;
mod name;
mod state;

pub use decide::{
    PairFacts, block, disconnect, record, take_acceptance, take_closure, take_disconnection, unblock,
};
pub use event::{Event, Kind};
pub use name::ConnectionName;
pub use state::{Connection, ConnectionChange, EndChange, changes, evolve};
