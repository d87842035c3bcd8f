//! `find`: whatever a ticket says, read in every way that it can be meant.

use std::io::Write;

use acquaint_audit::Viewer;
use acquaint_domain::{Address, Code, RequestId, Timestamp};
use acquaint_engine::{MatchingRequest, RequestScope, SubmitError};
use acquaint_query::{Key, Moment, Query};
use serde_json::{Value, json};

use crate::failure::CliError;
use crate::grammar::{Exit, Format, Parts};
use crate::render::{Item, Listing, ListingRow, Screen, ScreenLength, about, counted, listing, short};
use crate::session::ReadView;
use crate::values::{self, human_minute};

/// The most requests that one reading of the text lists.
const LISTED_MAX: usize = 20;

/// One way to read the text: what it would be, and what was found.
struct Tried {
    kind: &'static str,
    found: Vec<FoundItem>,
}

/// Something that was found, and the words that show it.
struct FoundItem {
    /// The request, where it is one.
    request: Option<FoundRequest>,
    what: String,
    /// The command that shows more of it.
    next: String,
}

/// A request that was found.
struct FoundRequest {
    id: RequestId,
    is_open: bool,
    code: Code,
    since: Timestamp,
}

impl FoundItem {
    /// What is no request.
    fn other(what: String, next: String) -> Self {
        Self { request: None, what, next }
    }

    /// Open requests first, then the others; results that are no requests keep their place.
    fn rank(&self) -> u8 {
        match &self.request {
            Some(request) if request.is_open => 0,
            Some(_) => 1,
            None => 2,
        }
    }
}

/// Reads `text` as a request, a code, a pair, a member, an address that was typed, a day, or a query, and lists what there
/// is, open requests first. For agents and engineers: it looks on both sides.
pub(crate) fn find(
    view: ReadView<'_>,
    text: &str,
    (parts, format): (Parts, Format),
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let text = text.trim();
    let tried = tried(view, text)?;
    let kinds: Vec<&str> = tried.iter().map(|way| way.kind).collect();
    let mut found: Vec<(&str, FoundItem)> = Vec::new();
    for way in tried {
        found.extend(way.found.into_iter().map(|found| (way.kind, found)));
    }
    // The rank is the same within each kind's own order.
    found.sort_by_key(|(_, found)| found.rank());
    if found.is_empty() {
        return Err(nothing(view, text, &kinds, format));
    }
    if format != Format::Human {
        let page = Listing {
            schema: "acquaint.find.v1",
            title: String::new(),
            context: vec![("text", json!(text)), ("tried", json!(kinds))],
            columns: Vec::new(),
            rows: found.iter().map(row).collect(),
        };
        return Ok(listing(&page, format, out)?);
    }
    let room = if parts.full { ScreenLength::Full } else { ScreenLength::Brief };
    let rest = |left: usize| format!("{left} more found: acquaint find {} --full", shell_word(text));
    let entries = found.iter().map(|(_, found)| entry(view, found)).collect();
    Screen::new(headline(text, &found), None).within(room).entries(1, entries, rest).write(&[], out)?;
    Ok(())
}

/// What is found, in one sentence.
fn headline(text: &str, found: &[(&str, FoundItem)]) -> String {
    let requests: Vec<&FoundRequest> = found.iter().filter_map(|(_, found)| found.request.as_ref()).collect();
    let quoted = values::quoted(&short(text));
    let open = requests.iter().filter(|request| request.is_open).count();
    match requests.len() {
        0 => format!("No request is found for {quoted}, but this is."),
        1 => format!("{quoted}: 1 request, {}.", if open == 1 { "open" } else { "no longer open" }),
        count => format!("{quoted}: {count} requests, {open} of them open."),
    }
}

