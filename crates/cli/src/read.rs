//! Commands that read.

pub(crate) mod answers;
pub(crate) mod events;
pub(crate) mod find;
pub(crate) mod hits;
pub(crate) mod lists;
pub(crate) mod requests;
pub(crate) mod reviews;
pub(crate) mod whereabouts;

use std::io::Write;

use acquaint_audit::{Explanation, Viewer};
use acquaint_domain::{Code, Command, Lookup, RequestId, Send};
use acquaint_engine::{Input, When};

use crate::failure::CliError;
use crate::grammar::{Exit, Format, OutputKind, Parts, ReadCommand, RequestSelector};
use crate::maintain::network_file;
use crate::session::{CommandDone, Expected, ReadView, Session, WriteSession};
use crate::write::answered;
use crate::{policies, render, what_if};

/// Runs a command that reads, and writes the answer to `out`.
pub(crate) fn execute(
    session: &Session<'_>,
    command: &ReadCommand,
    out: &mut dyn Write,
    stderr: &mut dyn Write,
) -> Result<CommandDone, CliError> {
    let format = session.format();
    let ((), exit) = match command {
        ReadCommand::Why { subject, viewer, document, parts, lookup } => {
            let requests = |view: ReadView<'_>| one(view, subject, *viewer);
            let why = |view: ReadView<'_>| why(view, subject, *viewer, (*document, *parts), (format, out));
            let (codes, exit) = answer_recorded(session, lookup.as_ref(), requests, why, stderr)?;
            return Ok(CommandDone { exit, answer: Some(Expected::Codes(codes)) });
        }
        ReadCommand::Check(send, parts) => return check(session, (send, *parts), out, stderr),
        ReadCommand::Trace { subject, viewer, lookup } => {
            let requests = |view: ReadView<'_>| one(view, subject, *viewer);
            let trace = |view: ReadView<'_>| {
                answers::why(view, subject, *viewer, &render::trace, (format, out)).map(drop)
            };
            answer_recorded(session, lookup.as_ref(), requests, trace, stderr)?
        }
        ReadCommand::Find { text, lookup, parts } => {
            let requests = |view: ReadView<'_>| find::requests(view, text);
            let find = |view: ReadView<'_>| find::find(view, text, (*parts, format), out);
            answer_recorded(session, lookup.as_ref(), requests, find, stderr)?
        }
        ReadCommand::Requests(command) => {
            let listed = |view: ReadView<'_>| requests::listed(view, command, format);
            let list = |view: ReadView<'_>| requests::requests(view, command, format, out);
            answer_recorded(session, command.lookup.as_ref(), listed, list, stderr)?
        }
        ReadCommand::WhyAll { member, viewer, part } => {
            session.read(stderr, |view| answers::why_all(view, member, (*viewer, *part), format, out))?
        }
        ReadCommand::WhyUnder { subject, policy, parts } => {
            session.read(stderr, |view| what_if::why_under(view, subject, policy, (*parts, format), out))?
        }
        ReadCommand::List { what, member, viewer, only } => {
            session.read(stderr, |view| lists::list(view, *what, member, (*viewer, *only), format, out))?
        }
        ReadCommand::MemberShow(member) => {
            session.read(stderr, |view| lists::member(view, member, format, out))?
        }
        ReadCommand::ReviewList(parts) => {
            session.read(stderr, |view| reviews::list(view, *parts, format, out))?
        }
        ReadCommand::ReviewShow(request, parts) => {
            session.read(stderr, |view| reviews::show(view, *request, (*parts, format), out))?
        }
        ReadCommand::Incidents { hit } => session.read(stderr, |view| match hit {
            None => answers::incidents(view, format, out),
            Some(number) => hits::list(view, *number, format, out),
        })?,
        ReadCommand::Explain(code) => (answers::explain_code(*code, format, out)?, Exit::Ok),
        ReadCommand::Policy(command) => ((), policies::execute(session, command, out, stderr)?),
        ReadCommand::LogShow(filter) => {
            session.read_log(stderr, |view| events::show(view, filter, format, out))?
        }
        ReadCommand::LogExport { filter, form } => {
            session.read_log(stderr, |view| events::export(view, filter, *form, &session.global, out))?
        }
        ReadCommand::Whereabouts(command) => {
            session.read(stderr, |view| whereabouts::whereabouts(view, command, format, out))?
        }
        ReadCommand::ExportNetwork(file) => network_file::export(session, file.as_deref(), out, stderr)?,
    };
    Ok(CommandDone::with(exit))
}

