//! The recipient's side: what it knows of a request that arrives, what each rule sees of that, and how the rules judge.
//!
//! No policy says what a recipient's settings mean: of a policy's document only the cap on networks is asked, and that is in
//! the facts.

mod evidence;
mod facts;
mod judge;

pub use facts::Facts;
pub(crate) use judge::find;
pub use judge::{judge, rules};
