//! The commands about the log: filters, export, proofs, repair, backup, conversion from an earlier format.

use std::fs;
use std::path::Path;

use acquaint_cli::grammar::Exit;
use acquaint_tests::Program;
use serde_json::Value;

use crate::world::World;

const HISTORY: [&str; 6] = [
    "--at 2026-11-21T08:00:00Z member add alice",
    "--at 2026-11-21T08:01:00Z member add bob --company Acme",
    "--at 2026-11-21T08:02:00Z member add carol",
    "--at 2026-11-21T08:03:00Z send alice bob --note Porto",
    "--at 2026-11-21T08:04:00Z send carol bob",
    "--at 2026-11-21T08:05:00Z accept bob alice",
];

fn world() -> World {
    let world = World::of_small_segments();
    for line in HISTORY {
        assert_eq!(said(&world.program(), line).0, Exit::Ok, "{line}");
    }
    world
}

fn said(program: &Program, line: &str) -> (Exit, String) {
    let ran = program.say(line);
    (ran.exit, if ran.out.is_empty() { ran.stderr } else { ran.out })
}

fn json(program: &Program, line: &str) -> Value {
    let (exit, page) = said(program, line);
    assert_eq!(exit, Exit::Ok, "{line}: {page}");
    serde_json::from_str(&page).unwrap_or_else(|error| panic!("{line}: {error}: {page}"))
}

/// The types of the events that a filter selects.
fn types(program: &Program, filter: &str) -> Vec<String> {
    let (exit, page) = said(program, &format!("log show --format ndjson {filter}"));
    assert_eq!(exit, Exit::Ok, "{filter}: {page}");
    let row = |line| serde_json::from_str::<Value>(line).expect("JSON");
    page.lines().map(|line| row(line)["type"].as_str().expect("a type").to_owned()).collect()
}

#[test]
fn a_filter_selects_the_events_that_it_names() {
    let world = world();
    let program = world.program();
    let all = types(&program, "");
    assert_eq!(types(&program, "--from 3 --to 5"), all[2..5]);
    assert_eq!(types(&program, "--to 2"), ["founded", "policy-adopted"]);
    assert_eq!(types(&program, "--type request-submitted"), ["request-submitted"; 2]);
    assert_eq!(types(&program, "--type request-submitted --member carol"), ["request-submitted"]);
    let of_carol = types(&program, "--member carol");
    assert_eq!(
        of_carol,
        ["member-added", "request-submitted", "request-sent", "request-arrived"],
        "only events of her own desk"
    );
    let sent = json(&program, "log show --type request-sent --member alice --format json");
    let request = sent["rows"][0]["requests"][0].as_str().expect("a request").to_owned();
    let of_request = types(&program, &format!("--request {request}"));
    let expected = [
        "request-submitted",
        "request-sent",
        "request-arrived",
        "request-delivered",
        "request-accepted",
        "acceptance-taken",
    ];
    assert_eq!(of_request, expected);
    assert_eq!(types(&program, "--from 400"), Vec::<String>::new());
    let (exit, sentence) = said(&program, "log show --member dave");
    assert_eq!(exit, Exit::NotFound, "{sentence}");
}

#[test]
fn events_are_exported_as_cloud_events_and_as_our_own_json() {
    let world = world();
    let program = world.program();
    let (_, page) = said(&program, "log export --as cloudevents --type request-submitted --member alice");
    let event: Value = serde_json::from_str(&page).expect("one line, one event");
    for (field, expected) in [
        ("specversion", "1.0"),
        ("type", "acquaint.request-submitted.v1"),
        ("time", "2026-11-21T08:03:00Z"),
        ("datacontenttype", "application/json"),
    ] {
        assert_eq!(event[field], expected);
    }
    assert!(event["source"].as_str().is_some_and(|source| source.starts_with("/acquaint/logs/")));
    assert_eq!(event["data"]["personal"]["note"], "Porto");
    assert_eq!(event["data"]["stored"]["request"], event["subject"]);
    let (_, page) = said(&program, "log export");
    let lines: Vec<Value> = page.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), types(&program, "").len());
    assert!(lines.iter().all(|line| line["stored"].is_object() && line["version"].as_u64() >= Some(1)));
}

#[test]
fn a_proof_needs_a_sealed_segment_and_is_checked_without_a_log() {
    let world = world();
    let program = world.program();
    let (exit, sentence) = said(&program, "log prove alice bob --viewer agent");
    assert_eq!(exit, Exit::NotFound);
    assert!(sentence.contains("it is sealed when another"), "{sentence}");
    let sealed = json(&program, "log seal --format json");
    let root = sealed["last_sealed"]["root"].as_str().expect("a root").to_owned();
    assert_eq!(json(&program, "log stats --format json")["segments"][0]["root"], root.as_str());
    let nowhere = Program::on(Path::new("there-is-no-such-folder"));
    for viewer in ["agent", "engineer"] {
        let (exit, proof) = said(&program, &format!("log prove alice bob --viewer {viewer}"));
        assert_eq!(exit, Exit::Ok, "{proof}");
        let file = world.file("proof.json", &proof);
        let (exit, page) = said(&nowhere, &format!("log check-proof {file} --root {root}"));
        assert_eq!(exit, Exit::Ok, "{page}");
        assert!(page.starts_with("proven: 6 events of R"), "{viewer}: {page}");
    }
}

