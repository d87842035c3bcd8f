//! The recipient's side: the facts of an arrival, the evidence that each rule takes from them, and the rules.
//!
//! The meaning of a recipient's settings is fixed. The only number of a policy that counts here is the cap on networks, and the
//! facts hold it.

mod evidence;
mod facts;
mod judge;

pub use facts::Facts;
pub(crate) use judge::find;
pub use judge::{judge, rules};
