//! `find`: whatever a ticket says, read in every way that it can be meant.

use std::io::Write;

use acquaint_audit::Viewer;
use acquaint_domain::{Address, RequestId};
use acquaint_engine::{Meant, SubmitError, Whose};
use acquaint_query::{Key, Moment, Query};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::grammar::{Exit, Format};
use crate::render::{Listing, Row, listing};
use crate::session::Scene;
use crate::values;

/// The most requests that one reading of the text lists.
const LISTED_MAX: usize = 20;

/// One way to read the text: what it would be, and what was found.
struct Tried {
    kind: &'static str,
    found: Vec<Found>,
}

/// Something that was found, and the words that show it.
struct Found {
    /// The request, where it is one.
    request: Option<RequestId>,
    /// Whether it is still open, where it is a request.
    is_open: Option<bool>,
    what: String,
    next: String,
}

impl Found {
    /// What is no request.
    fn other(what: String, next: String) -> Self {
        Self { request: None, is_open: None, what, next }
    }
}

/// Reads `text` as a request, a code, a pair, a member, an address that was typed, a day, or a query, and lists what there
/// is. For agents and engineers: it looks on both sides.
pub(crate) fn find(scene: Scene<'_>, text: &str, format: Format, out: &mut dyn Write) -> Result<(), Failure> {
    let text = text.trim();
    let tried = tried(scene, text)?;
    let kinds: Vec<&str> = tried.iter().map(|way| way.kind).collect();
    let rows: Vec<Row> = tried.iter().flat_map(rows).collect();
    if rows.is_empty() {
        let nearest = nearest(scene, text).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        let kinds = kinds.join(", ");
        return Err(Failure::new(
            Exit::NotFound,
            format!("nothing is found for {}: read as {kinds}{nearest}", values::quoted(text)),
        ));
    }
    let page = Listing {
        schema: "acquaint.find.v1",
        title: format!("`{text}`, read as {}", kinds.join(", ")),
        context: vec![("text", json!(text)), ("tried", json!(kinds))],
        columns: vec!["as", "what", "to see more"],
        rows,
    };
    Ok(listing(&page, format, out)?)
}

/// The requests among what is found.
pub(crate) fn requests(scene: Scene<'_>, text: &str) -> Result<Vec<RequestId>, Failure> {
    let found = tried(scene, text.trim())?.into_iter().flat_map(|way| way.found);
    Ok(found.filter_map(|found| found.request).collect())
}

fn tried(scene: Scene<'_>, text: &str) -> Result<Vec<Tried>, Failure> {
    if Query::is_meant_by(text) {
        let query = Query::parse(text).map_err(|error| Failure::new(Exit::BadInput, error.to_string()))?;
        let meant = scene.inquiry().requests(&query, Whose::Network, scene.as_of)?;
        return Ok(vec![Tried { kind: "query", found: listed(scene, &query, &meant)? }]);
    }
    Ok(vec![
        Tried { kind: "request", found: request(scene, text)? },
        Tried { kind: "code", found: code(text) },
        Tried { kind: "pair", found: pair(scene, text)? },
        Tried { kind: "member", found: member(scene, text) },
        Tried { kind: "typed address", found: typed(scene, text)? },
        Tried { kind: "day", found: day(scene, text)? },
    ])
}

fn rows(tried: &Tried) -> Vec<Row> {
    let row = |found: &Found| {
        let mut value: Value = json!({ "as": tried.kind, "what": found.what, "next": found.next });
        if let (Some(request), Some(is_open)) = (found.request, found.is_open) {
            value["request"] = json!(request.to_string());
            value["open"] = json!(is_open);
        }
        Row { cells: vec![tried.kind.to_owned(), found.what.clone(), found.next.clone()], value }
    };
    tried.found.iter().map(row).collect()
}

fn request(scene: Scene<'_>, text: &str) -> Result<Vec<Found>, Failure> {
    let Ok(request) = values::request(text) else { return Ok(Vec::new()) };
    Ok(shown(scene, request)?.into_iter().collect())
}

fn shown(scene: Scene<'_>, request: RequestId) -> Result<Option<Found>, Failure> {
    let Some(answer) = scene.inquiry().explain(request, Viewer::Agent, scene.as_of)? else { return Ok(None) };
    let is_open = scene.views.pending.request(request).is_some();
    let open = if is_open { ", open" } else { "" };
    Ok(Some(Found {
        request: Some(request),
        is_open: Some(is_open),
        what: format!("{} -> {}: {} {}{open}", answer.from, answer.to, answer.code, answer.code.name()),
        next: format!("why {request}"),
    }))
}

