//! Arguments of commands about the log.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(in super::super) enum LogArgs {
    /// Verify every byte of the log
    Verify {
        /// Also verify the Merkle root of every sealed segment
        #[arg(long)]
        deep: bool,
        /// Also compare the log with a head that was published earlier: it must contain that head and continue it
        #[arg(long, value_name = "HEAD")]
        against: Option<PathBuf>,
        /// The public key that the head must be signed with
        #[arg(long, value_name = "KEY", requires = "against")]
        key: Option<String>,
    },
    /// Show where the log ends, as a text to give to an outside witness
    Head {
        /// Sign it with the secret key in this file; `--format json` shows its public key too
        #[arg(long, value_name = "KEYFILE")]
        sign: Option<PathBuf>,
        /// Make a secret key that signs heads, in a new file, and show its public key
        #[arg(long, value_name = "FILE", conflicts_with = "sign")]
        new_key: Option<PathBuf>,
        /// The name that the new key signs under, such as example.com/acquaint
        #[arg(long, value_name = "NAME", requires = "new_key")]
        name: Option<String>,
    },
    /// Prove that a later head continues an earlier one, to somebody who has only the two
    Consistency {
        /// The earlier head
        old: PathBuf,
        /// The later head
        new: PathBuf,
    },
    /// Check such a proof, without the log
    CheckConsistency {
        /// The earlier head
        old: PathBuf,
        /// The later head
        new: PathBuf,
        /// The file that `log consistency` wrote
        proof: PathBuf,
        /// The public key that both heads must be signed with
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
    },
    /// Count segments, events by type, and bytes; list the segments' roots
    Stats,
    /// List events, one a line
    Show(EventFilterArgs),
    /// Write complete events, one a line
    Export {
        #[command(flatten)]
        filter: EventFilterArgs,
        /// The form of an event
        #[arg(long = "as", value_name = "cloudevents|ndjson", default_value = "ndjson")]
        form: String,
    },
    /// Show the damage and what a repair would lose; the repair keeps the removed bytes
    Repair {
        /// Repair, and accept the loss
        #[arg(long)]
        accept_loss: bool,
    },
    /// Give up events that the log no longer has, and remove the files that show it had them
    AcceptTruncation,
    /// Seal the last segment now, so that its events can be proven
    Seal,
    /// Prove a request's events to staff who know a segment's root; `log stats` lists the roots
    Prove {
        /// The sender, or the id of a request
        #[arg(value_name = "FROM|REQUEST")]
        from_or_request: String,
        /// The addressee: handle, profile URL or e-mail
        to: Option<String>,
        /// The viewer; never a member, because a proof shows positions in the log and both sides
        #[arg(long, value_name = "agent|engineer")]
        viewer: String,
    },
    /// Check a proof without the log
    CheckProof {
        /// The file that `log prove` wrote
        file: PathBuf,
        /// A trusted root, 64 digits from 0 to f; may be repeated
        #[arg(long = "root", value_name = "HEX", required = true)]
        roots: Vec<String>,
    },
    /// Copy the current log into a new data folder, even while another process writes
    Backup {
        /// The new data folder
        to: PathBuf,
    },
    /// Convert a log of an earlier format to the current one, and keep the old one
    Convert,
}

#[derive(Args, Debug)]
pub(in super::super) struct EventFilterArgs {
    /// Only events from this position on
    #[arg(long, value_name = "N")]
    pub(in super::super) from: Option<String>,
    /// Only events up to this position
    #[arg(long, value_name = "N")]
    pub(in super::super) to: Option<String>,
    /// Only events of this type, such as request-sent
    #[arg(long = "type", value_name = "TYPE")]
    pub(in super::super) kind: Option<String>,
    /// Only events at this member's desk, or caused by this member
    #[arg(long, value_name = "HANDLE")]
    pub(in super::super) member: Option<String>,
    /// Only events of this request
    #[arg(long, value_name = "REQUEST")]
    pub(in super::super) request: Option<String>,
}
