//! The grammar of the command line: what the user typed ([`words`], as clap reads it), then what it resolves to
//! ([`Order`], in the types of the domain).

mod archive;
mod error;
mod examples;
mod formats;
mod global;
mod help;
mod log;
mod pages;
mod requests;
mod resolve;
mod what_if;
mod words;

use std::ffi::OsString;
use std::path::PathBuf;

use acquaint_audit::Viewer;
use acquaint_clock::machine;
use acquaint_domain::{Code, Command, Handle, Lookup, RequestId, RestrictionCause, Send, Span, Timestamp};
use clap::{CommandFactory as _, FromArgMatches as _, Parser as _};

pub use archive::{ArchiveOrder, ImportExport, PageFormat, Sharing, WhereaboutsOrder};
pub(crate) use error::unknown;
pub use error::{Exit, GrammarError};
pub use global::{Color, Format, Global, Talk, TimeTrust, Width};
pub use log::{EventFilter, ExportForm, LogOrder};
pub use requests::{RequestsOf, RequestsOrder};
pub use what_if::{Backtest, Page};

/// A whole command line, resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// What goes with every order.
    pub global: Global,
    /// What to do.
    pub order: Order,
}

/// What `why` writes, and `policy backtest`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Document {
    /// The answer.
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
    /// Every rule.
    pub rules: bool,
    /// The events, and what is still to come.
    pub events: bool,
    /// Everything.
    pub full: bool,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// A command of the domain, other than the two below.
    Write {
        /// Which.
        command: Command,
        /// The id under which a repetition gives the original outcome; 1 to 200 characters.
        command_id: Option<String>,
    },
    /// Restrict a member: a command of the domain once the time of the command is known.
    Restrict {
        /// Whom.
        member: Handle,
        /// Until when.
        until: Until,
        /// Why.
        cause: RestrictionCause,
        /// As in [`Order::Write`].
        command_id: Option<String>,
    },
    /// Ask to connect.
    Send {
        /// As asked for; whom is still as typed.
        send: Send,
        /// As in [`Order::Write`].
        command_id: Option<String>,
    },
    /// What a send would be answered; nothing is written.
    Check(Send, Parts),
    /// Where a request went.
    Why {
        /// Which request.
        subject: Subject,
        /// For whom.
        viewer: Viewer,
        /// As what.
        document: Document,
        /// What follows the first lines, for people.
        parts: Parts,
        /// Who of the staff looks, and why: written down before the answer.
        lookup: Option<Lookup>,
    },
    /// What another policy would have said of it.
    WhyUnder {
        /// Which request.
        subject: Subject,
        /// Which policy.
        policy: String,
        /// As in [`Order::Why`].
        parts: Parts,
    },
    /// Where all requests of a member went that did not end in a connection.
    WhyAll {
        /// Whose.
        member: Handle,
        /// For whom.
        viewer: Viewer,
        /// Which part.
        part: Part,
    },
    /// The events of a request.
    Trace {
        /// Which request.
        subject: Subject,
        /// For whom.
        viewer: Viewer,
        /// As in [`Order::Why`].
        lookup: Option<Lookup>,
    },
    /// What a code means.
    Explain(Code),
    /// A list about one member.
    List {
        /// Which list.
        what: Listed,
        /// About whom.
        member: Handle,
        /// For whom; `None` for that member.
        viewer: Option<Viewer>,
        /// Which rows.
        only: Only,
    },
    /// Whatever a text can mean.
    Find {
        /// The text.
        text: String,
        /// As in [`Order::Why`], of every request that is found.
        lookup: Option<Lookup>,
        /// What follows the first screen, for people.
        parts: Parts,
    },
    /// Which requests there are, or how many.
    Requests(Box<RequestsOrder>),
    /// A member, as recorded.
    MemberShow(Handle),
    /// Failures that were everybody's.
    Incidents {
        /// Not the list, but whom the incident of this number in it delayed.
        hit: Option<u32>,
    },
    /// Something with the log.
    Log(LogOrder),
    /// About policies.
    Policy(PolicyOrder),
    /// What waits for somebody to look at it.
    ReviewList(Parts),
    /// One request that is held, for who decides about it.
    ReviewShow(RequestId, Parts),
    /// Rebuild every view from event 1 and compare with the live ones.
    Replay,
    /// Write a checkpoint of every view.
    Checkpoint,
    /// Members' own exports of other networks.
    Archive(ArchiveOrder),
    /// Take over a network from a file of records.
    ImportNetwork(PathBuf),
    /// Write the network down as a file of records; to stdout where none is named.
    ExportNetwork(Option<PathBuf>),
    /// Read real messages as requests and acceptances.
    ImportMessages(PathBuf),
    /// Run a script.
    Run(PathBuf),
}

impl Order {
    /// Who of the staff looks, and why, where that is to be written down.
    pub(crate) fn lookup(&self) -> Option<&Lookup> {
        if let Self::Why { lookup, .. } | Self::Trace { lookup, .. } | Self::Find { lookup, .. } = self {
            lookup.as_ref()
        } else if let Self::Requests(order) = self {
            order.lookup.as_ref()
        } else {
            None
        }
    }
}

