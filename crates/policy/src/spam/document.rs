//! The spam filter's table of the document.

use std::collections::BTreeSet;

use acquaint_domain::{Span, SymbolKind};
use serde::{Deserialize, Deserializer, de::Error as _};

use super::odds::{self, Odds};
use crate::document::{Field, Shape, optional, required, span_of_text as span, thousandths};

/// The keys of the table.
pub(crate) const FIELDS: &[Field] = &[
    required("window", Shape::Length, "How far back a symbol looks, unless it has its own window."),
    required("hold_at", Shape::Score, "A request with this score or more is held."),
    required("refuse_at", Shape::Score, "A request with this score or more is refused."),
    required("clients_allowed", Shape::Texts, "Programs that may send for members."),
    optional(
        "patience",
        Shape::Length,
        "How long a request may wait for an answer before it counts fully as unanswered.",
    ),
    optional("young_for", Shape::Length, "How long an account counts as young."),
    optional(
        "note_bits",
        Shape::Whole,
        "In how many of their 64 bits the sketches of two similar notes may differ.",
    ),
    optional("repeated_note", SYMBOL, "Earlier requests with nearly the same note."),
    optional("client", SYMBOL, "A third-party program."),
    optional("velocity", SYMBOL, "The number of earlier requests."),
    optional("regularity", SYMBOL, "Regular intervals between requests."),
    optional("strangers", SYMBOL, "The share of strangers among the recipients."),
    optional("sequential", SYMBOL, "Requests to consecutive member numbers."),
    optional("young_account", SYMBOL, "A young account."),
    optional("reports", SYMBOL, "Reports, as stated by the weekly feedback."),
    optional("acceptance", SYMBOL, "The share of requests that were accepted."),
    optional("contacts", SYMBOL, "Requests to imported contacts."),
    optional("mutuals", SYMBOL, "Connections in common with this recipient."),
    optional("company", SYMBOL, "The same company as this recipient."),
    optional("standing", SYMBOL, "Weeks in good standing."),
    required("source", Shape::Text, "Where the numbers come from."),
];

const SYMBOL: Shape = Shape::Table(&[
    optional("window", Shape::Length, "How far back it looks; by default the filter's window."),
    optional("free", Shape::Whole, "How much of its value counts nothing."),
    optional("of_least", Shape::Whole, "With a total of fewer than this, it counts nothing."),
    required("each", Shape::Score, "What each unit of its value counts; below 0, it counts in favour."),
    optional("of_each", Shape::Score, "What each unit of its total counts."),
    optional("least", Shape::Score, "The most that it can count in favour, a number below 0."),
    optional("most", Shape::Score, "The most that it can count against."),
    optional(
        "odds",
        Shape::Table(odds::FIELDS),
        "How the shares of bulk and of honest senders differ: `each` is then what a unit of the natural logarithm of the odds counts.",
    ),
    optional(
        "unless_accepted",
        Shape::Flag,
        "Whether it counts nothing against a member whose `acceptance` counts in favour.",
    ),
    required("source", Shape::Text, "Where the numbers come from."),
]);

/// The spam filter: symbols with scores, and the consequences of their sum.
///
/// A symbol that the document does not name is not evaluated.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spam {
    /// How far back a symbol looks, unless it has its own window.
    #[serde(deserialize_with = "span")]
    pub window: Span,
    /// A request with this score or more is held; in thousandths.
    #[serde(rename = "hold_at", deserialize_with = "thousandths")]
    pub hold_at_milli: i32,
    /// A request with this score or more is refused; in thousandths.
    #[serde(rename = "refuse_at", deserialize_with = "thousandths")]
    pub refuse_at_milli: i32,
    /// Programs that may send for members.
    pub clients_allowed: BTreeSet<String>,
    /// How long a request may wait for an answer before it counts fully as unanswered; until then it counts in part.
    #[serde(default = "a_day", deserialize_with = "span")]
    pub patience: Span,
    /// How long an account counts as young.
    #[serde(default = "two_weeks", deserialize_with = "span")]
    pub young_for: Span,
    /// In how many of their 64 bits the sketches of two similar notes may differ.
    #[serde(default = "few_bits")]
    pub note_bits: u32,
    /// Earlier requests with nearly the same note.
    pub repeated_note: Option<SymbolWeight>,
    /// A third-party program.
    pub client: Option<SymbolWeight>,
    /// The number of earlier requests.
    pub velocity: Option<SymbolWeight>,
    /// Regular intervals between requests.
    pub regularity: Option<SymbolWeight>,
    /// The share of strangers among the recipients.
    pub strangers: Option<SymbolWeight>,
    /// Requests to consecutive member numbers.
    pub sequential: Option<SymbolWeight>,
    /// A young account.
    pub young_account: Option<SymbolWeight>,
    /// Reports, as stated by the weekly feedback.
    pub reports: Option<SymbolWeight>,
    /// The share of requests that were accepted.
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

