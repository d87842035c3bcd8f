//! The lists of a member, and what `find` lists: complete, and true in every row.

use std::fs;
use std::path::Path;

use acquaint_cli::grammar::Exit;
use acquaint_policy::ARTICLE;
use acquaint_tests::Program;
use serde_json::Value;

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts");

/// A folder, and the minute at which its next command happens.
struct Story {
    folder: tempfile::TempDir,
    program: Program,
    minute: u32,
}

impl Story {
    fn new(members: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let program = Program::on(&folder.path().join("data"));
        let mut story = Self { folder, program, minute: 0 };
        for member in members {
            story.ok(&format!("member add {member} --email {member}@example.org"));
        }
        story
    }

    fn say(&mut self, line: &str) -> acquaint_tests::Ran {
        self.minute += 1;
        let at = format!("--at 2026-11-21T{:02}:{:02}:00Z ", 8 + self.minute / 60, self.minute % 60);
        self.program.say(&(at + line))
    }

    fn ok(&mut self, line: &str) -> String {
        let ran = self.say(line);
        assert_eq!(ran.exit, Exit::Ok, "{line}: {}", ran.stderr);
        ran.out
    }

    fn json(&mut self, line: &str) -> Value {
        serde_json::from_str(&self.ok(&format!("{line} --format json"))).expect("JSON")
    }

    /// Adopts the article's policy with these changes.
    fn adopt(&mut self, changes: &[(&str, &str)]) -> String {
        let text = changes.iter().fold(ARTICLE.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "the article's policy has `{from}`");
            text.replacen(from, to, 1)
        });
        let file = self.folder.path().join("policy.toml");
        fs::write(&file, text).expect("it is written");
        let file = file.to_str().expect("a path in UTF-8").to_owned();
        self.ok(&format!("policy adopt {file}"));
        file
    }
}

fn texts(document: &Value, field: &str) -> Vec<String> {
    let rows = document["rows"].as_array().expect("rows");
    rows.iter().map(|row| row[field].as_str().unwrap_or("-").to_owned()).collect()
}

/// A limit of refused sends, checks and commands without effect.
const TRIES: &str = "[[limit]]\nid = \"tries\"\ncode = \"CR0404\"\nkind = \"window-from-first\"\nwindow = \"1h\"\n\
                     at_most = { free = 3, premium = 3, sales-navigator = 3 }\nsource = \"choice: a test\"\n\n";

#[test]
fn find_lists_every_request_of_a_pair_the_open_one_first_then_the_newest() {
    let mut story = Story::new(&["tom", "anna"]);
    for line in [
        "settings anna --accept-from contacts",
        "send tom anna",
        "withdraw tom anna",
        "send tom anna",
        "send tom anna",
    ] {
        story.ok(line);
    }
    for text in ["tom > anna", "tom to anna", "from:tom to:anna", "from:tom@example.org to:anna@example.org"]
    {
        let found = story.program.run(&["find", text, "--format", "json"]);
        let found: Value = serde_json::from_str(&found.out).expect("JSON");
        let expected = [
            "tom -> anna: CR0704 recipient-setting-contacts, open",
            "tom -> anna: CR0201 already-pending",
            "tom -> anna: CR0806 withdrawn",
        ];
        assert_eq!(texts(&found, "what"), expected, "{text}");
    }
}

#[test]
fn find_finds_the_text_that_an_open_request_was_addressed_to() {
    let mut story = Story::new(&["mia"]);
    story.ok("send mia MRaa@ex.org");
    story.ok("send mia m!raa");
    let found = story.json("find mraa@ex.org");
    assert_eq!(texts(&found, "as"), ["typed address"]);
    assert_eq!(texts(&found, "what"), ["mia -> MRaa@ex.org: CR0101 address-unknown, open"]);
    assert_eq!(texts(&story.json("find m!raa"), "what"), ["mia -> m!raa: CR0102 address-malformed"]);
    assert_eq!(texts(&story.json("requests --to mraa@ex.org"), "to"), ["MRaa@ex.org"]);
}

