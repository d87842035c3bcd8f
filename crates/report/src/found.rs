//! Whatever a ticket says, read in every way that it can be meant.

use acquaint_audit::Viewer;
use acquaint_domain::{Address, Code, RequestId, Timestamp};
use acquaint_engine::{Inquiry, MatchingRequest, RequestScope, StartError, SubmitError};
use acquaint_query::{Key, Moment, Query, QueryError};
use serde_json::{Value, json};

use crate::action::word;
use crate::moments::rfc3339;

/// What a text is looked for in.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    /// The views and the log.
    pub inquiry: &'a Inquiry<'a>,
    /// The moment as of which they are read.
    pub as_of: Timestamp,
}

/// Why a text cannot be looked for.
#[derive(Debug)]
pub enum FindError {
    /// It is meant as a query, and cannot be read as one.
    Query(QueryError),
    /// The engine does not answer.
    Engine(SubmitError),
}

impl From<QueryError> for FindError {
    fn from(error: QueryError) -> Self {
        Self::Query(error)
    }
}

impl From<SubmitError> for FindError {
    fn from(error: SubmitError) -> Self {
        Self::Engine(error)
    }
}

impl From<StartError> for FindError {
    fn from(error: StartError) -> Self {
        Self::Engine(SubmitError::Unreadable(error))
    }
}

/// The most requests that one reading of the text lists.
const LISTED_MAX: usize = 20;

/// One way to read the text: what it would be, and what was found.
pub struct Interpretation {
    /// What the text would be: `request`, `code`, `pair`, `member`, `typed address`, `day` or `query`.
    pub kind: &'static str,
    /// What there is, read so.
    pub found: Vec<FoundItem>,
}

/// Something that was found, and the words that show it.
pub struct FoundItem {
    /// The request; `None` for what is no request.
    pub request: Option<FoundRequest>,
    /// It, in a few words.
    pub what: String,
    /// The command that shows more of it, without the program's name.
    pub next: String,
}

/// A request that was found.
pub struct FoundRequest {
    /// Id of the request.
    pub id: RequestId,
    /// Whether it is open at its sender's desk.
    pub is_open: bool,
    /// Its code, for staff.
    pub code: Code,
    /// Since when it has that code.
    pub since: Timestamp,
}

impl FoundItem {
    /// What is no request.
    fn other(what: String, next: String) -> Self {
        Self { request: None, what, next }
    }

    /// Open requests first, then the others; results that are no requests keep their place.
    pub fn rank(&self) -> u8 {
        match &self.request {
            Some(request) if request.is_open => 0,
            Some(_) => 1,
            None => 2,
        }
    }
}

/// Every way to read a text, with what there is. For staff: it looks on both sides.
///
/// # Errors
/// The text is a query that cannot be read, or names somebody who is not there; the log cannot be read.
pub fn interpretations(reading: Reading<'_>, text: &str) -> Result<Vec<Interpretation>, FindError> {
    if Query::is_meant_by(text) {
        let query = Query::parse(text)?;
        let meant = reading.inquiry.requests(&query, RequestScope::Network, reading.as_of)?;
        return Ok(vec![Interpretation { kind: "query", found: listed(reading, &query, &meant)? }]);
    }
    Ok(vec![
        Interpretation { kind: "request", found: request(reading, text)? },
        Interpretation { kind: "code", found: code(text) },
        Interpretation { kind: "pair", found: pair(reading, text)? },
        Interpretation { kind: "member", found: member(reading, text) },
        Interpretation { kind: "typed address", found: sent_to_text(reading, text)? },
        Interpretation { kind: "day", found: day(reading, text)? },
    ])
}

fn request(reading: Reading<'_>, text: &str) -> Result<Vec<FoundItem>, FindError> {
    let Ok(request) = text.trim().parse::<RequestId>() else { return Ok(Vec::new()) };
    Ok(shown(reading, request)?.into_iter().collect())
}

fn shown(reading: Reading<'_>, request: RequestId) -> Result<Option<FoundItem>, FindError> {
    let Some(answer) = reading.inquiry.explain(request, Viewer::Agent, reading.as_of)? else {
        return Ok(None);
    };
    let is_open = reading.inquiry.views().pending.request(request).is_some();
    Ok(Some(FoundItem {
        request: Some(FoundRequest { id: request, is_open, code: answer.code, since: answer.since }),
        what: format!("{} -> {}", answer.from, answer.to),
        next: format!("why {request}"),
    }))
}

fn code(text: &str) -> Vec<FoundItem> {
    let Ok(code) = acquaint_query::code(text) else { return Vec::new() };
    vec![
        FoundItem::other(format!("{code} {}", code.name()), format!("explain {code}")),
        FoundItem::other("the requests with this code".to_owned(), format!("requests --code {code}")),
    ]
}

