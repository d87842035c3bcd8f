//! `requests`: lists or counts requests, of the whole network or of one member.

use std::io::Write;

use acquaint_audit::Viewer;
use acquaint_domain::{RequestId, shown};
use acquaint_engine::{CountKey, MatchingRequest, RequestScope};
use acquaint_query::{Moment, Query};
use acquaint_report::{channel_text, request_json};
use serde_json::{Value, json};

use crate::failure::CliError;
use crate::grammar::{Format, ListSlice, RequestsCommand, RequestsOf};
use crate::read::lists;
use crate::render::{Listing, ListingRow, listing};
use crate::session::ReadView;
use crate::values::{human_minute, rfc3339};

/// Lists the matching requests, newest first, or counts them.
pub(crate) fn requests(
    view: ReadView<'_>,
    command: &RequestsCommand,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let scope = scope(view, &command.of)?;
    if command.count_by.is_some() {
        counts(view, command, scope, format, out)
    } else {
        list(view, command, scope, format, out)
    }
}

/// The requests that the command would list; none if it counts.
pub(crate) fn listed(
    view: ReadView<'_>,
    command: &RequestsCommand,
    format: Format,
) -> Result<Vec<RequestId>, CliError> {
    if command.count_by.is_some() {
        return Ok(Vec::new());
    }
    let matching = view.inquiry().requests(&command.query, scope(view, &command.of)?, view.as_of)?;
    Ok(part_of(matching, command.part, format).0.into_iter().map(|found| found.request).collect())
}

fn scope(view: ReadView<'_>, of: &RequestsOf) -> Result<RequestScope, CliError> {
    Ok(match of {
        RequestsOf::Network => RequestScope::Network,
        RequestsOf::Own(member) => RequestScope::Own(lists::known(view, member)?.id),
        RequestsOf::Both(member) => RequestScope::Both(lists::known(view, member)?.id),
    })
}

/// The requests to show, and how many more there are.
fn part_of(
    mut matching: Vec<MatchingRequest>,
    part: ListSlice,
    format: Format,
) -> (Vec<MatchingRequest>, usize) {
    matching.drain(..matching.len().min(part.skip as usize));
    let more = matching.len().saturating_sub(part.rows_max(format));
    matching.truncate(part.rows_max(format));
    (matching, more)
}

fn list(
    view: ReadView<'_>,
    command: &RequestsCommand,
    scope: RequestScope,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let matching = view.inquiry().requests(&command.query, scope, view.as_of)?;
    let total = matching.len();
    let (matching, more) = part_of(matching, command.part, format);
    let rows: Result<Vec<ListingRow>, CliError> =
        matching.iter().map(|found| row(view, found, scope)).collect();
    let columns = match scope {
        RequestScope::Network | RequestScope::Both(_) => {
            vec!["asked (UTC)", "from", "to", "state", "request"]
        }
        RequestScope::Own(_) => vec!["when (UTC)", "direction", "with", "state", "request"],
    };
    let mut context = context(view, command, total as u64);
    if more > 0 {
        context.push(("more", json!(more)));
    }
    let title = titled(command, total as u64);
    let page = Listing { schema: "acquaint.requests.v1", title, context, columns, rows: rows? };
    written(&page, command.part, more, (format, out))
}

fn row(view: ReadView<'_>, found: &MatchingRequest, scope: RequestScope) -> Result<ListingRow, CliError> {
    let (code, request) = (found.code, found.request.to_string());
    let state = format!("{code} {}", found.status.name());
    let mut value = request_json(&view.inquiry(), found)?;
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let (from, to) = (text("from"), text("to"));
    let at = human_minute(found.at);
    let cells = match scope {
        RequestScope::Network | RequestScope::Both(_) => vec![at, from, to, state, request],
        RequestScope::Own(_) => {
            let (direction, with) =
                if found.viewer == Viewer::Recipient { ("received", from) } else { ("sent", to) };
            value["direction"] = json!(direction);
            vec![at, direction.to_owned(), with, state, request]
        }
    };
    Ok(ListingRow { cells, value })
}

fn counts(
    view: ReadView<'_>,
    command: &RequestsCommand,
    scope: RequestScope,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let Some((by, name)) = command.count_by else { return Ok(()) };
    let mut counts = view.inquiry().count_requests(&command.query, scope, by, view.as_of)?;
    let total = counts.iter().map(|(_, count)| count).sum();
    counts.drain(..counts.len().min(command.part.skip as usize));
    let more = counts.len().saturating_sub(command.part.rows_max(format));
    counts.truncate(command.part.rows_max(format));
    let row = |(counted, count): (CountKey, u64)| {
        let (what, json) = words(view, &counted);
        ListingRow { cells: vec![what, count.to_string()], value: json!({ name: json, "requests": count }) }
    };
    let rows = counts.into_iter().map(row).collect();
    let mut context = context(view, command, total);
    context.push(("count_by", json!(name)));
    if more > 0 {
        context.push(("more", json!(more)));
    }
    let title = format!("{}, by {name}", titled(command, total));
    let page = Listing {
        schema: "acquaint.request-counts.v1",
        title,
        context,
        columns: vec![name, "requests"],
        rows,
    };
    written(&page, command.part, more, (format, out))
}

/// Writes a list, and for people how many rows it leaves out.
fn written(
    page: &Listing,
    part: ListSlice,
    more: usize,
    (format, out): (Format, &mut dyn Write),
) -> Result<(), CliError> {
    listing(page, format, out)?;
    if format == Format::Human {
        lists::note_more(part, page.rows.len(), more, out)?;
    }
    Ok(())
}

/// The key of a count, for people and for programs.
fn words(view: ReadView<'_>, counted: &CountKey) -> (String, Value) {
    match counted {
        CountKey::Code(code) => (format!("{code} {}", code.name()), json!(code.to_string())),
        CountKey::Day(day) => same(Moment::day_of(day.start())),
        CountKey::Sender(sender) => same(view.views.members.handle(*sender)),
        CountKey::Channel(Some(by)) => same(channel_text(by)),
        CountKey::Channel(None) => ("not known".to_owned(), Value::Null),
        CountKey::Outcome(status) => same(status.name().to_owned()),
    }
}

fn same(text: String) -> (String, Value) {
    let json = json!(text);
    (text, json)
}

fn context(view: ReadView<'_>, command: &RequestsCommand, total: u64) -> Vec<(&'static str, Value)> {
    let parts = command.query.parts().into_iter().map(|(key, value)| (key.name().to_owned(), json!(value)));
    let query: Value = Value::Object(parts.collect());
    let member = command.of.member().map(ToString::to_string);
    vec![
        ("member", json!(member)),
        ("query", query),
        ("as_of", json!(rfc3339(view.as_of))),
        ("total", json!(total)),
    ]
}

fn titled(command: &RequestsCommand, total: u64) -> String {
    let plural = if total == 1 { "request" } else { "requests" };
    let of = match &command.of {
        RequestsOf::Network => String::new(),
        RequestsOf::Own(member) => format!(" that {member} sent or received"),
        RequestsOf::Both(member) => format!(" from or to {member}"),
    };
    format!("{total} {plural}{of}{}", with(&command.query))
}

/// The query, for a title.
fn with(query: &Query) -> String {
    if query.is_empty() { String::new() } else { format!(", {}", shown(&query.to_string())) }
}
