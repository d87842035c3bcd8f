//! The stored forms of events, in a module for each of the domain's streams, and the parts that they are made of.

pub(crate) mod account;
pub(crate) mod choice;
pub(crate) mod connection;
pub(crate) mod import;
pub(crate) mod incoming;
pub(crate) mod letter;
pub(crate) mod network;
pub(crate) mod outgoing;
pub(crate) mod oversight;
pub(crate) mod post;
pub(crate) mod text;
pub(crate) mod value;
pub(crate) mod verdict;
