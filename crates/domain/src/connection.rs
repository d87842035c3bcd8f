//! Connections and blocks between two members. Each end of a connection knows its own half.

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
