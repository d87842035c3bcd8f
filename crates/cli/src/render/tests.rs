use std::io::{self, Write};

use acquaint_audit::{
    Act, Action, Advice, Candidates, Companion, EventLine, Explanation, PolicyCitation, RuleFinding,
    SideAnswer, Today, Viewer,
};
use acquaint_domain::{Code, PolicyVersion, RequestId, Timestamp};
use serde_json::{Value, json};

use crate::grammar::{Format, Parts};

use super::*;

fn at(text: &str) -> Timestamp {
    crate::values::moment(text, None, crate::values::Bare::Unclear).expect(text)
}

fn event(number: u64, time: &str, name: &'static str, text: &str) -> EventLine {
    EventLine { number, at: at(time), name, text: text.to_owned(), hash: None }
}

fn rule(rule: &'static str, finding: &'static str, code: Option<Code>, text: &str) -> RuleFinding {
    RuleFinding { rule, finding, code, text: text.to_owned(), setting: None, measure: None }
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn advice(text: &str, act: Option<Act>) -> Advice {
    let (member, other, request) = ("alice".to_owned(), "bob".to_owned(), RequestId(1));
    Advice { text: text.to_owned(), action: act.map(|act| Action { act, member, other, request }) }
}

/// A refusal about which the sender may know everything.
fn refused() -> Explanation {
    Explanation {
        request: RequestId(1),
        viewer: Viewer::Sender,
        from: "alice".to_owned(),
        to: "bob".to_owned(),
        code: Code::DailyLimit,
        headline: "Refused on 21 Nov 2026 08:12 UTC (47 minutes ago).".to_owned(),
        reasons: texts(&["300 of 300 requests were sent in the last 24 hours."]),
        sides: vec![],
        verdict: "Not sent: 300 requests went out in the last 24 hours, and a free account may send 300 in 24 hours."
            .to_owned(),
        since: at("2026-11-21T08:12:05Z"),
        as_of: at("2026-11-21T09:00:00Z"),
        policy: PolicyCitation { name: "article".to_owned(), version: PolicyVersion(1) },
        position: 302,
        events: vec![
            event(301, "2026-11-21T08:12:05Z", "request-submitted", "by web, without a note"),
            event(302, "2026-11-21T08:12:05Z", "request-refused", "CR0401 daily-limit"),
        ],
        rules: vec![
            rule("self-request", "passed", None, "not the sender"),
            rule("daily-limit", "failed", Some(Code::DailyLimit), "300 sent in 24 hours, limit 300"),
            rule("spam", "not reached", None, ""),
        ],
        causes: vec![Code::DailyLimit],
        timers: vec![],
        candidates: Candidates::default(),
        accompanied_by: vec![],
        today: vec![Today {
            side: Viewer::Sender,
            code: Some(Code::DailyLimit),
            text: "a new request would be refused: the day's requests are used up".to_owned(),
        }],
        would_pass: Some("would pass from 22 Nov 2026 06:30 UTC on".to_owned()),
        would_pass_at: Some(Timestamp::from_millis(1_795_329_000_000)),
        compared: None,
        others: vec![],
        remedy: vec![advice("Send again from 22 Nov 2026 06:30 UTC on.", Some(Act::Send))],
        wont_help: texts(&["Do not withdraw earlier requests for it: the limit counts what was sent."]),
        redress: None,
        pass_on: None,
        pass_on_request: None,
    }
}

/// A delivery that fails together with many others, as an agent sees it.
fn retrying() -> Explanation {
    Explanation {
        viewer: Viewer::Agent,
        code: Code::DeliveryRetrying,
        headline: "Sent on 11 Nov 2026 08:12 UTC; not delivered yet.".to_owned(),
        reasons: texts(&["Two failed attempts, the last by a server error."]),
        sides: vec![SideAnswer {
            of: "bob".to_owned(),
            text: "Nothing has arrived.".to_owned(),
            decides: false,
        }],
        verdict: "Sent, and not delivered yet.".to_owned(),
        events: vec![
            event(7, "2026-11-11T08:12:05Z", "request-sent", "to bob"),
            event(9, "2026-11-11T08:12:05.250Z", "delivery-failed", "attempt 1 by web: server error"),
            event(
                12,
                "2026-11-20T08:13:05Z",
                "delivery-failed",
                "attempt 2 by web: server error; the next attempt is at 20 Nov 2026 08:15:05 UTC",
            ),
        ],
        rules: vec![],
        causes: vec![Code::DeliveryRetrying, Code::InTransit],
        accompanied_by: vec![Companion {
            code: Code::SiteWideIncident,
            text: "24 attempts of 7 senders failed since 20 Nov 2026 08:00:00 UTC.".to_owned(),
        }],
        today: vec![],
        would_pass: None,
        would_pass_at: None,
        remedy: vec![
            advice("Wait: it is tried again by itself.", None),
            advice("Use the mobile app instead.", None),
        ],
        wont_help: vec![],
        redress: Some("The support team.".to_owned()),
        pass_on: Some(
            "Your request has not been delivered yet because of a technical problem on our side.".to_owned(),
        ),
        ..refused()
    }
}

fn written(write: impl Fn(&mut dyn Write) -> io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).expect("memory takes everything");
    String::from_utf8(out).expect("text is UTF-8")
}

