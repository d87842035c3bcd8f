//! Statements of reasons: who detected and who decided, and from when to when; and a document that is valid under its schema,
//! for every request of every script and for every viewer.

use std::collections::BTreeSet;

use acquaint_cli::grammar::Exit;
use acquaint_tests::Program;
use serde_json::{Value, json};

use crate::json_schema::is_valid;
use crate::oversight::{LENIENT, MONDAY, READERS, World, asked, held, held_request};

fn schema() -> Value {
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/statement.schema.json");
    let schema = std::fs::read_to_string(schema).expect("the schema");
    serde_json::from_str(&schema).expect("JSON")
}

/// The statement about a request, as its sender and as staff read it.
#[track_caller]
fn statement(world: &World, at: &str, about: &str) -> Value {
    let line = format!("--at {at} why {about} --format statement-json");
    let ran = world.say(&line);
    assert_eq!((ran.exit, ran.stderr.as_str()), (Exit::Ok, ""), "{line}");
    let statement: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert!(is_valid(&schema(), &statement), "{statement}");
    for viewer in ["agent", "engineer"] {
        let staff = world.say(&format!("{line} --viewer {viewer}"));
        assert_eq!((staff.exit, staff.out), (Exit::Ok, ran.out.clone()), "{line} for the {viewer}");
    }
    let text = world.say(&format!("--at {at} why {about} --format statement"));
    assert_eq!(text.exit, Exit::Ok);
    assert!(text.out.lines().all(|line| line.chars().count() <= 80), "{}", text.out);
    for other in ["bob", "carol", "reader"] {
        assert!(!ran.out.contains(other) && !text.out.contains(other), "{other} is named: {}", text.out);
    }
    statement
}

/// Checks the decision of a statement, whether a program detected and decided it, and its dates.
#[track_caller]
fn check(statement: &Value, decision: &str, automated: (Value, Value), dates: (&str, Option<&str>)) {
    assert_eq!(statement["decision"], decision, "{statement}");
    let (detection, decided) = automated;
    let expected = json!({ "detection": detection, "decision": decided });
    assert_eq!(statement["automated"], expected, "{statement}");
    let (since, until) = dates;
    assert_eq!((&statement["since"], &statement["until"]), (&json!(since), &json!(until)), "{statement}");
    let is_taken = decision != "none";
    assert_eq!(statement["ground"]["kind"] == "terms", is_taken, "{statement}");
    assert_eq!(statement["facts"] == json!([]), !is_taken, "{statement}");
    assert_eq!(statement["redress"].as_array().map(Vec::len), Some(if is_taken { 3 } else { 0 }));
}

const PROGRAM: (Value, Value) = (Value::Bool(true), Value::Bool(true));
const PEOPLE: (Value, Value) = (Value::Bool(false), Value::Bool(false));
const NOBODY: (Value, Value) = (Value::Null, Value::Null);

const BEGIN: &str = "at 2026-01-05T09:00:00Z\nmember add alice\nmember add bob --email bob@example.org\n";

#[test]
fn an_act_of_a_member_is_no_decision_by_the_network() {
    let world = World::new();
    world.play(&format!("{BEGIN}send alice bob\nreport bob alice\nblock bob alice\n"));
    check(
        &statement(&world, "2026-01-06T00:00:00Z", "alice bob"),
        "none",
        NOBODY,
        ("2026-01-05T09:00:00Z", None),
    );
}

#[test]
fn a_limit_keeps_its_end_even_when_that_has_passed() {
    let world = World::new();
    world.play(&format!(
        "{BEGIN}member add carol\nsend alice carol --via api:bulk\nsend alice bob --via api:bulk\n"
    ));
    let bulk = statement(&world, "2026-01-06T00:00:00Z", "alice bob");
    check(&bulk, "request-not-carried", PROGRAM, ("2026-01-05T09:00:00Z", None));
    // A withdrawal bars another request to that member for three weeks, and the limit of a calendar week ends on Monday.
    let text = acquaint_policy::LINKEDIN_OBSERVED.replacen(
        "free = 200, premium = 200",
        "free = 1, premium = 200",
        1,
    );
    let world = World::new();
    world.write("one.toml", &text);
    world.play(&format!(
        "{BEGIN}member add carol\npolicy adopt one.toml\nsend alice bob\nat 2026-01-06T09:00:00Z\nsend alice carol\nexpect CR0402\n\
         withdraw alice bob\nat 2026-01-13T09:00:00Z\nsend alice bob\nexpect CR0203\n"
    ));
    for at in ["2026-01-13T09:00:00Z", "2026-03-01T00:00:00Z"] {
        let limit = statement(&world, at, "alice carol");
        check(&limit, "request-not-carried", PROGRAM, ("2026-01-06T09:00:00Z", Some("2026-01-12T00:00:00Z")));
        let cooldown = statement(&world, at, "alice bob");
        check(
            &cooldown,
            "request-not-carried",
            PROGRAM,
            ("2026-01-13T09:00:00Z", Some("2026-01-27T09:00:00Z")),
        );
    }
}

