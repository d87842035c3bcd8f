//! What nobody should send: an answer each, nothing lost, nothing shown to the wrong side.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use acquaint_server::Limits;
use serde_json::{Value, json};

use crate::harness::{Answer, Client, Site};

/// A site with ann and bob, and a client that acts for ann.
fn ann() -> (Site, Client) {
    let site = Site::open();
    let ann = site.member("ann");
    site.member("bob");
    let client = site.client().for_member(&ann);
    (site, client)
}

/// The site still answers, and nothing was sent.
#[track_caller]
fn is_unharmed(site: &Site) {
    assert_eq!(site.engine.requests_by("ann").expect("it is there"), []);
    site.client().get("/readyz").is(200);
}

#[test]
fn malformed_json_says_where() {
    let (site, ann) = ann();
    for body in [
        "",
        "{",
        "{\"to\":\"bob\"",
        "{\"to\":\"bob\"}x",
        "[",
        "\"",
        "nul",
        "{\"to\":\"\\ud800\"}",
        "{'to':1}",
    ] {
        let answer = ann.send("POST", "/v1/requests", body.as_bytes());
        answer.is_problem(400, "malformed-json");
        assert!(answer.text.contains("line") || answer.text.contains("EOF"), "{answer:?}");
    }
    ann.send("POST", "/v1/requests", b"{\"to\":\"\xff\xfe\"}").is_problem(400, "malformed-json");
    ann.send("POST", "/v1/requests", "\u{feff}{\"to\":\"bob\"}".as_bytes()).is_problem(400, "malformed-json");
    let deep = "[".repeat(100_000);
    ann.send("POST", "/v1/requests", deep.as_bytes()).is_problem(400, "bad-field");
    is_unharmed(&site);
}

#[test]
fn a_field_that_is_unknown_doubled_missing_or_of_another_type_is_refused() {
    let (site, ann) = ann();
    for body in [
        r#"{"to":"bob","at":"2026-01-01T00:00:00Z"}"#,
        r#"{"to":"bob","TO":"bob"}"#,
        r#"{"to":"bob","to":"bob"}"#,
        r#"{}"#,
        r#"{"to":7}"#,
        r#"{"to":["bob"]}"#,
        r#"{"to":null}"#,
        r#"{"to":"bob","channel":"pigeon"}"#,
        r#"{"to":"bob","channel":"api:"}"#,
        r#"["bob"]"#,
        r#""bob""#,
    ] {
        ann.send("POST", "/v1/requests", body.as_bytes()).is_problem(400, "bad-field");
    }
    let email = ann.post("/v1/requests", &json!({ "to": "bob", "with_email": "nonsense" }));
    email.is_problem(400, "malformed-address");
    ann.patch("/v1/settings", &json!({ "max_degree": "9" })).is_problem(400, "bad-field");
    ann.patch("/v1/settings", &json!({ "max_degree": "2", "confirm_first": true })).is(200);
    is_unharmed(&site);
}

#[test]
fn another_content_type_is_refused() {
    let (site, ann) = ann();
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonx",
    ] {
        let rest = format!("Content-Type: {kind}\r\nContent-Length: 12\r\n\r\n");
        let answer = ann.raw(&ann.head("POST", "/v1/requests", &rest), b"{\"to\":\"bob\"}");
        answer.is_problem(415, "content-type");
    }
    let answer =
        ann.raw(&ann.head("POST", "/v1/requests", "Content-Length: 12\r\n\r\n"), b"{\"to\":\"bob\"}");
    answer.is_problem(415, "content-type");
    is_unharmed(&site);
}

#[test]
fn a_huge_body_is_refused() {
    let (site, ann) = ann();
    let body = json!({ "to": "bob", "note": "x".repeat(300 * 1_024) });
    ann.post("/v1/requests", &body).is_problem(413, "body-too-large");
    let claimed = ann.head(
        "POST",
        "/v1/requests",
        "Content-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n",
    );
    ann.raw(&claimed, &vec![b'x'; 300 * 1_024]).is_problem(413, "body-too-large");
    ann.post("/v1/requests", &json!({ "to": "x".repeat(100 * 1_024) })).is_problem(400, "invalid-input");
    is_unharmed(&site);
}

