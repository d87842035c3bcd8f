//! Policies over HTTP: who may read and who may change them.

use acquaint::policies::ARTICLE;
use acquaint_server::KeyRole;
use serde_json::{Value, json};

use crate::harness::{Client, Site};

fn keyed() -> (Site, Vec<Client>) {
    let keys = KeyRole::ALL.map(|role| (role, (role == KeyRole::Member).then_some("ann")));
    let (site, secrets) = Site::keyed(&keys);
    site.member("ann");
    let clients = secrets.iter().map(|secret| site.client().key(secret)).collect();
    (site, clients)
}

fn of(clients: &[Client], role: KeyRole) -> &Client {
    let place = KeyRole::ALL.iter().position(|known| *known == role).expect("a role that there is");
    &clients[place]
}

/// The default policy with another limit.
fn stricter() -> String {
    assert!(ARTICLE.contains("free = 300"));
    ARTICLE.replacen("free = 300", "free = 30", 1)
}

#[test]
fn a_policy_is_checked_compared_and_adopted() {
    let (_site, clients) = keyed();
    let ruler = of(&clients, KeyRole::Policy);
    let first = ruler.get("/v1/policies").is(200);
    let checked = ruler.post("/v1/policies/check", &json!({ "document": stricter() })).is(200);
    assert_eq!((&checked["policy"], &checked["wrong"]), (&first[0]["name"], &json!([])));
    let pair = json!({ "a": { "policy": "in-force" }, "b": { "document": stricter() } });
    let differences = ruler.post("/v1/policies/diff", &pair).is(200)["differences"].clone();
    let differences = differences.as_array().expect("a list");
    assert_eq!(differences.len(), 1, "{differences:?}");
    assert!(differences[0].as_str().expect("a sentence").contains("30"), "{differences:?}");
    let safely = ruler.with("Idempotency-Key", "p1");
    let wanted = json!({ "document": stricter() });
    assert_eq!(safely.post("/v1/policies/adopt", &wanted).is(201)["outcome"], "done");
    assert_eq!(safely.post("/v1/policies/adopt", &wanted).header("idempotency-replayed"), Some("true"));
    let listed = of(&clients, KeyRole::ReadOnly).get("/v1/policies").is(200);
    let rows = listed.as_array().expect("a list");
    assert_eq!(rows.len(), first.as_array().expect("a list").len() + 1, "adopted once");
    let judging: Vec<&Value> = rows.iter().filter(|row| row["in_force"] == true).collect();
    assert_eq!((judging.len(), &judging[0]["policy"]), (1, &rows.last().expect("a row")["policy"]));
    let path = format!("/v1/policies/{}", judging[0]["policy"].as_str().expect("a name"));
    let in_force = ruler.get("/v1/policies/in-force").is(200);
    assert_eq!(ruler.get(&path).is(200), in_force);
    let says = in_force["says"].as_array().expect("a list");
    assert!(says.iter().any(|said| said["value"].as_str().is_some_and(|value| value.starts_with("30 "))));
    assert_eq!(ruler.get("/v1/policies/linkedin-observed").is(200)["in_force"], false);
    let pair = json!({ "a": { "policy": "article" }, "b": { "policy": "article" } });
    assert_eq!(ruler.post("/v1/policies/diff", &pair).is(200)["differences"], json!([]));
}

#[test]
fn what_is_no_policy_is_told_with_its_place_and_not_adopted() {
    let (_site, clients) = keyed();
    let admin = of(&clients, KeyRole::Admin);
    let before = admin.get("/v1/policies").is(200);
    let wrong = json!({ "document": format!("colour = \"red\"\n{ARTICLE}") });
    let checked = admin.post("/v1/policies/check", &wrong).is(200);
    assert_eq!(checked["policy"], Value::Null);
    assert_eq!((&checked["wrong"][0]["code"], &checked["wrong"][0]["line"]), (&"PD02".into(), &1.into()));
    admin.post("/v1/policies/adopt", &wrong).is_problem(400, "invalid-policy");
    for (path, body) in [
        ("/v1/policies/adopt", json!({})),
        ("/v1/policies/adopt", json!({ "policy": "article", "document": ARTICLE })),
        ("/v1/policies/adopt", json!({ "policy": "v1" })),
        ("/v1/policies/adopt", json!({ "policy": "../../etc/passwd" })),
        ("/v1/policies/diff", json!({ "a": {}, "b": { "policy": "article" } })),
        ("/v1/policies/check", json!({ "document": 1 })),
    ] {
        admin.post(path, &body).is_problem(400, "bad-field");
    }
    let pair = json!({ "a": { "policy": "v999" }, "b": { "policy": "article" } });
    admin.post("/v1/policies/diff", &pair).is_problem(404, "not-found");
    let pair = json!({ "a": wrong, "b": { "policy": "article" } });
    admin.post("/v1/policies/diff", &pair).is_problem(400, "invalid-policy");
    admin.get("/v1/policies/v999").is_problem(404, "not-found");
    admin.get("/v1/policies/nothing").is_problem(404, "not-found");
    assert_eq!(admin.get("/v1/policies").is(200), before);
}

#[test]
fn members_read_no_policy_and_support_changes_none() {
    let (_site, clients) = keyed();
    for role in [KeyRole::Service, KeyRole::Member] {
        of(&clients, role).get("/v1/policies").is_problem(403, "role");
        of(&clients, role).get("/v1/policies/in-force").is_problem(403, "role");
    }
    let adoption = json!({ "policy": "linkedin-observed" });
    for role in [KeyRole::Service, KeyRole::Member, KeyRole::Support, KeyRole::ReadOnly] {
        of(&clients, role).post("/v1/policies/adopt", &adoption).is_problem(403, "role");
    }
    let support = of(&clients, KeyRole::Support);
    let in_force = support.get("/v1/policies/in-force").is(200);
    assert_eq!(
        of(&clients, KeyRole::Policy).post("/v1/policies/adopt", &adoption).is(201)["outcome"],
        "done"
    );
    assert_ne!(support.get("/v1/policies/in-force").is(200)["name"], in_force["name"]);
}
