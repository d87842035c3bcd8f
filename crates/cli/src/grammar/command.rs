//! What a command line asks for: a command that writes, reads, or maintains the data folder.

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

/// One command of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CliCommand {
    /// Runs a command of the domain, which writes events.
    Write(WriteCommand),
    /// Answers from the log, or from the program itself.
    Read(ReadCommand),
    /// Maintains the data folder (its log, its checkpoints, imports from files), or runs scripts.
    Maintain(MaintainCommand),
}

/// A command that writes events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteCommand {
    /// A command of the domain that none of the other variants stands for.
    Command {
        /// The command of the domain.
        command: Command,
        /// Command id, 1 to 200 characters; a repeated command with the same id is answered with the first outcome.
        command_id: Option<String>,
    },
    /// Restrict a member. It becomes a domain command when the time of the command is known, because `until` may be relative.
    Restrict {
        /// Handle of the member.
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
        /// The request; its addressee is not resolved yet.
        send: Send,
        /// As in [`WriteCommand::Command`].
        command_id: Option<String>,
    },
    /// Adopt a policy.
    Adopt {
        /// A file, or the name of a built-in policy.
        policy: String,
        /// As in [`WriteCommand::Command`].
        command_id: Option<String>,
    },
}

/// A command that reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadCommand {
    /// Show what would happen to a send. Nothing is sent; under a policy with an attempts limit, the check is counted.
    Check(Send, Parts),
    /// Explain what became of a request.
    Why {
        /// The request, by id or by its two members.
        subject: RequestSelector,
        /// Viewer for whom the answer is.
        viewer: Viewer,
        /// Kind of document in which the answer is written.
        document: OutputKind,
        /// Parts to show after the first lines, for people.
        parts: Parts,
        /// The member of staff who looks, and the reason; recorded before the answer is given.
        lookup: Option<Lookup>,
    },
    /// Show what another policy would have decided about a request.
    WhyUnder {
        /// The request, by id or by its two members.
        subject: RequestSelector,
        /// The policy, by file, name or adopted version.
        policy: String,
        /// As in [`ReadCommand::Why`].
        parts: Parts,
    },
    /// Explain all requests of a member that did not end in a connection.
    WhyAll {
        /// Handle of the member.
        member: Handle,
        /// Viewer for whom the answer is.
        viewer: Viewer,
        /// Part of the list that is shown.
        part: ListSlice,
    },
    /// List the events of a request.
    Trace {
        /// The request, by id or by its two members.
        subject: RequestSelector,
        /// Viewer for whom the answer is.
        viewer: Viewer,
        /// As in [`ReadCommand::Why`].
        lookup: Option<Lookup>,
    },
    /// Explain a code.
    Explain(Code),
    /// Show a list about one member.
    List {
        /// The list to show.
        what: Listed,
        /// Handle of the member.
        member: Handle,
        /// Viewer for whom the list is; `None` for that member.
        viewer: Option<Viewer>,
        /// Filter and part of the list to show.
        only: Only,
    },
    /// Find everything that a text can refer to.
    Find {
        /// The text to find.
        text: String,
        /// As in [`ReadCommand::Why`], for every request that is found.
        lookup: Option<Lookup>,
        /// Parts to show after the first screen, for people.
        parts: Parts,
    },
    /// List or count requests.
    Requests(Box<RequestsCommand>),
    /// Show a member as recorded.
    MemberShow(Handle),
    /// List incidents: delivery failures of many members at the same time.
    Incidents {
        /// Show whom the incident with this number in the list delayed, instead of the list.
        hit: Option<u32>,
    },
    /// List what waits for a review.
    ReviewList(Parts),
    /// Show one held request to the reviewer.
    ReviewShow(RequestId, Parts),
    /// Answer a question about policies.
    Policy(PolicyCommand),
    /// List events as they are in the log.
    LogShow(EventFilter),
    /// Write complete events.
    LogExport {
        /// The events to write.
        filter: EventFilter,
        /// Form in which the events are written.
        form: ExportForm,
    },
    /// Show what became of every invitation in a member's own exports.
    Whereabouts(WhereaboutsCommand),
    /// Write the network as a file of records; to stdout without a path.
    ExportNetwork(Option<PathBuf>),
}

/// A command about the data folder itself, or about scripts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MaintainCommand {
    /// Maintain the log.
    Log(LogCommand),
    /// Rebuild every view from event 1 and compare with the live ones.
    Replay,
    /// Write a checkpoint of every view.
    Checkpoint,
    /// Import a member's own export of another network.
    ImportExport(ImportExport),
    /// Import a network from a file of records.
    ImportNetwork(PathBuf),
    /// Import real messages as requests and acceptances.
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
    /// `serve`: the HTTP API.
    Serve(ServeCommand),
    /// Make, list or revoke the keys of those who ask over HTTP.
    Keys(KeysCommand),
}

