//! The network of `cargo xtask demo --serve`: it plays from any day on, and shows every cause.

use std::collections::BTreeSet;
use std::fs;

use acquaint_cli::grammar::Exit;
use acquaint_domain::Code;
use acquaint_tests::Program;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/demo/network.acq");

/// Plays the network from this moment on, which must meet all its expectations.
fn played(folder: &tempfile::TempDir, from: &str) -> Program {
    let program = Program::on(&folder.path().join("data"));
    let played = program.run(&["--at", from, "run", SCRIPT]);
    let unmet: Vec<&str> = played.out.lines().filter(|line| line.starts_with("NOT ")).collect();
    assert_eq!(played.exit, Exit::Ok, "{from}: {unmet:?}\n{}", played.stderr);
    program
}

#[test]
fn the_demo_network_expects_every_cause() {
    let script = fs::read_to_string(SCRIPT).expect("the script");
    let expected: BTreeSet<&str> = script.lines().filter_map(|line| line.strip_prefix("expect ")).collect();
    let missing: Vec<Code> =
        Code::ALL.into_iter().filter(|code| !expected.contains(code.to_string().as_str())).collect();
    assert_eq!(missing, []);
}

#[test]
fn the_demo_network_has_members_policies_and_an_incident_and_is_intact() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = played(&folder, "2026-11-02T09:00:00Z");
    let at = "2026-11-23T09:00:00Z";
    let say = |words: &[&str]| {
        let ran = program.run(&[&["--at", at], words].concat());
        assert_eq!(ran.exit, Exit::Ok, "{words:?}\n{}", ran.stderr);
        ran.out
    };
    let says = |words: &[&str], text: &str| {
        let out = say(words);
        assert!(out.contains(text), "{words:?}: {text}\n{out}");
    };
    says(&["incidents"], "web mobile");
    says(&["policy", "list"], "house");
    says(&["review", "list"], "1 is late");
    says(&["requests", "--from", "محمد-الفارسي"], "محمد-الفارسي");
    // What is repaired by nobody is still under way.
    says(&["why", "joão", "ana-lucía"], "CR0601");
    say(&["log", "verify"]);
    say(&["replay"]);
}

/// The weekly feedback ends with a calendar week, so the script must not depend on the weekday on which it begins.
#[test]
fn the_demo_network_plays_from_every_weekday_on() {
    for day in 3..9 {
        played(&tempfile::tempdir().expect("a folder"), &format!("2026-11-{day:02}T09:00:00Z"));
    }
}
