//! A server on a free port, and a client that writes what it is told, byte by byte.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

use acquaint::{Engine, ManualClock};
use acquaint_server::{KeyFile, KeyRole, Limits, NewKey, Server, ServerSettings};
use serde_json::Value;
use tempfile::TempDir;

/// No test waits longer than this for an answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server, its engine and its clock. The engine is in memory; the folder holds the keys.
pub(crate) struct Site {
    pub(crate) engine: Engine,
    pub(crate) clock: ManualClock,
    pub(crate) folder: TempDir,
    server: Server,
}

impl Site {
    /// Without keys: who asks from this machine is the operator.
    pub(crate) fn open() -> Self {
        Self::with(&[], Limits::default())
    }

    /// With these keys, and their secrets in the same order.
    pub(crate) fn keyed(keys: &[(KeyRole, Option<&str>)]) -> (Self, Vec<String>) {
        let folder = tempfile::tempdir().expect("the site of the test is there");
        let secrets = keys.iter().map(|(role, member)| add_key(folder.path(), *role, *member));
        let secrets = secrets.collect();
        (Self::on(folder, Limits::default()), secrets)
    }

    pub(crate) fn with(keys: &[(KeyRole, Option<&str>)], limits: Limits) -> Self {
        let folder = tempfile::tempdir().expect("the site of the test is there");
        for (role, member) in keys {
            add_key(folder.path(), *role, *member);
        }
        Self::on(folder, limits)
    }

    fn on(folder: TempDir, limits: Limits) -> Self {
        let clock = ManualClock::default();
        let engine = Engine::in_memory()
            .request_ids_from(7)
            .clock(clock.clone())
            .open()
            .expect("the site of the test is there");
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let settings =
            ServerSettings { data: Some(folder.path().to_owned()), listen, admin_listen: None, limits };
        let server = Server::start(engine.clone(), &settings).expect("the site of the test is there");
        Self { engine, clock, folder, server }
    }

    /// Stops the server and gives the folder back.
    pub(crate) fn stopped(self) -> TempDir {
        drop(self.server);
        self.folder
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// A client that sends no key.
    pub(crate) fn client(&self) -> Client {
        client_of(self.address())
    }

    /// Adds a member and returns its id.
    pub(crate) fn member(&self, handle: &str) -> String {
        self.engine.add_member(handle).expect("the site of the test is there");
        self.id_of(handle)
    }

    /// The id of a member that is there.
    pub(crate) fn id_of(&self, handle: &str) -> String {
        let handle = acquaint_domain::Handle::parse(handle).expect("the site of the test is there");
        let id = self
            .engine
            .public_id_of(&handle)
            .expect("the site of the test is there")
            .expect("the site of the test is there");
        acquaint::RequestId(id).to_string().replacen('R', "M", 1)
    }
}

/// A client of a server that no site holds; it sends no key.
pub(crate) fn client_of(address: SocketAddr) -> Client {
    Client { address, headers: Vec::new() }
}

/// Adds a key and returns its secret.
pub(crate) fn add_key(folder: &Path, role: KeyRole, member: Option<&str>) -> String {
    let new = NewKey { name: "test".to_owned(), role, member: member.map(str::to_owned) };
    KeyFile::of(folder)
        .add(new, acquaint::Timestamp::from_millis(0))
        .expect("the site of the test is there")
        .1
}

/// A client with headers of its own.
#[derive(Clone)]
pub(crate) struct Client {
    address: SocketAddr,
    headers: Vec<(String, String)>,
}

impl Client {
    /// The same client, with one more header.
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.push((name.to_owned(), value.to_owned()));
        client
    }

    /// The same client, with this key.
    pub(crate) fn key(&self, secret: &str) -> Self {
        self.with("Authorization", &format!("Bearer {secret}"))
    }

    /// The same client, acting for this member.
    pub(crate) fn for_member(&self, id: &str) -> Self {
        self.with("Acquaint-Member", id)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.raw(&self.head("GET", path, "\r\n"), b"")
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, body.to_string().as_bytes())
    }

    /// The same, `None` where nobody listens any more.
    pub(crate) fn try_post(&self, path: &str, body: &Value) -> Option<Answer> {
        drop(TcpStream::connect(self.address).ok()?);
        Some(self.post(path, body))
    }

    pub(crate) fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send("PATCH", path, body.to_string().as_bytes())
    }

    /// A command without a body.
    pub(crate) fn act(&self, path: &str) -> Answer {
        self.raw(&self.head("POST", path, "Content-Length: 0\r\n\r\n"), b"")
    }

    pub(crate) fn send(&self, method: &str, path: &str, body: &[u8]) -> Answer {
        let rest = format!("Content-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
        self.raw(&self.head(method, path, &rest), body)
    }

    /// A head of this client's, which ends with `rest`.
    pub(crate) fn head(&self, method: &str, path: &str, rest: &str) -> String {
        let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            head.push_str(&format!("Host: {}\r\n", self.address));
        }
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head + rest
    }

    /// Sends exactly these bytes and reads until the connection ends.
    pub(crate) fn raw(&self, head: &str, body: &[u8]) -> Answer {
        let Ok(mut stream) = TcpStream::connect(self.address) else { return Answer::of(b"") };
        stream.set_read_timeout(Some(PATIENCE)).expect("the site of the test is there");
        stream.set_write_timeout(Some(PATIENCE)).expect("the site of the test is there");
        // A server that refuses early closes while more is being sent.
        let _sent = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
        let mut bytes = Vec::new();
        let _ended = stream.read_to_end(&mut bytes);
        Answer::of(&bytes)
    }
}

/// An answer, as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// 0 where the connection ended without an answer.
    pub(crate) status: u16,
    /// Names in lower case, in the order in which they came.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) text: String,
}

impl Answer {
    fn of(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).unwrap_or(0);
        let header = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_lowercase(), value.trim().to_owned()))
        };
        Self { status, headers: lines.filter_map(header).collect(), text: body.to_owned() }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The body, of an answer that has to have this status.
    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        self.json()
    }

    /// Of a problem document, its status and code.
    #[track_caller]
    pub(crate) fn is_problem(&self, status: u16, code: &str) {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let body = self.is(status);
        assert_eq!((&body["code"], &body["status"]), (&code.into(), &status.into()), "{self:?}");
    }
}
