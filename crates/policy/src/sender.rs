//! The sender's side: the facts of a send, the evidence that each rule takes from them, and the rules.

mod evidence;
mod facts;
mod judge;
mod reminder;

pub use facts::{AddressLookup, Facts, Usage};
pub(crate) use judge::{find, weighed_again};
pub use judge::{
    judge, judge_confirmation, judge_filtered_confirmation, judge_release, judge_waived_release, passes_from,
};
pub use reminder::{ReminderFacts, judge_reminder};
