//! What is for the operator: figures, readiness, traces.

use std::net::SocketAddr;

use acquaint::Engine;
use acquaint_server::{KeyRole, Limits, Server, ServerSettings};
use serde_json::json;

use crate::harness::{Client, Site, client_of};

#[test]
fn figures_are_for_the_operator_and_name_no_member() {
    let keys = [
        (KeyRole::Admin, None),
        (KeyRole::ReadOnly, None),
        (KeyRole::Service, None),
        (KeyRole::Support, None),
    ];
    let (site, secrets) = Site::keyed(&keys);
    let clients: Vec<Client> = secrets.iter().map(|secret| site.client().key(secret)).collect();
    let ann = site.member("ann");
    let service = clients[2].for_member(&ann);
    let sent = service.with("Idempotency-Key", "1").post("/v1/requests", &json!({ "to": "nobody" })).is(201);
    let code = sent["code"].as_str().unwrap().to_owned();
    // Told again, and not counted again.
    service.with("Idempotency-Key", "1").post("/v1/requests", &json!({ "to": "nobody" })).is(201);
    for client in &clients[..2] {
        let answer = client.get("/metrics");
        assert_eq!(answer.status, 200);
        assert!(answer.header("content-type").unwrap().starts_with("application/openmetrics-text"));
        let counted = format!("acquaint_command_outcomes_total{{code=\"{code}\"}} 1\n");
        assert!(answer.text.contains(&counted), "{counted}: {}", answer.text);
        assert!(answer.text.contains("acquaint_log_writable 1\n") && answer.text.ends_with("# EOF\n"));
        assert!(!answer.text.contains("ann") && !answer.text.contains(&ann), "{}", answer.text);
        let lines = answer.text.lines().filter(|line| !line.starts_with('#'));
        assert!(lines.clone().count() > 10 && lines.clone().all(|line| line.starts_with("acquaint_")));
        let ready = client.get("/v1/readiness").is(200);
        assert_eq!((&ready["status"], &ready["log_writable"]), (&json!("ok"), &json!(true)));
        assert!(ready["disk_free_bytes"].as_u64().is_none_or(|free| free > 0), "{ready}");
    }
    for client in &clients[2..] {
        client.get("/metrics").is_problem(403, "role");
        client.get("/v1/readiness").is_problem(403, "role");
    }
    site.client().get("/metrics").is_problem(401, "unauthorized");
}

#[test]
fn the_second_listener_has_the_figures_and_nothing_of_the_network() {
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let settings =
        ServerSettings { data: None, listen: any, admin_listen: Some(any), limits: Limits::default() };
    let engine = Engine::in_memory().open().unwrap();
    let server = Server::start(engine, &settings).unwrap();
    let admin = client_of(server.admin_address().unwrap());
    assert!(admin.get("/metrics").text.contains("acquaint_log_events "));
    let ready = admin.get("/readyz").is(200);
    assert_eq!((&ready["log_writable"], &ready["lag_milliseconds"]), (&json!(true), &json!(0)));
    assert_eq!(admin.get("/livez").status, 200);
    admin.get("/v1/account").is_problem(404, "not-found");
    admin.with("Host", "example.org").get("/metrics").is_problem(403, "bad-host");
    // The first listener tells a stranger yes or no.
    assert_eq!(client_of(server.address()).get("/readyz").is(200), json!({ "status": "ok" }));
}

#[test]
fn a_trace_is_given_back_and_none_is_begun_for_the_client() {
    let site = Site::open();
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let client = site.client().with("traceparent", &format!("00-{trace}-00f067aa0ba902b7-01"));
    for answer in [client.get("/livez"), client.get("/nowhere")] {
        let back = answer.header("traceparent").unwrap();
        assert!(back.starts_with(&format!("00-{trace}-")) && !back.contains("00f067aa0ba902b7"), "{back}");
    }
    assert_eq!(site.client().get("/livez").header("traceparent"), None);
    assert_eq!(site.client().with("traceparent", "ann").get("/livez").header("traceparent"), None);
}
