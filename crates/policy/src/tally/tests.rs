//! How private answers are counted, and what a sender can learn from the feedback.

mod distribution;
mod privacy;
mod usefulness;
mod weeks;
