//! The arguments as clap parses them. Values are still text here; `resolve` parses them, so that every invalid value gets
//! our own sentence and exit code 5, and clap reports only unknown or missing arguments.

mod contacts;
mod import;
pub(super) mod log;
mod policy;
mod questions;
mod serve;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use super::help::{AFTER, HELP, SCRIPTS};
pub(super) use contacts::ContactsArgs;
pub(super) use import::{ArchiveArgs, ExportArgs, ImportArgs, ImportKind, WhereaboutsArgs};
pub(super) use policy::{AppealArgs, Appealing, BacktestArgs, HeldArgs, PolicyArgs, ReviewArgs};
pub(super) use questions::{
    BlockedArgs, FindArgs, FullArgs, FullListArgs, ListArgs, LookArgs, RequestsArgs, ShowArgs, SliceArgs,
    SubjectArgs, TraceArgs, WhyArgs,
};

pub(super) use serve::{KeysArgs, ServeArgs};

const EVERYWHERE: &str = "Global options";

/// Where did my connection request go?
#[derive(Debug, Parser)]
#[command(name = "acquaint", version, help_template = HELP, after_help = AFTER, subcommand_value_name = "COMMAND")]
#[command(subcommand_help_heading = "Commands", arg_required_else_help = false, max_term_width = 80)]
#[command(disable_help_subcommand = true)]
pub(super) struct CliArgs {
    #[command(flatten)]
    pub(super) global: GlobalArgs,
    #[command(subcommand)]
    pub(super) command: SubcommandArgs,
}

/// A line of a script.
#[derive(Debug, Parser)]
#[command(name = "acquaint", no_binary_name = true, disable_help_subcommand = true)]
pub(super) struct LineArgs {
    /// Format of the answer
    #[arg(long, global = true, value_name = "human|json|ndjson")]
    pub(super) format: Option<String>,
    #[command(subcommand)]
    pub(super) command: SubcommandArgs,
}

