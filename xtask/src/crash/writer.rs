//! Starts the writer, reads what it prints, and checks what it left.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// Longer than anything here takes; a writer that is still running then was not stopped.
const PATIENCE: Duration = Duration::from_secs(20);
/// The exit code of a writer whose log has stopped for good.
const STOPPED: i32 = 3;

/// What the writer has printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Heard {
    /// The position at which the log continued when it was opened; `None` if it did not open.
    pub(super) at: Option<u64>,
    /// Everything before this position was submitted.
    pub(super) submitted: Option<u64>,
    /// Everything before this position was acknowledged.
    pub(super) acknowledged: Option<u64>,
    /// The number of acknowledged batches.
    pub(super) acknowledgements: u64,
    /// Why the log stopped; `None` if it did not.
    pub(super) stopped: Option<String>,
}

impl Heard {
    /// Processes one line; an error if the line is malformed or comes after the log has stopped.
    fn hear(&mut self, line: &str) -> Result<(), String> {
        if self.stopped.is_some() {
            return Err(format!("after the log had stopped, the writer said `{line}`"));
        }
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let position = || rest.parse().map_err(|_| format!("the writer said `{line}`"));
        match word {
            "at" => self.at = Some(position()?),
            "submit" => self.submitted = Some(position()?),
            "acked" => {
                self.acknowledged = Some(position()?);
                self.acknowledgements += 1;
            }
            "stopped:" => self.stopped = Some(rest.to_owned()),
            _ => return Err(format!("the writer said `{line}`")),
        }
        Ok(())
    }

    /// The lowest and highest position at which the log may continue: after what was acknowledged, and after what was
    /// submitted.
    fn bounds(&self, first: u64) -> (u64, u64) {
        let at = self.at.unwrap_or(first);
        let acknowledged = self.acknowledged.unwrap_or(at);
        (acknowledged, self.submitted.unwrap_or(at).max(acknowledged))
    }
}

/// A running writer.
pub(super) struct Writer {
    child: Child,
    lines: Receiver<String>,
    heard: Heard,
}

impl Writer {
    /// Starts `command`, which is the writer or a program that starts it.
    pub(super) fn start(command: &mut Command) -> Result<Writer, String> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child =
            command.spawn().map_err(|error| format!("the writer could not be started: {error}"))?;
        let stdout = child.stdout.take().ok_or("the writer has no stdout")?;
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Writer { child, lines, heard: Heard::default() })
    }

    /// Reads lines until this many batches are acknowledged, or the output ends.
    pub(super) fn listen(&mut self, acknowledgements: u64) -> Result<(), String> {
        let deadline = Instant::now() + PATIENCE;
        while self.heard.acknowledgements < acknowledgements {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => self.heard.hear(&line)?,
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => return Err(String::from("the writer hangs")),
            }
        }
        Ok(())
    }

    /// Reads lines until the writer has ended because its log has stopped or did not open.
    pub(super) fn until_stopped(mut self) -> Result<Heard, String> {
        self.listen(u64::MAX)?;
        let status = self.child.wait().map_err(|error| format!("waiting for the writer failed: {error}"))?;
        let mut stderr_text = String::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            let _best_effort = stderr.read_to_string(&mut stderr_text);
        }
        match (status.code(), self.heard.at, &self.heard.stopped) {
            (Some(STOPPED), Some(_), Some(_)) | (Some(1), None, None) => Ok(std::mem::take(&mut self.heard)),
            _ => Err(format!("the writer ended in an unexpected way ({status}): {}", stderr_text.trim())),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let _it_may_have_ended = self.child.kill();
        let _best_effort = self.child.wait();
    }
}

/// The command that appends to the log in `folder`.
pub(super) fn append(program: &Path, folder: &Path, segment_bytes: u64, seed: u64) -> Command {
    let mut command = Command::new(program);
    command.arg("append").arg(folder).args([segment_bytes.to_string(), seed.to_string()]);
    command
}

/// Opens the log in `folder` and compares it with what the writer printed. A log that the writer did not open must continue
/// at `first`. Returns the position at which it continues.
pub(super) fn check(program: &Path, folder: &Path, heard: &Heard, first: u64) -> Result<u64, String> {
    let (acknowledged, submitted) = heard.bounds(first);
    let mut command = Command::new(program);
    command.arg("check").arg(folder).args([acknowledged.to_string(), submitted.to_string()]);
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("the check could not be started: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let tail = text.trim().strip_prefix("intact up to ").and_then(|tail| tail.parse().ok());
    match tail {
        Some(tail) if output.status.success() => Ok(tail),
        _ => Err(format!("after {heard:?}: {}", String::from_utf8_lossy(&output.stderr).trim())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(lines: &[&str]) -> Result<Heard, String> {
        let mut heard = Heard::default();
        lines.iter().try_for_each(|line| heard.hear(line)).map(|()| heard)
    }

    #[test]
    fn the_last_submission_may_survive_and_acknowledged_ones_must() {
        let check = |lines: &[&str], bounds| {
            assert_eq!(heard(lines).expect("lines of a writer").bounds(7), bounds, "{lines:?}");
        };
        check(&[], (7, 7));
        check(&["at 9"], (9, 9));
        check(&["at 9", "submit 12"], (9, 12));
        check(&["at 9", "submit 12", "acked 12"], (12, 12));
        check(&["at 9", "submit 12", "acked 12", "submit 13", "stopped: why"], (12, 13));
    }

    #[test]
    fn nothing_is_acknowledged_after_the_log_has_stopped() {
        let problem = heard(&["at 1", "submit 2", "stopped: why", "acked 2"]).expect_err("too late");
        assert_eq!(problem, "after the log had stopped, the writer said `acked 2`");
        assert!(heard(&["acked x"]).is_err() && heard(&["hello"]).is_err());
    }
}
