//! The loopback rules: a server without keys is for this machine's operator, and for nobody who comes through a browser or
//! a proxy.

use std::net::SocketAddr;

use acquaint::Engine;
use acquaint_server::{KeyRole, Limits, Server, ServerSettings};

use crate::harness::{Site, add_key};

#[test]
fn another_host_is_refused() {
    let site = Site::open();
    let port = site.address().port();
    for host in [
        "evil.example",
        &format!("evil.example:{port}"),
        &format!("127.0.0.1.evil.example:{port}"),
        &format!("localhost.evil.example:{port}"),
        "localhost:1",
        "localhost",
        &format!("10.0.0.1:{port}"),
        "",
    ] {
        let answer = site.client().with("Host", host).get("/readyz");
        answer.is_problem(403, "bad-host");
        site.client().with("Host", host).get("/nowhere").is_problem(403, "bad-host");
    }
    for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "[::1]"] {
        site.client().with("Host", &format!("{host}:{port}")).get("/readyz").is(200);
    }
}

#[test]
fn two_hosts_or_none_are_refused() {
    let site = Site::open();
    let own = site.address().to_string();
    site.client().with("Host", &own).with("Host", &own).get("/readyz").is_problem(400, "bad-host");
    let answer = site.client().raw("GET /readyz HTTP/1.1\r\nConnection: close\r\n\r\n", b"");
    answer.is_problem(403, "bad-host");
    let absolute =
        format!("GET http://evil.example/readyz HTTP/1.1\r\nConnection: close\r\nHost: {own}\r\n\r\n");
    site.client().raw(&absolute, b"").is_problem(403, "bad-host");
}

#[test]
fn a_page_of_another_origin_is_refused() {
    let site = Site::open();
    let own = format!("http://{}", site.address());
    for origin in ["http://evil.example", "null", "https://127.0.0.1", "file://"] {
        site.client().with("Origin", origin).get("/readyz").is_problem(403, "bad-origin");
    }
    site.client().with("Origin", &own).get("/readyz").is(200);
    site.client().with("Origin", &own).with("Origin", "null").get("/readyz").is_problem(403, "bad-origin");
}

#[test]
fn a_proxy_is_refused() {
    let site = Site::open();
    for header in ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "x-forwarded-anything", "Via"] {
        site.client().with(header, "1.2.3.4").get("/readyz").is_problem(403, "proxied");
    }
}

#[test]
fn with_keys_a_proxy_and_another_name_are_fine() {
    let (site, secrets) = Site::keyed(&[(KeyRole::Admin, None)]);
    let client = site.client().with("Host", "api.example.org").with("X-Forwarded-For", "1.2.3.4");
    client.get("/v1/account").is_problem(401, "unauthorized");
    client.key(&secrets[0]).get("/v1/account").is_problem(400, "no-member");
}

#[test]
fn on_another_address_it_does_not_start_without_keys() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::in_memory().open().unwrap();
    let listen = SocketAddr::from(([0, 0, 0, 0], 0));
    let settings = ServerSettings {
        data: Some(folder.path().to_owned()),
        listen,
        admin_listen: None,
        limits: Limits::default(),
    };
    let refused = Server::start(engine.clone(), &settings).unwrap_err();
    assert!(refused.to_string().contains("not a loopback address"), "{refused}");
    add_key(folder.path(), KeyRole::Service, None);
    assert!(Server::start(engine, &settings).is_ok());
}