#[test]
fn a_restriction_by_an_operator_is_decided_by_people_and_has_its_own_dates() {
    let world = World::new();
    world.play(&format!(
        "{BEGIN}member restrict alice --for 2d --cause spam\nat 2026-01-06T10:00:00Z\nsend alice bob\nexpect CR0301\n"
    ));
    let dates = ("2026-01-05T09:00:00Z", Some("2026-01-07T09:00:00Z"));
    for at in ["2026-01-06T12:00:00Z", "2026-02-01T00:00:00Z"] {
        let restricted = statement(&world, at, "alice bob");
        check(&restricted, "account-restricted", PEOPLE, dates);
        assert!(restricted["ground"]["explanation"].as_str().is_some_and(|text| text.contains("spam")));
    }
    // It ends when it is lifted.
    world.play("at 2026-01-06T18:00:00Z\nmember lift alice\n");
    let lifted = ("2026-01-05T09:00:00Z", Some("2026-01-06T18:00:00Z"));
    check(&statement(&world, "2026-02-01T00:00:00Z", "alice bob"), "account-restricted", PEOPLE, lifted);
    check(&statement(&world, "2026-01-06T12:00:00Z", "alice bob"), "account-restricted", PEOPLE, dates);
}

#[test]
fn a_restriction_by_the_policy_is_decided_by_a_program_and_states_its_facts() {
    let world = World::new();
    let begun = asked(&world, LENIENT, &[("report", READERS)]);
    world.play(&format!("{begun}{MONDAY}at 2026-01-13T12:00:00Z\nsend alice bob\nexpect CR0301\n"));
    let dates = ("2026-01-12T00:00:00Z", Some("2026-01-14T00:00:00Z"));
    let restricted = statement(&world, "2026-02-01T00:00:00Z", "alice bob");
    check(&restricted, "account-restricted", PROGRAM, dates);
    assert_eq!(restricted["ground"]["rule"], "often-reported");
    assert_eq!(restricted["ground"]["version"], 2);
    assert!(
        restricted["facts"][1].as_str().is_some_and(|fact| fact.contains("90% were reports")),
        "{restricted}"
    );
    // An upheld appeal ends it.
    world.play("at 2026-01-13T13:00:00Z\nappeal open alice\nat 2026-01-13T15:00:00Z\nappeal uphold alice\n");
    let upheld = ("2026-01-12T00:00:00Z", Some("2026-01-13T15:00:00Z"));
    check(&statement(&world, "2026-02-01T00:00:00Z", "alice bob"), "account-restricted", PROGRAM, upheld);
}

#[test]
fn a_ban_and_the_requests_that_it_withdraws_are_decided_by_people() {
    let world = World::new();
    world.play(&format!(
        "{BEGIN}send alice bob\nat 2026-01-06T10:00:00Z\nmember ban alice\nat 2026-01-07T10:00:00Z\n"
    ));
    let withdrawn = statement(&world, "2026-01-08T00:00:00Z", "alice bob");
    check(&withdrawn, "account-suspended", PEOPLE, ("2026-01-06T10:00:00Z", None));
    assert_eq!(withdrawn["code"], "CR0806");
    world.play("at 2026-01-08T00:00:00Z\nsend alice bob\nexpect CR0302\nat 2026-01-09T00:00:00Z\nmember lift alice\n");
    let banned = statement(&world, "2026-01-08T12:00:00Z", "alice bob");
    check(&banned, "account-suspended", PEOPLE, ("2026-01-06T10:00:00Z", None));
    let lifted = ("2026-01-06T10:00:00Z", Some("2026-01-09T00:00:00Z"));
    check(&statement(&world, "2026-02-01T00:00:00Z", "alice bob"), "account-suspended", PEOPLE, lifted);
}

#[test]
fn a_program_holds_a_request_and_people_refuse_it() {
    let world = World::new();
    world.play(&held());
    let request = held_request(&world);
    let at = "2026-01-31T00:00:00Z";
    let kept = statement(&world, at, &request);
    let since = kept["since"].as_str().expect("a moment").to_owned();
    check(&kept, "request-kept-from-view", PROGRAM, (&since, None));
    world.play(&format!("at 2026-01-30T09:00:00Z\nreview refuse {request}\n"));
    let refused = statement(&world, at, &request);
    let by_people = (json!(true), json!(false));
    check(&refused, "request-not-carried", by_people, ("2026-01-30T09:00:00Z", None));
    assert_eq!(refused["ground"]["rule"], "spam");
}

