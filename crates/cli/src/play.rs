//! Running a script.

use std::io::Write;
use std::path::{Path, PathBuf};

use acquaint_domain::{Code, Timestamp};
use acquaint_engine::{Desk, Receipt, Verdicted, When};

use crate::acts;
use crate::answers;
use crate::archive;
use crate::failure::{Failure, too_early};
use crate::grammar::{ArchiveOrder, Exit, Format, Global, ImportExport, Order};
use crate::lists;
use crate::logs;
use crate::messages;
use crate::render;
use crate::script::{Action, Expectation, Step, parse};
use crate::session::{Scene, Writing, now};
use crate::text_file;
use crate::whereabouts;

/// What the last send, check or why answered with.
enum Last {
    OnItsWay,
    /// The cause, and behind it what accompanies it.
    Codes(Vec<Code>),
}

struct Player<'a> {
    global: &'a Global,
    writing: Option<Writing>,
    /// The script's own time; `None` while the system's clock is.
    at: Option<Timestamp>,
    last: Option<Last>,
    unmet: usize,
    /// Where the script is: exports that it names are looked for from there.
    folder: PathBuf,
}

/// Runs a script and prints its transcript.
pub(crate) fn play(
    global: &Global,
    file: &Path,
    out: &mut dyn Write,
    talk: &mut dyn Write,
) -> Result<Exit, Failure> {
    let name = file.display().to_string();
    let text = text_file::read(file, "give a script, one command a line")?;
    let steps = parse(&text, &name).map_err(|error| Failure::new(Exit::BadInput, error.to_string()))?;
    let folder = file.parent().unwrap_or(Path::new("")).to_owned();
    let mut player = Player { global, writing: None, at: global.at, last: None, unmet: 0, folder };
    let played: Result<(), Failure> = steps.iter().try_for_each(|step| {
        writeln!(out, "> {}", step.text)?;
        player.step(step, out, talk).map_err(|failure| located(failure, &name, step.line))?;
        // Whoever reads along sees what is durable, line by line.
        Ok(out.flush()?)
    });
    if let Some(writing) = player.writing.take() {
        writing.close()?;
    }
    played?;
    Ok(if player.unmet == 0 { Exit::Ok } else { Exit::Failed })
}

fn located(failure: Failure, name: &str, line: usize) -> Failure {
    Failure { sentence: failure.sentence.map(|sentence| format!("{name}:{line}: {sentence}")), ..failure }
}

impl Player<'_> {
    fn step(&mut self, step: &Step, out: &mut dyn Write, talk: &mut dyn Write) -> Result<(), Failure> {
        match &step.action {
            Action::At(at) => self.go_to(*at, talk),
            Action::Advance(span) => {
                let from = self.at.unwrap_or_else(now);
                self.go_to(from.plus(*span), talk)
            }
            Action::Expect(expectation) => self.expect(*expectation, out),
            Action::Order { order, format } => {
                self.order(order, format.unwrap_or(self.global.format), out, talk)?;
                self.settle(talk)
            }
        }
    }

    /// Lets time pass: what falls due on the way happens at its own time.
    fn go_to(&mut self, at: Timestamp, talk: &mut dyn Write) -> Result<(), Failure> {
        let engine = &self.writing(talk, at)?.engine;
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

    fn settle(&mut self, talk: &mut dyn Write) -> Result<(), Failure> {
        let at = self.now();
        Ok(self.writing(talk, at)?.engine.advance(at)?)
    }

    fn now(&self) -> Timestamp {
        self.at.unwrap_or_else(now)
    }

    fn when(&self) -> When {
        self.at.map_or_else(|| When::NotBefore(now()), When::Exactly)
    }

    fn writing(&mut self, talk: &mut dyn Write, at: Timestamp) -> Result<&Writing, Failure> {
        let writing = match self.writing.take() {
            Some(writing) => writing,
            None => Writing::open(self.global, at, talk)?,
        };
        Ok(self.writing.insert(writing))
    }

    fn order(
        &mut self,
        order: &Order,
        format: Format,
        out: &mut dyn Write,
        talk: &mut dyn Write,
    ) -> Result<(), Failure> {
        let (at, when, global, folder) = (self.now(), self.when(), self.global, self.folder.clone());
        let writing = self.writing(talk, at)?;
        if let Some(receipt) = acts::act(writing, order, when, format, out)? {
            if let Order::Send { .. } = order {
                self.last = answered(&receipt);
            }
            return Ok(());
        }
        match order {
            Order::Write { .. } | Order::Restrict { .. } | Order::Send { .. } | Order::Run(_) => {}
            Order::Check(send) => {
                // A rehearsal on a copy of the views: the script's own log gets nothing of it.
                let views = writing.engine.read(Clone::clone)?;
                let log = writing.engine.log();
                let receipt = answers::check(&mut Desk::new(views), log, send, when, format, out)?;
                self.last = answered(&receipt);
            }
            Order::Why { subject, viewer } => {
                let why =
                    |scene: Scene<'_>| answers::why(scene, subject, *viewer, render::answer, (format, out));
                self.last = Some(Last::Codes(writing.read(at, why)?));
            }
            Order::Trace { subject, viewer } => {
                writing
                    .read(at, |scene| answers::why(scene, subject, *viewer, render::trace, (format, out)))?;
            }
            Order::Explain(code) => answers::explain_code(*code, format, out)?,
            Order::List { what, member, viewer } => {
                writing.read(at, |scene| lists::list(scene, *what, member, *viewer, format, out))?;
            }
            Order::MemberShow(member) => {
                writing.read(at, |scene| lists::member(scene, member, format, out))?;
            }
            Order::LogVerify => {
                logs::verify(global, out)?;
            }
            Order::LogShow { from } => {
                writing.read(at, |scene: Scene<'_>| logs::show(scene, *from, format, out))?;
            }
            Order::Replay => {
                writing.read(at, |scene| logs::replay_live(scene, out))?;
            }
            Order::Archive(ArchiveOrder::Import(order)) => {
                let order = ImportExport { path: folder.join(&order.path), ..order.clone() };
                archive::import_into(writing, &order, at, format, out)?;
            }
            Order::Archive(ArchiveOrder::Whereabouts(order)) => {
                writing.read(at, |scene| whereabouts::whereabouts(scene, order, format, out))?;
            }
            Order::ImportMessages(file) => {
                let read = messages::read(file)?;
                messages::import(writing, read, format, out)?;
            }
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
        self.unmet += 1;
        let named = |code: &Code| format!("{code} {}", code.name());
        let answer = match &self.last {
            Some(Last::OnItsWay) => format!("{}, on its way", named(&Code::InTransit)),
            Some(Last::Codes(codes)) => codes.iter().map(named).collect::<Vec<_>>().join(" with "),
            None => "nothing: no send, check or why came before".to_owned(),
        };
        Ok(writeln!(out, "NOT as expected: the last answer was {answer}")?)
    }
}

fn answered(receipt: &Receipt) -> Option<Last> {
    match receipt.verdict {
        Verdicted::OnItsWay | Verdicted::Done => Some(Last::OnItsWay),
        Verdicted::Held(code) | Verdicted::Refused(code) => Some(Last::Codes(vec![code])),
    }
}
