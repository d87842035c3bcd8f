//! The engine's clock decides the time, and due work happens without a call.

use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use acquaint::events::{Event, Recorded, View, incoming};
use acquaint::{Code, Connect, Engine, Error, Fault, FaultChannel, ManualClock, Span, Timestamp, Viewer};

use crate::{join, network};

/// Far longer than a busy machine needs.
const PATIENCE: Duration = Duration::from_secs(120);

/// Signals when a request has arrived in an inbox.
struct Arrivals(Sender<()>);

impl View for Arrivals {
    fn apply(&mut self, recorded: &Recorded) {
        if let Event::Incoming(incoming::Event { kind: incoming::Kind::Delivered { .. }, .. }) =
            &recorded.event
        {
            // At the end of the test nobody may be listening any more.
            let _unheard = self.0.send(());
        }
    }
}

#[test]
fn a_delivery_is_retried_while_nobody_calls() {
    let policy = acquaint::policies::ARTICLE.replace("first_retry = \"1m\"", "first_retry = \"100ms\"");
    assert_ne!(policy, acquaint::policies::ARTICLE, "the policy says when the first retry is");
    let engine = Engine::in_memory().policy(policy).open().expect("it opens");
    join(&engine, &["ann", "ben"]);
    let (signal, arrived) = channel();
    let view = engine.add_view(Arrivals(signal));
    engine.start_fault(FaultChannel::All, Fault::Timeout).expect("a reply");
    engine.send(Connect::from("ann").to("ben")).expect("a reply");
    engine.stop_fault(FaultChannel::All).expect("a reply");
    assert_eq!(arrived.recv_timeout(PATIENCE), Ok(()));
    assert_eq!(engine.timer_trouble(), None);
    drop(view);
}

#[test]
fn with_a_manual_clock_due_work_happens_before_the_next_read() {
    let (engine, clock) = network(&["ann", "ben"]);
    let request = engine.send(Connect::from("ann").to("ben")).expect("a reply").request;
    let due = engine.next_due().expect("it runs").expect("it will expire");
    clock.set(due.minus(Span::millis(1)));
    assert_eq!(engine.pending_sent("ann").expect("a member").len(), 1);
    clock.set(due);
    assert_eq!(engine.pending_sent("ann"), Ok(Vec::new()));
    let answer = engine.why(request).seen_by(Viewer::Sender).expect("an answer");
    assert_eq!((answer.code, answer.since), (Code::Expired, due));
}

#[test]
fn a_manual_clock_never_goes_back() {
    let clock = ManualClock::at(Timestamp::from_millis(1_000));
    assert_eq!(clock.set(Timestamp::from_millis(5)), Timestamp::from_millis(1_000));
    assert_eq!(clock.advance(Span::millis(-1)), Timestamp::from_millis(1_000));
    assert_eq!(clock.clone().advance(Duration::from_millis(7)), Timestamp::from_millis(1_007));
    assert_eq!(clock.now(), Timestamp::from_millis(1_007));
}

#[test]
fn no_moment_is_too_early_or_too_late_to_ask_about() {
    let (engine, clock) = network(&["ann", "ben"]);
    let request = engine.send(Connect::from("ann").to("ben")).expect("a reply").request;
    let as_of = |millis| engine.why(request).as_of(Timestamp::from_millis(millis)).seen_by(Viewer::Agent);
    assert!(matches!(as_of(i64::MIN), Err(Error::UnknownRequest { .. })));
    assert_eq!(as_of(i64::MAX).map(|answer| answer.code), Ok(Code::Expired));
    clock.set(Timestamp::from_millis(i64::MAX));
    assert_eq!(engine.pending_sent("ann"), Ok(Vec::new()));
    assert!(engine.send(Connect::from("ann").to("ben")).is_ok());
}

#[test]
fn a_machine_clock_behind_the_log_is_refused_until_it_is_confirmed() {
    let folder = tempfile::tempdir().expect("a folder");
    let ahead = ManualClock::at(Engine::in_memory().open().expect("it opens").now().plus(Span::days(3)));
    let engine = Engine::builder(folder.path()).clock(ahead.clone()).open().expect("it opens");
    join(&engine, &["ann"]);
    drop(engine);
    let refused = Engine::builder(folder.path()).open().expect_err("it is behind");
    assert!(matches!(refused, Error::ClockBehind { last, .. } if last == ahead.now()), "{refused:?}");
    let engine = Engine::builder(folder.path()).confirm_clock().open().expect("it opens");
    let sent = engine.send(Connect::from("ann").to("ben")).expect("a reply");
    assert_eq!(sent.at, ahead.now(), "recorded time does not go back");
}
