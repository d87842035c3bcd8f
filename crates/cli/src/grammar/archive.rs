//! Commands about members' own exports, resolved from the arguments.

use std::path::PathBuf;

use acquaint_archive::InvitationFilter;
use acquaint_domain::export::Network;
use acquaint_domain::{Handle, Timestamp};
use acquaint_engine::Direction;
pub use acquaint_report::whereabouts::Sharing;

use super::resolve::{Resolved, at, handle};
use super::words::{ArchiveArgs, ImportArgs, ImportKind, SubcommandArgs, WhereaboutsArgs};
use super::{CliCommand, Format, MaintainCommand, ReadCommand};
use crate::values;

const DIRECTIONS: [(&str, Direction); 2] =
    [("outgoing", Direction::Outgoing), ("incoming", Direction::Incoming)];
const NETWORKS: [(&str, Network); 3] =
    [("linkedin", Network::LinkedIn), ("facebook", Network::Facebook), ("mastodon", Network::Mastodon)];
const PAGES: [(&str, PageFormat); 5] = [
    ("human", PageFormat::As(Format::Human)),
    ("json", PageFormat::As(Format::Json)),
    ("ndjson", PageFormat::As(Format::Ndjson)),
    ("csv", PageFormat::Csv),
    ("html", PageFormat::Html),
];

/// Imports a member's own export of another network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportExport {
    /// Path of the export.
    pub path: PathBuf,
    /// The network; `None` to detect it.
    pub network: Option<Network>,
    /// The moment at which it was made; `None` to derive it from the export.
    pub as_of: Option<Timestamp>,
    /// The member to whom it belongs.
    pub member: Handle,
}

/// Shows what became of every invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhereaboutsCommand {
    /// The member whose exports are read.
    pub member: Handle,
    /// The invitations to list.
    pub filter: InvitationFilter,
    /// The most rows of the table for people.
    pub rows: usize,
    /// Whether the output is to be shared.
    pub sharing: Sharing,
    /// Format of the report; `None` for the format of the script.
    pub page: Option<PageFormat>,
}

/// Format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageFormat {
    /// A format of every command.
    As(Format),
    /// A table for spreadsheets.
    Csv,
    /// One HTML file for a browser.
    Html,
}

/// The format of a report, if `args` writes one. Then `format` becomes `human`.
pub(super) fn page(args: &SubcommandArgs, format: &mut String) -> Resolved<Option<PageFormat>> {
    if !matches!(args, SubcommandArgs::Whereabouts(_)) {
        return Ok(None);
    }
    let page = values::choice(format, &PAGES).map_err(at("--format"))?;
    "human".clone_into(format);
    Ok(Some(page))
}

pub(super) fn import(args: ImportArgs) -> Resolved<CliCommand> {
    match args.kind {
        Some(ImportKind::Ndjson { file }) => Ok(MaintainCommand::ImportNetwork(file).into()),
        Some(ImportKind::Messages { file }) => Ok(MaintainCommand::ImportMessages(file).into()),
        Some(ImportKind::Linkedin(args)) => export(args, Some(Network::LinkedIn)),
        Some(ImportKind::Facebook(args)) => export(args, Some(Network::Facebook)),
        Some(ImportKind::Mastodon(args)) => export(args, Some(Network::Mastodon)),
        None => {
            // clap requires a path if there is no kind.
            let path = args.path.unwrap_or_default();
            export(ArchiveArgs { path, about: args.about }, None)
        }
    }
}

fn export(args: ArchiveArgs, network: Option<Network>) -> Resolved<CliCommand> {
    let ArchiveArgs { path, about } = args;
    let as_of = about.as_of.map(|day| values::day_or_moment(&day)).transpose().map_err(at("--as-of"))?;
    let member = handle("--member", &about.member)?;
    Ok(MaintainCommand::ImportExport(ImportExport { path, network, as_of, member }).into())
}

