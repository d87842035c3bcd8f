//! Errors are values with data and separate hints; no text mentions a program's commands.

use std::error::Error as _;

use acquaint::{Connect, Engine, Error, ErrorKind, Hint, RequestQuery, Restriction, Span};

use crate::network;

/// Provokes one error of each variant that an engine in memory can return.
fn provoked() -> Vec<Error> {
    let (engine, clock) = network(&["alice", "bob", "gone"]);
    engine.close_account("gone").expect("a reply");
    let request = engine.send(Connect::from("alice").to("bob").command_id("1")).expect("a reply").request;
    let no_such = "R0000000000000".parse().expect("an id");
    let long = "x".repeat(1 << 20);
    vec![
        engine.account("alcie").expect_err("nobody"),
        engine.account("somebody-else-altogether").expect_err("nobody"),
        engine.send(Connect::from("gone").to("bob")).expect_err("closed"),
        engine.block(("alice", "nobody")).expect_err("nobody"),
        engine.block(("alice", "nobody@example.org")).expect_err("nobody"),
        engine.release(no_such).expect_err("no request"),
        engine.refuse(request).expect_err("it is not held"),
        engine.why(no_such).seen_by_member("alice").expect_err("no request"),
        engine.why(RequestQuery::latest("bob", "alice")).seen_by_member("bob").expect_err("no request"),
        engine.account("a b").expect_err("no handle"),
        engine.account("").expect_err("no handle"),
        engine.add_member("alice").expect_err("taken"),
        engine.adopt_policy("[limits").expect_err("no policy"),
        engine.restrict(Restriction::until("bob", clock.now())).expect_err("over"),
        engine.send(Connect::from("alice").to("bob").note(long)).expect_err("too long"),
        engine.accept(("bob", "gone")).expect_err("no request"),
        engine.withdraw(("bob", "alice")).expect_err("no request"),
        engine.lift("bob").expect_err("not restricted"),
        engine.uphold("bob", None).expect_err("no appeal"),
        engine.stop_fault(acquaint::FaultChannel::All).expect_err("no fault"),
        engine.send(Connect::from("alice").to("gone").command_id("1")).expect_err("another command"),
        {
            clock.advance(Span::days(8));
            engine.send(Connect::from("alice").to("bob").command_id("1")).expect_err("too late")
        },
    ]
}

/// The errors that need a failing disk or clock.
fn machine_errors() -> Vec<Error> {
    let (early, late) = (acquaint::Timestamp::from_millis(0), acquaint::Timestamp::from_millis(90_000_000));
    let file = std::path::PathBuf::from("data/log/00000001");
    vec![
        Error::ClockBehind { machine: early, last: late },
        Error::ClockJumped { last: early, now: late },
        Error::InUse { lock: file.clone() },
        Error::OlderFormat { file: file.clone() },
        Error::NewerFormat { file: file.clone() },
        Error::LostEvents { file, position: 7 },
        Error::Storage { what: "cannot read `x`".to_owned() },
        Error::Stopped { reason: "no space".to_owned() },
        Error::Busy,
    ]
}

#[test]
fn no_error_or_hint_mentions_a_programs_commands() {
    let all = provoked().into_iter().chain(machine_errors());
    for error in all {
        let texts: Vec<String> = error.hints().iter().map(ToString::to_string).collect();
        for text in texts.iter().chain([&error.to_string()]) {
            assert!(!text.is_empty() && !text.ends_with('.') && text.len() < 2_000, "{error:?}: {text}");
            let words = ["--", "acquaint ", "`policy", "`review", "`fault", "`member", "`appeal", "`log "];
            assert!(words.iter().all(|word| !text.contains(word)), "{error:?}: {text}");
            assert!(!text.contains("Error") && !text.contains("::"), "{error:?}: {text}");
        }
        assert!(error.source().is_none(), "the variant holds the data");
    }
}

#[test]
fn each_error_has_the_kind_that_a_web_server_needs() {
    let kinds: Vec<ErrorKind> = provoked().iter().map(Error::kind).collect();
    let expected = [
        (ErrorKind::NotFound, 6),
        (ErrorKind::Conflict, 1),
        (ErrorKind::NotFound, 2),
        (ErrorKind::InvalidInput, 2),
        (ErrorKind::Conflict, 1),
        (ErrorKind::InvalidInput, 3),
        (ErrorKind::Conflict, 7),
    ];
    let expected: Vec<ErrorKind> =
        expected.into_iter().flat_map(|(kind, count)| std::iter::repeat_n(kind, count)).collect();
    assert_eq!(kinds, expected);
}

#[test]
fn a_misspelt_handle_is_answered_with_the_nearest_one() {
    let (engine, _) = network(&["alice"]);
    let error = engine.send(Connect::from("alcie").to("bob")).expect_err("nobody");
    let nearest = Some("alice".to_owned());
    assert_eq!(error, Error::UnknownMember { handle: "alcie".to_owned(), nearest });
    assert_eq!(error.hints(), [Hint::DidYouMean("alice".to_owned())]);
    let error = engine.account("ali ce").expect_err("no handle");
    let Error::MalformedAddress { text, problem } = &error else { panic!("{error:?}") };
    assert_eq!((text.as_str(), problem.offset), ("ali ce", 3));
    assert_eq!(
        error.to_string(),
        "`ali ce` is not an address: there is a character that such an address cannot hold at character 4"
    );
}

#[test]
fn the_question_mark_converts_an_error_into_a_box() {
    fn ask(engine: &Engine) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        engine.why("nonsense".parse::<acquaint::RequestId>()?).seen_by(acquaint::Viewer::Sender)?;
        Ok(())
    }
    let (engine, _) = network(&[]);
    let error = ask(&engine).expect_err("no id");
    assert_eq!(error.to_string(), "not a request id, which is `R` and thirteen letters and digits");
}
