//! Commands that wait in the queue: answered in their order, and refused if too many wait.

use std::sync::Arc;

use acquaint_engine::{Engine, SubmitError};

use crate::kernels::joins;
use crate::random_worlds::genesis;
use crate::test_log::TestLog;

fn engine(log: &Arc<TestLog>) -> Engine {
    Engine::open(Arc::clone(log) as _, &genesis()).expect("an empty log opens")
}

#[test]
fn commands_that_were_started_are_answered_in_their_order() {
    let engine = engine(&Arc::new(TestLog::new()));
    let groups = [0..1, 1..300, 300..310];
    let started: Vec<_> =
        groups.map(|group| engine.start(group.map(joins).collect()).expect("there is room")).into();
    let answers = started.into_iter().flat_map(|answers| answers.wait());
    let events: Vec<u64> = answers.map(|answer| answer.expect("a new member").event.0).collect();
    // The first two events initialise the log.
    assert_eq!(events, (3..313).collect::<Vec<u64>>());
}

#[test]
fn a_command_that_does_not_fit_into_the_queue_is_refused_and_the_queued_ones_are_answered() {
    let log = Arc::new(TestLog::new());
    let engine = engine(&log);
    log.limit(Some(0));
    let mut started = Vec::new();
    let mut next = 0;
    let refused = loop {
        match engine.start((next..next + 256).map(joins).collect()) {
            Ok(answers) => started.push(answers),
            Err(error) => break error,
        }
        next += 256;
        assert!(next < 100_000, "a queue has an end");
    };
    assert_eq!(refused, SubmitError::Unavailable);
    assert!(next >= 4_096, "only {next} were queued");
    log.limit(None);
    let answers: Vec<_> = started.into_iter().flat_map(|answers| answers.wait()).collect();
    assert_eq!(answers.len(), next);
    assert!(answers.iter().all(Result::is_ok));
    assert!(engine.submit(joins(next)).is_ok(), "there is room again");
}
