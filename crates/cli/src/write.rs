//! Commands that write.

pub(crate) mod refusals;
mod settings;
mod words;

use std::io::Write;

use acquaint_audit::{Explanation, Viewer};
use acquaint_domain::{Code, Command, Send, Timestamp, shown};
use acquaint_engine::{CommandOutcome, Input, Receipt, When, command_key};
use serde_json::{Value, json};

use settings::InForce;

use self::refusals::Reasons;
use self::words::{description, refused};
use crate::failure::CliError;
use crate::grammar::{Exit, Format, Until, WriteCommand};
use crate::policies;
use crate::render::{advice_json, advice_line, object, paragraph};
use crate::session::{CommandDone, Expected, ReadView, Session, WriteSession};
use crate::values::rfc3339;

/// Runs a command that writes events, and prints its outcome.
pub(crate) fn execute(
    session: &Session<'_>,
    command: &WriteCommand,
    out: &mut dyn Write,
    stderr: &mut dyn Write,
) -> Result<CommandDone, CliError> {
    let receipt = session.write(stderr, |writer, when| act(writer, command, when, session.format(), out))?;
    let is_answer =
        matches!(command, WriteCommand::Send { .. }) || matches!(receipt.verdict, CommandOutcome::Refused(_));
    Ok(CommandDone { exit: Exit::Ok, answer: is_answer.then(|| answered(&receipt)) })
}

/// The outcome of a send, for a script's `expect`.
pub(crate) fn answered(receipt: &Receipt) -> Expected {
    match receipt.verdict {
        CommandOutcome::OnItsWay | CommandOutcome::Done => Expected::OnItsWay,
        CommandOutcome::Crossed => Expected::Codes(vec![Code::Crossed]),
        CommandOutcome::Held(code) | CommandOutcome::Refused(code) => Expected::Codes(vec![code]),
    }
}

fn act(
    writer: &WriteSession,
    command: &WriteCommand,
    when: When,
    format: Format,
    out: &mut dyn Write,
) -> Result<Receipt, CliError> {
    let (command, id) = identified(writer, command, when)?;
    // A command id belongs to its actor; the operator's ids belong to the empty name.
    let actor = command.acting_member().map(ToString::to_string).unwrap_or_default();
    let key = id.map(|id| command_key(&actor, id));
    let submitted = command.clone();
    let receipt = writer.engine.submit(Input { command, when, key })?;
    if let Command::SendRequest(send) = &submitted {
        writer.read(receipt.at, |view| sent(view, send, &receipt, format, out))?;
        return Ok(receipt);
    }
    let reasons = writer.read(receipt.at, |view| refusals::reasons(view, &submitted, &receipt))?;
    let refused = receipt.verdict.code().and_then(|_| refused(&submitted));
    let in_force = if let Command::ChangeSettings { member, .. } = &submitted {
        writer.read(receipt.at, |view| InForce::of(view, member))?
    } else {
        None
    };
    done(
        &refused.unwrap_or_else(|| description(&submitted)),
        &receipt,
        (&reasons, in_force.as_ref()),
        format,
        out,
    )?;
    Ok(receipt)
}

/// A command and its command id, if it has one.
type IdentifiedCommand<'a> = (Command, Option<&'a str>);

fn identified<'a>(
    writer: &WriteSession,
    command: &'a WriteCommand,
    when: When,
) -> Result<IdentifiedCommand<'a>, CliError> {
    let (command, id) = match command {
        WriteCommand::Command { command, command_id } => (command.clone(), command_id),
        WriteCommand::Send { send, command_id } => (Command::SendRequest(send.clone()), command_id),
        WriteCommand::Restrict { member, until, cause, command_id } => {
            let until = match until {
                Until::At(until) => *until,
                Until::For(span) => starts_at(writer, command_id.as_deref(), when)?.plus(*span),
            };
            (Command::RestrictMember { member: member.clone(), until, cause: *cause }, command_id)
        }
        WriteCommand::Adopt { policy, command_id } => {
            (Command::AdoptPolicy { text: policies::document(policy)? }, command_id)
        }
    };
    Ok((command, id.as_deref()))
}

/// The moment from which a restriction's length counts: the moment at which the operator's command is recorded. For a
/// repeated command it is the moment of the first one, so that both are the same domain command.
fn starts_at(writer: &WriteSession, id: Option<&str>, when: When) -> Result<Timestamp, CliError> {
    Ok(writer.engine.read(|views| {
        let repeated = id.and_then(|id| views.outcome(command_key("", id)));
        match (repeated, when) {
            (Some(first), _) => first.at,
            (None, When::Exactly(at)) => at,
            (None, When::NotBefore(at)) => views.last_at().map_or(at, |last| last.max(at)),
        }
    })?)
}

/// Writes the outcome of a send.
fn sent(
    view: ReadView<'_>,
    send: &Send,
    receipt: &Receipt,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let stopped = stopped(view, receipt)?;
    match format {
        Format::Human => human(send, receipt, stopped.as_ref(), out),
        Format::Json | Format::Ndjson => {
            Ok(object(&sent_json(send, receipt, stopped.as_ref()), format, out)?)
        }
    }
}

