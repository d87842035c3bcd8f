//! The forms in which addresses, names and answers may be written, and the exact moments at which things begin and end.

use std::fmt::Write as _;

use acquaint_cli::grammar::Exit;
use acquaint_policy::ARTICLE;
use serde_json::Value;

use crate::world::World;

/// The day of every history in this file.
const DAY: &str = "2026-11-21";

fn json(world: &World, line: &str) -> Value {
    let ran = world.program().say(&format!("{line} --format json"));
    assert_eq!((ran.exit, ran.stderr.as_str()), (Exit::Ok, ""), "{line}");
    serde_json::from_str(&ran.out).expect("JSON")
}

fn begun(script: &str) -> World {
    let world = World::of_small_segments();
    world.play(&format!("at {DAY}T08:00:00Z\n{script}"));
    world
}

const JOSE: &str = "member add alice\nmember add josé --email Jose.Perez@Example.org --profile https://www.example.org/in/Jos%C3%A9-P/\n";

/// Handles and profile URLs, as people type them.
const PUBLIC: [&str; 14] = [
    "josé",
    "JOSÉ",
    "  josé ",
    "@José",
    "jos%C3%A9",
    "Jos%c3%a9",
    "example.org/in/josé-p",
    "https://example.org/in/josé-p",
    "http://example.org/in/josé-p",
    "HTTPS://WWW.EXAMPLE.ORG/IN/JOSÉ-P",
    "www.example.org/in/josé-p/",
    "https://www.example.org/in/jos%C3%A9-p/",
    " https://example.org/in/josé-p// ",
    "https://example.org/in/josé-p?from=mail#top",
];

const EMAILS: [&str; 5] = [
    "jose.perez@example.org",
    "Jose.Perez@Example.ORG",
    "  jose.perez@example.org ",
    "mailto:jose.perez@example.org",
    "jose%2Eperez@example.org",
];

#[test]
fn every_form_of_an_address_reaches_the_same_member() {
    for to in PUBLIC.iter().chain(&EMAILS) {
        let world = begun(JOSE);
        let sent = world.program().run(&["--at", &format!("{DAY}T09:00:00Z"), "send", "alice", to]);
        assert_eq!((sent.exit, sent.stderr.as_str()), (Exit::Ok, ""), "{to}");
        assert!(sent.out.contains("on its way"), "{to}: {}", sent.out);
        // Playing a script lets the courier run.
        world.play(&format!("at {DAY}T09:00:01Z\naccept josé alice\n"));
        assert_eq!(json(&world, "connected alice")["rows"][0]["with"], "josé", "{to}");
    }
}

#[test]
fn every_form_of_an_address_names_the_other_side_of_a_reply() {
    let mut script = JOSE.to_owned();
    // A withdrawal by e-mail address finds only a request that was sent to it: a sender is not told whose address it is.
    let to = PUBLIC.map(|other| ("josé", other)).into_iter().chain(EMAILS.map(|other| (EMAILS[0], other)));
    for (to, other) in to {
        let lines = [
            "send alice josé".to_owned(),
            "accept josé alice".to_owned(),
            format!("disconnect alice '{other}'"),
            format!("send alice {to}"),
            format!("withdraw alice '{other}'"),
        ];
        script.extend(lines.iter().flat_map(|line| [line, "\n"]));
    }
    let played = World::new().play(&format!("at {DAY}T08:00:00Z\n{script}"));
    assert!(!played.contains("refused"), "{played}");
}

#[test]
fn every_public_form_of_an_address_finds_the_request() {
    let world = begun(&format!("{JOSE}send alice josé\n"));
    let request = json(&world, "why alice josé")["request"].clone();
    for to in PUBLIC {
        for viewer in ["sender", "agent"] {
            let ran = world.program().run(&["why", " Alice ", to, "--viewer", viewer, "--format", "json"]);
            let why: Value = serde_json::from_str(&ran.out).expect("JSON");
            assert_eq!(why["request"], request, "{to} for the {viewer}");
        }
    }
}

#[test]
fn every_form_of_an_email_address_finds_the_request_that_went_to_it() {
    let world = begun(&format!("{JOSE}send alice jose.perez@example.org\n"));
    let request = json(&world, "why alice jose.perez@example.org")["request"].clone();
    for to in EMAILS {
        for viewer in ["sender", "agent"] {
            let ran = world.program().run(&["why", "alice", to, "--viewer", viewer, "--format", "json"]);
            let why: Value = serde_json::from_str(&ran.out).expect("JSON");
            assert_eq!(why["request"], request, "{to} for the {viewer}");
        }
    }
}

