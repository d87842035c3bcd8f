//! Limits on counts in a window, and caps on counts at a time.

use std::fmt;

use acquaint_domain::{Code, Rule, Span, Tier};
use serde::Deserialize;

use super::read::{code, some_span, some_zone};
use crate::window::{Window, Zone};

/// The most that is allowed in a window.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "WrittenLimit")]
pub struct Limit {
    /// Its name in this document.
    pub id: String,
    /// The code that it refuses with, which says what it counts.
    pub code: Code,
    /// The period in which it counts.
    pub window: Window,
    /// The largest number in a window, for each tier.
    pub at_most: PerTier,
    /// Where the numbers come from.
    pub source: String,
}

/// A limit as the document writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLimit {
    id: String,
    #[serde(deserialize_with = "code")]
    code: Code,
    kind: WindowKind,
    #[serde(default, deserialize_with = "some_span")]
    window: Option<Span>,
    #[serde(default, deserialize_with = "some_zone")]
    zone: Option<Zone>,
    at_most: PerTier,
    source: String,
}

/// How a limit's window moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum WindowKind {
    /// A span that ends at each request, over the exact times.
    Rolling,
    /// A span that begins with the first request counted after the last window ended.
    WindowFromFirst,
    /// A day of the calendar.
    CalendarDay,
    /// A week of the calendar.
    CalendarWeek,
}

/// A number for each tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PerTier {
    /// For members who pay nothing.
    pub free: u32,
    /// For Premium subscribers.
    pub premium: u32,
    /// For Sales Navigator subscribers.
    pub sales_navigator: u32,
}

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LimitBasis {
    /// Requests that left, or were held for a review.
    Requests,
    /// Those of them with a note.
    Notes,
    /// Refused sends, sends held for their sender's confirmation, and checks.
    Attempts,
}

/// A counter. Limits that count the same thing in the same kind of window share one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CounterId {
    /// What it counts.
    pub counts: LimitBasis,
    /// The window in which it counts.
    pub window: Window,
}

/// The most that is allowed at a time.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// The largest number at a time, for each tier.
    pub at_most: PerTier,
    /// Where the numbers come from.
    pub source: String,
}

/// The codes that a limit can refuse with, as a document writes them.
pub(super) const LIMIT_CODES: [&str; 4] = ["CR0401", "CR0402", "CR0403", "CR0404"];

/// The codes that a limit can refuse with, each with its rule and what it counts.
const LIMITS: [(Code, Rule, LimitBasis); 4] = [
    (Code::DailyLimit, Rule::DailyLimit, LimitBasis::Requests),
    (Code::WeeklyLimit, Rule::WeeklyLimit, LimitBasis::Requests),
    (Code::NoteLimit, Rule::NoteQuota, LimitBasis::Notes),
    (Code::AttemptsLimit, Rule::AttemptsLimit, LimitBasis::Attempts),
];

impl Limit {
    /// The rule that this limit is.
    pub fn rule(&self) -> Rule {
        self.meaning().1
    }

    /// What it counts.
    pub fn counts(&self) -> LimitBasis {
        self.meaning().2
    }

    fn meaning(&self) -> (Code, Rule, LimitBasis) {
        // INVARIANT (codes of limits): a limit with any other code is rejected when it is read.
        LIMITS.into_iter().find(|(code, ..)| *code == self.code).unwrap_or(LIMITS[0])
    }

    /// The counter that this limit reads.
    pub fn counter(&self) -> CounterId {
        CounterId { counts: self.counts(), window: self.window.clone() }
    }
}

impl PerTier {
    /// How many for members of this tier.
    pub fn of(self, tier: Tier) -> u32 {
        match tier {
            Tier::Free => self.free,
            Tier::Premium => self.premium,
            Tier::SalesNavigator => self.sales_navigator,
        }
    }
}

impl TryFrom<WrittenLimit> for Limit {
    type Error = String;

    fn try_from(written: WrittenLimit) -> Result<Self, String> {
        let WrittenLimit { id, code, kind, window, zone, at_most, source } = written;
        // INVARIANT (codes of limits)
        if LIMITS.iter().all(|(known, ..)| *known != code) {
            return Err(format!("`{code}` is not the code of a limit"));
        }
        let window = match (kind, window, zone) {
            (WindowKind::Rolling, Some(window), None) => Window::Rolling(window),
            (WindowKind::WindowFromFirst, Some(window), None) => Window::FromFirst(window),
            (WindowKind::CalendarDay, None, Some(zone)) => Window::Day(zone),
            (WindowKind::CalendarWeek, None, Some(zone)) => Window::Week(zone),
            _ => return Err(format!("limit `{id}`: {}", WINDOW_OR_ZONE)),
        };
        Ok(Self { id, code, window, at_most, source })
    }
}

pub(super) const WINDOW_OR_ZONE: &str =
    "`rolling` and `window-from-first` have a `window`, `calendar-day` and `calendar-week` have a `zone`";

impl fmt::Display for LimitBasis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Requests => "requests",
            Self::Notes => "notes",
            Self::Attempts => "attempts",
        })
    }
}

impl fmt::Display for CounterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.counts, self.window)
    }
}