/// What a symbol counts for: `each` for every unit of its value plus `of_each` for every unit of its total; or, if it has
/// `odds`, `each` for every unit of their logarithm. The result is clamped to `least..=most`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SymbolWeight {
    /// How far back it looks; `None` for the filter's window.
    #[serde(default, deserialize_with = "some_span")]
    pub window: Option<Span>,
    /// How much of its value counts nothing.
    #[serde(default)]
    pub free: u32,
    /// With a total of fewer than this, it counts nothing.
    #[serde(default)]
    pub of_least: u32,
    /// What each unit of its value counts, in thousandths; below 0, it counts in favour.
    #[serde(rename = "each", deserialize_with = "thousandths")]
    pub each_milli: i32,
    /// What each unit of its total counts, in thousandths.
    #[serde(default, rename = "of_each", deserialize_with = "thousandths")]
    pub of_each_milli: i32,
    /// The most that it can count in favour, in thousandths; at most 0.
    #[serde(default, rename = "least", deserialize_with = "thousandths")]
    pub least_milli: i32,
    /// The most that it can count against, in thousandths; at least 0.
    #[serde(default, rename = "most", deserialize_with = "thousandths")]
    pub most_milli: i32,
    /// Weighs the share by its likelihood ratio; `None` to weigh it in proportion.
    pub odds: Option<Odds>,
    /// Whether it counts nothing against a member whose `acceptance` symbol counts in favour.
    #[serde(default)]
    pub unless_accepted: bool,
    /// Where the numbers come from.
    pub source: String,
}

impl Spam {
    /// The weight of a symbol; `None` if the policy does not name it.
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

    /// The longest window of any symbol.
    pub(crate) fn longest_window(&self) -> Span {
        let own = SymbolKind::ALL.into_iter().filter_map(|kind| self.weight(kind)?.window);
        own.fold(self.window, Span::max)
    }

    /// The keys of symbols whose `least` is above 0 or whose `most` is below 0.
    pub(crate) fn upside_down(&self) -> impl Iterator<Item = &'static str> {
        let wrong = |kind: &SymbolKind| {
            self.weight(*kind).is_some_and(|weight| weight.least_milli > 0 || weight.most_milli < 0)
        };
        SymbolKind::ALL.into_iter().filter(wrong).map(key)
    }

    /// The keys of symbols whose odds have a parameter out of range.
    pub(crate) fn impossible_odds(&self) -> impl Iterator<Item = &'static str> {
        let odds = |kind: &SymbolKind| self.weight(*kind).and_then(|weight| weight.odds);
        SymbolKind::ALL
            .into_iter()
            .filter(move |kind| odds(kind).is_some_and(|odds| !odds.is_in_range()))
            .map(key)
    }
}

/// A symbol's key in the document.
pub(crate) const fn key(kind: SymbolKind) -> &'static str {
    match kind {
        SymbolKind::RepeatedNote => "repeated_note",
        SymbolKind::Client => "client",
        SymbolKind::Velocity => "velocity",
        SymbolKind::Regularity => "regularity",
        SymbolKind::Strangers => "strangers",
        SymbolKind::Sequential => "sequential",
        SymbolKind::YoungAccount => "young_account",
        SymbolKind::Reports => "reports",
        SymbolKind::Acceptance => "acceptance",
        SymbolKind::Contacts => "contacts",
        SymbolKind::Mutuals => "mutuals",
        SymbolKind::Company => "company",
        SymbolKind::Standing => "standing",
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
        return Err(D::Error::custom("a symbol's `window` must be longer than 0"));
    }
    Ok(Some(span))
}
