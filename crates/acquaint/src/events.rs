//! The events of the log, for [views of a program's own](crate::Engine::add_view).
//!
//! An [`Event`] is of one of eight streams; each stream's module has its kinds. Kinds are added over time: a view outside this
//! repository ends its matches with an arm for the others.
//!
//! Events hold both sides of every request. What a view makes of them is for the network's staff unless the program takes care.

pub use acquaint_domain::{
    Actor, Event, EventNumber, MemberId, Owner, Recorded, account, connection, import, incoming, letter,
    network, outgoing, oversight,
};
pub use acquaint_engine::{Beside, View, ViewError};