/// Answers. With a lookup, first records which requests the member of staff looks at.
fn answer_recorded<T>(
    session: &Session<'_>,
    lookup: Option<&Lookup>,
    requests: impl FnOnce(ReadView<'_>) -> Result<Vec<RequestId>, CliError>,
    answer: impl FnOnce(ReadView<'_>) -> Result<T, CliError>,
    stderr: &mut dyn Write,
) -> Result<(T, Exit), CliError> {
    let Some(lookup) = lookup else { return session.read(stderr, answer) };
    let answered = session.write(stderr, |writer, when| {
        let (When::Exactly(at) | When::NotBefore(at)) = when;
        let requests = writer.read(at, requests)?;
        record(writer, &requests, lookup, when)?;
        writer.read(at, answer)
    })?;
    Ok((answered, Exit::Ok))
}

fn record(
    writer: &WriteSession,
    requests: &[RequestId],
    lookup: &Lookup,
    when: When,
) -> Result<(), CliError> {
    for request in requests {
        let command = Command::RecordLookup { request: *request, lookup: lookup.clone() };
        writer.engine.submit(Input { command, when, key: None })?;
    }
    Ok(())
}

/// The request that a selector refers to, as the list for a lookup.
fn one(view: ReadView<'_>, subject: &RequestSelector, viewer: Viewer) -> Result<Vec<RequestId>, CliError> {
    Ok(vec![view.inquiry().find(subject, viewer)?])
}

/// `why`: writes the answer and returns its codes, the cause first.
fn why(
    view: ReadView<'_>,
    subject: &RequestSelector,
    viewer: Viewer,
    (document, parts): (OutputKind, Parts),
    (format, out): (Format, &mut dyn Write),
) -> Result<Vec<Code>, CliError> {
    let brief =
        |answer: &Explanation, format, out: &mut dyn Write| render::answer(answer, parts, format, out);
    match document {
        // Only `policy backtest` writes a page, so `Html` does not occur here.
        OutputKind::Answer | OutputKind::Html => answers::why(view, subject, viewer, &brief, (format, out)),
        OutputKind::Markdown => answers::why(view, subject, viewer, &render::markdown, (format, out)),
        OutputKind::Statement => answers::statement(view, subject, viewer, render::statement, out),
        OutputKind::StatementJson => answers::statement(view, subject, viewer, render::statement_json, out),
    }
}

/// `check`: a dry run of the send. Under a policy with an attempts limit, it is counted before it is answered.
fn check(
    session: &Session<'_>,
    (send, parts): (&Send, Parts),
    out: &mut dyn Write,
    stderr: &mut dyn Write,
) -> Result<CommandDone, CliError> {
    let mut answer = Vec::new();
    let (receipt, is_counted) = session.dry_run(stderr, |kernel, log, when| {
        let receipt = answers::check(kernel, log, (send, parts), when, session.format(), &mut answer)?;
        let policy = kernel.views().policy();
        Ok((receipt, policy.is_some_and(|(_, policy)| policy.bounds_attempts())))
    })?;
    if is_counted {
        session.write(stderr, |writer, when| writer.count_check(send, when))?;
    }
    out.write_all(&answer)?;
    Ok(CommandDone { exit: Exit::Ok, answer: Some(answered(&receipt)) })
}
