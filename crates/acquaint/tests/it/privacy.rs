//! What a sender can learn through the library, and who may ask what.

use acquaint::{AcceptFrom, Answer, Code, Connect, Error, NewMember, SettingsUpdate, Span, Viewer};

use crate::network;

#[test]
fn a_sender_cannot_distinguish_what_recipients_did() {
    let others = ["blocks", "closes", "contacts", "declines", "dismisses", "reports", "silent"];
    let (engine, clock) = network(&["ann"]);
    crate::join(&engine, &others);
    engine.block(("blocks", "ann")).expect("a reply");
    engine.close_account("closes").expect("a reply");
    engine
        .change_settings(SettingsUpdate::of("contacts").accept_from(AcceptFrom::Contacts))
        .expect("a reply");
    let sent: Vec<_> =
        others.iter().map(|to| engine.send(Connect::from("ann").to(*to)).expect("a reply")).collect();
    engine.decline(("declines", "ann")).expect("a reply");
    engine.dismiss(("dismisses", "ann")).expect("a reply");
    engine.report(("reports", "ann")).expect("a reply");
    clock.advance(Span::days(3));
    let disclosed = |answer: &Answer| {
        let remedy: Vec<String> =
            answer.remedy.iter().map(|line| line.text.replace(&answer.to, "X")).collect();
        (
            answer.code,
            answer.verdict.replace(&answer.to, "X"),
            remedy,
            answer.events.len(),
            answer.timers.clone(),
        )
    };
    let answers: Vec<Answer> = sent
        .iter()
        .map(|sent| engine.why(sent.request).seen_by(Viewer::Sender).expect("an answer"))
        .collect();
    for answer in &answers {
        assert_eq!(disclosed(answer), disclosed(&answers[0]), "{}", answer.to);
    }
    assert!(sent.iter().all(|reply| reply.outcome == sent[0].outcome));
    let listed = engine.pending_sent("ann").expect("a member");
    assert_eq!(listed.len(), others.len());
    assert!(listed.iter().all(|entry| entry.code == listed[0].code));
}

#[test]
fn a_member_gets_an_answer_for_their_own_side_and_nobody_else_gets_one() {
    let (engine, _) = network(&["ann", "ben", "cat"]);
    engine.change_settings(SettingsUpdate::of("ben").accept_from(AcceptFrom::Contacts)).expect("a reply");
    let request = engine.send(Connect::from("ann").to("ben")).expect("a reply").request;
    let by = |member| engine.why(request).seen_by_member(member).map(|answer| (answer.viewer, answer.code));
    assert_eq!(by("ann"), Ok((Viewer::Sender, Code::Undisclosed)));
    assert_eq!(by("ben"), Ok((Viewer::Recipient, Code::RecipientSettingContacts)));
    let unknown = Error::UnknownRequest { request: request.to_string() };
    assert_eq!(by("cat"), Err(unknown.clone()));
    assert_eq!(by("nobody"), Err(unknown));
    // The same for a pair, and for a pair without a request.
    let pair = |member| engine.why(("ann", "ben")).seen_by_member(member).map(|answer| answer.viewer);
    assert_eq!((pair("ann"), pair("ben")), (Ok(Viewer::Sender), Ok(Viewer::Recipient)));
    assert!(matches!(pair("cat"), Err(Error::UnknownRequest { .. })));
    let none = engine.why(("cat", "ben")).seen_by_member("cat");
    assert_eq!(none, Err(Error::UnknownRequest { request: "cat -> ben".to_owned() }));
}

#[test]
fn nobody_learns_whether_an_email_address_belongs_to_a_member() {
    let (engine, _) = network(&["ann"]);
    engine.add_member(NewMember::named("ben").emails(["ben@example.org"])).expect("it is free");
    let replies = ["ben@example.org", "nobody@example.org"].map(|to| {
        let sent = engine.send(Connect::from("ann").to(to)).expect("a reply");
        (sent.outcome, engine.why(sent.request).seen_by(Viewer::Sender).expect("an answer").code)
    });
    assert_eq!(replies[0], replies[1]);
    let blocks = ["ben@example.org", "nobody@example.org"].map(|on| engine.block(("ann", on)));
    assert!(blocks.iter().all(|reply| matches!(reply, Err(Error::UnknownEmail { .. }))), "{blocks:?}");
}
