//! Colour and a pager, for terminals only.

use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Write, stderr, stdout};
use std::process::{Child, Command, Stdio};

use crate::grammar::{CliCommand, Color, Exit, Format, Global, ReadCommand};
use crate::run::run_on;
use crate::session::interrupt;

/// What the program writes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Surface {
    /// A file, a pipe, a test.
    Plain,
    /// A person's terminal.
    Terminal,
}

/// Runs one command line on this process's own stdout and stderr.
pub fn run_in_terminal(args: impl Iterator<Item = OsString>) -> Exit {
    interrupt::own_process();
    let surface = if stdout().is_terminal() { Surface::Terminal } else { Surface::Plain };
    // Standard error stays unlocked: other threads write to it too, such as the log of requests and a panic.
    run_on(args, surface, &mut stdout().lock(), &mut stderr())
}

/// Whether to use colour.
pub(crate) fn is_painted(global: &Global, surface: Surface) -> bool {
    let is_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    global.format == Format::Human
        && match global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => surface == Surface::Terminal && !is_plain && !is_dumb,
        }
}

/// A running pager, which shows what is written to it.
pub(crate) struct Pager {
    child: Child,
}

impl Pager {
    /// Starts the user's pager if the command's output may be long. `None` if there is no terminal or no pager.
    pub(crate) fn start(command: &CliCommand, surface: Surface) -> Option<Self> {
        if surface == Surface::Plain || !is_long(command) {
            return None;
        }
        let wanted = std::env::var("ACQUAINT_PAGER").or_else(|_| std::env::var("PAGER"));
        let words = shlex::split(&wanted.unwrap_or_else(|_| "less".to_owned()))?;
        let (program, args) = words.split_first()?;
        let mut command = Command::new(program);
        command.args(args).stdin(Stdio::piped());
        if std::env::var_os("LESS").is_none() {
            // Quit if all fits on one screen, keep colour, leave the page on the screen.
            command.env("LESS", "FRX");
        }
        command.spawn().ok().map(|child| Self { child })
    }
}

/// Whether the command's output may be longer than a screen.
fn is_long(command: &CliCommand) -> bool {
    match command {
        CliCommand::Read(
            ReadCommand::Why { .. }
            | ReadCommand::WhyUnder { .. }
            | ReadCommand::WhyAll { .. }
            | ReadCommand::Trace { .. }
            | ReadCommand::List { .. }
            | ReadCommand::LogShow(_)
            | ReadCommand::Explain(_)
            | ReadCommand::Find { .. }
            | ReadCommand::Requests(_),
        ) => true,
        CliCommand::Read(
            ReadCommand::Check(..)
            | ReadCommand::MemberShow(_)
            | ReadCommand::Incidents { .. }
            | ReadCommand::ReviewList(_)
            | ReadCommand::ReviewShow(..)
            | ReadCommand::Policy(_)
            | ReadCommand::LogExport { .. }
            | ReadCommand::Whereabouts(_)
            | ReadCommand::ExportNetwork(_),
        )
        | CliCommand::Write(_)
        | CliCommand::Maintain(_) => false,
    }
}

impl Write for Pager {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.child.stdin {
            Some(stdin) => stdin.write(bytes),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.child.stdin.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for Pager {
    /// Waits until the user quits the pager.
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _status = self.child.wait();
    }
}
