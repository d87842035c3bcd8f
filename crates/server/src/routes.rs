//! One file a resource. Each gives the table its routes, and holds their functions.

pub(crate) mod answers;
pub(crate) mod appeals;
pub(crate) mod events;
pub(crate) mod find;
pub(crate) mod follow_ups;
pub(crate) mod health;
pub(crate) mod incidents;
pub(crate) mod lists;
pub(crate) mod log;
pub(crate) mod members;
mod names;
pub(crate) mod operating;
pub(crate) mod policies;
pub(crate) mod reasons;
pub(crate) mod requests;
pub(crate) mod restrictions;
pub(crate) mod reviews;
pub(crate) mod search;
