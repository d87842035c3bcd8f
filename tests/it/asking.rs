//! Queries other than `why`, and the forms of answers: reminders, recorded lookups, `find`, `incidents`, practices, colour,
//! help.

use std::fmt::Write as _;

use acquaint_cli::grammar::{Exit, parse_words};
use acquaint_domain::{Span, Timestamp};
use acquaint_tests::Program;
use serde_json::Value;

use crate::sandbox::InMemory;
use crate::world::World;

/// 5 Jan 2026 09:00:00 UTC
const START: Timestamp = Timestamp::from_millis(1_767_603_600_000);

/// Alice, bob, and carol, who is connected with both.
fn small() -> InMemory {
    let mut small = InMemory::new(START);
    for line in [
        "member add alice --email alice@example.org",
        "member add bob --email bob@example.org",
        "member add carol",
        "connect alice carol",
        "connect bob carol",
    ] {
        small.ok(line);
    }
    small
}

#[test]
fn a_request_may_be_reminded_of_once_and_not_within_a_week() {
    let mut small = small();
    small.ok("send alice bob");
    // A refusal is an answer: it is recorded, and says from when a reminder is allowed.
    let early = small.ok("remind alice bob");
    assert!(early.starts_with("CR0406 reminder-too-early\n  refused: alice cannot remind bob"), "{early}");
    assert!(early.contains("is allowed from 12 Jan 2026"), "{early}");
    assert!(early.contains("do: Wait until a reminder is allowed, then remind once."), "{early}");
    assert!(small.ok("log show --type command-refused --format ndjson").contains("command-refused"));
    small.wait(Span::days(8));
    let due = small.json("follow-up alice");
    let row = &due["rows"][0];
    assert_eq!((&row["chance_percent"], &row["reminders_left"]), (&7.into(), &1.into()));
    assert_eq!((&row["worth_it"], &row["introducers"][0]), (&true.into(), &"carol".into()));
    assert_eq!(small.ok("remind alice bob"), "done: alice reminds bob of the request\n");
    let again = small.json("remind alice bob");
    assert_eq!((&again["outcome"], &again["code"]), (&"refused".into(), &"CR0405".into()));
    assert!(
        again["verdict"]
            .as_str()
            .is_some_and(|said| said.contains("1 reminder was sent before, and the policy allows 1")),
        "{again}"
    );
    assert_eq!(again["remedy"].as_array().map(Vec::len), Some(1));
    let why = small.json("why alice bob");
    assert_eq!((&why["code"], &why["accompanied_by"][0]["code"]), (&"CR0903".into(), &"CR0405".into()));
    let due = small.json("follow-up alice");
    assert_eq!(due["rows"][0]["reminders_left"], 0);
    // The recipient sees the reminder, and the request is on the recipient's own list.
    assert!(small.ok("trace alice bob --viewer recipient").contains("alice asks for an answer"));
    assert_eq!(small.json("follow-up bob")["rows"][0]["with"], "alice");
    small.ok("decline bob alice");
    assert_eq!(small.json("follow-up bob")["rows"].as_array().map(Vec::len), Some(0));
    // Without an open request, a reminder is an error and not a refusal.
    assert_eq!(small.say("remind alice carol").exit, Exit::NotFound);
    assert!(small.ok("replay").contains("equal to the live ones"));
}

#[test]
fn a_lookup_is_recorded_when_asked_for_and_only_staff_see_it() {
    let mut small = small();
    small.ok("send alice bob");
    small.ok("why alice bob --viewer agent --as kim --because ticket-4711");
    let seen = small.ok("trace alice bob --viewer engineer");
    assert!(seen.contains("`kim` looked at it, because: ticket-4711"), "{seen}");
    for viewer in ["sender", "recipient"] {
        let seen = small.ok(&format!("trace alice bob --viewer {viewer}"));
        assert!(!seen.contains("kim") && !seen.contains("lookup"), "{seen}");
    }
    let count = small.ok("log show --format ndjson").lines().count();
    small.ok("trace alice bob --viewer engineer --as lee --because ticket-4712");
    // Each request that is found counts as one lookup; a code or a member does not.
    small.ok("find alice > bob --as lee --because ticket-4713");
    small.ok("find daily-limit --as lee --because ticket-4714");
    let seen = small.ok("trace alice bob --viewer engineer");
    assert_eq!(seen.matches("`lee` looked at it, because: ticket-471").count(), 2, "{seen}");
    assert_eq!(small.ok("log show --format ndjson").lines().count(), count + 2);
    let count = count + 2;
    small.ok("why alice bob --viewer agent");
    assert_eq!(small.ok("log show --format ndjson").lines().count(), count);
    let refused = |line: &str| {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        parse_words(&words).expect_err(line).exit()
    };
    assert_eq!(refused("why alice bob --viewer agent --as kim"), Exit::Usage);
    assert_eq!(refused("why alice bob --as kim --because x"), Exit::BadInput);
}

