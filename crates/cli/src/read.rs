//! Orders that show what there is.

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

/// Carries out an order that reads, and writes the answer to `out`.
pub(crate) fn carry_out(
    session: &Session<'_>,
    order: &ReadCommand,
    out: &mut dyn Write,
    talk: &mut dyn Write,
) -> Result<CommandDone, CliError> {
    let format = session.format();
    let ((), exit) = match order {
        ReadCommand::Why { subject, viewer, document, parts, lookup } => {
            let looks = |scene: ReadView<'_>| one(scene, subject, *viewer);
            let why = |scene: ReadView<'_>| why(scene, subject, *viewer, (*document, *parts), (format, out));
            let (codes, exit) = looking(session, lookup.as_ref(), looks, why, talk)?;
            return Ok(CommandDone { exit, answer: Some(Expected::Codes(codes)) });
        }
        ReadCommand::Check(send, parts) => return check(session, (send, *parts), out, talk),
        ReadCommand::Trace { subject, viewer, lookup } => {
            let looks = |scene: ReadView<'_>| one(scene, subject, *viewer);
            let trace = |scene: ReadView<'_>| {
                answers::why(scene, subject, *viewer, &render::trace, (format, out)).map(drop)
            };
            looking(session, lookup.as_ref(), looks, trace, talk)?
        }
        ReadCommand::Find { text, lookup, parts } => {
            let looks = |scene: ReadView<'_>| find::requests(scene, text);
            let find = |scene: ReadView<'_>| find::find(scene, text, (*parts, format), out);
            looking(session, lookup.as_ref(), looks, find, talk)?
        }
        ReadCommand::Requests(order) => {
            let looks = |scene: ReadView<'_>| requests::listed(scene, order, format);
            let list = |scene: ReadView<'_>| requests::requests(scene, order, format, out);
            looking(session, order.lookup.as_ref(), looks, list, talk)?
        }
        ReadCommand::WhyAll { member, viewer, part } => {
            session.read(talk, |scene| answers::why_all(scene, member, (*viewer, *part), format, out))?
        }
        ReadCommand::WhyUnder { subject, policy, parts } => {
            session.read(talk, |scene| what_if::why_under(scene, subject, policy, (*parts, format), out))?
        }
        ReadCommand::List { what, member, viewer, only } => {
            session.read(talk, |scene| lists::list(scene, *what, member, (*viewer, *only), format, out))?
        }
        ReadCommand::MemberShow(member) => {
            session.read(talk, |scene| lists::member(scene, member, format, out))?
        }
        ReadCommand::ReviewList(parts) => {
            session.read(talk, |scene| reviews::list(scene, *parts, format, out))?
        }
        ReadCommand::ReviewShow(request, parts) => {
            session.read(talk, |scene| reviews::show(scene, *request, (*parts, format), out))?
        }
        ReadCommand::Incidents { hit } => session.read(talk, |scene| match hit {
            None => answers::incidents(scene, format, out),
            Some(number) => hits::list(scene, *number, format, out),
        })?,
        ReadCommand::Explain(code) => (answers::explain_code(*code, format, out)?, Exit::Ok),
        ReadCommand::Policy(order) => ((), policies::carry_out(session, order, out, talk)?),
        ReadCommand::LogShow(filter) => {
            session.read_log(talk, |scene| events::show(scene, filter, format, out))?
        }
        ReadCommand::LogExport { filter, form } => {
            session.read_log(talk, |scene| events::export(scene, filter, *form, &session.global, out))?
        }
        ReadCommand::Whereabouts(order) => {
            session.read(talk, |scene| whereabouts::whereabouts(scene, order, format, out))?
        }
        ReadCommand::ExportNetwork(file) => network_file::export(session, file.as_deref(), out, talk)?,
    };
    Ok(CommandDone::with(exit))
}

/// Answers, after it was written down who of the staff looks at which requests, where somebody says so.
fn looking<T>(
    session: &Session<'_>,
    lookup: Option<&Lookup>,
    looks: impl FnOnce(ReadView<'_>) -> Result<Vec<RequestId>, CliError>,
    answer: impl FnOnce(ReadView<'_>) -> Result<T, CliError>,
    talk: &mut dyn Write,
) -> Result<(T, Exit), CliError> {
    let Some(lookup) = lookup else { return session.read(talk, answer) };
    let answered = session.write(talk, |writing, when| {
        let (When::Exactly(at) | When::NotBefore(at)) = when;
        let requests = writing.read(at, looks)?;
        record(writing, &requests, lookup, when)?;
        writing.read(at, answer)
    })?;
    Ok((answered, Exit::Ok))
}

fn record(
    writing: &WriteSession,
    requests: &[RequestId],
    lookup: &Lookup,
    when: When,
) -> Result<(), CliError> {
    for request in requests {
        let command = Command::RecordLookup { request: *request, lookup: lookup.clone() };
        writing.engine.submit(Input { command, when, key: None })?;
    }
    Ok(())
}

/// The request that is asked about, as the one that is looked at.
fn one(scene: ReadView<'_>, subject: &RequestSelector, viewer: Viewer) -> Result<Vec<RequestId>, CliError> {
    Ok(vec![scene.inquiry().find(subject, viewer)?])
}

/// `why`: the codes answered with, the cause first.
fn why(
    scene: ReadView<'_>,
    subject: &RequestSelector,
    viewer: Viewer,
    (document, parts): (OutputKind, Parts),
    (format, out): (Format, &mut dyn Write),
) -> Result<Vec<Code>, CliError> {
    let brief =
        |answer: &Explanation, format, out: &mut dyn Write| render::answer(answer, parts, format, out);
    match document {
        // Only `policy backtest` has a page.
        OutputKind::Answer | OutputKind::Html => answers::why(scene, subject, viewer, &brief, (format, out)),
        OutputKind::Markdown => answers::why(scene, subject, viewer, &render::markdown, (format, out)),
        OutputKind::Statement => answers::statement(scene, subject, viewer, render::statement, out),
        OutputKind::StatementJson => answers::statement(scene, subject, viewer, render::statement_json, out),
    }
}

/// `check`: rehearsed, and where the policy bounds attempts counted before it is answered.
fn check(
    session: &Session<'_>,
    (send, parts): (&Send, Parts),
    out: &mut dyn Write,
    talk: &mut dyn Write,
) -> Result<CommandDone, CliError> {
    let mut answer = Vec::new();
    let (receipt, is_counted) = session.rehearse(talk, |desk, log, when| {
        let receipt = answers::check(desk, log, (send, parts), when, session.format(), &mut answer)?;
        let policy = desk.views().policy();
        Ok((receipt, policy.is_some_and(|(_, policy)| policy.bounds_attempts())))
    })?;
    if is_counted {
        session.write(talk, |writing, when| writing.count_check(send, when))?;
    }
    out.write_all(&answer)?;
    Ok(CommandDone { exit: Exit::Ok, answer: Some(answered(&receipt)) })
}
