//! Retries across an upgrade: `tests/kept/retries` holds a log that an earlier build wrote, and its outcomes. It is never
//! regenerated. Today's program opens it, and answers every command id as that build did.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use acquaint_cli::grammar::Exit;
use acquaint_domain::{Span, Timestamp};
use acquaint_engine::{Engine, Input, Receipt, Solo, SubmitError, When};
use acquaint_log::EventLog;
use acquaint_log_file::{FileLog, Options};

use super::story::{OLD, end, genesis, inputs, told};
use crate::world::World;

fn kept() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("kept/retries")
}

/// A data folder with a copy of the kept log.
fn copied() -> World {
    World::with_log(&kept().join("log"))
}

fn opened(data: &Path) -> Arc<FileLog> {
    Arc::new(FileLog::open(&data.join("log"), &Options::default()).expect("an older log opens"))
}

/// The outcome of each id, in the story's order: `id: outcome`.
fn outcomes() -> Vec<(String, String)> {
    let text = fs::read_to_string(kept().join("outcomes.txt")).expect("the kept outcomes");
    let split = |line: &str| {
        let (id, outcome) = line.split_once(": ").expect("an id and its outcome");
        (id.to_owned(), outcome.to_owned())
    };
    text.lines().map(split).collect()
}

/// Submits every command of the story again, and then another command under the same id.
fn retry(log: &dyn EventLog, submit: impl Fn(Input) -> Result<Receipt, SubmitError>) {
    let before = log.next_position();
    let outcomes = outcomes();
    let when = When::Exactly(a_minute_later());
    let story: Vec<(&str, Input)> = inputs().into_iter().take(outcomes.len()).collect();
    // The command after the next: a step may repeat the one before it.
    let others = story.iter().cycle().skip(2).map(|(_, input)| input.command.clone());
    for (((id, input), other), (kept_id, outcome)) in story.iter().zip(others).zip(&outcomes) {
        assert_eq!(id, kept_id);
        let (again, reused) =
            (Input { when, ..input.clone() }, Input { command: other, when, key: input.key });
        if OLD.contains(id) {
            assert_eq!(submit(again), Err(SubmitError::CommandIdExpired), "{id}");
            assert_eq!(submit(reused), Err(SubmitError::CommandIdExpired), "{id}");
        } else {
            let receipt = submit(again).unwrap_or_else(|error| panic!("{id}: {error}"));
            assert!(receipt.repeated, "{id}");
            assert_eq!(&told(&receipt), outcome, "{id}");
            assert_eq!(submit(reused), Err(SubmitError::CommandIdReused), "{id}");
        }
    }
    assert_eq!(log.next_position(), before, "a retry writes nothing");
}

fn a_minute_later() -> Timestamp {
    end().plus(Span::minutes(1))
}

#[test]
fn an_earlier_builds_command_ids_are_answered_as_it_answered_them() {
    let world = copied();
    let solo = Solo::open(opened(&world.data()), &genesis()).expect("an older log opens");
    retry(solo.log(), |input| solo.submit(input));
}

#[test]
fn the_engine_with_threads_answers_them_the_same() {
    let world = copied();
    let engine = Engine::open(opened(&world.data()), &genesis()).expect("an older log opens");
    retry(engine.log(), |input| engine.submit(input));
}

#[test]
fn the_program_reads_the_same_commands_and_ids_from_its_command_line() {
    let world = copied();
    let program = world.program();
    let say = |line: &str| {
        let words = ["--confirm-time", "--at", "2026-11-20T10:50:00Z"];
        program.run(&words.into_iter().chain(line.split_whitespace()).collect::<Vec<_>>())
    };
    for line in REPEATED {
        let ran = say(line);
        assert_eq!(ran.exit, Exit::Ok, "{line}\n{}{}", ran.out, ran.stderr);
        assert!(ran.out.contains("as answered before"), "{line}\n{}", ran.out);
    }
    for line in REUSED {
        assert_eq!(say(line).exit, Exit::BadInput, "{line}");
    }
}

/// Commands of the story as they are entered on the command line.
const REPEATED: [&str; 6] = [
    "member add cyd --tier sales-navigator --email cyd@example.org --profile https://example.org/in/cyd \
     --company Acme --title Tester --command-id join-cyd",
    "send ann bob --command-id send",
    "remind cyd fay --command-id remind",
    "block eve ann --command-id block-twice",
    "review release R5JPB9VSM6MRGP --command-id release",
    "fault start --channel web --kind timeout --command-id fault",
];

/// Other commands under ids of the story.
const REUSED: [&str; 4] = [
    "send ann bob --note hello --command-id send",
    "remind cyd eve --command-id remind",
    "block eve bob --command-id block-twice",
    "member add ann --command-id old-1",
];
