//! The events of the log, for [views that a program adds](crate::Engine::add_view).
//!
//! An [`Event`] belongs to one of eight streams; each stream's module has its kinds. Kinds are added over time, so a view
//! outside this repository ends its matches with a wildcard arm.
//!
//! Events hold both sides of every request. A view built from them is for the network's staff, unless the program takes care
//! what it shows to members.

pub use acquaint_domain::{
    Actor, Event, EventNumber, MemberId, Owner, Recorded, account, connection, import, incoming, letter,
    network, outgoing, oversight,
};
pub use acquaint_engine::{AttachedView, View, ViewError};
