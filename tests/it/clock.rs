//! A clock that jumps forward while an engine runs: nothing is done until the operator confirms it.

use std::sync::Arc;

use acquaint_cli::grammar::Exit;
use acquaint_domain::{Command, Span, Timestamp};
use acquaint_engine::{ClockReading, Engine, Input, Rebuild, Solo, SubmitError, Tick, When};
use acquaint_log::{EventLog, MemoryLog};
use acquaint_log_file::FileLog;
use acquaint_tests::Program;

use crate::kernels::adds;
use crate::random_worlds::{START, genesis, requesting};

fn joins(name: &str, when: When) -> Input {
    Input { command: adds(name), when, key: None }
}

/// The reading this many days after the start, when the system clock and the monotonic clock agree.
fn on_day(day: i64) -> ClockReading {
    ClockReading { now: START.plus(Span::days(day)), running: Span::days(day) }
}

fn last_at(engine: &Engine) -> Option<Timestamp> {
    engine.read(|views| views.last_at()).expect("it has not stopped")
}

#[test]
fn after_a_clock_jump_nothing_is_written_and_nothing_expires_until_the_operator_confirms_it() {
    let log = Arc::new(MemoryLog::new());
    let engine = Engine::open(Arc::clone(&log) as _, &genesis()).expect("it opens");
    let not_before = |day| When::NotBefore(on_day(day).now);
    engine.tick(on_day(0)).expect("the first reading");
    for name in ["m1", "m2"] {
        engine.submit(joins(name, not_before(0))).expect("a new member");
    }
    let send = Command::SendRequest(requesting(1, 2, crate::random_worlds::By::Handle));
    engine.submit(Input { command: send, when: not_before(0), key: None }).expect("it is sent");
    // A long weekend in which nothing happens.
    engine.tick(on_day(4)).expect("four days have passed");
    engine.submit(joins("m3", not_before(5))).expect("within a day");

    let (before, last) = (log.next_position(), last_at(&engine));
    let jumped = SubmitError::ClockJumped { last: on_day(5).now, now: on_day(400).now };
    assert_eq!(engine.submit(joins("m4", not_before(400))), Err(jumped.clone()));
    assert_eq!(
        engine.check(requesting(2, 1, crate::random_worlds::By::Handle), not_before(400)),
        Err(jumped.clone())
    );
    assert_eq!(engine.tick(ClockReading { running: Span::days(6), ..on_day(400) }), Err(jumped.clone()));
    assert_eq!((log.next_position(), last_at(&engine)), (before, last), "nothing is written");
    assert_eq!(
        jumped.to_string(),
        "the clock has jumped forward by 395d; nothing was done: set it right, or confirm that it can be trusted"
    );

    // The clock is set right, and continues.
    engine.submit(joins("m4", not_before(6))).expect("it is right again");
    assert_eq!(engine.read(|views| views.pending.sent().count()), Ok(1));
    // Or it is right, and the operator confirms it.
    engine.trust_clock(on_day(400).now);
    engine.submit(joins("m5", not_before(400))).expect("it is trusted");
    assert_eq!(engine.read(|views| views.pending.sent().count()), Ok(0), "expired");
    assert_eq!(last_at(&engine), Some(on_day(400).now));
}

#[test]
fn an_engine_without_threads_checks_the_clock_as_one_with_threads_does() {
    let solo = Solo::open(Arc::new(MemoryLog::new()), &genesis()).expect("it opens");
    let not_before = |day| When::NotBefore(on_day(day).now);
    solo.submit(joins("m1", not_before(0))).expect("no clock was read yet");
    solo.run(Tick(on_day(0))).expect("the first reading");
    let before = solo.log().next_position();
    let jumped = SubmitError::ClockJumped { last: on_day(0).now, now: on_day(400).now };
    assert_eq!(solo.submit(joins("m2", not_before(400))), Err(jumped.clone()));
    assert_eq!(solo.run(Tick(ClockReading { running: Span::days(1), ..on_day(400) })), Err(jumped));
    assert_eq!(solo.log().next_position(), before, "nothing is written");
    solo.trust_clock(on_day(400).now);
    solo.submit(joins("m2", not_before(400))).expect("it is trusted");
}