/// What to do about policies. A policy is named by a file, by the name of one that comes with the program, or, where it
/// is only read, by a version that was adopted, such as `v2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyOrder {
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
    /// Let it judge from now on.
    Adopt {
        /// Which.
        policy: String,
        /// As in [`Order::Write`].
        command_id: Option<String>,
    },
    /// Play scripts under it.
    Test {
        /// Which.
        policy: String,
        /// The scripts.
        scripts: Vec<PathBuf>,
    },
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
        /// Which policy.
        policy: String,
        /// Which request.
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

/// Which request is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The newest one between two.
    Pair {
        /// Who asked to connect.
        from: Handle,
        /// Whom, as typed.
        to: String,
    },
    /// This one.
    Request(RequestId),
}

/// The filter of a list: one reason, or from a moment on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Only {
    /// This code.
    pub code: Option<Code>,
    /// From then on.
    pub since: Option<Timestamp>,
    /// Which part.
    pub part: Part,
    /// What follows the first screen, for people.
    pub parts: Parts,
}

/// A part of a long list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// At most so many rows, from 1; `None`: as many as the format allows.
    pub limit: Option<u32>,
    /// Without so many rows at the beginning.
    pub skip: u32,
}

impl Part {
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
    /// Connections.
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

/// One order of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What to do.
    pub order: Order,
    /// How its answer is written; `None` as the script's answers are.
    pub format: Option<Format>,
}

/// Reads a command line; the first of `args` is the program's name. Asking for help or the version is an error that
/// says so ([`GrammarError::is_output`]). Moments such as `yesterday` are counted from `--at`, or else from the clock.
pub fn parse_args(args: impl Iterator<Item = OsString>) -> Result<Invocation, GrammarError> {
    let mut typed = words::Typed::from_arg_matches(&tree().try_get_matches_from(args)?)?;
    let document = formats::document(&typed.word, &mut typed.global.format)?;
    let page = archive::page(&typed.word, &mut typed.global.format)?;
    let clock = machine();
    let global = resolve::global(typed.global, clock)?;
    let order = resolve::order(typed.word, page, Some(global.at.unwrap_or(clock)))?;
    Ok(Invocation { global, order: resolve::as_document(order, document) })
}

/// The format that a command line asks for, also one that is no order: its error is written in it.
pub(crate) fn format_asked_for(args: &[OsString]) -> Format {
    let texts: Vec<_> = args.iter().skip(1).map(|arg| arg.to_string_lossy()).collect();
    let options = texts.iter().take_while(|text| *text != "--");
    let mut asked = None;
    for (index, option) in options.enumerate() {
        if let Some(format) = option.strip_prefix("--format=") {
            asked = Some(format);
        } else if option == "--format" {
            asked = texts.get(index + 1).map(|text| &**text);
        }
    }
    match asked.map(|format| format.trim().to_lowercase()).as_deref() {
        Some("json" | "statement-json") => Format::Json,
        Some("ndjson") => Format::Ndjson,
        Some(_) | None => Format::Human,
    }
}

/// Reads one line of a script, split into words, without the program's name. Options that concern the whole run are
/// refused, and so is asking for help. No moment can be counted from another.
pub fn parse_words(words: &[String]) -> Result<Line, GrammarError> {
    parse_words_at(words, None)
}

/// The same at a moment, from which others are counted.
pub(crate) fn parse_words_at(words: &[String], now: Option<Timestamp>) -> Result<Line, GrammarError> {
    let mut typed =
        words::TypedLine::try_parse_from(words).map_err(|error| GrammarError::from(error).within_script())?;
    let (document, page) = match &mut typed.format {
        Some(format) => (formats::document(&typed.word, format)?, archive::page(&typed.word, format)?),
        None => (Document::Answer, None),
    };
    let format = typed.format.map(resolve::format).transpose()?;
    let order = resolve::order(typed.word, page, now).map_err(GrammarError::within_script)?;
    Ok(Line { format, order: resolve::as_document(order, document) })
}

/// The whole grammar, as clap knows it, with its examples.
fn tree() -> clap::Command {
    examples::decorated(words::Typed::command())
}

/// Every command that there is, by its words, such as `member add`, in the order of the help.
pub fn commands() -> Vec<String> {
    let mut found = Vec::new();
    below(&words::Typed::command(), "", &mut found);
    found
}

fn below(command: &clap::Command, path: &str, found: &mut Vec<String>) {
    for word in command.get_subcommands() {
        let path = format!("{path} {}", word.get_name()).trim_start().to_owned();
        let is_whole = word.get_subcommands().next().is_none() || !word.is_subcommand_required_set();
        if is_whole {
            found.push(path.clone());
        }
        below(word, &path, found);
    }
}

/// The examples of a command, as they stand in its help, without the program's name; none of one that there is not.
pub fn examples(command: &str) -> &'static [&'static str] {
    examples::of(command).unwrap_or_default()
}

/// The formats that a command's answer can be written in, as they are typed.
pub fn formats(command: &str) -> Vec<&'static str> {
    formats::of(command)
}

/// The first words that there are, in the order of the help.
pub fn first_words() -> Vec<String> {
    words::TypedLine::command().get_subcommands().map(|word| word.get_name().to_owned()).collect()
}

#[cfg(test)]
mod tests;
