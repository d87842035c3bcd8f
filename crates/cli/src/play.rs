//! Running a script.

use std::io::Write;
use std::path::{Path, PathBuf};

use acquaint_clock::machine;
use acquaint_domain::{Code, Send, Timestamp, shown};
use acquaint_engine::{Desk, Receipt, Verdicted, When};
use serde_json::{Value, json};

use crate::acts;
use crate::answers;
use crate::archive;
use crate::asks;
use crate::checkpoints;
use crate::failure::{Failure, too_early};
use crate::grammar::{ArchiveOrder, Exit, Format, Global, ImportExport, LogOrder, Order, Parts};
use crate::logs;
use crate::messages;
use crate::network_file;
use crate::policies;
use crate::render::Document;
use crate::script::{Action, Expectation, Step, parse};
use crate::session::Writing;
use crate::text_file::{self, called};
use crate::whereabouts;

/// What the last send, check or why answered with.
enum Last {
    OnItsWay,
    /// The cause, and behind it what accompanies it.
    Codes(Vec<Code>),
}

pub(crate) struct Player {
    global: Global,
    /// Where the script is: the policies that it names are beside it.
    folder: PathBuf,
    writing: Option<Writing>,
    /// The script's own time; `None` while the system's clock is.
    at: Option<Timestamp>,
    last: Option<Last>,
    /// What the answers were that were not as expected.
    missed: Vec<String>,
}