#[test]
fn an_exact_moment_and_an_engine_that_is_not_ticked_are_not_guarded() {
    let engine = Engine::open(Arc::new(MemoryLog::new()), &genesis()).expect("it opens");
    engine.submit(joins("m1", When::NotBefore(on_day(0).now))).expect("a new member");
    engine.submit(joins("m2", When::NotBefore(on_day(40).now))).expect("no clock was read yet");
    engine.tick(on_day(40)).expect("the first reading");
    engine.submit(joins("m3", When::Exactly(on_day(90).now))).expect("it is as it was asked");
    engine.advance(on_day(120).now).expect("time is played");
    engine.submit(joins("m4", When::NotBefore(on_day(41).now))).expect("its clock is within a day");
    assert_eq!(last_at(&engine), Some(on_day(90).now), "recorded time continues from where it is");
}

/// What a command line prints, which must end with `exit`.
fn told(program: &Program, line: &str, exit: Exit) -> String {
    let ran = program.say(line);
    assert_eq!(ran.exit, exit, "{line}: {}{}", ran.out, ran.stderr);
    format!("{}{}", ran.out, ran.stderr)
}

/// When each event was recorded.
fn moments(program: &Program) -> Vec<String> {
    let listed = told(program, "log show --format json", Exit::Ok);
    let listed: serde_json::Value = serde_json::from_str(&listed).expect("JSON");
    let rows = listed["rows"].as_array().expect("rows");
    rows.iter().map(|row| row["time"].as_str().expect("a time").to_owned()).collect()
}

#[test]
fn a_chosen_moment_far_ahead_of_the_kept_clock_is_refused_but_not_in_a_log_of_chosen_times() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::on(&folder.path().join("live"));
    // An empty log may begin at any time. This one begins now.
    told(&program, "member add alice", Exit::Ok);
    assert!(folder.path().join("live/clock").is_file());
    let refused = told(&program, "--at 2199-01-01T00:00:00Z member add typo", Exit::BadInput);
    assert!(refused.contains("or --confirm-time if this one is right"), "{refused}");
    assert!(moments(&program).iter().all(|at| !at.starts_with("2199")));
    told(&program, "--at 2199-01-01T00:00:00Z --confirm-time member add bob", Exit::Ok);
    // From here on times are chosen, and the machine's clock is far behind.
    told(&program, "--at 2200-01-01T00:00:00Z member add carol", Exit::Ok);
    told(&program, "member add dave", Exit::Failed);
    told(&program, "--confirm-time member add dave", Exit::Ok);
    assert_eq!(moments(&program).last().map(String::as_str), Some("2200-01-01T00:00:00Z"));

    let played = Program::on(&folder.path().join("played"));
    for year in [2026, 2027, 2199, 2300] {
        told(&played, &format!("--at {year}-01-01T00:00:00Z member add m{year}"), Exit::Ok);
    }
    assert!(!folder.path().join("played/clock").exists(), "no clock was read");
    told(&played, "--at 2299-01-01T00:00:00Z member add late", Exit::BadInput);
}

#[test]
fn a_command_is_recorded_no_earlier_than_any_reading_before_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::on(folder.path());
    told(&program, "member add alice", Exit::Ok);
    // The kept reading is half a minute ahead, as if the machine's clock had been set back.
    let kept = std::fs::read_to_string(folder.path().join("clock")).expect("it is kept");
    let ahead: i64 = kept.trim().parse::<i64>().expect("a number") + 30_000;
    std::fs::write(folder.path().join("clock"), format!("{ahead}\n")).expect("it is written");
    told(&program, "member add bob", Exit::Ok);
    let views = Rebuild::of(&FileLog::open_read_only(&folder.path().join("log")).expect("a log")).run();
    let last = views.expect("it reads").views.last_at().expect("events");
    assert!(last.as_millis() >= ahead, "recorded before the last reading");
    // If it is more than a minute ahead, the operator has to confirm.
    std::fs::write(folder.path().join("clock"), format!("{}\n", ahead + 400_000)).expect("it is written");
    told(&program, "member add carol", Exit::Failed);
    told(&program, "member add carol --confirm-time", Exit::Ok);
    // A kept reading that is malformed stops the program before anything is done.
    std::fs::write(folder.path().join("clock"), "soon\n").expect("it is written");
    for line in ["member add dave", "pending alice"] {
        assert!(told(&program, line, Exit::BadInput).contains("holds no moment; remove it"));
    }
}
