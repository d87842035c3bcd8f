//! The network-wide query: `requests` gives every request the code that `why` gives it, for staff and for each member.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use acquaint_audit::Viewer;
use acquaint_cli::grammar::Exit;
use acquaint_domain::{Code, MemberId, RequestId, Span, Timestamp};
use acquaint_engine::{CountBy, CountKey, Inquiry, MatchingRequest, RequestScope, Views};
use acquaint_log::{EventLog, MemoryLog};
use acquaint_log_file::FileLog;
use acquaint_query::Query;
use acquaint_tests::Program;
use serde_json::Value;

use crate::random_worlds::{check, play, worlds};
use crate::scripts;

/// A folder in which a script was played.
fn played(script: &Path) -> (tempfile::TempDir, Program) {
    let folder = tempfile::tempdir().expect("a folder for the data");
    let program = Program::on(&folder.path().join("data"));
    let ran = program.run(&["run", script.to_str().expect("a path in UTF-8")]);
    assert_eq!(ran.exit, Exit::Ok, "{}\n{}", script.display(), ran.stderr);
    (folder, program)
}

/// All requests are compared only after every so many events, because a script that fills a limit has hundreds of them.
const ALL_EVERY: u64 = 64;

fn log_in(folder: &tempfile::TempDir) -> FileLog {
    FileLog::open_read_only(&folder.path().join("data/log")).expect("the log opens")
}

/// A request and its two ends.
type Ends = (RequestId, MemberId, Option<MemberId>);

type Told = BTreeMap<RequestId, Code>;

fn told(meant: Vec<MatchingRequest>, viewer: Viewer) -> Told {
    meant
        .into_iter()
        .filter(|meant| meant.viewer == viewer)
        .map(|meant| (meant.request, meant.code))
        .collect()
}

/// Compares `why` and the view, for staff, about the requests that an event names. Returns the codes.
fn compare_named(
    inquiry: &Inquiry<'_>,
    requests: &[RequestId],
    as_of: Timestamp,
    place: &str,
) -> BTreeSet<Code> {
    let mut codes = BTreeSet::new();
    let listed = inquiry.requests(&Query::default(), RequestScope::Network, as_of).expect("it is answered");
    let listed = told(listed, Viewer::Engineer);
    for request in requests {
        let why = inquiry.explain(*request, Viewer::Engineer, as_of).expect("it is read");
        let code = why.map(|answer| answer.code);
        assert_eq!(listed.get(request).copied(), code, "{place}, {request}");
        codes.extend(code);
    }
    codes
}

/// Compares `why` and the view, for every viewer, about every request.
fn compare(inquiry: &Inquiry<'_>, as_of: Timestamp, place: &str) {
    let views = inquiry.views();
    let members: Vec<MemberId> = views.members.iter().map(|member| member.id).collect();
    let requests: Vec<Ends> =
        views.requests.iter().map(|(_, row)| (row.request(), row.sender(), row.recipient())).collect();
    let known: BTreeSet<RequestId> = members.iter().flat_map(|member| inquiry.requests_of(*member)).collect();
    assert_eq!(requests.iter().map(|(request, ..)| *request).collect::<BTreeSet<_>>(), known, "{place}");
    let why = |request, viewer| inquiry.explain(request, viewer, as_of).expect("it is read").map(|a| a.code);
    let listed = |query: &Query, whose, viewer| {
        told(inquiry.requests(query, whose, as_of).expect("it is answered"), viewer)
    };
    let all = Query::default();
    let by_why: Told = requests.iter().filter_map(|(r, ..)| Some((*r, why(*r, Viewer::Engineer)?))).collect();
    assert_eq!(listed(&all, RequestScope::Network, Viewer::Engineer), by_why, "{place}, staff");
    for code in by_why.values().copied().collect::<BTreeSet<Code>>() {
        let query = Query { code: Some(code), ..Query::default() };
        let with_code: Told =
            by_why.iter().filter(|(_, other)| **other == code).map(|(r, c)| (*r, *c)).collect();
        assert_eq!(listed(&query, RequestScope::Network, Viewer::Engineer), with_code, "{place}, {code}");
    }
    for member in members {
        let of = |viewer, end: fn(&Ends) -> Option<MemberId>| -> Told {
            let own = requests.iter().filter(|request| end(request) == Some(member));
            own.filter_map(|(request, ..)| Some((*request, why(*request, viewer)?))).collect()
        };
        let sent = of(Viewer::Sender, |(_, sender, _)| Some(*sender));
        assert_eq!(listed(&all, RequestScope::Own(member), Viewer::Sender), sent, "{place}, {member:?} sent");
        let received = of(Viewer::Recipient, |(.., recipient)| *recipient);
        assert_eq!(
            listed(&all, RequestScope::Own(member), Viewer::Recipient),
            received,
            "{place}, {member:?} received"
        );
    }
    for by in [CountBy::Code, CountBy::Day, CountBy::Sender, CountBy::Channel, CountBy::Outcome] {
        let quickly = inquiry.count_requests(&all, RequestScope::Network, by, as_of).expect("it is counted");
        // A query that excludes nothing but is not empty looks at every request.
        let any = Query::parse("since:0001-01-01").expect("a query");
        let slowly = inquiry.count_requests(&any, RequestScope::Network, by, as_of).expect("it is counted");
        let sorted = |counts: Vec<(CountKey, u64)>| counts.into_iter().collect::<BTreeMap<_, _>>();
        assert_eq!(sorted(quickly), sorted(slowly), "{place}, {by:?}");
    }
}

