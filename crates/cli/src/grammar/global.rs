//! The options that every command has.

use std::path::PathBuf;

use acquaint_domain::{Span, Timestamp};
use acquaint_report::{Format, Width};

/// The options that every command has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Global {
    /// The data folder.
    pub data: PathBuf,
    /// Format of the answer.
    pub format: Format,
    /// The moment to act at or read as of; `None` for the clock's time.
    pub at: Option<Timestamp>,
    /// Whether a moment that is in doubt may be recorded.
    pub time: TimeTrust,
    /// Read as of the event at this position, from 1; never together with `at`.
    pub at_position: Option<u64>,
    /// How long to wait for another writer; `None` fails at once.
    pub wait: Option<Span>,
    /// Width of lists.
    pub width: Width,
    /// Replaces randomness when a new data folder is initialised.
    pub seed: Option<u64>,
    /// Whether to use colour.
    pub color: Color,
    /// How much a command that writes prints.
    pub verbosity: Verbosity,
}

/// Whether the operator has confirmed the moment of a command that writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeTrust {
    /// A moment that is in doubt is refused.
    #[default]
    Checked,
    /// A moment in doubt is recorded, but never before the last recorded moment.
    Confirmed,
}

/// Whether to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Even into a file or pipe.
    Always,
    /// Not even on a terminal.
    Never,
}

/// How much a command that writes prints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verbosity {
    /// The outcome of the command.
    #[default]
    Normal,
    /// Only messages on stderr.
    Quiet,
}
