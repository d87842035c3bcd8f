//! What the user typed. Values are still text here; `resolve` gives them their meaning, so that every bad value gets
//! a sentence of ours and exit code 5, and clap speaks only about words.

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
    BlockedArgs, FindArgs, FullListWord, FullWord, ListArgs, LookArgs, RequestsArgs, ShowArgs, SliceArgs,
    SubjectArgs, TraceArgs, WhyArgs,
};

pub(super) use serve::{KeysArgs, ServeArgs};

const EVERYWHERE: &str = "Options everywhere";

/// Where did my connection request go?
#[derive(Debug, Parser)]
#[command(name = "acquaint", version, help_template = HELP, after_help = AFTER, subcommand_value_name = "WORD")]
#[command(subcommand_help_heading = "Words", arg_required_else_help = false, max_term_width = 80)]
#[command(disable_help_subcommand = true)]
pub(super) struct CliArgs {
    #[command(flatten)]
    pub(super) global: GlobalArgs,
    #[command(subcommand)]
    pub(super) word: SubcommandArgs,
}

/// A line of a script.
#[derive(Debug, Parser)]
#[command(name = "acquaint", no_binary_name = true, disable_help_subcommand = true)]
pub(super) struct LineArgs {
    /// How the answer is written
    #[arg(long, global = true, value_name = "human|json|ndjson")]
    pub(super) format: Option<String>,
    #[command(subcommand)]
    pub(super) word: SubcommandArgs,
}

