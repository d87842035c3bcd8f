//! `find`: interprets a text from a ticket in every possible way, and lists what it finds.

use std::io::Write;

use acquaint_domain::RequestId;
use acquaint_report::found::{FindError, FoundItem, FoundRequest, Interpretation, Reading, found_json};
use serde_json::json;

use crate::failure::CliError;
use crate::grammar::{Exit, Format, Parts};
use crate::render::{Item, Listing, ListingRow, Screen, ScreenLength, about, listing, short};
use crate::session::ReadView;
use crate::values::{self, human_minute};

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

fn row((kind, found): &(&str, FoundItem)) -> ListingRow {
    ListingRow { cells: Vec::new(), value: found_json(kind, found) }
}

fn interpretations(view: ReadView<'_>, text: &str) -> Result<Vec<Interpretation>, CliError> {
    let inquiry = view.inquiry();
    let reading = Reading { inquiry: &inquiry, as_of: view.as_of };
    acquaint_report::found::interpretations(reading, text).map_err(|error| match error {
        FindError::Query(error) => CliError::new(Exit::BadInput, error.to_string()),
        FindError::Engine(error) => error.into(),
    })
}

fn nearest(view: ReadView<'_>, text: &str) -> Option<String> {
    let handles: Vec<String> =
        view.views.members.iter().map(|member| member.shown_handle().to_owned()).collect();
    values::nearest(&text.to_lowercase(), handles.iter().map(String::as_str)).map(str::to_owned)
}