#[test]
fn a_malformed_query_is_answered_with_what_is_wrong_where_and_what_to_do() {
    let mut story = Story::new(&["alice", "bob"]);
    let table = [
        ("find code:CR0410", Exit::BadInput, "`code:`: `CR0410` is not a code; did you mean `CR0310`?"),
        (
            "find from:alcie",
            Exit::NotFound,
            "`from:`: no member has the address `alcie`; did you mean `alice`?",
        ),
        ("find form:alice", Exit::BadInput, "there is no key `form:`; did you mean `from:`?"),
        ("requests --code CR0410", Exit::BadInput, "--code: `CR0410` is not a code; did you mean `CR0310`?"),
        (
            "requests --status wating",
            Exit::BadInput,
            "--status: `wating` is not a status; did you mean `waiting`?",
        ),
        (
            "requests --since 2026-11-22 --until 2026-11-21",
            Exit::BadInput,
            "`since:`: it is later than `until:`, and nothing lies between; give the earlier one to `since:`",
        ),
        (
            "requests --from alcie",
            Exit::NotFound,
            "`from:`: no member has the address `alcie`; did you mean `alice`?",
        ),
        (
            "requests --to nobody@example.org",
            Exit::NotFound,
            "`to:`: no member has the address `nobody@example.org`, and no request was addressed to it; check the spelling",
        ),
        (
            "requests --viewer sender",
            Exit::BadInput,
            "--viewer: everybody's requests are for staff; name a member to list that member's own requests, as in `requests \
             alice`",
        ),
    ];
    for (line, exit, said) in table {
        let ran = story.say(line);
        assert_eq!((ran.exit, ran.stderr), (exit, format!("acquaint: {said}\n")), "{line}");
    }
    assert_eq!(story.json("requests alice --from nobody")["total"], 0, "a member is not told who exists");
}

#[test]
fn a_members_own_requests_are_those_that_the_member_may_see() {
    let mut story = Story::new(&["ann", "bob", "cat"]);
    for line in [
        "settings bob --accept-from contacts",
        "settings cat --confirm on",
        "send ann bob",
        "send cat ann",
        "send ann cat@example.org",
    ] {
        story.ok(line);
    }
    let own = story.json("requests ann");
    assert_eq!(texts(&own, "to"), ["cat@example.org", "bob"], "cat's request waits for cat's confirmation");
    assert_eq!(texts(&own, "code"), ["CR0903", "CR0903"]);
    assert_eq!(texts(&story.json("requests bob"), "code"), ["CR0704"]);
    assert_eq!(texts(&story.json("requests cat"), "direction"), ["received", "sent"]);
    let staff = story.json("requests ann --viewer agent");
    assert_eq!(texts(&staff, "code"), ["CR0707", "CR0305", "CR0704"]);
    assert_eq!(texts(&staff, "to"), ["cat", "ann", "bob"]);
}

#[test]
fn requests_are_counted_by_day_sender_channel_and_outcome() {
    let mut story = Story::new(&["ann", "bob", "cat"]);
    for line in ["send ann bob --via mobile", "send ann cat", "send bob cat --via api:sync", "accept cat ann"]
    {
        story.ok(line);
    }
    let counts = |story: &mut Story, by: &str| -> Vec<(String, u64)> {
        let document = story.json(&format!("requests --count-by {by}"));
        let rows = document["rows"].as_array().expect("rows").iter();
        rows.map(|row| {
            (row[by].as_str().expect("a text").to_owned(), row["requests"].as_u64().expect("a number"))
        })
        .collect()
    };
    let owned = |counts: &[(&str, u64)]| -> Vec<(String, u64)> {
        counts.iter().map(|(text, count)| ((*text).to_owned(), *count)).collect()
    };
    assert_eq!(counts(&mut story, "day"), owned(&[("2026-11-21", 3)]));
    assert_eq!(counts(&mut story, "sender"), owned(&[("ann", 2), ("bob", 1)]));
    assert_eq!(counts(&mut story, "channel"), owned(&[("web", 1), ("mobile", 1), ("api:sync", 1)]));
    assert_eq!(counts(&mut story, "outcome"), owned(&[("refused", 1), ("waiting", 1), ("connected", 1)]));
    assert_eq!(counts(&mut story, "code"), owned(&[("CR0503", 1), ("CR0801", 1), ("CR0808", 1)]));
}