/// Flips a bit of the first byte of `text` in the log.
fn damage(world: &World, text: &str) {
    let folder = world.data().join("log");
    for entry in fs::read_dir(folder).expect("the log lists") {
        let path = entry.expect("a file").path();
        let mut bytes = fs::read(&path).expect("a file");
        let found = bytes.windows(text.len()).position(|part| part == text.as_bytes());
        if let Some(at) = found {
            bytes[at] ^= 1;
            fs::write(&path, bytes).expect("damaged");
            return;
        }
    }
    panic!("`{text}` is nowhere in the log");
}

#[test]
fn the_intact_part_of_a_damaged_log_still_answers_and_says_that_it_is_a_part() {
    let world = world();
    let program = world.program();
    let before = program.say("--at 2026-11-21T08:03:30Z why alice bob --viewer agent");
    let replayed = program.say("--at 2026-11-21T08:04:30Z policy backtest article");
    said(&program, "--at 2026-11-21T08:06:00Z member add dave --company Wrecked");
    said(&program, "--at 2026-11-21T08:07:00Z member add erin");
    damage(&world, "Wrecked");
    for line in [
        "why alice bob --viewer agent",
        "trace alice bob",
        "pending carol",
        "log show",
        "member show bob",
        "policy backtest article",
        "policy backtest linkedin-observed --mode closed --format json",
        "policy backtest article --fail-on newly-refused>50%",
        "why alice bob --under linkedin-observed",
    ] {
        let ran = program.say(line);
        assert_eq!(ran.exit, Exit::Damaged, "{line}: {}", ran.stderr);
        assert!(ran.stderr.contains("the log is damaged from position 16 on: "), "{line}: {}", ran.stderr);
        assert!(ran.stderr.contains("this is answered from events 1 to 15"), "{line}: {}", ran.stderr);
        assert!(!ran.out.is_empty(), "{line}");
    }
    // An event after the damage may have answered the request, so the answer does not say that it expired.
    let late = program.say("--at 2027-11-21T08:00:00Z why carol bob");
    assert_eq!(late.exit, Exit::Damaged, "{}", late.stderr);
    assert!(!late.out.contains("CR0807"), "{}", late.out);
    let then = program.say("--at 2026-11-21T08:04:30Z policy backtest article");
    assert_eq!(
        (then.exit, then.out),
        (Exit::Ok, replayed.out),
        "the moment asked about is before the damage"
    );
    let then = program.say("--at 2026-11-21T08:03:30Z why alice bob --viewer agent");
    assert_eq!((then.exit, then.out), (Exit::Ok, before.out), "the moment asked about is before the damage");
    let refused = program.say("member add frank");
    assert_eq!((refused.exit, refused.out.as_str()), (Exit::Failed, ""));
    assert!(refused.stderr.contains("position 16 is affected"), "{}", refused.stderr);
}

#[test]
fn a_repair_is_shown_before_it_is_accepted_and_keeps_the_removed_bytes() {
    let world = world();
    let program = world.program();
    assert_eq!(said(&program, "log repair").1, "there is no damage; nothing to repair\n");
    said(&program, "--at 2026-11-21T08:06:00Z member add dave --company Wrecked");
    said(&program, "--at 2026-11-21T08:07:00Z member add erin");
    damage(&world, "Wrecked");
    let shown = json(&program, "log repair --format json");
    assert_eq!((&shown["done"], &shown["last_kept"]), (&Value::Bool(false), &Value::from(15)));
    let states: Vec<&str> =
        shown["lost"].as_array().expect("rows").iter().filter_map(|row| row["state"].as_str()).collect();
    assert_eq!(states, ["readable, in a damaged batch", "whole"]);
    let (exit, page) = said(&program, "log repair --accept-loss");
    assert_eq!(exit, Exit::Ok);
    assert!(page.contains("events 1 to 15 are kept\n") && page.contains("\nkept: "), "{page}");
    let kept = page.lines().find_map(|line| line.strip_prefix("kept: ")).expect("a file");
    let kept = fs::read(kept).expect("the removed bytes");
    assert!(kept.windows(4).any(|bytes| bytes == b"erin"));
    let ran = program.say("--at 2026-11-21T08:08:00Z member add frank");
    assert_eq!((ran.exit, ran.stderr.as_str()), (Exit::Ok, ""));
    assert!(said(&program, "log verify --deep").1.starts_with("intact: 16 events"));
}

#[test]
fn a_backup_answers_like_the_log() {
    let world = world();
    let program = world.program();
    let copy = world.data().join("copy");
    let report = json(&program, &format!("log backup {} --format json", copy.display()));
    assert_eq!(report["events"], 15);
    let asked = "--at 2026-11-21T09:00:00Z why alice bob --viewer engineer";
    assert_eq!(Program::on(&copy).say(asked), program.say(asked));
    let (exit, sentence) = said(&program, &format!("log backup {}", copy.display()));
    assert_eq!(exit, Exit::BadInput);
    assert!(sentence.contains("is not empty"), "{sentence}");
}

#[test]
fn a_log_of_the_earlier_format_is_refused_with_how_to_convert_it() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/log-file/tests/kept/version-1");
    let world = World::with_log(&kept);
    let program = world.program();
    let (exit, sentence) = said(&program, "log verify");
    assert_eq!(exit, Exit::BadInput);
    assert!(sentence.contains("convert the log with `acquaint log convert`"), "{sentence}");
    let converted = json(&program, "log convert --format json");
    assert_eq!((&converted["events"], &converted["torn_bytes"]), (&Value::from(24), &Value::from(0)));
    assert!(said(&program, "log verify --deep").1.starts_with("intact: 24 events in 8 batches"));
    let (exit, sentence) = said(&program, "log convert");
    assert_eq!(exit, Exit::BadInput, "{sentence}");
}
