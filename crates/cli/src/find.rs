//! `find`: whatever a ticket says, read in every way that it can be meant.

use std::io::Write;

use acquaint_audit::Viewer;
use acquaint_domain::{Address, Handle, RequestId, Timestamp};
use acquaint_engine::Subject;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::grammar::{Exit, Format};
use crate::render::{Listing, Row, listing};
use crate::session::Scene;
use crate::values;

/// So many requests of one day are listed.
const OF_A_DAY_MAX: usize = 20;
const DAY_MS: i64 = 86_400_000;

/// One way to read the text: what it would be, and what was found.
struct Tried {
    kind: &'static str,
    found: Vec<Found>,
}

/// Something that was found, and the words that show it.
struct Found {
    /// The request, where it is one.
    request: Option<RequestId>,
    what: String,
    next: String,
}

/// Reads `text` as a request, a code, a pair, a member, a day, and lists what there is. For agents and engineers: it
/// looks on both sides.
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

fn tried(scene: Scene<'_>, text: &str) -> Result<[Tried; 5], Failure> {
    Ok([
        Tried { kind: "request", found: request(scene, text)? },
        Tried { kind: "code", found: code(text) },
        Tried { kind: "pair", found: pair(scene, text)? },
        Tried { kind: "member", found: member(scene, text) },
        Tried { kind: "day", found: day(scene, text)? },
    ])
}

fn rows(tried: &Tried) -> Vec<Row> {
    let row = |found: &Found| {
        let value: Value = json!({ "as": tried.kind, "what": found.what, "next": found.next });
        Row { cells: vec![tried.kind.to_owned(), found.what.clone(), found.next.clone()], value }
    };
    tried.found.iter().map(row).collect()
}

fn request(scene: Scene<'_>, text: &str) -> Result<Vec<Found>, Failure> {
    let Ok(request) = values::request(text) else { return Ok(Vec::new()) };
    Ok(shown(scene, request)?.into_iter().collect())
}

fn shown(scene: Scene<'_>, request: RequestId) -> Result<Option<Found>, Failure> {
    let answer = scene.inquiry().explain(request, Viewer::Agent, scene.as_of)?;
    Ok(answer.map(|answer| Found {
        request: Some(request),
        what: format!("{} -> {}: {} {}", answer.from, answer.to, answer.code, answer.code.name()),
        next: format!("why {request}"),
    }))
}

fn code(text: &str) -> Vec<Found> {
    let found = |code: acquaint_domain::Code| Found {
        request: None,
        what: format!("{code} {}", code.name()),
        next: format!("explain {code}"),
    };
    values::code(text).map(found).into_iter().collect()
}

/// `a > b`, `a -> b`, `a to b`.
fn pair(scene: Scene<'_>, text: &str) -> Result<Vec<Found>, Failure> {
    let Some((from, to)) = ["->", ">", " to "].iter().find_map(|between| text.split_once(between)) else {
        return Ok(Vec::new());
    };
    let Ok(from) = Handle::parse(from.trim()) else { return Ok(Vec::new()) };
    let subject = Subject::Pair { from, to: to.trim().to_owned() };
    match scene.inquiry().find(&subject, Viewer::Agent) {
        Ok(request) => Ok(shown(scene, request)?.into_iter().collect()),
        Err(_none) => Ok(Vec::new()),
    }
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
        Found { request: None, what: format!("the member {handle}"), next: format!("member show {handle}") },
        Found {
            request: None,
            what: format!("{asked} requests by {handle}"),
            next: format!("why --all {handle}"),
        },
    ]
}

/// The requests of one day, `2026-11-21` or a moment of it, in UTC.
fn day(scene: Scene<'_>, text: &str) -> Result<Vec<Found>, Failure> {
    let midnight = || values::timestamp(&format!("{text}T00:00:00Z"));
    let Ok(moment) = values::timestamp(text).or_else(|_| midnight()) else { return Ok(Vec::new()) };
    let first = Timestamp::from_millis(moment.as_millis().div_euclid(DAY_MS) * DAY_MS);
    let last = Timestamp::from_millis(first.as_millis() + DAY_MS - 1);
    let mut found = Vec::new();
    for request in scene.inquiry().requests_between(first, last)?.into_iter().take(OF_A_DAY_MAX) {
        found.extend(shown(scene, request)?);
    }
    Ok(found)
}

fn nearest(scene: Scene<'_>, text: &str) -> Option<String> {
    let handles: Vec<String> = scene.views.members.iter().map(|member| member.handle.to_string()).collect();
    values::nearest(&text.to_lowercase(), handles.iter().map(String::as_str)).map(str::to_owned)
}