#[test]
fn companies_and_titles_match_whatever_their_case_and_spaces() {
    for (company, title, settings, is_let_in) in [
        ("Acme Corp", "Engineer", "--companies 'acme corp,Other'", true),
        ("  ACME   CORP ", "Engineer", "--companies 'Other, Acme Corp '", true),
        ("Acme Corp", "lead  ENGINEER", "--titles ' Lead Engineer '", true),
        ("Acme Corp", "Engineer", "--companies Other --titles engineer", true),
        ("Acme Corporation", "Engineer", "--companies 'Acme Corp'", false),
        ("Acme Corp", "Engineer", "--titles 'Lead Engineer'", false),
    ] {
        let world = begun(&format!(
            "member add alice --company '{company}' --title '{title}'\nmember add bob\nsettings bob {settings}\nsend alice bob\n"
        ));
        let rows = json(&world, &format!("--at {DAY}T08:00:00Z pending bob"))["rows"].clone();
        let is_there = rows.as_array().is_some_and(|rows| !rows.is_empty());
        assert_eq!(is_there, is_let_in, "`{company}`, `{title}` and {settings}");
    }
}

#[test]
fn an_answer_in_json_has_every_key() {
    let world = begun(&format!("{JOSE}send alice josé\nsend alice nobody\nblock josé alice\n"));
    let keys = [
        "schema",
        "request",
        "viewer",
        "code",
        "name",
        "headline",
        "reasons",
        "sides",
        "verdict",
        "since",
        "policy",
        "position",
        "events",
        "ladder",
        "causes",
        "today",
        "others",
        "remedy",
        "wont_help",
    ];
    for to in ["josé", "nobody"] {
        for viewer in ["sender", "agent", "engineer"] {
            let why = json(&world, &format!("why alice {to} --viewer {viewer}"));
            let missing: Vec<&str> = keys.into_iter().filter(|key| why.get(key).is_none()).collect();
            assert_eq!(missing, [""; 0], "{to} for the {viewer}");
            assert_eq!((&why["schema"], &why["viewer"]), (&"acquaint.answer.v2".into(), &viewer.into()));
        }
    }
}

#[test]
fn ndjson_is_one_object_a_line() {
    let world = begun(&format!(
        "{JOSE}member add bob\nconnect alice bob\nsend alice josé\nsend alice nobody\nblock bob josé\nsend josé bob\n"
    ));
    for line in [
        "pending alice",
        "connected alice",
        "blocked alice",
        "quota alice",
        "standing alice",
        "--at 2026-12-21T08:00:00Z follow-up alice",
        "member show alice",
        "log show",
        "trace alice josé",
        "why alice josé",
        "explain CR0401",
        "check alice nobody",
        "log verify",
    ] {
        let ran = world.program().say(&format!("{line} --format ndjson"));
        assert_eq!((ran.exit, ran.stderr.as_str()), (Exit::Ok, ""), "{line}");
        assert!(!ran.out.is_empty(), "{line} has something to show");
        for row in ran.out.lines() {
            let value: Value = serde_json::from_str(row).expect("a line is JSON");
            assert!(value.is_object(), "{line}: {row}");
        }
    }
}

#[test]
fn a_list_of_nothing_is_nothing_in_ndjson_and_no_rows_in_json() {
    let world = begun("member add alice\n");
    for list in ["pending", "connected", "blocked", "follow-up"] {
        let ran = world.program().say(&format!("{list} alice --format ndjson"));
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::Ok, ""), "{list}");
        assert_eq!(json(&world, &format!("{list} alice"))["rows"], Value::Array(Vec::new()), "{list}");
    }
}

/// Events at nine, ten and eleven; every query is asked before and after each.
fn history() -> World {
    begun(&format!(
        "member add alice\nmember add bob\nmember add carol\n\
         at {DAY}T09:00:00Z\nsend alice bob\n\
         at {DAY}T10:00:00Z\naccept bob alice\n\
         at {DAY}T11:00:00Z\nblock alice carol\nsend alice nobody\n"
    ))
}

#[test]
fn a_list_is_as_of_the_time_asked() {
    let world = history();
    let rows = |list: &str, at: &str| {
        let list = json(&world, &format!("--at {DAY}T{at}Z {list} alice"));
        list["rows"].as_array().map(Vec::len)
    };
    for (list, at, count) in [
        ("pending", "08:59:59.999", 0),
        ("pending", "09:00:00", 1),
        ("pending", "09:59:59.999", 1),
        ("pending", "10:00:00", 0),
        ("connected", "09:59:59.999", 0),
        ("connected", "10:00:00", 1),
        ("blocked", "10:59:59.999", 0),
        ("blocked", "11:00:00", 2),
    ] {
        assert_eq!(rows(list, at), Some(count), "{list} at {at}");
    }
    let used = |at: &str| json(&world, &format!("--at {DAY}T{at}Z quota alice"))["rows"][0]["used"].clone();
    assert_eq!((used("08:59:59"), used("09:00:00")), (0.into(), 1.into()));
}

