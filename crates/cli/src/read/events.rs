//! `log show` and `log export`: lists events, and writes them in full.

use std::io::Write;
use std::ops::ControlFlow;

use acquaint_audit::Viewer;
use acquaint_codec::{Envelope, decode, event_types, peek, show as stored};
use acquaint_domain::{Actor, EventNumber, MemberId, Owner, Recorded};
use acquaint_engine::RequestSelector;
use acquaint_log::Position;
use serde_json::{Value, json};

use crate::failure::CliError;
use crate::grammar::{EventFilter, Exit, ExportForm, Format, Global};
use crate::read::lists::known;
use crate::render::{DocumentWriter, Listing, ListingRow, listing};
use crate::session::{ReadView, open_log};
use crate::values::{human_time, rfc3339};

/// An event, and what the log knows about its record.
struct ListedEvent {
    recorded: Recorded,
    name: &'static str,
    version: u16,
    bytes: usize,
}

/// `log show`: lists events in the order of the log.
pub(crate) fn show(
    view: ReadView<'_>,
    filter: &EventFilter,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let mut rows = Vec::new();
    each(view, filter, &mut |found| {
        rows.push(row(view, found));
        Ok(())
    })?;
    let first = filter.from.unwrap_or(1);
    let last = filter.to.unwrap_or(u64::MAX).min(view.views.last().0);
    let page = Listing {
        schema: "acquaint.log.v1",
        title: format!("events {first} to {last}{}", described(filter)),
        context: vec![("last", json!(view.views.last().0))],
        columns: vec!["event", "time", "what", "by", "whose", "requests"],
        rows,
    };
    Ok(listing(&page, format, out)?)
}

fn described(filter: &EventFilter) -> String {
    let kind = filter.kind.map(|kind| format!(", of type {kind}"));
    let member = filter.member.as_ref().map(|member| format!(", of {member}"));
    let request = filter.request.map(|request| format!(", of {request}"));
    [kind, member, request].into_iter().flatten().collect()
}

/// `log export`: writes events in full, one a line, or as one JSON document; CloudEvents as a batch (JSON event format,
/// section 4).
pub(crate) fn export(
    view: ReadView<'_>,
    filter: &EventFilter,
    form: ExportForm,
    global: &Global,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let log = match form {
        ExportForm::CloudEvents => open_log(&global.data)?.log_id().to_string(),
        ExportForm::Ndjson => String::new(),
    };
    let mut document = match form {
        ExportForm::CloudEvents => DocumentWriter::array(global.format, out),
        ExportForm::Ndjson => DocumentWriter::new("acquaint.events.v1", &[], global.format, out),
    };
    let exported = each(view, filter, &mut |found| {
        let value = match form {
            ExportForm::CloudEvents => cloud_event(&log, found),
            ExportForm::Ndjson => full(view, found),
        };
        Ok(document.push(&value)?)
    });
    // End the document even if reading fails, so that the part before the failure stays valid JSON.
    let ended = document.end(&[("complete", json!(exported.is_ok()))]);
    exported?;
    Ok(ended?)
}

/// CloudEvents 1.0, JSON format, structured mode. Source and id together are globally unique.
fn cloud_event(log: &str, found: &ListedEvent) -> Value {
    let ListedEvent { recorded, name, version, .. } = found;
    let shown = stored(&recorded.event);
    json!({
        "specversion": "1.0",
        "id": recorded.number.to_string(),
        "source": format!("/acquaint/logs/{log}"),
        "type": format!("acquaint.{name}.v{version}"),
        "time": rfc3339(recorded.at),
        "subject": recorded.event.requests().first().map(ToString::to_string),
        "datacontenttype": "application/json",
        "data": { "stored": shown.body, "personal": shown.personal },
    })
}

fn full(view: ReadView<'_>, found: &ListedEvent) -> Value {
    let shown = stored(&found.recorded.event);
    let mut value = row(view, found).value;
    value["version"] = json!(found.version);
    value["stored"] = shown.body;
    value["personal"] = shown.personal.unwrap_or(Value::Null);
    value
}

