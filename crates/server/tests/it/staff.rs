//! What staff does: the catalogue, incidents, reviews, appeals, restrictions.

use acquaint::{Connect, Fault, FaultChannel, Span};
use acquaint_server::KeyRole;
use serde_json::{Value, json};

use crate::harness::{Client, Site};

/// A site whose spam filter holds the second of two notes alike, with a client for each role; the member is ann.
struct Staffed {
    site: Site,
    clients: Vec<Client>,
}

impl Staffed {
    fn new() -> Self {
        let keys = KeyRole::ALL.map(|role| (role, (role == KeyRole::Member).then_some("ann")));
        let (site, secrets) = Site::keyed(&keys);
        for handle in ["ann", "bob", "cat"] {
            site.member(handle);
        }
        let notes = "[spam.repeated_note]\nwindow = \"24h\"\neach = ";
        let policy = acquaint::policies::ARTICLE.replacen(&format!("{notes}0.2"), &format!("{notes}7.0"), 1);
        let policy = policy.replacen("refuse_at = 6.5", "refuse_at = 20.0", 1);
        site.engine.adopt_policy(policy).expect("it is a policy");
        let clients = secrets.iter().map(|secret| site.client().key(secret)).collect();
        Self { site, clients }
    }

    fn of(&self, role: KeyRole) -> &Client {
        let place = KeyRole::ALL.iter().position(|known| *known == role).expect("a role that there is");
        &self.clients[place]
    }

    /// Ann's second request with the same note, which is held.
    fn held(&self) -> String {
        let send = |to: &str| self.site.engine.send(Connect::from("ann").to(to).note("Join my webinar!"));
        send("bob").expect("it is sent");
        let held = send("cat").expect("it is sent");
        assert_eq!(held.outcome.code(), acquaint::Code::SpamHeld);
        held.request.to_string()
    }

    /// How many events there are about a request.
    fn events(&self, request: &str) -> usize {
        let seen = self.site.engine.why(request.parse::<acquaint::RequestId>().expect("an id"));
        seen.seen_by(acquaint::Viewer::Engineer).expect("it is there").events.len()
    }
}

fn rows(answer: &Value) -> &Vec<Value> {
    answer["rows"].as_array().expect("a page has rows")
}

#[test]
fn the_catalogue_is_for_everybody() {
    let staffed = Staffed::new();
    let anybody = staffed.site.client();
    let all = anybody.get("/v1/reason-codes").is(200);
    assert_eq!(all.as_array().expect("a list").len(), acquaint::Code::ALL.len());
    let one = anybody.get("/v1/reason-codes/CR0401").is(200);
    assert_eq!((&one["code"], &one["name"]), (&"CR0401".into(), &"daily-limit".into()));
    assert_eq!(one, anybody.get("/v1/reason-codes/daily-limit").is(200));
    assert!(all.as_array().expect("a list").contains(&one));
    anybody.get("/v1/reason-codes/CR9999").is_problem(404, "not-found");
}

#[test]
fn staff_lists_incidents() {
    let staffed = Staffed::new();
    let engine = &staffed.site.engine;
    let support = staffed.of(KeyRole::Support);
    assert_eq!(support.get("/v1/incidents").is(200)["rows"], json!([]));
    engine.start_fault(FaultChannel::All, Fault::ServerError).expect("it starts");
    let senders = ["s1", "s2", "s3", "s4", "s5"];
    let recipients = ["r1", "r2", "r3", "r4"];
    for handle in senders.iter().chain(&recipients) {
        engine.add_member(*handle).expect("it joins");
    }
    for (sender, recipient) in senders.iter().flat_map(|sender| recipients.map(|to| (sender, to))) {
        engine.send(Connect::from(*sender).to(recipient)).expect("it is sent");
    }
    staffed.site.clock.advance(Span::minutes(2));
    let listed = support.get("/v1/incidents").is(200);
    let incident = &rows(&listed)[0];
    assert_eq!((&incident["senders"], &incident["code"]), (&5.into(), &"CR0603".into()));
    assert_eq!((&incident["until"], &incident["channels"]), (&Value::Null, &json!(["web"])));
    assert_eq!(staffed.of(KeyRole::ReadOnly).get("/v1/incidents").is(200)["rows"], listed["rows"]);
    staffed.of(KeyRole::Member).get("/v1/incidents").is_problem(403, "role");
    staffed.of(KeyRole::Policy).get("/v1/incidents").is_problem(403, "role");
    support.get("/v1/incidents?limit=0").is_problem(400, "bad-query");
}