/// Compares after every event of a log what the event names, and after some events everything. Returns the codes.
fn compare_throughout(log: &dyn EventLog, place: &str) -> BTreeSet<Code> {
    let mut codes = BTreeSet::new();
    let mut views = Views::default();
    for record in log.read(acquaint_log::Position::FIRST) {
        let record = record.expect("it is read");
        let recorded = acquaint_codec::decode(&record.bytes).expect("it is decoded");
        views.apply(&recorded).expect("it is applied");
        let as_of = views.last_at().expect("an event was applied");
        let (inquiry, place) =
            (Inquiry::new(&views, log, &[]), format!("{place}, event {}", recorded.number));
        codes.extend(compare_named(&inquiry, &recorded.event.requests(), as_of, &place));
        let is_last = recorded.number.0 + 1 == log.next_position().get();
        if is_last || recorded.number.0.is_multiple_of(ALL_EVERY) {
            compare(&inquiry, as_of, &place);
        }
    }
    codes
}

#[test]
fn the_view_agrees_with_why_about_every_request_after_every_event_of_every_script() {
    let mut codes = BTreeSet::new();
    for script in scripts::all() {
        let (folder, _) = played(&script);
        let log = log_in(&folder);
        codes.extend(compare_throughout(&log, &script.file_name().expect("a name").to_string_lossy()));
    }
    // The codes of incidents, refused reminders and refused appeals only accompany the code of a request.
    let other = [
        Code::SiteWideIncident,
        Code::ReminderLimit,
        Code::ReminderTooEarly,
        Code::NothingToAppeal,
        Code::AppealWaits,
        Code::AppealLimit,
        Code::AppealTooLate,
    ];
    let expected: BTreeSet<Code> = Code::ALL.into_iter().filter(|code| !other.contains(code)).collect();
    assert_eq!(codes, expected);
}

#[test]
fn the_view_agrees_with_why_about_every_request_in_any_world() {
    check(24, &worlds(), |world| {
        let empty = MemoryLog::new();
        play(&world, |kernel, now| {
            let inquiry = Inquiry::new(kernel.views(), &empty, kernel.staged());
            let now = now.max(kernel.views().last_at().unwrap_or(now));
            compare(&inquiry, now, "a world");
            compare(
                &inquiry,
                now.plus(Span::days(400)),
                "a world, more than a year later, in which nothing was written since",
            );
            Ok(())
        })
        .map(drop)
    });
}

/// The document that a command prints.
fn json(program: &Program, words: &[&str]) -> Value {
    let ran = program.run(&[words, &["--format", "json"]].concat());
    assert_eq!(ran.exit, Exit::Ok, "{words:?}\n{}", ran.stderr);
    serde_json::from_str(&ran.out).expect("JSON")
}

fn listed(document: &Value) -> BTreeSet<String> {
    let rows = document["rows"].as_array().expect("rows");
    rows.iter().map(|row| row["request"].as_str().expect("a request").to_owned()).collect()
}

