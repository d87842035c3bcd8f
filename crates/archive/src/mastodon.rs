//! Mastodon: CSV lists of account addresses. They say who is followed, blocked and muted, but not since when, and they do not
//! contain unanswered follow requests.

use acquaint_domain::Timestamp;
use acquaint_domain::export::{Person, Precision, SourceFile};
use acquaint_engine::ExportRow;

use crate::container::Container;
use crate::problem::{ExportProblem, quoted};
use crate::reading::{ExportRows, base_name, only};
use crate::table::records;
use crate::text::decoded;

const FOLLOWING: [&str; 2] = ["following_accounts.csv", "following.csv"];
const BLOCKS: [&str; 2] = ["blocked_accounts.csv", "blocks.csv"];
const MUTES: [&str; 2] = ["muted_accounts.csv", "mutes.csv"];
const ADDRESS: &str = "Account address";

/// Whether these are the files of a Mastodon export.
pub(crate) fn is_export(names: &[String]) -> bool {
    let wanted = FOLLOWING.iter().chain(&BLOCKS).chain(&MUTES);
    let mut wanted =
        wanted.map(|wanted| names.iter().any(|name| base_name(name).eq_ignore_ascii_case(wanted)));
    wanted.any(|is_present| is_present)
}

pub(crate) fn read(container: &mut Container, names: &[String]) -> Result<ExportRows, ExportProblem> {
    let mut rows = ExportRows::default();
    if let Some(name) = only(container, names, &FOLLOWING)? {
        let bytes = container.read(name)?;
        rows.record_file(SourceFile::Following, &bytes);
        rows.connections = accounts(base_name(name), &bytes, SourceFile::Following)?;
    }
    if let Some(name) = only(container, names, &BLOCKS)? {
        let bytes = container.read(name)?;
        rows.record_file(SourceFile::Blocks, &bytes);
        rows.blocks = accounts(base_name(name), &bytes, SourceFile::Blocks)?;
    }
    if let Some(name) = only(container, names, &MUTES)? {
        let bytes = container.read(name)?;
        let muted = accounts(base_name(name), &bytes, SourceFile::Blocks)?.len();
        rows.remark(
            base_name(name),
            format!("{muted} accounts are muted, which says nothing about requests"),
        );
    }
    if rows.files.is_empty() {
        return Err(ExportProblem::of(
            container.name(),
            "holds neither following_accounts.csv nor blocked_accounts.csv; download them under Import and export",
        ));
    }
    rows.remark(
        FOLLOWING[0],
        "says who is followed; a Mastodon export never contains follow requests that wait or were rejected",
    );
    Ok(rows)
}

/// Reads one account a row, with or without a header.
fn accounts(file: &str, bytes: &[u8], source: SourceFile) -> Result<Vec<ExportRow>, ExportProblem> {
    let text = decoded(file, bytes)?;
    let mut rows = Vec::new();
    for (index, row) in records(file, &text)?.iter().enumerate() {
        let address = row.fields.get(0).unwrap_or_default().trim().trim_start_matches('@');
        if index == 0 && address == ADDRESS {
            continue;
        }
        if !is_address(address) {
            let what = format!(
                "expected an account's address like `name@example.org` and found {}; give the file as it was downloaded",
                quoted(address)
            );
            return Err(ExportProblem::at(file, row.line, 1, what));
        }
        let person = Person { name: address.to_owned(), url: None };
        let (at, precision) = (Timestamp::from_millis(0), Precision::Undated);
        rows.push(ExportRow { person, at, precision, file: source, line: row.line });
    }
    Ok(rows)
}

fn is_address(text: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    let Some((name, host)) = text.split_once('@') else { return false };
    !name.is_empty() && host.contains('.') && text.chars().all(|c| fits(c) || c == '@') && !host.contains('@')
}
