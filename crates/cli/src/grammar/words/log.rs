//! Words about the log.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(in super::super) enum LogArgs {
    /// Check every byte of the log
    Verify {
        /// The Merkle root of every sealed segment too
        #[arg(long)]
        deep: bool,
    },
    /// Count what is in the log: segments and their roots, events by type, bytes
    Stats,
    /// The events, one a line
    Show(EventFilterArgs),
    /// Write events out whole, one a line
    Export {
        #[command(flatten)]
        filter: EventFilterArgs,
        /// How; in place of --format
        #[arg(long = "as", value_name = "cloudevents|ndjson", default_value = "ndjson")]
        form: String,
    },
    /// Give up what is damaged, and keep the removed bytes: shows first what would be lost
    Repair {
        /// Lose it
        #[arg(long)]
        accept_loss: bool,
    },
    /// Give up events that the log no longer has, and what shows that it had them
    AcceptTruncation,
    /// Seal the last segment now, so that its events can be proven
    Seal,
    /// Prove a request's events to staff who know a segment's root; `log stats` lists the roots
    Prove {
        /// Who asked to connect, or the id of a request
        #[arg(value_name = "FROM|REQUEST")]
        from_or_request: String,
        /// Whom: handle, profile URL or e-mail
        to: Option<String>,
        /// For whom: a proof shows places in the log and both sides, so it is not for a member
        #[arg(long, value_name = "agent|engineer")]
        viewer: String,
    },
    /// Check such a proof, without a log
    CheckProof {
        /// The file that `log prove` wrote
        file: PathBuf,
        /// A root that is trusted, 64 digits from 0 to f; may be given again
        #[arg(long = "root", value_name = "HEX", required = true)]
        roots: Vec<String>,
    },
    /// Copy the log as it is now, beside its writer, into a new data folder
    Backup {
        /// The new data folder
        to: PathBuf,
    },
    /// Write a log of an earlier format as one of today's, and keep the old one
    Convert,
}

#[derive(Args, Debug)]
pub(in super::super) struct EventFilterArgs {
    /// From this event on
    #[arg(long, value_name = "N")]
    pub(in super::super) from: Option<String>,
    /// Up to this event
    #[arg(long, value_name = "N")]
    pub(in super::super) to: Option<String>,
    /// Of this type, such as request-sent
    #[arg(long = "type", value_name = "TYPE")]
    pub(in super::super) kind: Option<String>,
    /// At this member's desk, or by them
    #[arg(long, value_name = "HANDLE")]
    pub(in super::super) member: Option<String>,
    /// About this request
    #[arg(long, value_name = "REQUEST")]
    pub(in super::super) request: Option<String>,
}
