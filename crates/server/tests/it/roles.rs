//! Who may: keys, roles, members' tokens, and what staff leaves behind.

use std::time::{Duration, Instant};

use acquaint::{Connect, Span, Timestamp};
use acquaint_server::{KeyFile, KeyRole};
use serde_json::json;

use crate::harness::{Client, Site};

/// A site with a key of every role; the member's key is ann's. Ann has sent bob a request.
fn staffed() -> (Site, Vec<Client>, String) {
    let keys = KeyRole::ALL.map(|role| (role, (role == KeyRole::Member).then_some("ann")));
    let (site, secrets) = Site::keyed(&keys);
    site.member("ann");
    site.member("bob");
    let sent = site.engine.send(Connect::from("ann").to("bob")).expect("it is there");
    let clients = secrets.iter().map(|secret| site.client().key(secret)).collect();
    (site, clients, sent.request.to_string())
}

#[test]
fn every_route_admits_the_roles_of_the_table() {
    let (site, clients, request) = staffed();
    let table = acquaint_server::routes_markdown();
    let mut checked = 0;
    for line in table.lines().skip(2) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let (verb, path) = cells[1].trim_matches('`').split_once(' ').unwrap();
        let id = if path.starts_with("/v1/members/") { site.id_of("ann") } else { request.clone() };
        let path = path.replace("{id}", &id);
        for (client, cell) in clients.iter().zip(&cells[2..]) {
            // A stream with an id that is none ends at once.
            let client = client.with("Last-Event-ID", "none");
            let answer = if verb == "GET" { client.get(&path) } else { client.send(verb, &path, b"") };
            let refused = answer.status == 403 && answer.json()["code"] == "role";
            assert_eq!(refused, *cell == "-", "{verb} {path}, {cell}: {answer:?}");
            checked += 1;
        }
        if cells[2] != "public" {
            let answer = site.client().send(verb, &path, b"");
            assert_eq!(answer.status, 401, "{verb} {path}");
        }
    }
    assert!(checked > 100, "{checked}");
}

#[test]
fn a_service_names_its_member_and_a_members_key_no_other() {
    let (site, clients, _) = staffed();
    let (service, member) = (&clients[0], &clients[1]);
    let id = |handle: &str| {
        service.post("/v1/members/lookup", &json!({ "handle": handle })).is(200)["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let (ann, bob) = (id("ann"), id("bob"));
    service.get("/v1/account").is_problem(400, "no-member");
    assert_eq!(service.for_member(&bob).get("/v1/account").is(200)["handle"], "bob");
    assert_eq!(member.get("/v1/account").is(200)["handle"], "ann");
    assert_eq!(member.for_member(&ann).get("/v1/account").is(200)["handle"], "ann");
    // The same answer for another member and for none.
    let other = member.for_member(&bob).get("/v1/account");
    other.is_problem(403, "not-your-member");
    let nobody = member.for_member("M0000000000000").get("/v1/account");
    assert_eq!((other.status, other.text), (nobody.status, nobody.text));
    service.for_member("M0000000000000").get("/v1/account").is_problem(404, "not-found");
    service.for_member("bob").get("/v1/account").is_problem(400, "bad-member");
    clients[2].for_member(&bob).get("/v1/requests/R0000000000000/why").is_problem(403, "not-your-member");
    drop(site);
}

#[test]
fn a_members_token_is_good_for_its_time_and_its_member() {
    let (site, clients, request) = staffed();
    let bob = clients[0].for_member(&site.id_of("bob"));
    bob.post("/v1/member-tokens", &json!({ "seconds": 3601 })).is_problem(400, "bad-field");
    let token = bob.post("/v1/member-tokens", &json!({ "seconds": 60 })).is(201)["token"].clone();
    let bob = site.client().key(token.as_str().unwrap());
    assert_eq!(bob.get("/v1/account").is(200)["handle"], "bob");
    assert_eq!(bob.get(&format!("/v1/requests/{request}/why")).is(200)["viewer"], "recipient");
    bob.post("/v1/members", &json!({ "handle": "eve" })).is_problem(403, "role");
    bob.post("/v1/member-tokens", &json!({ "seconds": 60 })).is_problem(403, "role");
    site.clock.advance(Span::seconds(60));
    bob.get("/v1/account").is_problem(401, "unauthorized");
}

#[test]
fn a_revoked_key_and_the_tokens_made_with_it_are_refused_within_a_second() {
    let (site, clients, _) = staffed();
    let service = clients[0].for_member(&site.id_of("bob"));
    let token = service.post("/v1/member-tokens", &json!({ "seconds": 600 })).is(201)["token"].clone();
    let bob = site.client().key(token.as_str().unwrap());
    bob.get("/v1/account").is(200);
    KeyFile::of(site.folder.path()).revoke("k1", Timestamp::from_millis(0)).unwrap();
    let until = Instant::now() + Duration::from_secs(10);
    while service.get("/v1/account").status == 200 && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(50));
    }
    service.get("/v1/account").is_problem(401, "unauthorized");
    bob.get("/v1/account").is_problem(401, "unauthorized");
    clients[5].get("/v1/account").is_problem(400, "no-member");
}

