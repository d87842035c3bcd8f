//! `kill -9` while the consequences of a ban or a closed account are recorded: the next writer records the rest, and the log
//! is the same as without the kill.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Stdio;

use acquaint_cli::grammar::Exit;
use acquaint_codec::decode;
use acquaint_domain::{Event, account};
use acquaint_engine::Rebuild;
use acquaint_log::{EventLog, Position};
use acquaint_log_file::FileLog;

use crate::world::{World, binary};

/// The number of requests that the member has sent, of its connections, and of requests that wait for its answer: two slices
/// each.
const EACH: usize = 1_050;
/// Rounds of each command,
const ROUNDS: usize = 4;
/// and how many of them must have been killed halfway.
const HALFWAY_MIN: usize = 2;
const AT: &str = "2026-11-21T08:00:00Z";

/// A member with many open requests and connections, as a file of records.
fn network() -> String {
    let mut text = r#"{"acquaint":"network","version":1,"as_of":"2026-11-01T00:00:00Z"}"#.to_owned();
    let mut line = |line: std::fmt::Arguments<'_>| write!(text, "\n{line}").expect("a text takes it");
    line(format_args!(r#"{{"type":"member","handle":"hub","joined":"2024-01-01T00:00:00Z"}}"#));
    for number in 0..EACH {
        for kind in ["asked", "near", "asks"] {
            line(format_args!(
                r#"{{"type":"member","handle":"{kind}{number}","joined":"2024-01-01T00:00:00Z"}}"#
            ));
        }
    }
    for number in 0..EACH {
        line(format_args!(
            r#"{{"type":"connection","between":["hub","near{number}"],"since":"2025-01-01T00:00:00Z"}}"#
        ));
        line(format_args!(
            r#"{{"type":"request","from":"hub","to":"asked{number}","at":"2026-10-01T00:00:00Z"}}"#
        ));
        line(format_args!(
            r#"{{"type":"request","from":"asks{number}","to":"hub","at":"2026-10-01T00:00:00Z"}}"#
        ));
    }
    text + "\n"
}

fn say(world: &World, line: &str) -> String {
    let ran = world.program().say(line);
    assert_eq!(ran.exit, Exit::Ok, "{line}: {}", ran.stderr);
    ran.out
}

fn open(data: &Path) -> FileLog {
    FileLog::open_read_only(&data.join("log")).expect("the log opens")
}

fn records(data: &Path) -> Vec<Vec<u8>> {
    open(data).read(Position::FIRST).map(|record| record.expect("it reads").bytes).collect()
}

/// Starts the command, and kills it as soon as it has appended this many events, or when it ends.
fn killed_after(world: &World, words: &[&str], events: u64) {
    let log = open(&world.data());
    let until = log.next_position().get() + events;
    let mut command = binary(&world.data());
    let command = command.args(["--at", AT]).args(words).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the binary starts");
    while log.next_position().get() < until && child.try_wait().expect("it is this test's own").is_none() {
        std::thread::yield_now();
    }
    child.kill().expect("it is this test's own");
    child.wait().expect("it has ended");
}

/// Runs the command unless the log has its decision, then another one. Returns every record.
fn finish(world: &World, words: &[&str]) -> Vec<Vec<u8>> {
    let decided = |record: &Vec<u8>| {
        let event = decode(record).expect("it was written by this version").event;
        matches!(
            event,
            Event::Account(account::Event { kind: account::Kind::Banned, .. })
                | Event::Account(account::Event { kind: account::Kind::Closed { .. }, .. })
        )
    };
    if !records(&world.data()).iter().any(decided) {
        say(world, &format!("--at {AT} {}", words.join(" ")));
    }
    say(world, "--at 2026-11-21T09:00:00Z member add later");
    records(&world.data())
}

#[test]
fn a_ban_or_closure_that_was_killed_is_finished_by_the_next_writer() {
    let base = World::of_small_segments();
    say(&base, &format!("--at 2026-11-02T00:00:00Z import ndjson {}", base.file("network", network())));
    for words in [["member", "ban", "hub"], ["member", "close", "hub"]] {
        let whole = finish(&World::with_log(&base.data().join("log")), &words);
        let before = records(&base.data()).len();
        let follows = (whole.len() - before) as u64;
        assert!(follows > 2 * EACH as u64);
        let mut halfway = 0;
        for round in 0..ROUNDS as u64 {
            let world = World::with_log(&base.data().join("log"));
            killed_after(&world, &words, 1 + follows * round / (2 * ROUNDS as u64));
            let left = Rebuild::of(&open(&world.data())).run().expect("the log reads").views;
            halfway += usize::from(left.has_departures());
            let is_decided = left.last().0 as usize > before;
            // Even before the next writer, a reader is told that everything has ended.
            let open = say(&world, &format!("--at {AT} pending hub --format ndjson")).lines().count();
            let answer = say(&world, &format!("--at {AT} why hub asked7 --viewer agent"));
            if is_decided {
                assert!(!answer.contains("CR0701"), "{answer}");
                assert_eq!(open, if words[1] == "ban" { EACH } else { 0 }, "{answer}");
            } else {
                assert_eq!(open, 2 * EACH);
            }
            assert!(finish(&world, &words) == whole, "round {round} of {words:?}");
            assert!(say(&world, "log verify --deep").starts_with("intact: "));
            let open = say(&world, "--at 2026-11-21T09:00:00Z pending hub --format ndjson").lines().count();
            assert_eq!(open, if words[1] == "ban" { EACH } else { 0 });
        }
        assert!(halfway >= HALFWAY_MIN, "only {halfway} of {ROUNDS} were killed halfway");
    }
}