#[test]
fn support_releases_a_held_request_and_says_why() {
    let staffed = Staffed::new();
    let request = staffed.held();
    let support = staffed.of(KeyRole::Support);
    let before = staffed.events(&request);
    let listed = support.get("/v1/reviews").is(200);
    let row = &rows(&listed)[0];
    assert_eq!((&row["request"], &row["from"]), (&request.as_str().into(), &"ann".into()));
    assert_eq!(row["to"], "cat");
    assert_eq!((&row["code"], &row["late"]), (&"CR0502".into(), &false.into()));
    assert_eq!(staffed.events(&request), before + 1, "a look is recorded");
    let path = format!("/v1/reviews/{request}/release");
    let why = json!({ "reason": "an honest invitation" });
    for role in [KeyRole::Service, KeyRole::Member, KeyRole::ReadOnly, KeyRole::Policy] {
        staffed.of(role).post(&path, &why).is_problem(403, "role");
    }
    support.post(&path, &json!({})).is_problem(400, "bad-field");
    support.post(&path, &json!({ "reason": " " })).is_problem(400, "bad-field");
    support.post(&path, &json!({ "reason": "x".repeat(201) })).is_problem(400, "bad-field");
    assert_eq!(staffed.events(&request), before + 1);
    let retried = support.with("Idempotency-Key", "r1");
    assert_eq!(retried.post(&path, &why).is(200)["outcome"], "done");
    let after = staffed.events(&request);
    assert!(after > before + 2, "it was released, and why is recorded: {after}");
    let again = retried.post(&path, &why);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(staffed.events(&request), after);
    retried.post(&path, &json!({ "reason": "another" })).is_problem(422, "command-id-reused");
    support.post(&path, &why).is_problem(409, "nothing-to-do");
    assert_eq!(support.get("/v1/reviews").is(200)["rows"], json!([]));
    let cat = staffed.of(KeyRole::Service).for_member(&staffed.site.id_of("cat"));
    assert_eq!(rows(&cat.get("/v1/pending/received").is(200)).len(), 1);
}

#[test]
fn an_admin_refuses_a_held_request() {
    let staffed = Staffed::new();
    let request = staffed.held();
    let (admin, path) = (staffed.of(KeyRole::Admin), format!("/v1/reviews/{request}/refuse"));
    assert_eq!(admin.post(&path, &json!({ "reason": "a mass mailing" })).is(200)["outcome"], "done");
    let why = admin.get(&format!("/v1/requests/{request}/why")).is(200);
    assert_eq!(why["code"], "CR0501", "{why}");
    admin.post("/v1/reviews/R0000000000000/refuse", &json!({ "reason": "x" })).is_problem(404, "not-found");
    let waived = json!({ "reason": "x", "waive_limits": true });
    // Nobody can release what was refused: it no longer waits.
    admin.post(&format!("/v1/reviews/{request}/release"), &waived).is_problem(404, "not-found");
}

