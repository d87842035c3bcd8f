//! Orders that write.

mod settings;

use std::io::Write;

use acquaint_audit::{Answer, Viewer};
use acquaint_domain::{Code, Command, Pair, Send, Timestamp, shown};
use acquaint_engine::{Input, Receipt, Verdicted, When, command_key};
use serde_json::{Value, json};

use settings::InForce;

use crate::failure::Failure;
use crate::grammar::{Format, Order, PolicyOrder, Until};
use crate::policies;
use crate::refusals::{self, Reasons};
use crate::render::{advice_json, advice_line, object, paragraph};
use crate::session::{Scene, Writing};
use crate::values::rfc3339;

/// Whether the order is one that writes by a command of the domain.
pub(crate) fn writes(order: &Order) -> bool {
    matches!(
        order,
        Order::Write { .. }
            | Order::Restrict { .. }
            | Order::Send { .. }
            | Order::Policy(PolicyOrder::Adopt { .. })
    )
}

/// Carries out an order that writes, lets the courier run, and writes what came of it; `None` for one that only reads.
pub(crate) fn act(
    writing: &Writing,
    order: &Order,
    when: When,
    format: Format,
    out: &mut dyn Write,
) -> Result<Option<Receipt>, Failure> {
    let Some((command, id)) = command(writing, order, when)? else { return Ok(None) };
    // Ids belong to their actor; the operator's are among those of the empty name.
    let actor = command.acting_member().map(ToString::to_string).unwrap_or_default();
    let key = id.map(|id| command_key(&actor, id));
    let (said, refused) = (said(&command), refused(&command));
    let send = if let Command::SendRequest(send) = &command { Some(send.clone()) } else { None };
    let asked = command.clone();
    let changed =
        if let Command::ChangeSettings { member, .. } = &command { Some(member.clone()) } else { None };
    let receipt = writing.engine.submit(Input { command, when, key })?;
    match send {
        Some(send) => {
            writing.read(receipt.at, |scene| sent(scene, &send, &receipt, format, out))?;
        }
        None => {
            let reasons = writing.read(receipt.at, |scene| refusals::reasons(scene, &asked, &receipt))?;
            let said = if receipt.verdict.code().is_some() { refused.unwrap_or(said) } else { said };
            let in_force = match changed {
                Some(member) => writing.read(receipt.at, |scene| InForce::of(scene, &member))?,
                None => None,
            };
            done(&said, &receipt, (&reasons, in_force.as_ref()), format, out)?;
        }
    }
    Ok(Some(receipt))
}

/// A command, and the id under which it came.
type Named<'a> = (Command, Option<&'a str>);

fn command<'a>(writing: &Writing, order: &'a Order, when: When) -> Result<Option<Named<'a>>, Failure> {
    let named = if let Order::Write { command, command_id } = order {
        (command.clone(), command_id.as_deref())
    } else if let Order::Send { send, command_id } = order {
        (Command::SendRequest(send.clone()), command_id.as_deref())
    } else if let Order::Restrict { member, until, cause, command_id } = order {
        let until = match until {
            Until::At(until) => *until,
            Until::For(span) => begins(writing, command_id.as_deref(), when)?.plus(*span),
        };
        let command = Command::RestrictMember { member: member.clone(), until, cause: *cause };
        (command, command_id.as_deref())
    } else if let Order::Policy(PolicyOrder::Adopt { policy, command_id }) = order {
        (Command::AdoptPolicy { text: policies::document(policy)? }, command_id.as_deref())
    } else {
        return Ok(None);
    };
    Ok(Some(named))
}

/// From when a length of time counts: from the moment at which the operator's command is recorded, or, of one that is
/// repeated, was recorded the first time, so that it is the same command then.
fn begins(writing: &Writing, id: Option<&str>, when: When) -> Result<Timestamp, Failure> {
    Ok(writing.engine.read(|views| {
        let repeated = id.and_then(|id| views.outcome(command_key("", id)));
        match (repeated, when) {
            (Some(first), _) => first.at,
            (None, When::Exactly(at)) => at,
            (None, When::NotBefore(at)) => views.last_at().map_or(at, |last| last.max(at)),
        }
    })?)
}

/// Writes what a send came to.
fn sent(
    scene: Scene<'_>,
    send: &Send,
    receipt: &Receipt,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let stopped = stopped(scene, receipt)?;
    match format {
        Format::Human => human(send, receipt, stopped.as_ref(), out),
        Format::Json | Format::Ndjson => {
            Ok(object(&sent_json(send, receipt, stopped.as_ref()), format, out)?)
        }
    }
}

