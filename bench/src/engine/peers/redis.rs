//! Redis, with a Lua script for each command and `appendfsync always`.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::{Span, numbered};
use crate::Problem;
use crate::engine::workload::Step;

const PIPELINE: usize = 256;

/// Measures pipelines of 1, then of [`PIPELINE`].
pub(super) fn measure(span: Span<'_>, place: &Path) -> Result<Vec<f64>, Problem> {
    let server = Server::start(place)?;
    let mut client = server.connect()?;
    let script = client.ask(&["SCRIPT", "LOAD", include_str!("w.lua")])?;
    [1, PIPELINE]
        .into_iter()
        .map(|pipeline| {
            client.ask(&["FLUSHALL"])?;
            span.batches(pipeline, |steps| client.steps(span, &script, steps))
        })
        .collect()
}

/// A server process, which is stopped when this is dropped.
struct Server {
    process: Child,
    socket: PathBuf,
}

impl Server {
    fn start(place: &Path) -> Result<Server, Problem> {
        fs::create_dir(place)?;
        let socket = place.join("socket");
        let process = Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--appendonly", "yes", "--appendfsync", "always"])
            .arg("--unixsocket")
            .arg(&socket)
            .arg("--dir")
            .arg(place)
            .stdout(Stdio::null())
            .spawn()?;
        Ok(Server { process, socket })
    }

    fn connect(&self) -> Result<Client, Problem> {
        for _ in 0..100 {
            if let Ok(stream) = UnixStream::connect(&self.socket) {
                stream.set_read_timeout(Some(Duration::from_secs(60)))?;
                return Ok(Client { replies: BufReader::new(stream.try_clone()?), stream });
            }
            thread::sleep(Duration::from_millis(50));
        }
        Err("redis-server does not answer".into())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended = self.process.kill();
        let _ended = self.process.wait();
    }
}

struct Client {
    stream: UnixStream,
    replies: BufReader<UnixStream>,
}

impl Client {
    fn steps(&mut self, span: Span<'_>, script: &str, steps: &[Step]) -> Result<Vec<i64>, Problem> {
        let mut orders = Vec::new();
        for step in steps {
            let (act, until) = numbered(step.act);
            let numbers = [step.at, act.into(), step.member.into(), step.other.into(), until];
            let numbers = numbers.map(|number: i64| number.to_string());
            let [at, act, member, other, until] = numbers.each_ref().map(String::as_str);
            let note = span.workload.note(step).unwrap_or_default();
            write_order(&mut orders, &["EVALSHA", script, "0", at, act, member, other, until, note]);
        }
        self.stream.write_all(&orders)?;
        steps.iter().map(|_| Ok(self.reply()?.parse()?)).collect()
    }

    fn ask(&mut self, words: &[&str]) -> Result<String, Problem> {
        let mut order = Vec::new();
        write_order(&mut order, words);
        self.stream.write_all(&order)?;
        self.reply()
    }

    /// Reads one reply: a number, a status or a text of one line.
    fn reply(&mut self) -> Result<String, Problem> {
        let mut line = String::new();
        self.replies.read_line(&mut line)?;
        let text = line.get(1..).unwrap_or_default().trim_end().to_owned();
        match line.as_bytes().first() {
            Some(b':' | b'+') => Ok(text),
            Some(b'$') => {
                let mut text = String::new();
                self.replies.read_line(&mut text)?;
                Ok(text.trim_end().to_owned())
            }
            _ => Err(format!("redis answered `{}`", line.trim_end()).into()),
        }
    }
}

fn write_order(order: &mut Vec<u8>, words: &[&str]) {
    order.extend_from_slice(format!("*{}\r\n", words.len()).as_bytes());
    for word in words {
        order.extend_from_slice(format!("${}\r\n{word}\r\n", word.len()).as_bytes());
    }
}
