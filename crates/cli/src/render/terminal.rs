//! What is particular to a terminal: colour, and a pager for long pages.

use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Write, stderr, stdout};
use std::process::{Child, Command, Stdio};

use crate::grammar::{CliCommand, Color, Exit, Format, Global, ReadCommand};
use crate::run::run_on;
use crate::session::interrupt;

/// Where the program writes.
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
    run_on(args, surface, &mut stdout().lock(), &mut stderr().lock())
}

/// Whether the page is painted.
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

/// A program that shows a page at a time, fed by what is written to it.
pub(crate) struct Pager {
    child: Child,
}

impl Pager {
    /// Starts the user's pager, for an order whose page may be long; `None` where there is none to start.
    pub(crate) fn start(order: &CliCommand, surface: Surface) -> Option<Self> {
        if surface == Surface::Plain || !is_long(order) {
            return None;
        }
        let wanted = std::env::var("ACQUAINT_PAGER").or_else(|_| std::env::var("PAGER"));
        let words = shlex::split(&wanted.unwrap_or_else(|_| "less".to_owned()))?;
        let (program, args) = words.split_first()?;
        let mut command = Command::new(program);
        command.args(args).stdin(Stdio::piped());
        if std::env::var_os("LESS").is_none() {
            // Quits where all fits on one screen, keeps colour, leaves the page on the screen.
            command.env("LESS", "FRX");
        }
        command.spawn().ok().map(|child| Self { child })
    }
}

/// Whether a person may want to turn pages.
fn is_long(order: &CliCommand) -> bool {
    match order {
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
    /// Lets the reader read to the end.
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _left = self.child.wait();
    }
}