/// What the sender is told of a send that the sender's own side stopped.
pub(crate) fn stopped(scene: Scene<'_>, receipt: &Receipt) -> Result<Option<Answer>, Failure> {
    match (receipt.verdict, receipt.request) {
        // INVARIANT (answer before arrival): of a request on its way nothing is read that came after it left.
        (Verdicted::OnItsWay | Verdicted::Crossed | Verdicted::Done, _) | (_, None) => Ok(None),
        (Verdicted::Held(_) | Verdicted::Refused(_), Some(request)) => {
            Ok(scene.inquiry().explain(request, Viewer::Sender, receipt.at)?)
        }
    }
}

fn outcome(verdict: Verdicted) -> &'static str {
    match verdict {
        Verdicted::Done | Verdicted::OnItsWay => "on its way",
        Verdicted::Crossed => "connected",
        Verdicted::Held(_) => "held",
        Verdicted::Refused(_) => "refused",
    }
}

fn human(
    send: &Send,
    receipt: &Receipt,
    stopped: Option<&Answer>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let code = receipt.verdict.code().unwrap_or(Code::InTransit);
    let is_recorded = receipt.is_recorded.is_so();
    let request = receipt.request.filter(|_| is_recorded);
    let request = request.map(|request| format!(" · request {request}")).unwrap_or_default();
    let again = if receipt.repeated { " · as answered before" } else { "" };
    writeln!(out, "{code} {}{request}{again}", code.name())?;
    if !is_recorded {
        writeln!(out, "  nothing was written down; an earlier refusal stands for it")?;
    }
    let Some(answer) = stopped else { return Ok(paragraph("  ", &going_on(send, receipt), out)?) };
    paragraph("  ", &answer.verdict, out)?;
    answer.remedy.iter().try_for_each(|advice| paragraph("  do: ", &advice_line(advice), out))?;
    Ok(answer.wont_help.iter().try_for_each(|line| paragraph("  not: ", line, out))?)
}

/// A send that nothing stops, in a sentence.
fn going_on(send: &Send, receipt: &Receipt) -> String {
    let (sender, to) = (&send.sender, send.to.trim());
    if receipt.verdict != Verdicted::Crossed {
        return format!("{}: {sender} -> {to}", outcome(receipt.verdict));
    }
    let note = if send.note.is_some() { "; the note is kept and was not delivered" } else { "" };
    format!("connected: {sender} accepted {to}'s own request with this send{note}")
}