/// Calls `take` with every event that passes the filter.
fn each(
    view: ReadView<'_>,
    filter: &EventFilter,
    take: &mut dyn FnMut(&ListedEvent) -> Result<(), CliError>,
) -> Result<(), CliError> {
    let Some(first) = Position::new(filter.from.unwrap_or(1)) else {
        return Err(CliError::new(Exit::BadInput, "events are counted from 1; give --from 1 or more"));
    };
    let member =
        filter.member.as_ref().map(|handle| known(view, handle).map(|member| member.id)).transpose()?;
    if let Some(request) = filter.request {
        // Fail for an unknown request: an empty list would say that it exists but has no such event.
        view.inquiry().find(&RequestSelector::Request(request), Viewer::Engineer)?;
    }
    // An attempt to deliver an answer belongs to a request without naming it, so ask the views for the request's events.
    let of_request =
        filter.request.map(|request| view.inquiry().seen(request, Viewer::Engineer)).transpose()?;
    let last = filter.to.unwrap_or(u64::MAX).min(view.views.last().0);
    if first.get() > last {
        return Ok(());
    }
    let mut failed = None;
    let read = view.log.visit(first, &mut |position, bytes| {
        let taken = found(position, bytes).and_then(|found| {
            if passes(&found, filter, (member, of_request.as_deref())) { take(&found) } else { Ok(()) }
        });
        match taken {
            // Stop after the last event: the log after it may be damaged.
            Ok(()) if position.get() < last => ControlFlow::Continue(()),
            Ok(()) => ControlFlow::Break(()),
            Err(failure) => {
                failed = Some(failure);
                ControlFlow::Break(())
            }
        }
    });
    match failed {
        Some(failure) => Err(failure),
        None => read.map_err(|error| CliError::new(Exit::Failed, error.to_string())),
    }
}

fn passes(
    found: &ListedEvent,
    filter: &EventFilter,
    (member, of_request): (Option<MemberId>, Option<&[EventNumber]>),
) -> bool {
    let event = &found.recorded.event;
    filter.kind.is_none_or(|kind| kind == found.name)
        && of_request.is_none_or(|numbers| numbers.binary_search(&found.recorded.number).is_ok())
        && member
            .is_none_or(|member| event.owner().is(member) || found.recorded.actor == Actor::Member(member))
}

fn found(position: Position, bytes: &[u8]) -> Result<ListedEvent, CliError> {
    let unreadable =
        |error: String| CliError::new(Exit::Failed, format!("event {position} cannot be read: {error}"));
    let envelope = peek(bytes).map_err(|error| unreadable(error.to_string()))?;
    let recorded = decode(bytes).map_err(|error| unreadable(error.to_string()))?;
    Ok(ListedEvent { recorded, name: type_name(&envelope), version: envelope.version, bytes: bytes.len() })
}

/// The name of an event's type. Records store only its id.
pub(crate) fn type_name(envelope: &Envelope) -> &'static str {
    event_types().find(|known| known.id == envelope.type_id).map_or("unknown", |known| known.name)
}

fn row(view: ReadView<'_>, found: &ListedEvent) -> ListingRow {
    let ListedEvent { recorded, name, bytes, .. } = found;
    let handle = |member: MemberId| view.views.members.handle(member);
    let by = match recorded.actor {
        Actor::Member(member) => handle(member),
        Actor::Operator => "operator".to_owned(),
        Actor::Courier => "courier".to_owned(),
        Actor::Timer => "timer".to_owned(),
        Actor::Archive => "archive".to_owned(),
    };
    let whose = match recorded.event.owner() {
        Owner::Member(member) => vec![handle(member)],
        Owner::Both(one, other) => vec![handle(one), handle(other)],
        Owner::Network => Vec::new(),
    };
    let requests: Vec<String> = recorded.event.requests().iter().map(ToString::to_string).collect();
    let cells = vec![
        recorded.number.to_string(),
        human_time(recorded.at),
        (*name).to_owned(),
        by.clone(),
        whose.join(", "),
        requests.join(" "),
    ];
    let value: Value = json!({
        "schema": "acquaint.event.v1",
        "position": recorded.number.0,
        "time": rfc3339(recorded.at),
        "type": name,
        "by": by,
        "whose": whose,
        "requests": requests,
        "caused_by": recorded.cause.map(|cause| cause.0),
        "bytes": bytes,
    });
    ListingRow { cells, value }
}
