//! `find`: interprets a text from a ticket in every possible way, and lists what it finds.

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

/// The most requests listed for one interpretation of the text.
const LISTED_MAX: usize = 20;

/// One interpretation of the text, with its results.
struct Interpretation {
    /// What the text is read as.
    kind: &'static str,
    found: Vec<FoundItem>,
}

/// A result, with the command that shows more of it.
struct FoundItem {
    /// The request; `None` if the result is something else.
    request: Option<FoundRequest>,
    what: String,
    /// The command that shows more, without the program's name.
    next: String,
}

/// A request among the results.
struct FoundRequest {
    id: RequestId,
    is_open: bool,
    code: Code,
    since: Timestamp,
}

impl FoundItem {
    /// A result that is not a request.
    fn other(what: String, next: String) -> Self {
        Self { request: None, what, next }
    }

    /// Sorts open requests first, then the other requests, then everything else.
    fn rank(&self) -> u8 {
        match &self.request {
            Some(request) if request.is_open => 0,
            Some(_) => 1,
            None => 2,
        }
    }
}

/// Interprets `text` as a request id, a code, a pair, a member, an entered address, a day or a query, and lists the results,
/// open requests first. For agents and engineers, because it searches both sides.
pub(crate) fn find(
    view: ReadView<'_>,
    text: &str,
    (parts, format): (Parts, Format),
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let text = text.trim();
    let interpretations = interpretations(view, text)?;
    let kinds: Vec<&str> = interpretations.iter().map(|tried| tried.kind).collect();
    let mut found: Vec<(&str, FoundItem)> = Vec::new();
    for tried in interpretations {
        found.extend(tried.found.into_iter().map(|found| (tried.kind, found)));
    }
    // The sort is stable: within a rank, the order of the interpretations remains.
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

/// The results in one sentence.
fn headline(text: &str, found: &[(&str, FoundItem)]) -> String {
    let requests: Vec<&FoundRequest> = found.iter().filter_map(|(_, found)| found.request.as_ref()).collect();
    let quoted = values::quoted(&short(text));
    let open = requests.iter().filter(|request| request.is_open).count();
    match requests.len() {
        0 => format!("No request found for {quoted}, but other results."),
        1 => format!("{quoted}: 1 request, {}.", if open == 1 { "open" } else { "no longer open" }),
        count => format!("{quoted}: {count} requests, {open} of them open."),
    }
}

/// A result, and the command that shows more.
fn entry(view: ReadView<'_>, found: &FoundItem) -> Vec<Item> {
    let next = Item::from(format!("acquaint {}", found.next));
    let Some(FoundRequest { is_open, code, since, .. }) = &found.request else {
        return vec![found.what.as_str().into(), next];
    };
    let ago = about(view.as_of.since(*since)).map_or(String::new(), |about| format!(" ({about})"));
    let open = if *is_open { ", open" } else { "" };
    vec![Item::coded(format!("{}, since {}{ago}{open}", found.what, human_minute(*since)), *code), next]
}

/// The failure when nothing is found: how the text was interpreted, and the nearest handle.
fn nothing(view: ReadView<'_>, text: &str, kinds: &[&str], format: Format) -> CliError {
    let kinds = kinds.join(", ");
    let near = nearest(view, text);
    if format != Format::Human {
        let quoted = values::quoted(text);
        let near = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        return CliError::new(Exit::NotFound, format!("nothing found for {quoted}: read as {kinds}{near}"));
    }
    let now = near.map(|near| format!("did you mean `{near}`? acquaint find {}", shell_word(&near)));
    let quoted = values::quoted(&short(text));
    let mut page = Vec::new();
    // Lower case, because the program's name precedes the first line.
    let head = format!("nothing found for {quoted}.");
    let screen = Screen::new(head, None).part("Tried", [format!("as a {kinds}")]).part("Now", now);
    match screen.write(&[], &mut page) {
        Ok(()) => CliError::page(Exit::NotFound, String::from_utf8_lossy(&page).trim_end()),
        Err(error) => error.into(),
    }
}

/// Quotes a text as one argument of a shell's command line.
fn shell_word(text: &str) -> String {
    shlex::try_quote(text).map_or_else(|_| text.to_owned(), |quoted| quoted.into_owned())
}

/// The requests among the results.
pub(crate) fn requests(view: ReadView<'_>, text: &str) -> Result<Vec<RequestId>, CliError> {
    let found = interpretations(view, text.trim())?.into_iter().flat_map(|tried| tried.found);
    Ok(found.filter_map(|found| found.request).map(|request| request.id).collect())
}

fn interpretations(view: ReadView<'_>, text: &str) -> Result<Vec<Interpretation>, CliError> {
    if Query::is_meant_by(text) {
        let query = Query::parse(text).map_err(|error| CliError::new(Exit::BadInput, error.to_string()))?;
        let matching = view.inquiry().requests(&query, RequestScope::Network, view.as_of)?;
        return Ok(vec![Interpretation { kind: "query", found: listed(view, &query, &matching)? }]);
    }
    Ok(vec![
        Interpretation { kind: "request", found: request(view, text)? },
        Interpretation { kind: "code", found: code(text) },
        Interpretation { kind: "pair", found: pair(view, text)? },
        Interpretation { kind: "member", found: member(view, text) },
        Interpretation { kind: "typed address", found: typed(view, text)? },
        Interpretation { kind: "day", found: day(view, text)? },
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

/// `a > b`, `a -> b` or `a to b`: every request from `a` to `b`, the newest first.
fn pair(view: ReadView<'_>, text: &str) -> Result<Vec<FoundItem>, CliError> {
    let Some((from, to)) = ["->", ">", " to "].iter().find_map(|between| text.split_once(between)) else {
        return Ok(Vec::new());
    };
    let mut query = Query::default();
    let is_pair = query.set(Key::From, from.trim()).and_then(|()| query.set(Key::To, to.trim())).is_ok();
    if is_pair { matching(view, &query) } else { Ok(Vec::new()) }
}

/// The requests that match a query; none if the query names an unknown member.
fn matching(view: ReadView<'_>, query: &Query) -> Result<Vec<FoundItem>, CliError> {
    match view.inquiry().requests(query, RequestScope::Network, view.as_of) {
        Ok(matching) => listed(view, query, &matching),
        Err(SubmitError::NotFound(_)) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

/// The first requests, and the command that lists all of them.
fn listed(
    view: ReadView<'_>,
    query: &Query,
    matching: &[MatchingRequest],
) -> Result<Vec<FoundItem>, CliError> {
    let mut found = Vec::new();
    for request in matching.iter().take(LISTED_MAX) {
        found.extend(shown(view, request.request)?);
    }
    if matching.len() > LISTED_MAX {
        let more = matching.len() - LISTED_MAX;
        found.push(FoundItem::other(format!("{more} older"), as_command(query)));
    }
    Ok(found)
}

/// The command that lists every request that matches a query.
fn as_command(query: &Query) -> String {
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
    let (handle, asked) = (member.shown_handle(), view.inquiry().requests_of(member.id).len());
    vec![
        FoundItem::other(format!("the member {handle}"), format!("member show {handle}")),
        FoundItem::other(format!("{} by {handle}", counted(asked, "request")), format!("why --all {handle}")),
    ]
}

/// The requests that were addressed to exactly this text, which need not be a member's address.
fn typed(view: ReadView<'_>, text: &str) -> Result<Vec<FoundItem>, CliError> {
    let mut typed = view.inquiry().typed(text, None)?;
    typed.reverse();
    let mut found = Vec::new();
    for request in typed.iter().take(LISTED_MAX) {
        found.extend(shown(view, *request)?);
    }
    if typed.len() > LISTED_MAX {
        let query = Query { to: Some(text.to_owned()), ..Query::default() };
        found.push(FoundItem::other(format!("{} older", typed.len() - LISTED_MAX), as_command(&query)));
    }
    Ok(found)
}

/// The requests of one UTC day, given as `2026-11-21` or as a moment of that day.
fn day(view: ReadView<'_>, text: &str) -> Result<Vec<FoundItem>, CliError> {
    let day = match Moment::parse(text) {
        Ok(Moment::Day(day)) => Moment::Day(day),
        Ok(Moment::At(at)) => match Moment::parse(&Moment::day_of(at)) {
            Ok(day) => day,
            Err(_) => return Ok(Vec::new()),
        },
        Ok(Moment::Ago(_) | Moment::In(_) | Moment::Near(_)) | Err(_) => return Ok(Vec::new()),
    };
    matching(view, &Query { since: Some(day.clone()), until: Some(day), ..Query::default() })
}

fn nearest(view: ReadView<'_>, text: &str) -> Option<String> {
    let handles: Vec<String> =
        view.views.members.iter().map(|member| member.shown_handle().to_owned()).collect();
    values::nearest(&text.to_lowercase(), handles.iter().map(String::as_str)).map(str::to_owned)
}
