//! The same pairs of worlds over HTTP: the status, headers and body of everything that the sender gets, with a key of the
//! sender's own and with one of the service's.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;

use acquaint::serving::Command;
use acquaint::{Engine, ManualClock};
use acquaint_cli::grammar::{CliCommand, Until, WriteCommand, parse_words};
use acquaint_domain::{Handle, RequestId, Span};
use acquaint_server::{KeyFile, KeyRole, Limits, NewKey, Server, ServerSettings};
use serde_json::{Value, json};

use crate::documents::answer_schema;
use crate::http_client::exchange;
use crate::json_schema::is_valid;

use super::pair::{MEMBERS, START, Script, Secrets, Step, Told};

/// A network that is served, with the clock that the test moves.
struct World {
    engine: Engine,
    clock: ManualClock,
    address: SocketAddr,
    member: Client,
    service: Client,
    /// The requests of which the sender was told, the last one last.
    requests: Vec<String>,
    /// The schema of an answer.
    schema: Value,
    _server: Server,
}

/// A key, and the member that it acts for.
struct Client {
    headers: String,
}

/// Everything that the sender gets in the world with these secrets.
pub(super) fn told(keys: &Path, script: &Script, secrets: &Secrets) -> Vec<Told> {
    let mut world = World::begin(keys);
    let (mut now, mut told) = (START, Vec::new());
    for (index, step) in script.steps.iter().enumerate() {
        match step {
            Step::Wait(span) => {
                now = now.plus(*span);
                world.clock.set(now);
            }
            Step::Open(line, _) => {
                world.open(line, &mut told);
                if script.keeps_request && world.are_connected() {
                    return told;
                }
                world.look_around(&mut told);
            }
            Step::Private(place) => {
                let wait = match script.steps.get(index + 1) {
                    Some(Step::Wait(span)) => span.as_millis(),
                    Some(Step::Open(..) | Step::Private(_)) | None => 0,
                };
                for act in secrets.get(*place).into_iter().flatten() {
                    world.clock.set(now.plus(Span::millis(wait * i64::from(act.moment) / 1_000)));
                    act.lines.iter().for_each(|line| world.carry_out(line));
                }
            }
        }
    }
    told
}

/// Makes a folder with the two keys; all worlds are served with these.
pub(super) fn keys() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder is made");
    let file = KeyFile::of(folder.path());
    let add = |role, member: Option<&str>| {
        let new = NewKey { name: "test".to_owned(), role, member: member.map(str::to_owned) };
        file.add(new, START).expect("a key is made").1
    };
    let secrets = [add(KeyRole::Member, Some("alice")), add(KeyRole::Service, None)];
    std::fs::write(folder.path().join("secrets"), secrets.join("\n")).expect("the secrets are written");
    folder
}

impl World {
    fn begin(keys: &Path) -> Self {
        let clock = ManualClock::at(START);
        let engine = Engine::in_memory().request_ids_from(1).clock(clock.clone()).open().expect("it opens");
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let limits = Limits { at_once: 4, ..Limits::default() };
        let settings = ServerSettings { data: Some(keys.to_owned()), listen, admin_listen: None, limits };
        let server = Server::start(engine.clone(), &settings).expect("it starts");
        let secrets = std::fs::read_to_string(keys.join("secrets")).expect("the secrets are there");
        let (member, service) = secrets.split_once('\n').expect("there are two");
        let address = server.address();
        let client = |secret: &str, rest: &str| Client {
            headers: format!("Authorization: Bearer {secret}\r\n{rest}"),
        };
        let (member, plain) = (client(member, ""), client(service, ""));
        let mut world = Self {
            engine,
            clock,
            address,
            member,
            service: plain,
            requests: Vec::new(),
            schema: answer_schema(),
            _server: server,
        };
        MEMBERS.iter().for_each(|line| world.carry_out(line));
        let alice = Handle::parse("alice").expect("a handle");
        let id = world.engine.public_id_of(&alice).expect("it reads").expect("alice is there");
        let id = RequestId(id).to_string().replacen('R', "M", 1);
        world.service = client(service, &format!("Acquaint-Member: {id}\r\n"));
        world
    }

    /// Carries out a line of the generator's that nobody compares. It may fail.
    fn carry_out(&self, line: &str) {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let command = parse_words(&words).unwrap_or_else(|error| panic!("{line}: {error}")).command;
        let CliCommand::Write(command) = command else { return };
        let command = match command {
            WriteCommand::Command { command, .. } => command,
            WriteCommand::Send { send, .. } => Command::SendRequest(send),
            WriteCommand::Restrict { member, until, cause, .. } => {
                let until = match until {
                    Until::At(at) => at,
                    Until::For(span) => self.clock.now().plus(span),
                };
                Command::RestrictMember { member, until, cause }
            }
            WriteCommand::Adopt { .. } => {
                Command::AdoptPolicy { text: acquaint_policy::LINKEDIN_OBSERVED.to_owned() }
            }
        };
        // What cannot be done in this world is not done.
        let _done = self.engine.submit(command, None);
    }

    fn are_connected(&self) -> bool {
        let connections = self.engine.connections("alice").expect("it reads");
        connections.iter().any(|connection| connection.with == "bob")
    }