#[derive(Args, Debug)]
#[command(next_help_heading = EVERYWHERE)]
pub(super) struct GlobalArgs {
    /// The data folder
    #[arg(long, global = true, value_name = "DIR", env = "ACQUAINT_DATA", hide_env_values = true)]
    #[arg(default_value = "./acquaint-data")]
    pub(super) data: PathBuf,
    /// Format of the answer; some commands have more, see `acquaint help formats`
    #[arg(long, global = true, value_name = "human|json|ndjson", default_value = "human")]
    pub(super) format: String,
    /// Act at this time, or answer as of it, instead of now: a time, a day, `yesterday`, `2h ago`
    #[arg(long, global = true, value_name = "T")]
    pub(super) at: Option<String>,
    /// Write although the machine's clock is more than a minute behind the log, or `--at` more than a day ahead of
    /// the clock; a script's own moments need no confirmation
    #[arg(long, global = true)]
    #[arg(hide_short_help = true)]
    pub(super) confirm_time: bool,
    /// Answer as of the event at this position, ignoring all later events
    #[arg(long, global = true, value_name = "N", conflicts_with = "at")]
    #[arg(hide_short_help = true)]
    pub(super) at_position: Option<String>,
    /// Wait at most this long for another process that writes to the folder [without a length: 1m]
    #[arg(long, global = true, value_name = "DUR", num_args = 0..=1, require_equals = true, default_missing_value = "1m")]
    pub(super) wait: Option<String>,
    /// Make lists as wide as they need, instead of 80 columns
    #[arg(long, global = true)]
    #[arg(hide_short_help = true)]
    pub(super) wide: bool,
    /// Use colour: on a terminal unless NO_COLOR is set, always, or never
    #[arg(long, global = true, value_name = "auto|always|never", default_value = "auto")]
    #[arg(hide_short_help = true)]
    pub(super) color: String,
    /// Do not print what was done; errors are still printed
    #[arg(long, short, global = true)]
    #[arg(hide_short_help = true)]
    pub(super) quiet: bool,
    /// Initialise a new data folder with this number instead of randomness, for tests and demos
    #[arg(long, global = true, value_name = "N", env = "ACQUAINT_SEED", hide_env_values = true)]
    #[arg(hide_short_help = true)]
    pub(super) seed: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum SubcommandArgs {
    /// Add, show, change, restrict or ban a member
    #[command(subcommand)]
    Member(MemberArgs),
    /// Import contacts into a member's address book
    #[command(subcommand)]
    Contacts(ContactsArgs),
    /// Change from whom a member accepts requests
    #[command(override_usage = "acquaint settings <HANDLE> <OPTIONS>")]
    Settings(SettingsArgs),
    /// A blocks B
    Block(Two),
    /// A no longer blocks B
    Unblock(Two),
    /// Record an existing connection
    Connect(Two),
    /// A ends the connection with B
    Disconnect(Two),
    /// Send a connection request
    Send(SendArgs),
    /// Show what would happen to a request, and send nothing
    Check(CheckArgs),
    /// WHO confirms a request that waits for their confirmation
    Confirm(ReplyArgs),
    /// WHO accepts OTHER's request
    Accept(ReplyArgs),
    /// WHO declines OTHER's request
    Decline(ReplyArgs),
    /// WHO archives OTHER's request without an answer
    #[command(alias = "ignore")]
    Dismiss(ReplyArgs),
    /// WHO reports OTHER's request
    Report(ReplyArgs),
    /// WHO withdraws their own request to OTHER
    Withdraw(ReplyArgs),
    /// WHO reminds OTHER of their own request, as often as the policy allows
    Remind(ReplyArgs),
    /// Start or stop simulated delivery failures (for tests)
    #[command(subcommand)]
    Fault(FaultArgs),
    /// Explain where a request went: the cause, the events that prove it, and what to do
    Why(WhyArgs),
    /// List the events of a request
    Trace(TraceArgs),
    /// Explain what a code means and what to do
    Explain {
        /// A code or its name, such as CR0401 or daily-limit
        code: String,
    },
    /// List a member's open requests
    Pending(ListArgs),
    /// List a member's connections
    Connected(ListArgs),
    /// List requests that did not get through, and blocks
    Blocked(BlockedArgs),
    /// List or count requests: everybody's, or one member's
    Requests(RequestsArgs),
    /// Show how many requests a member may still send, and when more
    Quota(FullListArgs),
    /// Show whether an account may act
    Standing(FullListArgs),
    /// List requests to follow up, and how
    FollowUp(FullListArgs),
    /// Find a request, member, e-mail, URL, `a > b`, code, day or `from:a code:C`; for agents
    Find(FindArgs),
    /// List delivery failures of many members at the same time
    Incidents {
        /// List the letters that the incident with this number delayed
        #[arg(long, value_name = "NUMBER")]
        hit: Option<u32>,
    },
    /// Check, compare, adopt and explain policies
    #[command(subcommand)]
    Policy(PolicyArgs),
    /// List, release or refuse requests that are held for review
    #[command(subcommand)]
    Review(ReviewArgs),
    /// Appeal against a decision, or decide an appeal
    #[command(subcommand)]
    Appeal(AppealArgs),
    /// Verify, show, export, repair or copy the event log
    #[command(subcommand)]
    Log(log::LogArgs),
    /// Rebuild every view from event 1 and compare it with the live one and with every checkpoint
    Replay,
    /// Write a checkpoint of every view, so that the next start reads only the events after it
    Checkpoint,
    /// Import a whole network, your own export of one, or messages
    #[command(args_conflicts_with_subcommands = true)]
    #[command(subcommand_negates_reqs = true)]
    Import(ImportArgs),
    /// Write the whole network to a file, for another program or another folder
    #[command(subcommand)]
    Export(ExportArgs),
    /// Show what became of every invitation in your exports
    Whereabouts(WhereaboutsArgs),
    /// Run a script
    #[command(after_help = SCRIPTS)]
    Run {
        /// The file
        script: PathBuf,
    },
    /// Answer over HTTP, from this folder, until it is stopped
    Serve(ServeArgs),
    /// Make, list or revoke the keys of callers over HTTP
    #[command(subcommand)]
    Keys(KeysArgs),
    /// Show help about a command, or about exit-codes, formats or environment
    Help {
        /// The command or topic
        topic: Vec<String>,
    },
    /// Print a shell's completions
    Completions {
        /// The shell
        #[arg(value_name = "bash|elvish|fish|powershell|zsh")]
        shell: String,
    },
    /// Print the manual page of a command, or of the program, for `man -l -`
    Man {
        /// The command
        #[arg(value_name = "COMMAND")]
        word: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum MemberArgs {
    /// Add a member
    Add(MemberAdd),
    /// Change the given fields; given addresses replace all earlier ones
    #[command(override_usage = "acquaint member set <HANDLE> <OPTIONS>")]
    Set(MemberSet),
    /// Show a member as recorded
    Show {
        /// The member
        handle: String,
    },
    /// Restrict a member, who may neither send nor receive until it ends
    Restrict(MemberRestrict),
    /// Ban a member until the ban is lifted; open requests are withdrawn
    Ban(One),
    /// Lift a restriction or ban
    Lift(One),
    /// Close a member's account
    Close(One),
}

#[derive(Args, Debug)]
pub(super) struct MemberAdd {
    /// The handle of the new member
    pub(super) handle: String,
    #[command(flatten)]
    pub(super) about: About,
    #[command(flatten)]
    pub(super) id: CommandId,
}

#[derive(Args, Debug)]
pub(super) struct MemberSet {
    /// The member
    pub(super) handle: String,
    #[command(flatten)]
    pub(super) about: ChangedFields,
    #[command(flatten)]
    pub(super) id: CommandId,
}

/// The fields to change; at least one.
#[derive(Args, Debug)]
#[group(id = "changed", required = true, multiple = true, args = ["emails", "profile", "tier", "company", "title"])]
pub(super) struct ChangedFields {
    #[command(flatten)]
    pub(super) changed: About,
}

#[derive(Args, Debug)]
pub(super) struct About {
    /// An e-mail address; may be repeated
    #[arg(long = "email", value_name = "E")]
    pub(super) emails: Vec<String>,
    /// The URL of the public profile
    #[arg(long, value_name = "URL")]
    pub(super) profile: Option<String>,
    /// The subscription
    #[arg(long, value_name = "free|premium|sales-navigator")]
    pub(super) tier: Option<String>,
    /// The member's company
    #[arg(long, value_name = "C")]
    pub(super) company: Option<String>,
    /// The member's job title
    #[arg(long, value_name = "T")]
    pub(super) title: Option<String>,
}

#[derive(Args, Debug)]
pub(super) struct MemberRestrict {
    /// The member
    pub(super) handle: String,
    #[command(flatten)]
    pub(super) end: EndArgs,
    /// The cause
    #[arg(long, value_name = "spam|policy|security", default_value = "policy")]
    pub(super) cause: String,
    #[command(flatten)]
    pub(super) id: CommandId,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub(super) struct EndArgs {
    /// The time at which the restriction ends
    #[arg(long, value_name = "T")]
    pub(super) until: Option<String>,
    /// The length of the restriction
    #[arg(long = "for", value_name = "DUR")]
    pub(super) length: Option<String>,
}

#[derive(Args, Debug)]
pub(super) struct SettingsArgs {
    /// The member
    pub(super) handle: String,
    #[command(flatten)]
    pub(super) change: SettingsFields,
    #[command(flatten)]
    pub(super) id: CommandId,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = true)]
pub(super) struct SettingsFields {
    /// Who may send requests to the member
    #[arg(long, value_name = "everyone|contacts|contacts-or-email")]
    pub(super) accept_from: Option<String>,
    /// The greatest distance from which requests are accepted, in connections
    #[arg(long, value_name = "1|2|3|any")]
    pub(super) max_degree: Option<String>,
    /// Accept only from these companies (or titles); none for all
    #[arg(long, value_name = "A,B|none")]
    pub(super) companies: Option<String>,
    /// Accept only from these titles (or companies); none for all
    #[arg(long, value_name = "X,Y|none")]
    pub(super) titles: Option<String>,
    /// Whether requests, sent and received, wait for the member's confirmation
    #[arg(long, value_name = "on|off")]
    pub(super) confirm: Option<String>,
}

#[derive(Args, Debug)]
pub(super) struct One {
    /// The member
    pub(super) handle: String,
    #[command(flatten)]
    pub(super) id: CommandId,
}

#[derive(Args, Debug)]
pub(super) struct Two {
    /// The member who acts
    pub(super) a: String,
    /// The other member: handle, profile URL or e-mail
    pub(super) b: String,
    #[command(flatten)]
    pub(super) id: CommandId,
}

#[derive(Args, Debug)]
pub(super) struct ReplyArgs {
    /// The member who acts
    pub(super) who: String,
    /// The other member: handle, profile URL or e-mail
    pub(super) other: String,
    #[command(flatten)]
    pub(super) id: CommandId,
}

#[derive(Args, Debug)]
pub(super) struct SendArgs {
    #[command(flatten)]
    pub(super) request: PairArgs,
    #[command(flatten)]
    pub(super) id: CommandId,
}

#[derive(Args, Debug)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub(super) request: PairArgs,
    /// Also show every rule, with its evidence
    #[arg(long)]
    pub(super) rules: bool,
    #[command(flatten)]
    pub(super) full: FullArgs,
}

#[derive(Args, Debug)]
pub(super) struct PairArgs {
    /// The sender
    pub(super) from: String,
    /// The addressee: handle, profile URL or e-mail
    pub(super) to: String,
    /// A note to the recipient, at most 10,000 characters
    #[arg(long, value_name = "TEXT")]
    pub(super) note: Option<String>,
    /// The channel it is sent through
    #[arg(long, value_name = "web|mobile|desktop|api:CLIENT", default_value = "web")]
    pub(super) via: String,
    /// The recipient's e-mail address, to show that it is known
    #[arg(long, value_name = "E")]
    pub(super) with_email: Option<String>,
}

#[derive(Args, Debug)]
pub(super) struct CommandId {
    /// A repeated command with the same id is not run again and returns the first outcome
    #[arg(long, value_name = "ID")]
    pub(super) command_id: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum FaultArgs {
    /// Make deliveries fail
    Start(Failing),
    /// Stop deliveries from failing, whatever the kind
    Stop(Failing),
}

#[derive(Args, Debug)]
pub(super) struct Failing {
    /// The channel of the requests
    #[arg(long, value_name = "web|mobile|desktop|all", default_value = "all")]
    pub(super) channel: String,
    /// The kind of failure
    #[arg(long, value_name = "server-error|timeout|app-bug", default_value = "server-error")]
    pub(super) kind: String,
    #[command(flatten)]
    pub(super) id: CommandId,
}
