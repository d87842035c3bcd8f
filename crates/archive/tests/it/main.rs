//! The readers: each era and quirk, what is refused, and bytes that nobody wrote.

mod bounds;
mod facebook;
mod fuzz;
mod invented;
mod linkedin;
mod mastodon;
