//! Reads an export: the network that wrote it, when it was made, and its rows.

use std::collections::BTreeSet;
use std::path::Path;

use acquaint_domain::export::{DatedBy, Network, Precision, SourceFile};
use acquaint_domain::{Handle, Span, Timestamp, shown};
use acquaint_engine::{ExportRecords, ExportRow, InvitationRow};

use crate::container::{Container, ContainerLimits};
use crate::dates::{american_day, iso_day};
use crate::problem::ExportProblem;
use crate::{facebook, linkedin, mastodon};

/// Exports do not name time zones, so a row may seem to be up to this much later than its export.
const LEEWAY: Span = Span::days(2);

/// What the caller knows about an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadOptions {
    /// The network that wrote it; `None` to detect it.
    pub network: Option<Network>,
    /// The member whose export it is.
    pub owner: Handle,
    /// When it was made; `None` to find out from the file name or the rows.
    pub as_of: Option<Timestamp>,
}

/// When an export was made, and how that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportDate {
    /// When the export was made.
    pub at: Timestamp,
    /// How that is known.
    pub by: DatedBy,
}

/// An export as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedExport {
    /// The rows of the export.
    pub records: ExportRecords,
    /// What is odd about it but harmless.
    pub remarks: Vec<Remark>,
}

/// Something odd about a file that is harmless.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remark {
    /// The file's name in the export.
    pub file: String,
    /// What is odd, without the file's name.
    pub sentence: String,
}

/// What the reader for one network found.
#[derive(Default)]
pub(crate) struct ExportRows {
    pub(crate) owner_name: Option<String>,
    pub(crate) files: BTreeSet<SourceFile>,
    pub(crate) invitations: Vec<InvitationRow>,
    pub(crate) connections: Vec<ExportRow>,
    pub(crate) declines: Vec<ExportRow>,
    pub(crate) ends: Vec<ExportRow>,
    pub(crate) blocks: Vec<ExportRow>,
    pub(crate) remarks: Vec<Remark>,
    /// Hashes of the files that were read, which identify the export.
    pub(crate) hashes: BTreeSet<(SourceFile, [u8; 32])>,
}

/// Reads an export from a zip file, a folder or a single file.
///
/// # Errors
/// The first problem in the export.
pub fn read(path: &Path, asked: &ReadOptions) -> Result<ParsedExport, ExportProblem> {
    read_container(&mut Container::open(path, ContainerLimits::default())?, asked)
}

/// Reads an export from an opened container.
///
/// # Errors
/// The first problem in the export.
pub fn read_container(container: &mut Container, asked: &ReadOptions) -> Result<ParsedExport, ExportProblem> {
    let names = container.names();
    let network = match asked.network {
        Some(network) => network,
        None => detected(container, &names)?,
    };
    let mut rows = match network {
        Network::LinkedIn => linkedin::read(container, &names)?,
        Network::Facebook => facebook::read(container, &names)?,
        Network::Mastodon => mastodon::read(container, &names)?,
    };
    let as_of = as_of(container, asked, &rows)?;
    let undated = rows.connections.iter_mut().chain(&mut rows.blocks);
    undated.filter(|row| row.precision == Precision::Undated).for_each(|row| row.at = as_of.at);
    check_times(network, as_of, &rows)?;
    rows.remarks.sort_unstable();
    let records = ExportRecords {
        source: source(network, &rows),
        network,
        owner: asked.owner.clone(),
        owner_name: rows.owner_name,
        as_of: as_of.at,
        dated_by: as_of.by,
        files: rows.files,
        invitations: rows.invitations,
        connections: rows.connections,
        declines: rows.declines,
        ends: rows.ends,
        blocks: rows.blocks,
    };
    Ok(ParsedExport { records, remarks: rows.remarks })
}

/// The last part of a path inside a container.
pub(crate) fn base_name(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// The only file with one of these names, in any letter case and folder.
///
/// # Errors
/// There are several such files.
pub(crate) fn only<'n>(
    container: &Container,
    names: &'n [String],
    wanted: &[&str],
) -> Result<Option<&'n str>, ExportProblem> {
    let is_wanted = |name: &&String| {
        let is_metadata = name.starts_with("__MACOSX") || base_name(name).starts_with("._");
        !is_metadata && wanted.iter().any(|wanted| base_name(name).eq_ignore_ascii_case(wanted))
    };
    let mut found = names.iter().filter(is_wanted);
    match (found.next(), found.next()) {
        (Some(one), Some(other)) => Err(ExportProblem::of(
            container.name(),
            format!(
                "holds `{}` and `{}`; give one export at a time, the oldest first",
                shown(one),
                shown(other)
            ),
        )),
        (Some(one), None) => Ok(Some(one)),
        (None, _) => Ok(None),
    }
}