/// What was found, and the command that shows more of it.
fn entry(view: ReadView<'_>, found: &FoundItem) -> Vec<Item> {
    let next = Item::from(format!("acquaint {}", found.next));
    let Some(FoundRequest { is_open, code, since, .. }) = &found.request else {
        return vec![found.what.as_str().into(), next];
    };
    let ago = about(view.as_of.since(*since)).map_or(String::new(), |about| format!(" ({about})"));
    let open = if *is_open { ", open" } else { "" };
    vec![Item::coded(format!("{}, since {}{ago}{open}", found.what, human_minute(*since)), *code), next]
}

/// That nothing is found, how the text was read, and what may be meant.
fn nothing(view: ReadView<'_>, text: &str, kinds: &[&str], format: Format) -> CliError {
    let kinds = kinds.join(", ");
    let near = nearest(view, text);
    if format != Format::Human {
        let quoted = values::quoted(text);
        let near = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        return CliError::new(
            Exit::NotFound,
            format!("nothing is found for {quoted}: read as {kinds}{near}"),
        );
    }
    let now = near.map(|near| format!("did you mean `{near}`? acquaint find {}", shell_word(&near)));
    let quoted = values::quoted(&short(text));
    let mut page = Vec::new();
    // The first line has the program's name before it.
    let head = format!("nothing is found for {quoted}.");
    let screen = Screen::new(head, None).part("Tried", [format!("as a {kinds}")]).part("Now", now);
    match screen.write(&[], &mut page) {
        Ok(()) => CliError::page(Exit::NotFound, String::from_utf8_lossy(&page).trim_end()),
        Err(error) => error.into(),
    }
}

/// As one word of a shell's command line.
fn shell_word(text: &str) -> String {
    shlex::try_quote(text).map_or_else(|_| text.to_owned(), |quoted| quoted.into_owned())
}

/// The requests among what is found.
pub(crate) fn requests(view: ReadView<'_>, text: &str) -> Result<Vec<RequestId>, CliError> {
    let found = tried(view, text.trim())?.into_iter().flat_map(|way| way.found);
    Ok(found.filter_map(|found| found.request).map(|request| request.id).collect())
}

fn tried(view: ReadView<'_>, text: &str) -> Result<Vec<Tried>, CliError> {
    if Query::is_meant_by(text) {
        let query = Query::parse(text).map_err(|error| CliError::new(Exit::BadInput, error.to_string()))?;
        let meant = view.inquiry().requests(&query, RequestScope::Network, view.as_of)?;
        return Ok(vec![Tried { kind: "query", found: listed(view, &query, &meant)? }]);
    }
    Ok(vec![
        Tried { kind: "request", found: request(view, text)? },
        Tried { kind: "code", found: code(text) },
        Tried { kind: "pair", found: pair(view, text)? },
        Tried { kind: "member", found: member(view, text) },
        Tried { kind: "typed address", found: typed(view, text)? },
        Tried { kind: "day", found: day(view, text)? },
    ])
}

fn row((kind, found): &(&str, FoundItem)) -> ListingRow {
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
        value["since"] = json!(values::rfc3339(*since));
    }
    ListingRow { cells: Vec::new(), value }
}

fn request(view: ReadView<'_>, text: &str) -> Result<Vec<FoundItem>, CliError> {
    let Ok(request) = values::request(text) else { return Ok(Vec::new()) };
    Ok(shown(view, request)?.into_iter().collect())
}

fn shown(view: ReadView<'_>, request: RequestId) -> Result<Option<FoundItem>, CliError> {
    let Some(answer) = view.inquiry().explain(request, Viewer::Agent, view.as_of)? else { return Ok(None) };
    let is_open = view.views.pending.request(request).is_some();
    Ok(Some(FoundItem {
        request: Some(FoundRequest { id: request, is_open, code: answer.code, since: answer.since }),
        what: format!("{} -> {}", answer.from, answer.to),
        next: format!("why {request}"),
    }))
}

fn code(text: &str) -> Vec<FoundItem> {
    let Ok(code) = values::code(text) else { return Vec::new() };
    vec![
        FoundItem::other(format!("{code} {}", code.name()), format!("explain {code}")),
        FoundItem::other("the requests with this code".to_owned(), format!("requests --code {code}")),
    ]
}