#[test]
fn a_look_of_staff_is_recorded_and_a_members_is_not() {
    let (site, clients, request) = staffed();
    let why = format!("/v1/requests/{request}/why");
    let events = |site: &Site| {
        let seen = site.engine.why(request.parse::<acquaint::RequestId>().unwrap());
        seen.seen_by(acquaint::Viewer::Engineer).unwrap().events.len()
    };
    let before = events(&site);
    clients[1].get(&why).is(200);
    clients[0].for_member(&site.id_of("bob")).get(&why).is(200);
    assert_eq!(events(&site), before);
    let answer = clients[2].with("Acquaint-Reason", "ticket 7").get(&why).is(200);
    assert_eq!(answer["viewer"], "agent");
    assert_eq!(events(&site), before + 1);
    clients[3].get(&why).is(200);
    clients[5].post("/v1/requests/search", &json!({ "query": "from:ann" })).is(200);
    assert_eq!(events(&site), before + 3);
    clients[1].post("/v1/requests/search", &json!({})).is(200);
    assert_eq!(events(&site), before + 3);
}

#[test]
fn nobody_at_neither_end_learns_that_a_request_exists() {
    let (site, clients, request) = staffed();
    site.member("eve");
    let eve = clients[0].for_member(&site.id_of("eve"));
    let other = request.replace(&request[12..], if request.ends_with("00") { "11" } else { "00" });
    for route in ["why", "trace"] {
        let (known, unknown) = (
            eve.get(&format!("/v1/requests/{request}/{route}")),
            eve.get(&format!("/v1/requests/{other}/{route}")),
        );
        known.is_problem(404, "not-found");
        assert_eq!(known.text.replace(&request, &other), unknown.text);
    }
    for act in ["accept", "decline", "withdraw", "remind", "confirm", "report", "dismiss"] {
        eve.act(&format!("/v1/requests/{request}/{act}")).is_problem(404, "not-found");
    }
}

#[test]
fn when_a_key_was_used_is_written_down() {
    let (site, clients, _) = staffed();
    clients[1].get("/v1/account").is(200);
    let (now, file) = (site.engine.now(), KeyFile::of(site.folder.path()));
    let _folder = site.stopped();
    assert_eq!(file.last_used().into_iter().collect::<Vec<_>>(), [("k2".to_owned(), now)]);
}

#[test]
fn staff_finds_what_a_ticket_says() {
    let (site, clients, request) = staffed();
    let find = |text: &str| clients[2].post("/v1/find", &json!({ "text": text }));
    for text in [&request, "ann -> bob", "from:ann", "2026-01-05"] {
        let found = find(text).is(200);
        let rows = found["rows"].as_array().unwrap();
        assert!(rows.iter().any(|row| row["request"] == *request && row["open"] == true), "{text}: {found}");
    }
    assert_eq!(find("nothing at all").is(200)["rows"], json!([]));
    find("from:nobody").is_problem(404, "not-found");
    find("form:ann").is_problem(400, "bad-query");
    find(&"x".repeat(10_000)).is_problem(400, "bad-field");
    clients[1].post("/v1/find", &json!({ "text": "bob" })).is_problem(403, "role");
    drop(site);
}
