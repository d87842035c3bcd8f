//! Running a script.

use std::io::Write;
use std::path::{Path, PathBuf};

use acquaint_clock::machine;
use acquaint_domain::{Code, Timestamp, shown};
use serde_json::{Value, json};

use super::beside::beside;
use super::{Expectation, ScriptAction, ScriptStep, parse};
use crate::failure::{CliError, too_early};
use crate::grammar::{CliCommand, Exit, Format, Global};
use crate::render::DocumentWriter;
use crate::run::carry_out;
use crate::session::{Expected, ScriptLine, Session, WriteSession};
use crate::values::text_file::{self, called};

pub(crate) struct Player {
    global: Global,
    /// Where the script is: the policies that it names are next to it.
    folder: PathBuf,
    writing: Option<WriteSession>,
    /// The script's own time; `None` while the system's clock is.
    at: Option<Timestamp>,
    /// What the last send, check or why answered with.
    last: Option<Expected>,
    /// What the answers were that were not as expected.
    missed: Vec<String>,
}

/// Runs a script and prints its transcript.
pub(crate) fn play(
    global: &Global,
    file: &Path,
    out: &mut dyn Write,
    talk: &mut dyn Write,
) -> Result<Exit, CliError> {
    let (name, steps) = steps_of(file)?;
    let mut player = Player::new(global.clone(), &folder_of(file), None);
    let played = match global.format {
        Format::Human => player.print(&steps, &name, out, talk),
        Format::Json | Format::Ndjson => player.document(&steps, &name, out, talk),
    };
    if let Some(writing) = player.writing.take() {
        writing.close(talk)?;
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

/// Plays a script in memory, founded with this policy; nothing is printed or written. What cannot be done under the
/// policy leaves its line out; the expectations tell.
pub(crate) fn play_under(global: &Global, policy: &str, file: &Path) -> Result<Played, CliError> {
    let (name, steps) = steps_of(file)?;
    let begins =
        steps.iter().find_map(|step| if let ScriptAction::At(at) = step.action { Some(at) } else { None });
    let seed = global.seed.unwrap_or(1);
    let writing = WriteSession::in_memory(seed, policy, begins.or(global.at).unwrap_or_else(machine))?;
    let mut player = Player::new(global.clone(), &folder_of(file), Some(writing));
    let (mut out, mut talk) = (std::io::sink(), std::io::sink());
    let mut met = 0;
    for step in &steps {
        let before = player.missed.len();
        match player.step(step, &mut out, &mut talk) {
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
    /// A player whose time is what `global` says; what there is already is in `writing`, and what orders name is in
    /// `folder`.
    pub(crate) fn new(global: Global, folder: &Path, writing: Option<WriteSession>) -> Self {
        Self { at: global.at, global, folder: folder.to_owned(), writing, last: None, missed: Vec::new() }
    }

    /// Carries out all steps, and prints each line with its answer.
    fn print(
        &mut self,
        steps: &[ScriptStep],
        name: &str,
        out: &mut dyn Write,
        talk: &mut dyn Write,
    ) -> Result<(), CliError> {
        steps.iter().try_for_each(|step| {
            writeln!(out, "> {}", shown(&step.text))?;
            self.step(step, out, talk).map_err(|failure| located(failure, name, step.line))?;
            // A reader of the output sees what is durable, line by line.
            Ok(out.flush()?)
        })
    }

    /// The same, as a value for each line.
    fn document(
        &mut self,
        steps: &[ScriptStep],
        name: &str,
        out: &mut dyn Write,
        talk: &mut dyn Write,
    ) -> Result<(), CliError> {
        let context = [("script", json!(name))];
        let mut document = DocumentWriter::new("acquaint.run.v1", &context, self.global.format, out);
        // An answer is one value within another here, so each is one document.
        self.global.format = Format::Json;
        let played: Result<(), CliError> = steps.iter().try_for_each(|step| {
            let (mut said, unmet) = (Vec::new(), self.missed.len());
            let done = self.step(step, &mut said, talk).map_err(|failure| located(failure, name, step.line));
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

    fn step(&mut self, step: &ScriptStep, out: &mut dyn Write, talk: &mut dyn Write) -> Result<(), CliError> {
        match &step.action {
            ScriptAction::At(at) => self.go_to(*at, talk),
            ScriptAction::Advance(span) => {
                let from = self.now(talk)?;
                self.go_to(from.plus(*span), talk)
            }
            ScriptAction::Expect(expectation) => self.expect(*expectation, out),
            ScriptAction::Order { order, format } => {
                self.order(order, format.unwrap_or(self.global.format), out, talk)
            }
        }
    }

    /// Lets time pass: what falls due on the way happens at its own time.
    pub(crate) fn go_to(&mut self, at: Timestamp, talk: &mut dyn Write) -> Result<(), CliError> {
        let engine = &self.writing(talk, Some(at))?.engine;
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

    /// Sets the time, and does nothing that falls due on the way.
    pub(crate) fn set_time(&mut self, at: Timestamp) {
        self.at = Some(at);
    }

    fn settle(&mut self, talk: &mut dyn Write) -> Result<(), CliError> {
        let at = self.now(talk)?;
        let engine = &self.writing(talk, self.at)?.engine;
        if engine.next_due()?.is_some_and(|due| due <= at) {
            engine.advance(at)?;
        }
        Ok(())
    }

    fn now(&mut self, talk: &mut dyn Write) -> Result<Timestamp, CliError> {
        match self.at {
            Some(at) => Ok(at),
            None => Ok(self.writing(talk, None)?.now()),
        }
    }

    /// The folder, which is opened by the first line that needs it, and founded at `at` or else at the clock's time.
    fn writing(&mut self, talk: &mut dyn Write, at: Option<Timestamp>) -> Result<&WriteSession, CliError> {
        let writing = match self.writing.take() {
            Some(writing) => writing,
            None => WriteSession::open(&self.global, at, talk)?,
        };
        Ok(self.writing.insert(writing))
    }

    /// Carries out one order, and what follows from it at once.
    pub(crate) fn order(
        &mut self,
        order: &CliCommand,
        format: Format,
        out: &mut dyn Write,
        talk: &mut dyn Write,
    ) -> Result<(), CliError> {
        let order = beside(order, &self.folder);
        let (at, now) = (self.at, self.now(talk)?);
        let global = self.global.clone();
        let line = ScriptLine { writing: self.writing(talk, at)?, at, now };
        let done = carry_out(&Session::in_script(&global, format, line), &order, out, talk)?;
        if done.answer.is_some() {
            self.last = done.answer;
        }
        self.settle(talk)
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
            None => "nothing: no send, check or why came before".to_owned(),
        };
        writeln!(out, "NOT as expected: the last answer was {answer}")?;
        self.missed.push(format!("the answer was {answer}"));
        Ok(())
    }
}

/// What a step wrote: one value, or a list of them, or else a text.
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
