//! The grammar of the command line: what the user typed ([`words`], as clap reads it), then what it resolves to
//! ([`CliCommand`], in the types of the domain).

mod archive;
mod error;
mod examples;
mod formats;
mod global;
mod help;
mod log;
mod order;
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
pub(crate) use error::unknown;
pub use error::{Exit, GrammarError};
pub use global::{Color, Global, Talk, TimeTrust};
pub use log::{EventFilter, ExportForm, LogCommand};
pub use order::{
    CliCommand, ListSlice, Listed, MaintainCommand, Only, OutputKind, Parts, PolicyCommand, ReadCommand,
    RequestSelector, Until, Warnings, WriteCommand,
};
pub use requests::{RequestsCommand, RequestsOf};
pub use serve::{KeysCommand, ServeCommand};
pub use what_if::{Backtest, ReportForm};

/// A whole command line, resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// What goes with every order.
    pub global: Global,
    /// What to do.
    pub order: CliCommand,
}

/// One order of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptCommand {
    /// What to do.
    pub order: CliCommand,
    /// How its answer is written; `None` as the script's answers are.
    pub format: Option<Format>,
}

/// Reads a command line; the first of `args` is the program's name. Asking for help or the version is an error that
/// says so ([`GrammarError::is_output`]). Moments such as `yesterday` are counted from `--at`, or else from the clock.
pub fn parse_args(args: impl Iterator<Item = OsString>) -> Result<Invocation, GrammarError> {
    let mut typed = words::CliArgs::from_arg_matches(&tree().try_get_matches_from(args)?)?;
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
pub fn parse_words(words: &[String]) -> Result<ScriptCommand, GrammarError> {
    parse_words_at(words, None)
}

/// The same at a moment, from which others are counted.
pub(crate) fn parse_words_at(
    words: &[String],
    now: Option<Timestamp>,
) -> Result<ScriptCommand, GrammarError> {
    let mut typed =
        words::LineArgs::try_parse_from(words).map_err(|error| GrammarError::from(error).within_script())?;
    let (document, page) = match &mut typed.format {
        Some(format) => (formats::document(&typed.word, format)?, archive::page(&typed.word, format)?),
        None => (OutputKind::Answer, None),
    };
    let format = typed.format.map(resolve::format).transpose()?;
    let order = resolve::order(typed.word, page, now).map_err(GrammarError::within_script)?;
    Ok(ScriptCommand { format, order: resolve::as_document(order, document) })
}

/// The whole grammar, as clap knows it, with its examples.
fn tree() -> clap::Command {
    examples::decorated(words::CliArgs::command())
}

/// Every command that there is, by its words, such as `member add`, in the order of the help.
pub fn commands() -> Vec<String> {
    let mut found = Vec::new();
    below(&words::CliArgs::command(), "", &mut found);
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

/// The examples of a command, as its help shows them, without the program's name; none of one that there is not.
pub fn examples(command: &str) -> &'static [&'static str] {
    examples::of(command).unwrap_or_default()
}

/// The formats that a command's answer can be written in, as they are typed.
pub fn formats(command: &str) -> Vec<&'static str> {
    formats::of(command)
}

/// The first words that there are, in the order of the help.
pub fn first_words() -> Vec<String> {
    words::LineArgs::command().get_subcommands().map(|word| word.get_name().to_owned()).collect()
}

/// The former names of first words: they are still read, and no help names them.
pub(crate) fn former_first_words() -> Vec<String> {
    let words = words::LineArgs::command();
    words.get_subcommands().flat_map(|word| word.get_all_aliases().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests;
