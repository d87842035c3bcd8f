//! The readers: each era and quirk, what is refused, and damaged bytes.

mod bounds;
mod facebook;
mod fuzz;
mod invented;
mod linkedin;
mod mastodon;
