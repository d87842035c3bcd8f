//! The words about members' own exports.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Args, Debug)]
pub(in crate::grammar) struct ImportArgs {
    #[command(subcommand)]
    pub(in crate::grammar) kind: Option<ImportKind>,
    /// A zip file, folder or file; which network it is of is found out
    #[arg(required = true)]
    pub(in crate::grammar) path: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::grammar) about: AboutExport,
}

#[derive(Debug, Subcommand)]
pub(in crate::grammar) enum ImportKind {
    /// Your own export of LinkedIn, as it was downloaded or unpacked
    Linkedin(ArchiveArgs),
    /// Your own export of Facebook, in the format JSON
    Facebook(ArchiveArgs),
    /// Your own lists of Mastodon
    Mastodon(ArchiveArgs),
    /// A whole network: members, connections, open requests and blocks, a record a line
    Ndjson {
        /// The file, as docs/import.md describes it
        file: PathBuf,
    },
    /// Messages between members, read as requests and acceptances
    Messages {
        /// The file: a line a message, sender, recipient and seconds since 1970
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(in crate::grammar) enum ExportArgs {
    /// Members, connections, open requests and blocks, a record a line, as `import ndjson` reads them
    Ndjson {
        /// A new file; written to stdout where none is named
        file: Option<PathBuf>,
    },
}

#[derive(Args, Debug)]
pub(in crate::grammar) struct ArchiveArgs {
    /// A zip file, folder or file
    pub(in crate::grammar) path: PathBuf,
    #[command(flatten)]
    pub(in crate::grammar) about: AboutExport,
}

#[derive(Args, Debug)]
pub(in crate::grammar) struct AboutExport {
    /// The day on which it was made, where its name does not say
    #[arg(long, value_name = "DATE")]
    pub(in crate::grammar) as_of: Option<String>,
    /// The member whose it is
    #[arg(long, value_name = "HANDLE", default_value = "me")]
    pub(in crate::grammar) member: String,
}

#[derive(Args, Debug)]
pub(in crate::grammar) struct WhereaboutsArgs {
    /// The member whose exports are looked at
    #[arg(long, value_name = "HANDLE", default_value = "me")]
    pub(in crate::grammar) member: String,
    /// Only those that wait for an answer
    #[arg(long)]
    pub(in crate::grammar) open: bool,
    /// Only those that an older export holds and a newer one does not
    #[arg(long)]
    pub(in crate::grammar) vanished: bool,
    /// Only those sent at least this long before the newest export, such as 7d
    #[arg(long, value_name = "DUR")]
    pub(in crate::grammar) older_than: Option<String>,
    /// Only those of one direction
    #[arg(long, value_name = "outgoing|incoming")]
    pub(in crate::grammar) direction: Option<String>,
    /// Only those of one network
    #[arg(long, value_name = "linkedin|facebook|mastodon")]
    pub(in crate::grammar) network: Option<String>,
    /// The most rows of the table on the terminal
    #[arg(long, value_name = "N", default_value = "20")]
    pub(in crate::grammar) rows: String,
    /// Leave out names, profiles, notes and hours, for output that is shared
    #[arg(long)]
    pub(in crate::grammar) redact: bool,
}