/// `a > b`, `a -> b`, `a to b`: every request from one to the other, the newest first.
fn pair(reading: Reading<'_>, text: &str) -> Result<Vec<FoundItem>, FindError> {
    let Some((from, to)) = ["->", ">", " to "].iter().find_map(|between| text.split_once(between)) else {
        return Ok(Vec::new());
    };
    let mut query = Query::default();
    let is_pair = query.set(Key::From, from.trim()).and_then(|()| query.set(Key::To, to.trim())).is_ok();
    if is_pair { meant(reading, &query) } else { Ok(Vec::new()) }
}

/// The requests that a query means; none where it names somebody who is not there.
fn meant(reading: Reading<'_>, query: &Query) -> Result<Vec<FoundItem>, FindError> {
    match reading.inquiry.requests(query, RequestScope::Network, reading.as_of) {
        Ok(meant) => listed(reading, query, &meant),
        Err(SubmitError::NotFound(_)) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

/// The first of these requests, and the way to all.
fn listed(
    reading: Reading<'_>,
    query: &Query,
    meant: &[MatchingRequest],
) -> Result<Vec<FoundItem>, FindError> {
    let mut found = Vec::new();
    for meant in meant.iter().take(LISTED_MAX) {
        found.extend(shown(reading, meant.request)?);
    }
    if meant.len() > LISTED_MAX {
        let more = meant.len() - LISTED_MAX;
        found.push(FoundItem::other(format!("{more} older"), command_line(query)));
    }
    Ok(found)
}

/// The order that lists all that a query means.
fn command_line(query: &Query) -> String {
    let parts = query.parts().into_iter().map(|(key, value)| format!(" --{key} {}", word(&value)));
    format!("requests{}", parts.collect::<String>())
}

fn member(reading: Reading<'_>, text: &str) -> Vec<FoundItem> {
    let members = &reading.inquiry.views().members;
    let found = match Address::parse(text) {
        Ok(Address::Email(email)) => members.by_email(&email),
        Ok(address) => members.by_public_address(&address),
        Err(_) => None,
    };
    let Some(member) = found else { return Vec::new() };
    let (handle, asked) = (member.shown_handle(), reading.inquiry.requests_of(member.id).len());
    vec![
        FoundItem::other(format!("the member {handle}"), format!("member show {handle}")),
        FoundItem::other(format!("{} by {handle}", count(asked)), format!("why --all {handle}")),
    ]
}

/// The requests that were addressed to this very text, which need not be anybody's address.
fn sent_to_text(reading: Reading<'_>, text: &str) -> Result<Vec<FoundItem>, FindError> {
    let mut sent = reading.inquiry.sent_to_text(text, None)?;
    sent.reverse();
    let mut found = Vec::new();
    for request in sent.iter().take(LISTED_MAX) {
        found.extend(shown(reading, *request)?);
    }
    if sent.len() > LISTED_MAX {
        let query = Query { to: Some(text.to_owned()), ..Query::default() };
        found.push(FoundItem::other(format!("{} older", sent.len() - LISTED_MAX), command_line(&query)));
    }
    Ok(found)
}

/// The requests of one day, `2026-11-21` or a moment of it, in UTC.
fn day(reading: Reading<'_>, text: &str) -> Result<Vec<FoundItem>, FindError> {
    let day = match Moment::parse(text) {
        Ok(Moment::Day(day)) => Moment::Day(day),
        Ok(Moment::At(at)) => match Moment::parse(&Moment::day_of(at)) {
            Ok(day) => day,
            Err(_) => return Ok(Vec::new()),
        },
        Ok(Moment::Ago(_) | Moment::In(_) | Moment::Near(_)) | Err(_) => return Ok(Vec::new()),
    };
    meant(reading, &Query { since: Some(day.clone()), until: Some(day), ..Query::default() })
}

/// What was found, as JSON.
pub fn found_json(kind: &str, found: &FoundItem) -> Value {
    let what = match &found.request {
        Some(FoundRequest { is_open, code, .. }) => {
            let open = if *is_open { ", open" } else { "" };
            format!("{}: {code} {}{open}", found.what, code.name())
        }
        None => found.what.clone(),
    };
    let mut value: Value = json!({ "as": kind, "what": what, "next": found.next });
    if let Some(FoundRequest { id, is_open, code, since }) = &found.request {
        value["request"] = json!(id.to_string());
        value["open"] = json!(is_open);
        value["code"] = json!(code.to_string());
        value["since"] = json!(rfc3339(*since));
    }
    value
}

fn count(requests: usize) -> String {
    if requests == 1 { "1 request".to_owned() } else { format!("{requests} requests") }
}