fn check_fits(text: &str) {
    for line in text.lines() {
        assert!(line.chars().count() <= COLUMNS, "{line}");
        assert_eq!(line, line.trim_end());
    }
}

fn waiting(rows: &[(&str, &str, &str)]) -> Listing {
    let row = |(to, since, text): &(&str, &str, &str)| ListingRow {
        cells: texts(&[to, since, text]),
        value: json!({ "to": to, "since": since, "text": text }),
    };
    Listing {
        schema: "acquaint.pending.v1",
        title: "What waits for an answer, alice".to_owned(),
        context: vec![("member", json!("alice"))],
        columns: vec!["to", "since", "what it waits for"],
        rows: rows.iter().map(row).collect(),
    }
}

#[test]
fn a_refusal_for_its_sender() {
    let text = written(|out| answer(&refused(), Parts::default(), Format::Human, out));
    check_fits(&text);
    insta::assert_snapshot!(text, @r"
    Refused on 21 Nov 2026 08:12 UTC (47 minutes ago).                        CR0401
    Why    300 of 300 requests were sent in the last 24 hours.
    Now    Send again from 22 Nov 2026 06:30 UTC on: acquaint send alice bob
    Don't  withdraw earlier requests for it: the limit counts what was sent.
    Today  (rehearsed) a new request would be refused: the day's requests are used
           up.
           It would pass from 22 Nov 2026 06:30 UTC on.
    Proof  R0000000000001, your events 301-302, policy article v1, as of 21 Nov 2026
           09:00 (more: --full)
    ");
}

#[test]
fn a_delivery_that_fails_for_an_agent() {
    let text = written(|out| answer(&retrying(), Parts::default(), Format::Human, out));
    check_fits(&text);
    insta::assert_snapshot!(text, @r#"
    alice -> bob: Sent on 11 Nov 2026 08:12 UTC; not delivered yet.           CR0601
    SAY    "Your request has not been delivered yet because of a technical problem
           on our side."
    Why    Two failed attempts, the last by a server error.
    Side   bob: Nothing has arrived.
    Also   CR0603 24 attempts of 7 senders failed since 20 Nov 2026 08:00:00 UTC..
    Now    Wait: it is tried again by itself.
           Use the mobile app instead.
    Proof  R0000000000001, events 7, 9, 12, policy article v1, as of 21 Nov 2026
           09:00 (more: --full)
    "#);
}

#[test]
fn a_trace_is_the_events() {
    let text = written(|out| trace(&retrying(), Format::Human, out));
    check_fits(&text);
    insta::assert_snapshot!(text, @r"
    CR0601 delivery-retrying · alice -> bob · for the agent
      request   R0000000000001

    Events
       7  11 Nov 2026 08:12:05 UTC  request-sent
          to bob
       9  11 Nov 2026 08:12:05.250 UTC  +250ms  delivery-failed
          attempt 1 by web: server error
          ... 9d without an event
      12  20 Nov 2026 08:13:05 UTC  delivery-failed
          attempt 2 by web: server error; the next attempt is at 20 Nov 2026
          08:15:05 UTC
    ");
    let lines = written(|out| trace(&refused(), Format::Ndjson, out));
    insta::assert_snapshot!(lines, @r#"
    {"number":301,"at":"2026-11-21T08:12:05Z","name":"request-submitted","text":"by web, without a note"}
    {"number":302,"at":"2026-11-21T08:12:05Z","name":"request-refused","text":"CR0401 daily-limit"}
    "#);
    let nothing = Explanation { events: vec![], ..refused() };
    assert!(written(|out| trace(&nothing, Format::Human, out)).ends_with("Events\n  nothing\n"));
    assert_eq!(written(|out| trace(&nothing, Format::Ndjson, out)), "");
}

#[test]
fn an_answer_as_json_has_every_key() {
    let json = answer_json(&refused());
    let keys: Vec<&str> = json.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "schema",
            "request",
            "viewer",
            "from",
            "to",
            "code",
            "name",
            "headline",
            "reasons",
            "sides",
            "verdict",
            "since",
            "as_of",
            "policy",
            "position",
            "events",
            "timers",
            "ladder",
            "causes",
            "certain",
            "tells_apart",
            "never_told",
            "accompanied_by",
            "today",
            "would_pass",
            "would_pass_at",
            "kept_back_by",
            "compared",
            "others",
            "remedy",
            "wont_help",
            "redress",
            "pass_on",
            "pass_on_request"
        ]
    );
    let line = written(|out| answer(&refused(), Parts::default(), Format::Ndjson, out));
    assert_eq!(line.lines().count(), 1);
    let indented = written(|out| answer(&refused(), Parts::default(), Format::Json, out));
    let read = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
    assert_eq!((read(&line), read(&indented)), (json.clone(), json));
    insta::assert_snapshot!(line, @r#"{"schema":"acquaint.answer.v2","request":"R0000000000001","viewer":"sender","from":"alice","to":"bob","code":"CR0401","name":"daily-limit","headline":"Refused on 21 Nov 2026 08:12 UTC (47 minutes ago).","reasons":["300 of 300 requests were sent in the last 24 hours."],"sides":[],"verdict":"Not sent: 300 requests went out in the last 24 hours, and a free account may send 300 in 24 hours.","since":"2026-11-21T08:12:05Z","as_of":"2026-11-21T09:00:00Z","policy":{"name":"article","version":1},"position":302,"events":[{"number":301,"at":"2026-11-21T08:12:05Z","name":"request-submitted","text":"by web, without a note"},{"number":302,"at":"2026-11-21T08:12:05Z","name":"request-refused","text":"CR0401 daily-limit"}],"timers":[],"ladder":[{"rule":"self-request","finding":"passed","code":null,"text":"not the sender","measure":null},{"rule":"daily-limit","finding":"failed","code":"CR0401","text":"300 sent in 24 hours, limit 300","measure":null},{"rule":"spam","finding":"not reached","code":null,"text":"","measure":null}],"causes":[{"code":"CR0401","name":"daily-limit"}],"certain":[],"tells_apart":[],"never_told":[],"accompanied_by":[],"today":[{"text":"a new request would be refused: the day's requests are used up","rehearsed":true,"side":"sender","would_pass":false,"code":"CR0401"}],"would_pass":"would pass from 22 Nov 2026 06:30 UTC on","would_pass_at":"2026-11-22T06:30:00Z","kept_back_by":null,"compared":null,"others":[],"remedy":[{"text":"Send again from 22 Nov 2026 06:30 UTC on.","action":"send","command":"acquaint send alice bob"}],"wont_help":["Do not withdraw earlier requests for it: the limit counts what was sent."],"redress":null,"pass_on":null,"pass_on_request":null}"#);
    insta::assert_snapshot!(written(|out| object(&trace_json(&refused()), Format::Ndjson, out)), @r#"{"schema":"acquaint.trace.v1","request":"R0000000000001","viewer":"sender","from":"alice","to":"bob","code":"CR0401","name":"daily-limit","as_of":"2026-11-21T09:00:00Z","position":302,"events":[{"number":301,"at":"2026-11-21T08:12:05Z","name":"request-submitted","text":"by web, without a note"},{"number":302,"at":"2026-11-21T08:12:05Z","name":"request-refused","text":"CR0401 daily-limit"}]}"#);
}

#[test]
fn a_list_is_aligned_and_its_last_column_wraps() {
    let rows = [
        ("bob", "21 Nov 2026 08:12:05 UTC", "an answer"),
        (
            "carol@example.org",
            "1 Nov 2026 08:12:05 UTC",
            "what happens on the other side is private, so no more is known",
        ),
    ];
    let text = written(|out| listing(&waiting(&rows), Format::Human, out));
    check_fits(&text);
    insta::assert_snapshot!(text, @r"
    What waits for an answer, alice
      to                 since                     what it waits for
      bob                21 Nov 2026 08:12:05 UTC  an answer
      carol@example.org  1 Nov 2026 08:12:05 UTC   what happens on the other side is
                                                   private, so no more is known
    ");
    insta::assert_snapshot!(written(|out| listing(&waiting(&rows[..1]), Format::Json, out)), @r#"
    {
      "schema": "acquaint.pending.v1",
      "member": "alice",
      "rows": [
        {
          "to": "bob",
          "since": "21 Nov 2026 08:12:05 UTC",
          "text": "an answer"
        }
      ]
    }
    "#);
    insta::assert_snapshot!(written(|out| listing(&waiting(&rows), Format::Ndjson, out)), @r#"
    {"to":"bob","since":"21 Nov 2026 08:12:05 UTC","text":"an answer"}
    {"to":"carol@example.org","since":"1 Nov 2026 08:12:05 UTC","text":"what happens on the other side is private, so no more is known"}
    "#);
}

#[test]
fn an_empty_list_says_so() {
    let human = written(|out| listing(&waiting(&[]), Format::Human, out));
    assert_eq!(human, "What waits for an answer, alice\n  nothing\n");
    let json = written(|out| object(&json!({ "rows": [] }), Format::Ndjson, out));
    assert_eq!(json, "{\"rows\":[]}\n");
    assert_eq!(written(|out| listing(&waiting(&[]), Format::Ndjson, out)), "");
}

#[test]
fn user_input_cannot_control_a_terminal() {
    let hostile = "b\u{1b}[2Job\u{202e}";
    let list = written(|out| listing(&waiting(&[(hostile, "a\nb", "\u{7}")]), Format::Human, out));
    assert!(list.contains(r"b\u{1b}[2Job\u{202e}  a b    \u{7}"), "{list}");
    let text = written(|out| {
        answer(&Explanation { to: hostile.to_owned(), ..retrying() }, Parts::default(), Format::Human, out)
    });
    assert!(text.contains(r"alice -> b\u{1b}[2Job\u{202e}") && !text.contains('\u{1b}'), "{text}");
}

#[test]
fn a_word_longer_than_the_page_gets_its_own_line() {
    let long = "x".repeat(100);
    let text = written(|out| paragraph("  - ", &format!("a {long} b"), out));
    assert_eq!(text, format!("  - a\n    {long}\n    b\n"));
    assert_eq!(written(|out| paragraph("", "", out)), "\n");
}