#[test]
fn find_reads_a_text_in_every_way_that_it_can_be_meant() {
    let mut small = small();
    let sent = small.json("send alice bob");
    let request = sent["request"].as_str().expect("an id").to_owned();
    let why = format!("why {request}");
    let table = [
        (request.as_str(), "request", why.as_str()),
        ("alice > bob", "pair", why.as_str()),
        ("Alice to Bob@example.org", "pair", why.as_str()),
        ("daily-limit", "code", "explain CR0401"),
        ("cr0401", "code", "explain CR0401"),
        ("BOB@example.org", "member", "member show bob"),
        ("@carol", "member", "member show carol"),
        ("2026-01-05", "day", why.as_str()),
    ];
    for (text, kind, next) in table {
        let found = small.json(&format!("find {text}"));
        let rows = found["rows"].as_array().expect("rows");
        assert!(rows.iter().any(|row| row["as"] == kind && row["next"] == next), "{text}: {found}");
    }
    let missed = small.say("find carl");
    assert_eq!(missed.exit, Exit::NotFound);
    assert_eq!(
        missed.stderr,
        "acquaint: nothing found for `carl`.\nTried  as a request, code, pair, member, typed address, day\n\
         Now    did you mean `carol`? acquaint find carol\n"
    );
    let missed = small.say("find carl --format json");
    assert!(
        missed
            .stderr
            .contains("read as request, code, pair, member, typed address, day; did you mean `carol`?")
            || missed.stderr.contains("\"hints\":[\"did you mean `carol`?\"]"),
        "{}",
        missed.stderr
    );
}

#[test]
fn why_all_lists_every_request_of_a_member_that_led_to_no_connection() {
    let mut small = small();
    small.ok("send alice bob");
    small.ok("send alice nobody");
    small.wait(Span::hours(1));
    small.ok("send alice alice");
    let all = small.json("why --all alice");
    let codes: Vec<&str> =
        all["rows"].as_array().expect("rows").iter().filter_map(|row| row["code"].as_str()).collect();
    assert_eq!(codes, ["CR0903", "CR0101", "CR0103"]);
    let page = small.ok("why --all alice");
    assert!(page.lines().all(|line| line.chars().count() <= 80) && !page.contains("carol"), "{page}");
    let refused = |filter: &str, small: &mut InMemory| {
        small.json(&format!("blocked alice {filter}"))["rows"].as_array().map(Vec::len)
    };
    assert_eq!(refused("", &mut small), Some(2));
    assert_eq!(refused("--by address-unknown", &mut small), Some(1));
    assert_eq!(refused("--since 2026-01-05T09:30:00Z", &mut small), Some(1));
    assert_eq!(refused("--by CR0101 --since 2026-01-05T09:30:00Z", &mut small), Some(0));
}

#[test]
fn site_wide_failures_are_listed_as_incidents() {
    let mut small = small();
    assert!(small.ok("incidents").ends_with("  nothing\n"));
    for member in 0..9 {
        small.ok(&format!("member add m{member}"));
    }
    small.ok("fault start --channel all");
    for from in 0..5 {
        for to in 5..9 {
            small.ok(&format!("send m{from} m{to}"));
        }
    }
    let found = small.json("incidents");
    let incident = &found["rows"][0];
    assert_eq!(
        (&incident["attempts"], &incident["senders"], &incident["until"]),
        (&20.into(), &5.into(), &Value::Null)
    );
    let why = small.json("why m0 m5");
    assert_eq!(why["accompanied_by"][0]["code"], "CR0603");
    assert!(
        why["certain"][0]
            .as_str()
            .is_some_and(|text| text.starts_with("The fault is not specific to this request"))
    );
    small.ok("fault stop");
    small.wait(Span::days(4));
    small.ok("fault start --channel all");
    small.ok("send alice bob");
    let why = small.json("why alice bob");
    assert!(
        why["certain"][0].as_str().is_some_and(|text| text.starts_with("It is not a site-wide")),
        "{why}"
    );
    assert!(small.json("incidents")["rows"][0]["until"].is_string());
}