fn code(text: &str) -> Vec<Found> {
    let Ok(code) = values::code(text) else { return Vec::new() };
    vec![
        Found::other(format!("{code} {}", code.name()), format!("explain {code}")),
        Found::other("the requests with this code".to_owned(), format!("requests --code {code}")),
    ]
}

/// `a > b`, `a -> b`, `a to b`: every request from one to the other, the newest first.
fn pair(scene: Scene<'_>, text: &str) -> Result<Vec<Found>, Failure> {
    let Some((from, to)) = ["->", ">", " to "].iter().find_map(|between| text.split_once(between)) else {
        return Ok(Vec::new());
    };
    let mut query = Query::default();
    let is_pair = query.set(Key::From, from.trim()).and_then(|()| query.set(Key::To, to.trim())).is_ok();
    if is_pair { meant(scene, &query) } else { Ok(Vec::new()) }
}

/// The requests that a query means; none where it names somebody who is not there.
fn meant(scene: Scene<'_>, query: &Query) -> Result<Vec<Found>, Failure> {
    match scene.inquiry().requests(query, Whose::Network, scene.as_of) {
        Ok(meant) => listed(scene, query, &meant),
        Err(SubmitError::NotFound(_)) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

/// The first of these requests, and the way to all.
fn listed(scene: Scene<'_>, query: &Query, meant: &[Meant]) -> Result<Vec<Found>, Failure> {
    let mut found = Vec::new();
    for meant in meant.iter().take(LISTED_MAX) {
        found.extend(shown(scene, meant.request)?);
    }
    if meant.len() > LISTED_MAX {
        let more = meant.len() - LISTED_MAX;
        found.push(Found::other(format!("and {more} older ones"), as_order(query)));
    }
    Ok(found)
}

/// The order that lists all that a query means.
fn as_order(query: &Query) -> String {
    let quoted =
        |value: &str| shlex::try_quote(value).map_or_else(|_| value.to_owned(), |quoted| quoted.into_owned());
    let parts = query.parts().into_iter().map(|(key, value)| format!(" --{key} {}", quoted(&value)));
    format!("requests{}", parts.collect::<String>())
}

fn member(scene: Scene<'_>, text: &str) -> Vec<Found> {
    let members = &scene.views.members;
    let found = match Address::parse(text) {
        Ok(Address::Email(email)) => members.by_email(&email),
        Ok(address) => members.by_public_address(&address),
        Err(_) => None,
    };
    let Some(member) = found else { return Vec::new() };
    let (handle, asked) = (&member.handle, scene.inquiry().requests_of(member.id).len());
    vec![
        Found::other(format!("the member {handle}"), format!("member show {handle}")),
        Found::other(format!("{asked} requests by {handle}"), format!("why --all {handle}")),
    ]
}

/// The requests that were addressed to this very text, which need not be anybody's address.
fn typed(scene: Scene<'_>, text: &str) -> Result<Vec<Found>, Failure> {
    let mut typed = scene.inquiry().typed(text, None)?;
    typed.reverse();
    let mut found = Vec::new();
    for request in typed.iter().take(LISTED_MAX) {
        found.extend(shown(scene, *request)?);
    }
    if typed.len() > LISTED_MAX {
        let query = Query { to: Some(text.to_owned()), ..Query::default() };
        found.push(Found::other(format!("and {} older ones", typed.len() - LISTED_MAX), as_order(&query)));
    }
    Ok(found)
}

/// The requests of one day, `2026-11-21` or a moment of it, in UTC.
fn day(scene: Scene<'_>, text: &str) -> Result<Vec<Found>, Failure> {
    let day = match Moment::parse(text) {
        Ok(Moment::Day(day)) => Moment::Day(day),
        Ok(Moment::At(at)) => match Moment::parse(&Moment::day_of(at)) {
            Ok(day) => day,
            Err(_) => return Ok(Vec::new()),
        },
        Ok(Moment::Ago(_) | Moment::In(_) | Moment::Near(_)) | Err(_) => return Ok(Vec::new()),
    };
    meant(scene, &Query { since: Some(day.clone()), until: Some(day), ..Query::default() })
}

fn nearest(scene: Scene<'_>, text: &str) -> Option<String> {
    let handles: Vec<String> = scene.views.members.iter().map(|member| member.handle.to_string()).collect();
    values::nearest(&text.to_lowercase(), handles.iter().map(String::as_str)).map(str::to_owned)
}
