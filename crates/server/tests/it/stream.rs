//! The stream of events: what each caller is told, where it continues, and when it ends.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use acquaint::Connect;
use acquaint_server::{KeyFile, KeyRole, Limits};
use serde_json::{Value, json};

use crate::harness::{Client, Site, add_key};

/// An open stream.
struct Stream {
    socket: TcpStream,
    text: String,
}

impl Stream {
    fn open(address: SocketAddr, client: &Client) -> Self {
        let mut socket = TcpStream::connect(address).expect("the stream is open");
        socket.set_read_timeout(Some(Duration::from_millis(100))).expect("the stream is open");
        socket.write_all(client.head("GET", "/v1/events", "\r\n").as_bytes()).expect("the stream is open");
        let mut stream = Self { socket, text: String::new() };
        stream.until(|text| text.contains("\nid: "));
        stream
    }

    /// Reads until it is so; false where the stream ends before.
    #[track_caller]
    fn until(&mut self, is_so: impl Fn(&str) -> bool) -> bool {
        let begun = Instant::now();
        let mut bytes = [0; 4_096];
        while !is_so(&self.text) {
            assert!(begun.elapsed() < Duration::from_secs(20), "{}", self.text);
            match self.socket.read(&mut bytes) {
                Ok(0) => return false,
                Ok(len) => self.text.push_str(&String::from_utf8_lossy(&bytes[..len])),
                Err(_) => {}
            }
        }
        true
    }

    /// The events, once there are this many.
    #[track_caller]
    fn events(&mut self, count: usize) -> Vec<Value> {
        assert!(self.until(|text| text.matches("}\n\n").count() >= count), "{}", self.text);
        let lines = self.text.lines().filter_map(|line| line.strip_prefix("data: "));
        lines.map(|line| serde_json::from_str(line).expect("the stream is open")).collect()
    }
}

/// ann and bob, and a client that may act for both.
fn pair() -> (Site, Client, Client) {
    let site = Site::open();
    let (ann, bob) = (site.member("ann"), site.member("bob"));
    let client = site.client();
    (site, client.for_member(&ann), client.for_member(&bob))
}

fn names(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().expect("an event has a type")).collect()
}

#[test]
fn a_member_hears_of_the_members_own_desk() {
    let (site, ann, bob) = pair();
    let (mut of_ann, mut of_bob) = (Stream::open(site.address(), &ann), Stream::open(site.address(), &bob));
    let sent = ann.post("/v1/requests", &json!({ "to": "bob" })).is(201);
    let request = sent["request"].clone();
    let told = of_ann.events(1);
    assert_eq!(told[0]["subject"], request, "{told:?}");
    // The first number is that of ann's own joining.
    assert_eq!((&told[0]["data"]["number"], &told[0]["specversion"]), (&json!(2), &json!("1.0")));
    let arrived = of_bob.events(1);
    assert_eq!((&arrived[0]["subject"], &arrived[0]["data"]["number"]), (&request, &json!(2)));
    let text = of_ann.text.to_lowercase();
    assert!(text.contains("content-type: text/event-stream") && text.contains("no-store"), "{text}");
    bob.act(&format!("/v1/requests/{}/accept", request.as_str().unwrap())).is(200);
    let told = of_ann.events(2);
    assert_eq!(told.last().unwrap()["subject"], request, "{:?}", names(&told));
    // Every id has one length, and a stream continues where another was left.
    let ids: Vec<&str> = of_ann.text.lines().filter_map(|line| line.strip_prefix("id: ")).collect();
    assert!(ids.len() >= 3 && ids.iter().all(|id| id.len() == ids[0].len()), "{ids:?}");
    let mut again = Stream::open(site.address(), &ann.with("Last-Event-ID", ids[0]));
    assert_eq!(again.events(told.len())[..told.len()], told);
}

#[test]
fn an_id_is_good_for_one_member_and_one_stream() {
    let (site, ann, bob) = pair();
    let stream = Stream::open(site.address(), &ann);
    let id = stream.text.lines().find_map(|line| line.strip_prefix("id: ")).unwrap();
    for (client, id) in
        [(&bob, id), (&site.client(), id), (&ann, "7"), (&ann, ""), (&site.client(), "999999")]
    {
        client.with("Last-Event-ID", id).get("/v1/events").is_problem(400, "bad-event-id");
    }
}

