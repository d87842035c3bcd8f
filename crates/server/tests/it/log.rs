//! The log's figures and proofs over HTTP, for staff only.

use std::path::Path;

use acquaint::folder::DataFolder;
use acquaint::serving::LogTree;
use acquaint::{Connect, Engine, ManualClock};
use acquaint_log_file::FileLog;
use acquaint_report::log_head::HeadDocument;
use acquaint_report::proof;
use acquaint_server::{KeyRole, Limits, Server, ServerSettings};
use acquaint_tree_head::{Note, SigningKey};
use serde_json::{Value, json};

use crate::harness::{Site, add_key, client_of};

#[test]
fn staff_counts_the_events_of_a_log_and_members_do_not() {
    let keys = KeyRole::ALL.map(|role| (role, (role == KeyRole::Member).then_some("ann")));
    let (site, secrets) = Site::keyed(&keys);
    site.member("ann");
    site.member("bob");
    let sent = site.engine.send(Connect::from("ann").to("bob")).expect("it is sent");
    for (role, secret) in KeyRole::ALL.iter().zip(&secrets) {
        let client = site.client().key(secret);
        let (stats, proof) = (client.get("/v1/log/stats"), json!({ "request": sent.request.to_string() }));
        let proof = client.post("/v1/log/proofs", &proof);
        if !matches!(role, KeyRole::Support | KeyRole::ReadOnly | KeyRole::Admin) {
            stats.is_problem(403, "role");
            client.get("/v1/log/head").is_problem(403, "role");
            proof.is_problem(403, "role");
            continue;
        }
        let stats = stats.is(200);
        assert_eq!((&stats["log"], &stats["segments"]), (&Value::Null, &json!([])));
        let types = stats["types"].as_array().expect("a list");
        let joined = types.iter().find(|row| row["type"] == "member-added").expect("members joined");
        assert_eq!(joined["events"], 2);
        proof.is_problem(409, "not-sealed");
        client.get("/v1/log/head").is_problem(409, "no-head");
        client.post("/v1/log/proofs", &json!({ "request": "R0000000000000" })).is_problem(404, "not-found");
        client.post("/v1/log/proofs", &json!({ "request": "ann" })).is_problem(404, "not-found");
    }
}

#[test]
fn a_proof_leads_to_the_root_of_a_sealed_segment() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = DataFolder::at(folder.path());
    let open = || Engine::builder(folder.path()).clock(ManualClock::default()).open().expect("it opens");
    let engine = open();
    engine.add_member("ann").expect("she joins");
    engine.add_member("bob").expect("he joins");
    let request = engine.send(Connect::from("ann").to("bob")).expect("it is sent").request;
    drop(engine);
    FileLog::open(&data.log(), &data.writer_options()).expect("it opens").seal().expect("it is sealed");
    let support = add_key(folder.path(), KeyRole::Support, None);
    let listen = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let settings = ServerSettings {
        data: Some(folder.path().to_owned()),
        listen,
        admin_listen: None,
        limits: Limits::default(),
    };
    let server = Server::start(open(), &settings).expect("it starts");
    let support = client_of(server.address()).key(&support);
    let stats = support.get("/v1/log/stats").is(200);
    let sealed = &stats["segments"][0];
    assert_eq!(sealed["first"], 1);
    let asked = json!({ "request": request.to_string() });
    let answer = support.post("/v1/log/proofs", &asked).is(200);
    let proven = &answer["proof"];
    assert_eq!((&proven["viewer"], &proven["log"]), (&"agent".into(), &stats["log"]));
    assert_eq!((&proven["segments"][0]["root"], &answer["unsealed"]), (&sealed["root"], &json!([])));
    let text = proven.to_string();
    let (claims, proof) = proof::read(&text, |id| id.parse().map_err(|_| id.to_owned())).expect("a proof");
    assert_eq!(claims.request, request);
    let root = proof.segments[0].root;
    proof.check(&[root]).expect("it leads to the root");
    assert!(proof.check(&[[0; 32]]).is_err());
    // That somebody looked is itself an event, of the segment that is being written.
    let again = support.post("/v1/log/proofs", &asked).is(200);
    assert_eq!(again["proof"]["segments"], proven["segments"]);
    assert_eq!(again["unsealed"].as_array().expect("a list").len(), 1);
    drop(server);
}

#[cfg(unix)]
#[test]
fn a_head_is_signed_by_the_key_in_the_folder_and_follows_the_log() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = Engine::builder(folder.path()).clock(ManualClock::default()).open().expect("it opens");
    engine.add_member("ann").expect("she joins");
    let secret = add_key(folder.path(), KeyRole::Support, None);
    let settings = ServerSettings {
        data: Some(folder.path().to_owned()),
        listen: std::net::SocketAddr::from(([127, 0, 0, 1], 0)),
        admin_listen: None,
        limits: Limits::default(),
    };
    let server = Server::start(engine.clone(), &settings).expect("it starts");
    let client = client_of(server.address()).key(&secret);
    let unsigned = client.get("/v1/log/head").is(200);
    assert_eq!(unsigned["key"], Value::Null);
    let key = SigningKey::new("example.com/log", &[9; 32]).expect("a name");
    write_head_key(folder.path(), &key.secret_text(), 0o600);
    let before = signed_head(&client.get("/v1/log/head").is(200), &key);
    assert_eq!(unsigned["root"], proof::hex(&before.root));
    engine.add_member("bob").expect("he joins");
    // The second answer continues the tree of the first; a tree over the whole log is the same.
    let after = signed_head(&client.get("/v1/log/head").is(200), &key);
    let whole = acquaint::serving::log_tree(&DataFolder::at(folder.path()).log()).expect("an intact log");
    assert_eq!(after, whole);
    assert!(after.events > before.events && after.root != before.root);
    // A key that cannot be used is an error, never a head without a signature; and nothing waits for a pipe.
    write_head_key(folder.path(), &key.secret_text(), 0o644);
    client.get("/v1/log/head").is_problem(500, "internal");
    write_head_key(folder.path(), "no key", 0o600);
    client.get("/v1/log/head").is_problem(500, "internal");
    std::fs::remove_file(folder.path().join("head.key")).expect("it is there");
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("head.key")).status();
    assert!(made.expect("mkfifo runs").success());
    client.get("/v1/log/head").is_problem(500, "internal");
    drop(server);
    let refused = Server::start(engine, &settings).expect_err("it does not start with such a key");
    assert!(refused.to_string().contains("it is not an ordinary file"), "{refused}");
}

fn write_head_key(folder: &Path, text: &str, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    let file = folder.join("head.key");
    std::fs::write(&file, text).expect("it is written");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).expect("it is ours");
}

fn signed_head(answer: &Value, key: &SigningKey) -> LogTree {
    assert_eq!(answer["key"], key.public().text());
    let note = Note::parse(answer["note"].as_str().expect("a text")).expect("a note");
    note.verify(&key.public()).expect("it is signed");
    HeadDocument::read(&note.text).expect("a head").tree
}
