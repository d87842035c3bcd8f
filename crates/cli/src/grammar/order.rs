//! What a command line means: one value, of an order that writes, that reads, or that looks after the data folder.

use std::path::PathBuf;

use acquaint_audit::Viewer;
use acquaint_domain::{Code, Command, Handle, Lookup, RequestId, RestrictionCause, Send, Span, Timestamp};
pub use acquaint_engine::RequestSelector;
use acquaint_report::Format;

use super::archive::{ImportExport, WhereaboutsCommand};
use super::log::{EventFilter, ExportForm, LogCommand};
use super::requests::RequestsCommand;
use super::serve::{KeysCommand, ServeCommand};
use super::what_if::Backtest;

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CliCommand {
    /// Write by a command of the domain.
    Write(WriteCommand),
    /// Show what there is.
    Read(ReadCommand),
    /// Look after the data folder: its log, its checkpoints, what is imported from files; run scripts.
    Maintain(MaintainCommand),
}

/// An order that writes by a command of the domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteCommand {
    /// A command of the domain, other than those below.
    Command {
        /// The command to carry out.
        command: Command,
        /// The id under which a repetition gives the original outcome; 1 to 200 characters.
        command_id: Option<String>,
    },
    /// Restrict a member: a command of the domain once the time of the command is known.
    Restrict {
        /// Handle of the member whom it concerns.
        member: Handle,
        /// End of the restriction.
        until: Until,
        /// Cause of the restriction.
        cause: RestrictionCause,
        /// As in [`WriteCommand::Command`].
        command_id: Option<String>,
    },
    /// Ask to connect.
    Send {
        /// As asked for; whom is still as typed.
        send: Send,
        /// As in [`WriteCommand::Command`].
        command_id: Option<String>,
    },
    /// Let a policy judge from now on.
    Adopt {
        /// Which: a file, or the name of one that comes with the program.
        policy: String,
        /// As in [`WriteCommand::Command`].
        command_id: Option<String>,
    },
}

/// An order that shows what there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadCommand {
    /// What a send would come to. Nothing is sent; where the policy bounds attempts, the question is counted.
    Check(Send, Parts),
    /// Where a request went.
    Why {
        /// The request, by id or by its two members.
        subject: RequestSelector,
        /// Viewer for whom the answer is.
        viewer: Viewer,
        /// Form in which the answer is written.
        document: OutputKind,
        /// What follows the first lines, for people.
        parts: Parts,
        /// Who of the staff looks, and why: written down before the answer.
        lookup: Option<Lookup>,
    },
    /// What another policy would have said of it.
    WhyUnder {
        /// The request, by id or by its two members.
        subject: RequestSelector,
        /// The policy, by file, name or adopted version.
        policy: String,
        /// As in [`ReadCommand::Why`].
        parts: Parts,
    },
    /// Where all requests of a member went that did not end in a connection.
    WhyAll {
        /// Handle of the member whom it concerns.
        member: Handle,
        /// Viewer for whom the answer is.
        viewer: Viewer,
        /// Part of the list that is shown.
        part: ListSlice,
    },
    /// The events of a request.
    Trace {
        /// The request, by id or by its two members.
        subject: RequestSelector,
        /// Viewer for whom the answer is.
        viewer: Viewer,
        /// As in [`ReadCommand::Why`].
        lookup: Option<Lookup>,
    },
    /// What a code means.
    Explain(Code),
    /// A list about one member.
    List {
        /// The list to show.
        what: Listed,
        /// Handle of the member whom it concerns.
        member: Handle,
        /// For whom; `None` for that member.
        viewer: Option<Viewer>,
        /// Rows of the list that are shown.
        only: Only,
    },
    /// Whatever a text can mean.
    Find {
        /// The text to find.
        text: String,
        /// As in [`ReadCommand::Why`], of every request that is found.
        lookup: Option<Lookup>,
        /// What follows the first screen, for people.
        parts: Parts,
    },
    /// Which requests there are, or how many.
    Requests(Box<RequestsCommand>),
    /// A member, as recorded.
    MemberShow(Handle),
    /// Failures that were everybody's.
    Incidents {
        /// Not the list, but whom the incident of this number in it delayed.
        hit: Option<u32>,
    },
    /// What waits for somebody to look at it.
    ReviewList(Parts),
    /// One request that is held, for the person who decides about it.
    ReviewShow(RequestId, Parts),
    /// A question about policies.
    Policy(PolicyCommand),
    /// List events as they are in the log.
    LogShow(EventFilter),
    /// Write events out whole.
    LogExport {
        /// Which events are shown.
        filter: EventFilter,
        /// Form in which the events are written.
        form: ExportForm,
    },
    /// Show what became of every invitation in a member's own exports.
    Whereabouts(WhereaboutsCommand),
    /// Write the network down as a file of records; to stdout where none is named.
    ExportNetwork(Option<PathBuf>),
}