#[derive(Args, Debug)]
#[command(next_help_heading = EVERYWHERE)]
pub(super) struct GlobalArgs {
    /// The data folder
    #[arg(long, global = true, value_name = "DIR", env = "ACQUAINT_DATA", hide_env_values = true)]
    #[arg(default_value = "./acquaint-data")]
    pub(super) data: PathBuf,
    /// How the answer is written; some words have more, see `acquaint help formats`
    #[arg(long, global = true, value_name = "human|json|ndjson", default_value = "human")]
    pub(super) format: String,
    /// Act or look at this time instead of now: a time, a day, `yesterday`, `2h ago`
    #[arg(long, global = true, value_name = "T")]
    pub(super) at: Option<String>,
    /// Write although the machine's clock is more than a minute behind the log, or `--at` more than a day ahead of
    /// the clock; a script's own moments need no confirmation
    #[arg(long, global = true)]
    #[arg(hide_short_help = true)]
    pub(super) confirm_time: bool,
    /// Look at what was known with the event at this position, and at nothing behind it
    #[arg(long, global = true, value_name = "N", conflicts_with = "at")]
    #[arg(hide_short_help = true)]
    pub(super) at_position: Option<String>,
    /// Wait for another process that writes to the folder, this long at most [without a length: 1m]
    #[arg(long, global = true, value_name = "DUR", num_args = 0..=1, require_equals = true, default_missing_value = "1m")]
    pub(super) wait: Option<String>,
    /// Lists as wide as they need, instead of 80 columns
    #[arg(long, global = true)]
    #[arg(hide_short_help = true)]
    pub(super) wide: bool,
    /// Whether to use colour: on a terminal unless NO_COLOR is set, always, or never
    #[arg(long, global = true, value_name = "auto|always|never", default_value = "auto")]
    #[arg(hide_short_help = true)]
    pub(super) color: String,
    /// Say nothing of what was done; the exit code does, and errors are still told
    #[arg(long, short, global = true)]
    #[arg(hide_short_help = true)]
    pub(super) quiet: bool,
    /// Found a fresh data folder with this number instead of randomness, for tests and demos
    #[arg(long, global = true, value_name = "N", env = "ACQUAINT_SEED", hide_env_values = true)]
    #[arg(hide_short_help = true)]
    pub(super) seed: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum SubcommandArgs {
    /// Add, show or change a member, or what stands against one
    #[command(subcommand)]
    Member(MemberArgs),
    /// A member's address book
    #[command(subcommand)]
    Contacts(ContactsArgs),
    /// Change from whom a member takes requests
    #[command(override_usage = "acquaint settings <HANDLE> <OPTIONS>")]
    Settings(SettingsArgs),
    /// A blocks B
    Block(Two),
    /// A no longer blocks B
    Unblock(Two),
    /// Record a connection that exists already
    Connect(Two),
    /// A ends the connection with B
    Disconnect(Two),
    /// Ask to connect
    Send(SendArgs),
    /// Ask what a send would be answered, and send nothing
    Check(CheckWord),
    /// WHO lets a request go on that waits for their word
    Confirm(ReplyArgs),
    /// WHO says yes to OTHER
    Accept(ReplyArgs),
    /// WHO says no to OTHER
    Decline(ReplyArgs),
    /// WHO archives OTHER's request, without an answer
    #[command(alias = "ignore")]
    Dismiss(ReplyArgs),
    /// WHO reports OTHER's request
    Report(ReplyArgs),
    /// WHO takes the own request to OTHER back
    Withdraw(ReplyArgs),
    /// WHO reminds OTHER of the own request, as often as the policy allows
    Remind(ReplyArgs),
    /// Make deliveries fail, or stop it (a test aid)
    #[command(subcommand)]
    Fault(FaultArgs),
    /// Where a request went: the cause, the events that prove it, and what helps
    Why(WhyArgs),
    /// The events of a request
    Trace(TraceArgs),
    /// What a code means and what helps
    Explain {
        /// A code or its name, such as CR0401 or daily-limit
        code: String,
    },
    /// Requests that wait
    Pending(ListArgs),
    /// Connections
    Connected(ListArgs),
    /// Requests that did not get through, and blocks
    Blocked(BlockedArgs),
    /// Which requests there are, or how many: everybody's, or one member's
    Requests(RequestsArgs),
    /// How many requests may still be sent, and when more may
    Quota(FullListWord),
    /// Whether the account may act
    Standing(FullListWord),
    /// Requests to follow up, and how
    FollowUp(FullListWord),
    /// Whatever a text can mean: a request, member, e-mail, URL, `a > b`, code, day or `from:a code:C`;
    /// for agents
    Find(FindArgs),
    /// Failures that were everybody's at the same time
    Incidents {
        /// Whom that incident of the list delayed, and which letters
        #[arg(long, value_name = "NUMBER")]
        hit: Option<u32>,
    },
    /// What judges: check, compare, adopt and explain policies
    #[command(subcommand)]
    Policy(PolicyArgs),
    /// Requests that are held for review
    #[command(subcommand)]
    Review(ReviewArgs),
    /// Ask for a decision to be looked at again, and decide that
    #[command(subcommand)]
    Appeal(AppealArgs),
    /// The event log
    #[command(subcommand)]
    Log(log::LogArgs),
    /// Rebuild every view from event 1 and compare with the live ones, and with every checkpoint
    Replay,
    /// Write a checkpoint of every view, so that the next start reads only what comes behind it
    Checkpoint,
    /// Read what others recorded: a whole network, your own export of one, or messages
    #[command(args_conflicts_with_subcommands = true)]
    #[command(subcommand_negates_reqs = true)]
    Import(ImportArgs),
    /// Write the whole network down as a file, for another program or another folder
    #[command(subcommand)]
    Export(ExportArgs),
    /// What became of every invitation that your exports show
    Whereabouts(WhereaboutsArgs),
    /// Run a script
    #[command(after_help = SCRIPTS)]
    Run {
        /// The file
        script: PathBuf,
    },
    /// Answer over HTTP, from this folder, until it is stopped
    Serve(ServeArgs),
    /// The keys of those who ask over HTTP
    #[command(subcommand)]
    Keys(KeysArgs),
    /// Help about a word, or about exit-codes, formats or environment
    Help {
        /// The word or topic
        topic: Vec<String>,
    },
    /// Completions for a shell
    Completions {
        /// Which
        #[arg(value_name = "bash|elvish|fish|powershell|zsh")]
        shell: String,
    },
    /// The manual page of a word, or of all, for `man -l -`
    Man {
        /// The word
        word: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum MemberArgs {
    /// A member joins
    Add(MemberAdd),
    /// Change what is given; addresses given replace all earlier ones
    #[command(override_usage = "acquaint member set <HANDLE> <OPTIONS>")]
    Set(MemberSet),
    /// A member, as recorded
    Show {
        /// Whom
        handle: String,
    },
    /// A member may neither send nor receive for a time
    Restrict(MemberRestrict),
    /// A member may reach nobody until lifted; open requests are withdrawn
    Ban(One),
    /// Lift a restriction or ban
    Lift(One),
    /// A member deletes the account
    Close(One),
}

#[derive(Args, Debug)]
pub(super) struct MemberAdd {
    /// The name to be known by
    pub(super) handle: String,
    #[command(flatten)]
    pub(super) about: About,
    #[command(flatten)]
    pub(super) id: CommandId,
}

#[derive(Args, Debug)]
pub(super) struct MemberSet {
    /// Whom
    pub(super) handle: String,
    #[command(flatten)]
    pub(super) about: ChangedFields,
    #[command(flatten)]
    pub(super) id: CommandId,
}

/// What changes; at least one of it.
#[derive(Args, Debug)]
#[group(id = "changed", required = true, multiple = true, args = ["emails", "profile", "tier", "company", "title"])]
pub(super) struct ChangedFields {
    #[command(flatten)]
    pub(super) changed: About,
}

#[derive(Args, Debug)]
pub(super) struct About {
    /// An e-mail address; may be given again
    #[arg(long = "email", value_name = "E")]
    pub(super) emails: Vec<String>,
    /// The URL of the public profile
    #[arg(long, value_name = "URL")]
    pub(super) profile: Option<String>,
    /// The subscription
    #[arg(long, value_name = "free|premium|sales-navigator")]
    pub(super) tier: Option<String>,
    /// Where the member works
    #[arg(long, value_name = "C")]
    pub(super) company: Option<String>,
    /// What the member does there
    #[arg(long, value_name = "T")]
    pub(super) title: Option<String>,
}

#[derive(Args, Debug)]
pub(super) struct MemberRestrict {
    /// Whom
    pub(super) handle: String,
    #[command(flatten)]
    pub(super) end: EndArgs,
    /// Why
    #[arg(long, value_name = "spam|policy|security", default_value = "policy")]
    pub(super) cause: String,
    #[command(flatten)]
    pub(super) id: CommandId,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub(super) struct EndArgs {
    /// Until this time, when it is over
    #[arg(long, value_name = "T")]
    pub(super) until: Option<String>,
    /// For this long
    #[arg(long = "for", value_name = "DUR")]
    pub(super) length: Option<String>,
}

#[derive(Args, Debug)]
pub(super) struct SettingsArgs {
    /// Whose
    pub(super) handle: String,
    #[command(flatten)]
    pub(super) change: SettingsFields,
    #[command(flatten)]
    pub(super) id: CommandId,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = true)]
pub(super) struct SettingsFields {
    /// Who may send
    #[arg(long, value_name = "everyone|contacts|contacts-or-email")]
    pub(super) accept_from: Option<String>,
    /// From how many connections away
    #[arg(long, value_name = "1|2|3|any")]
    pub(super) max_degree: Option<String>,
    /// Only from these companies (or titles); none for all
    #[arg(long, value_name = "A,B|none")]
    pub(super) companies: Option<String>,
    /// Only with these titles (or companies); none for all
    #[arg(long, value_name = "X,Y|none")]
    pub(super) titles: Option<String>,
    /// Whether requests wait for the member's word first, in both directions
    #[arg(long, value_name = "on|off")]
    pub(super) confirm: Option<String>,
}

#[derive(Args, Debug)]
pub(super) struct One {
    /// Whom
    pub(super) handle: String,
    #[command(flatten)]
    pub(super) id: CommandId,
}

#[derive(Args, Debug)]
pub(super) struct Two {
    /// Who acts
    pub(super) a: String,
    /// The other: handle, profile URL or e-mail
    pub(super) b: String,
    #[command(flatten)]
    pub(super) id: CommandId,
}

#[derive(Args, Debug)]
pub(super) struct ReplyArgs {
    /// Who acts
    pub(super) who: String,
    /// The other: handle, profile URL or e-mail
    pub(super) other: String,
    #[command(flatten)]
    pub(super) id: CommandId,
}

#[derive(Args, Debug)]
pub(super) struct SendArgs {
    #[command(flatten)]
    pub(super) asked: PairArgs,
    #[command(flatten)]
    pub(super) id: CommandId,
}

#[derive(Args, Debug)]
pub(super) struct CheckWord {
    #[command(flatten)]
    pub(super) asked: PairArgs,
    /// Also every rule, with what it would see
    #[arg(long)]
    pub(super) rules: bool,
    #[command(flatten)]
    pub(super) full: FullWord,
}

#[derive(Args, Debug)]
pub(super) struct PairArgs {
    /// Who asks
    pub(super) from: String,
    /// Whom: handle, profile URL or e-mail
    pub(super) to: String,
    /// A note that goes with it, at most 10,000 characters
    #[arg(long, value_name = "TEXT")]
    pub(super) note: Option<String>,
    /// What it is sent with
    #[arg(long, value_name = "web|mobile|desktop|api:CLIENT", default_value = "web")]
    pub(super) via: String,
    /// The recipient's e-mail address, to show that it is known
    #[arg(long, value_name = "E")]
    pub(super) with_email: Option<String>,
}

#[derive(Args, Debug)]
pub(super) struct CommandId {
    /// The command given again under the same id has the original outcome, once
    #[arg(long, value_name = "ID")]
    pub(super) command_id: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum FaultArgs {
    /// Deliveries begin to fail
    Start(Failing),
    /// Deliveries no longer fail, whatever the kind was
    Stop(Failing),
}

#[derive(Args, Debug)]
pub(super) struct Failing {
    /// Of requests sent with this
    #[arg(long, value_name = "web|mobile|desktop|all", default_value = "all")]
    pub(super) channel: String,
    /// In this way
    #[arg(long, value_name = "server-error|timeout|app-bug", default_value = "server-error")]
    pub(super) kind: String,
    #[command(flatten)]
    pub(super) id: CommandId,
}
