//! `check` writes no request, and always agrees with the `send` that follows it at the same instant.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use acquaint_cli::grammar::Exit;
use acquaint_domain::{Code, Command, Span};
use acquaint_engine::{CommandOutcome, Engine, Input, Kernel, When};
use acquaint_log::{EventLog, MemoryLog};
use acquaint_tests::Program;
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::{prop_assert, prop_assert_eq};
use serde_json::Value;

use crate::random_worlds::{By, check, genesis, inputs, requesting, ways, worlds};

/// Every file of a folder with its bytes.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            files.push((path.display().to_string(), fs::read(&path).expect("a file")));
        }
    }
    files.sort();
    files
}

fn at(minutes: u32) -> String {
    format!("2026-11-21T{:02}:{:02}:00Z", 8 + minutes / 60, minutes % 60)
}

/// A folder in which m1 and m2 are members, and everything that a line needs has happened.
fn program(lines: &[&str]) -> (tempfile::TempDir, Program) {
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::on(&folder.path().join("data"));
    let members = [
        "member add m1 --email m1@example.org --profile https://example.org/in/m1",
        "member add m2 --email m2@example.org --profile https://example.org/in/m2",
    ];
    for line in members.iter().chain(lines) {
        let ran = program.say(&format!("--at {} {line}", at(0)));
        assert_eq!(ran.exit, Exit::Ok, "{line}: {}", ran.stderr);
    }
    (folder, program)
}

/// The outcome, code and name that `send` and `check` print.
fn decided(out: &str) -> (Value, Value, Value) {
    let value: Value = serde_json::from_str(out).expect("JSON");
    (value["outcome"].clone(), value["code"].clone(), value["name"].clone())
}

/// A name for the case, what has happened, the arguments of the send, and the code of its answer.
const CASES: [(&str, &[&str], &str, &str); 15] = [
    ("on its way", &[], "m1 m2", "CR0604"),
    ("to a URL", &[], "m1 https://www.example.org/in/M2/", "CR0604"),
    ("to an e-mail address", &[], "m1 m2@example.org", "CR0604"),
    ("to nobody's e-mail address", &[], "m1 nobody@example.net", "CR0604"),
    ("unknown", &[], "m1 nobody", "CR0101"),
    ("malformed", &[], "m1 m2@@example.org", "CR0102"),
    ("oneself", &[], "m1 m1", "CR0103"),
    ("pending", &["send m1 m2"], "m1 m2", "CR0201"),
    ("connected", &["connect m1 m2"], "m1 m2", "CR0202"),
    ("blocks", &["block m1 m2"], "m1 m2", "CR0204"),
    ("restricted", &["member restrict m1 --for 1d"], "m1 m2", "CR0301"),
    ("banned", &["member ban m1"], "m1 m2", "CR0302"),
    ("own setting", &["settings m1 --accept-from contacts"], "m1 m2", "CR0303"),
    ("confirm first", &["settings m1 --confirm on"], "m1 m2", "CR0305"),
    ("a program", &[], "m1 m2 --via api:bulk", "CR0503"),
];

#[test]
fn check_changes_no_byte_and_says_what_send_then_says() {
    for (case, given, words, code) in CASES {
        let (folder, program) = program(given);
        for format in ["human", "json", "ndjson"] {
            let before = files(folder.path());
            let checked = program.say(&format!("--format {format} --at {} check {words}", at(5)));
            assert_eq!(checked.exit, Exit::Ok, "{case}: {}", checked.stderr);
            assert!(checked.out.contains(code), "{case}: {}", checked.out);
            assert_eq!(files(folder.path()), before, "{case}");
        }
        let before = files(folder.path());
        let checked = program.say(&format!("--format json --at {} check {words}", at(5)));
        let sent = program.say(&format!("--format json --at {} send {words}", at(5)));
        assert_eq!(decided(&checked.out), decided(&sent.out), "{case}");
        // The comparison of bytes above would notice a write.
        assert_ne!(files(folder.path()), before, "{case}");
    }
}

#[test]
fn check_counts_due_work_as_done_and_writes_none_of_it() {
    let (folder, program) = program(&["send m1 m2", "settings m2 --confirm off"]);
    // Half a year later the request has expired, and no writer has recorded that.
    let later = "2027-06-01T08:00:00Z";
    let before = files(folder.path());
    let checked = program.say(&format!("--format json --at {later} check m1 m2"));
    assert_eq!(files(folder.path()), before);
    let sent = program.say(&format!("--format json --at {later} send m1 m2"));
    assert_eq!(decided(&checked.out), decided(&sent.out));
    assert_eq!(decided(&sent.out).1, "CR0604");
}

