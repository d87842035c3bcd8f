//! The grammar of the command line: what the user entered ([`words`], as clap parses it), and what it resolves to
//! ([`CliCommand`], in the types of the domain).

mod archive;
mod command;
mod error;
mod examples;
mod formats;
mod global;
mod help;
mod log;
mod pages;
mod requests;
mod resolve;
mod serve;
mod what_if;
mod words;

use std::ffi::OsString;

use acquaint_clock::machine;
use acquaint_domain::Timestamp;
use clap::{CommandFactory as _, FromArgMatches as _, Parser as _};

pub use acquaint_report::{Format, Width};
pub use archive::{ImportExport, PageFormat, Sharing, WhereaboutsCommand};
pub use command::{
    CliCommand, ListSlice, Listed, MaintainCommand, Only, OutputKind, Parts, PolicyCommand, ReadCommand,
    RequestSelector, Until, Warnings, WriteCommand,
};
pub(crate) use error::unknown;
pub use error::{Exit, GrammarError};
pub use global::{Color, Global, TimeTrust, Verbosity};
pub use log::{EventFilter, ExportForm, HeadFile, LogCommand};
pub use requests::{RequestsCommand, RequestsOf};
pub use serve::{KeysCommand, RequestLogFormat, ServeCommand};
pub use what_if::{Backtest, ReportForm};

/// A resolved command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// The options that every command has.
    pub global: Global,
    /// The command to run.
    pub command: CliCommand,
}

/// One command of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptCommand {
    /// The command to run.
    pub command: CliCommand,
    /// Format of its answer; `None` for the format of the script.
    pub format: Option<Format>,
}

/// Parses a command line; the first of `args` is the program's name. A request for help or the version is returned as an
/// error ([`GrammarError::is_output`]). Moments such as `yesterday` are relative to `--at`, or to the clock without it.
pub fn parse_args(args: impl Iterator<Item = OsString>) -> Result<Invocation, GrammarError> {
    let mut entered = words::CliArgs::from_arg_matches(&tree().try_get_matches_from(args)?)?;
    let document = formats::document(&entered.command, &mut entered.global.format)?;
    let page = archive::page(&entered.command, &mut entered.global.format)?;
    let clock = machine();
    let global = resolve::global(entered.global, clock)?;
    let command = resolve::command(entered.command, page, Some(global.at.unwrap_or(clock)))?;
    Ok(Invocation { global, command: resolve::as_document(command, document) })
}

/// The format that a command line asks for, even if the line cannot be parsed: its error is written in that format.
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

/// Parses one line of a script, split into words, without the program's name. Options of the whole run, requests for help
/// and relative moments are refused.
pub fn parse_words(words: &[String]) -> Result<ScriptCommand, GrammarError> {
    parse_words_at(words, None)
}

/// As [`parse_words`], with relative moments counted from `now`.
pub(crate) fn parse_words_at(
    words: &[String],
    now: Option<Timestamp>,
) -> Result<ScriptCommand, GrammarError> {
    let mut entered =
        words::LineArgs::try_parse_from(words).map_err(|error| GrammarError::from(error).within_script())?;
    let (document, page) = match &mut entered.format {
        Some(format) => {
            (formats::document(&entered.command, format)?, archive::page(&entered.command, format)?)
        }
        None => (OutputKind::Answer, None),
    };
    let format = entered.format.map(resolve::format).transpose()?;
    let command = resolve::command(entered.command, page, now).map_err(GrammarError::within_script)?;
    Ok(ScriptCommand { format, command: resolve::as_document(command, document) })
}

/// The whole grammar as a clap command, with its examples.
fn tree() -> clap::Command {
    examples::decorated(words::CliArgs::command())
}

/// The full name of every command, such as `member add`, in the order of the help.
pub fn commands() -> Vec<String> {
    let mut names = Vec::new();
    collect_subcommands(&words::CliArgs::command(), "", &mut names);
    names
}

fn collect_subcommands(command: &clap::Command, path: &str, names: &mut Vec<String>) {
    for subcommand in command.get_subcommands() {
        let path = format!("{path} {}", subcommand.get_name()).trim_start().to_owned();
        let is_complete =
            subcommand.get_subcommands().next().is_none() || !subcommand.is_subcommand_required_set();
        if is_complete {
            names.push(path.clone());
        }
        collect_subcommands(subcommand, &path, names);
    }
}

/// The examples in a command's help, without the program's name; empty for an unknown command.
pub fn examples(command: &str) -> &'static [&'static str] {
    examples::of(command).unwrap_or_default()
}

/// The values of `--format` that a command accepts.
pub fn formats(command: &str) -> Vec<&'static str> {
    formats::of(command)
}

/// The first word of every command, in the order of the help.
pub fn first_words() -> Vec<String> {
    words::LineArgs::command().get_subcommands().map(|word| word.get_name().to_owned()).collect()
}

/// Former names of first words. They are still accepted, but no help lists them.
pub(crate) fn former_first_words() -> Vec<String> {
    let words = words::LineArgs::command();
    words.get_subcommands().flat_map(|word| word.get_all_aliases().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests;
