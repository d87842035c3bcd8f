//! From a command line to an exit code.

use std::ffi::OsString;
use std::io::{Write, sink};

use serde_json::json;

use crate::failure::{CliError, SideNotes};
use crate::grammar::{
    self, CliCommand, Exit, Format, GrammarError, Invocation, LogCommand, MaintainCommand, Verbosity,
};
use crate::render::terminal::{Pager, Surface, is_painted};
use crate::render::{Painter, VisibleWriter, object, with_width};
use crate::session::{CommandDone, Session};
use crate::{maintain, read, write};

/// Runs one command line; the first of `args` is the program's name. Data goes to `out`, messages to `stderr`. Colour is off
/// unless `--color` asks for it, and no pager is started; see [`run_in_terminal`](crate::run_in_terminal).
pub fn run(args: impl Iterator<Item = OsString>, out: &mut dyn Write, stderr: &mut dyn Write) -> Exit {
    run_on(args, Surface::Plain, out, stderr)
}

pub(crate) fn run_on(
    args: impl Iterator<Item = OsString>,
    surface: Surface,
    out: &mut dyn Write,
    stderr: &mut dyn Write,
) -> Exit {
    let args: Vec<OsString> = args.collect();
    let stderr: &mut dyn Write = &mut VisibleWriter::new(stderr);
    let format = grammar::format_asked_for(&args);
    let invocation = match grammar::parse_args(args.into_iter()) {
        Ok(invocation) => invocation,
        Err(error) => return unparsed(error, format, out, stderr),
    };
    let mut pager = Pager::start(&invocation.command, surface);
    let page: &mut dyn Write = match &mut pager {
        Some(pager) => pager,
        None => out,
    };
    // Colour is added after the filter for escapes, so that only our own escapes reach a terminal.
    let ended = if is_painted(&invocation.global, surface) {
        written(&invocation, &mut VisibleWriter::new(&mut Painter::new(page)), stderr)
    } else if format == Format::Human {
        written(&invocation, &mut VisibleWriter::new(page), stderr)
    } else {
        written(&invocation, &mut VisibleWriter::new(page), &mut SideNotes::new(stderr))
    };
    match ended {
        Ok(exit) => exit,
        Err(failure) => failure.report(format, stderr),
    }
}

/// Writes the help or version page that was asked for, or the error of a command line that cannot be parsed.
fn unparsed(error: GrammarError, format: Format, out: &mut dyn Write, stderr: &mut dyn Write) -> Exit {
    let exit = error.exit();
    let text = error.to_string();
    // If the page cannot be written, nobody is there to read it.
    let _unread = match (error.is_output(), format) {
        (true, Format::Human) => writeln!(VisibleWriter::new(out), "{}", text.trim_end()),
        (true, Format::Json | Format::Ndjson) => {
            let page = json!({ "schema": "acquaint.page.v1", "text": text.trim_end() });
            object(&page, format, &mut VisibleWriter::new(out))
        }
        (false, Format::Human) => {
            let name = if exit == Exit::BadInput { "acquaint: " } else { "" };
            writeln!(stderr, "{name}{}", text.trim_end())
        }
        (false, Format::Json | Format::Ndjson) => {
            CliError::from(error).report(format, stderr);
            Ok(())
        }
    };
    exit
}

fn written(invocation: &Invocation, out: &mut dyn Write, stderr: &mut dyn Write) -> Result<Exit, CliError> {
    let execute = |out: &mut dyn Write, stderr: &mut dyn Write| {
        with_width(invocation.global.width, || on_folder(invocation, out, stderr))
    };
    let is_quiet =
        invocation.global.verbosity == Verbosity::Quiet && matches!(invocation.command, CliCommand::Write(_));
    let ended = if is_quiet { execute(&mut sink(), stderr) } else { execute(out, stderr) };
    let flushed = out.flush().map_err(CliError::from);
    ended.and_then(|exit| flushed.map(|()| exit))
}

/// Runs one command, of the command line or of a script, and writes its answer.
pub(crate) fn execute(
    session: &Session<'_>,
    command: &CliCommand,
    out: &mut dyn Write,
    stderr: &mut dyn Write,
) -> Result<CommandDone, CliError> {
    if session.line.is_some()
        && let Some(sentence) = command.refused_in_script()
    {
        return Err(CliError::new(Exit::BadInput, sentence));
    }
    match command {
        CliCommand::Write(command) => write::execute(session, command, out, stderr),
        CliCommand::Read(command) => read::execute(session, command, out, stderr),
        CliCommand::Maintain(command) => maintain::execute(session, command, out, stderr),
    }
}

/// Runs the command of a command line on the data folder.
fn on_folder(invocation: &Invocation, out: &mut dyn Write, stderr: &mut dyn Write) -> Result<Exit, CliError> {
    let Invocation { global, command } = invocation;
    if global.at_position.is_some() && !command.only_looks() {
        let what = "`--at-position` is for commands that only read, such as `why`, `trace` and the lists; use `--at`, or neither";
        return Err(CliError::new(Exit::BadInput, what.to_owned()));
    }
    if global.at.is_some()
        && matches!(command, CliCommand::Maintain(MaintainCommand::Log(LogCommand::Head { .. })))
    {
        let what = "`log head` shows where the log ends now, and when that was; leave `--at` out";
        return Err(CliError::new(Exit::BadInput, what.to_owned()));
    }
    Ok(execute(&Session::on_folder(global), command, out, stderr)?.exit)
}
