//! One file a resource. Each gives the table its routes, and holds their functions.

pub(crate) mod answers;
pub(crate) mod events;
pub(crate) mod find;
pub(crate) mod follow_ups;
pub(crate) mod health;
pub(crate) mod lists;
pub(crate) mod members;
mod names;
pub(crate) mod operating;
pub(crate) mod requests;
pub(crate) mod search;
