//! W in other systems, starting empty, durable before each answer, until the time is up.
//!
//! Every answer is compared with that of the model, as for our engine.

use std::error::Error;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use super::model::Outcome;
use super::workload::{Act, Step, Workload};
use crate::Problem;

mod order;
mod postgres;
mod redis;
mod sqlite;

/// Commands that are sent or committed together.
const BATCH: usize = 1000;

/// A system, and how commands are sent to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Peer {
    PostgresOne,
    PostgresMany,
    PostgresBatch,
    SqliteOne,
    SqliteBatch,
    RedisOne,
    RedisPipeline,
}

/// Commands a second; `None` if the system is not installed.
pub(super) type Rate = Option<f64>;

impl Peer {
    pub(super) const ALL: [Peer; 7] = [
        Peer::PostgresOne,
        Peer::PostgresMany,
        Peer::PostgresBatch,
        Peer::SqliteOne,
        Peer::SqliteBatch,
        Peer::RedisOne,
        Peer::RedisPipeline,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Peer::PostgresOne => "PostgreSQL, 1 connection",
            Peer::PostgresMany => "PostgreSQL, 64 connections",
            Peer::PostgresBatch => "PostgreSQL, batches of 1000",
            Peer::SqliteOne => "SQLite, one by one",
            Peer::SqliteBatch => "SQLite, batches of 1000",
            Peer::RedisOne => "Redis, pipelines of 1",
            Peer::RedisPipeline => "Redis, pipelines of 256",
        }
    }
}

/// Measures all peers, each in an empty folder below `folder`; returns rates in the order of [`Peer::ALL`].
pub(super) fn measure(workload: &Workload, folder: &Path, time_max: Duration) -> Result<Vec<Rate>, Problem> {
    let span = Span { workload, time_max };
    let mut rates = if_installed(postgres::measure(span, &folder.join("postgres")), 3)?;
    rates.extend(if_installed(sqlite::measure(span, &folder.join("sqlite")), 2)?);
    rates.extend(if_installed(redis::measure(span, &folder.join("redis")), 2)?);
    Ok(rates)
}

/// The measured rates, or `count` times `None` if the system is not installed.
fn if_installed(measured: Result<Vec<f64>, Problem>, count: usize) -> Result<Vec<Rate>, Problem> {
    match measured {
        Ok(rates) => Ok(rates.into_iter().map(Some).collect()),
        Err(problem) if is_missing(problem.as_ref()) => Ok(vec![None; count]),
        Err(problem) => Err(problem),
    }
}

fn is_missing(problem: &(dyn Error + Send + Sync + 'static)) -> bool {
    problem.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::NotFound)
}

/// The workload, and the time limit.
#[derive(Clone, Copy)]
struct Span<'a> {
    workload: &'a Workload,
    time_max: Duration,
}

impl Span<'_> {
    /// Runs W in batches until it is done or the time is up; returns commands a second. `act` returns the number of each
    /// outcome.
    fn batches(
        &self,
        batch: usize,
        mut act: impl FnMut(&[Step]) -> Result<Vec<i64>, Problem>,
    ) -> Result<f64, Problem> {
        let started = Instant::now();
        let mut done = 0;
        for steps in self.workload.steps.chunks(batch) {
            for (step, number) in steps.iter().zip(act(steps)?) {
                checked(step, number)?;
                done += 1;
            }
            if started.elapsed() > self.time_max {
                break;
            }
        }
        Ok(done as f64 / started.elapsed().as_secs_f64())
    }
}

fn checked(step: &Step, number: i64) -> Result<(), Problem> {
    let outcome = usize::try_from(number).ok().and_then(Outcome::of_number);
    if outcome == Some(step.outcome) { Ok(()) } else { Err(format!("{step:?} got {outcome:?}").into()) }
}

/// The number that the peers use for an act, and the end of a restriction.
fn numbered(act: Act) -> (i32, i64) {
    match act {
        Act::Send => (0, 0),
        Act::Accept => (1, 0),
        Act::Decline => (2, 0),
        Act::Withdraw => (3, 0),
        Act::Block => (4, 0),
        Act::Unblock => (5, 0),
        Act::Disconnect => (6, 0),
        Act::Restrict(until) => (7, until),
    }
}
