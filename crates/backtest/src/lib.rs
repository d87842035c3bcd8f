//! What-if replay: judges history again under another policy.
//!
//! **What it is.** [`backtest`] reads a log once and judges every send in it again under a candidate policy, with the code
//! that judges live sends. A [`ReplayReport`] compares the verdicts with the recorded ones, or with those of a second policy. In
//! [open mode](Mode::Open) every send is judged in the state that history had; in [closed mode](Mode::Closed), in the
//! counterfactual state that would have followed from the candidate's own verdicts. [`SendContext`] does the same for one request,
//! and [`bisect`] finds the change of a policy that turns its verdict.
//!
//! **Where to start reading.** `run.rs`, the only loop; then `world.rs`, which decides what closed mode leaves out of
//! history.
//!
//! **This crate never** changes the log, invents an answer that history does not have, or shows anything to a member: every
//! caller needs a [`Clearance`].

mod bisect;
mod clearance;
mod court;
mod error;
mod gate;
mod history;
mod moment;
mod outcome;
mod plan;
mod report;
mod run;
mod sample;
mod send;
mod world;

pub use bisect::{Bisected, Flip, bisect};
pub use clearance::{Clearance, Denied, Role};
pub use error::BacktestError;
pub use gate::{Comparator, FailCondition, Measure, Threshold};
pub use history::{Adopted, History, ReadMode};
pub use moment::SendContext;
pub use outcome::{RequestOutcome, RequestOutcomes};
pub use plan::{Against, Candidate, Mode, Plan, ReplayProgress, Watch};
pub use report::{Cell, Class, Deciding, ReplayReport, Slice, TrialTotals};
pub use run::{ReplayState, backtest, backtest_leaving};
pub use sample::Sample;