#[test]
fn the_requests_with_a_code_are_those_for_which_why_gives_an_engineer_that_code() {
    for script in scripts::all() {
        let (folder, program) = played(&script);
        // As of the last event, whatever the machine's clock says.
        let last = (log_in(&folder).next_position().get() - 1).to_string();
        let json = |words: &[&str]| json(&program, &[words, &["--at-position", &last]].concat());
        let all = listed(&json(&["requests"]));
        let mut by_why: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for request in &all {
            let why = json(&["why", request, "--viewer", "engineer"]);
            let code = why["code"].as_str().expect("a code").to_owned();
            by_why.entry(code).or_default().insert(request.clone());
        }
        for (code, requests) in &by_why {
            assert_eq!(listed(&json(&["requests", "--code", code])), *requests, "{}", script.display());
        }
        let counts = json(&["requests", "--count-by", "code"]);
        let counts = counts["rows"].as_array().expect("rows").iter();
        let counts: BTreeMap<String, u64> = counts
            .map(|row| {
                (row["code"].as_str().expect("a code").to_owned(), row["requests"].as_u64().expect("a count"))
            })
            .collect();
        let expected = by_why.iter().map(|(code, requests)| (code.clone(), requests.len() as u64)).collect();
        assert_eq!(counts, expected, "{}", script.display());
    }
}

#[test]
fn lookups_by_staff_change_no_answer_and_are_recorded_for_each_listed_request() {
    let (_folder, program) = played(&Path::new(scripts::FOLDER).join("CR0901-aged-out-of-export.acq"));
    let of = |document: Value| -> Vec<(String, String)> {
        let rows = document["rows"].as_array().expect("rows").iter();
        rows.map(|row| (row["request"].to_string(), row["code"].to_string())).collect()
    };
    let before = of(json(&program, &["requests"]));
    assert!(before.iter().any(|(_, code)| code.contains("CR0901")), "{before:?}");
    let looks = |program: &Program| program.say("log show").out.matches("lookup-recorded").count();
    let looked = ["requests", "--limit", "2", "--as", "kim", "--because", "ticket 7"];
    assert_eq!(of(json(&program, &looked)), before[..2]);
    assert_eq!(looks(&program), 2);
    assert_eq!(of(json(&program, &["requests"])), before);
    for (request, code) in before {
        let why = json(&program, &["why", request.trim_matches('"'), "--viewer", "engineer"]);
        assert_eq!(why["code"].to_string(), code, "{request}");
    }
    let counted = ["requests", "--count-by", "code", "--as", "kim", "--because", "ticket 8"];
    json(&program, &counted);
    assert_eq!(looks(&program), 2, "counts list no request");
}

#[test]
fn a_recipient_is_not_told_how_long_a_request_was_held() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::on(&folder.path().join("data"));
    for (day, line) in [
        (1, "member add ann"),
        (1, "member add bob"),
        (1, "settings ann --confirm on"),
        (2, "send ann bob --via mobile"),
        (6, "confirm ann bob"),
    ] {
        let ran = program.say(&format!("--at 2026-11-0{day}T09:00:00Z {line}"));
        assert_eq!(ran.exit, Exit::Ok, "{line}: {}", ran.stderr);
    }
    let asked =
        |words: &[&str]| json(&program, &[&["--at", "2026-11-07T09:00:00Z", "requests"], words].concat());
    let row = |document: &Value| -> (Value, Value) {
        let row = &document["rows"][0];
        (row["at"].clone(), row["channel"].clone())
    };
    assert_eq!(row(&asked(&["ann"])), ("2026-11-02T09:00:00Z".into(), "mobile".into()));
    assert_eq!(row(&asked(&["bob"])), ("2026-11-06T09:00:00Z".into(), Value::Null));
    assert_eq!(asked(&["bob", "--until", "2026-11-05"])["total"], 0);
    assert_eq!(asked(&["bob", "--since", "2026-11-06", "--until", "2026-11-06"])["total"], 1);
    assert_eq!(asked(&["bob", "--count-by", "day"])["rows"][0]["day"], "2026-11-06");
    assert_eq!(asked(&["bob", "--count-by", "channel"])["rows"][0]["channel"], Value::Null);
    assert_eq!(asked(&["--until", "2026-11-05"])["total"], 1);
    assert_eq!(asked(&["--since", "5d"])["total"], 1);
    assert_eq!(asked(&["--since", "4d"])["total"], 0);
}
