//! Answers as of an event, which know nothing of later events.

use acquaint_cli::grammar::Exit;
use acquaint_tests::Program;

/// Two members at positions 3 and 4, and a request that is submitted at 5, sent at 6, arrives at 7 and 8, and is accepted at
/// 9.
fn story() -> (tempfile::TempDir, Program) {
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::on(&folder.path().join("data"));
    let lines = ["member add alice", "member add bob", "send alice bob", "accept bob alice"];
    for (minute, line) in lines.into_iter().enumerate() {
        let ran = program.say(&format!("--at 2026-11-21T09:0{minute}:00Z {line}"));
        assert_eq!(ran.exit, Exit::Ok, "{line}: {}", ran.stderr);
    }
    (folder, program)
}

#[test]
fn lists_and_answers_are_as_of_the_event() {
    let (_folder, program) = story();
    let say = |line: &str| {
        let ran = program.say(line);
        assert_eq!(ran.exit, Exit::Ok, "{line}: {}", ran.stderr);
        ran.out
    };
    let of_alice = |position: u64| say(&format!("pending alice --at-position {position}"));
    assert!(!of_alice(4).contains("bob"), "nobody has asked yet");
    assert!(of_alice(6).contains("sent       bob"));
    assert!(of_alice(8).contains("sent       bob"));
    let last = say("log stats --format json");
    let last: serde_json::Value = serde_json::from_str(&last).expect("JSON");
    let last = last["events"].as_u64().expect("a count of events");
    assert_eq!(of_alice(last), say("--at 2026-11-21T09:03:00Z pending alice"));
    assert!(say(&format!("connected alice --at-position {last}")).contains("bob"));
    assert!(!say("connected alice --at-position 8").contains("bob"));
    let early = say("why alice bob --at-position 6");
    assert!(early.contains("CR0604") && !early.contains("CR0801"), "{early}");
}

#[test]
fn a_position_without_an_event_and_a_command_that_writes_are_refused() {
    let (_folder, program) = story();
    let refused = |line: &str, says: &str| {
        let ran = program.say(line);
        assert_eq!(ran.exit, Exit::BadInput, "{line}: {}", ran.stderr);
        assert!(ran.stderr.contains(says), "{line}: {}", ran.stderr);
    };
    refused("pending alice --at-position 0", "the first is at position 1");
    refused("pending alice --at-position 999", "there is no such event; positions are 1 to");
    refused("pending alice --at-position x", "--at-position");
    refused("send bob alice --at-position 4", "for commands that only read");
    refused("check bob alice --at-position 4", "for commands that only read");
    let ran = program.say("pending alice --at-position 4 --at 2026-11-21T09:00:00Z");
    assert_eq!(ran.exit, Exit::Usage, "{}", ran.stderr);
}
