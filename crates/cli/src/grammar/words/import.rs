//! Arguments of commands about imports and exports.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Args, Debug)]
pub(in crate::grammar) struct ImportArgs {
    #[command(subcommand)]
    pub(in crate::grammar) kind: Option<ImportKind>,
    /// A zip file, folder or file; the network is detected
    #[arg(required = true)]
    pub(in crate::grammar) path: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::grammar) about: AboutExport,
}

#[derive(Debug, Subcommand)]
pub(in crate::grammar) enum ImportKind {
    /// Import your own export of LinkedIn, as downloaded or unpacked
    Linkedin(ArchiveArgs),
    /// Import your own export of Facebook, in the format JSON
    Facebook(ArchiveArgs),
    /// Import your own lists of Mastodon
    Mastodon(ArchiveArgs),
    /// Import a whole network: members, connections, open requests and blocks, one record a line
    Ndjson {
        /// The file, as docs/import.md describes it
        file: PathBuf,
    },
    /// Import messages between members as requests and acceptances
    Messages {
        /// The file, one message a line: sender, recipient and seconds since 1970
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(in crate::grammar) enum ExportArgs {
    /// Write members, connections, open requests and blocks, one record a line, as `import ndjson` reads them
    Ndjson {
        /// A new file; stdout if not given
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
    /// The day on which it was made, if its name does not say
    #[arg(long, value_name = "DATE")]
    pub(in crate::grammar) as_of: Option<String>,
    /// The member to whom it belongs
    #[arg(long, value_name = "HANDLE", default_value = "me")]
    pub(in crate::grammar) member: String,
}

#[derive(Args, Debug)]
pub(in crate::grammar) struct WhereaboutsArgs {
    /// The member whose exports to read
    #[arg(long, value_name = "HANDLE", default_value = "me")]
    pub(in crate::grammar) member: String,
    /// Only invitations that wait for an answer
    #[arg(long)]
    pub(in crate::grammar) open: bool,
    /// Only invitations that are in an older export and not in a newer one
    #[arg(long)]
    pub(in crate::grammar) vanished: bool,
    /// Only invitations sent at least this long before the newest export, such as 7d
    #[arg(long, value_name = "DUR")]
    pub(in crate::grammar) older_than: Option<String>,
    /// Only invitations of one direction
    #[arg(long, value_name = "outgoing|incoming")]
    pub(in crate::grammar) direction: Option<String>,
    /// Only invitations of one network
    #[arg(long, value_name = "linkedin|facebook|mastodon")]
    pub(in crate::grammar) network: Option<String>,
    /// The most rows of the table on the terminal
    #[arg(long, value_name = "N", default_value = "20")]
    pub(in crate::grammar) rows: String,
    /// Leave out names, profiles, notes and times of day, for output that is shared
    #[arg(long)]
    pub(in crate::grammar) redact: bool,
}
