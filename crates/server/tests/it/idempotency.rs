//! The same `Idempotency-Key`: the same answer.

use std::thread;

use acquaint::Span;
use serde_json::json;

use crate::harness::{Answer, Site};

#[test]
fn the_same_key_gives_the_same_answer() {
    let site = Site::open();
    let (ann, _bob) = (site.member("ann"), site.member("bob"));
    let ann = site.client().for_member(&ann).with("Idempotency-Key", "8d1f");
    let first = ann.post("/v1/requests", &json!({ "to": "bob" }));
    site.clock.advance(Span::hours(1));
    let again = ann.post("/v1/requests", &json!({ "to": "bob" }));
    assert_eq!((first.status, &first.text), (again.status, &again.text));
    assert_eq!(first.header("idempotency-replayed"), None);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    ann.post("/v1/requests", &json!({ "to": "carol" })).is_problem(422, "command-id-reused");
    let request = first.json()["request"].as_str().unwrap().to_owned();
    ann.act(&format!("/v1/requests/{request}/withdraw")).is_problem(422, "command-id-reused");
}

#[test]
fn a_refusal_is_replayed_too() {
    let site = Site::open();
    let ann = site.client().for_member(&site.member("ann")).with("Idempotency-Key", "x");
    let first = ann.post("/v1/requests", &json!({ "to": "nobody" }));
    site.member("nobody");
    let again = ann.post("/v1/requests", &json!({ "to": "nobody" }));
    assert_eq!((first.status, &first.text), (again.status, &again.text));
}

#[test]
fn while_the_first_is_in_flight_the_others_wait_and_get_its_answer() {
    let site = Site::open();
    let (ann, _bob) = (site.member("ann"), site.member("bob"));
    let ann = site.client().for_member(&ann).with("Idempotency-Key", "same");
    let asked: Vec<_> = (0..12)
        .map(|_| {
            let ann = ann.clone();
            thread::spawn(move || ann.post("/v1/requests", &json!({ "to": "bob" })))
        })
        .collect();
    let answers: Vec<Answer> = asked.into_iter().map(|asked| asked.join().unwrap()).collect();
    let first = answers.iter().filter(|answer| answer.header("idempotency-replayed").is_none());
    assert_eq!(first.count(), 1);
    for answer in &answers {
        assert_eq!((answer.status, &answer.text), (201, &answers[0].text));
    }
    assert_eq!(site.engine.requests_by("ann").unwrap().len(), 1);
}

#[test]
fn after_seven_days_a_key_has_expired() {
    let site = Site::open();
    let (ann, _bob) = (site.member("ann"), site.member("bob"));
    let keyed = site.client().for_member(&ann).with("Idempotency-Key", "old");
    keyed.post("/v1/requests", &json!({ "to": "bob" })).is(201);
    site.clock.advance(Span::days(8));
    keyed.post("/v1/requests", &json!({ "to": "bob" })).is_problem(422, "command-id-expired");
}

#[test]
fn an_answer_to_a_request_is_replayed_after_the_request_has_closed() {
    let site = Site::open();
    let (ann, bob) = (site.member("ann"), site.member("bob"));
    let sent = site.client().for_member(&ann).post("/v1/requests", &json!({ "to": "bob" })).is(201);
    let accept = format!("/v1/requests/{}/accept", sent["request"].as_str().unwrap());
    let bob = site.client().for_member(&bob);
    let first = bob.with("Idempotency-Key", "a").act(&accept);
    let again = bob.with("Idempotency-Key", "a").act(&accept);
    assert_eq!((first.status, &first.text), (200, &again.text));
    bob.with("Idempotency-Key", "b").act(&accept).is_problem(409, "nothing-to-do");
    bob.act(&accept).is_problem(409, "nothing-to-do");
}

#[test]
fn keys_belong_to_the_acting_member() {
    let site = Site::open();
    let (ann, bob, _carol) = (site.member("ann"), site.member("bob"), site.member("carol"));
    let send = |id: &str| {
        let client = site.client().for_member(id).with("Idempotency-Key", "1");
        client.post("/v1/requests", &json!({ "to": "carol" })).is(201)["request"].clone()
    };
    assert_ne!(send(&ann), send(&bob));
    let add = site.client().with("Idempotency-Key", "1");
    let first = add.post("/v1/members", &json!({ "handle": "dora" }));
    let again = add.post("/v1/members", &json!({ "handle": "dora" }));
    assert_eq!((first.status, first.text), (201, again.text));
    add.post("/v1/members", &json!({ "handle": "erik" })).is_problem(422, "command-id-reused");
}

#[test]
fn a_key_has_a_form() {
    let site = Site::open();
    let ann = site.client().for_member(&site.member("ann"));
    let long = "k".repeat(201);
    for bad in ["", &long, "\u{e9}"] {
        let answer = ann.with("Idempotency-Key", bad).post("/v1/requests", &json!({ "to": "bob" }));
        answer.is_problem(400, "bad-idempotency-key");
    }
    let twice = ann.with("Idempotency-Key", "a").with("Idempotency-Key", "b");
    twice.post("/v1/requests", &json!({ "to": "bob" })).is_problem(400, "bad-idempotency-key");
}