#[test]
fn staff_hears_of_the_whole_log_by_its_positions() {
    let (site, ann, _) = pair();
    let mut staff = Stream::open(site.address(), &site.client().with("Last-Event-ID", "0"));
    ann.post("/v1/requests", &json!({ "to": "bob" })).is(201);
    let told = staff.events(4);
    let numbers: Vec<u64> = told.iter().map(|event| event["data"]["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers[..4], [1, 2, 3, 4]);
    assert_eq!((told[3]["id"].as_str(), told[0]["type"].as_str()), (Some("4"), Some("dev.acquaint.founded")));
    assert!(!staff.text.contains("\"ann\""), "{}", staff.text);
}

#[test]
fn a_sender_hears_nothing_of_what_the_recipient_does_in_private() {
    let told = |private: &dyn Fn(&Client, &str)| {
        let (site, ann, bob) = pair();
        let mut stream = Stream::open(site.address(), &ann);
        let sent = ann.post("/v1/requests", &json!({ "to": "bob" })).is(201);
        let request = sent["request"].as_str().unwrap().to_owned();
        private(&bob, &request);
        ann.post("/v1/requests", &json!({ "to": "carla@example.org" })).is(201);
        let last = |text: &str| text.matches("}\n\n").count() >= 4;
        let begun = Instant::now();
        stream.until(|text| last(text) || begun.elapsed() > Duration::from_secs(1));
        let events = stream.events(2);
        drop(site);
        events
            .into_iter()
            .map(|mut event| {
                // The key of the server differs, and with it the tokens; their length does not.
                event["id"] = json!(event["id"].as_str().unwrap().len());
                event.to_string()
            })
            .collect::<Vec<_>>()
    };
    let nothing = told(&|_, _| {});
    for act in ["decline", "dismiss", "report"] {
        let after = told(&|bob, request| {
            bob.post("/v1/blocks", &json!({ "other": "carla" }));
            bob.act(&format!("/v1/requests/{request}/{act}")).is(200);
        });
        assert_eq!(after, nothing, "{act}");
    }
}

#[test]
fn a_stream_ends_with_the_server() {
    let (site, ann, _) = pair();
    let mut stream = Stream::open(site.address(), &ann);
    let begun = Instant::now();
    drop(site.stopped());
    assert!(!stream.until(|_| false));
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[test]
fn a_quiet_stream_says_that_it_is_there_and_ends_with_its_key() {
    let limits = Limits { keep_alive: Duration::from_millis(100), streams: 1, ..Limits::default() };
    let site = Site::with(&[(KeyRole::Admin, None)], limits);
    site.member("ann");
    let secret = add_key(site.folder.path(), KeyRole::Member, Some("ann"));
    // The server reads the file of the keys once a second.
    std::thread::sleep(Duration::from_millis(1_200));
    let ann = site.client().key(&secret);
    let mut stream = Stream::open(site.address(), &ann);
    assert!(stream.until(|text| text.matches(":\n\n").count() >= 3));
    ann.get("/v1/events").is_problem(503, "busy");
    let keys = KeyFile::of(site.folder.path());
    let key = keys.read().unwrap().into_iter().find(|key| key.role == KeyRole::Member).unwrap();
    keys.revoke(&key.id, site.engine.now()).unwrap();
    assert!(!stream.until(|_| false));
}

#[test]
fn a_gap_that_is_too_old_is_said() {
    let site = Site::open();
    let ann = site.client().for_member(&site.member("ann"));
    let stream = Stream::open(site.address(), &ann);
    let id = stream.text.lines().find_map(|line| line.strip_prefix("id: ")).unwrap().to_owned();
    let connects = (0..10_001).map(|number| Connect::from("ann").to(format!("person{number}@example.org")));
    drop(site.engine.send_many(connects));
    ann.with("Last-Event-ID", &id).get("/v1/events").is_problem(410, "gap-too-old");
}