#[test]
fn check_judges_all_of_the_articles_best_practices() {
    let mut small = small();
    let found = |line: &str, small: &mut InMemory| -> Vec<(String, String)> {
        let checked = small.json(&format!("check {line}"));
        let row = |row: &Value| {
            let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
            assert_eq!(text("finding") == "well", text("to_do").is_empty(), "{line}: {row}");
            (text("practice"), text("finding"))
        };
        checked["practices"].as_array().expect("practices").iter().map(row).collect()
    };
    let names = [
        "personal-note",
        "common-bonds",
        "request-limit",
        "follow-up",
        "good-standing",
        "no-tools",
        "checked-address",
    ];
    let all_well: Vec<_> = names.iter().map(|name| ((*name).to_owned(), "well".to_owned())).collect();
    assert_eq!(found("alice bob --note hello", &mut small), all_well);
    let objections = |line: &str, small: &mut InMemory| -> Vec<String> {
        let all = found(line, small);
        all.into_iter()
            .filter(|(_, finding)| finding != "well")
            .map(|(name, finding)| format!("{name}: {finding}"))
            .collect()
    };
    assert_eq!(objections("alice bob", &mut small), ["personal-note: better"]);
    assert_eq!(objections("alice bob --note hello --via api:bulk", &mut small), ["no-tools: stops it"]);
    assert_eq!(
        objections("alice nobody --note hello", &mut small),
        ["common-bonds: better", "checked-address: stops it"]
    );
    assert_eq!(
        objections("alice dan@example.org --note hello", &mut small),
        ["common-bonds: better", "checked-address: better"]
    );
    small.ok("send alice bob --note hello");
    small.wait(Span::days(8));
    small.ok("member restrict alice --for 1d");
    assert_eq!(
        objections("alice carol --note hi", &mut small),
        ["follow-up: better", "good-standing: stops it"]
    );
    assert!(small.ok("check alice carol").lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn colour_is_used_when_asked_for_and_changes_no_text() {
    let world = World::of_small_segments();
    world.play("at 2026-01-05T09:00:00Z\nmember add alice\nmember add bob\nsend alice bob");
    let program: Program = world.program();
    let plain = program.say("--at 2026-01-06T09:00:00Z why alice bob");
    let painted = program.say("--at 2026-01-06T09:00:00Z why alice bob --color always");
    assert!(!plain.out.contains('\u{1b}') && painted.out.contains('\u{1b}'));
    let mut stripped = String::new();
    for (index, part) in painted.out.split("\u{1b}[").enumerate() {
        stripped.push_str(if index == 0 { part } else { part.split_once('m').map_or("", |(_, rest)| rest) });
    }
    assert_eq!(stripped, plain.out);
    let json = program.say("--at 2026-01-06T09:00:00Z why alice bob --color always --format json");
    assert!(!json.out.contains('\u{1b}'));
    let quiet = program.say("--at 2026-01-07T09:00:00Z --quiet member add carol");
    assert_eq!((quiet.exit, quiet.out.as_str(), quiet.stderr.as_str()), (Exit::Ok, "", ""));
    let missed = program.say("--quiet pending karol");
    assert_eq!(missed.stderr, "acquaint: no member has the handle `karol`; did you mean `carol`?\n");
}

#[test]
fn every_page_of_help_reads_as_it_did() {
    let program = Program::on(std::path::Path::new("nowhere"));
    let mut pages = String::new();
    let first = ["", "exit-codes", "formats", "environment"].map(str::to_owned);
    let words = acquaint_cli::grammar::first_words();
    for topic in first.into_iter().chain(words) {
        let ran = program.say(&format!("help {topic}"));
        assert_eq!(ran.exit, Exit::Ok, "{topic}");
        let _always = writeln!(pages, "$ acquaint help {topic}\n{}", ran.out);
    }
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("help", pages);
    });
}