#[test]
fn a_held_request_is_listed_as_blocked() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::on(&folder.path().join("data"));
    let script = Path::new(SCRIPTS).join("CR0502-spam-held.acq");
    let ran = program.run(&["run", script.to_str().expect("a path in UTF-8")]);
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.stderr);
    let json = |line: &str| -> Value {
        let ran = program.say(&format!("{line} --format json"));
        assert_eq!(ran.exit, Exit::Ok, "{line}: {}", ran.stderr);
        serde_json::from_str(&ran.out).expect("JSON")
    };
    let last = json("log stats")["events"].as_u64().expect("a count");
    let mut most = 0;
    // The last member has joined before position 30.
    for position in 30..=last {
        let held = json(&format!("blocked alice --by spam-held --at-position {position}"));
        let waiting = json(&format!("review list --at-position {position}"));
        let held = texts(&held, "what");
        assert_eq!(held.len(), waiting["rows"].as_array().expect("rows").len(), "position {position}");
        assert!(held.iter().all(|what| what == "held for review"), "{held:?}");
        most = most.max(held.len());
    }
    assert!(most > 0, "the script has requests that are held");
    let mut story = Story::new(&["ann", "bob"]);
    story.ok("settings ann --confirm on");
    story.ok("send ann bob");
    assert_eq!(texts(&story.json("blocked ann --by CR0305"), "what"), ["waits for confirmation"]);
}

#[test]
fn a_list_says_truly_what_keeps_a_request_back() {
    let mut story = Story::new(&["ann", "sven", "tor", "uwe", "zoe"]);
    for line in [
        "block sven ann",
        "send ann sven",
        "member restrict tor --for 7d",
        "send ann tor",
        "settings uwe --accept-from contacts",
        "send ann uwe",
        "member close zoe",
        "send ann zoe",
    ] {
        story.ok(line);
    }
    assert_eq!(texts(&story.json("blocked sven"), "what"), ["blocks", "kept back: you block them"]);
    assert_eq!(texts(&story.json("blocked sven --viewer agent"), "what"), ["blocks", "kept back by a block"]);
    assert_eq!(texts(&story.json("blocked tor"), "what"), ["kept back by the account"]);
    assert_eq!(texts(&story.json("blocked uwe"), "what"), ["kept back by your settings"]);
    let there = [
        "is blocked by",
        "kept back by a block at the recipient",
        "kept back by the account at the recipient",
        "kept back by settings at the recipient",
        "kept back by the account at the recipient",
    ];
    assert_eq!(texts(&story.json("blocked ann --viewer agent"), "what"), there);
    assert_eq!(texts(&story.json("blocked ann"), "what"), [""; 0], "it is private to the recipients");
}