#[test]
fn tricks_in_paths_lead_nowhere() {
    let (site, ann) = ann();
    for path in [
        "/v1/../v1/account",
        "/v1/%2e%2e/keys.json",
        "//v1/account",
        "/v1/account/",
        "/v1/account%00",
        "/V1/ACCOUNT",
        "/v1/requests/../../etc/passwd/why",
        "/v1;x=y/account",
        "/",
        "/v1",
    ] {
        ann.get(path).is_problem(404, "not-found");
    }
    for id in [
        "R",
        "x",
        "%52000000000000",
        "R00000000000000000",
        "R0000000000000%20",
        "%F0%9F%92%A9",
        "M0000000000000",
    ] {
        ann.get(&format!("/v1/requests/{id}/why")).is_problem(404, "not-found");
    }
    ann.get("/v1/requests/%ff/why").is_problem(404, "not-found");
    ann.get("/v1/account?x=1").is_problem(400, "bad-query");
    ann.get("/v1/blocks?limit=0").is_problem(400, "bad-query");
    ann.get("/v1/blocks?limit=201").is_problem(400, "bad-query");
    ann.get("/v1/blocks?limit=1&nonsense=2").is_problem(400, "bad-query");
    ann.get("/v1/blocks?limit=1&limit=2").is_problem(400, "bad-query");
    ann.get("/v1/requests/R0000000000000/why?as_of=soon").is_problem(400, "bad-query");
    is_unharmed(&site);
}

#[test]
fn another_method_is_refused() {
    let (site, ann) = ann();
    for method in ["DELETE", "PUT", "OPTIONS", "TRACE", "PROPFIND"] {
        ann.send(method, "/v1/account", b"").is_problem(405, "method-not-allowed");
    }
    ann.send("POST", "/v1/blocks", b"").is_problem(400, "malformed-json");
    ann.send("GET", "/v1/account", b"").is(200);
    let head = ann.send("HEAD", "/v1/account", b"");
    assert_eq!((head.status, head.text.as_str()), (200, ""));
    ann.send("CONNECT", "evil.example:80", b"").is_problem(403, "bad-host");
    is_unharmed(&site);
}

#[test]
fn a_flood_of_headers_is_refused() {
    let (site, ann) = ann();
    let mut many = ann.clone();
    for number in 0..200 {
        many = many.with(&format!("X-{number}"), "1");
    }
    assert_eq!(many.get("/readyz").status, 431);
    assert_eq!(ann.with("X-Long", &"x".repeat(64 * 1_024)).get("/readyz").status, 431);
    let long = format!("/readyz?{}", "x".repeat(64 * 1_024));
    assert!([400, 414, 431].contains(&ann.get(&long).status));
    is_unharmed(&site);
}

/// Two readings of where a request ends: it is refused, or read as one, and the rest is never answered as another's.
#[test]
fn shapes_that_smuggle_a_second_request_are_refused() {
    let (site, ann) = ann();
    let smuggled = format!("POST /v1/requests HTTP/1.1\r\nHost: {}\r\n\r\n", site.address());
    for rest in [
        "Content-Length: 0\r\nContent-Length: 5\r\n\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "Content-Length: +5\r\n\r\nhello",
        "Content-Length: 5, 5\r\n\r\nhello",
        "Content-Length: -1\r\n\r\n",
        "X: y\r\n z: folded\r\n\r\n",
        "X: y\nContent-Length: 5\n\n",
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n",
    ] {
        let answer = ann.raw(&(ann.head("POST", "/v1/blocks", rest) + &smuggled), b"");
        assert!((400..500).contains(&answer.status), "{rest:?}: {answer:?}");
        assert_eq!(answer.text.matches("HTTP/1.1").count(), 0, "{rest:?}: {answer:?}");
    }
    for line in [
        "GET  /readyz HTTP/1.1",
        "GET /readyz HTTP/9.9",
        "GET /rea dyz HTTP/1.1",
        "\x16\x03\x01\x02",
        "GET /readyz",
    ] {
        let answer = ann.raw(&format!("{line}\r\nConnection: close\r\n\r\n"), b"");
        assert_ne!(answer.status, 200, "{line:?}: {answer:?}");
    }
    is_unharmed(&site);
}

