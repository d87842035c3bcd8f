//! Answers about what became of requests: `check`, `why`, `trace`, `incidents`, `explain`.

use std::io::{self, Write};

use acquaint_audit::{
    Disclosure, Explanation, Incident, OpenCounts, Practice, Statement, Viewer, entry, lookalike, practices,
};
use acquaint_domain::{
    Address, Channel, Code, Command, EmailAddress, Handle, RequestId, Send, Span, Timestamp,
};
use acquaint_engine::{Input, InquiryCache, Kernel, Receipt, When, no_such_request};
use acquaint_log::EventLog;
use serde_json::json;

use crate::failure::CliError;
use crate::grammar::{Exit, Format, ListSlice, Parts, RequestSelector};
use crate::read::lists;
use crate::render::{self, Checked, Listing, ListingRow, listing, object, paragraph};
use crate::session::ReadView;
use crate::values::{human_time, quoted, rfc3339};
use crate::write::stopped;

/// `check`: answers a send on a kernel whose events are discarded.
pub(crate) fn check(
    kernel: &mut Kernel,
    log: &dyn EventLog,
    (send, parts): (&Send, Parts),
    when: When,
    format: Format,
    out: &mut dyn Write,
) -> Result<Receipt, CliError> {
    let at = match (when, kernel.views().last_at()) {
        (When::NotBefore(at) | When::Exactly(at), None) => at,
        (When::NotBefore(at) | When::Exactly(at), Some(last)) => at.max(last),
    };
    let practices = before_sending(kernel, send, at);
    let receipt = kernel.handle(Input { command: Command::SendRequest(send.clone()), when, key: None })?;
    let staged = kernel.staged();
    let view = ReadView { views: kernel.views(), log, staged, as_of: receipt.at };
    let practices = practices.unwrap_or_default();
    let stopped = stopped(view, &receipt)?;
    let checked =
        Checked { send, verdict: receipt.verdict, stopped: stopped.as_ref(), practices: &practices };
    render::check(checked, parts, format, out)?;
    Ok(receipt)
}

/// Which of the article's best practices the request follows; `None` if the sender is unknown.
fn before_sending(kernel: &mut Kernel, send: &Send, at: Timestamp) -> Option<Vec<Practice>> {
    kernel.advance(at);
    let facts = kernel.facts(send, at).ok()?;
    let (views, policy) = (kernel.views(), kernel.views().policy()?.1);
    let known = views.members.by_handle(&send.sender)?;
    let sender = known.id;
    let ages = views.pending.sent_by(sender).into_iter().map(|open| at.since(open.submitted_at));
    let old: Vec<Span> = ages.filter(|age| *age >= policy.answers.follow_up_after).collect();
    let waiting = old.iter().max().map(|oldest| OpenCounts { old: old.len() as u32, oldest: *oldest });
    let mut found = practices(&facts, policy, send.note.is_some(), waiting);
    // INVARIANT (e-mail is secret): compare only with addresses that the sender knows, never with everybody's.
    let ends = views.connected.ends_of(sender).filter_map(|(other, _)| views.members.get(other));
    let contacts = known.contacts.iter().map(EmailAddress::as_str);
    let own: Vec<&str> = ends.map(|other| other.handle.as_str()).chain(contacts).collect();
    found.extend(Address::parse(&send.to).ok().and_then(|address| lookalike(address.as_str(), &own)));
    Some(found)
}

