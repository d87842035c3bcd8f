//! The incoming desk: a request on its recipient's side, from its arrival to its answer.
//! The sender is told only of an acceptance.

mod answer;
mod arrive;
mod event;
mod state;

pub use answer::{AnswerFacts, accept, confirm, decline, dismiss, report, take_withdrawal};
pub use arrive::{Arrival, arrive, arrive_unclaimed};
pub use event::{Event, Kind};
pub use state::{Incoming, RequestGroup, closure_files, evolve};
