//! `acquaint serve` as a process: it starts, stops when it is asked to, and loses nothing when it is killed.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use acquaint_cli::grammar::Exit;
use acquaint_seeded::Random;
use serde_json::{Value, json};

use crate::http_client::{exchange, read};
use crate::world::{World, binary};

/// How often the server is killed.
const KILLS: usize = 5;
/// How many clients send at a time.
const CLIENTS: usize = 4;
/// How long a server may take to start or to stop.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server process on a free port. It is killed when the test ends.
struct Served {
    child: Child,
    address: SocketAddr,
    /// The second listener's, if there is one.
    admin: Option<SocketAddr>,
}

impl Served {
    fn start(world: &World) -> Self {
        Self::start_with(world, &[], Stdio::inherit())
    }

    fn start_with(world: &World, options: &[&str], stderr: Stdio) -> Self {
        let mut command = binary(&world.data());
        command.args(["serve", "--listen", "127.0.0.1:0", "--format", "ndjson"]).args(options);
        let mut child = command.stdout(Stdio::piped()).stderr(stderr).spawn().expect("the program starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("its output is ours");
        BufReader::new(out).read_line(&mut line).expect("it says where it listens");
        let said: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let address = |name: &str| {
            let address = said[name].as_str()?.strip_prefix("http://")?;
            Some(address.parse().expect("an address"))
        };
        Self { child, address: address("url").expect("an address"), admin: address("admin_url") }
    }

    fn ask(&self, method: &str, path: &str, headers: &str, body: Option<&Value>) -> (u16, Value) {
        let answer = exchange(self.address, (method, path), headers, body).expect("it answers");
        read(&answer).unwrap_or_else(|| panic!("{answer}"))
    }

    /// Adds a member, and gives the header that acts for it.
    fn member(&self, handle: &str) -> String {
        let (status, added) = self.ask("POST", "/v1/members", "", Some(&json!({ "handle": handle })));
        assert_eq!(status, 201, "{added}");
        format!("Acquaint-Member: {}\r\n", added["id"].as_str().expect("an id"))
    }

    /// Asks the process to end, as a service manager does, and waits for it.
    fn ended(mut self) -> Option<i32> {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(asked.is_ok_and(|status| status.success()), "the signal is sent");
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("it is waited for") {
                return status.code();
            }
            assert!(Instant::now() < until, "it does not end");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already.
        let _gone = self.child.kill();
        let _status = self.child.wait();
    }
}

#[cfg(unix)]
#[test]
fn a_server_that_is_asked_to_end_finishes_and_leaves_the_folder() {
    let world = World::new();
    let served = Served::start(&world);
    let ann = served.member("ann");
    let taken = world.program().say("member add bob");
    assert_eq!(taken.exit, Exit::OtherWriter, "{}", taken.stderr);
    let (status, sent) = served.ask("POST", "/v1/requests", &ann, Some(&json!({ "to": "nobody" })));
    assert_eq!((status, &sent["outcome"]), (201, &json!("refused")));
    assert_eq!(served.ended(), Some(0));
    let why = world.program().say(&format!("why {} --format json", sent["request"].as_str().expect("an id")));
    assert_eq!(why.exit, Exit::Ok, "{}", why.stderr);
    assert_eq!(world.program().say("log verify").exit, Exit::Ok);
    assert_eq!(world.program().say("member add bob").exit, Exit::Ok);
}

#[cfg(unix)]
#[test]
fn each_request_has_a_line_in_the_log_without_personal_data() {
    let world = World::new();
    let log = std::path::PathBuf::from(world.file("requests.log", ""));
    let file = std::fs::File::create(&log).expect("a file");
    let options = ["--admin-listen", "127.0.0.1:0", "--log-format", "json"];
    let served = Served::start_with(&world, &options, file.into());
    let ann = served.member("ann");
    let (status, sent) = served.ask("POST", "/v1/requests", &ann, Some(&json!({ "to": "bob@example.org" })));
    assert_eq!(status, 201, "{sent}");
    let request = sent["request"].as_str().expect("an id");
    assert_eq!(served.ask("GET", &format!("/v1/requests/{request}/why"), &ann, None).0, 200);
    let admin = served.admin.expect("a second listener");
    let metrics = exchange(admin, ("GET", "/metrics"), "", None).expect("it answers");
    assert!(metrics.contains("acquaint_"), "{metrics}");
    assert!(!metrics.contains("ann") && !metrics.contains(request), "{metrics}");
    assert_eq!(served.ended(), Some(0));
    let lines = std::fs::read_to_string(&log).expect("the log");
    let lines: Vec<Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect();
    let routes: Vec<&str> = lines.iter().filter_map(|line| line["route"].as_str()).collect();
    assert_eq!(routes, ["/v1/members", "/v1/requests", "/v1/requests/{id}/why"]);
    assert_eq!(lines[1]["status"], 201);
    let text = std::fs::read_to_string(&log).expect("the log");
    for secret in ["ann", "bob", "example.org", request] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[test]
fn ids_and_keys_outlive_the_server() {
    let world = World::new();
    let served = Served::start(&world);
    let ann = served.member("ann");
    drop(served);
    let served = Served::start(&world);
    assert_eq!(served.ask("GET", "/v1/account", &ann, None).1["handle"], "ann");
    drop(served);
    let made = world.program().say("keys add shop --role service --format json");
    let made: Value = serde_json::from_str(&made.out).expect("a document");
    let served = Served::start(&world);
    assert_eq!(served.ask("GET", "/v1/account", &ann, None).0, 401);
    let key = format!("{ann}Authorization: Bearer {}\r\n", made["secret"].as_str().expect("a secret"));
    assert_eq!(served.ask("GET", "/v1/account", &key, None).0, 200);
    let listed = world.program().say("keys list --format json");
    assert!(!listed.out.contains(made["secret"].as_str().expect("a secret")), "{}", listed.out);
    assert_eq!(world.program().say("keys revoke k1").exit, Exit::Ok);
    assert_eq!(world.program().say("keys revoke k1").exit, Exit::NotFound);
}

/// Sends until the server is gone. Gives the requests that were acknowledged, and the keys of those that were not.
fn send_until_killed(address: SocketAddr, ann: &str, next: &AtomicU32) -> (Vec<String>, Vec<u32>) {
    let (mut acknowledged, mut unheard) = (Vec::new(), Vec::new());
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let headers = format!("{ann}Idempotency-Key: {number}\r\n");
        let body = json!({ "to": format!("person{number}@example.org") });
        match exchange(address, ("POST", "/v1/requests"), &headers, Some(&body))
            .ok()
            .as_deref()
            .and_then(read)
        {
            Some((201, sent)) => acknowledged.extend(sent["request"].as_str().map(str::to_owned)),
            Some((status, answer)) => panic!("{status} {answer}"),
            None => {
                unheard.push(number);
                return (acknowledged, unheard);
            }
        }
    }
}

#[test]
fn nothing_acknowledged_is_lost_when_the_server_is_killed() {
    let (world, mut random, next) = (World::new(), Random::new(20), AtomicU32::new(0));
    let mut served = Served::start(&world);
    let ann = served.member("ann");
    let mut all = Vec::new();
    for _ in 0..KILLS {
        let (address, ann, next) = (served.address, &ann, &next);
        let heard: Vec<_> = thread::scope(|scope| {
            let clients: Vec<_> =
                (0..CLIENTS).map(|_| scope.spawn(move || send_until_killed(address, ann, next))).collect();
            thread::sleep(Duration::from_millis(20 + random.below(120)));
            served.child.kill().expect("it is killed");
            // A killed process holds the lock until its threads are out of the kernel; the next server does not wait for it.
            served.child.wait().expect("it is gone");
            clients.into_iter().map(|client| client.join().expect("it ends")).collect()
        });
        served = Served::start(&world);
        for (acknowledged, unheard) in heard {
            all.extend(acknowledged);
            for number in unheard {
                let headers = format!("{ann}Idempotency-Key: {number}\r\n");
                let body = json!({ "to": format!("person{number}@example.org") });
                let first = served.ask("POST", "/v1/requests", &headers, Some(&body));
                assert_eq!(first.0, 201, "{}", first.1);
                assert_eq!(served.ask("POST", "/v1/requests", &headers, Some(&body)), first);
            }
        }
    }
    assert!(!all.is_empty(), "nothing was acknowledged");
    for request in &all {
        let (status, why) = served.ask("GET", &format!("/v1/requests/{request}/why"), &ann, None);
        assert_eq!(status, 200, "{request}: {why}");
    }
    let numbers: std::collections::BTreeSet<&String> = all.iter().collect();
    assert_eq!(numbers.len(), all.len(), "a request was acknowledged twice");
}
