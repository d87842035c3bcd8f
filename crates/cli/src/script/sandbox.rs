//! The program on a log in memory: the same orders and the same words, without a folder, a process or a clock.

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

/// A log in memory with a time of its own, for callers that play many small worlds.
pub struct Sandbox {
    player: Player,
}

/// The outcome of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SandboxOutput {
    /// How the program would end.
    pub exit: Exit,
    /// Everything written to stdout.
    pub out: String,
    /// Everything written to stderr.
    pub talk: String,
}

impl Sandbox {
    /// An empty one, founded at `at` with `seed` in place of randomness.
    pub fn new(seed: u64, at: Timestamp) -> Option<Self> {
        Self::over(Arc::new(MemoryLog::new()), seed, at)
    }

    /// One on a log that was written before, by another sandbox or for a test.
    pub fn over(log: Arc<MemoryLog>, seed: u64, at: Timestamp) -> Option<Self> {
        let global = Global { at: Some(at), seed: Some(seed), ..Global::default() };
        let writing = WriteSession::over(log, seed, ARTICLE, at).ok()?;
        Some(Self { player: Player::new(global, Path::new("."), Some(writing)) })
    }

    /// Lets time pass: what falls due on the way happens at its own time.
    pub fn go_to(&mut self, at: Timestamp) -> SandboxOutput {
        said(Format::Human, |_, talk| self.player.go_to(at, talk))
    }

    /// Sets the time, and leaves what falls due on the way to the next order.
    pub fn wait_until(&mut self, at: Timestamp) {
        self.player.set_time(at);
    }

    /// Carries out an order at this moment.
    pub fn order(&mut self, order: &CliCommand, format: Format) -> SandboxOutput {
        said(format, |out, talk| self.player.order(order, format, out, talk))
    }
}

fn said(
    format: Format,
    act: impl FnOnce(&mut VisibleWriter<'_>, &mut VisibleWriter<'_>) -> Result<(), CliError>,
) -> SandboxOutput {
    let (mut out, mut talk) = (Vec::new(), Vec::new());
    let ended = act(&mut VisibleWriter::new(&mut out), &mut VisibleWriter::new(&mut talk));
    let exit = match ended {
        Ok(()) => Exit::Ok,
        Err(failure) => failure.tell(format, &mut VisibleWriter::new(&mut talk)),
    };
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    SandboxOutput { exit, out: text(out), talk: text(talk) }
}
