//! Runs scripts.

use std::io::Write;
use std::path::{Path, PathBuf};

use acquaint_clock::machine;
use acquaint_domain::{Code, Timestamp, shown};
use serde_json::{Value, json};

use super::paths::resolve_paths;
use super::{Expectation, ScriptAction, ScriptStep, parse};
use crate::failure::{CliError, too_early};
use crate::grammar::{CliCommand, Exit, Format, Global};
use crate::render::DocumentWriter;
use crate::run::execute;
use crate::session::{Expected, ScriptLine, Session, WriteSession};
use crate::values::text_file::{self, called};

pub(crate) struct Player {
    global: Global,
    /// The script's folder, to which its policies, exports and networks are relative.
    folder: PathBuf,
    writer: Option<WriteSession>,
    /// The script's own time; `None` while the clock is used.
    at: Option<Timestamp>,
    /// The answer of the last `send`, `check` or `why`.
    last: Option<Expected>,
    /// The answers that differed from what was expected.
    missed: Vec<String>,
}

/// Runs a script and prints its transcript.
pub(crate) fn play(
    global: &Global,
    file: &Path,
    out: &mut dyn Write,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    let (name, steps) = steps_of(file)?;
    let mut player = Player::new(global.clone(), &folder_of(file), None);
    let played = match global.format {
        Format::Human => player.print(&steps, &name, out, stderr),
        Format::Json | Format::Ndjson => player.document(&steps, &name, out, stderr),
    };
    if let Some(writer) = player.writer.take() {
        writer.close(stderr)?;
    }
    played?;
    Ok(if player.missed.is_empty() { Exit::Ok } else { Exit::Failed })
}

/// The outcome of a script's expectations.
pub(crate) struct Played {
    pub(crate) met: usize,
    /// Line and answer of each that was not met.
    pub(crate) missed: Vec<String>,
}

/// Plays a script in memory, on a log that begins with this policy; nothing is printed or written to disk. A command that
/// fails under the policy is skipped, and the expectations after it show the effect.
pub(crate) fn play_under(global: &Global, policy: &str, file: &Path) -> Result<Played, CliError> {
    let (name, steps) = steps_of(file)?;
    let first_at =
        steps.iter().find_map(|step| if let ScriptAction::At(at) = step.action { Some(at) } else { None });
    let seed = global.seed.unwrap_or(1);
    let writer = WriteSession::in_memory(seed, policy, first_at.or(global.at).unwrap_or_else(machine))?;
    let mut player = Player::new(global.clone(), &folder_of(file), Some(writer));
    let (mut out, mut stderr) = (std::io::sink(), std::io::sink());
    let mut met = 0;
    for step in &steps {
        let before = player.missed.len();
        match player.step(step, &mut out, &mut stderr) {
            Ok(()) => {}
            Err(CliError { exit: Exit::NotFound | Exit::Refused | Exit::BadInput, .. }) => player.last = None,
            Err(failure) => return Err(located(failure, &name, step.line)),
        }
        let is_expectation = matches!(step.action, ScriptAction::Expect(_));
        met += usize::from(is_expectation && player.missed.len() == before);
        if player.missed.len() > before
            && let Some(missed) = player.missed.last_mut()
        {
            *missed = format!("line {}, `{}`: {missed}", step.line, step.text);
        }
    }
    Ok(Played { met, missed: player.missed })
}

/// A script's name, and all its steps.
fn steps_of(file: &Path) -> Result<(String, Vec<ScriptStep>), CliError> {
    let (name, text) = (called(file), text_file::read(file, "give a script, one command a line")?);
    let steps = parse(&text, &name).map_err(|error| CliError::page(Exit::BadInput, error.to_string()))?;
    Ok((name, steps))
}

/// The folder of a script.
fn folder_of(script: &Path) -> PathBuf {
    script.parent().map(Path::to_owned).unwrap_or_default()
}

fn located(failure: CliError, name: &str, line: usize) -> CliError {
    failure.map(|sentence| format!("{name}:{line}: {sentence}"))
}

impl Player {
    /// A player that starts at the time of `global`, continues `writer` if there is one, and resolves paths in `folder`.
    pub(crate) fn new(global: Global, folder: &Path, writer: Option<WriteSession>) -> Self {
        Self { at: global.at, global, folder: folder.to_owned(), writer, last: None, missed: Vec::new() }
    }

    /// Runs all steps, and prints each line with its answer.
    fn print(
        &mut self,
        steps: &[ScriptStep],
        name: &str,
        out: &mut dyn Write,
        stderr: &mut dyn Write,
    ) -> Result<(), CliError> {
        steps.iter().try_for_each(|step| {
            writeln!(out, "> {}", shown(&step.text))?;
            self.step(step, out, stderr).map_err(|failure| located(failure, name, step.line))?;
            // A reader of the output sees each line as soon as its effect is durable.
            Ok(out.flush()?)
        })
    }

