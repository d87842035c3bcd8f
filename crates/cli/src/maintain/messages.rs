//! Imports real messages as requests and acceptances: the first message between two people is a request, and the first
//! reply to it is the acceptance.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use acquaint_domain::{Handle, Timestamp};
use acquaint_engine::{Observation, Observations, Observed};
use serde_json::json;

use crate::failure::CliError;
use crate::grammar::{Exit, Format};
use crate::render::{counted, sentence};
use crate::session::{Session, WriteSession};
use crate::values::quoted;
use crate::values::text_file::{self, called};

/// A file of messages, which is read whole before anything is recorded.
struct MessageFile {
    observations: Observations,
    messages: usize,
    members: usize,
}

struct Message {
    from: Handle,
    to: Handle,
    at: Timestamp,
    line: u32,
}

/// The largest file of messages, in bytes: about ten million messages. The file is read into memory.
const FILE_BYTES_MAX: u64 = 256 << 20;
/// The latest moment of a message, in seconds since 1970: the end of the year 9999, the last that RFC 3339 can express.
const SECONDS_MAX: i64 = 253_402_300_799;

/// Reads a file of lines `source target unix_seconds`.
fn read(file: &Path) -> Result<MessageFile, CliError> {
    let name = called(file);
    let wanted = "give a file of lines `source target unix_seconds`";
    let text = text_file::read_within(file, wanted, FILE_BYTES_MAX)?;
    let mut messages = Vec::new();
    for (index, raw) in text.lines().enumerate() {
        if raw.trim().is_empty() {
            continue;
        }
        let line = index as u32 + 1;
        let message = message(raw, line).map_err(|(column, what)| {
            CliError::new(Exit::BadInput, format!("{name}:{line}:{column}: {what}"))
        })?;
        messages.push(message);
    }
    if messages.is_empty() {
        let what = "the file contains no message; give a file of lines `source target unix_seconds`";
        return Err(CliError::new(Exit::BadInput, format!("`{name}`: {what}")));
    }
    messages.sort_by_key(|message| message.at);
    let source = *blake3::hash(text.as_bytes()).as_bytes();
    let mut members: Vec<&Handle> =
        messages.iter().flat_map(|message| [&message.from, &message.to]).collect();
    members.sort_unstable();
    members.dedup();
    let (messages_len, members) = (messages.len(), members.len());
    Ok(MessageFile {
        observations: Observations { source, rows: observations(&messages) },
        messages: messages_len,
        members,
    })
}

/// Reads a whole file, records its requests and acceptances, and writes how many there are.
pub(super) fn import(
    session: &Session<'_>,
    file: &Path,
    out: &mut dyn Write,
    stderr: &mut dyn Write,
) -> Result<(), CliError> {
    let read = read(file)?;
    let first = read.observations.rows.first().map(|row| row.at);
    let now = session.now();
    let first = first.map_or(now, |first| first.min(now));
    session.import(first, stderr, |writer| observe(writer, read, session.format(), out))
}

fn observe(
    writer: &WriteSession,
    read: MessageFile,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let MessageFile { observations, messages, members } = read;
    let count = |what| observations.rows.iter().filter(|row| row.what == what).count();
    let (requests, accepted) = (count(Observed::Request), count(Observed::Acceptance));
    let open = requests - accepted;
    writer.engine.run(observations)?;
    let text = format!(
        "{} of {} read as {}: {accepted} accepted, {open} open",
        counted(messages, "message"),
        counted(members, "member"),
        counted(requests, "request")
    );
    let value = json!({
        "schema": "acquaint.import.v1",
        "messages": messages,
        "members": members,
        "requests": requests,
        "accepted": accepted,
        "open": open,
    });
    Ok(sentence(&text, &value, format, out)?)
}

fn message(raw: &str, line: u32) -> Result<Message, (usize, String)> {
    let mut fields = raw.split_ascii_whitespace();
    let column = |field: &str| raw[..field.as_ptr() as usize - raw.as_ptr() as usize].chars().count() + 1;
    let end = raw.chars().count() + 1;
    let mut next = |what: &str| {
        fields
            .next()
            .ok_or_else(|| (end, format!("the {what} is missing; a line is `source target unix_seconds`")))
    };
    let (from, to, at) = (next("source")?, next("target")?, next("time")?);
    if let Some(extra) = fields.next() {
        return Err((
            column(extra),
            format!("{} is an extra field; a line is `source target unix_seconds`", quoted(extra)),
        ));
    }
    let handle = |field: &str| {
        Handle::parse(field).map_err(|malformed| {
            let at = column(field) + malformed.offset as usize;
            (
                at,
                format!(
                    "{} is not a handle: there is {}; correct the line",
                    quoted(field),
                    malformed.problem.words()
                ),
            )
        })
    };
    let seconds: Option<i64> = at.parse().ok().filter(|seconds| (0..=SECONDS_MAX).contains(seconds));
    let Some(seconds) = seconds else {
        let what = format!("{} is not a time in whole seconds since 1970; correct the line", quoted(at));
        return Err((column(at), what));
    };
    Ok(Message { from: handle(from)?, to: handle(to)?, at: Timestamp::from_millis(seconds * 1_000), line })
}

fn observations(messages: &[Message]) -> Vec<Observation> {
    /// The state of a pair so far.
    enum PairState<'a> {
        /// This member has asked.
        Asked(&'a Handle),
        Accepted,
    }
    let mut pairs: BTreeMap<(&Handle, &Handle), PairState<'_>> = BTreeMap::new();
    let mut rows = Vec::new();
    for Message { from, to, at, line } in messages {
        if from == to {
            continue;
        }
        let row = |sender: &Handle, recipient: &Handle, what| {
            let (sender, recipient) = (sender.clone(), recipient.clone());
            Observation { sender, recipient, at: *at, line: *line, what }
        };
        let key = if from < to { (from, to) } else { (to, from) };
        match pairs.get(&key) {
            None => {
                rows.push(row(from, to, Observed::Request));
                pairs.insert(key, PairState::Asked(from));
            }
            Some(PairState::Asked(asker)) if *asker == to => {
                rows.push(row(to, from, Observed::Acceptance));
                pairs.insert(key, PairState::Accepted);
            }
            Some(PairState::Asked(_) | PairState::Accepted) => {}
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<Vec<String>, (usize, String)> {
        let lines = text.lines().zip(1..);
        let messages = lines.map(|(raw, line)| message(raw, line)).collect::<Result<Vec<_>, _>>()?;
        let text = |row: &Observation| {
            format!("{:?} {} -> {} line {}", row.what, row.sender, row.recipient, row.line)
        };
        Ok(observations(&messages).iter().map(text).collect())
    }

    #[test]
    fn the_first_message_is_a_request_and_the_first_reply_its_acceptance() {
        let rows = check("1 2 10\n1 2 11\n2 1 12\n2 1 13\n1 2 14\n3 3 15\n3 1 16").expect("the lines read");
        assert_eq!(rows, ["Request 1 -> 2 line 1", "Acceptance 1 -> 2 line 3", "Request 3 -> 1 line 7"]);
    }

    #[test]
    fn a_malformed_line_is_reported_with_its_column() {
        let wrong = |text: &str| check(text).expect_err(text);
        assert_eq!(wrong("1 2").0, 4);
        assert_eq!(wrong("1 2 10 7").0, 8);
        assert_eq!(wrong("1 2 ten").0, 5);
        assert_eq!(wrong("1 2 -5").0, 5);
        assert_eq!(wrong("1 a!b 5").0, 4);
    }
}
