//! A command id is answered with the command's outcome for seven days, is refused from then on, and never runs a command
//! twice.

use std::sync::Arc;

use acquaint_cli::grammar::Exit;
use acquaint_domain::{Channel, Command, Send, Span, Timestamp};
use acquaint_engine::{Engine, Input, Receipt, SubmitError, When, command_key};
use acquaint_log::{EventLog, MemoryLog};

use crate::kernels::{adds, named};
use crate::random_worlds::{START, genesis};
use crate::test_log::TestLog;
use crate::world::{World, log_files};

fn engine(log: &Arc<dyn EventLog>) -> Engine {
    let engine = Engine::open(Arc::clone(log), &genesis()).expect("it opens");
    for name in ["alice", "bob", "carol"] {
        // A later engine on the same log has them already.
        let _may_be_taken =
            engine.submit(Input { command: adds(name), when: When::NotBefore(START), key: None });
    }
    engine
}

/// Alice sends a request under the command id `monday`.
fn asks(to: &str, at: Timestamp) -> Input {
    let sender = named("alice");
    let send = Send { sender, to: to.to_owned(), note: None, channel: Channel::Web, with_email: None };
    let key = Some(command_key("alice", "monday"));
    Input { command: Command::SendRequest(send), when: When::NotBefore(at), key }
}

fn first_of(receipt: Result<Receipt, SubmitError>) -> Receipt {
    Receipt { repeated: false, ..receipt.expect("it is answered") }
}

#[test]
fn a_repetition_while_the_first_is_in_flight_is_answered_as_the_first_is() {
    let log = Arc::new(TestLog::new());
    let engine = engine(&(Arc::clone(&log) as Arc<dyn EventLog>));
    let before = engine.read(|views| views.last().0).expect("it has not stopped");
    // Nothing becomes durable until all three are queued.
    log.limit(Some(0));
    let started: Vec<_> = [asks("bob", START), asks("bob", START), asks("carol", START)]
        .map(|input| engine.start(vec![input]).expect("there is room"))
        .into();
    log.limit(None);
    let answers: Vec<_> = started.into_iter().flat_map(|answers| answers.wait()).collect();
    let [first, again, other] = answers.as_slice() else { panic!("{answers:?}") };
    let first = first.clone().expect("it is new");
    assert!(!first.repeated);
    assert_eq!(again, &Ok(Receipt { repeated: true, ..first }));
    assert_eq!(other, &Err(SubmitError::CommandIdReused));
    let after = engine.read(|views| views.last().0).expect("it has not stopped");
    assert_eq!(after, before + 4, "submitted, sent, arrived and delivered: once");
}

#[test]
fn an_id_is_answered_for_seven_days_and_refused_from_then_on_by_any_engine() {
    let log: Arc<dyn EventLog> = Arc::new(MemoryLog::new());
    let mut open = engine(&log);
    let first = first_of(open.submit(asks("bob", START)));
    let (last, over) = (Span::millis(Span::days(7).as_millis() - 1), Span::days(7));
    for restarts in [false, true, true] {
        if restarts {
            drop(open);
            open = engine(&log);
        }
        let before = open.read(|views| views.last()).expect("it has not stopped");
        assert_eq!(first_of(open.submit(asks("bob", START.plus(last)))), first);
        for later in [over, Span::days(700)] {
            assert_eq!(open.submit(asks("bob", START.plus(later))), Err(SubmitError::CommandIdExpired));
            assert_eq!(open.submit(asks("carol", START.plus(later))), Err(SubmitError::CommandIdExpired));
        }
        assert_eq!(open.read(|views| views.last()), Ok(before), "nothing was done");
    }
    // Once something is recorded that much later, the outcome is forgotten, but not the id.
    let other = Input { key: Some(command_key("alice", "tuesday")), ..asks("carol", START.plus(over)) };
    open.submit(other).expect("another id is another command");
    for restarts in [false, true] {
        if restarts {
            drop(open);
            open = engine(&log);
        }
        assert_eq!(open.submit(asks("bob", START)), Err(SubmitError::CommandIdExpired));
    }
    assert_eq!(open.read(|views| views.outcome(command_key("alice", "monday"))), Ok(None));
}

#[test]
fn an_expired_id_is_refused_with_the_reason_and_nothing_is_written() {
    let world = World::new();
    world
        .play("at 2026-11-21T08:00:00Z\nmember add alice\nmember add bob\nsend alice bob --command-id one\n");
    let before = log_files(&world.data());
    let program = world.program();
    let ran = program.say("--at 2026-11-28T07:59:59.999Z send alice bob --command-id one");
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.stderr);
    let ran = program.say("--at 2026-11-28T08:00:00Z send alice bob --command-id one");
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::BadInput, ""));
    insta::assert_snapshot!(ran.stderr, @"acquaint: this command id was used more than seven days ago, and its outcome is no longer kept; nothing was done: look at the request, and give a new command a new id");
    assert!(log_files(&world.data()) == before, "nothing was written");
}