fn sent_json(send: &Send, receipt: &Receipt, stopped: Option<&Answer>) -> Value {
    let code = receipt.verdict.code().unwrap_or(Code::InTransit);
    let request = receipt.request.filter(|_| receipt.is_recorded.is_so());
    json!({
        "schema": "acquaint.send.v1",
        "request": request.map(|request| request.to_string()),
        "from": send.sender.to_string(),
        "to": send.to,
        "outcome": outcome(receipt.verdict),
        "code": code.to_string(),
        "name": code.name(),
        "verdict": match receipt.verdict {
            Verdicted::Crossed => Some(going_on(send, receipt)),
            Verdicted::Done | Verdicted::OnItsWay | Verdicted::Held(_) | Verdicted::Refused(_) => {
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
    said: &str,
    receipt: &Receipt,
    (reasons, in_force): (&Reasons, Option<&InForce>),
    format: Format,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let Reasons { verdict, would_pass, remedy } = reasons;
    let code = receipt.verdict.code().filter(|_| receipt.verdict != Verdicted::OnItsWay);
    match format {
        Format::Human => {
            let again = if receipt.repeated { " (as answered before)" } else { "" };
            let said = shown(said);
            match code {
                Some(code) => writeln!(out, "{code} {}{again}\n  refused: {said}", code.name())?,
                None => writeln!(out, "done{again}: {said}")?,
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
                "what": said,
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

/// A command of one member about another that was refused, in words; `None` for a command that is told in the same words
/// whatever it led to.
fn refused(command: &Command) -> Option<String> {
    let cannot = |pair: &Pair, what: &str| Some(format!("{} cannot {what} {}", pair.member, pair.other));
    match command {
        Command::Block(pair) => cannot(pair, "block"),
        Command::Unblock(pair) => cannot(pair, "unblock"),
        Command::RecordConnection(pair) => cannot(pair, "be connected with"),
        Command::Disconnect(pair) => cannot(pair, "disconnect from"),
        Command::Confirm(pair) => cannot(pair, "confirm the request with"),
        Command::Accept(pair) => cannot(pair, "accept the request of"),
        Command::Decline(pair) => cannot(pair, "decline the request of"),
        Command::Ignore(pair) => cannot(pair, "archive the request of"),
        Command::Report(pair) => cannot(pair, "report the request of"),
        Command::Withdraw(pair) => cannot(pair, "withdraw the request to"),
        Command::Remind(pair) => Some(format!("{} cannot remind {} of the request", pair.member, pair.other)),
        Command::OpenAppeal { member, .. } => Some(format!("{member} cannot appeal")),
        Command::ImportContacts { member, .. } => Some(format!("{member} cannot import contacts")),
        Command::ChangeSettings { member, .. } => Some(format!("{member} cannot change settings")),
        Command::AddMember { .. }
        | Command::ChangeMember { .. }
        | Command::RestrictMember { .. }
        | Command::BanMember(_)
        | Command::LiftRestriction(_)
        | Command::CloseMember(_)
        | Command::SendRequest(_)
        | Command::RecordLookup { .. }
        | Command::AdoptPolicy { .. }
        | Command::ReleaseRequest(_)
        | Command::ReleaseWaivingLimits(_)
        | Command::RefuseRequest(_)
        | Command::DecideAppeal { .. }
        | Command::StartFault { .. }
        | Command::StopFault(_) => None,
    }
}

/// The command in words, the same whatever it leads to.
fn said(command: &Command) -> String {
    let between = |pair: &Pair, what: &str| format!("{} {what} {}", pair.member, pair.other);
    match command {
        Command::AddMember { handle, .. } => format!("{handle} is a member"),
        Command::ChangeMember { member, .. } => format!("{member}'s profile is changed"),
        Command::RestrictMember { member, until, .. } => {
            format!("{member} is restricted until {}", crate::values::human_time(*until))
        }
        Command::BanMember(member) => format!("{member} is banned"),
        Command::LiftRestriction(member) => format!("{member} may act again"),
        Command::CloseMember(member) => format!("{member}'s account is closed"),
        Command::ImportContacts { member, contacts } => {
            let plural = if contacts.len() == 1 { "" } else { "s" };
            format!("{member} imported {} contact{plural}", contacts.len())
        }
        Command::ChangeSettings { member, .. } => format!("{member}'s settings are changed"),
        Command::Block(pair) => between(pair, "blocks"),
        Command::Unblock(pair) => between(pair, "no longer blocks"),
        Command::RecordConnection(pair) => between(pair, "is connected with"),
        Command::Disconnect(pair) => between(pair, "disconnects from"),
        Command::SendRequest(send) => format!("{} asks {}", send.sender, send.to),
        Command::Confirm(pair) => between(pair, "confirms the request with"),
        Command::Accept(pair) => between(pair, "accepts the request of"),
        Command::Decline(pair) => between(pair, "declines the request of"),
        Command::Ignore(pair) => between(pair, "archives the request of"),
        Command::Report(pair) => between(pair, "reports the request of"),
        Command::Withdraw(pair) => between(pair, "withdraws the request to"),
        Command::Remind(pair) => format!("{} reminds {} of the request", pair.member, pair.other),
        Command::RecordLookup { request, lookup } => format!("{} looks at {request}", lookup.agent),
        Command::AdoptPolicy { text } => {
            let name = acquaint_policy::Policy::recorded(text).map(|policy| policy.name).unwrap_or_default();
            format!("the policy `{name}` judges from now on")
        }
        Command::ReleaseRequest(request) | Command::ReleaseWaivingLimits(request) => {
            format!("request {request} goes on")
        }
        Command::RefuseRequest(request) => format!("request {request} is refused"),
        Command::OpenAppeal { member, .. } => format!("{member}'s appeal is open"),
        Command::DecideAppeal { member, upheld, .. } => {
            format!("{member}'s appeal is {}", if upheld.is_so() { "upheld" } else { "dismissed" })
        }
        Command::StartFault { .. } => "letters begin to fail".to_owned(),
        Command::StopFault(_) => "letters no longer fail".to_owned(),
    }
}
