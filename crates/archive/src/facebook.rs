//! Facebook: JSON lists of names and times. It is the only export with dates of rejections: those by the owner.

use acquaint_domain::Timestamp;
use acquaint_domain::export::{Person, Precision, SourceFile};
use acquaint_engine::{Direction, ExportRow, InvitationRow, NamedBy};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

use crate::container::Container;
use crate::problem::{ExportProblem, quoted};
use crate::reading::{ExportRows, base_name};
use crate::text::decoded;

/// The folders that held the lists over the years. The keys in a file tell which list it is.
const FOLDERS: [&str; 4] = ["friends_and_followers", "friends", "connections", "friends_and_followers_v2"];
/// The lists, by key; newer ones end in `_v2`.
const LISTS: [(&str, SourceFile); 5] = [
    ("sent_requests", SourceFile::SentRequests),
    ("received_requests", SourceFile::ReceivedRequests),
    ("rejected_requests", SourceFile::RejectedRequests),
    ("deleted_friends", SourceFile::RemovedFriends),
    ("friends", SourceFile::Friends),
];
/// The most files in those folders; no export has more.
const FILES_LEN_MAX: usize = 100;
/// The first day of Facebook, 4 February 2004, in seconds.
const FIRST_SECOND: i64 = 1_075_852_800;
/// The end of the year 2999, in seconds; a time in milliseconds is far beyond it.
const LAST_SECOND: i64 = 32_503_680_000;

#[derive(Deserialize)]
struct FriendEntry<'a> {
    #[serde(borrow)]
    name: std::borrow::Cow<'a, str>,
    timestamp: i64,
}

/// Whether these are the files of a Facebook export.
pub(crate) fn is_export(names: &[String]) -> bool {
    names.iter().any(|name| is_list(name))
}

fn is_list(name: &str) -> bool {
    let lower = name.to_lowercase();
    let mut folders = lower.split('/').rev().skip(1);
    let is_named = ["friend", "requests"].iter().any(|word| base_name(&lower).contains(word));
    lower.ends_with(".json") && (folders.any(|folder| FOLDERS.contains(&folder)) || is_named)
}

pub(crate) fn read(container: &mut Container, names: &[String]) -> Result<ExportRows, ExportProblem> {
    let mut rows = ExportRows::default();
    let lists: Vec<&String> = names.iter().filter(|name| is_list(name)).collect();
    if lists.len() > FILES_LEN_MAX {
        let what = format!(
            "holds {} files about friends, more than any export does; give one export at a time",
            lists.len()
        );
        return Err(ExportProblem::of(container.name(), what));
    }
    for name in lists {
        let bytes = container.read(name)?;
        read_file(base_name(name), &bytes, &mut rows)?;
    }
    if rows.files.is_empty() {
        return Err(ExportProblem::of(
            container.name(),
            "holds no list of friends or requests; ask Facebook for an export in the format JSON (not HTML) with \
             `Friends and followers` in it",
        ));
    }
    Ok(rows)
}

fn read_file(file: &str, bytes: &[u8], rows: &mut ExportRows) -> Result<(), ExportProblem> {
    let text = decoded(file, bytes)?;
    let lists: BTreeMap<String, &RawValue> = match serde_json::from_str(&text) {
        Ok(lists) => lists,
        Err(error) if error.is_syntax() || error.is_eof() => {
            let what = format!("this is not complete JSON ({error}); download the export again");
            return Err(ExportProblem::at(file, error.line() as u32, error.column() as u32, what));
        }
        // A list of something else: these folders hold more than friends.
        Err(_) => return Ok(()),
    };
    for (key, list) in &lists {
        let bare = key.strip_suffix("_v2").unwrap_or(key);
        let Some((_, source)) = LISTS.iter().find(|(name, _)| *name == bare) else { continue };
        let entries: Vec<&RawValue> = serde_json::from_str(list.get())
            .map_err(|_| wrong(file, &text, list, &format!("expected a list after `{key}`")))?;
        if rows.files.contains(source) {
            return Err(wrong(file, &text, list, &format!("`{key}` is in the export twice")));
        }
        rows.record_file(*source, list.get().as_bytes());
        for entry in entries {
            add(file, &text, *source, entry, rows)?;
        }
    }
    Ok(())
}

fn add(
    file: &str,
    text: &str,
    source: SourceFile,
    raw: &RawValue,
    rows: &mut ExportRows,
) -> Result<(), ExportProblem> {
    let entry: FriendEntry<'_> = serde_json::from_str(raw.get()).map_err(|error| {
        let found = quoted(raw.get());
        wrong(
            file,
            text,
            raw,
            &format!("expected `{{\"name\": .., \"timestamp\": ..}}` and found {found} ({error})"),
        )
    })?;
    if !(FIRST_SECOND..LAST_SECOND).contains(&entry.timestamp) {
        let what = format!(
            "expected a time in whole seconds since 1970, since Facebook began, and found `{}`",
            entry.timestamp
        );
        return Err(wrong(file, text, raw, &what));
    }
    let name = repaired(&entry.name);
    if name.trim().is_empty() {
        return Ok(());
    }
    let (line, _) = place(text, raw);
    let row = ExportRow {
        person: Person { name: name.trim().to_owned(), url: None },
        at: Timestamp::from_millis(entry.timestamp * 1_000),
        precision: Precision::Second,
        file: source,
        line,
    };
    let invitation = |row, direction| InvitationRow { row, direction, note: None, named_by: NamedBy::Name };
    if source == SourceFile::SentRequests {
        rows.invitations.push(invitation(row, Direction::Outgoing));
    } else if source == SourceFile::ReceivedRequests {
        rows.invitations.push(invitation(row, Direction::Incoming));
    } else if source == SourceFile::RejectedRequests {
        rows.declines.push(row);
    } else if source == SourceFile::RemovedFriends {
        rows.ends.push(row);
    } else {
        rows.connections.push(row);
    }
    Ok(())
}

/// Repairs a name whose UTF-8 bytes were written as Latin-1 characters.
fn repaired(name: &str) -> String {
    let bytes: Option<Vec<u8>> = name.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    let meant = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    meant.unwrap_or_else(|| name.to_owned())
}

fn wrong(file: &str, text: &str, raw: &RawValue, what: &str) -> ExportProblem {
    let (line, column) = place(text, raw);
    ExportProblem::at(file, line, column, format!("{what}; give the file as it was downloaded"))
}

/// The line and column, from 1, at which a part of `text` begins.
fn place(text: &str, part: &RawValue) -> (u32, u32) {
    let offset = (part.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize).min(text.len());
    let before = text.get(..offset).unwrap_or_default();
    let line = before.bytes().filter(|byte| *byte == b'\n').count() as u32 + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() as u32 + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::repaired;

    #[test]
    fn utf8_bytes_written_as_latin1_characters_are_decoded() {
        assert_eq!(repaired("Zo\u{c3}\u{ab} Quill"), "Zoë Quill");
        assert_eq!(repaired("Zoë Quill"), "Zoë Quill");
        assert_eq!(repaired("Plain Name"), "Plain Name");
        assert_eq!(repaired("名 Quill"), "名 Quill");
    }
}