fn detected(container: &Container, names: &[String]) -> Result<Network, ExportProblem> {
    let networks = [
        (Network::LinkedIn, linkedin::is_export(names)),
        (Network::Facebook, facebook::is_export(names)),
        (Network::Mastodon, mastodon::is_export(names)),
    ];
    let mut found = networks.iter().filter(|(_, is_export)| *is_export).map(|(network, _)| *network);
    match (found.next(), found.next()) {
        (Some(network), None) => Ok(network),
        (Some(one), Some(other)) => Err(ExportProblem::of(
            container.name(),
            format!(
                "looks like an export from {} and from {}; name one with `import {}`",
                one.name(),
                other.name(),
                one.word()
            ),
        )),
        (None, _) => Err(ExportProblem::of(
            container.name(),
            "holds no table of LinkedIn (Connections.csv, Invitations.csv), Facebook (friends, JSON) or Mastodon \
             (following_accounts.csv); give the zip file as it was downloaded, or its folder",
        )),
    }
}

fn as_of(container: &Container, asked: &ReadOptions, rows: &ExportRows) -> Result<ExportDate, ExportProblem> {
    if let Some(at) = asked.as_of {
        return Ok(ExportDate { at, by: DatedBy::Word });
    }
    if let Some(at) = day_in(base_name(container.name().trim_end_matches('/'))) {
        return Ok(ExportDate { at, by: DatedBy::FileName });
    }
    match all_rows(rows).filter(|row| row.precision != Precision::Undated).map(|row| row.at).max() {
        Some(at) => Ok(ExportDate { at, by: DatedBy::LastRow }),
        None => Err(ExportProblem::of(
            container.name(),
            "nothing in it says when it was made; give the day with --as-of, such as `--as-of 2024-03-14`",
        )),
    }
}

/// The day in an archive's name: `Basic_LinkedInDataExport_03-14-2024.zip`, `facebook-someone-2024-03-14.zip`.
fn day_in(name: &str) -> Option<Timestamp> {
    let is_known_name =
        ["linkedindataexport", "facebook"].iter().any(|word| name.to_lowercase().contains(word));
    let windows = name.as_bytes().windows(10).filter(|_| is_known_name);
    let mut days = windows.filter_map(|window| {
        let text = std::str::from_utf8(window).ok()?;
        american_day(text).or_else(|| iso_day(text))
    });
    days.next()
}

fn all_rows(rows: &ExportRows) -> impl Iterator<Item = &ExportRow> {
    let invitations = rows.invitations.iter().map(|invitation| &invitation.row);
    invitations.chain(&rows.connections).chain(&rows.declines).chain(&rows.ends).chain(&rows.blocks)
}

/// Refuses rows that are later than the export.
fn check_times(network: Network, as_of: ExportDate, rows: &ExportRows) -> Result<(), ExportProblem> {
    let end = as_of.at.plus(LEEWAY);
    let Some(row) = all_rows(rows).find(|row| row.at > end) else { return Ok(()) };
    let by = match as_of.by {
        DatedBy::Word => "as --as-of says",
        DatedBy::FileName => "as its name says",
        DatedBy::LastRow => "by its rows",
    };
    let sentence = format!(
        "this row is later than the export itself, {by}; give the day on which it was made with --as-of, or the file as {} wrote it",
        network.name()
    );
    Err(ExportProblem { file: row.file.name().to_owned(), line: Some(row.line), column: None, sentence })
}

fn source(network: Network, rows: &ExportRows) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(network.word().as_bytes());
    for (file, hash) in &rows.hashes {
        hasher.update(file.name().as_bytes());
        hasher.update(hash);
    }
    *hasher.finalize().as_bytes()
}

impl ExportRows {
    /// Records that a file was read.
    pub(crate) fn record_file(&mut self, file: SourceFile, bytes: &[u8]) {
        self.files.insert(file);
        self.hashes.insert((file, *blake3::hash(bytes).as_bytes()));
    }

    pub(crate) fn remark(&mut self, file: &str, sentence: impl Into<String>) {
        self.remarks.push(Remark { file: file.to_owned(), sentence: sentence.into() });
    }
}