    /// A line of the sender's, as the sender does it over HTTP; one of others' is carried out.
    fn open(&mut self, line: &str, told: &mut Vec<Told>) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let option = |name: &str| words.iter().position(|word| *word == name).map(|at| words[at + 1]);
        let last = self.requests.last().cloned().unwrap_or_else(|| "R0000000000000".to_owned());
        match words[..] {
            [act @ ("send" | "check"), "alice", to, ..] => {
                let mut body = json!({ "to": to });
                let options = [("--note", "note"), ("--via", "channel"), ("--with-email", "with_email")];
                for (name, field) in options {
                    if let Some(value) = option(name) {
                        body[field] = json!(value);
                    }
                }
                let path = if act == "send" { "/v1/requests" } else { "/v1/requests/check" };
                let text = self.ask("POST", path, Some(&body), told);
                self.requests.extend(text["request"].as_str().map(str::to_owned));
            }
            ["why", "alice", to, ..] => {
                self.ask("POST", "/v1/why", Some(&json!({ "from": "alice", "to": to })), told);
            }
            ["why", "bob", ..] => {
                self.ask("POST", "/v1/why", Some(&json!({ "from": "bob", "to": "alice" })), told);
            }
            [act @ ("block" | "unblock" | "disconnect"), "alice", other, ..] => {
                let path = match act {
                    "block" => "/v1/blocks",
                    "unblock" => "/v1/blocks/remove",
                    _ => "/v1/connections/remove",
                };
                self.ask("POST", path, Some(&json!({ "other": other })), told);
            }
            [
                act @ ("withdraw" | "remind" | "confirm" | "accept" | "decline" | "ignore" | "report"),
                "alice",
                ..,
            ] => {
                let act = if act == "ignore" { "dismiss" } else { act };
                self.ask("POST", &format!("/v1/requests/{last}/{act}"), None, told);
            }
            ["requests", "alice", ..] => {
                let keys = ["from", "to", "code", "status"];
                let query =
                    keys.iter().filter_map(|key| Some(format!("{key}:{}", option(&format!("--{key}"))?)));
                let query = query.collect::<Vec<_>>().join(" ");
                self.ask("POST", "/v1/requests/search", Some(&json!({ "query": query, "limit": 2 })), told);
                let count = json!({ "query": query, "by": "outcome" });
                self.ask("POST", "/v1/requests/count", Some(&count), told);
            }
            // Looked at after every line, or of the command line alone.
            _ if line.contains("REQUEST") => {}
            _ => self.carry_out(line),
        }
    }

    /// Everything that the sender can ask without words.
    fn look_around(&self, told: &mut Vec<Told>) {
        for path in [
            "/v1/account",
            "/v1/quota",
            "/v1/standing",
            "/v1/follow-up?limit=1",
            "/v1/pending/sent?limit=1",
            "/v1/pending/received?limit=1",
            "/v1/pending/kept-back?limit=1",
            "/v1/connections?limit=1",
            "/v1/blocks?limit=1",
            "/readyz",
        ] {
            self.ask("GET", path, None, told);
        }
        for request in self.requests.iter().rev().take(2) {
            for what in ["why", "trace"] {
                self.ask("GET", &format!("/v1/requests/{request}/{what}"), None, told);
            }
        }
    }

    /// Asks with both keys, notes what comes, and gives the body that the member's key got.
    fn ask(&self, method: &str, path: &str, body: Option<&Value>, told: &mut Vec<Told>) -> Value {
        let by_member = self.bytes(&self.member, method, path, body);
        let is_question =
            method == "GET" || ["why", "search", "count", "check"].iter().any(|end| path.ends_with(end));
        told.push(Told { line: format!("member: {method} {path}"), text: comparable(&by_member) });
        // A command is done once.
        if is_question {
            let by_service = self.bytes(&self.service, method, path, body);
            assert_eq!(comparable(&by_service), comparable(&by_member), "{method} {path}");
        }
        let body = by_member.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        if body["schema"] == "acquaint.answer.v2" {
            assert!(is_valid(&self.schema, &body), "{method} {path}: {body}");
            assert!(body["would_pass_at"].is_null() || body["would_pass"].is_string(), "{body}");
            assert!(body["kept_back_by"].is_null(), "{body}");
        }
        body
    }

    fn bytes(&self, client: &Client, method: &str, path: &str, body: Option<&Value>) -> String {
        exchange(self.address, (method, path), &client.headers, body).expect("the server answers")
    }
}

/// An answer without what differs from one call to the next: the date, and the bytes of tokens, whose lengths stay.
fn comparable(answer: &str) -> String {
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
    let head: Vec<&str> = head.lines().filter(|line| !line.starts_with("date:")).collect();
    let mut body: BTreeMap<String, Value> = match serde_json::from_str(body) {
        Ok(body) => body,
        Err(_) => BTreeMap::from([("text".to_owned(), json!(body))]),
    };
    if let Some(Value::String(next)) = body.get_mut("next") {
        *next = format!("{} characters", next.len());
    }
    format!("{}\n{}", head.join("\n"), json!(body))
}