#[test]
fn a_quota_hides_a_limit_on_trial_from_the_member_and_promises_no_room_to_a_member_who_may_not_send() {
    let mut story = Story::new(&["ann", "ben", "cat", "dan"]);
    story.adopt(&[(
        "[own_settings]",
        "[[limit]]\nid = \"trial\"\ncode = \"CR0402\"\nkind = \"rolling\"\nwindow = \"7d\"\n\
         at_most = { free = 5, premium = 5, sales-navigator = 5 }\nsource = \"choice: a test\"\n\n\
         [shadow]\nrules = [\"trial\"]\nsource = \"choice: a test\"\n\n[own_settings]",
    )]);
    assert_eq!(texts(&story.json("quota ann"), "limit"), ["requests-per-day"]);
    let staff = story.json("quota ann --viewer agent");
    assert_eq!(texts(&staff, "limit"), ["requests-per-day", "trial"]);
    assert_eq!(staff["rows"][1]["on_trial"], true);
    assert!(story.ok("quota ann").contains("there is room"));
    for line in ["member ban ben", "member restrict cat --until 2026-12-24T00:00:00Z", "member close dan"] {
        story.ok(line);
    }
    for (member, code, frees) in
        [("ben", "CR0302", "-"), ("cat", "CR0301", "2026-12-24T00:00:00Z"), ("dan", "-", "-")]
    {
        let text = story.ok(&format!("quota {member}"));
        assert!(
            !text.contains("there is room") && text.contains("can send nothing: the account is"),
            "{text}"
        );
        let quota = story.json(&format!("quota {member}"));
        assert_eq!((&quota["may_send"], quota["code"].as_str().unwrap_or("-")), (&Value::Bool(false), code));
        assert_eq!(texts(&quota, "frees_at"), [frees]);
    }
}

#[test]
fn an_answer_under_another_policy_keeps_what_happened_apart_from_what_would_have() {
    let mut story = Story::new(&["ann", "bea", "cat"]);
    for line in ["send ann cat", "send ann bea", "decline bea ann"] {
        story.ok(line);
    }
    let strict = story.adopt(&[("free = 300", "free = 1")]);
    let file = story.folder.path().join("strict.toml");
    fs::rename(strict, &file).expect("it is kept");
    let request = texts(&story.json("requests --to bea"), "request").remove(0);
    let why = story.json(&format!("why {request} --under {}", file.display()));
    assert_eq!(
        why["verdict"],
        "it would have been refused: daily-limit, 1 of 1 in the last 24h; the next could be sent from \
                                22 Nov 2026 08:04 UTC"
    );
    assert!(
        why["happened"]
            .as_str()
            .is_some_and(|text| text.starts_with("CR0804 declined: ann's side: sent to bea on 21 Nov")),
        "{why}"
    );
    assert_eq!((&why["remedy"], &why["would_pass"]), (&Value::Array(Vec::new()), &Value::Null), "{why}");
    let same = texts(&story.json("requests --to cat"), "request").remove(0);
    let same = story.json(&format!("why {same} --under {}", file.display()));
    assert!(same["verdict"].as_str().is_some_and(|text| text.contains("in cat's inbox")), "{same}");
}

#[test]
fn commands_that_could_reveal_who_exists_count_as_attempts() {
    let mut story = Story::new(&["ann", "bob"]);
    story.adopt(&[("[own_settings]", &format!("{TRIES}[own_settings]"))]);
    story.ok("send bob ann");
    let missed = |story: &mut Story, line: &str| {
        let ran = story.say(line);
        assert_ne!(ran.exit, Exit::Ok, "{line}");
    };
    for line in ["withdraw ann ghost", "decline ann bub", "block ann nobody"] {
        missed(&mut story, line);
    }
    // Beyond the limit, a known handle and an unknown one are answered alike.
    let expected = story.ok("withdraw ann ghost").replace("ghost", "bob");
    assert!(expected.contains("CR0404"), "{expected}");
    assert_eq!(story.ok("withdraw ann bob"), expected);
    assert!(story.ok("send ann ghost").contains("CR0404"));
    // A command that has an effect is carried out.
    story.ok("decline ann bob");
    // An e-mail address is looked up only among the member's connections, so trying reveals nothing.
    missed(&mut story, "withdraw ann ghost@example.org");
    let mut free = Story::new(&["ann"]);
    for _ in 0..5 {
        assert_eq!(free.say("withdraw ann ghost").exit, Exit::NotFound, "the policy does not bound it");
    }
}
