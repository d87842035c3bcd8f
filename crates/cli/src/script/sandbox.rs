//! The program on a log in memory: the same commands and output, without a folder, a process or a clock.

use std::path::Path;
use std::sync::Arc;

use acquaint_domain::Timestamp;
use acquaint_log::MemoryLog;
use acquaint_policy::ARTICLE;

use crate::failure::CliError;
use crate::grammar::{CliCommand, Exit, Format, Global};
use crate::render::VisibleWriter;
use crate::script::play::Player;
use crate::session::WriteSession;

/// A log in memory with its own time, for tests that play many small networks.
pub struct Sandbox {
    player: Player,
}

/// The outcome of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SandboxOutput {
    /// The program's exit code.
    pub exit: Exit,
    /// Everything written to stdout.
    pub out: String,
    /// Everything written to stderr.
    pub stderr: String,
}

impl Sandbox {
    /// An empty log, initialised at `at`; `seed` replaces randomness. `None` if the log cannot be initialised.
    pub fn new(seed: u64, at: Timestamp) -> Option<Self> {
        Self::over(Arc::new(MemoryLog::new()), seed, at)
    }

    /// Continues a log that another sandbox, or a test, has written. `None` if the log cannot be opened.
    pub fn over(log: Arc<MemoryLog>, seed: u64, at: Timestamp) -> Option<Self> {
        let global = Global { at: Some(at), seed: Some(seed), ..Global::default() };
        let writer = WriteSession::over(log, seed, ARTICLE, at).ok()?;
        Some(Self { player: Player::new(global, Path::new("."), Some(writer)) })
    }

    /// Advances the time to `at`. Work that falls due before then is done, each item at its own time.
    pub fn go_to(&mut self, at: Timestamp) -> SandboxOutput {
        output_of(Format::Human, |_, stderr| self.player.go_to(at, stderr))
    }

    /// Sets the time, and leaves the work that falls due before it to the next command.
    pub fn wait_until(&mut self, at: Timestamp) {
        self.player.set_time(at);
    }

    /// Runs a command at the sandbox's time.
    pub fn run(&mut self, command: &CliCommand, format: Format) -> SandboxOutput {
        output_of(format, |out, stderr| self.player.command(command, format, out, stderr))
    }
}

fn output_of(
    format: Format,
    act: impl FnOnce(&mut VisibleWriter<'_>, &mut VisibleWriter<'_>) -> Result<(), CliError>,
) -> SandboxOutput {
    let (mut out, mut stderr) = (Vec::new(), Vec::new());
    let ended = act(&mut VisibleWriter::new(&mut out), &mut VisibleWriter::new(&mut stderr));
    let exit = match ended {
        Ok(()) => Exit::Ok,
        Err(failure) => failure.report(format, &mut VisibleWriter::new(&mut stderr)),
    };
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    SandboxOutput { exit, out: text(out), stderr: text(stderr) }
}