/// `incidents`: lists delivery failures of many members at the same time.
pub(crate) fn incidents(view: ReadView<'_>, format: Format, out: &mut dyn Write) -> Result<(), CliError> {
    let row = |(place, incident): (usize, Incident)| {
        let number = place + 1;
        let channels = incident.channels.iter().map(|channel| match channel {
            Channel::Web => "web",
            Channel::Mobile => "mobile",
            Channel::Desktop => "desktop",
            Channel::Api(_) => "programs",
        });
        let mut channels: Vec<&str> = channels.collect();
        channels.dedup();
        let closed = incident.until.map_or_else(|| "continues".to_owned(), human_time);
        ListingRow {
            cells: vec![
                number.to_string(),
                human_time(incident.since),
                closed,
                incident.attempts.to_string(),
                incident.senders.to_string(),
                incident.share_percent.map_or_else(|| "-".to_owned(), |percent| format!("{percent}%")),
                channels.join(" "),
            ],
            value: json!({
                "number": number, "code": Code::SiteWideIncident.to_string(), "since": rfc3339(incident.since),
                "opened": rfc3339(incident.opened), "last": rfc3339(incident.last),
                "until": incident.until.map(rfc3339), "attempts": incident.attempts, "senders": incident.senders,
                "share_percent": incident.share_percent, "channels": channels,
            }),
        }
    };
    let page = Listing {
        schema: "acquaint.incidents.v1",
        title: "site-wide incidents (CR0603)".to_owned(),
        context: vec![("as_of", json!(rfc3339(view.as_of)))],
        columns: vec!["no", "since", "until", "failed", "senders", "of all", "by"],
        rows: view.inquiry().incidents(view.as_of)?.into_iter().enumerate().map(row).collect(),
    };
    Ok(listing(&page, format, out)?)
}

/// Writes an answer in some form.
pub(crate) type AnswerWriter<'a> = dyn Fn(&Explanation, Format, &mut dyn Write) -> io::Result<()> + 'a;

/// `why` and `trace`: writes the answer and returns its codes, the cause first, then the ones that accompany it.
pub(crate) fn why(
    view: ReadView<'_>,
    subject: &RequestSelector,
    viewer: Viewer,
    write: &AnswerWriter<'_>,
    (format, out): (Format, &mut dyn Write),
) -> Result<Vec<Code>, CliError> {
    let (_, answer) = found(view, subject, viewer)?;
    write(&answer, format, out)?;
    let companions = answer.accompanied_by.iter().map(|companion| companion.code);
    Ok([answer.code].into_iter().chain(companions).collect())
}

/// Writes a statement of reasons in some form.
type StatementWriter = fn(&Explanation, &Statement, &mut dyn Write) -> io::Result<()>;

/// Writes the statement of reasons for the sender of a request and returns its code. Staff read the sender's statement.
pub(crate) fn statement(
    view: ReadView<'_>,
    subject: &RequestSelector,
    viewer: Viewer,
    write: StatementWriter,
    out: &mut dyn Write,
) -> Result<Vec<Code>, CliError> {
    let inquiry = view.inquiry();
    let request = inquiry.find(subject, viewer)?;
    let found = inquiry.statement(request, view.as_of)?;
    let (answer, statement) = found.ok_or_else(|| unseen(subject))?;
    write(&answer, &statement, out)?;
    Ok(vec![answer.code])
}

/// The request that a selector refers to, and the answer for this viewer.
///
/// # Errors
/// There is no such request, or the viewer may not know that there is.
pub(crate) fn found(
    view: ReadView<'_>,
    subject: &RequestSelector,
    viewer: Viewer,
) -> Result<(RequestId, Explanation), CliError> {
    let inquiry = view.inquiry();
    let request = inquiry.find(subject, viewer)?;
    let mut answer = inquiry.explain(request, viewer, view.as_of)?.ok_or_else(|| unseen(subject))?;
    answer.others = inquiry.others(subject, request, viewer, view.as_of)?;
    if answer.pass_on.is_some() {
        let (said, about) = inquiry.passed_on(subject, view.as_of)?;
        answer.pass_on = Some(said);
        answer.pass_on_request = about.filter(|about| *about != request);
    }
    Ok((request, answer))
}

