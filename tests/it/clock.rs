//! A clock that leaps forward while an engine runs: nothing is done until the operator gives word.

use std::sync::Arc;

use acquaint_domain::{Command, Handle, Profile, Span, Tier, Timestamp};
use acquaint_engine::{Engine, Input, Reading, SubmitError, When};
use acquaint_log::{EventLog, MemoryLog};

use crate::random_worlds::{START, founding, requesting};

fn joins(name: &str, when: When) -> Input {
    let (handle, tier) = (Handle::parse(name).expect("a handle"), Tier::Free);
    Input { command: Command::AddMember { handle, tier, profile: Profile::default() }, when, key: None }
}

/// The moment so many days after the start, and the same by a clock that nobody sets.
fn on_day(day: i64) -> Reading {
    Reading { now: START.plus(Span::days(day)), running: Span::days(day) }
}

fn last_at(engine: &Engine) -> Option<Timestamp> {
    engine.read(|views| views.last_at()).expect("it has not stopped")
}

#[test]
fn a_clock_that_leaps_writes_nothing_and_lets_nothing_expire_until_the_operator_gives_word() {
    let log = Arc::new(MemoryLog::new());
    let engine = Engine::open(Arc::clone(&log) as _, &founding()).expect("it opens");
    let not_before = |day| When::NotBefore(on_day(day).now);
    engine.tick(on_day(0)).expect("the first reading");
    for name in ["m1", "m2"] {
        engine.submit(joins(name, not_before(0))).expect("a new member");
    }
    let send = Command::SendRequest(requesting(1, 2, crate::random_worlds::By::Handle));
    engine.submit(Input { command: send, when: not_before(0), key: None }).expect("it is sent");
    // A long weekend in which nothing happens but time.
    engine.tick(on_day(4)).expect("four days have passed");
    engine.submit(joins("m3", not_before(5))).expect("within a day");

    let (before, last) = (log.next_position(), last_at(&engine));
    let leapt = SubmitError::ClockLeapt { last: on_day(5).now, now: on_day(400).now };
    assert_eq!(engine.submit(joins("m4", not_before(400))), Err(leapt.clone()));
    assert_eq!(
        engine.check(requesting(2, 1, crate::random_worlds::By::Handle), not_before(400)),
        Err(leapt.clone())
    );
    assert_eq!(engine.tick(Reading { running: Span::days(6), ..on_day(400) }), Err(leapt.clone()));
    assert_eq!((log.next_position(), last_at(&engine)), (before, last), "nothing is written");
    assert_eq!(
        leapt.to_string(),
        "the clock has leapt forward by 395d; nothing was done: set it right, or give word that it is to be trusted"
    );

    // The clock is set right, and goes on.
    engine.submit(joins("m4", not_before(6))).expect("it is right again");
    assert_eq!(engine.read(|views| views.pending.sent().count()), Ok(1));
    // Or it is right, and the operator says so.
    engine.trust_clock(on_day(400).now);
    engine.submit(joins("m5", not_before(400))).expect("it is trusted");
    assert_eq!(engine.read(|views| views.pending.sent().count()), Ok(0), "expired");
    assert_eq!(last_at(&engine), Some(on_day(400).now));
}

#[test]
fn a_moment_that_somebody_chose_and_an_engine_that_nobody_ticks_are_not_guarded() {
    let engine = Engine::open(Arc::new(MemoryLog::new()), &founding()).expect("it opens");
    engine.submit(joins("m1", When::NotBefore(on_day(0).now))).expect("a new member");
    engine.submit(joins("m2", When::NotBefore(on_day(40).now))).expect("nobody has told of a clock");
    engine.tick(on_day(40)).expect("the first reading");
    engine.submit(joins("m3", When::Exactly(on_day(90).now))).expect("it is as it was asked");
    engine.advance(on_day(120).now).expect("time is played");
    engine.submit(joins("m4", When::NotBefore(on_day(41).now))).expect("its clock is within a day");
    assert_eq!(last_at(&engine), Some(on_day(90).now), "recorded time goes on from where it is");
}
