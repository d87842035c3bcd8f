//! What goes with every order, whatever it is.

use std::path::PathBuf;

use acquaint_domain::{Span, Timestamp};
use acquaint_report::{Format, Width};

/// What goes with every order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Global {
    /// The data folder.
    pub data: PathBuf,
    /// How the answer is written.
    pub format: Format,
    /// The moment to act or look at; `None` for the system's clock.
    pub at: Option<Timestamp>,
    /// Whether a moment that is in doubt is recorded all the same.
    pub time: TimeTrust,
    /// The event to look from, the last that counts; never together with `at`.
    pub at_position: Option<u64>,
    /// How long to wait for another writer; `None`: not at all.
    pub wait: Option<Span>,
    /// How wide lists are.
    pub width: Width,
    /// What a fresh data folder is founded with in place of randomness.
    pub seed: Option<u64>,
    /// Whether to use colour.
    pub color: Color,
    /// How much is printed in addition to the answer.
    pub verbosity: Verbosity,
}

/// Whether the operator has confirmed the moment of an order that writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeTrust {
    /// A moment that is in doubt is refused.
    #[default]
    Checked,
    /// It is recorded, no earlier than the last recorded moment.
    Confirmed,
}

/// Whether to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Colour is always used.
    Always,
    /// Colour is never used.
    Never,
}

/// How much is printed in addition to the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verbosity {
    /// What was done.
    #[default]
    Normal,
    /// Only errors are printed.
    Quiet,
}