/// `why --all`: lists every request of a member that is open or did not end in a connection, oldest first.
pub(crate) fn why_all(
    view: ReadView<'_>,
    member: &Handle,
    (viewer, part): (Viewer, ListSlice),
    format: Format,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let known = InquiryCache::default();
    let inquiry = view.inquiry().remembering(&known);
    let sender = lists::known(view, member)?.id;
    let (mut answers, mut skipped, rows_max) = (Vec::new(), 0, part.rows_max(format));
    let mut requests = inquiry.requests_of(sender).into_iter();
    while answers.len() < rows_max
        && let Some(request) = requests.next()
    {
        let answer = inquiry.explain(request, viewer, view.as_of)?;
        let Some(answer) = answer.filter(|answer| !is_connection(answer)) else { continue };
        if skipped < part.skip {
            skipped += 1;
        } else {
            answers.push(answer);
        }
    }
    let more = requests.len();
    if format == Format::Human {
        paragraph("", &format!("requests of {member} that did not become connections"), out)?;
        if answers.is_empty() {
            writeln!(out, "  nothing")?;
        }
        for answer in &answers {
            let head = format!("{} {} · {} · {}", answer.code, answer.code.name(), answer.to, answer.request);
            paragraph("  ", &head, out)?;
            paragraph("    ", &format!("since {}: {}", human_time(answer.since), answer.verdict), out)?;
        }
        lists::note_more(part, answers.len(), more, out)?;
        return Ok(());
    }
    let row = |answer: &Explanation| ListingRow { cells: Vec::new(), value: render::answer_json(answer) };
    let mut page = Listing {
        schema: "acquaint.answers.v1",
        title: String::new(),
        context: vec![
            ("member", json!(member.to_string())),
            ("viewer", json!(viewer.name())),
            ("as_of", json!(rfc3339(view.as_of))),
        ],
        columns: Vec::new(),
        rows: answers.iter().map(row).collect(),
    };
    if more > 0 {
        page.context.push(("more", json!(more)));
    }
    Ok(listing(&page, format, out)?)
}

/// Whether the request became a connection that still exists, or is the record of one.
fn is_connection(answer: &Explanation) -> bool {
    let is_recorded = answer.events.iter().any(|event| event.name == "connection-recorded");
    matches!(answer.code, Code::Accepted | Code::Crossed) || is_recorded
}

/// The same error as for a request that does not exist, because this viewer may not know that it exists.
fn unseen(subject: &RequestSelector) -> CliError {
    match subject {
        RequestSelector::Request(request) => no_such_request(*request).into(),
        RequestSelector::Pair { from, to } => {
            let to = quoted(to);
            CliError::new(Exit::NotFound, format!("there is no request from `{from}` to {to}"))
        }
    }
}

/// `explain CODE`: explains a code.
pub(crate) fn explain_code(code: Code, format: Format, out: &mut dyn Write) -> Result<(), CliError> {
    let entry = entry(code);
    let status = format!("works; shown by tests/scripts/{}", entry.script);
    if format != Format::Human {
        let value = json!({
            "schema": "acquaint.code.v1",
            "code": code.to_string(),
            "name": code.name(),
            "title": entry.title,
            "meaning": entry.meaning,
            "article": entry.article,
            "decided_by": entry.decided_by,
            "evidence": entry.evidence,
            "sender_sees": entry.sender.name(),
            "recipient_sees": entry.recipient.name(),
            "remedy": entry.remedy.iter().map(|help| help.text).collect::<Vec<_>>(),
            "wont_help": entry.wont_help,
            "redress": entry.redress,
            "status": status,
        });
        return Ok(object(&value, format, out)?);
    }
    writeln!(out, "{code} {}", code.name())?;
    paragraph("  ", entry.meaning, out)?;
    let sees = |disclosure: Disclosure| disclosure.name();
    paragraph("  decided by: ", entry.decided_by, out)?;
    paragraph("  evidence: ", entry.evidence, out)?;
    paragraph("  the sender sees: ", sees(entry.sender), out)?;
    paragraph("  the recipient sees: ", sees(entry.recipient), out)?;
    entry.remedy.iter().try_for_each(|help| paragraph("  do: ", help.text, out))?;
    entry.wont_help.iter().try_for_each(|line| paragraph("  not: ", line, out))?;
    if let Some(redress) = entry.redress {
        paragraph("  redress: ", redress, out)?;
    }
    if let Some(article) = entry.article {
        paragraph("  the article: ", article, out)?;
    }
    Ok(paragraph("  status: ", &status, out)?)
}