#[test]
fn check_that_cannot_be_answered_fails_as_send_does() {
    let (_folder, program) = program(&["send m1 m2"]);
    for (line, exit) in [("m9 m2", Exit::NotFound), ("m1 m2 --via pigeon", Exit::BadInput)] {
        let checked = program.say(&format!("--at {} check {line}", at(5)));
        let sent = program.say(&format!("--at {} send {line}", at(5)));
        assert_eq!((checked.exit, sent.exit), (exit, exit), "{line}: {} {}", checked.stderr, sent.stderr);
    }
}

#[test]
fn check_agrees_with_the_send_that_follows_it_in_any_world() {
    let asked = || {
        let by = prop_oneof![4 => ways(), 1 => any::<bool>().prop_map(|is_email| {
            if is_email { By::NobodysEmail } else { By::NobodysHandle }
        })];
        (1..=3_u8, 1..=3_u8, by)
    };
    let waits = prop_oneof![
        4 => 0..120_i64,
        2 => (0..30_i64).prop_map(|days| days * 86_400),
        // Past expiry, and past any restriction.
        1 => (180..400_i64).prop_map(|days| days * 86_400),
    ];
    check(200, &(worlds(), asked(), waits), |(world, (from, to, by), wait)| {
        let log = Arc::new(MemoryLog::new());
        let engine = Engine::open(Arc::clone(&log) as Arc<dyn EventLog>, &genesis()).expect("it opens");
        let inputs = inputs(&world);
        let mut now = crate::random_worlds::START;
        for input in inputs {
            let (When::Exactly(at) | When::NotBefore(at)) = input.when;
            now = at;
            let _cannot_be_answered = engine.submit(input);
        }
        let now = now.plus(Span::seconds(wait));
        let when = When::Exactly(now);
        let send = requesting(from, to, by);
        let known = engine.read(|views| views.last()).expect("it has not stopped");
        let overdue = engine.next_due().expect("it has not stopped").is_some_and(|due| due <= now);
        // The outcome of the send on a copy, whose events are dropped.
        let would = |engine: &Engine| {
            let mut copy = Kernel::new(engine.read(Clone::clone).expect("it has not stopped"));
            let command = Command::SendRequest(send.clone());
            copy.handle(Input { command, when, key: None }).map(|receipt| receipt.verdict)
        };
        let bounds = engine.read(|views| views.policy().is_some_and(|(_, policy)| policy.bounds_attempts()));
        let bounds = bounds.expect("it has not stopped");
        // If the policy bounds attempts, a check that is answered records the attempt, and nothing else.
        let writes = |verdict: &Result<CommandOutcome, _>| {
            let is_beyond = *verdict == Ok(CommandOutcome::Refused(Code::AttemptsLimit));
            u64::from(bounds && verdict.is_ok() && !is_beyond)
        };
        let (expected, checked) = (would(&engine), engine.check(send.clone(), when));
        prop_assert_eq!(&checked, &expected);
        let after_check = log.next_position();
        if !overdue {
            prop_assert_eq!(after_check.get(), known.0 + 1 + writes(&checked), "check wrote");
        }
        // A second check writes no more than that: the due work has been done.
        let (expected, again) = (would(&engine), engine.check(send.clone(), when));
        prop_assert_eq!(&again, &expected);
        prop_assert!(bounds || again == checked);
        prop_assert_eq!(log.next_position().get(), after_check.get() + writes(&again));
        let (expected, after_check) = (would(&engine), log.next_position());
        let sent = engine.submit(Input { command: Command::SendRequest(send.clone()), when, key: None });
        prop_assert_eq!(&sent.clone().map(|receipt| receipt.verdict), &expected);
        prop_assert!(bounds || expected == checked);
        if let Ok(receipt) = sent {
            prop_assert!(receipt.verdict != CommandOutcome::Done);
            // Every send is recorded, except for the flood beyond the attempts limit.
            let is_written = log.next_position() > after_check;
            prop_assert_eq!(is_written, receipt.recording.is_written());
            prop_assert!(is_written || receipt.verdict == CommandOutcome::Refused(Code::AttemptsLimit));
        }
        Ok(())
    });
}
