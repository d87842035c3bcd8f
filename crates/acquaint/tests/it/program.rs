//! The README, the front page and the example contain the same program, and it runs.

use std::fs;
use std::path::Path;

use acquaint::{Code, Engine, SendOutcome};

use crate::join;

#[path = "../../examples/where_did_it_go.rs"]
#[expect(dead_code, reason = "the example's `main` is not called here")]
mod example;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The lines between `begin` and `end`, each without `indent`.
fn between(text: &str, begin: &str, end: &str, indent: &str) -> String {
    let lines = text.lines().skip_while(|line| line.trim() != begin).skip(1);
    let lines = lines.take_while(|line| line.trim() != end);
    lines.map(|line| format!("{}\n", line.strip_prefix(indent).unwrap_or(line))).collect()
}

#[test]
fn the_example_the_readme_and_the_front_page_contain_the_same_program() {
    let example = between(&read("examples/where_did_it_go.rs"), "// The program.", "// Its end.", "    ");
    assert!(example.starts_with("use acquaint::{Connect") && example.lines().count() > 5, "{example}");
    assert_eq!(between(&read("../../README.md"), "```rust", "```", ""), example);
    let front = between(&read("src/lib.rs"), "//! ```", "//! ```", "//! ");
    let front: String =
        front.lines().filter(|line| !line.starts_with("# ")).map(|line| format!("{line}\n")).collect();
    assert_eq!(front, example);
}

#[test]
fn the_program_sends_once_however_often_it_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = Engine::builder(folder.path()).open().expect("it opens");
    join(&engine, &["alice", "bob"]);
    drop(engine);
    for _ in 0..2 {
        example::ask(folder.path()).expect("it succeeds");
    }
    let engine = Engine::builder(folder.path()).open().expect("it opens");
    assert_eq!(engine.requests_by("alice").expect("a member").len(), 1);
    assert_eq!(engine.pending_received("bob").expect("a member")[0].with, "alice");
}

#[test]
fn a_refused_request_can_be_explained() {
    let (engine, _) = crate::network(&["alice"]);
    let sent = engine.send(acquaint::Connect::from("alice").to("nobody-of-that-name")).expect("a reply");
    assert_eq!(sent.outcome, SendOutcome::Refused(Code::AddressUnknown));
    let answer = engine.why(sent.request).seen_by(acquaint::Viewer::Sender).expect("an answer");
    assert_eq!(answer.code, Code::AddressUnknown);
    assert!(answer.to_string().contains("(CR0101 address-unknown)"), "{answer}");
}