#[test]
fn why_answers_as_of_the_time_asked() {
    let world = history();
    let early = world.program().say(&format!("--at {DAY}T08:59:59.999Z why alice bob"));
    assert_eq!((early.exit, early.out.as_str()), (Exit::NotFound, ""));
    let code = |at: &str| json(&world, &format!("--at {DAY}T{at}Z why alice bob"))["name"].clone();
    assert_eq!(["09:00:00", "09:59:59.999"].map(code), ["undisclosed"; 2]);
    assert_eq!(["10:00:00", "12:00:00"].map(code), ["accepted"; 2]);
}

#[test]
fn a_restriction_is_over_at_its_end_and_not_a_millisecond_before() {
    for end in [&format!("--until {DAY}T10:00:00Z"), "--for 2h", "--for 119m60s", "--for 1h59m59s1000ms"] {
        let world = begun(&format!("member add alice\nmember add bob\nmember restrict alice {end}\n"));
        for (at, begins) in [("09:59:59.999", "restricted until"), ("10:00:00", "in good standing")] {
            let rows = json(&world, &format!("--at {DAY}T{at}Z standing alice"))["rows"].clone();
            assert!(
                rows[0]["state"].as_str().is_some_and(|state| state.starts_with(begins)),
                "{end} at {at}"
            );
        }
        world.play(&format!(
            "at {DAY}T08:00:00Z\nsend alice bob\nexpect CR0301\n\
             at {DAY}T09:59:59.999Z\ncheck alice bob\nexpect CR0301\nsend alice bob\nexpect CR0301\n\
             at {DAY}T10:00:00Z\ncheck alice bob\nexpect ok\nsend alice bob\nexpect ok\n"
        ));
    }
}

#[test]
fn a_length_of_time_may_have_hours_and_minutes() {
    let world = begun("member add alice\nmember restrict alice --for 47h59m\n");
    for (at, begins) in
        [("2026-11-23T07:58:59.999Z", "restricted until"), ("2026-11-23T07:59:00Z", "in good standing")]
    {
        let rows = json(&world, &format!("--at {at} standing alice"))["rows"].clone();
        assert!(rows[0]["state"].as_str().is_some_and(|state| state.starts_with(begins)), "{at}: {rows}");
    }
}

#[test]
fn the_daily_limit_frees_exactly_when_its_window_has_passed() {
    // The spam filter would hold three hundred unanswered requests a day later; here only the limit may decide.
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lenient = folder.path().join("lenient.toml");
    let scores = "hold_at = 6.0\nrefuse_at = 6.5";
    assert!(ARTICLE.contains(scores));
    std::fs::write(&lenient, ARTICLE.replacen(scores, "hold_at = 90.0\nrefuse_at = 90.0", 1))
        .expect("a policy");
    let mut script = format!(
        "policy adopt {}\nmember add alice\nsend alice p1@example.org\nexpect ok\nadvance 1s\n",
        lenient.display()
    );
    for person in 2..=300 {
        writeln!(script, "send alice p{person}@example.org\nexpect ok").expect("a text takes it");
    }
    let world = begun(&script);
    let used = |at: &str| {
        let row = json(&world, &format!("--at {at} quota alice"))["rows"][0].clone();
        (row["used"].as_u64(), row["frees_at"].as_str().map(str::to_owned))
    };
    let frees = Some("2026-11-22T08:00:00Z".to_owned());
    assert_eq!(used("2026-11-21T08:00:01Z"), (Some(300), frees.clone()));
    assert_eq!(used("2026-11-22T07:59:59.999Z"), (Some(300), frees));
    assert_eq!(used("2026-11-22T08:00:00Z").0, Some(299));
    assert_eq!(used("2026-11-22T08:00:01Z").0, Some(0));
    // A refused send does not count; one that passes does.
    world.play(
        "at 2026-11-21T08:00:01Z\nsend alice q1@example.org\nexpect CR0401\n\
         at 2026-11-22T07:59:59.999Z\ncheck alice q1@example.org\nexpect CR0401\n\
         send alice q1@example.org\nexpect CR0401\n\
         advance 1ms\ncheck alice q1@example.org\nexpect ok\n\
         send alice q1@example.org\nexpect ok\nsend alice q2@example.org\nexpect CR0401\n\
         advance 999ms\nsend alice q2@example.org\nexpect CR0401\n\
         advance 1ms\nsend alice q2@example.org\nexpect ok\n",
    );
}