#[test]
fn nobody_is_named_as_deciding_an_imported_ban() {
    let world = World::new();
    world.write(
        "network.ndjson",
        "{\"acquaint\":\"network\",\"version\":1,\"as_of\":\"2026-01-05T00:00:00Z\"}\n\
         {\"type\":\"member\",\"handle\":\"alice\",\"banned\":\"2025-12-01T00:00:00Z\"}\n{\"type\":\"member\",\"handle\":\"bob\"}\n",
    );
    world.play("at 2026-01-05T09:00:00Z\nimport ndjson network.ndjson\nsend alice bob\nexpect CR0302\n");
    let banned = statement(&world, "2026-01-06T00:00:00Z", "alice bob");
    check(&banned, "account-suspended", NOBODY, ("2025-12-01T00:00:00Z", None));
}

/// The ids in a text, the last first.
fn ids(text: &str) -> Vec<String> {
    let is_id = |word: &&str| word.len() == 14 && word.starts_with('R');
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(is_id).collect();
    let mut seen = BTreeSet::new();
    words.into_iter().rev().filter(|word| seen.insert(*word)).map(str::to_owned).collect()
}

/// The most requests of a script that are asked about: some scripts have hundreds that are all alike.
const REQUESTS_MAX: usize = 3;

#[test]
fn every_request_of_every_script_has_a_statement_for_every_viewer_or_an_error() {
    let (schema, mut statements, mut errors) = (schema(), 0, 0);
    insta::glob!("../scripts", "*.acq", |script| {
        let folder = tempfile::tempdir().expect("a folder for the data");
        let program = Program::on(&folder.path().join("data"));
        assert_eq!(program.run(&["run", script.to_str().expect("a path in UTF-8")]).exit, Exit::Ok);
        let shown = program.run(&["--at", "2028-01-01T00:00:00Z", "log", "show", "--format", "ndjson"]);
        for request in ids(&shown.out).into_iter().take(REQUESTS_MAX) {
            for viewer in ["sender", "agent", "engineer", "recipient"] {
                let asked = |format| {
                    program.run(&[
                        "--at",
                        "2028-01-01T00:00:00Z",
                        "why",
                        &request,
                        "--viewer",
                        viewer,
                        "--format",
                        format,
                    ])
                };
                let ran = asked("statement-json");
                match ran.exit {
                    Exit::Ok => {
                        let statement: Value = serde_json::from_str(&ran.out).expect("JSON");
                        assert!(is_valid(&schema, &statement), "{script:?} {viewer}: {statement}");
                        assert_ne!(viewer, "recipient", "{script:?}");
                        statements += 1;
                    }
                    Exit::NotFound | Exit::BadInput => {
                        let error: Value = serde_json::from_str(&ran.stderr).expect("an error is an object");
                        assert!(ran.out.is_empty() && error["schema"] == "acquaint.error.v1", "{ran:?}");
                        errors += 1;
                    }
                    Exit::Failed
                    | Exit::Usage
                    | Exit::Refused
                    | Exit::Exceeded
                    | Exit::OtherWriter
                    | Exit::Damaged
                    | Exit::Interrupted => {
                        panic!("{script:?} {request} {viewer}: {ran:?}")
                    }
                }
                assert_eq!(asked("statement").exit, ran.exit, "{script:?} {request} {viewer}");
            }
        }
    });
    assert!(statements > 150 && errors > 50, "{statements} statements, {errors} errors");
}

#[test]
fn a_statement_is_about_one_request_and_addressed_to_its_sender() {
    let world = World::new();
    world.play(&format!("{BEGIN}send alice bob\n"));
    for format in ["statement", "statement-json"] {
        let ran = world.say(&format!("why alice bob --viewer recipient --format {format}"));
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::BadInput, ""));
        assert!(ran.stderr.contains("to the sender"), "{}", ran.stderr);
        // The same whether there is such a request or not.
        let nothing = world.say(&format!("why alice nobody --viewer recipient --format {format}"));
        assert_eq!(nothing, ran);
        let all = world.say(&format!("why --all alice --format {format}"));
        assert_eq!((all.exit, all.out.as_str()), (Exit::BadInput, ""));
        assert!(all.stderr.contains("one request"), "{}", all.stderr);
    }
}