/// `a > b`, `a -> b`, `a to b`: every request from one to the other, the newest first.
fn pair(view: ReadView<'_>, text: &str) -> Result<Vec<FoundItem>, CliError> {
    let Some((from, to)) = ["->", ">", " to "].iter().find_map(|between| text.split_once(between)) else {
        return Ok(Vec::new());
    };
    let mut query = Query::default();
    let is_pair = query.set(Key::From, from.trim()).and_then(|()| query.set(Key::To, to.trim())).is_ok();
    if is_pair { meant(view, &query) } else { Ok(Vec::new()) }
}

/// The requests that a query means; none where it names somebody who is not there.
fn meant(view: ReadView<'_>, query: &Query) -> Result<Vec<FoundItem>, CliError> {
    match view.inquiry().requests(query, RequestScope::Network, view.as_of) {
        Ok(meant) => listed(view, query, &meant),
        Err(SubmitError::NotFound(_)) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

/// The first of these requests, and the way to all.
fn listed(view: ReadView<'_>, query: &Query, meant: &[MatchingRequest]) -> Result<Vec<FoundItem>, CliError> {
    let mut found = Vec::new();
    for meant in meant.iter().take(LISTED_MAX) {
        found.extend(shown(view, meant.request)?);
    }
    if meant.len() > LISTED_MAX {
        let more = meant.len() - LISTED_MAX;
        found.push(FoundItem::other(format!("{more} older"), as_order(query)));
    }
    Ok(found)
}

/// The order that lists all that a query means.
fn as_order(query: &Query) -> String {
    let parts = query.parts().into_iter().map(|(key, value)| format!(" --{key} {}", shell_word(&value)));
    format!("requests{}", parts.collect::<String>())
}

fn member(view: ReadView<'_>, text: &str) -> Vec<FoundItem> {
    let members = &view.views.members;
    let found = match Address::parse(text) {
        Ok(Address::Email(email)) => members.by_email(&email),
        Ok(address) => members.by_public_address(&address),
        Err(_) => None,
    };
    let Some(member) = found else { return Vec::new() };
    let (handle, asked) = (&member.handle, view.inquiry().requests_of(member.id).len());
    vec![
        FoundItem::other(format!("the member {handle}"), format!("member show {handle}")),
        FoundItem::other(format!("{} by {handle}", counted(asked, "request")), format!("why --all {handle}")),
    ]
}

/// The requests that were addressed to this very text, which need not be anybody's address.
fn typed(view: ReadView<'_>, text: &str) -> Result<Vec<FoundItem>, CliError> {
    let mut typed = view.inquiry().typed(text, None)?;
    typed.reverse();
    let mut found = Vec::new();
    for request in typed.iter().take(LISTED_MAX) {
        found.extend(shown(view, *request)?);
    }
    if typed.len() > LISTED_MAX {
        let query = Query { to: Some(text.to_owned()), ..Query::default() };
        found.push(FoundItem::other(format!("{} older", typed.len() - LISTED_MAX), as_order(&query)));
    }
    Ok(found)
}

/// The requests of one day, `2026-11-21` or a moment of it, in UTC.
fn day(view: ReadView<'_>, text: &str) -> Result<Vec<FoundItem>, CliError> {
    let day = match Moment::parse(text) {
        Ok(Moment::Day(day)) => Moment::Day(day),
        Ok(Moment::At(at)) => match Moment::parse(&Moment::day_of(at)) {
            Ok(day) => day,
            Err(_) => return Ok(Vec::new()),
        },
        Ok(Moment::Ago(_) | Moment::In(_) | Moment::Near(_)) | Err(_) => return Ok(Vec::new()),
    };
    meant(view, &Query { since: Some(day.clone()), until: Some(day), ..Query::default() })
}

fn nearest(view: ReadView<'_>, text: &str) -> Option<String> {
    let handles: Vec<String> = view.views.members.iter().map(|member| member.handle.to_string()).collect();
    values::nearest(&text.to_lowercase(), handles.iter().map(String::as_str)).map(str::to_owned)
}
