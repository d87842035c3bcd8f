//! The part of the document that is the spam filter's.

use std::collections::BTreeSet;

use acquaint_domain::{Span, SymbolKind};
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::document::{span, thousandths};

/// The spam filter: symbols with scores, and what their sum leads to.
///
/// A symbol that the document does not name is not looked at.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spam {
    /// How far back symbols look that have no window of their own.
    #[serde(deserialize_with = "span")]
    pub window: Span,
    /// From this score on a request is held, in thousandths.
    #[serde(rename = "hold_at", deserialize_with = "thousandths")]
    pub hold_at_milli: i32,
    /// From this score on it is refused, in thousandths.
    #[serde(rename = "refuse_at", deserialize_with = "thousandths")]
    pub refuse_at_milli: i32,
    /// Programs that may send for members.
    pub clients_allowed: BTreeSet<String>,
    /// How long a request may be without an answer before it counts whole as one that was not accepted; before that it
    /// counts in part.
    #[serde(default = "a_day", deserialize_with = "span")]
    pub patience: Span,
    /// How long an account is young.
    #[serde(default = "two_weeks", deserialize_with = "span")]
    pub young_for: Span,
    /// In how many of 64 bits the sketches of two notes may differ that are nearly the same.
    #[serde(default = "few_bits")]
    pub note_bits: u32,
    /// Earlier requests with nearly the same note.
    pub repeated_note: Option<SymbolWeight>,
    /// A third-party program.
    pub client: Option<SymbolWeight>,
    /// Earlier requests, shortly before.
    pub velocity: Option<SymbolWeight>,
    /// Intervals that are alike.
    pub regularity: Option<SymbolWeight>,
    /// The share of strangers among the recipients.
    pub strangers: Option<SymbolWeight>,
    /// One member number after another.
    pub sequential: Option<SymbolWeight>,
    /// A young account.
    pub young_account: Option<SymbolWeight>,
    /// Reports, as the weekly feedback has them.
    pub reports: Option<SymbolWeight>,
    /// The share that was accepted.
    pub acceptance: Option<SymbolWeight>,
    /// Requests to imported contacts.
    pub contacts: Option<SymbolWeight>,
    /// Connections in common with this recipient.
    pub mutuals: Option<SymbolWeight>,
    /// The same company as this recipient.
    pub company: Option<SymbolWeight>,
    /// Weeks in good standing.
    pub standing: Option<SymbolWeight>,
    /// Where the numbers come from.
    pub source: String,
}

/// What a symbol counts for: `each` for every unit of its value and `of_each` for every unit that it is out of, never
/// less than `least` and never more than `most`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SymbolWeight {
    /// How far back it looks; the filter's window where it says nothing.
    #[serde(default, deserialize_with = "some_span")]
    pub window: Option<Span>,
    /// So much of its value counts nothing.
    #[serde(default)]
    pub free: u32,
    /// Out of fewer than so many it counts nothing.
    #[serde(default)]
    pub of_least: u32,
    /// For each unit of its value, in thousandths; below 0 in favour.
    #[serde(rename = "each", deserialize_with = "thousandths")]
    pub each_milli: i32,
    /// For each unit that its value is out of, in thousandths.
    #[serde(default, rename = "of_each", deserialize_with = "thousandths")]
    pub of_each_milli: i32,
    /// At least, in thousandths: the most that it can count in favour.
    #[serde(default, rename = "least", deserialize_with = "thousandths")]
    pub least_milli: i32,
    /// At most, in thousandths: the most that it can count against.
    #[serde(default, rename = "most", deserialize_with = "thousandths")]
    pub most_milli: i32,
    /// Where the numbers come from.
    pub source: String,
}

impl Spam {
    /// What a symbol counts for; `None` when it is not looked at.
    pub fn weight(&self, kind: SymbolKind) -> Option<&SymbolWeight> {
        let weight = match kind {
            SymbolKind::RepeatedNote => &self.repeated_note,
            SymbolKind::Client => &self.client,
            SymbolKind::Velocity => &self.velocity,
            SymbolKind::Regularity => &self.regularity,
            SymbolKind::Strangers => &self.strangers,
            SymbolKind::Sequential => &self.sequential,
            SymbolKind::YoungAccount => &self.young_account,
            SymbolKind::Reports => &self.reports,
            SymbolKind::Acceptance => &self.acceptance,
            SymbolKind::Contacts => &self.contacts,
            SymbolKind::Mutuals => &self.mutuals,
            SymbolKind::Company => &self.company,
            SymbolKind::Standing => &self.standing,
        };
        weight.as_ref()
    }

    /// How far back a symbol looks.
    pub(crate) fn window_of(&self, kind: SymbolKind) -> Span {
        self.weight(kind).and_then(|weight| weight.window).unwrap_or(self.window)
    }

    /// The longest time that a symbol looks back.
    pub(crate) fn longest_window(&self) -> Span {
        let own = SymbolKind::ALL.into_iter().filter_map(|kind| self.weight(kind)?.window);
        own.fold(self.window, Span::max)
    }

    /// The first pair of numbers that cannot both be meant, with the key to look at.
    pub(crate) fn contradiction(&self) -> Option<(&'static str, String)> {
        if self.hold_at_milli > self.refuse_at_milli {
            return Some(("hold_at", "`hold_at` is above `refuse_at`: nothing could be held".to_owned()));
        }
        if self.note_bits > 64 {
            return Some(("note_bits", "`note_bits` is more than the 64 that there are".to_owned()));
        }
        let mut weights = SymbolKind::ALL.into_iter().filter_map(|kind| self.weight(kind));
        if weights.any(|weight| weight.least_milli > 0 || weight.most_milli < 0) {
            let message = "a symbol's `least` is at most 0 and its `most` at least 0".to_owned();
            return Some(("[spam.", message));
        }
        None
    }
}

fn a_day() -> Span {
    Span::days(1)
}

fn two_weeks() -> Span {
    Span::days(14)
}

fn few_bits() -> u32 {
    12
}

fn some_span<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Span>, D::Error> {
    let span = span(deserializer)?;
    if span <= Span::ZERO {
        return Err(D::Error::custom("a symbol's `window` must be longer than nothing"));
    }
    Ok(Some(span))
}
