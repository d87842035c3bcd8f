//! What the network does about members, automatically or by its staff: feedback, restrictions by the policy, reviews and
//! appeals.

mod decide;
mod event;

pub use decide::{Ruling, appeal, reject, release, restore, rule_on};
pub use event::{Appealed, Event, Feedback, FeedbackBasis};
