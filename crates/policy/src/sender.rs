//! The sender's side: what it knows of a send, what each rule sees of that, and how the rules judge.

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
