//! From the first member to `why`.

use acquaint_server::KeyRole;
use serde_json::json;

use crate::harness::Site;

#[test]
fn a_request_is_sent_accepted_and_explained() {
    let site = Site::open();
    let operator = site.client();
    let ann = operator.post("/v1/members", &json!({ "handle": "ann" })).is(201);
    let bob = operator.post("/v1/members", &json!({ "handle": "bob" })).is(201);
    let ann = operator.for_member(ann["id"].as_str().unwrap());
    let bob = operator.for_member(bob["id"].as_str().unwrap());

    let sent = ann.post("/v1/requests", &json!({ "to": "bob", "note": "We met" })).is(201);
    assert_eq!((&sent["outcome"], &sent["code"]), (&json!("in-transit"), &json!("CR0604")));
    let request = sent["request"].as_str().unwrap().to_owned();

    let open = bob.get("/v1/pending/received").is(200);
    assert_eq!((&open["rows"][0]["request"], &open["rows"][0]["with"]), (&json!(request), &json!("ann")));
    assert_eq!(bob.act(&format!("/v1/requests/{request}/accept")).is(200)["outcome"], "done");

    let why = ann.get(&format!("/v1/requests/{request}/why")).is(200);
    assert_eq!((&why["viewer"], &why["code"]), (&json!("sender"), &json!("CR0808")));
    assert_eq!(bob.get(&format!("/v1/requests/{request}/why")).is(200)["viewer"], "recipient");
    assert_eq!(operator.get(&format!("/v1/requests/{request}/why")).is(200)["viewer"], "engineer");
    assert_eq!(ann.get("/v1/connections").is(200)["rows"][0]["with"], "bob");
}

#[test]
fn values_to_branch_on_stand_beside_the_sentences() {
    let site = Site::open();
    let (ann, bob) = (site.client().for_member(&site.member("ann")), site.member("bob"));
    let bob = site.client().for_member(&bob);
    bob.patch("/v1/settings", &json!({ "max_degree": "1" })).is(200);
    let first =
        ann.post("/v1/requests", &json!({ "to": "bob" })).is(201)["request"].as_str().unwrap().to_owned();
    assert_eq!(bob.get(&format!("/v1/requests/{first}/why")).is(200)["kept_back_by"], "max-degree");
    assert_eq!(ann.get(&format!("/v1/requests/{first}/why")).is(200)["kept_back_by"], json!(null));
    let until = site.clock.now().plus(acquaint::Span::days(30));
    site.engine.restrict(acquaint::Restriction::until("ann", until)).unwrap();
    let refused = ann.post("/v1/requests", &json!({ "to": "carol@example.org" })).is(201);
    assert_eq!((&refused["outcome"], &refused["name"]), (&json!("refused"), &json!("sender-restricted")));
    let why = ann.get(&format!("/v1/requests/{}/why", refused["request"].as_str().unwrap())).is(200);
    assert_eq!(why["would_pass_at"], "2026-02-04T09:00:00Z", "{why}");
}

#[test]
fn a_refused_send_is_an_outcome() {
    let site = Site::open();
    let ann = site.member("ann");
    let sent = site.client().for_member(&ann).post("/v1/requests", &json!({ "to": "nobody" })).is(201);
    assert_eq!((&sent["outcome"], &sent["name"]), (&json!("refused"), &json!("address-unknown")));
}

#[test]
fn without_a_key_nothing_is_told() {
    let (site, secrets) = Site::keyed(&[(KeyRole::Admin, None)]);
    site.client().get("/v1/account").is_problem(401, "unauthorized");
    site.client().key("acq_wrong").get("/v1/account").is_problem(401, "unauthorized");
    site.client().key(&secrets[0]).get("/v1/account").is_problem(400, "no-member");
    site.client().get("/livez").is(200);
    site.client().get("/readyz").is(200);
}
