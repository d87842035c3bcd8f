//! Members' accounts.

mod decide;
mod departure;
mod event;

pub use decide::{asks, ban, change, change_settings, close, lift, restrict};
pub use departure::Departure;
pub use event::{Event, Kind};
