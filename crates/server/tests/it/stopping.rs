//! The end of a server: what was begun is finished, and what was acknowledged is there.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use acquaint_server::KeyRole;
use serde_json::json;

use crate::harness::Site;

#[test]
fn a_stop_loses_nothing() {
    let site = Site::open();
    let (ann, engine) = (site.client().for_member(&site.member("ann")), site.engine.clone());
    let clients: Vec<_> = (0..8)
        .map(|client| {
            let ann = ann.clone();
            thread::spawn(move || {
                let mut acknowledged = Vec::new();
                for number in 0..10_000 {
                    let to = format!("person{client}-{number}@example.org");
                    let Some(answer) = ann.try_post("/v1/requests", &json!({ "to": to })) else { break };
                    // A connection that is closed before the answer begins was never taken.
                    if answer.status == 0 {
                        break;
                    }
                    let request = answer.is(201)["request"].as_str().map(str::to_owned);
                    acknowledged.extend(request);
                }
                acknowledged
            })
        })
        .collect();
    thread::sleep(Duration::from_millis(150));
    drop(site.stopped());
    let acknowledged: Vec<String> = clients.into_iter().flat_map(|client| client.join().unwrap()).collect();
    let recorded = engine.requests_by("ann").unwrap();
    assert!(!acknowledged.is_empty());
    for request in acknowledged {
        assert!(recorded.contains(&request.parse().unwrap()), "{request}");
    }
}

#[test]
fn a_stop_does_not_wait_for_idle_connections() {
    let site = Site::open();
    let mut idle = TcpStream::connect(site.address()).unwrap();
    idle.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(idle, "GET /livez HTTP/1.1\r\nHost: {}\r\n\r\n", site.address()).unwrap();
    let mut first = [0; 15];
    idle.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200 OK");
    let begun = Instant::now();
    drop(site.stopped());
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[test]
fn requests_on_one_connection_are_answered_in_order() {
    let site = Site::open();
    let mut stream = TcpStream::connect(site.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let host = site.address();
    write!(
        stream,
        "GET /livez HTTP/1.1\r\nHost: {host}\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let statuses: Vec<&str> = text.match_indices("HTTP/1.1 ").map(|(at, _)| &text[at + 9..at + 12]).collect();
    assert_eq!(statuses, ["200", "404"], "{text}");
}

#[test]
fn only_the_operator_confirms_the_clock() {
    let (site, secrets) = Site::keyed(&[(KeyRole::Admin, None), (KeyRole::Service, None)]);
    site.client().key(&secrets[0]).act("/v1/clock/confirm").is(200);
    site.client().key(&secrets[1]).act("/v1/clock/confirm").is_problem(403, "role");
}
