//! What the network counts of private answers, and what a sender can learn from it.

mod distribution;
mod privacy;
mod usefulness;
mod weeks;
