//! The lists, each restricted to the member's own side.

use acquaint::{AcceptFrom, Code, Connect, Error, SettingsUpdate, Span, Viewer};

use crate::network;

#[test]
fn lists_follow_a_request_from_the_inbox_to_the_connection_and_its_end() {
    let (engine, _) = network(&["ann", "ben"]);
    let request = engine.send(Connect::from("ann").to("ben")).expect("a reply").request;
    let sent = engine.pending_sent("ann").expect("a member");
    assert_eq!((sent[0].request, sent[0].with.as_str()), (request, "ben"));
    assert_eq!(engine.pending_received("ben").expect("a member")[0].code, Code::AwaitingResponse);
    engine.accept(("ben", "ann")).expect("a reply");
    assert_eq!(engine.pending_sent("ann"), Ok(Vec::new()));
    let connection = engine.connections("ben").expect("a member").remove(0);
    assert_eq!((connection.with.as_str(), connection.request), ("ann", Some(request)));
    engine.disconnect(("ann", "ben")).expect("a reply");
    assert_eq!(engine.connections("ben"), Ok(Vec::new()));
    assert_eq!(
        engine.accept(("ben", "ann")).map_err(|error| error.kind()),
        Err(acquaint::ErrorKind::Conflict)
    );
}

#[test]
fn a_request_that_settings_keep_back_can_be_accepted_and_blocks_are_listed() {
    let (engine, _) = network(&["ann", "ben", "cat"]);
    engine.change_settings(SettingsUpdate::of("ben").accept_from(AcceptFrom::Contacts)).expect("a reply");
    engine.send(Connect::from("ann").to("ben")).expect("a reply");
    assert_eq!(engine.pending_received("ben"), Ok(Vec::new()));
    assert_eq!(engine.kept_back("ben").expect("a member")[0].code, Code::RecipientSettingContacts);
    assert!(engine.accept(("ben", "ann")).expect("a reply").happened());
    engine.block(("ben", "cat")).expect("a reply");
    assert_eq!(engine.blocked("ben").expect("a member")[0].handle, "cat");
    assert_eq!(engine.blocked("cat"), Ok(Vec::new()));
    engine.unblock(("ben", "cat")).expect("a reply");
    assert_eq!(engine.blocked("ben"), Ok(Vec::new()));
}

#[test]
fn a_quota_counts_sends_until_they_leave_the_window() {
    let (engine, clock) = network(&["ann", "ben"]);
    engine.send(Connect::from("ann").to("ben")).expect("a reply");
    let day = |engine: &acquaint::Engine| {
        let quota = engine.quota("ann").expect("a member");
        quota.into_iter().find(|quota| quota.code == Code::DailyLimit).expect("a daily limit")
    };
    assert_eq!((day(&engine).used, day(&engine).frees_at), (Some(1), None));
    clock.advance(Span::hours(24));
    assert_eq!(day(&engine).used, Some(0));
}

#[test]
fn an_old_request_can_be_reminded() {
    let (engine, clock) = network(&["ann", "ben"]);
    engine.send(Connect::from("ann").to("ben")).expect("a reply");
    assert!(!engine.remind(("ann", "ben")).expect("a reply").happened(), "it is too early");
    clock.advance(Span::days(8));
    let due = engine.follow_up("ann").expect("a member").remove(0);
    assert_eq!((due.to.as_str(), due.days), ("ben", 8));
    assert!(engine.remind(("ann", "ben")).expect("a reply").happened());
}

#[test]
fn an_answer_as_of_the_past_ignores_later_events() {
    let (engine, clock) = network(&["ann", "ben"]);
    let request = engine.send(Connect::from("ann").to("ben")).expect("a reply").request;
    let before = clock.now();
    clock.advance(Span::days(1));
    engine.accept(("ben", "ann")).expect("a reply");
    let code = |why: acquaint::Why<'_>| why.seen_by(Viewer::Agent).map(|answer| answer.code);
    assert_eq!(code(engine.why(request)), Ok(Code::Accepted));
    assert_eq!(code(engine.why(request).as_of(before)), Ok(Code::AwaitingResponse));
    let earlier = before.minus(Span::millis(1));
    assert!(matches!(code(engine.why(request).as_of(earlier)), Err(Error::UnknownRequest { .. })));
    assert_eq!(engine.requests_between(before, clock.now()), Ok(vec![request]));
}

#[test]
fn an_answer_as_of_the_future_leaves_the_log_as_it_is() {
    let (engine, clock) = network(&["ann", "ben"]);
    let request = engine.send(Connect::from("ann").to("ben")).expect("a reply").request;
    let later = clock.now().plus(Span::days(400));
    let answer = engine.why(request).as_of(later).seen_by(Viewer::Sender).expect("an answer");
    assert_eq!(answer.code, Code::Expired);
    assert_eq!(engine.pending_sent("ann").expect("a member").len(), 1);
}
