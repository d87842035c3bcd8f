//! `requests`: which requests there are, or how many, in the whole network or on one member's sides.

use std::io::Write;

use acquaint_audit::Viewer;
use acquaint_domain::{Channel, RequestId, shown};
use acquaint_engine::{Counted, Meant, Whose};
use acquaint_query::{Moment, Query};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::grammar::{Format, Part, RequestsOf, RequestsOrder};
use crate::read::lists;
use crate::render::{Listing, Row, listing};
use crate::session::Scene;
use crate::values::{human_minute, rfc3339};

/// Writes the requests that are meant, the newest first, or how many there are.
pub(crate) fn requests(
    scene: Scene<'_>,
    order: &RequestsOrder,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let whose = whose(scene, &order.of)?;
    if order.count_by.is_some() {
        counts(scene, order, whose, format, out)
    } else {
        list(scene, order, whose, format, out)
    }
}

/// The requests that would be listed.
pub(crate) fn listed(
    scene: Scene<'_>,
    order: &RequestsOrder,
    format: Format,
) -> Result<Vec<RequestId>, Failure> {
    if order.count_by.is_some() {
        return Ok(Vec::new());
    }
    let meant = scene.inquiry().requests(&order.query, whose(scene, &order.of)?, scene.as_of)?;
    Ok(part_of(meant, order.part, format).0.into_iter().map(|meant| meant.request).collect())
}

fn whose(scene: Scene<'_>, of: &RequestsOf) -> Result<Whose, Failure> {
    Ok(match of {
        RequestsOf::Network => Whose::Network,
        RequestsOf::Own(member) => Whose::Own(lists::known(scene, member)?.id),
        RequestsOf::Both(member) => Whose::Both(lists::known(scene, member)?.id),
    })
}

/// The rows to show, and how many more there are.
fn part_of(mut meant: Vec<Meant>, part: Part, format: Format) -> (Vec<Meant>, usize) {
    meant.drain(..meant.len().min(part.skip as usize));
    let more = meant.len().saturating_sub(part.rows_max(format));
    meant.truncate(part.rows_max(format));
    (meant, more)
}

fn list(
    scene: Scene<'_>,
    order: &RequestsOrder,
    whose: Whose,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let meant = scene.inquiry().requests(&order.query, whose, scene.as_of)?;
    let total = meant.len();
    let (meant, more) = part_of(meant, order.part, format);
    let rows: Result<Vec<Row>, Failure> = meant.iter().map(|meant| row(scene, meant, whose)).collect();
    let columns = match whose {
        Whose::Network | Whose::Both(_) => vec!["asked (UTC)", "from", "to", "state", "request"],
        Whose::Own(_) => vec!["when (UTC)", "direction", "with", "state", "request"],
    };
    let mut context = context(scene, order, total as u64);
    if more > 0 {
        context.push(("more", json!(more)));
    }
    let title = titled(order, total as u64);
    let page = Listing { schema: "acquaint.requests.v1", title, context, columns, rows: rows? };
    written(&page, order.part, more, (format, out))
}

fn row(scene: Scene<'_>, meant: &Meant, whose: Whose) -> Result<Row, Failure> {
    let from = scene.views.members.handle(meant.sender);
    let to = scene.inquiry().addressed(meant)?;
    let (code, request) = (meant.code, meant.request.to_string());
    let state = format!("{code} {}", meant.status.name());
    let mut value = json!({
        "request": request, "at": rfc3339(meant.at), "from": from, "to": to, "code": code.to_string(),
        "name": code.name(), "status": meant.status.name(), "channel": scene.inquiry().channel_of(meant).map(channel),
    });
    let at = human_minute(meant.at);
    let cells = match whose {
        Whose::Network | Whose::Both(_) => vec![at, from, to, state, request],
        Whose::Own(_) => {
            let (direction, with) =
                if meant.viewer == Viewer::Recipient { ("received", from) } else { ("sent", to) };
            value["direction"] = json!(direction);
            vec![at, direction.to_owned(), with, state, request]
        }
    };
    Ok(Row { cells, value })
}

fn counts(
    scene: Scene<'_>,
    order: &RequestsOrder,
    whose: Whose,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let Some((by, name)) = order.count_by else { return Ok(()) };
    let mut counts = scene.inquiry().count_requests(&order.query, whose, by, scene.as_of)?;
    let total = counts.iter().map(|(_, count)| count).sum();
    counts.drain(..counts.len().min(order.part.skip as usize));
    let more = counts.len().saturating_sub(order.part.rows_max(format));
    counts.truncate(order.part.rows_max(format));
    let row = |(counted, count): (Counted, u64)| {
        let (what, json) = words(scene, &counted);
        Row { cells: vec![what, count.to_string()], value: json!({ name: json, "requests": count }) }
    };
    let rows = counts.into_iter().map(row).collect();
    let mut context = context(scene, order, total);
    context.push(("count_by", json!(name)));
    if more > 0 {
        context.push(("more", json!(more)));
    }
    let title = format!("{}, by {name}", titled(order, total));
    let page = Listing {
        schema: "acquaint.request-counts.v1",
        title,
        context,
        columns: vec![name, "requests"],
        rows,
    };
    written(&page, order.part, more, (format, out))
}

/// Writes a page, and for people how many rows it leaves out.
fn written(
    page: &Listing,
    part: Part,
    more: usize,
    (format, out): (Format, &mut dyn Write),
) -> Result<(), Failure> {
    listing(page, format, out)?;
    if format == Format::Human {
        lists::tell_more(part, page.rows.len(), more, out)?;
    }
    Ok(())
}

/// What requests that are counted together have in common, for people and for programs.
fn words(scene: Scene<'_>, counted: &Counted) -> (String, Value) {
    match counted {
        Counted::Code(code) => (format!("{code} {}", code.name()), json!(code.to_string())),
        Counted::Day(day) => same(Moment::day_of(day.start())),
        Counted::Sender(sender) => same(scene.views.members.handle(*sender)),
        Counted::Channel(Some(by)) => same(channel(by)),
        Counted::Channel(None) => ("not known".to_owned(), Value::Null),
        Counted::Outcome(status) => same(status.name().to_owned()),
    }
}

fn same(text: String) -> (String, Value) {
    let json = json!(text);
    (text, json)
}

/// A channel, as it is typed.
fn channel(channel: &Channel) -> String {
    match channel {
        Channel::Web => "web".to_owned(),
        Channel::Mobile => "mobile".to_owned(),
        Channel::Desktop => "desktop".to_owned(),
        Channel::Api(client) => format!("api:{client}"),
    }
}

fn context(scene: Scene<'_>, order: &RequestsOrder, total: u64) -> Vec<(&'static str, Value)> {
    let parts = order.query.parts().into_iter().map(|(key, value)| (key.name().to_owned(), json!(value)));
    let query: Value = Value::Object(parts.collect());
    let member = order.of.member().map(ToString::to_string);
    vec![
        ("member", json!(member)),
        ("query", query),
        ("as_of", json!(rfc3339(scene.as_of))),
        ("total", json!(total)),
    ]
}

fn titled(order: &RequestsOrder, total: u64) -> String {
    let plural = if total == 1 { "request" } else { "requests" };
    let of = match &order.of {
        RequestsOf::Network => String::new(),
        RequestsOf::Own(member) => format!(" that {member} sent or received"),
        RequestsOf::Both(member) => format!(" from or to {member}"),
    };
    format!("{total} {plural}{of}{}", with(&order.query))
}

/// The query as a title has it.
fn with(query: &Query) -> String {
    if query.is_empty() { String::new() } else { format!(", {}", shown(&query.to_string())) }
}