pub(super) fn whereabouts(args: WhereaboutsArgs, page: Option<PageFormat>) -> Resolved<CliCommand> {
    let older_than = args.older_than.map(|span| values::span(&span)).transpose();
    let direction = args.direction.map(|entered| values::choice(&entered, &DIRECTIONS)).transpose();
    let network = args.network.map(|entered| values::choice(&entered, &NETWORKS)).transpose();
    let filter = InvitationFilter {
        open: args.open,
        vanished: args.vanished,
        older_than: older_than.map_err(at("--older-than"))?,
        direction: direction.map_err(at("--direction"))?,
        network: network.map_err(at("--network"))?,
    };
    let rows = values::number(&args.rows).map_err(at("--rows"))?;
    Ok(ReadCommand::Whereabouts(WhereaboutsCommand {
        member: handle("--member", &args.member)?,
        filter,
        rows: usize::try_from(rows).unwrap_or(usize::MAX),
        sharing: if args.redact { Sharing::Redacted } else { Sharing::Own },
        page,
    })
    .into())
}

#[cfg(test)]
mod tests {
    use acquaint_domain::Span;

    use super::*;
    use crate::grammar::{Exit, GrammarError, parse_args, parse_words};

    fn command(line: &str) -> Result<CliCommand, GrammarError> {
        let words = line.split(' ').map(str::to_owned);
        let words = std::iter::once("acquaint".to_owned()).chain(words);
        parse_args(words.map(Into::into)).map(|invocation| invocation.command)
    }

    fn import(path: &str, network: Option<Network>) -> ImportExport {
        let member = Handle::parse("me").expect("a handle");
        ImportExport { path: path.into(), network, as_of: None, member }
    }

    #[test]
    fn an_export_is_given_with_or_without_its_network() {
        let check = |line: &str, expected: ImportExport| {
            let expected = MaintainCommand::ImportExport(expected).into();
            assert_eq!(command(line), Ok(expected), "{line}");
        };
        check("import a.zip", import("a.zip", None));
        check("import linkedin a.zip", import("a.zip", Some(Network::LinkedIn)));
        check("import facebook a", import("a", Some(Network::Facebook)));
        check("import mastodon a", import("a", Some(Network::Mastodon)));
        let as_of = Some(Timestamp::from_millis(1_710_115_199_000));
        let member = Handle::parse("zelda").expect("a handle");
        let expected = ImportExport { as_of, member, ..import("a.zip", None) };
        check("import a.zip --as-of 2024-03-10 --member Zelda", expected);
    }

    #[test]
    fn an_invalid_day_format_or_filter_is_bad_input() {
        for (line, said) in [
            ("import a.zip --as-of yesterday", "`yesterday` is not a day"),
            ("whereabouts --format xml", "`xml` is none of `human`, `json`, `ndjson`, `csv`, `html`"),
            ("replay --format csv", "`csv` is none of `human`, `json`, `ndjson`"),
            ("whereabouts --older-than 2w", "--older-than"),
            ("whereabouts --direction up", "--direction"),
            ("whereabouts --rows many", "--rows"),
        ] {
            let error = command(line).expect_err(line);
            assert_eq!(error.exit(), Exit::BadInput, "{line}");
            assert!(error.to_string().contains(said), "{line}: {error}");
        }
    }

    #[test]
    fn whereabouts_has_its_own_filters_and_formats() {
        let line =
            "whereabouts --open --vanished --older-than 7d --direction outgoing --network facebook --redact";
        let Ok(CliCommand::Read(ReadCommand::Whereabouts(read))) = command(&format!("{line} --format html"))
        else {
            panic!("{line}");
        };
        let expected = InvitationFilter {
            open: true,
            vanished: true,
            older_than: Some(Span::days(7)),
            direction: Some(Direction::Outgoing),
            network: Some(Network::Facebook),
        };
        assert_eq!((read.filter, read.sharing, read.rows), (expected, Sharing::Redacted, 20));
        assert_eq!(read.page, Some(PageFormat::Html));
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let Ok(CliCommand::Read(ReadCommand::Whereabouts(read))) =
            parse_words(&words).map(|line| line.command)
        else {
            panic!("{line}");
        };
        assert_eq!(read.page, None, "the format of the script");
    }
}
