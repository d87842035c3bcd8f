//! The grammar of the command line: what the user typed ([`words`], as clap reads it), then what it resolves to
//! ([`Order`], in the types of the domain).

mod archive;
mod error;
mod help;
mod resolve;
mod words;

use std::ffi::OsString;
use std::path::PathBuf;

use acquaint_audit::Viewer;
use acquaint_domain::{Code, Command, Handle, RequestId, RestrictionCause, Send, Span, Timestamp};
use clap::{CommandFactory as _, Parser as _};

pub use archive::{ArchiveOrder, ImportExport, PageFormat, Sharing, WhereaboutsOrder};
pub(crate) use error::unknown;
pub use error::{Exit, GrammarError};

/// A whole command line, resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// What goes with every order.
    pub global: Global,
    /// What to do.
    pub order: Order,
}

/// What goes with every order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Global {
    /// The data folder.
    pub data: PathBuf,
    /// How the answer is written.
    pub format: Format,
    /// The moment to act or look at; `None` for the system's clock.
    pub at: Option<Timestamp>,
    /// What a fresh data folder is founded with in place of randomness.
    pub seed: Option<u64>,
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people, 80 columns wide.
    #[default]
    Human,
    /// One JSON document, indented.
    Json,
    /// JSON, one object a line.
    Ndjson,
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
    /// The same question, and nothing is written.
    Check(Send),
    /// Where a request went.
    Why {
        /// Which request.
        subject: Subject,
        /// For whom.
        viewer: Viewer,
    },
    /// The events of a request.
    Trace {
        /// Which request.
        subject: Subject,
        /// For whom.
        viewer: Viewer,
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
    },
    /// A member, as recorded.
    MemberShow(Handle),
    /// Check every byte of the log.
    LogVerify,
    /// The events of the log.
    LogShow {
        /// From this event on; `None` from the first.
        from: Option<u64>,
    },
    /// Rebuild every view from event 1 and compare with the live ones.
    Replay,
    /// Members' own exports of other networks.
    Archive(ArchiveOrder),
    /// Read real messages as requests and acceptances.
    ImportMessages(PathBuf),
    /// Run a script.
    Run(PathBuf),
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
/// says so ([`GrammarError::is_output`]).
pub fn parse_args(args: impl Iterator<Item = OsString>) -> Result<Invocation, GrammarError> {
    let words::Typed { mut global, word } = words::Typed::try_parse_from(args)?;
    let mut format = Some(global.format);
    let page = archive::page(&word, &mut format)?;
    global.format = format.unwrap_or_else(|| "human".to_owned());
    Ok(Invocation { global: resolve::global(global)?, order: resolve::order(word, page)? })
}

/// Reads one line of a script, split into words, without the program's name. Options that concern the whole run are
/// refused, and so is asking for help.
pub fn parse_words(words: &[String]) -> Result<Line, GrammarError> {
    let words::TypedLine { mut format, word } =
        words::TypedLine::try_parse_from(words).map_err(|error| GrammarError::from(error).within_script())?;
    let page = archive::page(&word, &mut format)?;
    Ok(Line { format: format.map(resolve::format).transpose()?, order: resolve::order(word, page)? })
}

/// The first words that there are, in the order of the help.
pub fn first_words() -> Vec<String> {
    words::TypedLine::command().get_subcommands().map(|word| word.get_name().to_owned()).collect()
}

#[cfg(test)]
mod tests;