/// Runs a script and prints its transcript.
pub(crate) fn play(
    global: &Global,
    file: &Path,
    out: &mut dyn Write,
    talk: &mut dyn Write,
) -> Result<Exit, Failure> {
    let (name, text) = (called(file), text_file::read(file, "give a script, one command a line")?);
    let steps = parse(&text, &name).map_err(|error| Failure::page(Exit::BadInput, error.to_string()))?;
    let folder = policies::folder_of(file);
    let mut player = Player::new(global.clone(), &folder, None);
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

/// What a script's expectations came to.
pub(crate) struct Played {
    pub(crate) met: usize,
    /// Line and answer of each that was not met.
    pub(crate) missed: Vec<String>,
}

/// Plays a script in memory, founded with this policy; nothing is printed or written. What cannot be done under the
/// policy leaves its line out; the expectations tell.
pub(crate) fn play_under(global: &Global, policy: &str, file: &Path) -> Result<Played, Failure> {
    let (name, text) = (called(file), text_file::read(file, "give a script, one command a line")?);
    let steps = parse(&text, &name).map_err(|error| Failure::page(Exit::BadInput, error.to_string()))?;
    let folder = policies::folder_of(file);
    let begins = steps.iter().find_map(|step| if let Action::At(at) = step.action { Some(at) } else { None });
    let seed = global.seed.unwrap_or(1);
    let writing = Writing::in_memory(seed, policy, begins.or(global.at).unwrap_or_else(machine))?;
    let mut player = Player::new(global.clone(), &folder, Some(writing));
    let (mut out, mut talk) = (std::io::sink(), std::io::sink());
    let mut met = 0;
    for step in &steps {
        let before = player.missed.len();
        match player.step(step, &mut out, &mut talk) {
            Ok(()) => {}
            Err(Failure { exit: Exit::NotFound | Exit::Refused | Exit::BadInput, .. }) => player.last = None,
            Err(failure) => return Err(located(failure, &name, step.line)),
        }
        let is_expectation = matches!(step.action, Action::Expect(_));
        met += usize::from(is_expectation && player.missed.len() == before);
        if player.missed.len() > before
            && let Some(missed) = player.missed.last_mut()
        {
            *missed = format!("line {}, `{}`: {missed}", step.line, step.text);
        }
    }
    Ok(Played { met, missed: player.missed })
}

fn located(failure: Failure, name: &str, line: usize) -> Failure {
    failure.map(|sentence| format!("{name}:{line}: {sentence}"))
}

impl Player {
    /// A player whose time is what `global` says; what there is already is in `writing`, and what orders name is in
    /// `folder`.
    pub(crate) fn new(global: Global, folder: &Path, writing: Option<Writing>) -> Self {
        Self { at: global.at, global, folder: folder.to_owned(), writing, last: None, missed: Vec::new() }
    }

    /// Carries out all steps, and prints each line with its answer.
    fn print(
        &mut self,
        steps: &[Step],
        name: &str,
        out: &mut dyn Write,
        talk: &mut dyn Write,
    ) -> Result<(), Failure> {
        steps.iter().try_for_each(|step| {
            writeln!(out, "> {}", shown(&step.text))?;
            self.step(step, out, talk).map_err(|failure| located(failure, name, step.line))?;
            // Whoever reads along sees what is durable, line by line.
            Ok(out.flush()?)
        })
    }

    /// The same, as a value for each line.
    fn document(
        &mut self,
        steps: &[Step],
        name: &str,
        out: &mut dyn Write,
        talk: &mut dyn Write,
    ) -> Result<(), Failure> {
        let context = [("script", json!(name))];
        let mut document = Document::new("acquaint.run.v1", &context, self.global.format, out);
        // An answer is one value within another here, so each is one document.
        self.global.format = Format::Json;
        let played: Result<(), Failure> = steps.iter().try_for_each(|step| {
            let (mut said, unmet) = (Vec::new(), self.missed.len());
            let done = self.step(step, &mut said, talk).map_err(|failure| located(failure, name, step.line));
            let is_met = matches!(step.action, Action::Expect(_)).then(|| self.missed.len() == unmet);
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

    fn step(&mut self, step: &Step, out: &mut dyn Write, talk: &mut dyn Write) -> Result<(), Failure> {
        match &step.action {
            Action::At(at) => self.go_to(*at, talk),
            Action::Advance(span) => {
                let from = self.now(talk)?;
                self.go_to(from.plus(*span), talk)
            }
            Action::Expect(expectation) => self.expect(*expectation, out),
            Action::Order { order, format } => {
                self.order(order, format.unwrap_or(self.global.format), out, talk)
            }
        }
    }

    /// Lets time pass: what falls due on the way happens at its own time.
    pub(crate) fn go_to(&mut self, at: Timestamp, talk: &mut dyn Write) -> Result<(), Failure> {
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

    fn settle(&mut self, talk: &mut dyn Write) -> Result<(), Failure> {
        let at = self.now(talk)?;
        let engine = &self.writing(talk, self.at)?.engine;
        if engine.next_due()?.is_some_and(|due| due <= at) {
            engine.advance(at)?;
        }
        Ok(())
    }

    fn now(&mut self, talk: &mut dyn Write) -> Result<Timestamp, Failure> {
        match self.at {
            Some(at) => Ok(at),
            None => Ok(self.writing(talk, None)?.now()),
        }
    }

    /// The moment of an order. A moment that the script says is an input, and needs no confirmation.
    fn when(&mut self, order: &Order, talk: &mut dyn Write) -> Result<When, Failure> {
        if let Some(at) = self.at {
            return Ok(When::Exactly(at));
        }
        let global = self.global.clone();
        let writing = self.writing(talk, None)?;
        if acts::writes(order) || order.lookup().is_some() {
            writing.when(&global, None)
        } else {
            Ok(When::NotBefore(writing.now()))
        }
    }

    /// The folder, which is opened by the first line that needs it, and founded at `at` or else at the clock's time.
    fn writing(&mut self, talk: &mut dyn Write, at: Option<Timestamp>) -> Result<&Writing, Failure> {
        let writing = match self.writing.take() {
            Some(writing) => writing,
            None => Writing::open(&self.global, at, talk)?,
        };
        Ok(self.writing.insert(writing))
    }

    /// Carries out one order, and what follows from it at once.
    pub(crate) fn order(
        &mut self,
        order: &Order,
        format: Format,
        out: &mut dyn Write,
        talk: &mut dyn Write,
    ) -> Result<(), Failure> {
        let order = &policies::beside(order, &self.folder);
        self.carry_out(order, format, out, talk)?;
        self.settle(talk)
    }

    fn carry_out(
        &mut self,
        order: &Order,
        format: Format,
        out: &mut dyn Write,
        talk: &mut dyn Write,
    ) -> Result<(), Failure> {
        let (at, when) = (self.now(talk)?, self.when(order, talk)?);
        let (given, global, folder) = (self.at, self.global.clone(), self.folder.clone());
        let writing = self.writing(talk, given)?;
        if let Some(receipt) = acts::act(writing, order, when, format, out)? {
            if matches!(order, Order::Send { .. }) || matches!(receipt.verdict, Verdicted::Refused(_)) {
                self.last = answered(&receipt);
            }
            return Ok(());
        }
        match order {
            Order::Write { .. } | Order::Restrict { .. } | Order::Send { .. } | Order::Run(_) => {}
            Order::Check(send, parts) => {
                self.last = answered(&rehearsed(writing, (send, *parts), when, format, out)?);
            }
            Order::Why { .. }
            | Order::WhyAll { .. }
            | Order::Trace { .. }
            | Order::List { .. }
            | Order::MemberShow(_)
            | Order::WhyUnder { .. }
            | Order::ReviewList(_)
            | Order::ReviewShow(..)
            | Order::Incidents { .. }
            | Order::Requests(_)
            | Order::Find { .. } => {
                let codes = asks::asked(writing, order, (when, at), format, out)?;
                if let Order::Why { .. } = order {
                    self.last = Some(Last::Codes(codes));
                }
            }
            Order::Explain(code) => answers::explain_code(*code, format, out)?,
            Order::Log(order @ (LogOrder::Show(_) | LogOrder::Export { .. })) => {
                let global = Global { format, ..global };
                writing.read_log(at, |scene| logs::events_of(scene, order, &global, out))?;
            }
            Order::Policy(order) => {
                writing.read_log(at, |scene| policies::answer(Some(scene), order, format, out))?;
            }
            // In memory there is no folder to look at; else it is looked at beside this script's own writer.
            Order::Log(_) if writing.is_in_memory() => {}
            Order::Log(order) => {
                logs::carry_out(&Global { format, ..global.clone() }, order, out, talk)?;
            }
            Order::Replay => drop(writing.read_log(at, |scene| logs::replay_live(scene, format, out))?),
            Order::Checkpoint => checkpoints::in_script(writing, &global, format, out, talk)?,
            Order::Archive(ArchiveOrder::Import(order)) => {
                let path = folder.join(&order.path);
                archive::import_into(writing, &ImportExport { path, ..order.clone() }, at, format, out)?;
            }
            Order::Archive(ArchiveOrder::Whereabouts(order)) => {
                writing.read(at, |scene| whereabouts::whereabouts(scene, order, format, out))?;
            }
            Order::ImportNetwork(from) => {
                network_file::import_into(writing, &folder.join(from), at, format, out)?
            }
            Order::ExportNetwork(file) => {
                let file = file.as_ref().map(|file| folder.join(file));
                writing.read(at, |scene| network_file::export(scene, file.as_deref(), format, out, talk))?;
            }
            Order::ImportMessages(file) => messages::import(writing, messages::read(file)?, format, out)?,
        }
        Ok(())
    }

    fn expect(&mut self, expectation: Expectation, out: &mut dyn Write) -> Result<(), Failure> {
        let met = match (expectation, &self.last) {
            (Expectation::Ok, Some(Last::OnItsWay)) => true,
            (Expectation::Code(code), Some(Last::OnItsWay)) => code == Code::InTransit,
            (Expectation::Code(code), Some(Last::Codes(last))) => last.contains(&code),
            (Expectation::Ok, Some(Last::Codes(_))) | (_, None) => false,
        };
        if met {
            return Ok(writeln!(out, "as expected")?);
        }
        let named = |code: &Code| format!("{code} {}", code.name());
        let answer = match &self.last {
            Some(Last::OnItsWay) => format!("{}, on its way", named(&Code::InTransit)),
            Some(Last::Codes(codes)) => codes.iter().map(named).collect::<Vec<_>>().join(" with "),
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

/// A rehearsal on a copy of the views: the script's own log gets no more of it than that somebody asked.
fn rehearsed(
    writing: &Writing,
    (send, parts): (&Send, Parts),
    when: When,
    format: Format,
    out: &mut dyn Write,
) -> Result<Receipt, Failure> {
    let mut desk = Desk::new(writing.engine.read(Clone::clone)?);
    let receipt = answers::check(&mut desk, writing.engine.log(), (send, parts), when, format, out)?;
    // That somebody asked counts, where the policy bounds attempts.
    if desk.views().policy().is_some_and(|(_, policy)| policy.bounds_attempts()) {
        writing.count_check(send, when)?;
    }
    Ok(receipt)
}

fn answered(receipt: &Receipt) -> Option<Last> {
    match receipt.verdict {
        Verdicted::OnItsWay | Verdicted::Done => Some(Last::OnItsWay),
        Verdicted::Crossed => Some(Last::Codes(vec![Code::Crossed])),
        Verdicted::Held(code) | Verdicted::Refused(code) => Some(Last::Codes(vec![code])),
    }
}