/// An order about the data folder itself, or about scripts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MaintainCommand {
    /// Something with the log.
    Log(LogCommand),
    /// Rebuild every view from event 1 and compare with the live ones.
    Replay,
    /// Write a checkpoint of every view.
    Checkpoint,
    /// Take in a member's own export of another network.
    ImportExport(ImportExport),
    /// Take over a network from a file of records.
    ImportNetwork(PathBuf),
    /// Read real messages as requests and acceptances.
    ImportMessages(PathBuf),
    /// Play scripts in memory under a policy.
    TestPolicy {
        /// The policy, by file or name.
        policy: String,
        /// Paths of the scripts.
        scripts: Vec<PathBuf>,
    },
    /// Run a script.
    Run(PathBuf),
    /// Answer over HTTP.
    Serve(ServeCommand),
    /// Make, list or revoke the keys of those who ask over HTTP.
    Keys(KeysCommand),
}

impl CliCommand {
    /// Why a script cannot hold the order, and what to do instead; `None` where it can.
    pub fn refused_in_script(&self) -> Option<&'static str> {
        match self {
            Self::Maintain(MaintainCommand::Run(_)) => Some("a script runs no other script; copy its lines"),
            Self::Maintain(MaintainCommand::TestPolicy { .. }) => {
                Some("a script tests no policy; run `policy test` by itself")
            }
            Self::Maintain(MaintainCommand::Serve(_)) => {
                Some("a script serves nobody; run `serve` by itself, on the script's folder")
            }
            Self::Maintain(MaintainCommand::Keys(_)) => Some("a script has no keys; run `keys` by itself"),
            Self::Write(_) | Self::Read(_) | Self::Maintain(_) => None,
        }
    }

    /// Whether it shows what the views are and nothing else, so that it can be asked as of any event.
    pub(crate) fn only_looks(&self) -> bool {
        match self {
            Self::Write(_) | Self::Maintain(_) => false,
            Self::Read(order) => order.lookup().is_none() && order.is_of_views(),
        }
    }
}

impl ReadCommand {
    /// Who of the staff looks, and why, where that is to be written down.
    fn lookup(&self) -> Option<&Lookup> {
        match self {
            Self::Why { lookup, .. } | Self::Trace { lookup, .. } | Self::Find { lookup, .. } => {
                lookup.as_ref()
            }
            Self::Requests(order) => order.lookup.as_ref(),
            Self::Check(..)
            | Self::WhyUnder { .. }
            | Self::WhyAll { .. }
            | Self::Explain(_)
            | Self::List { .. }
            | Self::MemberShow(_)
            | Self::Incidents { .. }
            | Self::ReviewList(_)
            | Self::ReviewShow(..)
            | Self::Policy(_)
            | Self::LogShow(_)
            | Self::LogExport { .. }
            | Self::Whereabouts(_)
            | Self::ExportNetwork(_) => None,
        }
    }