impl CliCommand {
    /// Why a script cannot contain the command, and what to do instead; `None` if it can.
    pub fn refused_in_script(&self) -> Option<&'static str> {
        match self {
            Self::Maintain(MaintainCommand::Run(_)) => {
                Some("a script cannot run another script; copy its lines")
            }
            Self::Maintain(MaintainCommand::TestPolicy { .. }) => {
                Some("a script cannot test a policy; run `policy test` on its own")
            }
            Self::Maintain(MaintainCommand::Serve(_)) => {
                Some("a script serves nobody; run `serve` by itself, on the script's folder")
            }
            Self::Maintain(MaintainCommand::Keys(_)) => Some("a script has no keys; run `keys` by itself"),
            Self::Write(_) | Self::Read(_) | Self::Maintain(_) => None,
        }
    }

    /// Whether the command only reads the views, so that it can be answered as of any event.
    pub(crate) fn only_looks(&self) -> bool {
        match self {
            Self::Write(_) | Self::Maintain(_) => false,
            Self::Read(command) => command.lookup().is_none() && command.is_of_views(),
        }
    }
}

impl ReadCommand {
    /// The member of staff who looks, and the reason, if that has to be recorded.
    fn lookup(&self) -> Option<&Lookup> {
        match self {
            Self::Why { lookup, .. } | Self::Trace { lookup, .. } | Self::Find { lookup, .. } => {
                lookup.as_ref()
            }
            Self::Requests(command) => command.lookup.as_ref(),
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

    /// Whether the command is answered from the views as of one moment.
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
    fn from(command: WriteCommand) -> Self {
        Self::Write(command)
    }
}

impl From<ReadCommand> for CliCommand {
    fn from(command: ReadCommand) -> Self {
        Self::Read(command)
    }
}

impl From<MaintainCommand> for CliCommand {
    fn from(command: MaintainCommand) -> Self {
        Self::Maintain(command)
    }
}

/// The kind of document that `why` or `policy backtest` writes.
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

/// The parts of an answer to show after its first lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Whether to show every rule.
    pub rules: bool,
    /// Whether to show the events and what is still due.
    pub events: bool,
    /// Whether to show everything.
    pub full: bool,
}

/// A command about policies. A policy is named by a file, by the name of a built-in policy, or, for commands that only
/// read, by an adopted version such as `v2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyCommand {
    /// Print a policy to start from.
    New,
    /// Report everything that is wrong with a file.
    Check(PathBuf, Warnings),
    /// Describe a policy; `None` for the one in force.
    Show(Option<String>),
    /// List the built-in and the adopted policies.
    List,
    /// Show the differences between two policies.
    Diff(String, String),
    /// Explain a rule or a part of the policy in force.
    Explain(String),
    /// Show how often each rule was applied, and with which outcome.
    Rules,
    /// Print the JSON Schema of a policy document.
    Schema,
    /// Judge history again under a policy.
    Backtest(Box<Backtest>),
    /// Find the parts of a policy that change the verdict about a request.
    Bisect {
        /// The policy, by file, name or adopted version.
        policy: String,
        /// Id of the request.
        request: RequestId,
        /// The policy to compare with; `None` for the one that was in force.
        against: Option<String>,
    },
}

/// The effect of warnings about a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warnings {
    /// Warnings are reported, and the policy can be used.
    Told,
    /// A warning counts as an error.
    Refused,
}

/// The end of a restriction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// At this moment.
    At(Timestamp),
    /// This long after the time of the command.
    For(Span),
}

/// The filter of a list, and the part of it to show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Only {
    /// Only rows with this reason code.
    pub code: Option<Code>,
    /// Only rows from this moment on.
    pub since: Option<Timestamp>,
    /// Part of the list to show.
    pub part: ListSlice,
    /// Parts to show after the first screen, for people.
    pub parts: Parts,
}

/// A part of a long list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListSlice {
    /// The most rows to show, at least 1; `None` for the default of the format.
    pub limit: Option<u32>,
    /// Number of rows to skip at the beginning.
    pub skip: u32,
}

impl ListSlice {
    /// The most rows in the human format: about twenty screens, and far more than most lists have.
    const FOR_PEOPLE: usize = 1_000;

    /// The most rows to show. The formats for programs have no limit unless `--limit` sets one.
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
    /// Open requests that the member sent or received.
    Pending,
    /// The member's connections.
    Connected,
    /// Requests that did not get through, and blocks.
    Blocked,
    /// What may still be sent.
    Quota,
    /// The state of the account and what it may do.
    Standing,
    /// What to do about open requests.
    FollowUp,
}
