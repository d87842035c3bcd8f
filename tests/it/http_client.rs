//! One exchange over HTTP, written and read byte by byte.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// No test waits longer than this for an answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Sends a request with these header lines, each of which ends with `\r\n`, and gives the whole answer.
pub(crate) fn exchange(
    address: SocketAddr,
    (method, path): (&str, &str),
    headers: &str,
    body: Option<&Value>,
) -> io::Result<String> {
    let body = body.map_or_else(String::new, Value::to_string);
    let kind = if body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}{kind}Content-Length: {length}\r\n\r\n{body}"
    );
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

/// The status and the body of an answer; `None` where the connection ended before the answer did.
pub(crate) fn read(answer: &str) -> Option<(u16, Value)> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, serde_json::from_str(body).ok()?))
}