#[test]
fn a_slow_client_holds_nothing_up() {
    let limits = Limits { reading: Duration::from_millis(300), ..Limits::default() };
    let site = Site::with(&[], limits);
    let ann = site.client().for_member(&site.member("ann"));
    let begun = Instant::now();
    let mut slow: Vec<TcpStream> = (0..20).map(|_| TcpStream::connect(site.address()).unwrap()).collect();
    for stream in &mut slow {
        stream.write_all(b"GET /readyz HTTP/1.1\r\nHo").unwrap();
    }
    let body = ann.head(
        "POST",
        "/v1/requests",
        "Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{\"to\"",
    );
    let answer = ann.raw(&body, b"");
    answer.is_problem(408, "body-too-slow");
    site.client().get("/readyz").is(200);
    for stream in &mut slow {
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let mut rest = Vec::new();
        let _ended = stream.read_to_end(&mut rest);
        assert!(!rest.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&rest));
    }
    assert!(begun.elapsed() < Duration::from_secs(10));
    is_unharmed(&site);
}

#[test]
fn a_full_queue_is_told_with_a_time() {
    let limits = Limits { at_once: 1, queue: 0, ..Limits::default() };
    let site = Site::with(&[], limits);
    let (ann, _bob) = (site.client().for_member(&site.member("ann")), site.member("bob"));
    let asked: Vec<_> = (0..40)
        .map(|number| {
            let ann = ann.clone();
            let body = json!({ "to": "bob", "note": number.to_string() });
            std::thread::spawn(move || ann.post("/v1/requests", &body))
        })
        .collect();
    let answers: Vec<Answer> = asked.into_iter().map(|asked| asked.join().unwrap()).collect();
    for answer in &answers {
        if answer.status != 201 {
            answer.is_problem(503, "busy");
            assert_eq!(answer.header("retry-after"), Some("1"));
        }
    }
    assert!(answers.iter().any(|answer| answer.status == 201));
    let recorded =
        answers.iter().filter(|answer| answer.status == 201 && !answer.json()["request"].is_null());
    assert_eq!(recorded.count(), site.engine.requests_by("ann").unwrap().len());
}

#[test]
fn a_cursor_is_opaque_of_one_length_and_for_one_list_and_viewer() {
    let (site, ann) = ann();
    let mut seen = Vec::new();
    for number in 0..5 {
        site.member(&format!("friend{number}"));
        ann.post("/v1/blocks", &json!({ "other": format!("friend{number}") })).is(200);
        site.clock.advance(acquaint::Span::seconds(1));
    }
    let (mut next, mut lengths) = (Value::Null, Vec::new());
    loop {
        let path = next.as_str().map_or_else(
            || "/v1/blocks?limit=2".to_owned(),
            |next| format!("/v1/blocks?limit=2&cursor={next}"),
        );
        let page = ann.get(&path).is(200);
        seen.extend(
            page["rows"].as_array().unwrap().iter().map(|row| row["with"].as_str().unwrap().to_owned()),
        );
        next = page["next"].clone();
        let Some(next) = next.as_str() else { break };
        lengths.push(next.len());
        ann.get(&format!("/v1/connections?cursor={next}")).is_problem(400, "bad-cursor");
        let bob = site.client().for_member(&site.id_of("bob"));
        bob.get(&format!("/v1/blocks?cursor={next}")).is_problem(400, "bad-cursor");
        ann.get(&format!("/v1/blocks?cursor={}x", &next[1..])).is_problem(400, "bad-cursor");
    }
    assert_eq!(seen, (0..5).map(|number| format!("friend{number}")).collect::<Vec<_>>());
    assert!(lengths.len() == 2 && lengths.iter().all(|len| *len == lengths[0]), "{lengths:?}");
    ann.get("/v1/blocks?cursor=").is_problem(400, "bad-cursor");
}