    /// Runs all steps, and writes one JSON value for each line.
    fn document(
        &mut self,
        steps: &[ScriptStep],
        name: &str,
        out: &mut dyn Write,
        stderr: &mut dyn Write,
    ) -> Result<(), CliError> {
        let context = [("script", json!(name))];
        let mut document = DocumentWriter::new("acquaint.run.v1", &context, self.global.format, out);
        // Each answer is nested in the value of its line, so it has to be one document.
        self.global.format = Format::Json;
        let played: Result<(), CliError> = steps.iter().try_for_each(|step| {
            let (mut said, unmet) = (Vec::new(), self.missed.len());
            let done =
                self.step(step, &mut said, stderr).map_err(|failure| located(failure, name, step.line));
            let is_met = matches!(step.action, ScriptAction::Expect(_)).then(|| self.missed.len() == unmet);
            let (answer, text) = answer_of(&said);
            document.push(&json!({
                "line": step.line, "command": step.text, "met": is_met, "answer": answer, "text": text,
            }))?;
            document.flush()?;
            done
        });
        let tail = [("complete", json!(played.is_ok())), ("not_met", json!(self.missed.len()))];
        let ended = document.end(&tail);
        played?;
        Ok(ended?)
    }

    fn step(
        &mut self,
        step: &ScriptStep,
        out: &mut dyn Write,
        stderr: &mut dyn Write,
    ) -> Result<(), CliError> {
        match &step.action {
            ScriptAction::At(at) => self.go_to(*at, stderr),
            ScriptAction::Advance(span) => {
                let from = self.now(stderr)?;
                self.go_to(from.plus(*span), stderr)
            }
            ScriptAction::Expect(expectation) => self.expect(*expectation, out),
            ScriptAction::Order { command, format } => {
                self.command(command, format.unwrap_or(self.global.format), out, stderr)
            }
        }
    }

    /// Advances the time to `at`. Work that falls due before then is done, each item at its own time.
    pub(crate) fn go_to(&mut self, at: Timestamp, stderr: &mut dyn Write) -> Result<(), CliError> {
        let engine = &self.writer(stderr, Some(at))?.engine;
        let last = engine.read(|views| views.last_at())?;
        if let Some(last) = last.filter(|last| at < *last) {
            return Err(too_early(at, last));
        }
        while let Some(due) = engine.next_due()?.filter(|due| *due <= at) {
            engine.advance(due)?;
        }
        self.at = Some(at);
        Ok(())
    }

    /// Sets the time without doing the work that falls due before it.
    pub(crate) fn set_time(&mut self, at: Timestamp) {
        self.at = Some(at);
    }

    fn run_due(&mut self, stderr: &mut dyn Write) -> Result<(), CliError> {
        let at = self.now(stderr)?;
        let engine = &self.writer(stderr, self.at)?.engine;
        if engine.next_due()?.is_some_and(|due| due <= at) {
            engine.advance(at)?;
        }
        Ok(())
    }

    fn now(&mut self, stderr: &mut dyn Write) -> Result<Timestamp, CliError> {
        match self.at {
            Some(at) => Ok(at),
            None => Ok(self.writer(stderr, None)?.now()),
        }
    }

    /// The writer. The first line that needs it opens the folder; a new folder is initialised at `at`, or at the clock's
    /// time without `at`.
    fn writer(&mut self, stderr: &mut dyn Write, at: Option<Timestamp>) -> Result<&WriteSession, CliError> {
        let writer = match self.writer.take() {
            Some(writer) => writer,
            None => WriteSession::open(&self.global, at, stderr)?,
        };
        Ok(self.writer.insert(writer))
    }

    /// Runs one command and the follow-ups that are due at once.
    pub(crate) fn command(
        &mut self,
        command: &CliCommand,
        format: Format,
        out: &mut dyn Write,
        stderr: &mut dyn Write,
    ) -> Result<(), CliError> {
        let command = resolve_paths(command, &self.folder);
        let (at, now) = (self.at, self.now(stderr)?);
        let global = self.global.clone();
        let line = ScriptLine { writer: self.writer(stderr, at)?, at, now };
        let done = execute(&Session::in_script(&global, format, line), &command, out, stderr)?;
        if done.answer.is_some() {
            self.last = done.answer;
        }
        self.run_due(stderr)
    }

    fn expect(&mut self, expectation: Expectation, out: &mut dyn Write) -> Result<(), CliError> {
        let met = match (expectation, &self.last) {
            (Expectation::Ok, Some(Expected::OnItsWay)) => true,
            (Expectation::Code(code), Some(Expected::OnItsWay)) => code == Code::InTransit,
            (Expectation::Code(code), Some(Expected::Codes(last))) => last.contains(&code),
            (Expectation::Ok, Some(Expected::Codes(_))) | (_, None) => false,
        };
        if met {
            return Ok(writeln!(out, "as expected")?);
        }
        let named = |code: &Code| format!("{code} {}", code.name());
        let answer = match &self.last {
            Some(Expected::OnItsWay) => format!("{}, on its way", named(&Code::InTransit)),
            Some(Expected::Codes(codes)) => codes.iter().map(named).collect::<Vec<_>>().join(" with "),
            None => "nothing: there is no send, check or why before it".to_owned(),
        };
        writeln!(out, "NOT as expected: the last answer was {answer}")?;
        self.missed.push(format!("the answer was {answer}"));
        Ok(())
    }
}

/// The output of a step: one JSON value, a list of them, or text if it is not JSON.
fn answer_of(said: &[u8]) -> (Option<Value>, Option<String>) {
    let values: Result<Vec<Value>, _> = serde_json::Deserializer::from_slice(said).into_iter().collect();
    match values.map(|mut values| (values.pop(), values)) {
        Ok((None, _)) => (None, None),
        Ok((Some(value), before)) if before.is_empty() => (Some(value), None),
        Ok((Some(last), mut values)) => {
            values.push(last);
            (Some(values.into()), None)
        }
        Err(_) => (None, Some(String::from_utf8_lossy(said).trim_end().to_owned())),
    }
}
