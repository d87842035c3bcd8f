//! What-if replay: history judged again under another policy.
//!
//! **What it is.** [`backtest`] reads a log once and judges every send of it again, by the same deciding code as live
//! ones, under a candidate policy; [`Report`] compares that with what was decided, or with a second policy. In the
//! [open mode](Mode::Open) every send is judged in the state that history really had; in the [closed one](Mode::Closed)
//! in the state that would have followed from the candidate's own verdicts. [`Moment`] does the same for one request,
//! and [`bisect`] finds the number of a changed policy that turns its verdict.
//!
//! **Where to start reading.** `run.rs`, the one loop; then `world.rs`, what closed mode leaves out of history.
//!
//! **This crate never** changes the log, makes up an answer that history does not have, or shows anything to a member:
//! whoever asks shows a [`Clearance`].

mod bisect;
mod clearance;
mod court;
mod error;
mod fate;
mod gate;
mod history;
mod moment;
mod plan;
mod report;
mod run;
mod sample;
mod send;
mod world;

pub use bisect::{Bisected, Flip, bisect};
pub use clearance::{Clearance, Denied, Role};
pub use error::BacktestError;
pub use fate::{Fate, Fates};
pub use gate::{Comparison, Gate, Measure, Threshold};
pub use history::{Adopted, History, Reading};
pub use moment::Moment;
pub use plan::{Against, Candidate, Mode, Plan, Progress, Watch};
pub use report::{Cell, Class, Deciding, Report, Slice, Trial};
pub use run::{Remains, backtest, backtest_leaving};
pub use sample::Sample;