#[test]
fn a_member_appeals_and_staff_decides() {
    let staffed = Staffed::new();
    let (ann, support) = (staffed.of(KeyRole::Member), staffed.of(KeyRole::Support));
    let id = staffed.site.id_of("ann");
    assert_eq!(ann.post("/v1/appeals", &json!({})).is(201)["name"], "nothing-to-appeal");
    let restriction = json!({ "until": "2027-01-01T00:00:00Z", "cause": "spam" });
    let restricted = support.post(&format!("/v1/members/{id}/restrict"), &restriction).is(200);
    assert_eq!(restricted["outcome"], "done");
    assert_eq!(ann.post("/v1/appeals", &json!({})).is(201)["outcome"], "done");
    ann.get("/v1/appeals").is_problem(403, "role");
    let listed = staffed.of(KeyRole::ReadOnly).get("/v1/appeals").is(200);
    let row = &rows(&listed)[0];
    assert_eq!((&row["with"], &row["member"]), (&"ann".into(), &id.as_str().into()));
    assert_eq!((&row["rule"], &row["request"]), (&"operator".into(), &Value::Null));
    let appeal = json!({ "member": "ann" });
    ann.post("/v1/appeals/uphold", &appeal).is_problem(403, "role");
    staffed.of(KeyRole::ReadOnly).post("/v1/appeals/uphold", &appeal).is_problem(403, "role");
    assert_eq!(support.post("/v1/appeals/uphold", &appeal).is(200)["outcome"], "done");
    assert_eq!(ann.get("/v1/account").is(200)["standing"], "good");
    support.post("/v1/appeals/dismiss", &appeal).is_problem(409, "nothing-to-do");
    support.post("/v1/appeals/dismiss", &json!({ "member": "nobody" })).is_problem(404, "unknown-member");
}

#[test]
fn an_appeal_about_a_request_is_for_its_sender() {
    let staffed = Staffed::new();
    let request = staffed.held();
    let (service, support) = (staffed.of(KeyRole::Service), staffed.of(KeyRole::Support));
    let ann = staffed.of(KeyRole::Member);
    let cat = service.for_member(&staffed.site.id_of("cat"));
    let bob = service.for_member(&staffed.site.id_of("bob"));
    let appeal = json!({ "request": request });
    for stranger in [&cat, &bob] {
        stranger.post("/v1/appeals", &appeal).is_problem(404, "not-found");
    }
    ann.post("/v1/appeals", &json!({ "request": "R1" })).is_problem(404, "not-found");
    assert_eq!(ann.post("/v1/appeals", &appeal).is(201)["outcome"], "done");
    let before = staffed.events(&request);
    assert_eq!(rows(&support.get("/v1/appeals").is(200))[0]["request"], *request);
    assert_eq!(staffed.events(&request), before + 1, "a look is recorded");
    let decision = json!({ "member": "ann", "request": request });
    assert_eq!(support.post("/v1/appeals/dismiss", &decision).is(200)["outcome"], "done");
    assert_eq!(support.get("/v1/appeals").is(200)["rows"], json!([]));
}

#[test]
fn staff_restricts_bans_and_lifts() {
    let staffed = Staffed::new();
    let (ann, support) = (staffed.of(KeyRole::Member), staffed.of(KeyRole::Support));
    let path = |act: &str| format!("/v1/members/{}/{act}", staffed.site.id_of("ann"));
    let standing = || ann.get("/v1/account").is(200)["standing"].clone();
    for (role, act) in [KeyRole::Service, KeyRole::Member, KeyRole::ReadOnly, KeyRole::Policy]
        .into_iter()
        .flat_map(|role| ["restrict", "ban", "lift"].map(|act| (role, act)))
    {
        staffed
            .of(role)
            .post(&path(act), &json!({ "until": "2027-01-01T00:00:00Z" }))
            .is_problem(403, "role");
    }
    assert_eq!(standing(), "good");
    let until = |text: &str| support.post(&path("restrict"), &json!({ "until": text }));
    for text in ["tomorrow", "in 2d", "", "2027-13-01T00:00:00Z"] {
        until(text).is_problem(400, "bad-field");
    }
    until("2020-01-01T00:00:00Z").is_problem(400, "invalid-input");
    assert_eq!(until("2027-01-01T00:00:00Z").is(200)["outcome"], "done");
    assert_eq!(ann.get("/v1/account").is(200)["restricted_until"], "2027-01-01T00:00:00Z");
    assert_eq!(support.act(&path("lift")).is(200)["outcome"], "done");
    assert_eq!(staffed.of(KeyRole::Admin).act(&path("ban")).is(200)["outcome"], "done");
    assert_eq!(standing(), "banned");
    support.act(&path("lift")).is(200);
    assert_eq!(standing(), "good");
    support.act(&path("lift")).is_problem(409, "nothing-to-do");
    support.act("/v1/members/M0000000000000/ban").is_problem(404, "not-found");
}