/// The sender's answer about a send that the sender's own side stopped; `None` if it was not stopped.
pub(crate) fn stopped(view: ReadView<'_>, receipt: &Receipt) -> Result<Option<Explanation>, CliError> {
    match (receipt.verdict, receipt.request) {
        // INVARIANT (answer before arrival): for a request in transit, nothing is read that happened after it left.
        (CommandOutcome::OnItsWay | CommandOutcome::Crossed | CommandOutcome::Done, _) | (_, None) => {
            Ok(None)
        }
        (CommandOutcome::Held(_) | CommandOutcome::Refused(_), Some(request)) => {
            Ok(view.inquiry().explain(request, Viewer::Sender, receipt.at)?)
        }
    }
}

/// The outcome of a send, in at most three words.
pub(crate) fn outcome(verdict: CommandOutcome) -> &'static str {
    match verdict {
        CommandOutcome::Done | CommandOutcome::OnItsWay => "on its way",
        CommandOutcome::Crossed => "connected",
        CommandOutcome::Held(_) => "held",
        CommandOutcome::Refused(_) => "refused",
    }
}

fn human(
    send: &Send,
    receipt: &Receipt,
    stopped: Option<&Explanation>,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let code = receipt.verdict.code().unwrap_or(Code::InTransit);
    let is_recorded = receipt.recording.is_written();
    let request = receipt.request.filter(|_| is_recorded);
    let request = request.map(|request| format!(" · request {request}")).unwrap_or_default();
    let again = if receipt.repeated { " · as answered before" } else { "" };
    writeln!(out, "{code} {}{request}{again}", code.name())?;
    if !is_recorded {
        writeln!(out, "  not recorded; an earlier refusal stands for it")?;
    }
    let Some(answer) = stopped else { return Ok(paragraph("  ", &passed(send, receipt), out)?) };
    paragraph("  ", &answer.verdict, out)?;
    answer.remedy.iter().try_for_each(|advice| paragraph("  do: ", &advice_line(advice), out))?;
    Ok(answer.wont_help.iter().try_for_each(|line| paragraph("  not: ", line, out))?)
}

/// A send that was not stopped, in a sentence.
fn passed(send: &Send, receipt: &Receipt) -> String {
    let (sender, to) = (&send.sender, send.to.trim());
    if receipt.verdict != CommandOutcome::Crossed {
        return format!("{}: {sender} -> {to}", outcome(receipt.verdict));
    }
    let note = if send.note.is_some() { "; the note is kept and was not delivered" } else { "" };
    format!("connected: {sender} accepted {to}'s own request with this send{note}")
}

fn sent_json(send: &Send, receipt: &Receipt, stopped: Option<&Explanation>) -> Value {
    let code = receipt.verdict.code().unwrap_or(Code::InTransit);
    let request = receipt.request.filter(|_| receipt.recording.is_written());
    json!({
        "schema": "acquaint.send.v1",
        "request": request.map(|request| request.to_string()),
        "from": send.sender.to_string(),
        "to": send.to,
        "outcome": outcome(receipt.verdict),
        "code": code.to_string(),
        "name": code.name(),
        "verdict": match receipt.verdict {
            CommandOutcome::Crossed => Some(passed(send, receipt)),
            CommandOutcome::Done | CommandOutcome::OnItsWay | CommandOutcome::Held(_) | CommandOutcome::Refused(_) => {
                stopped.map(|answer| answer.verdict.clone())
            }
        },
        "would_pass": stopped.and_then(|answer| answer.would_pass.clone()),
        "remedy": stopped.map(|answer| answer.remedy.iter().map(advice_json).collect::<Vec<_>>()).unwrap_or_default(),
        "wont_help": stopped.map(|answer| answer.wont_help.clone()).unwrap_or_default(),
        "repeated": receipt.repeated,
    })
}

fn done(
    description: &str,
    receipt: &Receipt,
    (reasons, in_force): (&Reasons, Option<&InForce>),
    format: Format,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let Reasons { verdict, would_pass, remedy } = reasons;
    let code = receipt.verdict.code().filter(|_| receipt.verdict != CommandOutcome::OnItsWay);
    match format {
        Format::Human => {
            let again = if receipt.repeated { " (as answered before)" } else { "" };
            let description = shown(description);
            match code {
                Some(code) => writeln!(out, "{code} {}{again}\n  refused: {description}", code.name())?,
                None => writeln!(out, "done{again}: {description}")?,
            }
            verdict.iter().chain(would_pass).try_for_each(|line| paragraph("  ", line, out))?;
            remedy.iter().try_for_each(|line| paragraph("  do: ", line, out))?;
            if let Some(in_force) = in_force {
                for (what, is) in &in_force.lines {
                    paragraph("  ", &format!("{what}: {is}"), out)?;
                }
                in_force.warnings.iter().try_for_each(|warning| paragraph("  note: ", warning, out))?;
            }
        }
        Format::Json | Format::Ndjson => {
            let mut value = json!({
                "schema": "acquaint.done.v1",
                "outcome": if code.is_some() { "refused" } else { "done" },
                "what": description,
                "code": code.map(|code| code.to_string()),
                "name": code.map(Code::name),
                "at": rfc3339(receipt.at),
                "repeated": receipt.repeated,
                "verdict": verdict,
                "would_pass": would_pass,
                "remedy": remedy,
            });
            if let Some(in_force) = in_force {
                value["settings"] = in_force.json();
                value["warnings"] = json!(in_force.warnings);
            }
            object(&value, format, out)?;
        }
    }
    Ok(())
}
