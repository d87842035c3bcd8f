//! `find`: whatever a ticket says, read in every way that it can be meant.

use std::io::Write;

use acquaint_domain::RequestId;
use acquaint_report::found::{FindError, FoundItem, FoundRequest, Reading, Tried, found_json};
use serde_json::json;

use crate::failure::CliError;
use crate::grammar::{Exit, Format, Parts};
use crate::render::{Item, Listing, ListingRow, Screen, ScreenLength, about, listing, short};
use crate::session::ReadView;
use crate::values::{self, human_minute};

/// Reads `text` as a request, a code, a pair, a member, an address that was typed, a day, or a query, and lists what there
/// is, open requests first. For agents and engineers: it looks on both sides.
pub(crate) fn find(
    scene: ReadView<'_>,
    text: &str,
    (parts, format): (Parts, Format),
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let text = text.trim();
    let tried = tried(scene, text)?;
    let kinds: Vec<&str> = tried.iter().map(|way| way.kind).collect();
    let mut found: Vec<(&str, FoundItem)> = Vec::new();
    for way in tried {
        found.extend(way.found.into_iter().map(|found| (way.kind, found)));
    }
    // The rank is the same within each kind's own order.
    found.sort_by_key(|(_, found)| found.rank());
    if found.is_empty() {
        return Err(nothing(scene, text, &kinds, format));
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
    let entries = found.iter().map(|(_, found)| entry(scene, found)).collect();
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
fn entry(scene: ReadView<'_>, found: &FoundItem) -> Vec<Item> {
    let next = Item::from(format!("acquaint {}", found.next));
    let Some(FoundRequest { is_open, code, since, .. }) = &found.request else {
        return vec![found.what.as_str().into(), next];
    };
    let ago = about(scene.as_of.since(*since)).map_or(String::new(), |about| format!(" ({about})"));
    let open = if *is_open { ", open" } else { "" };
    vec![Item::coded(format!("{}, since {}{ago}{open}", found.what, human_minute(*since)), *code), next]
}

/// That nothing is found, how the text was read, and what may be meant.
fn nothing(scene: ReadView<'_>, text: &str, kinds: &[&str], format: Format) -> CliError {
    let kinds = kinds.join(", ");
    let near = nearest(scene, text);
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
pub(crate) fn requests(scene: ReadView<'_>, text: &str) -> Result<Vec<RequestId>, CliError> {
    let found = tried(scene, text.trim())?.into_iter().flat_map(|way| way.found);
    Ok(found.filter_map(|found| found.request).map(|request| request.id).collect())
}

fn row((kind, found): &(&str, FoundItem)) -> ListingRow {
    ListingRow { cells: Vec::new(), value: found_json(kind, found) }
}

fn tried(scene: ReadView<'_>, text: &str) -> Result<Vec<Tried>, CliError> {
    let inquiry = scene.inquiry();
    let reading = Reading { inquiry: &inquiry, as_of: scene.as_of };
    acquaint_report::found::tried(reading, text).map_err(|error| match error {
        FindError::Query(error) => CliError::new(Exit::BadInput, error.to_string()),
        FindError::Engine(error) => error.into(),
    })
}

fn nearest(scene: ReadView<'_>, text: &str) -> Option<String> {
    let handles: Vec<String> = scene.views.members.iter().map(|member| member.handle.to_string()).collect();
    values::nearest(&text.to_lowercase(), handles.iter().map(String::as_str)).map(str::to_owned)
}
