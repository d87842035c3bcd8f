//! A writer that may be stopped at any moment, and the check of what it leaves. `cargo xtask crash` runs both.
//!
//! ```text
//! acquaint-log-writer append FOLDER SEGMENT_BYTES SEED    appends until the log stops
//! acquaint-log-writer check FOLDER ACKNOWLEDGED SUBMITTED
//! ```
//!
//! `append` prints `at N` when it has opened the log, `submit N` before it appends a batch that ends before position N,
//! and `acked N` when that batch is acknowledged. When the log stops, it tries three more times; the last line is
//! `stopped: ` and the reason, and the exit code is 3. `check` opens the log and compares every record byte for byte: all
//! before ACKNOWLEDGED must be there, and none from SUBMITTED on. Then it appends once more. The exit code is 0 only if
//! all of this succeeds.
#![expect(clippy::print_stderr, reason = "what it prints is read by another program")]

use std::io::{Write as _, stdout};
use std::path::Path;
use std::process::ExitCode;

use acquaint_log::{AppendError, EventLog, Position};
use acquaint_log_file::{Depth, FileLog, Options};
use acquaint_seeded::mix;

/// The exit code of a writer whose log has stopped and stays stopped.
const STOPPED: u8 = 3;
/// The number of attempts to append to a stopped log.
const TRIES_AFTER: usize = 3;
/// Largest number of records of a batch.
const BATCH_MAX: u64 = 40;
/// A record has fewer bytes than this, and may have none.
const RECORD_BYTES_MAX: u64 = 400;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["append", folder, segment_bytes, seed] => number(segment_bytes)
            .and_then(|segment_bytes| append(Path::new(folder), segment_bytes, number(seed)?)),
        ["check", folder, acknowledged, submitted] => number(acknowledged)
            .and_then(|acknowledged| check(Path::new(folder), acknowledged, number(submitted)?)),
        _ => Err(String::from(
            "use `append FOLDER SEGMENT_BYTES SEED` or `check FOLDER ACKNOWLEDGED SUBMITTED`",
        )),
    };
    outcome.unwrap_or_else(|problem| {
        eprintln!("acquaint-log-writer: {problem}");
        ExitCode::FAILURE
    })
}

fn number(word: &str) -> Result<u64, String> {
    word.parse().map_err(|_| format!("`{word}` is not a number"))
}

/// The only record that is ever submitted at `position`.
fn record_at(position: Position) -> Vec<u8> {
    let number = position.get();
    (0..mix(number) % RECORD_BYTES_MAX).map(|at| mix(number << 16 | at) as u8).collect()
}

fn batch_at(first: Position, count: u64) -> Vec<Vec<u8>> {
    (0..count).map(|ahead| record_at(first.plus(ahead))).collect()
}

fn say(line: &str) -> Result<(), String> {
    let mut out = stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).map_err(|error| format!("nobody listens ({error})"))
}

fn append(folder: &Path, segment_bytes: u64, seed: u64) -> Result<ExitCode, String> {
    let options = Options { segment_bytes, ..Options::default() };
    let log = FileLog::open(folder, &options).map_err(|error| error.to_string())?;
    let mut tail = log.next_position();
    say(&format!("at {tail}"))?;
    loop {
        let count = 1 + mix(seed ^ tail.get()) % BATCH_MAX;
        say(&format!("submit {}", tail.plus(count)))?;
        match log.append(tail, &batch_at(tail, count)) {
            Ok(next) => {
                tail = next;
                say(&format!("acked {tail}"))?;
            }
            Err(AppendError::Stopped { reason }) => return stays_stopped(&log, tail, &reason),
            Err(error) => return Err(error.to_string()),
        }
    }
}

/// Checks that a stopped log refuses every further append, even if the disk works again.
fn stays_stopped(log: &FileLog, tail: Position, reason: &str) -> Result<ExitCode, String> {
    for _ in 0..TRIES_AFTER {
        match log.append(tail, &batch_at(tail, 1)) {
            Err(AppendError::Stopped { .. }) => {}
            Err(error) => return Err(format!("a stopped log failed with another error: {error}")),
            Ok(next) => return Err(format!("a stopped log acknowledged up to {next}")),
        }
    }
    say(&format!("stopped: {reason}"))?;
    Ok(ExitCode::from(STOPPED))
}

fn check(folder: &Path, acknowledged: u64, submitted: u64) -> Result<ExitCode, String> {
    let log = FileLog::open(folder, &Options::default()).map_err(|error| error.to_string())?;
    let tail = log.next_position();
    if tail.get() < acknowledged || tail.get() > submitted {
        return Err(format!(
            "everything before position {acknowledged} was acknowledged and before {submitted} submitted, but the log continues at {tail}"
        ));
    }
    check_records(&log)?;
    let next = log.append(tail, &batch_at(tail, 3)).map_err(|error| error.to_string())?;
    drop(log);
    let report = FileLog::verify(folder, Depth::Roots, &|_| {}).map_err(|error| error.to_string())?;
    if let Some(damage) = report.damage {
        return Err(damage.to_string());
    }
    if report.last.map(Position::next) != Some(next) {
        return Err(format!("the log was appended to up to {next} and verifies up to {:?}", report.last));
    }
    check_records(&FileLog::open(folder, &Options::default()).map_err(|error| error.to_string())?)?;
    say(&format!("intact up to {tail}"))?;
    Ok(ExitCode::SUCCESS)
}

fn check_records(log: &FileLog) -> Result<(), String> {
    let mut next = Position::FIRST;
    for record in log.read(Position::FIRST) {
        let record = record.map_err(|error| error.to_string())?;
        if record.position != next || record.bytes != record_at(next) {
            return Err(format!("position {next} holds what was not submitted there"));
        }
        next = next.next();
    }
    if next != log.next_position() {
        return Err(format!("the log continues at {} but reading ends at {next}", log.next_position()));
    }
    Ok(())
}