    /// Whether it is answered from the views of one moment.
    fn is_of_views(&self) -> bool {
        match self {
            Self::Why { .. }
            | Self::WhyAll { .. }
            | Self::Trace { .. }
            | Self::List { .. }
            | Self::MemberShow(_)
            | Self::ReviewList(_)
            | Self::ReviewShow(..)
            | Self::Incidents { .. }
            | Self::Find { .. }
            | Self::Requests(_)
            | Self::ExportNetwork(_)
            | Self::Whereabouts(_) => true,
            Self::Check(..)
            | Self::WhyUnder { .. }
            | Self::Explain(_)
            | Self::Policy(_)
            | Self::LogShow(_)
            | Self::LogExport { .. } => false,
        }
    }
}

impl From<WriteCommand> for CliCommand {
    fn from(order: WriteCommand) -> Self {
        Self::Write(order)
    }
}

impl From<ReadCommand> for CliCommand {
    fn from(order: ReadCommand) -> Self {
        Self::Read(order)
    }
}

impl From<MaintainCommand> for CliCommand {
    fn from(order: MaintainCommand) -> Self {
        Self::Maintain(order)
    }
}

/// What `why` writes, and `policy backtest`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutputKind {
    /// The answer in plain text.
    #[default]
    Answer,
    /// The answer in Markdown, to paste into a ticket.
    Markdown,
    /// A statement of reasons, for people.
    Statement,
    /// The same as JSON.
    StatementJson,
    /// A page for a browser.
    Html,
}

/// What follows the first lines of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Whether every rule is shown.
    pub rules: bool,
    /// The events, and what is still to come.
    pub events: bool,
    /// Whether everything is shown.
    pub full: bool,
}

/// What to do about policies. A policy is named by a file, by the name of one that comes with the program, or, where it
/// is only read, by a version that was adopted, such as `v2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyCommand {
    /// Print one to begin with.
    New,
    /// Say everything that is wrong with a file.
    Check(PathBuf, Warnings),
    /// Say what it says; `None` for the one in force.
    Show(Option<String>),
    /// Those that there are.
    List,
    /// What differs between two.
    Diff(String, String),
    /// What a rule or a part of the one in force asks.
    Explain(String),
    /// How every rule did.
    Rules,
    /// The JSON Schema of a document.
    Schema,
    /// Judge history again under it.
    Backtest(Box<Backtest>),
    /// Find what of it turns the verdict about a request.
    Bisect {
        /// The policy, by file, name or adopted version.
        policy: String,
        /// Id of the request.
        request: RequestId,
        /// What it is compared with; `None` for the one that was in force.
        against: Option<String>,
    },
}

/// What follows from warnings about a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warnings {
    /// They are told, and the policy can be used.
    Told,
    /// The same as from an error.
    Refused,
}

/// The end of a restriction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// At this moment.
    At(Timestamp),
    /// So long after the time of the command.
    For(Span),
}

/// The filter of a list: one reason, or from a moment on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Only {
    /// Only rows with this reason code.
    pub code: Option<Code>,
    /// From then on.
    pub since: Option<Timestamp>,
    /// Part of the list that is shown.
    pub part: ListSlice,
    /// What follows the first screen, for people.
    pub parts: Parts,
}

/// A part of a long list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListSlice {
    /// The most rows to show, from 1; `None`: as many as the format allows.
    pub limit: Option<u32>,
    /// Number of rows to skip at the beginning.
    pub skip: u32,
}

impl ListSlice {
    /// How many rows people are shown at once: some twenty screens, and far more than most lists have.
    const FOR_PEOPLE: usize = 1_000;

    /// The greatest number of rows. Programs are given all rows of a list unless they ask for fewer.
    pub(crate) fn rows_max(self, format: Format) -> usize {
        match (self.limit, format) {
            (Some(limit), _) => limit as usize,
            (None, Format::Human) => Self::FOR_PEOPLE,
            (None, Format::Json | Format::Ndjson) => usize::MAX,
        }
    }
}

/// A list about one member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// Requests that wait.
    Pending,
    /// The member's connections.
    Connected,
    /// Requests that did not get through, and blocks.
    Blocked,
    /// What may still be sent.
    Quota,
    /// Whether the account may act.
    Standing,
    /// What to do about requests that wait.
    FollowUp,
}
